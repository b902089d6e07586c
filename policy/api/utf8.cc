#include "policy/api/utf8.h"

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

/// The length of the character at the front of `text`, 0 if there is none. Requires: `text` is not
/// empty.
std::size_t character_length(std::string_view text) {
  const Lead lead = lead_of(byte_at(text, 0));
  if (lead.length == 0 || lead.length > text.size()) return 0;
  std::uint32_t code_point = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const std::uint32_t byte = byte_at(text, i);
    if ((byte & 0xC0U) != 0x80) return 0;
    code_point = (code_point << 6U) | (byte & 0x3FU);
  }
  const bool valid = code_point >= lead.code_point_min && code_point <= code_point_max &&
                     !is_surrogate(code_point);
  return valid ? lead.length : 0;
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

}  // namespace firedrill::api
