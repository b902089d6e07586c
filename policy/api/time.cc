#include "policy/api/time.h"

#include <limits>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace firedrill::api {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::int64_t duration_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t duration_min = std::numeric_limits<std::int64_t>::min();

Duration saturated_difference(std::int64_t end, std::int64_t start) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(end, start, &difference)) return Duration(difference);
  return Duration(end > start ? duration_max : duration_min);
}

std::string format_whole_seconds(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<seconds> clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// An instant as RFC 3339 can write it: wider than `Timestamp`, finer than `StoredTime`.
struct Instant {
  std::int64_t unix_seconds;
  std::int64_t nanoseconds;  // 0 to 999,999,999, forwards from unix_seconds
};

/// A cursor over a text of fixed-width fields.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `width` digits.
  std::optional<int> number(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, width)) {
      if (!is_digit(c)) return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }

  /// One digit or more after the decimal point, as nanoseconds.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::int64_t unit = nanoseconds_per_second;
    std::size_t length = 0;
    for (; length < rest_.size() && is_digit(rest_[length]); ++length) {
      unit /= 10;
      value += unit * (rest_[length] - '0');
    }
    if (length == 0) return std::nullopt;
    rest_.remove_prefix(length);
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> read_date(Fields& fields) {
  const auto year = fields.number(4);
  if (!year || !fields.take('-')) return std::nullopt;
  const auto month = fields.number(2);
  if (!month || !fields.take('-')) return std::nullopt;
  const auto day = fields.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<seconds> read_time_of_day(Fields& fields) {
  const auto hour = fields.number(2);
  if (!hour || *hour > 23 || !fields.take(':')) return std::nullopt;
  const auto minute = fields.number(2);
  if (!minute || *minute > 59 || !fields.take(':')) return std::nullopt;
  const auto second = fields.number(2);
  if (!second || *second > 59) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + seconds(*second);
}

/// How far local time is ahead of UTC.
std::optional<seconds> read_offset(Fields& fields) {
  if (fields.take('Z')) return seconds(0);
  const bool ahead = fields.take('+');
  if (!ahead && !fields.take('-')) return std::nullopt;
  const auto hour = fields.number(2);
  if (!hour || *hour > 23 || !fields.take(':')) return std::nullopt;
  const auto minute = fields.number(2);
  if (!minute || *minute > 59) return std::nullopt;
  const seconds offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return ahead ? offset : -offset;
}

std::optional<Instant> read_instant(std::string_view text) {
  Fields fields(text);
  const auto date = read_date(fields);
  if (!date || !fields.take('T')) return std::nullopt;
  const auto time_of_day = read_time_of_day(fields);
  if (!time_of_day) return std::nullopt;
  std::int64_t nanoseconds = 0;
  if (fields.take('.')) {
    const auto fraction = fields.fraction();
    if (!fraction) return std::nullopt;
    nanoseconds = *fraction;
  }
  const auto offset = read_offset(fields);
  if (!offset || !fields.at_end()) return std::nullopt;
  const std::chrono::sys_seconds whole = *date + *time_of_day - *offset;
  return Instant{whole.time_since_epoch().count(), nanoseconds};
}

Problem not_rfc3339(std::string_view text) {
  return Problem{fmt::format("\"{}\" is not an RFC 3339 time", text)};
}

}  // namespace

StoredTime StoredTime::from_unix_seconds(std::int64_t seconds) {
  if (seconds < unix_seconds_min || seconds > unix_seconds_max) {
    throw std::logic_error("stored time outside of the years 0000 to 9999");
  }
  return StoredTime(seconds);
}

Timestamp StoredTime::timestamp() const {
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(unix_seconds_, nanoseconds_per_second, &nanoseconds)) {
    return unix_seconds_ < 0 ? Timestamp::min() : Timestamp::max();
  }
  return Timestamp(Duration(nanoseconds));
}

Duration elapsed(Timestamp start, Timestamp end) {
  return saturated_difference(end.time_since_epoch().count(), start.time_since_epoch().count());
}

Duration elapsed(StoredTime start, StoredTime end) {
  const std::int64_t difference = end.unix_seconds() - start.unix_seconds();
  std::int64_t nanoseconds = 0;
  if (!__builtin_mul_overflow(difference, nanoseconds_per_second, &nanoseconds)) {
    return Duration(nanoseconds);
  }
  return difference < 0 ? Duration::min() : Duration::max();
}

Timestamp later(Timestamp time, Duration delay) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(time.time_since_epoch().count(), delay.count(), &sum)) {
    return delay < Duration::zero() ? Timestamp::min() : Timestamp::max();
  }
  return Timestamp(Duration(sum));
}

std::string format_rfc3339(StoredTime time) {
  return format_whole_seconds(std::chrono::sys_seconds(seconds(time.unix_seconds()))) + 'Z';
}

std::string format_rfc3339(Timestamp time) {
  const auto whole = std::chrono::floor<seconds>(time);
  const Duration fraction(time.time_since_epoch() % seconds(1));
  std::string text = format_whole_seconds(whole);
  if (fraction != Duration::zero()) {
    const std::int64_t forwards =
        fraction.count() < 0 ? fraction.count() + nanoseconds_per_second : fraction.count();
    text += fmt::format(".{:09}", forwards);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

std::string format_rfc3339_micro(Timestamp time) {
  const auto whole = std::chrono::floor<seconds>(time);
  const std::int64_t remainder = (time.time_since_epoch() % seconds(1)).count();
  const std::int64_t forwards = remainder < 0 ? remainder + nanoseconds_per_second : remainder;
  return format_whole_seconds(whole) + fmt::format(".{:06}Z", forwards / 1000);
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  const auto instant = read_instant(text);
  if (!instant) return not_rfc3339(text);
  // Seconds are counted towards the epoch, so that the first partial second of the scale is reached
  // too.
  const bool before_epoch = instant->unix_seconds < 0;
  const std::int64_t whole = instant->unix_seconds + (before_epoch ? 1 : 0);
  const std::int64_t part = instant->nanoseconds - (before_epoch ? nanoseconds_per_second : 0);
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(whole, nanoseconds_per_second, &nanoseconds) ||
      __builtin_add_overflow(nanoseconds, part, &nanoseconds)) {
    return Problem{fmt::format("\"{}\" is outside of the years 1678 to 2261", text)};
  }
  return Timestamp(Duration(nanoseconds));
}

Result<StoredTime> parse_stored_time(std::string_view text) {
  const auto instant = read_instant(text);
  if (!instant) return not_rfc3339(text);
  if (instant->unix_seconds < StoredTime::unix_seconds_min ||
      instant->unix_seconds > StoredTime::unix_seconds_max) {
    return Problem{fmt::format("\"{}\" is outside of the years 0000 to 9999 in UTC", text)};
  }
  return StoredTime::from_unix_seconds(instant->unix_seconds);
}

}  // namespace firedrill::api
