#pragma once

/// ResourceBinding and ClusterResourceBinding (karmada pkg/apis/work/v1alpha2): what the scheduler
/// decided for one resource template, and what became of it. One type serves both: a binding
/// without namespace is cluster-scoped.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"
#include "policy/api/node_claim.h"
#include "policy/api/placement.h"
#include "policy/api/quantity.h"

namespace firedrill::api {

inline constexpr std::string_view health_healthy = "Healthy";
inline constexpr std::string_view health_unhealthy = "Unhealthy";
inline constexpr std::string_view health_unknown = "Unknown";
inline constexpr std::string_view condition_scheduled = "Scheduled";
inline constexpr std::string_view condition_fully_applied = "FullyApplied";

/// Number of replicas. Signed, so that a subtraction that goes wrong shows.
using Replicas = std::int64_t;

/// The resource template that a binding stands for.
struct ResourceReference {
  Name api_version;
  Name kind;
  Name space;
  Name name;
  Text uid;

  friend bool operator==(const ResourceReference&, const ResourceReference&) = default;
};

template <class V>
void describe(V& v, ResourceReference& r) {
  v.begin("ObjectReference", "A resource template.");
  v.field("apiVersion", r.api_version, "Group and version.");
  v.field("kind", r.kind, "Kind.");
  v.field("namespace", r.space, "Namespace.");
  v.field("name", r.name, "Name.");
  v.field("uid", r.uid, "Unique identity; decides ties when replicas are divided.");
}

/// Replicas of one component, where a workload of several went to a cluster.
struct TargetComponent {
  Name name;
  Replicas replicas = 0;

  friend bool operator==(const TargetComponent&, const TargetComponent&) = default;
};

template <class V>
void describe(V& v, TargetComponent& t) {
  v.begin("TargetComponent", "Replicas of one component.");
  v.required("name", t.name, "Component.");
  v.field("replicas", t.replicas, "Replicas.");
}

/// An entry of spec.clusters: the assignment of replicas to one cluster. A workload of several
/// components has no replicas of its own, but those of its components.
struct TargetCluster {
  Name name;
  Replicas replicas = 0;
  std::vector<TargetComponent> components{};

  friend bool operator==(const TargetCluster&, const TargetCluster&) = default;
};

template <class V>
void describe(V& v, TargetCluster& t) {
  v.begin("TargetCluster", "Replicas assigned to a cluster.");
  v.required("name", t.name, "Cluster.");
  v.field("replicas", t.replicas, "Replicas.");
  v.field("components", t.components, "Replicas of each component, if there are several.");
}

/// What one replica needs.
struct ReplicaRequirements {
  ResourceList resource_request;
  Name space;
  Name priority_class_name;
  std::optional<NodeClaim> node_claim{};

  friend bool operator==(const ReplicaRequirements&, const ReplicaRequirements&) = default;
};

template <class V>
void describe(V& v, ReplicaRequirements& r) {
  v.begin("ReplicaRequirements", "What one replica needs.");
  v.field("resourceRequest", r.resource_request, "Requested resources.");
  v.field("namespace", r.space, "Namespace of the pods.");
  v.field("priorityClassName", r.priority_class_name, "Priority class of the pods.");
  v.field("nodeClaim", r.node_claim, "What they ask of their nodes.");
}

/// What one replica of a component needs. The namespace is the binding's.
struct ComponentRequirements {
  ResourceList resource_request;
  Name priority_class_name;
  std::optional<NodeClaim> node_claim;

  friend bool operator==(const ComponentRequirements&, const ComponentRequirements&) = default;
};

template <class V>
void describe(V& v, ComponentRequirements& r) {
  v.begin("ComponentReplicaRequirements", "What one replica of a component needs.");
  v.field("resourceRequest", r.resource_request, "Requested resources.");
  v.field("priorityClassName", r.priority_class_name, "Priority class of the pods.");
  v.field("nodeClaim", r.node_claim, "What they ask of their nodes.");
}

/// One pod template of a workload that has several (a FlinkDeployment's jobManager), with its own
/// replicas. Only complete sets of components are of use.
struct Component {
  Name name;
  Replicas replicas = 0;
  std::optional<ComponentRequirements> requirements{};

