#include "policy/api/describe.h"

#include <algorithm>

namespace firedrill::api {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

// By hand: std::regex recurses a frame a character and dies of long texts.
bool is_dns_label(std::string_view text) {
  if (text.empty() || text.size() > 63) return false;
  if (!is_lower_or_digit(text.front()) || !is_lower_or_digit(text.back())) return false;
  return std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  char previous = '.';
  for (const char c : text) {
    if (c == '.' || previous == '.') {
      // A part neither starts nor ends in "-", and none is empty.
      if (c == '.' ? !is_lower_or_digit(previous) : !is_lower_or_digit(c)) return false;
    } else if (!is_lower_or_digit(c) && c != '-') {
      return false;
    }
    previous = c;
  }
  return is_lower_or_digit(previous);
}

}  // namespace firedrill::api
