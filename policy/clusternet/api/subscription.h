#pragma once

/// Subscription and FeedInventory: what is to run in which Clusternet members, and how many
/// replicas of it. In the shape of clusternet pkg/apis/apps/v1alpha1.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/json_value.h"
#include "policy/api/labels.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"

namespace firedrill::policy::clusternet {

inline constexpr std::string_view strategy_replication = "Replication";
inline constexpr std::string_view strategy_dividing = "Dividing";
inline constexpr std::string_view dividing_static = "Static";
inline constexpr std::string_view dividing_dynamic = "Dynamic";
inline constexpr std::string_view dynamic_spread = "Spread";
inline constexpr std::string_view dynamic_binpack = "Binpack";

/// A resource that a subscription deploys.
struct Feed {
  std::string kind;
  std::string api_version;
  std::string space;
  std::string name;

  friend bool operator==(const Feed&, const Feed&) = default;
};

template <class V>
void describe(V& v, Feed& f) {
  v.begin("Feed", "A resource that a Subscription deploys.");
  v.required("kind", f.kind, "Kind.");
  v.required("apiVersion", f.api_version, "Group and version.");
  v.field("namespace", f.space, "Namespace; empty for cluster-scoped resources.");
  v.required("name", f.name, "Name.");
}

/// "apiVersion/kind/namespace/name", without the namespace where there is none: the key of a feed
/// in a subscription's status.
[[nodiscard]] std::string feed_key(const Feed& feed);

/// Replicas by feed key; element i is for the i-th bound cluster, and a feed without replicas has
/// an empty list.
using FeedReplicas = std::map<std::string, std::vector<std::int32_t>, std::less<>>;

/// The scheduler's result: clusters by identity, and the replicas in each.
struct TargetClusters {
  std::vector<std::string>
      binding_clusters;  ///< A cluster may stand twice (overlapping subgroups).
  FeedReplicas replicas;

  friend bool operator==(const TargetClusters&, const TargetClusters&) = default;
};

struct SubGroupStrategy {
  std::int32_t min_clusters = 0;

  friend bool operator==(const SubGroupStrategy&, const SubGroupStrategy&) = default;
};

template <class V>
void describe(V& v, SubGroupStrategy& s) {
  v.begin("SubGroupStrategy", "How many clusters of a subscriber's group are used.");
  v.field("minClusters", s.min_clusters, "This many, or all of them if there are fewer.");
}

/// A group of clusters that a subscription goes to.
struct Subscriber {
  std::optional<api::LabelSelector> cluster_affinity;  ///< Absent: no cluster; empty: every one.
  std::int32_t weight = 0;
  std::optional<SubGroupStrategy> sub_group_strategy;

  friend bool operator==(const Subscriber&, const Subscriber&) = default;
};

template <class V>
void describe(V& v, Subscriber& s) {
  v.begin("Subscriber", "A group of clusters that a Subscription goes to.");
  v.field("clusterAffinity", s.cluster_affinity, "Which clusters; an empty selector: every one.");
  v.field("weight", s.weight, "Share of each of them, in Static dividing.");
  v.field("subGroupStrategy", s.sub_group_strategy, "With schedulingBySubGroup.");
}

/// The reference accepts all of it and uses the strategy alone.
struct DynamicDividing {
  std::string strategy{dynamic_spread};
  api::Json topology_spread_constraints;
  api::Json preferred_clusters;
  std::optional<std::int32_t> min_clusters;
  std::optional<std::int32_t> max_clusters;

  friend bool operator==(const DynamicDividing&, const DynamicDividing&) = default;
};

template <class V>
void describe(V& v, DynamicDividing& d) {
  v.begin("DynamicDividing", "How replicas follow the room that the clusters have.");
  v.field("strategy", d.strategy, "Spread or Binpack; the latter binds to no cluster.");
  v.field("topologySpreadConstraints", d.topology_spread_constraints, "Without effect.");
  v.field("preferredClusters", d.preferred_clusters, "Without effect.");
  v.field("minClusters", d.min_clusters, "Without effect.");
  v.field("maxClusters", d.max_clusters, "Without effect.");
}

struct DividingScheduling {
  std::string type{dividing_static};
  std::optional<DynamicDividing> dynamic_dividing;

  friend bool operator==(const DividingScheduling&, const DividingScheduling&) = default;
};

template <class V>
void describe(V& v, DividingScheduling& d) {
  v.begin("DividingScheduling", "How replicas are divided among the clusters.");
  v.field("type", d.type, "Static (by weight) or Dynamic (by the room that clusters have).");
  v.field("dynamicDividing", d.dynamic_dividing, "Needed when the type is Dynamic.");
}

struct SubscriptionSpec {
  std::string scheduler_name{"default"};
  std::string scheduling_strategy{strategy_replication};
  std::vector<Subscriber> subscribers;
  bool scheduling_by_sub_group = false;
  std::optional<DividingScheduling> dividing_scheduling;
  std::vector<api::Toleration> cluster_tolerations;
  std::optional<std::int32_t> priority;
  std::string preemption_policy;
  std::vector<Feed> feeds;