  friend bool operator==(const Component&, const Component&) = default;
};

template <class V>
void describe(V& v, Component& c) {
  v.begin("Component", "One pod template of a workload that has several.");
  v.required("name", c.name, "Its name, unique in the workload.", NotEmpty{});
  v.required("replicas", c.replicas, "Its replicas.", AtLeast{0});
  v.field("replicaRequirements", c.requirements, "What each of them needs.");
}

/// Names of the groups that a workload is kept together with, or apart from: "key=value" of the
/// label that placement.workloadAffinity groups by. "" = none.
struct WorkloadAffinityGroups {
  Name affinity_group;
  Name anti_affinity_group;

  friend bool operator==(const WorkloadAffinityGroups&, const WorkloadAffinityGroups&) = default;
};

template <class V>
void describe(V& v, WorkloadAffinityGroups& g) {
  v.begin("BindingAffinityGroups", "Groups of workloads that a workload is in.");
  v.field("affinityGroup", g.affinity_group, "Kept together with these.");
  v.field("antiAffinityGroup", g.anti_affinity_group, "Kept apart from these.");
}

/// An eviction under way. Appended by an evictor, stamped and dropped by the graceful eviction
/// controller.
struct GracefulEvictionTask {
  Name from_cluster;
  Name purge_mode;
  std::optional<Replicas> replicas;
  Name reason;
  Text message;
  Name producer;
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<bool> suppress_deletion;
  Labels preserved_label_state;
  std::optional<StoredTime> creation_timestamp;
  std::vector<Name> clusters_before_failover;

  friend bool operator==(const GracefulEvictionTask&, const GracefulEvictionTask&) = default;
};

template <class V>
void describe(V& v, GracefulEvictionTask& t) {
  v.begin("GracefulEvictionTask", "An eviction under way.");
  v.required("fromCluster", t.from_cluster, "Cluster that the workload leaves.");
  v.field("purgeMode", t.purge_mode, "Directly, Gracefully or Never.");
  v.field("replicas", t.replicas, "Replicas that were assigned there.");
  v.field("reason", t.reason, "Why, as one word.");
  v.field("message", t.message, "Why, in prose.");
  v.field("producer", t.producer, "Which controller evicted.");
  v.field("gracePeriodSeconds", t.grace_period_seconds,
          "Longest wait, instead of graceful-eviction-timeout.");
  v.field("suppressDeletion", t.suppress_deletion,
          "true keeps the old copy for ever, false drops the task at once.");
  v.field("preservedLabelState", t.preserved_label_state, "State carried over, as labels.");
  v.field("creationTimestamp", t.creation_timestamp,
          "When the task was first looked at (whole seconds).");
  v.field("clustersBeforeFailover", t.clusters_before_failover, "Targets before the eviction.");
}

/// Assignment of a binding that depends on this one's resource.
struct BindingSnapshot {
  Name space;
  Name name;
  std::vector<TargetCluster> clusters;

  friend bool operator==(const BindingSnapshot&, const BindingSnapshot&) = default;
};

template <class V>
void describe(V& v, BindingSnapshot& s) {
  v.begin("BindingSnapshot", "Assignment of a binding that needs this resource.");
  v.field("namespace", s.space, "Namespace of that binding.");
  v.required("name", s.name, "Name of that binding.");
  v.field("clusters", s.clusters, "Its clusters.");
}

struct SchedulePriority {
  std::int32_t priority = 0;

  friend bool operator==(const SchedulePriority&, const SchedulePriority&) = default;
};

template <class V>
void describe(V& v, SchedulePriority& p) {
  v.begin("SchedulePriority", "Place in the scheduler's queue.");
  v.field("priority", p.priority, "Higher goes first.");
}

struct BindingSpec {
  ResourceReference resource;
  Replicas replicas = 0;
  Shared<ReplicaRequirements> replica_requirements;
  std::vector<Component> components;  ///< Only with the gate MultiplePodTemplatesScheduling.
  std::vector<TargetCluster> clusters;
  std::shared_ptr<const Placement>
      placement;  ///< Shared between bindings of one policy; compared by value.
  std::vector<GracefulEvictionTask> graceful_eviction_tasks;
  std::vector<BindingSnapshot> required_by;
  Shared<FailoverBehavior> failover;
  std::optional<Suspension> suspension;
  std::optional<SchedulePriority> schedule_priority;
  std::optional<StoredTime> reschedule_triggered_at;
  /// Only with the gate WorkloadAffinity.
  std::optional<WorkloadAffinityGroups> workload_affinity_groups;
  Name conflict_resolution;
  Name scheduler_name;
  bool preserve_resources_on_deletion = false;
  bool propagate_deps = false;

