#pragma once

/// ClusterTaintPolicies: which taints a cluster carries because of its conditions. Pure functions.
///
/// Follows karmada pkg/controllers/taint/clustertaintpolicy_controller.go.

#include <memory>
#include <span>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/placement.h"
#include "policy/api/time.h"

namespace firedrill::policy::karmada {

/// Whether every term holds. An empty list never holds, nor does a term about a condition that the
/// cluster does not have (NotIn neither), nor a list with an operator other than In and NotIn.
[[nodiscard]] bool conditions_match(std::span<const api::Condition> conditions,
                                    std::span<const api::MatchCondition> terms);

/// Whether the policy looks at the cluster at all.
[[nodiscard]] bool targets_cluster(const api::ClusterTaintPolicy& policy,
                                   const api::Cluster& cluster);

/// The taints of `cluster` after all policies, in any order of the list: older policies (by
/// creation time, then name) come first and younger ones see what they left. Within a policy taints
/// are added before they are removed. New taints are stamped `now`.
[[nodiscard]] std::vector<api::Taint> apply_taint_policies(
    const api::Cluster& cluster,
    std::span<const std::shared_ptr<const api::ClusterTaintPolicy>> policies,
    api::Timestamp now);

}  // namespace firedrill::policy::karmada
