#pragma once

/// What admission fills in before it validates.
///
/// Follows karmada pkg/webhook/propagationpolicy/mutating.go, pkg/util/helper/policy.go,
/// pkg/apis/cluster/mutation/mutation.go and the schema defaults of pkg/apis/policy/v1alpha1.

#include <cstdint>
#include <optional>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/propagation_policy.h"
#include "policy/api/time.h"
#include "policy/karmada/options.h"

namespace firedrill::policy::karmada {

/// Tolerations of NoExecute taints that every policy gets, unless it has one of the same key,
/// operator, effect and value.
struct DefaultTolerations {
  std::int64_t not_ready_seconds = 300;    ///< default-not-ready-toleration-seconds.
  std::int64_t unreachable_seconds = 300;  ///< default-unreachable-toleration-seconds.
};

/// What a control plane with these options adds; nothing in releases that don't.
[[nodiscard]] std::optional<DefaultTolerations> default_tolerations(const Options& options);

/// Fills in a PropagationPolicy or ClusterPropagationPolicy, when it is created and when it is
/// changed.
void default_propagation(api::PropagationPolicy& policy,
                         const std::optional<DefaultTolerations>& tolerations = {});

/// Fills in a Cluster: stamps NoExecute taints, moves zone to zones, and with the gate
/// CustomizedClusterResourceModeling gives it the default grades or puts its own in order.
void default_cluster(api::Cluster& cluster, api::Timestamp now, bool customized_models);

/// Sorts the grades and opens their ends: the first min becomes 0, the last max 2^63-1.
void standardize_resource_models(std::vector<api::ResourceModel>& models);

}  // namespace firedrill::policy::karmada
