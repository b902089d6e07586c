#pragma once

/// The faults of a scenario: what can befall the world and end again (product.md 2.3). Each is a
/// plain struct with its description; which are under way, and what several of them come to, is the
/// business of models/world/faults.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/spec/cluster_selector.h"
#include "models/spec/duration_model.h"
#include "policy/api/describe.h"
#include "policy/api/time.h"

namespace firedrill::models {

enum class OutageMode : std::uint8_t { unreachable, powerloss, apiserver, degraded };

template <class V>
void describe_values(V& v, OutageMode&) {
  v.begin("OutageMode", "What an outage leaves alive.");
  v.value("unreachable", OutageMode::unreachable,
          "Pods run on, nothing passes either way, probes and agent alike.");
  v.value("powerloss", OutageMode::powerloss, "Pods die and start again after the repair.");
  v.value("apiserver", OutageMode::apiserver, "Pods run; the health endpoint gives `answer`.");
  v.value("degraded", OutageMode::degraded, "Pods run; a probe fails with `probability`.");
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
  std::int32_t answer = 500;          ///< HTTP status of the health endpoint, for mode apiserver.
  std::optional<double> probability;  ///< That a probe fails, for mode degraded.

  friend bool operator==(const OutageEvent&, const OutageEvent&) = default;
};

template <class V>
void describe(V& v, OutageEvent& e) {
  v.begin("OutageEvent", "Clusters fail; a fault, so `for` or `end` ends it.");
  v.required("clusters", e.clusters, "Which clusters.");
  v.field("mode", e.mode, "What it leaves alive.");
  v.field("packets", e.packets,
          "How a cut connection or a failing probe shows; not for mode apiserver.");
  v.field("answer", e.answer,
          "HTTP status of the health endpoint, or 0 if the API server answers no request at all; "
          "for mode apiserver.",
          api::AtLeast{0}, api::AtMost{599});
  v.field("probability", e.probability, "That a probe fails; for mode degraded.", api::Above{0},
          api::AtMost{1});
  v.check("answer", e.answer == no_answer || e.answer >= 100, "is no HTTP status",
          "0, or a number from 100 to 599");
  v.check("answer", e.mode == OutageMode::apiserver || e.answer == 500,
          "is for mode apiserver only", "leave it out, or set \"mode\": \"apiserver\"");
  v.check("packets", e.mode != OutageMode::apiserver || e.packets == PacketLoss::refused,
          "has no meaning for mode apiserver, where the network works", "leave it out");
  v.check("probability", (e.mode == OutageMode::degraded) == e.probability.has_value(),
          "belongs together with mode degraded", "both, or neither");
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

struct ListerErrorEvent {
  ClusterSelector clusters;

  friend bool operator==(const ListerErrorEvent&, const ListerErrorEvent&) = default;
};

template <class V>
void describe(V& v, ListerErrorEvent& e) {
  v.begin("ListerErrorEvent",
          "Node and pod lists of clusters come back empty to whoever collects their status; a "
          "fault, so `for` or `end` ends it.");
  v.required("clusters", e.clusters, "Which clusters.");
}

enum class EstimatorFailure : std::uint8_t { error, timeout };

template <class V>
void describe_values(V& v, EstimatorFailure&) {
  v.begin("EstimatorFailure", "How an estimator fails.");
  v.value("error", EstimatorFailure::error, "A call fails at once.");
  v.value("timeout", EstimatorFailure::timeout, "A call hangs until the caller gives up.");
}

struct EstimatorErrorEvent {
  ClusterSelector clusters;
  EstimatorFailure how = EstimatorFailure::error;

  friend bool operator==(const EstimatorErrorEvent&, const EstimatorErrorEvent&) = default;
};

template <class V>
void describe(V& v, EstimatorErrorEvent& e) {
  v.begin("EstimatorErrorEvent",
          "The scheduler-estimators of clusters fail; a fault, so `for` or `end` ends it.");
  v.required("clusters", e.clusters, "Which clusters.");
  v.field("how", e.how, "How calls to them fail.");
}

struct PartitionEvent {
  std::vector<ClusterSelector> between;
  bool one_way = false;
  PacketLoss packets = PacketLoss::refused;

  friend bool operator==(const PartitionEvent&, const PartitionEvent&) = default;
};

template <class V>
void describe(V& v, PartitionEvent& e) {
  v.begin("PartitionEvent",
          "Nothing passes from one set of places to another, whatever way it would take; a fault, "
          "so `for` or `end` ends it.");
  v.required("between", e.between,
             "Sets of sites or clusters; the control plane is in the set that names its site "
             "(without a network: control-plane).",
             api::NotEmpty{});
  v.field("oneWay", e.one_way, "Only what goes from an earlier set to a later one is stopped.");
  v.field("packets", e.packets, "How a cut connection shows.");
  v.check("between", e.between.size() >= 2, "has one set only", "at least two");
}

enum class LinkState : std::uint8_t { up, down };

template <class V>
void describe_values(V& v, LinkState&) {
  v.begin("LinkState", "Whether a link carries anything.");
  v.value("up", LinkState::up, "It does.");
  v.value("down", LinkState::down, "It does not; traffic takes other ways, if there are any.");
}

/// The ends of a link of the network.
struct LinkEnds {
  std::string from;
  std::string to;

  friend bool operator==(const LinkEnds&, const LinkEnds&) = default;
};

template <class V>
void describe_ends(V& v, LinkEnds& l) {
  v.required("from", l.from, "Site at one end.");
  v.required("to", l.to, "Site at the other end.");
}

template <class V>
void describe(V& v, LinkEnds& l) {
  v.begin("LinkEnds", "A link of the network, by its ends.");
  describe_ends(v, l);
}

struct LinkEvent {
  LinkEnds link;
  std::optional<api::Duration> latency;
  std::optional<double> loss;
  std::optional<LinkState> state;
  PacketLoss packets = PacketLoss::refused;

  friend bool operator==(const LinkEvent&, const LinkEvent&) = default;
};

template <class V>
void describe(V& v, LinkEvent& e) {
  v.begin("LinkEvent",
          "A link gets worse, or better; a fault, so `for` or `end` ends it. Of several on one "
          "link the longest latency, the highest loss and the worst state count.");
  describe_ends(v, e.link);
  v.field("latency", e.latency, "Its latency meanwhile.", api::AtLeast{0}, api::AtMost{3600});
  v.field("loss", e.loss, "Share of the messages that get lost on it meanwhile.", api::AtLeast{0},
          api::AtMost{1});
  v.field("state", e.state, "Whether it carries anything meanwhile.");
  v.field("packets", e.packets, "How calls fail that find no way while it is down.");
  v.check("", e.latency || e.loss || e.state, "changes nothing",
          "at least one of latency, loss, state");
}

/// A fault of any kind but those that make others.
using Fault = std::variant<OutageEvent,
                           ClientErrorEvent,
                           ListerErrorEvent,
                           EstimatorErrorEvent,
                           PartitionEvent,
                           LinkEvent,
                           ComponentEvent>;

struct FlapEvent {
  std::optional<ClusterSelector> clusters;
  std::optional<LinkEnds> link;
  DurationModel up;
  DurationModel down;
  double jitter = 0;
  OutageMode mode = OutageMode::unreachable;
  PacketLoss packets = PacketLoss::refused;

  friend bool operator==(const FlapEvent&, const FlapEvent&) = default;
};

template <class V>
void describe(V& v, FlapEvent& e) {
  v.begin("FlapEvent",
          "Clusters or a link go down and up again and again, each cluster by itself, down first; "
          "a fault, so `for` or `end` ends it, up.");
  v.field("clusters", e.clusters, "Which clusters.");
  v.field("link", e.link, "Which link.");
  v.required("up", e.up, "How long it stays up.");
  v.required("down", e.down, "How long it stays down.");
  v.field("jitter", e.jitter, "Each time is stretched or shortened at random by up to this share.",
          api::AtLeast{0}, api::Below{1});
  v.field("mode", e.mode, "What stays alive while clusters are down.");
  v.field("packets", e.packets, "How a cut connection shows.");
  v.check("", e.clusters.has_value() != e.link.has_value(),
          "needs exactly one of clusters and link",
          "\"clusters\": \"member1\", or \"link\": {\"from\": \"hub\", \"to\": \"eu\"}");
  v.check("mode", e.mode == OutageMode::unreachable || (e.mode == OutageMode::powerloss && !e.link),
          "is for clusters, unreachable or powerloss", "leave it out");
}

/// Who fails together with a cluster.
struct Correlation {
  std::string by;
  double probability = 0;

  friend bool operator==(const Correlation&, const Correlation&) = default;
};

template <class V>
void describe(V& v, Correlation& c) {
  v.begin("Correlation", "Who fails together with a cluster.");
  v.required("by", c.by, "What they have in common.",
             api::OneOf{"region", "zone", "provider", "site"});
  v.required("probability", c.probability, "That each of those fails along.", api::Above{0},
             api::AtMost{1});
}

/// `between` of a random fault: of a partition its sets, else the time between two faults.
struct RandomBetween : DurationModel {
  std::vector<ClusterSelector> sets;

  friend bool operator==(const RandomBetween&, const RandomBetween&) = default;
};

[[nodiscard]] api::Result<RandomBetween> between_of_sets(std::vector<ClusterSelector> sets);
[[nodiscard]] std::optional<std::vector<ClusterSelector>> sets_of_between(const RandomBetween& b);
[[nodiscard]] api::Result<RandomBetween> between_of_duration(api::Duration length);
[[nodiscard]] std::optional<api::Duration> duration_of_between(const RandomBetween& b);

template <class V>
void describe_forms(V& v, RandomBetween& b) {
  v.begin("RandomBetween", "Sets of a partition, or a time between faults.");
  v.form(api::Form<std::vector<ClusterSelector>>{"of a partition, its sets of sites or clusters"},
         &between_of_sets, &sets_of_between);
  v.form(api::Form<api::Duration>{"the time from a repair to the next fault"}, &between_of_duration,
         &duration_of_between);
  v.object_form(b, "A distribution of the time from a repair to the next fault.");
}

/// Faults that come at random, again and again: of each cluster by itself, or of the one link,
/// process or partition that is named.
struct RandomEvent {
  std::string fault;
  std::optional<ClusterSelector> clusters;
  std::optional<OutageMode> mode;
  std::optional<PacketLoss> packets;
  std::optional<std::int32_t> answer;
  std::optional<double> probability;
  std::optional<EstimatorFailure> how;
  std::optional<bool> one_way;
  std::string from;
  std::string to;
  std::optional<api::Duration> latency;
  std::optional<double> loss;
  std::string state;
  std::string name;
  std::string cluster;
  std::optional<api::Duration> mtbf;
  std::optional<RandomBetween> between;
  DurationModel repair;
  std::optional<Correlation> correlated;
  std::optional<Fault> made;  ///< What begins and ends each time. Set in every valid scenario.

  /// Time from a repair, or from the start, to the next fault.
  [[nodiscard]] DurationModel time_to_fault() const;

  friend bool operator==(const RandomEvent&, const RandomEvent&) = default;
};

template <class V>
void describe(V& v, RandomEvent& e) {
  v.begin("RandomEvent",
          "Faults at random, again and again: of each selected cluster by itself, or of the one "
          "thing that is named. Beside when, it says what an event of that kind says.");
  v.required("fault", e.fault, "Kind of fault.",
             api::OneOf{"outage", "clientError", "listerError", "estimatorError", "partition",
                        "link", "component"});
  v.field("clusters", e.clusters, "As in the event.");
  v.field("mode", e.mode, "As in the event.");
  v.field("packets", e.packets, "As in the event.");
  v.field("answer", e.answer, "As in the event.");
  v.field("probability", e.probability, "As in the event.");
  v.field("how", e.how, "As in the event.");
  v.field("oneWay", e.one_way, "As in the event.");
  v.field("from", e.from, "As in the event.");
  v.field("to", e.to, "As in the event.");
  v.field("latency", e.latency, "As in the event.");
  v.field("loss", e.loss, "As in the event.");
  v.field("state", e.state, "As in the event.", api::OneOf{"", "up", "down", "isolated"});
  v.field("name", e.name, "As in the event.");
  v.field("cluster", e.cluster, "As in the event.");
  v.field("mtbf", e.mtbf, "Mean of an exponential time from a repair to the next fault.",
          api::Above{0});
  v.field("between", e.between, "Any other time; of a partition, its sets.");
  v.required("repair", e.repair, "From a fault to its repair.");
  v.field("correlated", e.correlated, "Clusters that fail along, and are repaired with the first.");
}

}  // namespace firedrill::models
