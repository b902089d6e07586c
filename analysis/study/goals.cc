#include "analysis/study/goals.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/compare/comparison.h"
#include "analysis/timeline/text.h"
#include "policy/api/duration.h"
#include "sim/time.h"

namespace firedrill::analysis {
namespace {

std::string threshold_text(const Threshold& threshold, Unit unit) {
  if (threshold.is_duration || unit == Unit::seconds)
    return api::format_duration(sim::from_seconds(threshold.number));
  std::string text;
  timeline::append_double(text, threshold.number);
  return text;
}

/// Equal as far as sums of doubles can say.
bool near(double value, double wanted, double tolerance) {
  return std::abs(value - wanted) <= tolerance * std::max(std::abs(value), std::abs(wanted));
}

bool within(const MetricBound& bound, double printed, double tolerance) {
  const auto equals = [&](const Threshold& to) { return near(printed, to.number, tolerance); };
  if (bound.below) return printed < bound.below->number && !equals(*bound.below);
  if (bound.above) return printed > bound.above->number && !equals(*bound.above);
  if (bound.equals) return equals(*bound.equals);
  const Threshold& least = bound.between.at(0);
  const Threshold& most = bound.between.at(1);
  return (printed >= least.number || equals(least)) && (printed <= most.number || equals(most));
}

}  // namespace

int MetricBound::bounds() const {
  return static_cast<int>(below.has_value()) + static_cast<int>(above.has_value()) +
         static_cast<int>(equals.has_value()) + static_cast<int>(!between.empty());
}

std::string bound_words(const MetricBound& bound, Unit unit) {
  if (bound.below) return "below " + threshold_text(*bound.below, unit);
  if (bound.above) return "above " + threshold_text(*bound.above, unit);
  if (bound.equals) return "equal to " + threshold_text(*bound.equals, unit);
  return fmt::format("between {} and {}", threshold_text(bound.between.at(0), unit),
                     threshold_text(bound.between.at(1), unit));
}

std::string MetricBound::text() const {
  const Metric* found = find_metric(metric);
  std::string words =
      metric + " " + bound_words(*this, found != nullptr ? found->unit : Unit::count);
  if (!scenario.empty()) words += " in " + scenario;
  return words;
}

bool keeps(const MetricBound& bound, Unit unit, double held) {
  constexpr double tolerance = 1e-9;
  return within(bound, in_unit(unit, held), tolerance);
}

bool keeps(const MetricBound& bound, Unit unit, const Amount& amount) {
  return within(bound, to_double(unit, amount), 0);
}

}  // namespace firedrill::analysis
