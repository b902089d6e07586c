#pragma once

/// From the words of a scenario to what a member cluster works with.

#include <vector>

#include "models/member/nodes.h"
#include "models/member/workload_model.h"
#include "models/spec/cluster_spec.h"
#include "models/spec/duration_model.h"
#include "models/spec/workload_spec.h"
#include "sim/distributions.h"

namespace firedrill::models {

/// Requires: a model that its description accepts.
[[nodiscard]] sim::Distribution distribution_of(const DurationModel& model);

/// One node each: entries with a name and a count give name-0, name-1, …; those without a name
/// node-N, N counting over the cluster. NoSchedule and NoExecute taints keep pods away.
[[nodiscard]] std::vector<MemberNode> nodes_of(const std::vector<NodeSpec>& entries);

/// A workload has pods if its kind has by nature, or if it has replicas and an interpreter or
/// requests; else a status document if it has a template for one; else nothing.
[[nodiscard]] WorkloadModel model_of(const WorkloadSpec& workload);

}  // namespace firedrill::models