  [[nodiscard]] bool dividing() const { return scheduling_strategy == strategy_dividing; }
  [[nodiscard]] bool dividing_dynamically() const {
    return dividing() && dividing_scheduling && dividing_scheduling->type == dividing_dynamic;
  }
  friend bool operator==(const SubscriptionSpec&, const SubscriptionSpec&) = default;
};

template <class V>
void describe(V& v, SubscriptionSpec& s) {
  v.begin("SubscriptionSpec", "What is to run where.");
  v.field("schedulerName", s.scheduler_name, "Profile of the scheduler.");
  v.field("schedulingStrategy", s.scheduling_strategy,
          "Replication (all of it in each cluster) or Dividing.");
  v.field("subscribers", s.subscribers, "Groups of clusters to go to.");
  v.field("schedulingBySubGroup", s.scheduling_by_sub_group,
          "Only some clusters of each group are used.");
  v.field("dividingScheduling", s.dividing_scheduling, "How to divide; needed with Dividing.");
  v.field("clusterTolerations", s.cluster_tolerations, "Taints of clusters to put up with.");
  v.field("priority", s.priority, "Higher ones are scheduled first.");
  v.field("preemptionPolicy", s.preemption_policy, "Without effect.");
  v.field("feeds", s.feeds, "What to deploy.");
}

struct SubscriptionStatus {
  TargetClusters targets;
  /// The spec that the last binding was made for; null before the first. Stands for the
  /// reference's hash of it, without collisions.
  std::shared_ptr<const SubscriptionSpec> scheduled_spec;
  std::int64_t desired_releases = 0;

  friend bool operator==(const SubscriptionStatus&, const SubscriptionStatus&) = default;
};

template <class V>
void describe(V& v, SubscriptionStatus& s) {
  v.begin("SubscriptionStatus", "Where the scheduler put it.");
  v.field("bindingClusters", s.targets.binding_clusters, "Clusters, as namespace/name.");
  v.field("replicas", s.targets.replicas, "Replicas by feed, one for each cluster.");
  v.field("desiredReleases", s.desired_releases, "Number of clusters.");
}

/// What is to run in which members.
struct Subscription {
  api::ObjectMeta metadata;
  SubscriptionSpec spec;
  SubscriptionStatus status;

  friend bool operator==(const Subscription&, const Subscription&) = default;
};

template <class V>
void describe(V& v, Subscription& s) {
  v.begin("Subscription", "What is to run in which Clusternet members.");
  v.field("metadata", s.metadata, "Object metadata.");
  v.field("spec", s.spec, "What is to run where.");
  v.field("status", s.status, "Where the scheduler put it.");
}

struct FeedResources {
  api::ResourceList limits;
  api::ResourceList requests;

  friend bool operator==(const FeedResources&, const FeedResources&) = default;
};

template <class V>
void describe(V& v, FeedResources& r) {
  v.begin("FeedResources", "Resources of one replica.");
  v.field("limits", r.limits, "Limits.");
  v.field("requests", r.requests, "Requests.");
}

/// What one replica of a feed asks of a node.
struct FeedRequirements {
  api::Labels node_selector;
  std::vector<api::Toleration> tolerations;
  api::Json affinity;  ///< The built-in predictor does not look at it.
  FeedResources resources;

  friend bool operator==(const FeedRequirements&, const FeedRequirements&) = default;
};

template <class V>
void describe(V& v, FeedRequirements& r) {
  v.begin("FeedRequirements", "What one replica of a feed asks of a node.");
  v.field("nodeSelector", r.node_selector, "Labels that the node must have.");
  v.field("tolerations", r.tolerations, "Taints of nodes to put up with.");
  v.field("affinity", r.affinity, "Affinity; the built-in predictor does not look at it.");
  v.field("resources", r.resources, "Resources.");
}

/// A feed with the replicas that its manifest asks for.
struct FeedOrder {
  Feed feed;
  std::optional<std::int32_t> desired_replicas;  ///< Absent for kinds without replicas.
  FeedRequirements replica_requirements;
  std::string replica_json_path;

  friend bool operator==(const FeedOrder&, const FeedOrder&) = default;
};

template <class V>
void describe(V& v, FeedOrder& o) {
  v.begin("FeedOrder", "A feed with the replicas that its manifest asks for.");
  v.field("feed", o.feed, "The resource.");
  v.field("desiredReplicas", o.desired_replicas, "Replicas; absent for kinds without.");
  v.field("replicaRequirements", o.replica_requirements, "What one replica asks of a node.");
  v.field("replicaJsonPath", o.replica_json_path, "Where the manifest says how many.");
}

/// What a Dividing subscription's feeds come to; same namespace and name as the subscription.
struct FeedInventory {
  api::ObjectMeta metadata;
  std::vector<FeedOrder> feeds;

  friend bool operator==(const FeedInventory&, const FeedInventory&) = default;
};

}  // namespace firedrill::policy::clusternet
