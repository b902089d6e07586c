#pragma once

/// Two runs by their metrics: those of the run, and those of each workload, cluster and component.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/metrics/metric.h"
#include "policy/api/diagnostic.h"
#include "sim/time.h"

namespace firedrill::analysis {

/// All that `metrics.json` holds, or a timeline leads to.
struct MetricSet {
  std::string scenario = {};
  std::string sha256 = {};
  std::string profile = {};
  std::uint64_t seed = 0;
  MetricValues run = {};
  /// By kind of subject and its name: amounts by measure ("workload.unavailability").
  std::map<std::pair<Subject, std::string>, MetricValues> subjects = {};
};

[[nodiscard]] MetricSet metric_set(const MetricTable& table);

/// Reads `metrics.json`. What is wrong with it goes to `problem`, with line, column and pointer.
/// Metrics of a name that this version doesn't know are passed over.
[[nodiscard]] std::optional<MetricSet> read_metrics(std::string_view text,
                                                    const std::string& file,
                                                    api::Diagnostic& problem);

/// What may differ without being a difference.
struct MetricTolerance {
  sim::Duration duration{};  ///< Of metrics in seconds that have no share of their own.
  /// By metric, as a share of the left one.
  std::map<std::string, double, std::less<>> relative = {};
};

/// A metric in which they differ; nothing where one has no value.
struct MetricDifference {
  std::string metric = {};
  Unit unit = Unit::count;
  std::optional<Amount> left = {};
  std::optional<Amount> right = {};

  /// "1m2s → 12s (-50s -81%)".
  [[nodiscard]] std::string text() const;
};

struct SubjectDifference {
  Subject subject = Subject::workload;
  std::string name = {};
  MetricDifference metric = {};
};

struct MetricDiff {
  std::vector<MetricDifference> run = {};  ///< By name.
  /// By workload, cluster, component, and their names; so many as are kept.
  std::vector<SubjectDifference> subjects = {};
  std::size_t subjects_differing = 0;

  [[nodiscard]] bool empty() const { return run.empty() && subjects_differing == 0; }
};

/// What differs beyond the tolerance; keeps so many of the subjects.
[[nodiscard]] MetricDiff metric_diff(const MetricSet& left,
                                     const MetricSet& right,
                                     const MetricTolerance& tolerance,
                                     std::size_t subjects_max = 100);

/// The unit of a metric or a measure, with the resource where it takes one; nothing if this version
/// knows neither.
[[nodiscard]] std::optional<Unit> find_unit(std::string_view name);

/// "workload", "cluster", "component", "run".
[[nodiscard]] std::string_view to_string(Subject subject);

}  // namespace firedrill::analysis
