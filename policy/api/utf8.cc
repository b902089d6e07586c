#include "policy/api/utf8.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace firedrill::api {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr std::uint32_t code_point_max = 0x10FFFF;

bool is_surrogate(std::uint32_t code_point) {
  return code_point >= 0xD800 && code_point <= 0xDFFF;
}

/// How many bytes a character takes that starts with `first`, and the bits that `first` gives it.
struct Lead {
  std::size_t length;  // 0 if no character starts so
  std::uint32_t bits;
  std::uint32_t code_point_min;  // less would be an overlong form
};

Lead lead_of(std::uint32_t first) {
  if (first < 0x80) return {1, first, 0};
  if ((first & 0xE0U) == 0xC0) return {2, first & 0x1FU, 0x80};
  if ((first & 0xF0U) == 0xE0) return {3, first & 0x0FU, 0x800};
  if ((first & 0xF8U) == 0xF0) return {4, first & 0x07U, 0x10000};
  return {0, 0, 0};
}

std::uint32_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

/// The character at the front of `text`, of that length.
std::uint32_t code_point_of(std::string_view text, std::size_t length) {
  std::uint32_t code_point = lead_of(byte_at(text, 0)).bits;
  for (std::size_t i = 1; i < length; ++i)
    code_point = (code_point << 6U) | (byte_at(text, i) & 0x3FU);
  return code_point;
}

/// The length of the character at the front of `text`, 0 if there is none. Requires: `text` is not
/// empty.
std::size_t character_length(std::string_view text) {
  const Lead lead = lead_of(byte_at(text, 0));
  if (lead.length == 0 || lead.length > text.size()) return 0;
  for (std::size_t i = 1; i < lead.length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80) return 0;
  }
  const std::uint32_t code_point = code_point_of(text, lead.length);
  const bool valid = code_point >= lead.code_point_min && code_point <= code_point_max &&
                     !is_surrogate(code_point);
  return valid ? lead.length : 0;
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F;
}

bool acts_on_its_reader(std::uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||  // C0, DEL, C1
         code_point == 0x061C || code_point == 0x200E || code_point == 0x200F ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||  // separators, embeddings, overrides
         (code_point >= 0x2066 && code_point <= 0x2069);    // isolates
}

void append_spelled(std::string& out, std::uint32_t code_point) {
  switch (code_point) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
  }
}

}  // namespace

bool append_utf8(std::string& text, std::uint32_t code_point) {
  if (code_point > code_point_max || is_surrogate(code_point)) return false;
  const auto append = [&](std::uint32_t byte) {
    text += static_cast<char>(static_cast<unsigned char>(byte));
  };
  const auto append_tail = [&](unsigned shift) { append(0x80U | ((code_point >> shift) & 0x3FU)); };
  if (code_point < 0x80) {
    append(code_point);
  } else if (code_point < 0x800) {
    append(0xC0U | (code_point >> 6U));
    append_tail(0);
  } else if (code_point < 0x10000) {
    append(0xE0U | (code_point >> 12U));
    append_tail(6);
    append_tail(0);
  } else {
    append(0xF0U | (code_point >> 18U));
    append_tail(12);
    append_tail(6);
    append_tail(0);
  }
  return true;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) {
      result += replacement;
      text.remove_prefix(1);
    } else {
      result += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return result;
}

void append_visible(std::string& out, std::string_view text, std::string_view kept) {
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::distance(text.begin(), std::ranges::find_if_not(text, is_plain)));
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const std::size_t length = character_length(text);
    if (length == 0) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte_at(text, 0));
    } else if (const std::uint32_t code_point = code_point_of(text, length);
               acts_on_its_reader(code_point) &&
               (length > 1 || kept.find(text.front()) == std::string_view::npos)) {
      append_spelled(out, code_point);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

std::string visible(std::string_view text, std::string_view kept) {
  std::string out;
  append_visible(out, text, kept);
  return out;
}

}  // namespace firedrill::api
