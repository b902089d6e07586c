#pragma once

/// What load that is not ours wants in a cluster at a time: decisions alone; the cluster follows
/// them (member_cluster.h).

#include <optional>

#include "models/member/nodes.h"
#include "models/spec/background_spec.h"
#include "policy/api/time.h"
#include "sim/time.h"

namespace firedrill::models {

/// A daily load changes at whole quarters of an hour of civil time, to its value at that instant.
inline constexpr sim::Duration daily_step = std::chrono::minutes(15);

/// The load at a time. `epoch` is the civil time of the start. Shares are rounded to millionths.
/// O(points of a trace).
[[nodiscard]] BackgroundLoad background_at(const BackgroundSpec& background,
                                           sim::Time time,
                                           api::Timestamp epoch);

/// The first time after `time` at which the load is another one; absent if there is none.
[[nodiscard]] std::optional<sim::Time> next_background_change(const BackgroundSpec& background,
                                                              sim::Time time,
                                                              api::Timestamp epoch);

}  // namespace firedrill::models
