#pragma once

/// The entries of a scenario's `events`: what happens (fault_spec.h, action_spec.h), and when.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "analysis/timeline/selector.h"
#include "models/spec/action_spec.h"
#include "models/spec/cluster_spec.h"
#include "models/spec/fault_spec.h"
#include "policy/api/describe.h"
#include "policy/api/time.h"

namespace firedrill::models {

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
                                 ListerErrorEvent,
                                 EstimatorErrorEvent,
                                 PartitionEvent,
                                 LinkEvent,
                                 ComponentEvent,
                                 FlapEvent,
                                 RandomEvent,
                                 TaintEvent,
                                 UntaintEvent,
                                 LabelEvent,
                                 ConditionEvent,
                                 NodesEvent,
                                 ClusterSpec,
                                 UnjoinEvent,
                                 ScaleEvent,
                                 RolloutEvent,
                                 ReadyCapEvent,
                                 StatusEvent,
                                 ApplyEvent,
                                 PatchEvent,
                                 DeleteEvent,
                                 EndEvent>;

/// Something that happens: once at a time, again and again, or when something else has happened. A
/// ClusterSpec as action is a join.
struct ScenarioEvent {
  std::optional<api::Duration> at;
  std::optional<api::Duration> every;  ///< At every, 2·every, … up to and including `until`.
  std::optional<api::Duration> until;
  std::optional<timeline::Selector> on;  ///< Follows each event of the timeline that matches.
  std::optional<api::Duration> after;    ///< From the match to this.
  std::int64_t times = 1;                ///< Matches that count.
  std::optional<api::Duration> lasts;    ///< `for`: ends the fault.
  std::string id;
  EventAction action;
  std::string pointer;  ///< JSON pointer of the entry, which names it in the timeline; not read.

  friend bool operator==(const ScenarioEvent&, const ScenarioEvent&) = default;
};

/// The fault that an action is, if it is one of those that make no others; a process that comes up
/// or is restarted is none.
[[nodiscard]] std::optional<Fault> fault_of(const EventAction& action);

/// The same the other way round.
[[nodiscard]] EventAction as_action(const Fault& fault);

/// The key by which a scenario names that kind of event.
[[nodiscard]] std::string key_of(const EventAction& action);

/// What can end: a fault, or a source of faults.
[[nodiscard]] bool can_end(const EventAction& action);

template <class V>
void describe(V& v, ScenarioEvent& e) {
  v.begin("Event", "Something that happens: when, and exactly one kind of event.");
  v.field("at", e.at, "When, after the start; with on, from when matches count.", api::AtLeast{0});
  v.field("every", e.every, "Again and again, first after this time; needs until.", api::Above{0});
  v.field("until", e.until, "Last time at which it may happen, with every.", api::AtLeast{0});
  v.field("on", e.on, "Follows the first event of the timeline that matches.");
  v.field("after", e.after, "How long after the match, with on; absent = at once.",
          api::AtLeast{0});
  v.field("times", e.times, "How many matches count, with on.", api::AtLeast{1},
          api::AtMost{1'000'000});
  v.field("for", e.lasts, "How long a fault lasts; absent = to the end.", api::Above{0});
  v.field("id", e.id, "Name of a fault, for an entry that ends it.");
  v.choice(e.action, api::Alternative<OutageEvent>{"outage", "Clusters fail."},
           api::Alternative<ClientErrorEvent>{"clientError", "Clients can't be built."},
           api::Alternative<ListerErrorEvent>{"listerError", "Lists of nodes and pods are empty."},
           api::Alternative<EstimatorErrorEvent>{"estimatorError", "Estimators fail."},
           api::Alternative<PartitionEvent>{"partition", "Places can't reach each other."},
           api::Alternative<LinkEvent>{"link", "A link of the network changes."},
           api::Alternative<ComponentEvent>{"component", "A process stops, starts or is cut off."},
           api::Alternative<FlapEvent>{"flap", "Clusters or a link go down and up."},
           api::Alternative<RandomEvent>{"random", "Faults come at random."},
           api::Alternative<TaintEvent>{"taint", "A taint is added by hand."},
           api::Alternative<UntaintEvent>{"untaint", "A taint is removed by hand."},
           api::Alternative<LabelEvent>{"label", "Labels of a cluster are replaced."},
           api::Alternative<ConditionEvent>{"condition", "A condition of a cluster is set."},
           api::Alternative<NodesEvent>{"nodes", "Nodes come, go, or take no more pods."},
           api::Alternative<ClusterSpec>{"join", "A cluster joins."},
           api::Alternative<UnjoinEvent>{"unjoin", "A cluster leaves."},
           api::Alternative<ScaleEvent>{"scale", "The replicas of a template change."},
           api::Alternative<RolloutEvent>{"rollout", "Pods are replaced by new ones."},
           api::Alternative<ReadyCapEvent>{"readyCap", "Replicas in a cluster don't get ready."},
           api::Alternative<StatusEvent>{"status", "A copy's status document changes."},
           api::Alternative<ApplyEvent>{"apply", "An object is created or replaced."},
           api::Alternative<PatchEvent>{"patch", "An object is changed."},
           api::Alternative<DeleteEvent>{"delete", "An object is deleted."},
           api::Alternative<EndEvent>{"end", "A fault is ended by its id."});
  const bool random = std::holds_alternative<RandomEvent>(e.action);
  v.check("", e.at || e.every || e.on || random, "says not when",
          "one of at, every, on; random faults may come from the start");
  v.check("every", !e.every || !(e.at || e.on), "stands beside at or on", "one of them");
  v.check("until", e.every.has_value() == e.until.has_value(), "belongs together with every",
          "both, or neither");
  v.check("after", !e.after || e.on, "belongs to on", "leave it out, or add on");
  v.check("times", e.times == 1 || e.on, "belongs to on", "leave it out, or add on");
  v.check("for", !e.lasts || can_end(e.action), "is for faults",
          "leave it out, and undo the event with a later one");
  v.check("id", e.id.empty() || can_end(e.action), "is for faults", "leave it out");
  v.check("for", !e.lasts || !e.every || *e.lasts <= *e.every, "is longer than every",
          "at most every: a fault must end before it comes again");
}

}  // namespace firedrill::models
