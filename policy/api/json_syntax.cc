#include "policy/api/json_syntax.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"

namespace firedrill::api::json_syntax {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_number_part(char c) {
  return is_digit(c) || is_word(c) || c == '-' || c == '+' || c == '.';
}

unsigned byte_at(std::string_view text, std::size_t offset) {
  return offset < text.size() ? static_cast<unsigned char>(text[offset]) : 0U;
}

// Length of the well-formed UTF-8 sequence at `offset`, or 0 (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t offset) {
  const unsigned lead = byte_at(text, offset);
  const unsigned second = byte_at(text, offset + 1);
  const auto continues = [&](std::size_t at) { return (byte_at(text, at) & 0xc0U) == 0x80U; };
  if (lead < 0x80U) return 1;
  if (lead >= 0xc2U && lead <= 0xdfU) return continues(offset + 1) ? 2 : 0;
  if (lead >= 0xe0U && lead <= 0xefU) {
    const unsigned low = lead == 0xe0U ? 0xa0U : 0x80U;
    const unsigned high = lead == 0xedU ? 0x9fU : 0xbfU;
    return second >= low && second <= high && continues(offset + 2) ? 3 : 0;
  }
  if (lead >= 0xf0U && lead <= 0xf4U) {
    const unsigned low = lead == 0xf0U ? 0x90U : 0x80U;
    const unsigned high = lead == 0xf4U ? 0x8fU : 0xbfU;
    return second >= low && second <= high && continues(offset + 2) && continues(offset + 3) ? 4
                                                                                             : 0;
  }
  return 0;
}

// The character at `offset`, for a message.
std::string character(std::string_view text, std::size_t offset) {
  if (text[offset] == '"') return "a text";
  const std::size_t length = std::max<std::size_t>(1, utf8_length(text, offset));
  return in_quotes(text.substr(offset, length));
}

