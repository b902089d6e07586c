#pragma once

/// What `firedrill diff` finds out: where two runs part, why, in what else they differ, and what it
/// cost. Of two timelines, or of two files of metrics.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/diff/alignment.h"
#include "analysis/diff/divergence.h"
#include "analysis/diff/metric_diff.h"
#include "analysis/timeline/timeline_file.h"

namespace firedrill::analysis {

struct DiffOptions {
  MetricTolerance tolerance = {};
  std::size_t kept_max = 100;  ///< Differences that are listed.
  std::size_t waiting_max = std::size_t{1} << 16;
  std::function<bool()> stop = {};  ///< Looked at now and then; ends the work early.
};

/// One of the two runs.
struct DiffSide {
  std::string file = {};
  std::string scenario = {};
  std::string profile = {};
  std::uint64_t seed = 0;
  std::string sha256 = {};
  std::uint64_t events = 0;     ///< Of a timeline.
  sim::Duration duration = {};  ///< Of a timeline.
  std::string digest = {};      ///< Of a timeline.
};

/// Where a step of a chain of causes stands in one of the timelines.
struct ChainPlace {
  std::uint64_t seq = 0;
  sim::Time time{};
  sim::Duration after{};  ///< Since the step before it.
};

/// A step of the two chains that lead to the first divergence; absent where one has no such step.
struct ChainRow {
  std::string what = {};
  std::optional<ChainPlace> left = {};
  std::optional<ChainPlace> right = {};
};

struct DiffReport {
  bool of_timelines = false;
  DiffSide left = {};
  DiffSide right = {};
  MetricTolerance tolerance = {};
  std::vector<SettingDifference> settings = {};
  AlignmentResult events = {};       ///< Of timelines.
  std::vector<ChainRow> chain = {};  ///< What led to the first divergence.
  std::uint64_t chain_left_out = 0;  ///< Steps before those, in the longer chain.
  MetricDiff metrics = {};
  std::vector<std::string> not_measured = {};  ///< Metrics that a timeline alone doesn't give.
  bool stopped = false;

  /// Beyond the tolerance. Settings alone make no difference; metrics of timelines do if they were
  /// given a tolerance of their own, or if all events are exactly equal (then the runs' ends or
  /// requests differ).
  [[nodiscard]] bool differs() const;
};

/// Reads both once, side by side. Throws timeline::BadTimeline.
[[nodiscard]] DiffReport diff_timelines(const timeline::TimelineFile& left,
                                        const timeline::TimelineFile& right,
                                        const DiffOptions& options);

/// The report of two timelines of the same bytes.
[[nodiscard]] DiffReport same_timelines(const timeline::TimelineFile& left,
                                        const timeline::TimelineFile& right);

[[nodiscard]] DiffReport diff_metrics(const MetricSet& left,
                                      const MetricSet& right,
                                      const DiffOptions& options);

}  // namespace firedrill::analysis
