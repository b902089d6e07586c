#pragma once

/// What a scenario expects of its run (product page, "Expectations"): the entries of `expect`.
/// Each has one of the forms metric, event, never, order, at, always, final, invariant, preflight.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/preflight.h"
#include "analysis/timeline/selector.h"
#include "policy/api/describe.h"
#include "policy/api/time.h"

namespace firedrill::analysis {

/// A bound of a metric: a number in the metric's unit, or a duration.
struct Threshold {
  double number = 0;  ///< Seconds, for a duration.
  bool is_duration = false;

  friend bool operator==(const Threshold&, const Threshold&) = default;
};

namespace detail {
[[nodiscard]] api::Result<Threshold> threshold_of_number(double number);
[[nodiscard]] std::optional<double> number_of_threshold(const Threshold& threshold);
[[nodiscard]] api::Result<Threshold> threshold_of_text(std::string text);
[[nodiscard]] std::optional<std::string> text_of_threshold(const Threshold& threshold);
}  // namespace detail

template <class V>
void describe_forms(V& v, Threshold&) {
  v.begin("Threshold", "A bound of a metric.");
  v.form(api::Form<double>{"A number in the metric's unit; seconds where that is time."},
         &detail::threshold_of_number, &detail::number_of_threshold);
  v.form(api::Form<std::string>{"A Go duration."}, &detail::threshold_of_text,
         &detail::text_of_threshold);
}

/// A stretch of time, both ends included.
struct Window {
  std::optional<api::Duration> after;   ///< Since the start; absent: from the start.
  std::optional<api::Duration> before;  ///< Absent: to the end.

  friend bool operator==(const Window&, const Window&) = default;
};

template <class V>
void describe(V& v, Window& w) {
  v.begin("Window", "A stretch of time, both ends included.");
  v.field("after", w.after, "Its start; the run's start if absent.", api::AtLeast{0});
  v.field("before", w.before, "Its end; the run's end if absent.", api::AtLeast{0});
  v.check("", !w.after || !w.before || *w.after <= *w.before, "the window ends before it starts",
          "after <= before");
}

/// When a state must hold throughout.
struct Always {
  bool from_first = false;  ///< `true`: from the first instant at which it holds.
  Window window;            ///< Else within this.

  friend bool operator==(const Always&, const Always&) = default;
};

namespace detail {
[[nodiscard]] api::Result<Always> always_of_bool(bool value);
[[nodiscard]] std::optional<bool> bool_of_always(const Always& always);
}  // namespace detail

template <class V>
void describe(V& v, Always& a) {
  describe(v, a.window);
}

template <class V>
void describe_forms(V& v, Always& a) {
  v.begin("Always", "When a state must hold throughout.");
  v.form(api::Form<bool>{"true: once it holds, to the end; and it must hold once."},
         &detail::always_of_bool, &detail::bool_of_always);
  v.object_form(a, "Throughout this window.");
}

/// A taint that a cluster must have.
struct ExpectedTaint {
  std::string key;
  std::string effect;

  friend bool operator==(const ExpectedTaint&, const ExpectedTaint&) = default;
};

template <class V>
void describe(V& v, ExpectedTaint& t) {
  v.begin("ExpectedTaint", "A taint that a cluster must have.");
  v.required("key", t.key, "Key, or a glob.");
  v.field("effect", t.effect, "Effect; empty: any.");
}

struct ExpectedCondition {
  std::string type;
  std::string status;

  friend bool operator==(const ExpectedCondition&, const ExpectedCondition&) = default;
};

template <class V>
void describe(V& v, ExpectedCondition& c) {
  v.begin("ExpectedCondition", "A condition that a cluster must have.");
  v.field("type", c.type, "Type; Ready if absent.", api::DefaultText{"Ready"});
  v.required("status", c.status, "True, False or Unknown; a glob.");
}

struct SeedShare {
  double share = 1;

  friend bool operator==(const SeedShare&, const SeedShare&) = default;
};

template <class V>
void describe(V& v, SeedShare& s) {
  v.begin("SeedShare", "In how many of several seeds it must hold.");
  v.required("share", s.share, "Share of the seeds.", api::AtLeast{0}, api::AtMost{1});
}

/// Properties of the workloads whose metric is meant.
struct Where {
  std::optional<timeline::Range> priority;

  friend bool operator==(const Where&, const Where&) = default;
};

template <class V>
void describe(V& v, Where& w) {
  v.begin("ExpectedWhere", "Which workloads are meant, by what they are.");
  v.field("priority", w.priority, "Workloads of such a priority.");
  v.check("", w.priority.has_value(), "nothing is said of the workloads", "priority");
}

/// How the run must end.
struct ExpectedFinal {
  std::string same_as;

  friend bool operator==(const ExpectedFinal&, const ExpectedFinal&) = default;
};

template <class V>
void describe(V& v, ExpectedFinal& f) {
  v.begin("ExpectedFinal", "How the run must end.");
  v.required("sameAs", f.same_as,
             "Scenario, relative to this one's folder, whose run with the same seed leaves each "
             "workload that both have where this one does: assigned and ready replicas by cluster. "
             "It is played as its file stands; its own expectations don't count.");
}

/// One entry of `expect`.
struct Expectation {
  // One of these says the form.
  std::string metric;
  std::optional<timeline::Selector> event;
  std::optional<timeline::Selector> never;
  std::vector<timeline::Selector> order;
  std::optional<api::Duration> at;
  std::optional<Always> always;
  std::optional<ExpectedFinal> final_state;
  std::string invariant;
  std::optional<FindingSelector> preflight;

