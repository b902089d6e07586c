#pragma once

/// One look at a component's clock, as the decisions take it.

#include "policy/api/time.h"

namespace firedrill::policy {

/// Both readings of `policy::Clock` at one instant. `now` is kept as a stamp and delays are
/// computed from it; `late` is held against deadlines that must be strictly past. On a real clock
/// the callback of a timer runs a little after the instant it was set for, so a strict comparison
/// succeeds there; with exact timers `late` stands for that little (karmada-failover "epsilon
/// rule").
struct ClockReading {
  api::Timestamp now;
  api::Timestamp late;

  /// A reading at which nothing is late: what a strict comparison makes of the exact instant.
  [[nodiscard]] static constexpr ClockReading exact(api::Timestamp now) { return {now, now}; }
};

}  // namespace firedrill::policy
