#pragma once

/// What a study's runs come to at each point: objectives with intervals, constraints, and where the
/// point stands among the others.
///
/// - A figure is the mean over scenarios of the means over seeds. Runs of one number of seed meet
///   the same disasters at all points, so a point has one sample a seed (the mean over the
///   scenarios), and points are compared seed by seed. Seeds in which a scenario has no value of
///   the metric, though it has one in others, don't count; nor do scenarios without any value.
/// - A constraint is kept if each scenario's mean, or each run, is within its bound. What has no
///   value keeps no bound: silence must not pass for success.
/// - A point with failed or unfinished runs, or without a value of some objective, is not on the
///   front: what is missing may be the worst.
///
/// All numbers are in the scale in which amounts are held (analysis/compare/comparison.h).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/compare/statistics.h"
#include "analysis/study/table.h"

namespace firedrill::analysis {

/// A metric at a point.
struct PointFigure {
  std::optional<Estimate> value = {};
  std::vector<std::optional<double>> by_seed = {};        ///< Means over the scenarios.
  std::vector<std::optional<Estimate>> by_scenario = {};  ///< Nothing for those not meant.
  std::size_t silent = 0;                                 ///< Runs meant that have no value.
};

/// Of a metric in the scenarios that fit the glob ("" fits all).
[[nodiscard]] PointFigure figure_of(const StudyTable& table,
                                    std::size_t point,
                                    std::string_view metric,
                                    std::string_view scenario_glob);

/// The scenario with the largest, or smallest, mean. Requires: some scenario has a value.
[[nodiscard]] std::size_t extreme_scenario(const PointFigure& figure, bool largest);

/// How far `figure` is from `reference`, seed by seed.
[[nodiscard]] std::optional<Estimate> change_of(const PointFigure& figure,
                                                const PointFigure& reference);

/// A bound at a point.
struct BoundOutcome {
  bool kept = false;
  std::string wrong = {};  ///< The first figure beyond it: "real-outage, seed 8: 312.5 s".
};
[[nodiscard]] BoundOutcome hold(const StudyTable& table,
                                std::size_t point,
                                const MetricBound& bound,
                                BoundOver over);

enum class Standing : std::uint8_t {
  front,       ///< No other is as good in every objective and better in one.
  dominated,   ///< Another one is.
  infeasible,  ///< A constraint isn't kept.
  no_value,    ///< An objective has no value.
  failed,      ///< A run failed.
  unfinished,  ///< A run has not been made.
};
/// "front", "dominated", "infeasible", "no value", "failed", "unfinished".
[[nodiscard]] std::string_view to_string(Standing standing);

struct PointOutcome {
  std::size_t failed = 0;      ///< Cells.
  std::size_t unfinished = 0;  ///< Cells.
  std::vector<PointFigure> objectives = {};
  std::vector<BoundOutcome> constraints = {};
  Standing standing = Standing::unfinished;
  std::optional<std::size_t> dominated_by = {};  ///< A point of the front.
  /// It is dominated, but by each that does so only within what chance explains: the interval of
  /// the difference, seed by seed, holds zero in every objective in which the other is better.
  bool within_noise = false;
};

/// The setting to take: of the front, the point nearest to the ideal, which has the best value that
/// the front has of each objective, where each objective is scaled to the front's range. Of equals
/// the one that changes the fewest values of the scenario's own setting, then the first.
struct Recommendation {
  std::size_t point = 0;
  double distance = 0;                    ///< From the ideal, after scaling.
  std::vector<std::size_t> changed = {};  ///< Parameters whose value isn't the scenario's own.
};

struct StudyOutcome {
  std::vector<PointOutcome> points = {};
  std::vector<std::size_t> front = {};  ///< By the first objective, best first, then by point.
  std::optional<Recommendation> recommended = {};
  std::size_t failed = 0;      ///< Cells.
  std::size_t unfinished = 0;  ///< Cells.
};

/// O(cells + points * front). Requires: there is an objective; a cell for each index.
[[nodiscard]] StudyOutcome weigh(const StudyTable& table);

/// Which of the candidates no other dominates: rows of costs, less is better, all of one length.
/// Equal rows don't dominate each other. In the order of their indices.
[[nodiscard]] std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& costs,
                                                    const std::vector<std::size_t>& candidates);

}  // namespace firedrill::analysis
