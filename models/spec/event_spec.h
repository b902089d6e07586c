#pragma once

/// What happens to the world and to the control plane in a scenario: one struct an event kind, and
/// `ScenarioEvent`, which says when.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/spec/cluster_selector.h"
#include "models/spec/cluster_spec.h"
#include "models/spec/object_spec.h"
#include "policy/api/cluster.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"
#include "policy/api/time.h"

namespace firedrill::models {

enum class OutageMode : std::uint8_t { unreachable, powerloss, apiserver };

template <class V>
void describe_values(V& v, OutageMode&) {
  v.begin("OutageMode", "What an outage leaves alive.");
  v.value("unreachable", OutageMode::unreachable,
          "Pods run on, nothing passes either way, probes and agent alike.");
  v.value("powerloss", OutageMode::powerloss, "Pods die and start again after the repair.");
  v.value("apiserver", OutageMode::apiserver, "Pods run; the health endpoint gives `answer`.");
}

enum class PacketLoss : std::uint8_t { refused, dropped };

template <class V>
void describe_values(V& v, PacketLoss&) {
  v.begin("Packets", "How a cut connection shows.");
  v.value("refused", PacketLoss::refused, "A call fails at once.");
  v.value("dropped", PacketLoss::dropped, "Only the caller's time-out ends a call.");
}

/// In place of an HTTP status: the API server answers no request at all.
inline constexpr std::int32_t no_answer = 0;

struct OutageEvent {
  ClusterSelector clusters;
  OutageMode mode = OutageMode::unreachable;
  PacketLoss packets = PacketLoss::refused;
  std::int32_t answer = 500;  ///< HTTP status of the health endpoint, for mode apiserver.

  friend bool operator==(const OutageEvent&, const OutageEvent&) = default;
};

template <class V>
void describe(V& v, OutageEvent& e) {
  v.begin("OutageEvent", "Clusters fail; a fault, so `for` or `end` ends it.");
  v.required("clusters", e.clusters, "Which clusters.");
  v.field("mode", e.mode, "What it leaves alive.");
  v.field("packets", e.packets, "How a cut connection shows; for unreachable and powerloss.");
  v.field("answer", e.answer,
          "HTTP status of the health endpoint, or 0 if the API server answers no request at all; "
          "for mode apiserver.",
          api::AtLeast{0}, api::AtMost{599});
  v.check("answer", e.answer == no_answer || e.answer >= 100, "is no HTTP status",
          "0, or a number from 100 to 599");
  v.check("answer", e.mode == OutageMode::apiserver || e.answer == 500,
          "is for mode apiserver only", "leave it out, or set \"mode\": \"apiserver\"");
  v.check("packets", e.mode != OutageMode::apiserver || e.packets == PacketLoss::refused,
          "has no meaning for mode apiserver, where the network works", "leave it out");
}

struct ClientErrorEvent {
  ClusterSelector clusters;

  friend bool operator==(const ClientErrorEvent&, const ClientErrorEvent&) = default;
};

template <class V>
void describe(V& v, ClientErrorEvent& e) {
  v.begin("ClientErrorEvent",
          "The control plane can't build a client for clusters, say for want of a secret; a fault, "
          "so `for` or `end` ends it. Agents are not concerned.");
  v.required("clusters", e.clusters, "Which clusters.");
}

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
  v.required("effect", e.effect, "Taint effect.", api::OneOf{"NoSchedule", "NoExecute"});
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
          api::OneOf{"", "NoSchedule", "NoExecute"});
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

enum class ProcessState : std::uint8_t { up, down, isolated };

template <class V>
void describe_values(V& v, ProcessState&) {
  v.begin("ProcessState", "Whether a process runs, and reaches the control plane.");
  v.value("up", ProcessState::up,
          "It is started, with nothing in memory, or gets its link back. Where a leader is elected "
          "it works once it leads: after leader-elect-lease-duration and up to a try more.");
  v.value("down", ProcessState::down, "It stops and loses all that it holds in memory.");
  v.value("isolated", ProcessState::isolated,
          "It runs, but its link to the control plane is cut: what it reads is old, what it writes "
          "fails, and as leader it stops after leader-elect-renew-deadline.");
}

/// Name of the estimators beside the members, in component events.
inline constexpr const char* estimator_name = "scheduler-estimator";

struct ComponentEvent {
  std::string name;
  std::string cluster;  ///< For the agent of a Pull cluster, or an estimator.
  std::optional<ProcessState> state;
  bool restart = false;

  friend bool operator==(const ComponentEvent&, const ComponentEvent&) = default;
};

template <class V>
void describe(V& v, ComponentEvent& e) {
  v.begin("ComponentEvent",
          "A process of the control plane, an agent or an estimator stops, starts or is cut off.");
  v.required(
      "name", e.name, "Which process.",
      api::OneOf{"controller-manager", "scheduler", "descheduler", "agent", "scheduler-estimator"});
  v.field("cluster", e.cluster, "Whose agent or estimator.");
  v.field("state", e.state, "What it becomes.");
  v.field("restart", e.restart,
          "It stops and starts again at once; as for `up`, it works once it leads again.");
  v.check("", e.state.has_value() != e.restart, "needs exactly one of state and restart",
          "\"state\": \"down\", \"state\": \"up\" or \"restart\": true");
  v.check("cluster", (e.name == "agent" || e.name == estimator_name) != e.cluster.empty(),
          "belongs to agents and estimators, which need it",
          "the name of a cluster for an agent or an estimator, else nothing");
}