  // metric
  std::optional<Threshold> below;
  std::optional<Threshold> above;
  std::optional<Threshold> equals;
  std::vector<Threshold> between;
  std::optional<Where> where;

  // event
  std::optional<Window> within;

  // event, preflight
  std::optional<timeline::Range> count;

  // metric, at, always, final
  std::string workload;
  // metric, at, always
  std::string cluster;

  // at, always
  std::optional<timeline::Range> ready_replicas;
  std::optional<std::map<std::string, std::int64_t>> assigned_replicas;
  std::optional<timeline::Range> pending_replicas;
  std::optional<std::vector<ExpectedTaint>> taints;
  std::optional<ExpectedCondition> condition;

  // any
  std::optional<SeedShare> seeds;

  [[nodiscard]] int forms() const;
  [[nodiscard]] int bounds() const;
  /// Whether anything is said of a workload's or cluster's state.
  [[nodiscard]] bool says_state() const;

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// Whether a metric of that name exists.
[[nodiscard]] bool is_metric(const std::string& name);

template <class V>
void describe(V& v, Expectation& e) {
  v.begin("Expectation", "What a scenario expects of its run.");
  v.field("metric", e.metric, "Metric whose value must be within the bound.");
  v.field("event", e.event, "Event that must happen, as often as count says.");
  v.field("never", e.never, "Event that must not happen.");
  v.field("order", e.order, "Events that must happen, in this order.");
  v.field("at", e.at, "Instant at which a state must hold, after all that happens then.",
          api::AtLeast{0});
  v.field("always", e.always, "When a state must hold throughout.");
  v.field("final", e.final_state, "How the run must end.");
  v.field("invariant", e.invariant, "Invariant that must not be violated.");
  v.field("preflight", e.preflight,
          "Finding that the pre-flight check must have, as often as count says; count 0: none.");
  v.field("below", e.below, "The metric is less than this.");
  v.field("above", e.above, "The metric is more than this.");
  v.field("equals", e.equals, "The metric is exactly this.");
  v.field("between", e.between, "The metric is at least the first and at most the second.");
  v.field("where", e.where, "Workloads whose metric is meant, beside `workload`.");
  v.field("within", e.within, "When the event must happen; other times don't count.");
  v.field("count", e.count, "How often the event must happen, or how many findings there must be.",
          api::DefaultText{"at least once"});
  v.field("workload", e.workload,
          "Workloads meant: namespace/name or Kind/namespace/name; a glob.");
  v.field("cluster", e.cluster, "Clusters meant; a glob.");
  v.field("readyReplicas", e.ready_replicas,
          "Ready replicas, of each workload or in each cluster.");
  v.field("assignedReplicas", e.assigned_replicas,
          "Replicas assigned to each workload by cluster; clusters that aren't named have none.");
  v.field("pendingReplicas", e.pending_replicas,
          "Pods without a node, of each workload or in each cluster.");
  v.field("taints", e.taints, "Taints of each cluster: these and no others.");
  v.field("condition", e.condition, "A condition of each cluster.");
  v.field("seeds", e.seeds, "In how many seeds it must hold, where several are run.");

  const bool state = e.at || e.always;
  v.check("", e.forms() == 1, "an expectation has exactly one form",
          "one of metric, event, never, order, at, always, final, invariant, preflight");
  v.check("metric", e.metric.empty() || is_metric(e.metric), "no such metric",
          "a name that `firedrill schema metrics` lists");
  v.check("", e.bounds() == (e.metric.empty() ? 0 : 1), "bounds and metric don't fit",
          "one of below, above, equals, between beside a metric, and only there");
  v.check("where", !e.metric.empty() || !e.where, "where without metric", "put it beside a metric");
  v.check("between", e.between.empty() || e.between.size() == 2, "not two bounds",
          "[lower, upper]");
  v.check("", e.event || !e.within, "within without event", "put it beside an event");
  v.check("", e.event || e.preflight || !e.count, "count without event",
          "put it beside an event, or beside preflight");
  v.check("", !state || (e.says_state() && (!e.workload.empty() || !e.cluster.empty())),
          "nothing is said of a state",
          "workload or cluster, and what must hold: readyReplicas, assignedReplicas, "
          "pendingReplicas, taints or condition");
  v.check("", state || !e.says_state(), "a state without a time", "at or always");
  v.check("cluster", !e.final_state || e.cluster.empty(), "a final state is one of workloads",
          "workload, without cluster");
  v.check("",
          state || !e.metric.empty() || e.final_state || (e.workload.empty() && e.cluster.empty()),
          "workload or cluster where nothing is narrowed", "put them into the event selector");
  v.check("assignedReplicas", !e.assigned_replicas || !e.workload.empty(),
          "no workload whose assignment is meant", "workload");
  v.check("", !(e.taints || e.condition) || (!e.cluster.empty() && e.workload.empty()),
          "taints and conditions are those of clusters", "cluster, without workload");
}

}  // namespace firedrill::analysis
