#pragma once

/// The TaintToleration plugin of Clusternet's scheduler: whom taints keep out, and whom they make
/// less welcome. Pure functions.
///
/// Follows clusternet pkg/scheduler/framework/plugins/tainttoleration and plugins/helper.

#include <cstdint>
#include <span>
#include <string>

#include "policy/api/cluster.h"

namespace firedrill::policy::clusternet {

inline constexpr std::int64_t taint_score_weight = 3;

/// Why the filter turns a cluster down, in the reference's words.
[[nodiscard]] std::string untolerated_taint_reason(const api::Taint& taint);

/// Number of PreferNoSchedule taints that nothing tolerates.
[[nodiscard]] std::int64_t count_unwelcome_taints(std::span<const api::Taint> taints,
                                                  std::span<const api::Toleration> tolerations);

/// From counts, the less the better, to scores from 0 to 100, in place. All 100 if there is nothing
/// to count.
void normalize_scores(std::span<std::int64_t> counts);

}  // namespace firedrill::policy::clusternet