// Offset of a "/*" whose "*/" never comes, at the next significant place; none if all is well.
std::optional<std::size_t> open_comment(std::string_view text, std::size_t offset) {
  while (offset < text.size()) {
    if (is_blank(text[offset])) {
      ++offset;
    } else if (text.substr(offset, 2) == "//") {
      offset = std::min(text.find_first_of("\n\r", offset), text.size());
    } else if (text.substr(offset, 2) == "/*") {
      const std::size_t end = text.find("*/", offset + 2);
      if (end == std::string_view::npos) return offset;
      offset = end + 2;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> hex4(std::string_view text, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = offset; i < offset + 4; ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    const char low = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      value = value * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (low >= 'a' && low <= 'f') {
      value = value * 16 + static_cast<std::uint32_t>(low - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xd800 && unit <= 0xdbff;
}
bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

// The "\uXXXX" at `at` of a string: what is wrong with it, or how long the escape is with its pair.
std::optional<Explanation> explain_unicode_escape(std::string_view text,
                                                  std::size_t at,
                                                  std::size_t& length) {
  const auto unit = hex4(text, at + 2);
  if (!unit) return Explanation{at, "\\u without four hexadecimal digits", "write \\u00e9 for é"};
  length = 6;
  const bool low_follows =
      text.substr(at + 6, 2) == "\\u" && is_low_surrogate(hex4(text, at + 8).value_or(0));
  if (is_low_surrogate(*unit) || (is_high_surrogate(*unit) && !low_follows)) {
    return Explanation{at, fmt::format("half of a surrogate pair, \\u{:04x}", *unit),
                       "write both halves, or the character itself"};
  }
  if (is_high_surrogate(*unit)) length = 12;
  return std::nullopt;
}

// What is wrong with the string that starts at `start`; none if it is whole.
std::optional<Explanation> explain_string(std::string_view text, std::size_t start) {
  for (std::size_t at = start + 1; at < text.size();) {
    const char c = text[at];
    if (c == '"') return std::nullopt;
    if (c == '\n' || c == '\r') {
      return Explanation{start, "a text without closing quote",
                         "close it on the same line; a line break inside is written \\n"};
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      return Explanation{
          at, fmt::format("control character {} in a text", character(text, at)),
          c == '\t' ? "write \\t" : fmt::format("write \\u{:04x}", static_cast<unsigned char>(c))};
    }
    std::size_t length = 1;
    if (c == '\\') {
      const char escape = at + 1 < text.size() ? text[at + 1] : '"';
      length = 2;
      if (escape == 'u') {
        if (auto wrong = explain_unicode_escape(text, at, length)) return wrong;
      } else if (std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos) {
        return Explanation{at, fmt::format("unknown escape \\{}", escape),
                           "JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"};
      }
    }
    at += length;
  }
  return Explanation{start, "a text without closing quote", "close it"};
}

std::string lower_case(std::string_view text) {
  std::string out(text.substr(0, 16));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Explanation explain_word(std::string_view text, std::size_t offset) {
  const std::string_view word = text.substr(offset, token_end(text, offset) - offset);
  const std::string low = lower_case(word);
  const std::string name = low.starts_with('-') || low.starts_with('+') ? low.substr(1) : low;
  if (name == "nan" || name == "inf" || name == "infinity") {
    return {offset, fmt::format("{} is no JSON number", word), "give a finite number"};
  }
  if (low == "true" || low == "false" || low == "null" || low == "none") {
    return {offset, fmt::format("unknown word {}", in_quotes(word)),
            fmt::format("write {}", low == "none" ? "null" : low)};
  }
  return {offset, fmt::format("unknown word {}", in_quotes(word)),
          "a text stands in double quotes; other words are true, false and null"};
}

// JSON's grammar of numbers, to tell a misspelt one from one that is too large.
bool is_json_number(std::string_view token) {
  std::size_t i = token.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < token.size() && is_digit(token[i]))
      ++i;
    return i - begin;
  };
  const bool zero = i < token.size() && token[i] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < token.size() && token[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == token.size();
}

Explanation explain_number(std::string_view text, std::size_t offset) {
  const std::string_view token = text.substr(offset, token_end(text, offset) - offset);
  const bool digits = std::ranges::any_of(token, is_digit);
  if (!digits && std::ranges::any_of(token, is_word)) return explain_word(text, offset);
  if (is_json_number(token)) {
    return {offset, fmt::format("{} is too large for a number", in_quotes(token, 40)),
            "the largest is about 1.8e308"};
  }
  return {offset, fmt::format("{} is no JSON number", in_quotes(token, 40)),
          "write it like -12, 0.5 or 1e3; anything else, such as a quantity, in double quotes"};
}

// A token that can't start a value, or a value that is broken inside.
Explanation explain_value(std::string_view text, std::size_t offset) {
  const char c = text[offset];
  if (c == '"') {
    if (auto wrong = explain_string(text, offset)) return *wrong;
  }
  if (c == '\'') {
    return {offset, "a text in single quotes", "JSON wants double quotes"};
  }
  if (is_digit(c) || c == '-' || c == '+' || c == '.') return explain_number(text, offset);
  if (is_word(c)) return explain_word(text, offset);
  if (c == ']' || c == '}' || c == ',' || c == ':') {
    return {offset, fmt::format("\"{}\" where a value is expected", c), "give a value"};
  }
  return {offset, fmt::format("{} where a value is expected", character(text, offset)),
          "give a text, number, list, object, true, false or null"};
}

Explanation explain_key(std::string_view text, std::size_t offset, bool after_comma) {
  const char c = text[offset];
  if (c == '"') return explain_value(text, offset);
  if (c == '}' && after_comma) {
    return {offset, "a comma before the end of an object", "remove the comma"};
  }
  if (c == ',') return {offset, "a comma without a member before it", "remove the comma"};
  if (c == ']') return {offset, "\"]\" in an object", "close the object with \"}\" first"};
  return {offset, fmt::format("{} where a key is expected", character(text, offset)),
          "a key stands in double quotes"};
}

Explanation explain_element(std::string_view text, std::size_t offset, bool after_comma) {
  const char c = text[offset];
  if (c == ']' && after_comma) {
    return {offset, "a comma before the end of a list", "remove the comma"};
  }
  if (c == ',') return {offset, "a comma without a value before it", "remove the comma"};
  if (c == '}') return {offset, "\"}\" in a list", "close the list with \"]\" first"};
  return explain_value(text, offset);
}

// After a whole value, something other than a comma or the end of its container.
Explanation explain_after_value(std::string_view text, std::size_t offset, char container) {
  const char c = text[offset];
  if (container == ' ') {
    return {offset, fmt::format("{} after the end of the document", character(text, offset)),
            "a file holds one value"};
  }
  const char close = container == '{' ? '}' : ']';
  if (c == '}' || c == ']' || c == ':') {
    return {offset, fmt::format("\"{}\" where \",\" or \"{}\" is expected", c, close),
            fmt::format("close the {} with \"{}\"", container == '{' ? "object" : "list", close)};
  }
  return {offset,
          fmt::format("{} where \",\" or \"{}\" is expected", character(text, offset), close),
          "put a comma between"};
}

}  // namespace

std::size_t skip_blank(std::string_view text, std::size_t offset) {
  while (offset < text.size()) {
    if (is_blank(text[offset])) {
      ++offset;
    } else if (text.substr(offset, 2) == "//") {
      offset = std::min(text.find_first_of("\n\r", offset), text.size());
    } else if (text.substr(offset, 2) == "/*") {
      const std::size_t end = text.find("*/", offset + 2);
      offset = end == std::string_view::npos ? text.size() : end + 2;
    } else {
      break;
    }
  }
  return offset;
}

std::size_t token_end(std::string_view text, std::size_t offset) {
  std::size_t end = offset;
  if (end < text.size() && text[end] == '"') {
    ++end;
    while (end < text.size() && text[end] != '"')
      end += text[end] == '\\' ? std::size_t{2} : 1;
    return std::min(end + 1, text.size());
  }
  while (end < text.size() && is_number_part(text[end]))
    ++end;
  return std::max(end, std::min(offset + 1, text.size()));
}

Explanation explain(std::string_view text, const Stop& stop) {
  if (const auto comment = open_comment(text, stop.cursor)) {
    return {*comment, "a comment /* without its end", "close it with */"};
  }
  std::size_t at = skip_blank(text, stop.cursor);
  const char wanted = stop.after == After::key ? ':' : stop.after == After::value ? ',' : '\0';
  const bool separated = stop.container != ' ' && at < text.size() && text[at] == wanted;
  if (separated) {
    if (const auto comment = open_comment(text, at + 1)) {
      return {*comment, "a comment /* without its end", "close it with */"};
    }
    at = skip_blank(text, at + 1);
  }
  if (at >= text.size()) {
    if (stop.after == After::nothing) {
      return {text.size(), "the file is empty", "it must hold a JSON value"};
    }
    return {text.size(),
            fmt::format("the text ends inside {}", stop.container == '{' ? "an object" : "a list"),
            "is it cut off? A closing bracket may be missing"};
  }
  if (stop.after == After::nothing) return explain_value(text, at);
  if (stop.after == After::key) {
    if (separated) return explain_value(text, at);
    return {at, fmt::format("{} where \":\" is expected", character(text, at)),
            "a colon stands between key and value"};
  }
  if (stop.after == After::value && !separated) {
    // "01" and "500m" start with a number that the parser took for whole.
    const std::string_view last = text.substr(stop.last, stop.cursor - stop.last);
    const bool number = is_digit(last.front()) || last.front() == '-';
    if (number && !is_json_number(last)) return explain_number(text, stop.last);
    return explain_after_value(text, at, stop.container);
  }
  return stop.container == '{' ? explain_key(text, at, separated)
                               : explain_element(text, at, separated);
}

std::optional<Explanation> explain_bytes(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) {
    return Explanation{0, "the file starts with a byte order mark", "save it as UTF-8 without one"};
  }
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return Explanation{0, "the file is UTF-16", "save it as UTF-8"};
  }
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == 0) {
      return Explanation{at, "a NUL byte", "remove it; inside a text it is written \\u0000"};
    }
    if (byte == '\r' && byte_at(text, at + 1) != '\n') {
      return Explanation{at, "a carriage return without a line feed",
                         "end lines with LF or CR LF, not with CR alone"};
    }
    const std::size_t length = byte < 0x80 ? 1 : utf8_length(text, at);
    if (length == 0) {
      return Explanation{at, fmt::format("byte 0x{:02x} is no valid UTF-8", byte),
                         "save the file as UTF-8"};
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace firedrill::api::json_syntax
