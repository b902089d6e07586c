#include "analysis/compare/statistics.h"

#include <cmath>

#include <boost/math/distributions/students_t.hpp>

namespace firedrill::analysis {

double student_t(std::size_t degrees_of_freedom) {
  constexpr double grain = 1e9;
  const boost::math::students_t distribution(static_cast<double>(degrees_of_freedom));
  const double quantile = boost::math::quantile(distribution, (1 + confidence) / 2);
  return std::round(quantile * grain) / grain;
}

std::optional<Estimate> estimate(std::span<const double> samples) {
  if (samples.empty()) return {};
  const auto count = static_cast<double>(samples.size());
  double sum = 0;
  for (const double sample : samples)
    sum += sample;
  Estimate result{.mean = sum / count, .count = samples.size()};
  if (samples.size() == 1) return result;
  double squares = 0;
  for (const double sample : samples)
    squares += (sample - result.mean) * (sample - result.mean);
  result.half_width = student_t(samples.size() - 1) * std::sqrt(squares / (count - 1) / count);
  return result;
}

}  // namespace firedrill::analysis
