#pragma once

/// Exact amounts of what is measured, and statistics over them. No rounding before printing, so
/// that sums don't depend on their order.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/time.h"

namespace firedrill::analysis {

/// 10^8 replicas for 146 years, in replica-nanoseconds, need 90 bits.
__extension__ typedef __int128 Int128;

enum class Unit : std::uint8_t {
  count,            ///< Printed as an integer.
  replicas,         ///< The same.
  seconds,          ///< Held in nanoseconds, printed as decimal seconds.
  replica_seconds,  ///< Held in replica-nanoseconds, printed as decimal replica·s.
  share,            ///< A ratio; printed as the nearest double.
  per_second,       ///< A count over nanoseconds; printed as the nearest double.
};

/// "count", "replicas", "s", "replica·s", "share", "1/s".
[[nodiscard]] std::string_view to_string(Unit unit);

/// A number in the unit's own scale: a fraction whose denominator is positive, and 1 unless the
/// unit is a ratio.
struct Amount {
  Int128 numerator = 0;
  Int128 denominator = 1;

  constexpr Amount() = default;
  constexpr Amount(Int128 number, Int128 by = 1)  // NOLINT(google-explicit-constructor): a number
      : numerator(number), denominator(by) {}
  explicit Amount(sim::Duration duration) : numerator(duration.count()) {}

  friend bool operator==(const Amount& a, const Amount& b) { return !(a < b) && !(b < a); }
  friend bool operator<(const Amount& a, const Amount& b);
};

/// The number for people and files: whole, decimal, or shortest round-trip.
[[nodiscard]] std::string format_amount(Unit unit, const Amount& amount);

/// The nearest double, in the unit as it is printed.
[[nodiscard]] double to_double(Unit unit, const Amount& amount);

enum class Statistic : std::uint8_t {
  sum,
  min,
  max,
  p50,    ///< Nearest rank: the smallest amount with at least half of all at or below it.
  p95,    ///< The same with 95 of 100.
  ratio,  ///< Sum of one measure over the sum of another.
};

/// The statistic (not `ratio`) of the amounts; nothing if there are none.
[[nodiscard]] std::optional<Amount> reduce(Statistic statistic, std::vector<Amount> amounts);

}  // namespace firedrill::analysis
