#include "policy/api/duration.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace firedrill::api {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

constexpr std::uint64_t microsecond = 1'000;
constexpr std::uint64_t millisecond = 1'000'000;
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;

constexpr std::array<Unit, 8> units{{
    {"ns", 1},
    {"us", microsecond},
    {"\u00B5s", microsecond},  // micro sign
    {"\u03BCs", microsecond},  // Greek letter mu
    {"ms", millisecond},
    {"s", second},
    {"m", minute},
    {"h", hour},
}};

/// The magnitude of the smallest duration; the largest positive one is one less.
constexpr std::uint64_t magnitude_max = std::uint64_t{1} << 63;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::uint64_t digit_value(char c) {
  return static_cast<std::uint64_t>(c - '0');
}

/// Cuts the digits at the front off `text`.
std::string_view take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length]))
    ++length;
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

/// Cuts everything up to the next number off `text`.
std::string_view take_unit(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] != '.' && !is_digit(text[length]))
    ++length;
  const std::string_view unit = text.substr(0, length);
  text.remove_prefix(length);
  return unit;
}

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (value > magnitude_max / 10) return std::nullopt;
    value = value * 10 + digit_value(c);
    if (value > magnitude_max) return std::nullopt;
  }
  return value;
}

/// `.digits` of one unit, in nanoseconds. Digits that no longer fit 63 bits are ignored.
std::uint64_t fraction_of(std::string_view digits, std::uint64_t unit) {
  constexpr auto keep_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t value = 0;
  double scale = 1;
  for (const char c : digits) {
    if (value > keep_max / 10) break;
    const std::uint64_t next = value * 10 + digit_value(c);
    if (next > magnitude_max) break;
    value = next;
    scale *= 10;
  }
  // The reference's own order of operations; it decides the last nanosecond.
  return static_cast<std::uint64_t>(static_cast<double>(value) *
                                    (static_cast<double>(unit) / scale));
}

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

Problem invalid(std::string_view text) {
  return Problem{fmt::format("invalid duration \"{}\"", text)};
}

/// Cuts one number with its unit off `rest` and returns its nanoseconds. `text` is the whole, for
/// the problem.
Result<std::uint64_t> take_term(std::string_view& rest, std::string_view text) {
  const std::string_view whole_digits = take_digits(rest);
  std::string_view fraction_digits;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction_digits = take_digits(rest);
  }
  if (whole_digits.empty() && fraction_digits.empty()) return invalid(text);
  const auto whole = whole_number(whole_digits);
  if (!whole) return invalid(text);

  const std::string_view unit_name = take_unit(rest);
  if (unit_name.empty()) return Problem{fmt::format("missing unit in duration \"{}\"", text)};
  const Unit* unit = find_unit(unit_name);
  if (unit == nullptr) {
    return Problem{fmt::format("unknown unit \"{}\" in duration \"{}\"", unit_name, text)};
  }
  if (*whole > magnitude_max / unit->nanoseconds) return invalid(text);
  const std::uint64_t nanoseconds =
      *whole * unit->nanoseconds + fraction_of(fraction_digits, unit->nanoseconds);
  if (nanoseconds > magnitude_max) return invalid(text);
  return nanoseconds;
}

/// `value` units as a decimal number, where 10^`digits` nanoseconds are one unit; no trailing
/// zeros.
std::string decimal(std::uint64_t value, int digits) {
  std::uint64_t divisor = 1;
  for (int i = 0; i < digits; ++i)
    divisor *= 10;
  std::string text = fmt::format("{}", value / divisor);
  if (value % divisor != 0) {
    text += fmt::format(".{:0{}}", value % divisor, digits);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return Duration::zero();
  if (rest.empty()) return invalid(text);

  std::uint64_t total = 0;
  while (!rest.empty()) {
    const Result<std::uint64_t> term = take_term(rest, text);
    if (!term) return Problem{term.problem()};
    total += *term;
    if (total > magnitude_max) return invalid(text);
  }
  if (negative) return Duration(static_cast<std::int64_t>(-total));
  if (total == magnitude_max) return invalid(text);
  return Duration(static_cast<std::int64_t>(total));
}

std::string format_duration(Duration duration) {
  const bool negative = duration.count() < 0;
  const auto bits = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t magnitude = negative ? -bits : bits;
  std::string text = negative ? "-" : "";
  if (magnitude == 0) return "0s";
  if (magnitude < microsecond) return text + fmt::format("{}ns", magnitude);
  if (magnitude < millisecond) return text + decimal(magnitude, 3) + "\u00B5s";
  if (magnitude < second) return text + decimal(magnitude, 6) + "ms";
  if (magnitude >= hour) text += fmt::format("{}h", magnitude / hour);
  if (magnitude >= minute) text += fmt::format("{}m", magnitude % hour / minute);
  return text + decimal(magnitude % minute, 9) + 's';
}

}  // namespace firedrill::api
