#pragma once

/// What each parameter does to each objective: means by its value, over all that the others take.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study/outcome.h"
#include "analysis/study/table.h"

namespace firedrill::analysis {

/// A value of a parameter, or values that lie side by side.
struct EffectLevel {
  std::string label = {};  ///< "30s", "10s … 24s".
  std::size_t points = 0;
  double mean = 0;  ///< Of the points' figures.
};

struct Effect {
  std::size_t parameter = 0;
  /// Values are many and each has few points: they are put together, by rank, into parts of equal
  /// numbers of points.
  bool binned = false;
  std::vector<EffectLevel> levels = {};  ///< In the order of the values.
  double range = 0;                      ///< Between the least mean and the greatest.
  /// Of the variance between points, what the parameter alone explains (eta squared): in a whole
  /// grid shares are exact, and what is missing to 1 is interplay. With bins corrected for what
  /// chance alone would explain (epsilon squared).
  double share = 0;
  /// Change of the objective for one more of the parameter (for a second, if it is a duration), by
  /// least squares; of parameters that are numbers and not on a logarithmic scale.
  std::optional<double> slope = {};
};

struct ObjectiveEffects {
  std::size_t objective = 0;
  std::size_t points = 0;            ///< That have a figure and no failed or unfinished run.
  double variance = 0;               ///< Between points; nothing to explain if zero.
  std::vector<Effect> effects = {};  ///< The largest share first, then in order of parameters.
};

/// By objective. Points that aren't of the design don't count.
[[nodiscard]] std::vector<ObjectiveEffects> effects_of(const StudyTable& table,
                                                       const StudyOutcome& outcome);

}  // namespace firedrill::analysis
