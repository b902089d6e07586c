#pragma once

/// Why a pass came out as it did, cluster by cluster, for those who listen. Pure functions.

#include <optional>
#include <string_view>

#include "policy/clusternet/scheduler/schedule.h"
#include "policy/runtime/decision.h"

namespace firedrill::policy::clusternet {

/// Every cluster of the listing: why the filter turned it down, or what it got. Replicas are summed
/// over the feeds; with Replication a cluster is selected with none.
[[nodiscard]] Decision explain(const Subscription& subscription,
                               const Clusters& clusters,
                               const std::optional<TargetClusters>& bound);

}  // namespace firedrill::policy::clusternet
