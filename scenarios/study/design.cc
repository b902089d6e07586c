#include "scenarios/study/design.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>

#include <boost/random/sobol.hpp>

#include "scenarios/study/levels.h"
#include "sim/random.h"

namespace firedrill::scenarios {
namespace {

/// Shares in [0, 1): for each parameter one for each point.
using Columns = std::vector<std::vector<double>>;

/// What a random number of 64 bits is as a share: its 53 upper bits.
double share_of(std::uint64_t bits) {
  constexpr double unit = 1.0 / 9'007'199'254'740'992.0;  // 2^-53
  return static_cast<double>(bits >> 11U) * unit;
}

/// Each parameter has streams of its own: another parameter changes none of its draws.
sim::Random stream_of(const Study& study, const Parameter& parameter) {
  return sim::Streams(study.file.design.seed).stream(parameter.name, "design");
}

Columns random_columns(const Study& study, std::size_t points) {
  Columns columns;
  for (const Parameter& parameter : study.parameters) {
    sim::Random random = stream_of(study, parameter);
    std::vector<double>& column = columns.emplace_back(points);
    std::ranges::generate(column, [&] { return random.uniform(); });
  }
  return columns;
}

Columns latin_hypercube_columns(const Study& study, std::size_t points) {
  Columns columns;
  for (const Parameter& parameter : study.parameters) {
    sim::Random random = stream_of(study, parameter);
    std::vector<std::size_t> parts(points);
    std::iota(parts.begin(), parts.end(), std::size_t{0});
    random.shuffle(parts);
    std::vector<double>& column = columns.emplace_back();
    for (const std::size_t part : parts) {
      const double share =
          (static_cast<double>(part) + random.uniform()) / static_cast<double>(points);
      // Rounding must not carry a draw into the next part, which for the last would be 1.
      const double end = static_cast<double>(part + 1) / static_cast<double>(points);
      column.push_back(share < end ? share : std::nextafter(end, 0.0));
    }
  }
  return columns;
}

Columns sobol_columns(const Study& study, std::size_t points) {
  Columns columns(study.parameters.size(), std::vector<double>(points));
  std::vector<std::uint64_t> shifts;
  for (const Parameter& parameter : study.parameters)
    shifts.push_back(stream_of(study, parameter).next());
  boost::random::sobol sequence(study.parameters.size());
  for (std::size_t point = 0; point < points; ++point) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      columns[i][point] = share_of(sequence() ^ shifts[i]);
  }
  return columns;
}

Columns columns_of(const Study& study, std::size_t points) {
  switch (study.file.design.method) {
    case Method::random:
      return random_columns(study, points);
    case Method::latin_hypercube:
      return latin_hypercube_columns(study, points);
    case Method::sobol:
      return sobol_columns(study, points);
    case Method::grid:
    case Method::nsga2:
    case Method::moead:
    case Method::cmaes:
      break;
  }
  return {};
}

Point point_of(const Study& study, const Columns& columns, std::size_t index) {
  Point point;
  for (std::size_t i = 0; i < columns.size(); ++i)
    point.push_back(level_at(study.parameters[i], columns[i][index]));
  return point;
}

std::vector<Point> grid_points(const Study& study) {
  std::vector<Point> points{Point{}};
  for (const Parameter& parameter : study.parameters) {
    const std::vector<Level> levels = grid_levels(parameter);
    std::vector<Point> longer;
    longer.reserve(points.size() * levels.size());
    for (const Point& point : points) {
      for (const Level& level : levels) {
        longer.push_back(point);
        longer.back().push_back(level);
      }
    }
    points = std::move(longer);
  }
  return points;
}

}  // namespace

bool is_search(Method method) {
  switch (method) {
    case Method::grid:
    case Method::random:
    case Method::latin_hypercube:
    case Method::sobol:
      return false;
    case Method::nsga2:
    case Method::moead:
    case Method::cmaes:
      return true;
  }
  return false;
}

std::uint64_t design_size(const Study& study) {
  if (study.file.design.method != Method::grid) return study.file.design.points.value_or(1);
  std::uint64_t size = 1;
  for (const Parameter& parameter : study.parameters) {
    const std::uint64_t levels = grid_levels(parameter).size();
    if (levels != 0 && size > UINT64_MAX / levels) return UINT64_MAX;
    size *= levels;
  }
  return size;
}

std::vector<Point> design_points(const Study& study) {
  if (study.file.design.method == Method::grid) return grid_points(study);
  const auto size = static_cast<std::size_t>(design_size(study));
  const Columns columns = columns_of(study, size);
  std::vector<Point> points;
  points.reserve(size);
  for (std::size_t i = 0; i < size; ++i)
    points.push_back(point_of(study, columns, i));
  return points;
}

Point first_point(const Study& study) {
  const Method method = study.file.design.method;
  if (method == Method::grid) {
    Point point;
    for (const Parameter& parameter : study.parameters)
      point.push_back(grid_levels(parameter).front());
    return point;
  }
  if (is_search(method)) return point_at(study, std::vector<double>(study.parameters.size(), 0.5));
  return point_of(study, columns_of(study, static_cast<std::size_t>(design_size(study))), 0);
}

Point point_at(const Study& study, std::span<const double> shares) {
  Point point;
  for (std::size_t i = 0; i < shares.size(); ++i)
    point.push_back(level_at(study.parameters[i], shares[i]));
  return point;
}

}  // namespace firedrill::scenarios
