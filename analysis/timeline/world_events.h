#pragma once

/// Timeline events of the world: what really is, whatever the control plane believes. Fields stand
/// in the order in which they are written.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/values.h"
#include "policy/api/describe.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"

namespace firedrill::timeline {

/// What a delivery did in the member cluster.
inline constexpr api::OneOf<3> delivery_actions{{"create", "update", "delete"}};

/// Why pods are gone.
inline constexpr api::OneOf<7> stop_reasons{
    {"Deleted", "ScaledDown", "Crashed", "PowerLoss", "NodeLost", "Completed", "Evicted"}};

/// An entry of the scenario's events that is not a fault takes effect.
struct ScenarioEvent {
  static constexpr std::string_view kind = "ScenarioEvent";

  std::string event;
  std::string type;
  std::string target;
  bool applied = false;

  friend bool operator==(const ScenarioEvent&, const ScenarioEvent&) = default;
};

template <class V>
void describe(V& v, ScenarioEvent& e) {
  v.begin(ScenarioEvent::kind,
          "An entry of the scenario's events that is not a fault takes effect.");
  v.required("event", e.event, "JSON pointer of the entry.");
  v.required("type", e.type, "Kind of event.");
  v.required("target", e.target, "What it is done to.");
  v.required("applied", e.applied, "false: it could not be done, and nothing changed.");
}

/// A fault changes the world; of a flapping one each time down.
struct FaultStarted {
  static constexpr std::string_view kind = "FaultStarted";

  std::string fault;
  std::string type;
  std::string mode = {};
  std::vector<std::string> clusters = {};
  std::vector<std::string> links = {};

  friend bool operator==(const FaultStarted&, const FaultStarted&) = default;
};

template <class V>
void describe(V& v, FaultStarted& e) {
  v.begin(FaultStarted::kind, "A fault changes the world; of a flapping one each time down.");
  v.required("fault", e.fault,
             "Its id or JSON pointer, with #n for the n-th of a random or flapping one.");
  v.required("type", e.type, "Kind of fault.");
  v.field("mode", e.mode, "How it fails.");
  v.field("clusters", e.clusters, "Clusters that it hits.");
  v.field("links", e.links, "Links that it hits.");
}

/// A fault is over; of a flapping one each time up.
struct FaultEnded {
  static constexpr std::string_view kind = "FaultEnded";

  std::string fault;
  std::string type;
  std::string mode = {};
  std::vector<std::string> clusters = {};
  std::vector<std::string> links = {};

  friend bool operator==(const FaultEnded&, const FaultEnded&) = default;
};

template <class V>
void describe(V& v, FaultEnded& e) {
  v.begin(FaultEnded::kind, "A fault is over; of a flapping one each time up.");
  v.required("fault", e.fault,
             "Its id or JSON pointer, with #n for the n-th of a random or flapping one.");
  v.required("type", e.type, "Kind of fault.");
  v.field("mode", e.mode, "How it fails.");
  v.field("clusters", e.clusters, "Clusters that it hits.");
  v.field("links", e.links, "Links that it hits.");
}

/// Nodes come or go (the truth).
struct CapacityChanged {
  static constexpr std::string_view kind = "CapacityChanged";

  std::string cluster;
  std::int64_t nodes = 0;
  api::ResourceList allocatable;

  friend bool operator==(const CapacityChanged&, const CapacityChanged&) = default;
};

template <class V>
void describe(V& v, CapacityChanged& e) {
  v.begin(CapacityChanged::kind, "Nodes come or go (the truth).");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("nodes", e.nodes, "Nodes after the change.");
  v.required("allocatable", e.allocatable, "Sum of their allocatable resources.");
}

/// A health probe got another answer than before, and not a good one; before any threshold.
struct ProbeFailed {
  static constexpr std::string_view kind = "ProbeFailed";

  std::string cluster;
  std::string answer;