  /// Whether the resource has pods (karmada IsWorkload): replicas, requirements of a replica, or
  /// components.
  [[nodiscard]] bool is_workload() const {
    return replicas > 0 || replica_requirements.has_value() || !components.empty();
  }
  /// Whether it has replicas that can be divided: those of several components cannot.
  [[nodiscard]] bool has_replicas() const {
    return (replicas > 0 || replica_requirements.has_value()) && components.size() <= 1;
  }
  [[nodiscard]] const TargetCluster* find_target(std::string_view cluster) const;
  [[nodiscard]] const GracefulEvictionTask* find_eviction_task(std::string_view cluster) const;
  [[nodiscard]] bool scheduling_suspended() const {
    return suspension && suspension->scheduling.value_or(false);
  }

  friend bool operator==(const BindingSpec& left, const BindingSpec& right);
};

template <class V>
void describe(V& v, BindingSpec& s) {
  v.begin("ResourceBindingSpec", "Wish and assignment of a binding.");
  v.field("resource", s.resource, "Resource template.");
  v.field("replicas", s.replicas, "Desired replicas.");
  v.field("replicaRequirements", s.replica_requirements, "What one replica needs.");
  v.field("components", s.components, "Its pod templates, if it has several.");
  v.field("clusters", s.clusters, "Assignment.");
  v.field("placement", s.placement, "Where it may run.");
  v.field("gracefulEvictionTasks", s.graceful_eviction_tasks, "Evictions under way.");
  v.field("requiredBy", s.required_by, "Assignments of bindings that need this resource.");
  v.field("failover", s.failover, "Failover behaviour.");
  v.field("suspension", s.suspension, "What is held back.");
  v.field("schedulePriority", s.schedule_priority, "Place in the scheduler's queue.");
  v.field("rescheduleTriggeredAt", s.reschedule_triggered_at,
          "Asks for rescheduling from scratch (whole seconds).");
  v.field("workloadAffinityGroups", s.workload_affinity_groups,
          "Groups of workloads to be with, or apart from.");
  v.field("conflictResolution", s.conflict_resolution,
          "Abort (default) or Overwrite, when the object exists already.");
  v.field("schedulerName", s.scheduler_name, "Which scheduler; default-scheduler when empty.");
  v.field("preserveResourcesOnDeletion", s.preserve_resources_on_deletion,
          "Leave objects in members when Works go.");
  v.field("propagateDeps", s.propagate_deps, "Take ConfigMaps, Secrets and the like along.");
}

/// Status document of an object in a member cluster. Replica counts are kept as numbers and turned
/// into JSON only when somebody asks; kinds with a status of their own carry a document.
struct ObjectStatus {
  std::int64_t observed_generation = 0;
  Replicas replicas = 0;
  Replicas updated = 0;
  Replicas ready = 0;
  Replicas available = 0;
  Json document;

  /// The status as the member's API shows it.
  [[nodiscard]] nlohmann::json to_json() const;
  friend bool operator==(const ObjectStatus&, const ObjectStatus&) = default;
};

/// What the control plane knows of one cluster's copy.
struct AggregatedStatusItem {
  Name cluster_name;
  std::optional<ObjectStatus> status;
  bool applied = false;
  Text applied_message;
  Name health;

  friend bool operator==(const AggregatedStatusItem&, const AggregatedStatusItem&) = default;
};

struct BindingStatus {
  std::int64_t scheduler_observed_generation = 0;
  Name scheduler_observed_affinity_name;
  std::optional<StoredTime> last_scheduled_time;
  std::vector<Condition> conditions;
  std::vector<AggregatedStatusItem> aggregated_status;

  [[nodiscard]] const AggregatedStatusItem* find_item(std::string_view cluster) const;
  friend bool operator==(const BindingStatus&, const BindingStatus&) = default;
};

/// A binding. `applied_placement` stands for the annotation policy.karmada.io/applied-placement:
/// the placement that the last scheduling attempt with a result used. The taint manager reads this
/// one, not spec.placement.
struct ResourceBinding {
  ObjectMeta metadata;
  BindingSpec spec;
  BindingStatus status;
  std::shared_ptr<const Placement> applied_placement;

  friend bool operator==(const ResourceBinding& left, const ResourceBinding& right);
};

/// Equal when both are null or the placements are equal; O(1) when they are shared.
[[nodiscard]] bool same_placement(const std::shared_ptr<const Placement>& left,
                                  const std::shared_ptr<const Placement>& right);

}  // namespace firedrill::api
