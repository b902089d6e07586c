#pragma once

// Virtual time: whole nanoseconds since the start of a run. Virtual time and civil time are
// different types, so that they can't be mixed up; nothing in `sim` knows civil time. A run starts
// at `start_time` and can last until `latest_time`, 73 years later: the event queue packs time and
// phase into 64 bits.

#include <chrono>
#include <cstdint>
#include <limits>

namespace firedrill::sim {

/// A span of virtual time. May be negative in arithmetic.
using Duration = std::chrono::nanoseconds;

/// The clock of a run. It has no `now()`: only an engine knows the present of its run.
struct VirtualClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<VirtualClock>;
  static constexpr bool is_steady = true;
};

/// An instant of virtual time.
using Time = VirtualClock::time_point;

/// The instant at which every run starts.
inline constexpr Time start_time{};

/// The last instant at which an event can take place: 2^61 - 1 ns after the start.
inline constexpr Time latest_time{Duration{(std::int64_t{1} << 61) - 1}};

/// `time + delay`, held within [start_time, latest_time]: a delay of `Duration::max()` means "at
/// the end of days". Requires: `time` within [start_time, latest_time].
[[nodiscard]] constexpr Time saturating_add(Time time, Duration delay) {
  if (delay > latest_time - time) return latest_time;
  if (delay < start_time - time) return start_time;
  return time + delay;
}

/// Whole nanoseconds since the start of the run.
[[nodiscard]] constexpr std::int64_t to_nanoseconds(Time time) {
  return time.time_since_epoch().count();
}

/// Seconds as a real number, for metrics and printing; exact up to 2^53 ns.
[[nodiscard]] constexpr double to_seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

/// The duration of that many seconds, rounded to the nearest nanosecond (halves away from zero),
/// held within [Duration::min(), Duration::max()]. Not-a-number gives zero.
[[nodiscard]] constexpr Duration from_seconds(double seconds) {
  constexpr double edge = 9223372036854775808.0;  // 2^63
  const double scaled = seconds * 1e9;
  if (scaled >= edge) return Duration::max();
  if (scaled <= -edge) return Duration::min();
  if (scaled != scaled) return Duration::zero();
  const auto whole = static_cast<std::int64_t>(scaled);
  const double rest = scaled - static_cast<double>(whole);
  if (rest >= 0.5) return Duration{whole + 1};
  if (rest <= -0.5) return Duration{whole - 1};
  return Duration{whole};
}

/// The first instant at or after `from` on the grid `origin + k * period`, k a whole number >= 0,
/// held at `latest_time`. Requires: period > 0.
[[nodiscard]] constexpr Time next_on_grid(Time origin, Duration period, Time from) {
  if (from <= origin) return origin;
  const Duration past = (from - origin) % period;
  return past == Duration::zero() ? from : saturating_add(from, period - past);
}

}  // namespace firedrill::sim
