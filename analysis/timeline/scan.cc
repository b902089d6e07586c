#include "analysis/timeline/scan.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "policy/api/utf8.h"

namespace firedrill::timeline {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether the text is a number as JSON spells it.
bool is_number(std::string_view text) {
  const auto digits = [&text] {
    const std::size_t before = text.size();
    while (!text.empty() && is_digit(text.front()))
      text.remove_prefix(1);
    return before - text.size();
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  if (!is_number(text)) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<std::uint32_t> hex_code(std::string_view& rest) {
  if (rest.size() < 4) return {};
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + 4, code, 16);
  if (error != std::errc{} || end != rest.data() + 4) return {};
  rest.remove_prefix(4);
  return code;
}

/// Appends the character of an escape whose backslash has been taken.
bool append_escape(std::string& out, std::string_view& rest) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  if (rest.empty()) return false;
  const char letter = rest.front();
  rest.remove_prefix(1);
  if (const std::size_t at = letters.find(letter); at != std::string_view::npos) {
    out.push_back(meanings[at]);
    return true;
  }
  if (letter != 'u') return false;
  std::optional<std::uint32_t> code = hex_code(rest);
  if (!code) return false;
  if (*code >= 0xD800 && *code < 0xDC00 && rest.starts_with("\\u")) {
    rest.remove_prefix(2);
    const std::optional<std::uint32_t> low = hex_code(rest);
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
    code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
  }
  return api::append_utf8(out, *code);
}

}  // namespace

Scan::Step::Step(Scan& scan, std::string_view key) : scan_(scan), length_(scan.pointer_.size()) {
  api::append_pointer(scan.pointer_, key);
}

std::string_view Scan::whole() {
  std::string_view rest = line_;
  const std::string_view value = skip_value(rest, 0);
  skip_blanks(rest);
  if (ok() && !rest.empty()) fail(rest, "text after the line's end", "one JSON object a line");
  return value;
}

std::vector<ScannedMember> Scan::members(std::string_view object) {
  std::vector<ScannedMember> members;
  if (!object.starts_with('{')) {
    fail(object, "not an object", "an object");
    return members;
  }
  std::string_view rest = object.substr(1);
  if (take(rest, '}')) return members;
  do {
    skip_blanks(rest);
    const std::string_view start = rest;
    if (!skip_string(rest)) return members;
    std::string key = decode(start.substr(0, start.size() - rest.size()));
    if (!take(rest, ':')) fail(rest, "no \":\" after a key", "a colon and a value");
    if (std::ranges::find(members, key, &ScannedMember::key) != members.end()) {
      fail(start, "a key stands twice: " + api::in_quotes(key), "each key once");
    }
    members.push_back({std::move(key), skip_value(rest, 0)});
  } while (ok() && take(rest, ','));
  return members;
}

std::vector<std::string_view> Scan::elements(std::string_view list) {
  std::vector<std::string_view> elements;
  if (!list.starts_with('[')) {
    fail(list, "not a list", "a list");
    return elements;
  }
  std::string_view rest = list.substr(1);
  if (take(rest, ']')) return elements;
  do {
    elements.push_back(skip_value(rest, 0));
  } while (ok() && take(rest, ','));
  return elements;
}

void Scan::read(std::string_view value, bool& out) {
  out = value == "true";
  if (!out && value != "false") fail(value, "not a boolean", "true or false");
}

void Scan::read(std::string_view value, std::int64_t& out) {
  if (!parse_number(value, out)) fail(value, "not a 64-bit integer", "a whole number");
}

void Scan::read(std::string_view value, std::uint64_t& out) {
  if (!parse_number(value, out)) fail(value, "not an integer from 0", "a whole number from 0");
}

void Scan::read(std::string_view value, double& out) {
  if (!parse_number(value, out)) fail(value, "not a number", "a number");
}

void Scan::read(std::string_view value, std::string& out) {
  if (value.starts_with('"')) {
    out = decode(value);
  } else {
    fail(value, "not a string", "a string");
  }
}

void Scan::read(std::string_view value, Span& out) {
  out = seconds(value).value_or(out.length);
}

void Scan::read(std::string_view value, Instant& out) {
  out = sim::Time{seconds(value).value_or(sim::Duration{})};
}

void Scan::read(std::string_view value, api::Quantity& out) {
  std::string text;
  read(value, text);
  api::Result<api::Quantity> quantity = api::Quantity::parse(text);
  if (quantity.ok()) {
    out = std::move(quantity).value();
  } else {
    fail(value, quantity.problem(), "a Kubernetes quantity");
  }
}

void Scan::read(std::string_view value, api::StoredTime& out) {
  std::string text;
  read(value, text);
  const api::Result<api::StoredTime> time = api::parse_stored_time(text);
  if (time.ok()) {
    out = time.value();
  } else {
    fail(value, time.problem(), "a time such as 2026-01-01T00:00:00Z");
  }
}