  friend bool operator==(const ProbeFailed&, const ProbeFailed&) = default;
};

template <class V>
void describe(V& v, ProbeFailed& e) {
  v.begin(
      ProbeFailed::kind,
      "A health probe got another answer than before, and not a good one; before any threshold.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("answer", e.answer, "refused, timeout, clientError, or the HTTP status.");
}

/// The first good answer to a health probe after others; before any threshold.
struct ProbeRecovered {
  static constexpr std::string_view kind = "ProbeRecovered";

  std::string cluster;
  std::string answer;

  friend bool operator==(const ProbeRecovered&, const ProbeRecovered&) = default;
};

template <class V>
void describe(V& v, ProbeRecovered& e) {
  v.begin(ProbeRecovered::kind,
          "The first good answer to a health probe after others; before any threshold.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("answer", e.answer, "The HTTP status.");
}

/// The member's API server took an object (the truth).
struct ManifestDelivered {
  static constexpr std::string_view kind = "ManifestDelivered";

  std::string workload;
  std::string cluster;
  std::string action;

  friend bool operator==(const ManifestDelivered&, const ManifestDelivered&) = default;
};

template <class V>
void describe(V& v, ManifestDelivered& e) {
  v.begin(ManifestDelivered::kind, "The member's API server took an object (the truth).");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("action", e.action, "What was done.", delivery_actions);
}

/// Pods were bound to a node.
struct PodsStarted {
  static constexpr std::string_view kind = "PodsStarted";

  std::string workload;
  std::string cluster;
  api::Replicas replicas = 0;
  api::Replicas total = 0;

  friend bool operator==(const PodsStarted&, const PodsStarted&) = default;
};

template <class V>
void describe(V& v, PodsStarted& e) {
  v.begin(PodsStarted::kind, "Pods were bound to a node.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("replicas", e.replicas, "How many.");
  v.required("total", e.total, "Running in this cluster after it.");
}

/// Pods became ready. When ready pods stop, the number of ready ones after it is the smaller of the
/// one before and the number that still run; where it is not (a ready pod went while another one
/// was starting), a PodsReady with `replicas` 0 follows in the same instant and says it.
struct PodsReady {
  static constexpr std::string_view kind = "PodsReady";

  std::string workload;
  std::string cluster;
  api::Replicas replicas = 0;
  api::Replicas total = 0;

  friend bool operator==(const PodsReady&, const PodsReady&) = default;
};

template <class V>
void describe(V& v, PodsReady& e) {
  v.begin(PodsReady::kind, "Pods became ready.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("replicas", e.replicas, "How many; 0 when only the total fell.");
  v.required("total", e.total, "Ready in this cluster after it.");
}

/// Pods are gone.
struct PodsStopped {
  static constexpr std::string_view kind = "PodsStopped";

  std::string workload;
  std::string cluster;
  api::Replicas replicas = 0;
  api::Replicas total = 0;
  std::string reason;

  friend bool operator==(const PodsStopped&, const PodsStopped&) = default;
};

template <class V>
void describe(V& v, PodsStopped& e) {
  v.begin(PodsStopped::kind, "Pods are gone.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("replicas", e.replicas, "How many.");
  v.required("total", e.total, "Running in this cluster after it.");
  v.required("reason", e.reason, "Why.", stop_reasons);
}

/// The number of pods without a node changed.
struct PodsPending {
  static constexpr std::string_view kind = "PodsPending";

  std::string workload;
  std::string cluster;
  api::Replicas total = 0;
  std::string reason = {};

  friend bool operator==(const PodsPending&, const PodsPending&) = default;
};

template <class V>
void describe(V& v, PodsPending& e) {
  v.begin(PodsPending::kind, "The number of pods without a node changed.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("total", e.total, "Pods without a node after it.");
  v.field("reason", e.reason, "Why they find none.");
}

/// A stateful workload starts.
struct StateResumed {
  static constexpr std::string_view kind = "StateResumed";

  std::string workload;
  std::string cluster;
  std::optional<api::Labels> from = {};
  std::optional<Span> lost = {};

  friend bool operator==(const StateResumed&, const StateResumed&) = default;
};

template <class V>
void describe(V& v, StateResumed& e) {
  v.begin(StateResumed::kind, "A stateful workload starts.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
  v.field("from", e.from, "The state it resumes from; absent: from nothing.");
  v.field("lost", e.lost, "Work lost.");
}
}  // namespace firedrill::timeline
