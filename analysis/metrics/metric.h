#pragma once

/// What is measured: the registry of metrics. A metric is a statistic over a measure, an exact
/// amount that a fold (analysis/metrics/fold.h) finds for each workload, cluster, component or for
/// the run. So every metric can be narrowed to some of its subjects.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/metrics/amount.h"
#include "policy/api/name.h"

namespace firedrill::analysis {

/// Whose amounts a measure consists of.
enum class Subject : std::uint8_t { run, workload, cluster, component };

/// What folds find. A subject without an amount has nothing to say (not: zero).
enum class Measure : std::uint8_t {
  replicas_desired,
  replicas_running,
  replicas_ready,
  unavailability,
  unavailability_replicas,
  unavailability_gap,
  unavailability_outages,
  ready_share,
  running_twice,
  excluded,
  condition_changes,
  stage_observed,
  stage_condition,
  stage_taint,
  stage_queue,
  stage_eviction,
  stage_scheduled,
  stage_ready,
  stage_total,
  evictions_started,
  evictions_by_health,
  evictions_by_timeout,
  evictions_needless,
  evictions_into_nothing,
  eviction_queue_depth,
  eviction_queue_wait,
  evictions_from_queue,
  eviction_queue_busy,
  eviction_end,
  migrations,
  drift,
  drift_max,
  drift_end,
  stranded,
  spread_violation,
  capacity_peak,
  capacity_sustained,
  capacity_overcommit,
  replicas_wanted,
  pending,
  pending_seconds,
  state_preserved,
  state_lost,
  state_work_lost,
  api_writes,
  api_reads,
  api_conflicts,
};
inline constexpr std::size_t measure_count = static_cast<std::size_t>(Measure::api_conflicts) + 1;

/// A measure: what its amounts are called where they stand by subject, and what they mean.
struct MeasureInfo {
  Measure measure;
  std::string_view name;
  Unit unit;
  Subject subject;
  std::string_view definition;
};

/// In the order of the enum.
[[nodiscard]] std::span<const MeasureInfo> measures();
[[nodiscard]] const MeasureInfo& info(Measure measure);

/// Ends the name of a metric that there is for each resource: capacity.peak.cpu, …
inline constexpr std::string_view each_resource = "RESOURCE";

struct Metric {
  std::string_view name;  ///< May end in `each_resource`.
  Statistic statistic;
  Measure measure;
  Measure over;  ///< The denominator of a ratio; else the measure again.
  Unit unit;

  [[nodiscard]] bool by_resource() const { return name.ends_with(each_resource); }
};

/// What the metric is, in sentences.
[[nodiscard]] std::string definition(const Metric& metric);

/// All metrics, by name.
[[nodiscard]] std::span<const Metric> metrics();

/// The metric of that name, with a resource's where it takes one; or null.
[[nodiscard]] const Metric* find_metric(std::string_view name);

/// Amounts by measure and subject, as the folds found them.
class MetricTable {
 public:
  /// Requires: one amount a measure and subject; of a measure by resource, one a resource.
  void put(Measure measure,
           Subject subject,
           const api::Name& name,
           Amount amount,
           std::string_view resource = {});
  void put(Measure measure, Amount amount) { put(measure, Subject::run, "", amount); }
  /// A workload's priority, where it isn't 0.
  void put_priority(std::string workload, std::int32_t priority);

  /// Amounts by subject's name, bytewise; in one piece, as there are many.
  class Column {
   public:
    using Entry = std::pair<api::Name, Amount>;
    using const_iterator = std::vector<Entry>::const_iterator;

    [[nodiscard]] const_iterator begin() const { return entries_.begin(); }
    [[nodiscard]] const_iterator end() const { return entries_.end(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// O(log n).
    [[nodiscard]] const_iterator find(std::string_view name) const;

   private:
    friend class MetricTable;
    std::vector<Entry> entries_;
    bool sorted_ = true;
  };
  /// Sorts it if it was added to since it was looked at last: then it is no look for several
  /// threads at a time (`sort`).
  [[nodiscard]] const Column& column(Measure measure,
                                     Subject subject,
                                     std::string_view resource = {}) const;
  /// Resources for which there is a column, in bytewise order; "" for a measure without.
  [[nodiscard]] std::vector<std::string_view> resources(Measure measure, Subject subject) const;
  [[nodiscard]] std::int32_t priority(std::string_view workload) const;
  /// Sorts all columns.
  void sort();

 private:
  static void sort(Column& column);

  using ByResource = std::map<std::string, Column, std::less<>>;

  mutable std::map<std::pair<Measure, Subject>, ByResource> columns_;  // sorted on demand
  std::map<std::string, std::int32_t, std::less<>> priorities_;
  Column none_;
};

/// The names under which the metric has columns in the table: its own, or one for each resource.
[[nodiscard]] std::vector<std::string> names_of(const Metric& metric, const MetricTable& table);

/// Which subjects count; empty globs mean all. Globs are those of analysis/timeline/glob.h; a
/// workload may be given as namespace/name.
struct Narrowing {
  std::string workload = {};
  std::string cluster = {};
  /// Workloads of such a priority.
  std::function<bool(std::int32_t priority)> priority = {};

  /// It is about workloads.
  [[nodiscard]] bool by_workload() const { return !workload.empty() || priority; }
};

/// The metric's value over the subjects that count; nothing if none of them has an amount (or, for
/// a ratio, the denominator is zero). A narrowing to workloads or clusters takes the amounts of
/// those; nothing if the metric isn't measured by them. A metric by resource needs one.
[[nodiscard]] std::optional<Amount> evaluate(const Metric& metric,
                                             const MetricTable& table,
                                             const Narrowing& narrowing = {},
                                             std::string_view resource = {});
/// The same, by a name that find_metric knows; nothing if it knows none.
[[nodiscard]] std::optional<Amount> evaluate(std::string_view name,
                                             const MetricTable& table,
                                             const Narrowing& narrowing = {});

}  // namespace firedrill::analysis
