#pragma once

/// What a Subscription wishes of one of its feeds, for metrics and expectations. Internal to
/// facts.cc.

#include <memory>
#include <vector>

#include "analysis/run_state.h"
#include "models/spec/cluster_spec.h"
#include "models/spec/workload_spec.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::scenarios {

/// The clusters as they stand in the scenario, all of them well, by identity.
[[nodiscard]] policy::clusternet::Clusters healthy_clusters(
    const std::vector<models::ClusterSpec>& clusters);

/// Whether each bound cluster is to run all replicas of such a template.
[[nodiscard]] bool runs_everywhere(const policy::clusternet::SubscriptionSpec& spec,
                                   const models::WorkloadSpec& workload);

/// What a first scheduling would give. Null where that depends on the room that clusters have.
[[nodiscard]] std::shared_ptr<const analysis::PolicyWish> subscription_wish(
    const policy::clusternet::SubscriptionSpec& spec,
    const models::WorkloadSpec& workload,
    std::shared_ptr<const policy::clusternet::Clusters> clusters);

}  // namespace firedrill::scenarios
