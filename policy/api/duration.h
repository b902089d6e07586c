#pragma once

/// Durations as Kubernetes writes them: Go's `time.ParseDuration` and `Duration.String`, to the
/// digit.

#include <string>
#include <string_view>

#include "policy/api/result.h"
#include "policy/api/time.h"

namespace firedrill::api {

/// Reads "1h30m", "-1.5s", "300ms", "0": an optional sign, then numbers with a unit each (ns, us,
/// µs, ms, s, m, h), in any order and repeated as often as wanted; only "0" needs no unit. What
/// exceeds 64 bits of nanoseconds (about 292 years) is a problem. Fractions are cut to whole
/// nanoseconds.
///
/// Follows Go time/format.go, ParseDuration. The fraction goes through a double as there, so a
/// fraction with many digits loses the same digits.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The shortest of Go's forms: "0s", "1.5ms", "2m0s", "1h30m0s"; the seconds are always there,
/// hours have no upper limit. `parse_duration` reads it back exactly.
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace firedrill::api
