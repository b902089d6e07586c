#pragma once

/// Kubernetes objects that stand in a scenario beside clusters and workloads, or are applied later.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"
#include "policy/api/placement.h"
#include "policy/api/propagation_policy.h"
#include "policy/api/quota.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::models {

/// A template that a rebalancer names.
struct RebalanceTarget {
  std::string api_version;
  std::string kind;
  std::string space;
  std::string name;

  friend bool operator==(const RebalanceTarget&, const RebalanceTarget&) = default;
};

template <class V>
void describe(V& v, RebalanceTarget& t) {
  v.begin("RebalanceTarget", "A template to be scheduled from scratch.");
  v.required("apiVersion", t.api_version, "Group and version.");
  v.required("kind", t.kind, "Kind.");
  v.field("namespace", t.space, "Namespace; absent for cluster-scoped kinds.");
  v.required("name", t.name, "Name.");
}

struct RebalancerSpec {
  std::vector<RebalanceTarget> workloads;

  friend bool operator==(const RebalancerSpec&, const RebalancerSpec&) = default;
};

template <class V>
void describe(V& v, RebalancerSpec& s) {
  v.begin("WorkloadRebalancerSpec", "What is to be scheduled from scratch.");
  v.required("workloads", s.workloads, "Templates.", api::NotEmpty{});
}

/// Asks for workloads to be scheduled from scratch, once (karmada pkg/apis/apps/v1alpha1).
struct WorkloadRebalancer {
  api::ObjectMeta metadata;
  RebalancerSpec spec;

  friend bool operator==(const WorkloadRebalancer&, const WorkloadRebalancer&) = default;
};

template <class V>
void describe(V& v, WorkloadRebalancer& r) {
  v.begin("WorkloadRebalancer", "Has workloads scheduled from scratch, once.");
  v.field("metadata", r.metadata, "Object metadata.");
  v.required("spec", r.spec, "Which workloads.");
}

/// A Subscription of the scenario: pasted, or made for a workload.
struct ScenarioSubscription {
  std::shared_ptr<const policy::clusternet::Subscription> object;
  api::Duration create_at{};  ///< When its first feed is created.

  friend bool operator==(const ScenarioSubscription&, const ScenarioSubscription&) = default;
};

/// An object as a type, of the profile's own system. A PropagationPolicy that is applied replaces
/// the one of the same name, which some workloads of the scenario follow.
using ScenarioObject = std::variant<api::ClusterTaintPolicy,
                                    WorkloadRebalancer,
                                    api::PropagationPolicy,
                                    api::FederatedResourceQuota,
                                    policy::clusternet::Subscription,
                                    policy::clusternet::FeedInventory>;

/// A JSON object and its members, for the fields that take any object.
[[nodiscard]] api::Json json_of_members(const std::map<std::string, api::Json>& members);
[[nodiscard]] std::optional<std::map<std::string, api::Json>> members_of_json(
    const api::Json& json);

}  // namespace firedrill::models
