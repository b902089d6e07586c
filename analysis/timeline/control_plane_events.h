#pragma once

/// Timeline events of the control plane: what shows in its objects and queues, which is what it
/// believes. Fields stand in the order in which they are written.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/values.h"
#include "policy/api/cluster.h"
#include "policy/api/describe.h"
#include "policy/api/meta.h"

namespace firedrill::timeline {

/// What may come of a key in an eviction queue.
inline constexpr api::OneOf<4> eviction_outcomes{{"Evicted", "NotNeeded", "Tolerated", "Failed"}};

/// Why a graceful eviction task may end.
inline constexpr api::OneOf<4> task_end_reasons{{"Healthy", "Timeout", "Released", "Gone"}};

/// A Cluster object was created.
struct ClusterJoined {
  static constexpr std::string_view kind = "ClusterJoined";

  std::string cluster;
  std::string sync_mode;
  std::string provider = {};
  std::string region = {};
  std::vector<std::string> zones = {};

  friend bool operator==(const ClusterJoined&, const ClusterJoined&) = default;
};

template <class V>
void describe(V& v, ClusterJoined& e) {
  v.begin(ClusterJoined::kind, "A Cluster object was created.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("syncMode", e.sync_mode, "Push or Pull.");
  v.field("provider", e.provider, "Cloud provider.");
  v.field("region", e.region, "Region.");
  v.field("zones", e.zones, "Zones.");
}

/// A Cluster object is gone.
struct ClusterRemoved {
  static constexpr std::string_view kind = "ClusterRemoved";

  std::string cluster;

  friend bool operator==(const ClusterRemoved&, const ClusterRemoved&) = default;
};

template <class V>
void describe(V& v, ClusterRemoved& e) {
  v.begin(ClusterRemoved::kind, "A Cluster object is gone.");
  v.required("cluster", e.cluster, "Cluster.");
}

/// A process of the control plane, an agent or an estimator, is down, or no leader any more.
struct ComponentStopped {
  static constexpr std::string_view kind = "ComponentStopped";

  std::string component;
  std::string cluster = {};
  std::string reason;

  friend bool operator==(const ComponentStopped&, const ComponentStopped&) = default;
};

template <class V>
void describe(V& v, ComponentStopped& e) {
  v.begin(ComponentStopped::kind,
          "A process of the control plane, an agent or an estimator is down, or no leader any "
          "more.");
  v.required("component", e.component, "Component.");
  v.field("cluster", e.cluster, "Cluster of an agent or an estimator.");
  v.required("reason", e.reason, "Why.");
}

/// A process of the control plane, an agent or an estimator works again, as leader where it elects
/// one.
struct ComponentStarted {
  static constexpr std::string_view kind = "ComponentStarted";

  std::string component;
  std::string cluster = {};
  std::string reason;

  friend bool operator==(const ComponentStarted&, const ComponentStarted&) = default;
};

template <class V>
void describe(V& v, ComponentStarted& e) {
  v.begin(
      ComponentStarted::kind,
      "A process of the control plane, an agent or an estimator works again, as leader where it "
      "elects one.");
  v.required("component", e.component, "Component.");
  v.field("cluster", e.cluster, "Cluster of an agent or an estimator.");
  v.required("reason", e.reason, "Why.");
}

/// The monitor finds that the grace period passed since the last renewal.
struct LeaseExpired {
  static constexpr std::string_view kind = "LeaseExpired";

  std::string cluster;
  Instant last_renewed;

  friend bool operator==(const LeaseExpired&, const LeaseExpired&) = default;
};

template <class V>
void describe(V& v, LeaseExpired& e) {
  v.begin(LeaseExpired::kind,
          "The monitor finds that the grace period passed since the last renewal.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("lastRenewed", e.last_renewed, "When the lease was last renewed.");
}

/// Status or reason of a cluster's condition changed in the store.
struct ClusterConditionChanged {
  static constexpr std::string_view kind = "ClusterConditionChanged";

  std::string cluster;
  std::string condition;
  std::string status;
  std::string reason;

  friend bool operator==(const ClusterConditionChanged&, const ClusterConditionChanged&) = default;
};

template <class V>
void describe(V& v, ClusterConditionChanged& e) {
  v.begin(ClusterConditionChanged::kind,
          "Status or reason of a cluster's condition changed in the store.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("condition", e.condition, "Type of the condition.");
  v.required("status", e.status, "True, False or Unknown; empty: gone.");
  v.required("reason", e.reason, "Why, as one word.");
}

/// A taint, by key and effect, appeared on a cluster.
struct TaintAdded {
  static constexpr std::string_view kind = "TaintAdded";

  std::string cluster;
  api::Taint taint;

  friend bool operator==(const TaintAdded&, const TaintAdded&) = default;
};

template <class V>
void describe(V& v, TaintAdded& e) {
  v.begin(TaintAdded::kind, "A taint, by key and effect, appeared on a cluster.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("taint", e.taint, "The taint.");
}

/// A taint, by key and effect, is gone from a cluster.
struct TaintRemoved {
  static constexpr std::string_view kind = "TaintRemoved";

  std::string cluster;
  api::Taint taint;

  friend bool operator==(const TaintRemoved&, const TaintRemoved&) = default;
};

template <class V>
void describe(V& v, TaintRemoved& e) {
  v.begin(TaintRemoved::kind, "A taint, by key and effect, is gone from a cluster.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("taint", e.taint, "The taint, as it last was.");
}

/// The stored summary of a cluster's resources changed (a belief).
struct ResourceSummaryChanged {
  static constexpr std::string_view kind = "ResourceSummaryChanged";

  std::string cluster;
  api::ResourceSummary resource_summary;

  friend bool operator==(const ResourceSummaryChanged&, const ResourceSummaryChanged&) = default;
};

template <class V>
void describe(V& v, ResourceSummaryChanged& e) {
  v.begin(ResourceSummaryChanged::kind,
          "The stored summary of a cluster's resources changed (a belief).");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("resourceSummary", e.resource_summary, "The summary.");
}

/// A key entered an eviction queue.
struct EvictionQueued {
  static constexpr std::string_view kind = "EvictionQueued";

  std::string workload;
  std::string cluster;
  std::string queue;
  std::optional<Instant> ready_at = {};
  std::int64_t depth = 0;

  friend bool operator==(const EvictionQueued&, const EvictionQueued&) = default;
};

template <class V>
void describe(V& v, EvictionQueued& e) {
  v.begin(EvictionQueued::kind, "A key entered an eviction queue.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("queue", e.queue, "Queue.");
  v.field("readyAt", e.ready_at, "Tolerated until then.");
  v.required("depth", e.depth, "Keys in the queue, this one included.");
}

/// A worker is done with a key.
struct EvictionDequeued {
  static constexpr std::string_view kind = "EvictionDequeued";

  std::string workload;
  std::string cluster;
  std::string queue;
  std::int64_t worker = 0;
  Span waited;
  std::string outcome;
  std::optional<Instant> retry_at = {};

  friend bool operator==(const EvictionDequeued&, const EvictionDequeued&) = default;
};

template <class V>
void describe(V& v, EvictionDequeued& e) {
  v.begin(EvictionDequeued::kind, "A worker is done with a key.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("queue", e.queue, "Queue.");
  v.required("worker", e.worker, "Which worker.");
  v.required("waited", e.waited, "From when the key could have been taken.");
  v.required("outcome", e.outcome, "What came of it.", eviction_outcomes);
  v.field("retryAt", e.retry_at, "When it is tried again.");
}

/// A graceful eviction task appeared on a binding.
struct GracefulEvictionTaskAdded {
  static constexpr std::string_view kind = "GracefulEvictionTaskAdded";

  std::string workload;
  std::string cluster;
  EvictionTask task;
  ReplicasByCluster clusters;

  friend bool operator==(const GracefulEvictionTaskAdded&,
                         const GracefulEvictionTaskAdded&) = default;
};

template <class V>
void describe(V& v, GracefulEvictionTaskAdded& e) {
  v.begin(GracefulEvictionTaskAdded::kind, "A graceful eviction task appeared on a binding.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("task", e.task, "The task.");
  v.required("clusters", e.clusters, "Replicas still assigned, by cluster.");
}

/// A graceful eviction task is gone from a binding.
struct GracefulEvictionTaskRemoved {
  static constexpr std::string_view kind = "GracefulEvictionTaskRemoved";

  std::string workload;
  std::string cluster;
  ReplicasByCluster clusters;
  std::string reason;

  friend bool operator==(const GracefulEvictionTaskRemoved&,
                         const GracefulEvictionTaskRemoved&) = default;
};

template <class V>
void describe(V& v, GracefulEvictionTaskRemoved& e) {
  v.begin(GracefulEvictionTaskRemoved::kind, "A graceful eviction task is gone from a binding.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("clusters", e.clusters, "Replicas assigned, by cluster.");
  v.required("reason", e.reason, "Why.", task_end_reasons);
}

/// A new graceful eviction task carries state.
struct StatePreserved {
  static constexpr std::string_view kind = "StatePreserved";

  std::string workload;
  std::string cluster;
  api::Labels labels;

  friend bool operator==(const StatePreserved&, const StatePreserved&) = default;
};

template <class V>
void describe(V& v, StatePreserved& e) {
  v.begin(StatePreserved::kind, "A new graceful eviction task carries state.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("labels", e.labels, "The state, as labels.");
}

/// The assignment of a binding changed other than by an eviction.
struct BindingScheduled {
  static constexpr std::string_view kind = "BindingScheduled";

  std::string workload;
  ReplicasByCluster clusters;
  std::string by;
  std::optional<Decision> decision = {};

  friend bool operator==(const BindingScheduled&, const BindingScheduled&) = default;
};

template <class V>
void describe(V& v, BindingScheduled& e) {
  v.begin(BindingScheduled::kind, "The assignment of a binding changed other than by an eviction.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("clusters", e.clusters, "Replicas assigned, by cluster.");
  v.required("by", e.by, "Who wrote it.");
  v.field("decision", e.decision, "Why.");
}

/// A binding's condition Scheduled turned False, or its reason changed.
struct SchedulingFailed {
  static constexpr std::string_view kind = "SchedulingFailed";

  std::string workload;
  std::string reason;
  std::string message;
  std::optional<Decision> decision = {};

  friend bool operator==(const SchedulingFailed&, const SchedulingFailed&) = default;
};

template <class V>
void describe(V& v, SchedulingFailed& e) {
  v.begin(SchedulingFailed::kind,
          "A binding's condition Scheduled turned False, or its reason changed.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("reason", e.reason, "Why, as one word.");
  v.required("message", e.message, "Why, in prose.");
  v.field("decision", e.decision, "Why, by cluster.");
}

/// The scheduler moved on to another affinity group.
struct AffinityGroupChanged {
  static constexpr std::string_view kind = "AffinityGroupChanged";

  std::string workload;
  std::string affinity_name;

  friend bool operator==(const AffinityGroupChanged&, const AffinityGroupChanged&) = default;
};

template <class V>
void describe(V& v, AffinityGroupChanged& e) {
  v.begin(AffinityGroupChanged::kind, "The scheduler moved on to another affinity group.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("affinityName", e.affinity_name, "Name of the group.");
}

/// A Work was created.
struct WorkCreated {
  static constexpr std::string_view kind = "WorkCreated";

  std::string workload;
  std::string cluster;
  std::optional<api::Replicas> replicas = {};
  api::Labels labels = {};

  friend bool operator==(const WorkCreated&, const WorkCreated&) = default;
};

template <class V>
void describe(V& v, WorkCreated& e) {
  v.begin(WorkCreated::kind, "A Work was created.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.field("replicas", e.replicas, "Replicas in its manifest.");
  v.field("labels", e.labels, "Labels that were injected.");
}

/// The replicas in a Work changed.
struct ReplicasChanged {
  static constexpr std::string_view kind = "ReplicasChanged";

  std::string workload;
  std::string cluster;
  api::Replicas from = 0;
  api::Replicas replicas = 0;

  friend bool operator==(const ReplicasChanged&, const ReplicasChanged&) = default;
};

template <class V>
void describe(V& v, ReplicasChanged& e) {
  v.begin(ReplicasChanged::kind, "The replicas in a Work changed.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("from", e.from, "Replicas before.");
  v.required("replicas", e.replicas, "Replicas after.");
}

/// The injected labels of a Work changed.
struct WorkLabelsChanged {
  static constexpr std::string_view kind = "WorkLabelsChanged";

  std::string workload;
  std::string cluster;
  api::Labels labels = {};

  friend bool operator==(const WorkLabelsChanged&, const WorkLabelsChanged&) = default;
};

template <class V>
void describe(V& v, WorkLabelsChanged& e) {
  v.begin(WorkLabelsChanged::kind, "The injected labels of a Work changed.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.field("labels", e.labels, "Labels after; absent: none left.");
}

/// The deletion of a Work was asked for.
struct WorkDeleting {
  static constexpr std::string_view kind = "WorkDeleting";

  std::string workload;
  std::string cluster;

  friend bool operator==(const WorkDeleting&, const WorkDeleting&) = default;
};

template <class V>
void describe(V& v, WorkDeleting& e) {
  v.begin(WorkDeleting::kind, "The deletion of a Work was asked for.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
}

/// A Work is gone.
struct WorkDeleted {
  static constexpr std::string_view kind = "WorkDeleted";

  std::string workload;
  std::string cluster;

  friend bool operator==(const WorkDeleted&, const WorkDeleted&) = default;
};

template <class V>
void describe(V& v, WorkDeleted& e) {
  v.begin(WorkDeleted::kind, "A Work is gone.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
}

/// The health of a copy changed in the binding's aggregated status.
struct HealthChanged {
  static constexpr std::string_view kind = "HealthChanged";

  std::string workload;
  std::string cluster;
  std::string health;

  friend bool operator==(const HealthChanged&, const HealthChanged&) = default;
};

template <class V>
void describe(V& v, HealthChanged& e) {
  v.begin(HealthChanged::kind, "The health of a copy changed in the binding's aggregated status.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("health", e.health, "Healthy, Unhealthy or Unknown; empty: the item is gone.");
}
}  // namespace firedrill::timeline
