#pragma once

/// What a user asks for: placement and failover behaviour of a PropagationPolicy, and the policies
/// around it (karmada pkg/apis/policy/v1alpha1). Absent and empty lists are equal, as API storage
/// makes them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/labels.h"
#include "policy/api/meta.h"

namespace firedrill::api {

inline constexpr std::string_view scheduling_duplicated = "Duplicated";
inline constexpr std::string_view scheduling_divided = "Divided";
inline constexpr std::string_view division_aggregated = "Aggregated";
inline constexpr std::string_view division_weighted = "Weighted";
inline constexpr std::string_view spread_by_cluster = "cluster";
inline constexpr std::string_view spread_by_region = "region";
inline constexpr std::string_view spread_by_zone = "zone";
inline constexpr std::string_view spread_by_provider = "provider";
inline constexpr std::string_view purge_directly = "Directly";
inline constexpr std::string_view purge_gracefully = "Gracefully";
inline constexpr std::string_view purge_never = "Never";
/// Words of Karmada before v1.15 for Directly and Gracefully.
inline constexpr std::string_view purge_immediately = "Immediately";
inline constexpr std::string_view purge_graciously = "Graciously";

/// Conditions on a cluster's provider, region and zones.
struct FieldSelector {
  std::vector<LabelSelectorRequirement> match_expressions;

  friend bool operator==(const FieldSelector&, const FieldSelector&) = default;
};

template <class V>
void describe(V& v, FieldSelector& s) {
  v.begin("FieldSelector", "Conditions on a cluster's provider, region and zones; all must hold.");
  v.field("matchExpressions", s.match_expressions, "Conditions; keys are provider, region, zone.");
}

/// Which clusters are meant; all parts must hold, and `exclude` wins.
struct ClusterAffinity {
  std::optional<LabelSelector> label_selector;
  std::optional<FieldSelector> field_selector;
  std::vector<std::string> cluster_names;
  std::vector<std::string> exclude;

  friend bool operator==(const ClusterAffinity&, const ClusterAffinity&) = default;
};

template <class V>
void describe_affinity(V& v, ClusterAffinity& a) {
  v.field("labelSelector", a.label_selector,
          "Clusters with such labels; {} matches every cluster.");
  v.field("fieldSelector", a.field_selector, "Clusters of such providers, regions or zones.");
  v.field("clusterNames", a.cluster_names, "Clusters by name.");
  v.field("exclude", a.exclude, "Clusters that are never meant.");
}

template <class V>
void describe(V& v, ClusterAffinity& a) {
  v.begin("ClusterAffinity", "Which clusters are meant; all parts must hold, and exclude wins.");
  describe_affinity(v, a);
}

/// A named affinity, used when the one before it has no room.
struct OverflowAffinity {
  std::string name;
  ClusterAffinity affinity;

  friend bool operator==(const OverflowAffinity&, const OverflowAffinity&) = default;
};

template <class V>
void describe(V& v, OverflowAffinity& t) {
  v.begin("OverflowClusterAffinity",
          "A further tier of clusters, used when the tiers before it are full.");
  v.field("affinityName", t.name, "Name of the tier.");
  describe_affinity(v, t.affinity);
}

/// One of several affinity groups; the scheduler goes through them in order.
struct AffinityTerm {
  std::string name;
  ClusterAffinity affinity;
  std::vector<OverflowAffinity> overflow;

  friend bool operator==(const AffinityTerm&, const AffinityTerm&) = default;
};

template <class V>
void describe(V& v, AffinityTerm& t) {
  v.begin("ClusterAffinityTerm", "One of several affinity groups, tried in order.");
  v.field("affinityName", t.name, "Name of the group.");
  describe_affinity(v, t.affinity);
  v.field("overflowAffinities", t.overflow, "Further tiers, used when the tiers before are full.");
}

/// How many groups (clusters, regions, …) the result must and may use. `max_groups` 0 admits none.
struct SpreadConstraint {
  std::string field;
  std::string label;
  std::int64_t max_groups = 0;
  std::int64_t min_groups = 0;

  friend bool operator==(const SpreadConstraint&, const SpreadConstraint&) = default;
};

template <class V>
void describe(V& v, SpreadConstraint& s) {
  v.begin("SpreadConstraint", "How many groups the result must and may use.");
  v.field("spreadByField", s.field, "cluster, region, zone or provider.");
  v.field("spreadByLabel", s.label, "Label to group by (accepted upstream, never used).");
  v.field("maxGroups", s.max_groups, "Groups at the most; 0 admits none.");
  v.field("minGroups", s.min_groups, "Groups at the least.");
}

struct StaticWeight {
  ClusterAffinity target_cluster;
  std::int64_t weight = 0;

  friend bool operator==(const StaticWeight&, const StaticWeight&) = default;
};

template <class V>
void describe(V& v, StaticWeight& w) {
  v.begin("StaticClusterWeight", "Weight of some clusters.");
  v.field("targetCluster", w.target_cluster, "Which clusters.");
  v.field("weight", w.weight, "Their weight.");
}

struct WeightPreference {
  std::vector<StaticWeight> static_weights;
  std::string dynamic_weight;

