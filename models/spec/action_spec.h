#pragma once

/// What people and machines do to a scenario's clusters, workloads and objects: everything that
/// happens once and has no end of its own. One struct an event kind.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/cluster_spec.h"
#include "models/spec/object_spec.h"
#include "models/spec/workload_spec.h"
#include "policy/api/cluster.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"

namespace firedrill::models {

struct TaintEvent {
  std::string cluster;
  std::string key;
  std::string value;
  std::string effect;

  friend bool operator==(const TaintEvent&, const TaintEvent&) = default;
};

template <class V>
void describe(V& v, TaintEvent& e) {
  v.begin("TaintEvent", "Somebody taints a cluster by hand.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.required("key", e.key, "Taint key.");
  v.field("value", e.value, "Taint value.");
  v.required("effect", e.effect, "Taint effect; PreferNoSchedule counts for Clusternet alone.",
             api::OneOf{"NoSchedule", "NoExecute", "PreferNoSchedule"});
}

struct UntaintEvent {
  std::string cluster;
  std::string key;
  std::string effect;  ///< "" = every effect.

  friend bool operator==(const UntaintEvent&, const UntaintEvent&) = default;
};

template <class V>
void describe(V& v, UntaintEvent& e) {
  v.begin("UntaintEvent", "Somebody removes a taint by hand.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.required("key", e.key, "Taint key.");
  v.field("effect", e.effect, "Taint effect; absent = whatever its effect.",
          api::OneOf{"", "NoSchedule", "NoExecute", "PreferNoSchedule"});
}

struct LabelEvent {
  std::string cluster;
  api::Labels labels;

  friend bool operator==(const LabelEvent&, const LabelEvent&) = default;
};

template <class V>
void describe(V& v, LabelEvent& e) {
  v.begin("LabelEvent", "A cluster's labels are replaced.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.required("labels", e.labels, "All its labels from now on.");
}

struct ConditionEvent {
  std::string cluster;
  std::string type;
  std::string status;
  std::string reason;

  friend bool operator==(const ConditionEvent&, const ConditionEvent&) = default;
};

template <class V>
void describe(V& v, ConditionEvent& e) {
  v.begin("ConditionEvent",
          "Somebody sets a condition of a cluster, as a health checker of its own would.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.required("type", e.type, "Type of the condition.", api::NotEmpty{});
  v.required("status", e.status, "Its status.", api::OneOf{"True", "False", "Unknown"});
  v.field("reason", e.reason, "Its reason.");
}

struct NodesEvent {
  std::string cluster;
  std::optional<std::int64_t> add;
  std::optional<std::vector<NodeSpec>> set;
  std::optional<std::int64_t> cordon;

  friend bool operator==(const NodesEvent&, const NodesEvent&) = default;
};

template <class V>
void describe(V& v, NodesEvent& e) {
  v.begin("NodesEvent", "Nodes come, go, or take no more pods; exactly one of add, set, cordon.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.field("add", e.add,
          "That many more like its last node; negative: the last ones go, pods and all.",
          api::AtLeast{-1'000'000}, api::AtMost{1'000'000});
  v.field("set", e.set, "The nodes it has from now on.");
  v.field("cordon", e.cordon, "That many nodes, the first ones, take no new pods; 0 lifts it.",
          api::AtLeast{0}, api::AtMost{1'000'000});
  v.check("", (e.add ? 1 : 0) + (e.set ? 1 : 0) + (e.cordon ? 1 : 0) == 1,
          "needs exactly one of add, set, cordon", "split it into several events");
}

struct UnjoinEvent {
  std::string cluster;
  bool force = false;

  friend bool operator==(const UnjoinEvent&, const UnjoinEvent&) = default;
};

template <class V>
void describe(V& v, UnjoinEvent& e) {
  v.begin("UnjoinEvent", "The Cluster object is deleted.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.field("force", e.force, "Don't wait for what is left behind.");
}

struct ScaleEvent {
  std::string workload;
  std::int64_t replicas = 0;

  friend bool operator==(const ScaleEvent&, const ScaleEvent&) = default;
};

template <class V>
void describe(V& v, ScaleEvent& e) {
  v.begin("ScaleEvent", "Somebody changes the replicas of a template.");
  v.required("workload", e.workload, "namespace/name or Kind/namespace/name.");
  v.required("replicas", e.replicas, "Replicas asked for from now on.", api::AtLeast{0});
}

struct RolloutEvent {
  std::string workload;
  WorkloadBehaviour behaviour;

  friend bool operator==(const RolloutEvent&, const RolloutEvent&) = default;
};

template <class V>
void describe(V& v, RolloutEvent& e) {
  v.begin("RolloutEvent",
          "Somebody changes the pod template: wherever the change arrives, pods are replaced one "
          "by one, and later ones behave alike.");
  v.required("workload", e.workload, "namespace/name or Kind/namespace/name.");
  v.required("behaviour", e.behaviour, "The whole behaviour of the new pods.");
}

struct ReadyCapEvent {
  std::string workload;
  std::string cluster;
  std::int64_t ready = 0;

  friend bool operator==(const ReadyCapEvent&, const ReadyCapEvent&) = default;
};

template <class V>
void describe(V& v, ReadyCapEvent& e) {
  v.begin("ReadyCapEvent", "At most so many replicas of a workload get ready in a cluster.");
  v.required("workload", e.workload, "namespace/name or Kind/namespace/name.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.required("ready", e.ready, "The cap; -1 lifts it.", api::AtLeast{-1}, api::AtMost{100'000'000});
}

struct StatusEvent {
  std::string workload;
  std::string cluster;
  api::Json document;

  friend bool operator==(const StatusEvent&, const StatusEvent&) = default;
};

template <class V>
void describe(V& v, StatusEvent& e) {
  v.begin("StatusEvent", "The status of a workload's copy in a cluster changes.");
  v.required("workload", e.workload, "namespace/name or Kind/namespace/name.");
  v.required("cluster", e.cluster, "Which cluster.");
  v.required("document", e.document, "Merged into the status document (RFC 7396).");
}

/// What a `patch` or `delete` is about.
struct ObjectTarget {
  std::string kind;
  std::string space;
  std::string name;

  friend bool operator==(const ObjectTarget&, const ObjectTarget&) = default;
};

struct PatchEvent {
  ObjectTarget target;
  api::Json patch;

  friend bool operator==(const PatchEvent&, const PatchEvent&) = default;
};

template <class V>
void describe_target(V& v, ObjectTarget& t) {
  v.required("kind", t.kind, "Kind of the object.");
  v.field("namespace", t.space, "Its namespace; absent for cluster-scoped objects.");
  v.required("name", t.name, "Its name.");
}

template <class V>
void describe(V& v, PatchEvent& e) {
  v.begin("PatchEvent", "Somebody changes an object of the control plane.");
  describe_target(v, e.target);
  v.required("patch", e.patch, "Merge patch (RFC 7396).");
}

struct DeleteEvent {
  ObjectTarget target;

  friend bool operator==(const DeleteEvent&, const DeleteEvent&) = default;
};

template <class V>
void describe(V& v, DeleteEvent& e) {
  v.begin("DeleteEvent", "Somebody deletes an object of the control plane.");
  describe_target(v, e.target);
}

/// An object that is created or replaced: as written, and as the loader understood it.
struct ApplyEvent {
  api::Json object;
  std::optional<ScenarioObject> typed;  ///< Set in every valid scenario.

  friend bool operator==(const ApplyEvent&, const ApplyEvent&) = default;
};

[[nodiscard]] inline api::Result<ApplyEvent> apply_of_object(
    std::map<std::string, api::Json> object) {
  return ApplyEvent{json_of_members(object), std::nullopt};
}

[[nodiscard]] inline std::optional<std::map<std::string, api::Json>> object_of_apply(
    const ApplyEvent& event) {
  return members_of_json(event.object);
}

template <class V>
void describe_forms(V& v, ApplyEvent&) {
  v.begin("ApplyEvent", "Somebody creates or replaces an object of the control plane.");
  v.form(api::Form<std::map<std::string, api::Json>>{"a Kubernetes object"}, &apply_of_object,
         &object_of_apply);
}

}  // namespace firedrill::models
