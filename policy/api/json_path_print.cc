#include "policy/api/json_path_print.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace firedrill::api::json_path {
namespace {

using nlohmann::json;

constexpr std::size_t length_max = 1'048'576;
constexpr int depth_max = 1'000;

/// A number in scientific notation, cut into its parts: [-]d.ddd times 10^exponent.
struct Decimal {
  bool negative;
  std::string digits;
  int exponent;
};

Decimal shortest_decimal(double number) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                          std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  Decimal decimal{text.starts_with('-'), {}, 0};
  if (decimal.negative) text.remove_prefix(1);
  const std::size_t mark = text.find('e');
  for (const char c : text.substr(0, mark)) {
    if (c != '.') decimal.digits += c;
  }
  text.remove_prefix(mark + 1);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::from_chars(text.data(), text.data() + text.size(), decimal.exponent);
  return decimal;
}

/// "1.5e+06"; the exponent has at least `exponent_digits` digits.
std::string scientific(const Decimal& decimal, int exponent_digits) {
  std::string text = decimal.negative ? "-" : "";
  text += decimal.digits.front();
  if (decimal.digits.size() > 1) text += fmt::format(".{}", decimal.digits.substr(1));
  const bool small = decimal.exponent < 0;
  const int magnitude = small ? -decimal.exponent : decimal.exponent;
  return text + fmt::format("e{}{:0{}}", small ? '-' : '+', magnitude, exponent_digits);
}

/// "0.00015", "1500000": no exponent. Digits that the double doesn't have are zeros.
std::string plain(const Decimal& decimal) {
  std::string text = decimal.negative ? "-" : "";
  const std::string& digits = decimal.digits;
  if (decimal.exponent < 0) {
    return text + "0." + std::string(static_cast<std::size_t>(-decimal.exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(decimal.exponent) + 1;
  if (digits.size() <= whole) return text + digits + std::string(whole - digits.size(), '0');
  return text + digits.substr(0, whole) + '.' + digits.substr(whole);
}

/// The letter after the backslash in a JSON string, if there is a short form.
std::optional<char> short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return std::nullopt;
  }
}

/// Control characters, and what could end a script element of HTML.
bool needs_long_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&';
}

}  // namespace

double number_of(const json& value) {
  if (value.is_number_unsigned()) return static_cast<double>(value.get<std::uint64_t>());
  if (value.is_number_integer()) return static_cast<double>(value.get<std::int64_t>());
  return value.get<double>();
}

void Printer::append(std::string_view text) {
  if (text_.size() + text.size() > length_max) problem_ = "result longer than a mebibyte";
  if (problem_ == nullptr) text_ += text;
}

void Printer::append_number(double number) {
  const Decimal decimal = shortest_decimal(number);
  const bool exponent = decimal.exponent < -4 || decimal.exponent > 5;
  append(exponent ? scientific(decimal, 2) : plain(decimal));
}

void Printer::append_value(const json& value) {
  if (value.is_string()) {
    append(value.get_ref<const std::string&>());
  } else if (value.is_number()) {
    append_number(number_of(value));
  } else {
    append_json(value, 0);
  }
}

void Printer::append_json(const json& value, int depth) {
  if (depth > depth_max) problem_ = "result nested too deeply";
  if (problem_ != nullptr) return;
  if (value.is_object()) {
    const char* separator = "{";
    for (auto member = value.begin(); member != value.end() && problem_ == nullptr; ++member) {
      append(separator);
      append_json_string(member.key());
      append(":");
      append_json(*member, depth + 1);
      separator = ",";
    }
    append(value.empty() ? "{}" : "}");
  } else if (value.is_array()) {
    const char* separator = "[";
    for (auto element = value.begin(); element != value.end() && problem_ == nullptr; ++element) {
      append(separator);
      append_json(*element, depth + 1);
      separator = ",";
    }
    append(value.empty() ? "[]" : "]");
  } else if (value.is_string()) {
    append_json_string(value.get_ref<const std::string&>());
  } else if (value.is_number()) {
    append_json_number(number_of(value));
  } else if (value.is_boolean()) {
    append(value.get<bool>() ? "true" : "false");
  } else {
    append("null");
  }
}

void Printer::append_json_number(double number) {
  const Decimal decimal = shortest_decimal(number);
  const bool exponent = number != 0 && (decimal.exponent < -6 || decimal.exponent >= 21);
  append(exponent ? scientific(decimal, 1) : plain(decimal));
}

void Printer::append_json_string(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view three = text.substr(i, 3);
    if (const auto letter = short_escape(c)) {
      quoted += '\\';
      quoted += *letter;
    } else if (needs_long_escape(c)) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else if (three == "\u2028" || three == "\u2029") {
      quoted += three == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      quoted += c;
    }
  }
  append(quoted + '"');
}

}  // namespace firedrill::api::json_path
