#include "analysis/timeline/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace firedrill::timeline {
namespace {

bool needs_escape(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default: {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto code = static_cast<unsigned char>(c);
      out += "\\u00";
      out.push_back(digits[code >> 4U]);
      out.push_back(digits[code & 0xFU]);
    }
  }
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out.append(buffer.data(), end);
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text, plain, i - plain);
    append_escaped(out, text[i]);
    plain = i + 1;
  }
  out.append(text, plain);
  out.push_back('"');
}

void append_json(std::string& out, const nlohmann::json& json) {
  using Kind = nlohmann::json::value_t;
  switch (json.type()) {
    case Kind::boolean:
      append_value(out, json.get<bool>());
      return;
    case Kind::number_integer:
      append_integer(out, json.get<std::int64_t>());
      return;
    case Kind::number_unsigned:
      append_integer(out, json.get<std::uint64_t>());
      return;
    case Kind::number_float:
      append_double(out, json.get<double>());
      return;
    case Kind::string:
      append_json(out, std::string_view(json.get_ref<const std::string&>()));
      return;
    case Kind::array:
      out.push_back('[');
      for (const nlohmann::json& element : json) {
        if (out.back() != '[') out.push_back(',');
        append_json(out, element);
      }
      out.push_back(']');
      return;
    case Kind::object:
      out.push_back('{');
      for (const auto& [key, value] : json.items()) {
        if (out.back() != '{') out.push_back(',');
        append_json(out, std::string_view(key));
        out.push_back(':');
        append_json(out, value);
      }
      out.push_back('}');
      return;
    case Kind::null:
    case Kind::binary:
    case Kind::discarded:
      break;
  }
  throw std::logic_error("a timeline holds neither null nor binary values");
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) throw std::logic_error("a timeline holds finite numbers only");
  append_number(out, number);
}

void append_seconds(std::string& out, sim::Duration duration) {
  constexpr std::uint64_t unit = 1'000'000'000;
  const bool negative = duration.count() < 0;
  auto left = static_cast<std::uint64_t>(duration.count());
  if (negative) {
    out.push_back('-');
    left = 0 - left;
  }
  append_integer(out, left / unit);
  std::uint64_t fraction = left % unit;
  if (fraction == 0) return;
  out.push_back('.');
  for (std::uint64_t place = unit / 10; fraction != 0; place /= 10) {
    out.push_back(static_cast<char>('0' + fraction / place));
    fraction %= place;
  }
}

void append_integer(std::string& out, std::int64_t number) {
  append_number(out, number);
}
void append_integer(std::string& out, std::uint64_t number) {
  append_number(out, number);
}

}  // namespace firedrill::timeline
