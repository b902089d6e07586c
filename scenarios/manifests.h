#pragma once

/// Kubernetes objects as pasted into `objects`: read into policies, taint policies, rebalancers,
/// Clusternet's objects and templates; and which policy a template follows. Internal to the loader.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/object_spec.h"
#include "models/spec/workload_spec.h"
#include "models/spec/world_spec.h"
#include "policy/api/placement.h"
#include "policy/api/propagation_policy.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

struct PastedPolicy {
  api::PropagationPolicy policy;
  std::string pointer;
};

struct PastedSubscription {
  policy::clusternet::Subscription object;
  std::string pointer;
};

struct PastedCluster {
  policy::clusternet::ManagedCluster object;
  std::string pointer;
};

struct PastedTemplate {
  models::WorkloadSpec workload;  ///< Without what its policy says.
  std::string pointer;
};

struct PastedObjects {
  std::vector<api::ClusterTaintPolicy> taint_policies;
  std::vector<std::string> taint_policy_pointers;
  std::vector<models::WorkloadRebalancer> rebalancers;
  std::vector<std::string> rebalancer_pointers;
  std::vector<api::FederatedResourceQuota> federated_quotas;
  std::vector<PastedPolicy> policies;
  std::vector<PastedSubscription> subscriptions;
  std::vector<policy::clusternet::FeedInventory> inventories;
  std::vector<PastedCluster> clusters;
  std::vector<PastedTemplate> templates;
};

[[nodiscard]] PastedObjects read_objects(const std::vector<api::Json>& objects,
                                         const models::SystemOptions& options,
                                         Reading& reading);

/// An object of an `apply` event. Nothing if it is of another kind or is left out, which is
/// reported.
[[nodiscard]] std::optional<models::ScenarioObject> read_applied_object(
    const api::Json& object,
    const std::string& pointer,
    const models::SystemOptions& options,
    Reading& reading);

/// Checks a policy after admission's defaulting; what is wrong stands at `pointer`.
void check_policy(const api::PropagationPolicy& policy,
                  FieldBase base,
                  const std::string& pointer,
                  Reading& reading);

/// The policy that a template follows: of those of its namespace that select it, else of the
/// cluster-scoped ones, the one of highest priority; then the one that selects most closely (by
/// name, by labels, all of a kind), then the first by name. Null if none selects it.
///
/// Follows karmada pkg/detector/compare.go and pkg/util/selector.go.
[[nodiscard]] const PastedPolicy* find_policy(const models::WorkloadSpec& workload,
                                              const std::vector<PastedPolicy>& policies);

/// The workload that a template and its policy make.
[[nodiscard]] models::WorkloadSpec with_policy(models::WorkloadSpec workload,
                                               const api::PropagationPolicy& policy);

}  // namespace firedrill::scenarios
