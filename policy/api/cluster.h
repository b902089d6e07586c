#pragma once

/// The Cluster object and ClusterTaintPolicy, in the shape of karmada pkg/apis/cluster/v1alpha1 and
/// pkg/apis/policy/v1alpha1. Texts that users may fill with anything (effects, operators, statuses)
/// stay texts: what the reference does with an unknown word is part of its behaviour.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/labels.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"

namespace firedrill::api {

inline constexpr std::string_view effect_no_schedule = "NoSchedule";
inline constexpr std::string_view effect_no_execute = "NoExecute";
inline constexpr std::string_view taint_not_ready = "cluster.karmada.io/not-ready";
inline constexpr std::string_view taint_unreachable = "cluster.karmada.io/unreachable";
inline constexpr std::string_view condition_ready = "Ready";
inline constexpr std::string_view status_true = "True";
inline constexpr std::string_view status_false = "False";
inline constexpr std::string_view status_unknown = "Unknown";
inline constexpr std::string_view sync_push = "Push";
inline constexpr std::string_view sync_pull = "Pull";

/// A mark on a cluster. Identity is (key, effect); the value does not count.
struct Taint {
  Name key;
  Name value;
  Name effect;
  std::optional<StoredTime> time_added;

  [[nodiscard]] bool same_identity(const Taint& other) const {
    return key == other.key && effect == other.effect;
  }
  friend bool operator==(const Taint&, const Taint&) = default;
};

template <class V>
void describe(V& v, Taint& t) {
  v.begin("Taint", "A mark that repels (NoSchedule) or evicts (NoExecute) workloads.");
  v.required("key", t.key, "Taint key.");
  v.field("value", t.value, "Taint value.");
  v.field("effect", t.effect, "NoSchedule, NoExecute or PreferNoSchedule.");
  v.field("timeAdded", t.time_added,
          "When the taint was added; tolerationSeconds count from here.");
}

/// Lets a workload stay on, or go to, a cluster with a matching taint.
struct Toleration {
  Name key;
  Name op;
  Name value;
  Name effect;
  std::optional<std::int64_t> toleration_seconds;

  friend bool operator==(const Toleration&, const Toleration&) = default;
};

template <class V>
void describe(V& v, Toleration& t) {
  v.begin("Toleration", "Lets a workload stay on, or go to, a cluster with a matching taint.");
  v.field("key", t.key, "Taint key; empty matches every key.");
  v.field("operator", t.op, "Equal (default) or Exists.");
  v.field("value", t.value, "Value to be equal to.");
  v.field("effect", t.effect, "Effect to match; empty matches every effect.");
  v.field("tolerationSeconds", t.toleration_seconds,
          "How long a NoExecute taint is tolerated; absent = for ever.");
}

/// Bounds of one resource within a grade: [min, max).
struct ResourceModelRange {
  std::string name;
  Quantity min;
  Quantity max;

  friend bool operator==(const ResourceModelRange&, const ResourceModelRange&) = default;
};

template <class V>
void describe(V& v, ResourceModelRange& r) {
  v.begin("ResourceModelRange", "Bounds of one resource within a grade.");
  v.required("name", r.name, "Resource name.");
  v.field("min", r.min, "Lower bound, included.");
  v.field("max", r.max, "Upper bound, excluded.");
}

/// A grade of nodes, by free resources.
struct ResourceModel {
  std::int64_t grade = 0;
  std::vector<ResourceModelRange> ranges;

  friend bool operator==(const ResourceModel&, const ResourceModel&) = default;
};

template <class V>
void describe(V& v, ResourceModel& m) {
  v.begin("ResourceModel", "A grade of nodes, by free resources.");
  v.field("grade", m.grade, "Number of the grade.");
  v.field("ranges", m.ranges, "Bounds by resource.");
}

struct ObjectReference {
  std::string space;
  std::string name;

  friend bool operator==(const ObjectReference&, const ObjectReference&) = default;
};

template <class V>
void describe(V& v, ObjectReference& r) {
  v.begin("LocalSecretReference", "A Secret.");
  v.field("namespace", r.space, "Namespace.");
  v.field("name", r.name, "Name.");
}

struct ClusterSpec {
  std::string id;
  Name sync_mode;
  std::string api_endpoint;
  std::optional<ObjectReference> secret_ref;
  std::optional<ObjectReference> impersonator_secret_ref;
  std::string proxy_url;
  Name provider;
  Name region;
  Name zone;  ///< Deprecated upstream; admission moves it into `zones`.
  std::vector<std::string> zones;
  std::vector<Taint> taints;
  std::vector<ResourceModel> resource_models;

