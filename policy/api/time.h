#pragma once

/// Civil time of the API objects, and the durations between two such times.
///
/// `Timestamp` is what a component reads off its clock: nanoseconds, years 1677 to 2262.
/// `StoredTime` is what the API server keeps of it: whole seconds, cut downwards, years 0000 to
/// 9999. The two never mix silently, because much of the reference's behaviour hangs on the lost
/// fraction (metav1.Time against time.Time). No function here reads a clock, a locale or a time
/// zone.

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/api/result.h"

namespace firedrill::api {

/// A length of time; the Go `time.Duration` of the references.
using Duration = std::chrono::nanoseconds;

/// An instant on a component's clock, in UTC.
using Timestamp = std::chrono::sys_time<Duration>;

/// An instant as the API server stores it (metav1.Time): whole seconds since the Unix epoch, UTC.
///
/// Follows apimachinery pkg/apis/meta/v1/time.go: the fraction is dropped when the object is
/// written.
class StoredTime {
 public:
  static constexpr std::int64_t unix_seconds_min = -62'167'219'200;  // 0000-01-01T00:00:00Z
  static constexpr std::int64_t unix_seconds_max = 253'402'300'799;  // 9999-12-31T23:59:59Z

  /// The Unix epoch. An object without a time holds an empty `std::optional<StoredTime>` instead.
  constexpr StoredTime() = default;

  /// Throws `std::logic_error` outside of the years 0000 to 9999, which RFC 3339 cannot write.
  [[nodiscard]] static StoredTime from_unix_seconds(std::int64_t seconds);

  /// What remains of `time` once it was stored: the last whole second not after it.
  [[nodiscard]] static constexpr StoredTime floor(Timestamp time) {
    return StoredTime(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  }

  [[nodiscard]] constexpr std::int64_t unix_seconds() const { return unix_seconds_; }

  /// The same instant on the clock's scale; the nearer end of that scale for a year outside 1678 to
  /// 2261.
  [[nodiscard]] Timestamp timestamp() const;

  friend constexpr auto operator<=>(const StoredTime&, const StoredTime&) = default;

 private:
  constexpr explicit StoredTime(std::int64_t unix_seconds) : unix_seconds_(unix_seconds) {}

  std::int64_t unix_seconds_ = 0;
};

/// How long from `start` to `end`: negative if `end` is earlier. Saturates at the longest duration
/// of either sign (292 years) as Go's `Time.Sub` does.
[[nodiscard]] Duration elapsed(Timestamp start, Timestamp end);
[[nodiscard]] Duration elapsed(StoredTime start, StoredTime end);

/// `time + delay`, kept at the end of the scale where the sum would leave it.
[[nodiscard]] Timestamp later(Timestamp time, Duration delay);

/// "2026-03-01T09:00:00Z".
[[nodiscard]] std::string format_rfc3339(StoredTime time);

/// "2026-03-01T09:00:00.25Z": as many digits of the fraction as needed, none for a whole second.
[[nodiscard]] std::string format_rfc3339(Timestamp time);

/// "2026-03-01T09:00:00.250000Z": always six digits, the rest cut off. The form of
/// metav1.MicroTime, which leases use.
[[nodiscard]] std::string format_rfc3339_micro(Timestamp time);

/// Reads RFC 3339: `YYYY-MM-DDThh:mm:ss`, an optional fraction, then `Z` or a numeric offset.
/// Digits of the fraction past the ninth are cut off. Dates that the calendar lacks and second 60
/// are problems, as in Go.
[[nodiscard]] Result<Timestamp> parse_timestamp(std::string_view text);

/// As `parse_timestamp`, for all years 0000 to 9999; a fraction is cut downwards.
[[nodiscard]] Result<StoredTime> parse_stored_time(std::string_view text);

}  // namespace firedrill::api
