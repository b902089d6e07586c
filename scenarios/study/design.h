#pragma once

/// Which points a study tries. Pure functions of the study: the same file gives the same points on
/// every machine.

#include <cstdint>
#include <span>
#include <vector>

#include "scenarios/study/study.h"

namespace firedrill::scenarios {

/// How many points the design has; at most `study_points_max` in a study that was loaded.
[[nodiscard]] std::uint64_t design_size(const Study& study);

/// Its first point alone; for a search the middle of all parameters.
[[nodiscard]] Point first_point(const Study& study);

/// The points of the design, in their order. Requires: its method is none of the searches.
///
/// - grid: every combination, the last parameter varying fastest.
/// - random: independent draws.
/// - latin-hypercube: each parameter's range is cut into as many equal parts as there are points,
///   each of which has one of them (McKay, Beckman, Conover, 1979).
/// - sobol: a Sobol' sequence (directions of Joe and Kuo, 2008) with a random digital shift, which
///   keeps its evenness and moves it off the corner.
[[nodiscard]] std::vector<Point> design_points(const Study& study);

/// Whether the method is a search, which `tune` performs.
[[nodiscard]] bool is_search(Method method);

/// The level at that share of the way through a parameter: of a range along its scale, of values
/// and choices by equal parts. Requires: 0 <= share < 1. What designs and searches share.
[[nodiscard]] Level level_at(const Parameter& parameter, double share);

/// The point of such shares, one for each parameter.
[[nodiscard]] Point point_at(const Study& study, std::span<const double> shares);

}  // namespace firedrill::scenarios
