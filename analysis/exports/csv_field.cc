#include "analysis/exports/csv_field.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "policy/api/utf8.h"

namespace firedrill::exports {
namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// Blanks ahead don't keep every spreadsheet from seeing a formula.
bool is_formula(std::string_view text) {
  constexpr std::array<std::string_view, 11> starts{
      "=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return std::ranges::any_of(starts, [&](std::string_view s) { return text.starts_with(s); }) &&
         !is_number(text);
}

bool is_harmless(char c) {
  return c > 0x20 && c < 0x7F && c != '"' && c != ',';
}

}  // namespace

void append_csv_field(std::string& out, std::string_view text) {
  const bool formula = is_formula(text);
  if (!formula && std::ranges::all_of(text, is_harmless)) {
    out += text;
    return;
  }
  const std::size_t begin = out.size();
  if (formula) out += '\'';
  api::append_visible(out, text);
  if (out.find_first_of(",\"", begin) == std::string::npos) return;
  out.insert(begin, 1, '"');
  for (std::size_t at = out.find('"', begin + 1); at != std::string::npos;
       at = out.find('"', at + 2))
    out.insert(at, 1, '"');
  out += '"';
}

}  // namespace firedrill::exports
