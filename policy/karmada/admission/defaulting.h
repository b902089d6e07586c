#pragma once

/// What admission fills in before it validates.
///
/// Follows karmada pkg/webhook/propagationpolicy/mutating.go, pkg/util/helper/policy.go,
/// pkg/apis/cluster/mutation/mutation.go and the schema defaults of pkg/apis/policy/v1alpha1.

#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/propagation_policy.h"
#include "policy/api/time.h"

namespace firedrill::policy::karmada {

/// Fills in a PropagationPolicy or ClusterPropagationPolicy.
void default_propagation(api::PropagationPolicy& policy);

/// Fills in a Cluster: stamps NoExecute taints, moves zone to zones, and with the gate
/// CustomizedClusterResourceModeling gives it the default grades or puts its own in order.
void default_cluster(api::Cluster& cluster, api::Timestamp now, bool customized_models);

/// Sorts the grades and opens their ends: the first min becomes 0, the last max 2^63-1.
void standardize_resource_models(std::vector<api::ResourceModel>& models);

}  // namespace firedrill::policy::karmada