  friend bool operator==(const WeightPreference&, const WeightPreference&) = default;
};

template <class V>
void describe(V& v, WeightPreference& p) {
  v.begin("ClusterPreferences", "Weights by which replicas are divided.");
  v.field("staticWeightList", p.static_weights, "Fixed weights.");
  v.field("dynamicWeight", p.dynamic_weight, "AvailableReplicas: by what each cluster could run.");
}

/// How replicas are given to clusters.
struct ReplicaScheduling {
  std::string type;
  std::string preference;
  std::optional<WeightPreference> weight_preference;

  friend bool operator==(const ReplicaScheduling&, const ReplicaScheduling&) = default;
};

template <class V>
void describe(V& v, ReplicaScheduling& r) {
  v.begin("ReplicaSchedulingStrategy", "How replicas are given to clusters.");
  v.field("replicaSchedulingType", r.type, "Duplicated (each cluster gets all) or Divided.");
  v.field("replicaDivisionPreference", r.preference, "Aggregated or Weighted; for Divided.");
  v.field("weightPreference", r.weight_preference, "Weights; for Weighted.");
}

struct WorkloadAffinityTerm {
  std::string group_by_label_key;

  friend bool operator==(const WorkloadAffinityTerm&, const WorkloadAffinityTerm&) = default;
};

template <class V>
void describe(V& v, WorkloadAffinityTerm& t) {
  v.begin("WorkloadAffinityTerm", "Groups workloads by the value of a label.");
  v.field("groupByLabelKey", t.group_by_label_key, "Label key.");
}

struct WorkloadAffinity {
  std::optional<WorkloadAffinityTerm> affinity;
  std::optional<WorkloadAffinityTerm> anti_affinity;

  friend bool operator==(const WorkloadAffinity&, const WorkloadAffinity&) = default;
};

template <class V>
void describe(V& v, WorkloadAffinity& a) {
  v.begin("WorkloadAffinity", "Keeps workloads together or apart.");
  v.field("affinity", a.affinity, "Together with workloads of the same group.");
  v.field("antiAffinity", a.anti_affinity, "Apart from workloads of the same group.");
}

/// What a user asks for; the scheduler's result is an assignment.
struct Placement {
  std::optional<ClusterAffinity> cluster_affinity;
  std::vector<AffinityTerm> cluster_affinities;
  std::vector<Toleration> cluster_tolerations;
  std::vector<SpreadConstraint> spread_constraints;
  std::optional<ReplicaScheduling> replica_scheduling;
  std::optional<WorkloadAffinity> workload_affinity;

  /// "Duplicated" when nothing is said, as in the reference.
  [[nodiscard]] std::string_view scheduling_type() const;
  /// The group of that name, or null.
  [[nodiscard]] const AffinityTerm* find_affinity_term(std::string_view name) const;
  friend bool operator==(const Placement&, const Placement&) = default;
};

template <class V>
void describe(V& v, Placement& p) {
  v.begin("Placement", "Where a workload may run and how its replicas are divided.");
  v.field("clusterAffinity", p.cluster_affinity, "Which clusters; absent = any.");
  v.field("clusterAffinities", p.cluster_affinities,
          "Ordered groups of clusters, instead of clusterAffinity.");
  v.field("clusterTolerations", p.cluster_tolerations, "Tolerated taints.");
  v.field("spreadConstraints", p.spread_constraints, "How far to spread.");
  v.field("replicaScheduling", p.replica_scheduling, "How replicas are given to clusters.");
  v.field("workloadAffinity", p.workload_affinity, "Together with or apart from other workloads.");
}

struct StatePreservationRule {
  std::string alias_label_name;
  std::string json_path;

  friend bool operator==(const StatePreservationRule&, const StatePreservationRule&) = default;
};

template <class V>
void describe(V& v, StatePreservationRule& r) {
  v.begin("StatePreservationRule", "One value to carry over.");
  v.field("aliasLabelName", r.alias_label_name, "Label that carries the value to the new cluster.");
  v.field("jsonPath", r.json_path, "Where the value lies, below the object's status.");
}

struct StatePreservation {
  std::vector<StatePreservationRule> rules;

  friend bool operator==(const StatePreservation&, const StatePreservation&) = default;
};

template <class V>
void describe(V& v, StatePreservation& s) {
  v.begin("StatePreservation", "Values carried over in a failover.");
  v.field("rules", s.rules, "The values.");
}

struct DecisionConditions {
  std::optional<std::int64_t> toleration_seconds;

  friend bool operator==(const DecisionConditions&, const DecisionConditions&) = default;
};

template <class V>
void describe(V& v, DecisionConditions& d) {
  v.begin("DecisionConditions", "When a failover begins.");
  v.field("tolerationSeconds", d.toleration_seconds,
          "Seconds a copy may be unhealthy (300 by default).");
}

/// Failover of a single application whose copy in a cluster is unhealthy.
struct ApplicationFailover {
  DecisionConditions decision_conditions;
  std::string purge_mode;
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<StatePreservation> state_preservation;