/// Ends a fault by its id.
struct EndEvent {
  std::string id;

  friend bool operator==(const EndEvent&, const EndEvent&) = default;
};

[[nodiscard]] inline api::Result<EndEvent> end_of_id(std::string id) {
  return EndEvent{std::move(id)};
}
[[nodiscard]] inline std::optional<std::string> id_of_end(const EndEvent& event) {
  return event.id;
}

template <class V>
void describe_forms(V& v, EndEvent&) {
  v.begin("EndEvent", "Ends a fault that was given an id.");
  v.form(api::Form<std::string>{"the id of a fault"}, &end_of_id, &id_of_end);
}

using EventAction = std::variant<OutageEvent,
                                 ClientErrorEvent,
                                 TaintEvent,
                                 UntaintEvent,
                                 LabelEvent,
                                 NodesEvent,
                                 ClusterSpec,
                                 UnjoinEvent,
                                 ScaleEvent,
                                 ReadyCapEvent,
                                 StatusEvent,
                                 ApplyEvent,
                                 PatchEvent,
                                 DeleteEvent,
                                 ComponentEvent,
                                 EndEvent>;

/// Something that happens, once at `at` or again and again. A ClusterSpec as action is a join.
struct ScenarioEvent {
  std::optional<api::Duration> at;
  std::optional<api::Duration> every;  ///< At every, 2·every, … up to and including `until`.
  std::optional<api::Duration> until;
  std::optional<api::Duration> lasts;  ///< `for`: ends the fault.
  std::string id;
  EventAction action;
  std::string pointer;  ///< JSON pointer of the entry, which names it in the timeline; not read.

  friend bool operator==(const ScenarioEvent&, const ScenarioEvent&) = default;
};

/// Outages, client errors, and processes that go down or lose their link: what can end by itself.
[[nodiscard]] inline bool is_fault(const EventAction& action) {
  if (const auto* component = std::get_if<ComponentEvent>(&action)) {
    return component->state == ProcessState::down || component->state == ProcessState::isolated;
  }
  return std::holds_alternative<OutageEvent>(action) ||
         std::holds_alternative<ClientErrorEvent>(action);
}

template <class V>
void describe(V& v, ScenarioEvent& e) {
  v.begin("Event", "Something that happens: when, and exactly one kind of event.");
  v.field("at", e.at, "When, after the start.", api::AtLeast{0});
  v.field("every", e.every, "Again and again, first after this time; needs until.", api::Above{0});
  v.field("until", e.until, "Last time at which it may happen, with every.", api::AtLeast{0});
  v.field("for", e.lasts, "How long a fault lasts; absent = to the end.", api::Above{0});
  v.field("id", e.id, "Name of a fault, for an entry that ends it.");
  v.choice(e.action, api::Alternative<OutageEvent>{"outage", "Clusters fail."},
           api::Alternative<ClientErrorEvent>{"clientError", "Clients can't be built."},
           api::Alternative<TaintEvent>{"taint", "A taint is added by hand."},
           api::Alternative<UntaintEvent>{"untaint", "A taint is removed by hand."},
           api::Alternative<LabelEvent>{"label", "Labels of a cluster are replaced."},
           api::Alternative<NodesEvent>{"nodes", "Nodes come, go, or take no more pods."},
           api::Alternative<ClusterSpec>{"join", "A cluster joins."},
           api::Alternative<UnjoinEvent>{"unjoin", "A cluster leaves."},
           api::Alternative<ScaleEvent>{"scale", "The replicas of a template change."},
           api::Alternative<ReadyCapEvent>{"readyCap", "Replicas in a cluster don't get ready."},
           api::Alternative<StatusEvent>{"status", "A copy's status document changes."},
           api::Alternative<ApplyEvent>{"apply", "An object is created or replaced."},
           api::Alternative<PatchEvent>{"patch", "An object is changed."},
           api::Alternative<DeleteEvent>{"delete", "An object is deleted."},
           api::Alternative<ComponentEvent>{"component", "A process stops, starts or is cut off."},
           api::Alternative<EndEvent>{"end", "A fault is ended by its id."});
  v.check("", e.at.has_value() != e.every.has_value(), "needs exactly one of at and every",
          "\"at\": \"10m\", or \"every\": \"10m\" with \"until\": \"1h\"");
  v.check("until", e.every.has_value() == e.until.has_value(), "belongs together with every",
          "both, or neither");
  v.check("for", !e.lasts || is_fault(e.action),
          "is for faults: outages, client errors and components that go down or are cut off",
          "leave it out, and undo the event with a later one");
  v.check("id", e.id.empty() || is_fault(e.action),
          "is for faults: outages, client errors and components that go down or are cut off",
          "leave it out");
  v.check("for", !e.lasts || !e.every || *e.lasts <= *e.every, "is longer than every",
          "at most every: a fault must end before it comes again");
}

}  // namespace firedrill::models