// The text has passed skip_value, so that its depth is bounded.
void Scan::read(std::string_view value, api::Json& out) {
  nlohmann::json json = nlohmann::json::parse(value, nullptr, false);
  if (json.is_discarded()) {
    fail(value, "not valid JSON", "a JSON value");
  } else {
    out = api::Json(std::move(json));
  }
}

void Scan::fail(std::string_view value, std::string problem, std::string remedy) {
  if (problem_) return;
  const auto offset = value.data() == nullptr ? std::ptrdiff_t{0} : value.data() - line_.data();
  problem_ = ScanProblem{static_cast<std::size_t>(offset), pointer_, std::move(problem),
                         std::move(remedy)};
}

std::string_view Scan::skip_value(std::string_view& rest, int depth) {
  skip_blanks(rest);
  const std::string_view start = rest;
  bool skipped = false;
  if (rest.empty()) {
    fail(rest, "the line ends too early", "the rest of the JSON text");
  } else if (rest.front() == '"') {
    skipped = skip_string(rest);
  } else if (rest.front() == '{' || rest.front() == '[') {
    skipped = skip_container(rest, depth);
  } else {
    skipped = skip_word(rest);
  }
  return skipped ? start.substr(0, start.size() - rest.size()) : start.substr(0, 0);
}

bool Scan::skip_string(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    fail(rest, "no string where a key should stand", "a key in quotes");
    return false;
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (c == '\\') ++i;
    if (static_cast<unsigned char>(c) < 0x20) break;
  }
  fail(rest, "a string without an end", "a closing quote; control characters escaped");
  return false;
}

bool Scan::skip_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of(",:]} \t\r"), rest.size());
  const std::string_view word = rest.substr(0, end);
  if (word != "true" && word != "false" && word != "null" && !is_number(word)) {
    fail(rest, "not a JSON value: " + api::in_quotes(word), "a value");
    return false;
  }
  rest.remove_prefix(end);
  return true;
}

bool Scan::skip_container(std::string_view& rest, int depth) {
  const bool object = rest.front() == '{';
  const char close = object ? '}' : ']';
  if (depth == depth_max) {
    fail(rest, "nested too deeply", "at most 128 levels");
    return false;
  }
  rest.remove_prefix(1);
  if (take(rest, close)) return true;
  do {
    skip_blanks(rest);
    if (object && (!skip_string(rest) || !take(rest, ':'))) {
      fail(rest, "no \":\" after a key", "a colon and a value");
      return false;
    }
    static_cast<void>(skip_value(rest, depth + 1));
    if (!ok()) return false;
  } while (take(rest, ','));
  if (take(rest, close)) return true;
  fail(rest, "an object or list without an end", object ? "a \"}\"" : "a \"]\"");
  return false;
}

void Scan::skip_blanks(std::string_view& rest) const {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r"), rest.size()));
}

bool Scan::take(std::string_view& rest, char wanted) {
  skip_blanks(rest);
  if (!rest.starts_with(wanted)) return false;
  rest.remove_prefix(1);
  return true;
}

std::optional<sim::Duration> Scan::seconds(std::string_view value) {
  const std::size_t point = std::min(value.find('.'), value.size());
  std::string_view whole_text = value.substr(0, point);
  std::string_view fraction = value.substr(std::min(point + 1, value.size()));
  const bool negative = whole_text.starts_with('-');
  if (negative) whole_text.remove_prefix(1);
  // Digits are gathered as a negative number, which reaches one further.
  std::int64_t total = 0;
  bool good = is_number(value) && fraction.size() <= 9;
  const auto append = [&](std::int64_t digit) {
    good = good && !__builtin_mul_overflow(total, std::int64_t{10}, &total) &&
           !__builtin_sub_overflow(total, digit, &total);
  };
  for (const char c : whole_text)
    append(c - '0');
  for (std::size_t i = 0; i < 9; ++i)
    append(i < fraction.size() ? fraction[i] - '0' : 0);
  good =
      good && std::ranges::all_of(fraction, is_digit) && std::ranges::all_of(whole_text, is_digit);
  if (!negative) good = good && !__builtin_sub_overflow(std::int64_t{0}, total, &total);
  if (good) return sim::Duration{total};
  fail(value, "not a number of seconds", "a decimal with at most nine places");
  return {};
}

std::string Scan::decode(std::string_view quoted) {
  std::string text;
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    text.append(rest, 0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    const std::string_view escape = rest;
    rest.remove_prefix(1);
    if (!append_escape(text, rest)) {
      fail(escape, "an escape that JSON does not have",
           "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
      break;
    }
  }
  return text;
}

}  // namespace firedrill::timeline