  friend bool operator==(const ApplicationFailover&, const ApplicationFailover&) = default;
};

template <class V>
void describe(V& v, ApplicationFailover& f) {
  v.begin("ApplicationFailoverBehavior",
          "Failover of an application that is unhealthy in a cluster.");
  v.field("decisionConditions", f.decision_conditions, "When it begins.");
  v.field("purgeMode", f.purge_mode, "Directly, Gracefully (default) or Never.");
  v.field("gracePeriodSeconds", f.grace_period_seconds,
          "Longest wait for the new copy; for Gracefully.");
  v.field("statePreservation", f.state_preservation, "Values carried over.");
}

/// Failover of an application whose cluster got a NoExecute taint.
struct ClusterFailover {
  std::string purge_mode;
  std::optional<StatePreservation> state_preservation;

  friend bool operator==(const ClusterFailover&, const ClusterFailover&) = default;
};

template <class V>
void describe(V& v, ClusterFailover& f) {
  v.begin("ClusterFailoverBehavior", "Failover away from a cluster with a NoExecute taint.");
  v.field("purgeMode", f.purge_mode, "Directly or Gracefully (default).");
  v.field("statePreservation", f.state_preservation, "Values carried over.");
}

struct FailoverBehavior {
  std::optional<ApplicationFailover> application;
  std::optional<ClusterFailover> cluster;

  friend bool operator==(const FailoverBehavior&, const FailoverBehavior&) = default;
};

template <class V>
void describe(V& v, FailoverBehavior& f) {
  v.begin("FailoverBehavior", "What happens to the old copy and its state.");
  v.field("application", f.application, "When the application is unhealthy.");
  v.field("cluster", f.cluster, "When the cluster is tainted.");
}

struct SuspendClusters {
  std::vector<std::string> cluster_names;

  friend bool operator==(const SuspendClusters&, const SuspendClusters&) = default;
};

template <class V>
void describe(V& v, SuspendClusters& s) {
  v.begin("SuspendClusters", "Clusters that nothing is dispatched to.");
  v.field("clusterNames", s.cluster_names, "Their names.");
}

/// What is held back. `dispatching` unset and false mean the same to the controllers, but not to
/// validation.
struct Suspension {
  std::optional<bool> dispatching;
  std::optional<SuspendClusters> dispatching_on_clusters;
  std::optional<bool> scheduling;

  friend bool operator==(const Suspension&, const Suspension&) = default;
};

template <class V>
void describe(V& v, Suspension& s) {
  v.begin("Suspension", "What is held back.");
  v.field("dispatching", s.dispatching, "Nothing is dispatched to any cluster.");
  v.field("dispatchingOnClusters", s.dispatching_on_clusters,
          "Nothing is dispatched to these clusters.");
  v.field("scheduling", s.scheduling, "The scheduler leaves the workload alone.");
}

/// A condition of a cluster that a taint policy looks at.
struct MatchCondition {
  std::string condition_type;
  std::string op;
  std::vector<std::string> status_values;

  friend bool operator==(const MatchCondition&, const MatchCondition&) = default;
};

template <class V>
void describe(V& v, MatchCondition& m) {
  v.begin("MatchCondition",
          "Holds when a condition's status is (In) or is not (NotIn) one of the values.");
  v.field("conditionType", m.condition_type, "Condition type, such as Ready.");
  v.field("operator", m.op, "In or NotIn; an absent condition matches neither.");
  v.field("statusValues", m.status_values, "True, False, Unknown.");
}

struct ClusterTaintPolicySpec {
  std::optional<ClusterAffinity> target_clusters;
  std::vector<MatchCondition> add_on_conditions;
  std::vector<MatchCondition> remove_on_conditions;
  std::vector<Taint> taints;

  friend bool operator==(const ClusterTaintPolicySpec&, const ClusterTaintPolicySpec&) = default;
};

template <class V>
void describe(V& v, ClusterTaintPolicySpec& s) {
  v.begin("ClusterTaintPolicySpec", "Adds and removes taints by cluster conditions.");
  v.field("targetClusters", s.target_clusters, "Which clusters; absent = all.");
  v.field("addOnConditions", s.add_on_conditions, "All must hold for the taints to be added.");
  v.field("removeOnConditions", s.remove_on_conditions,
          "All must hold for the taints to be removed.");
  v.field("taints", s.taints, "The taints.");
}

/// Adds and removes taints by cluster conditions.
struct ClusterTaintPolicy {
  ObjectMeta metadata;
  ClusterTaintPolicySpec spec;

  friend bool operator==(const ClusterTaintPolicy&, const ClusterTaintPolicy&) = default;
};

template <class V>
void describe(V& v, ClusterTaintPolicy& p) {
  v.begin("ClusterTaintPolicy", "Adds and removes taints by cluster conditions.");
  v.field("metadata", p.metadata, "Object metadata.");
  v.required("spec", p.spec, "The rule.");
}

}  // namespace firedrill::api
