#pragma once

/// All that a world is built from: a valid scenario without its questions and expectations.

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "models/spec/cluster_spec.h"
#include "models/spec/control_plane_spec.h"
#include "models/spec/event_spec.h"
#include "models/spec/network_spec.h"
#include "models/spec/object_spec.h"
#include "models/spec/workload_spec.h"
#include "policy/api/describe.h"
#include "policy/api/placement.h"
#include "policy/api/quota.h"
#include "policy/api/time.h"
#include "policy/clusternet/options.h"
#include "policy/karmada/options.h"

namespace firedrill::models {

enum class Detail : std::uint8_t { normal, full };

template <class V>
void describe_values(V& v, Detail&) {
  v.begin("Detail", "How much of each scheduling decision the timeline tells.");
  v.value("normal", Detail::normal, "The chosen clusters and the ten best others.");
  v.value("full", Detail::full, "Every cluster, with its filter reason.");
}

/// What a control plane is told, as the type of its system: that of the profile.
using SystemOptions = std::variant<policy::karmada::Options, policy::clusternet::Options>;

/// Invariants, held by the loader: names of clusters are unique, so are (kind, namespace, name) of
/// workloads; every name in an event exists; templates and counts are expanded; events stand in the
/// scenario's order (not in time order) and know their pointers.
struct WorldSpec {
  ControlPlaneSpec control_plane;
  SystemOptions options;  ///< What `control_plane` comes to.
  std::vector<ClusterSpec> clusters;
  std::optional<NetworkSpec> network;
  std::vector<WorkloadInstance> workloads;
  std::vector<api::ClusterTaintPolicy> taint_policies;        ///< Present from the start.
  std::vector<WorkloadRebalancer> rebalancers;                ///< Created at the start.
  std::vector<api::FederatedResourceQuota> federated_quotas;  ///< Present from the start.
  /// Profile clusternet: what feeds the workloads, in the order of their first feeds.
  std::vector<ScenarioSubscription> subscriptions;
  /// Profile clusternet: written by hand, present from the start.
  std::vector<policy::clusternet::FeedInventory> feed_inventories;
  std::vector<ScenarioEvent> events;
  api::Duration duration{};
  std::uint64_t seed = 0;
  api::Timestamp start_time{};
  Detail detail = Detail::normal;
};

}  // namespace firedrill::models
