#pragma once

/// What a study is after, as its file says it: objectives, and bounds that a setting must keep.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/expect/expectation.h"
#include "analysis/metrics/amount.h"
#include "policy/api/describe.h"

namespace firedrill::analysis {

/// A metric to be made small or large.
struct Objective {
  std::string minimize = {};
  std::string maximize = {};
  std::string scenario = {};  ///< Glob over the study's scenarios; empty: all.

  [[nodiscard]] const std::string& metric() const { return minimize.empty() ? maximize : minimize; }
  [[nodiscard]] bool wants_less() const { return !minimize.empty(); }

  friend bool operator==(const Objective&, const Objective&) = default;
};

template <class V>
void describe(V& v, Objective& o) {
  v.begin("StudyObjective", "A metric that a study makes small or large.");
  v.field("minimize", o.minimize, "Metric of which less is better.");
  v.field("maximize", o.maximize, "Metric of which more is better.");
  v.field("scenario", o.scenario, "Scenarios whose runs count, by name; a glob.",
          api::DefaultText{"all"});
  v.check("", o.minimize.empty() != o.maximize.empty(), "an objective has exactly one metric",
          "one of minimize, maximize");
  v.check("minimize", o.minimize.empty() || is_metric(o.minimize), "no such metric",
          "a name that `firedrill schema metrics` lists");
  v.check("maximize", o.maximize.empty() || is_metric(o.maximize), "no such metric",
          "a name that `firedrill schema metrics` lists");
}

/// Which figures of a point are held to a bound.
enum class BoundOver : std::uint8_t {
  runs,   ///< That of each run.
  means,  ///< Each scenario's mean over the seeds.
};

template <class V>
void describe_values(V& v, BoundOver&) {
  v.begin("StudyBoundOver", "Which figures are held to a bound.");
  v.value("runs", BoundOver::runs, "That of each run.");
  v.value("means", BoundOver::means, "Each scenario's mean over the seeds.");
}

/// A metric within bounds, at a point: in all of its figures.
struct MetricBound {
  std::string metric = {};
  std::string scenario = {};  ///< Glob over the study's scenarios; empty: all.
  std::optional<BoundOver> of = {};
  // Exactly one of these.
  std::optional<Threshold> below = {};
  std::optional<Threshold> above = {};
  std::optional<Threshold> equals = {};
  std::vector<Threshold> between = {};  ///< Both included.

  [[nodiscard]] int bounds() const;
  /// "workload.unavailability.max below 5m0s in real-outage". Requires: bounds() is 1.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const MetricBound&, const MetricBound&) = default;
};

/// "below 5m0s", "between 1 and 3": the bound in words. Requires: bounds() is 1.
[[nodiscard]] std::string bound_words(const MetricBound& bound, Unit unit);
/// A number as amounts are held (analysis/compare/comparison.h) keeps the bound. Equality allows
/// for a billionth of the number, as means are sums of doubles. Requires: bounds() is 1.
[[nodiscard]] bool keeps(const MetricBound& bound, Unit unit, double held);
/// The same, of one run's exact amount.
[[nodiscard]] bool keeps(const MetricBound& bound, Unit unit, const Amount& amount);

/// The fields of a bound, where they stand beside others.
template <class V>
void describe_bound(V& v, MetricBound& b) {
  v.field("metric", b.metric, "Metric that is held to the bound.");
  v.field("scenario", b.scenario, "Scenarios whose runs count, by name; a glob.",
          api::DefaultText{"all"});
  v.field("of", b.of, "Which figures must all be within the bound.",
          api::DefaultText{"means for constraints, runs for expectations"});
  v.field("below", b.below, "Less than this.");
  v.field("above", b.above, "More than this.");
  v.field("equals", b.equals, "Exactly this.");
  v.field("between", b.between, "At least the first and at most the second.");
  v.check("metric", b.metric.empty() || is_metric(b.metric), "no such metric",
          "a name that `firedrill schema metrics` lists");
  v.check("between", b.between.empty() || b.between.size() == 2, "not two bounds",
          "[lower, upper]");
  v.check("", b.bounds() == 1, "not exactly one bound", "one of below, above, equals, between");
}

template <class V>
void describe(V& v, MetricBound& b) {
  v.begin("StudyBound", "A metric within a bound.");
  describe_bound(v, b);
  v.check("metric", !b.metric.empty(), "no metric is named",
          "a name that `firedrill schema metrics` lists");
}

}  // namespace firedrill::analysis