  friend bool operator==(const ClusterSpec&, const ClusterSpec&) = default;
};

template <class V>
void describe(V& v, ClusterSpec& s) {
  v.begin("ClusterSpec", "What the operator says of a cluster.");
  v.field("id", s.id, "Unique identifier of the cluster.");
  v.field("syncMode", s.sync_mode,
          "Push: the control plane reaches out; Pull: an agent in the cluster does.");
  v.field("apiEndpoint", s.api_endpoint, "Address of the member's API server.");
  v.field("secretRef", s.secret_ref, "Credentials; a Push cluster without them is not probed.");
  v.field("impersonatorSecretRef", s.impersonator_secret_ref, "Credentials for impersonation.");
  v.field("proxyURL", s.proxy_url, "Proxy on the way to the cluster.");
  v.field("provider", s.provider, "Cloud provider.");
  v.field("region", s.region, "Region.");
  v.field("zone", s.zone, "Deprecated; use zones.");
  v.field("zones", s.zones, "Zones.");
  v.field("taints", s.taints, "Taints.");
  v.field("resourceModels", s.resource_models, "Grades that nodes are counted into.");
}

struct ApiResource {
  std::string name;
  std::string kind;

  friend bool operator==(const ApiResource&, const ApiResource&) = default;
};

template <class V>
void describe(V& v, ApiResource& r) {
  v.begin("APIResource", "A resource that an API server offers.");
  v.field("name", r.name, "Plural name.");
  v.required("kind", r.kind, "Kind.");
}

/// Kinds that a member's API server offers, by group and version.
struct ApiEnablement {
  std::string group_version;
  std::vector<ApiResource> resources;

  friend bool operator==(const ApiEnablement&, const ApiEnablement&) = default;
};

template <class V>
void describe(V& v, ApiEnablement& e) {
  v.begin("APIEnablement", "Resources of one group and version.");
  v.required("groupVersion", e.group_version, "Group and version, as in apiVersion.");
  v.field("resources", e.resources, "Resources.");
}

struct NodeSummary {
  std::int32_t total = 0;
  std::int32_t ready = 0;

  friend bool operator==(const NodeSummary&, const NodeSummary&) = default;
};

template <class V>
void describe(V& v, NodeSummary& s) {
  v.begin("NodeSummary", "How many nodes a cluster has.");
  v.field("totalNum", s.total, "Nodes.");
  v.field("readyNum", s.ready, "Nodes that are Ready.");
}

struct AllocatableModeling {
  std::int64_t grade = 0;
  std::int64_t count = 0;

  friend bool operator==(const AllocatableModeling&, const AllocatableModeling&) = default;
};

template <class V>
void describe(V& v, AllocatableModeling& m) {
  v.begin("AllocatableModeling", "Number of nodes in a grade.");
  v.field("grade", m.grade, "Number of the grade.");
  v.field("count", m.count, "Nodes in it.");
}

/// What the status controller last summed up of a cluster's nodes and pods: a belief, not the
/// truth.
struct ResourceSummary {
  ResourceList allocatable;
  ResourceList allocating;
  ResourceList allocated;
  std::vector<AllocatableModeling> allocatable_modelings;

  friend bool operator==(const ResourceSummary&, const ResourceSummary&) = default;
};

template <class V>
void describe(V& v, ResourceSummary& s) {
  v.begin("ResourceSummary", "Sums over a cluster's nodes and pods, as last reported.");
  v.field("allocatable", s.allocatable, "Sum of the nodes' allocatable resources.");
  v.field("allocating", s.allocating, "Requests of pods that wait for a node.");
  v.field("allocated", s.allocated, "Requests of pods on nodes.");
  v.field("allocatableModelings", s.allocatable_modelings, "Nodes by grade of free resources.");
}

struct ClusterStatus {
  std::string kubernetes_version;
  std::vector<ApiEnablement> api_enablements;
  std::vector<Condition> conditions;
  std::optional<NodeSummary> node_summary;
  std::optional<ResourceSummary> resource_summary;

  friend bool operator==(const ClusterStatus&, const ClusterStatus&) = default;
};

template <class V>
void describe(V& v, ClusterStatus& s) {
  v.begin("ClusterStatus", "What the controllers observed of a cluster.");
  v.field("kubernetesVersion", s.kubernetes_version, "Version of the member's API server.");
  v.field("apiEnablements", s.api_enablements, "Resources that the member offers.");
  v.field("conditions", s.conditions, "Ready, CompleteAPIEnablements and others.");
  v.field("nodeSummary", s.node_summary, "Nodes.");
  v.field("resourceSummary", s.resource_summary, "Resources.");
}

/// A member cluster as the control plane knows it.
struct Cluster {
  ObjectMeta metadata;
  ClusterSpec spec;
  ClusterStatus status;

  /// Status of the Ready condition; "" when there is none.
  [[nodiscard]] std::string_view ready() const;
  friend bool operator==(const Cluster&, const Cluster&) = default;
};

template <class V>
void describe(V& v, Cluster& c) {
  v.begin("Cluster", "A member cluster as the control plane knows it.");
  v.field("metadata", c.metadata, "Object metadata.");
  v.field("spec", c.spec, "What the operator says of it.");
  v.field("status", c.status, "What the controllers observed of it.");
}

}  // namespace firedrill::api
