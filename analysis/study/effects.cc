#include "analysis/study/effects.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace firedrill::analysis {
namespace {

/// So many values stand in a table whatever they are; more only if each has points to average.
constexpr std::size_t values_max = 16;
constexpr std::size_t bins_max = 10;

/// A point's figure, and its place in a parameter's order of values.
struct Sample {
  std::size_t point = 0;
  double figure = 0;
};

double mean_of(const std::vector<Sample>& samples) {
  double sum = 0;
  for (const Sample& sample : samples)
    sum += sample.figure;
  return sum / static_cast<double>(samples.size());
}

double squares_around(const std::vector<Sample>& samples, double mean) {
  double squares = 0;
  for (const Sample& sample : samples)
    squares += (sample.figure - mean) * (sample.figure - mean);
  return squares;
}

/// Samples by value of the parameter: numbers by size, texts in the order in which the points bring
/// them.
std::vector<std::vector<Sample>> by_value(const StudyTable& table,
                                          std::size_t parameter,
                                          const std::vector<Sample>& samples) {
  const auto value_of = [&](const Sample& sample) -> const ParameterValue& {
    return table.points[sample.point].values[parameter];
  };
  std::vector<std::vector<Sample>> groups;
  if (table.parameters[parameter].kind == ValueKind::text) {
    std::vector<std::string> texts;
    for (const Sample& sample : samples) {
      const std::string& text = value_of(sample).text;
      const auto found = std::ranges::find(texts, text);
      const auto index = static_cast<std::size_t>(found - texts.begin());
      if (found == texts.end()) {
        texts.push_back(text);
        groups.emplace_back();
      }
      groups[index].push_back(sample);
    }
    return groups;
  }
  std::vector<Sample> order = samples;
  std::ranges::stable_sort(
      order, {}, [&](const Sample& sample) { return value_of(sample).number.value_or(0); });
  for (const Sample& sample : order) {
    const bool next = groups.empty() || value_of(groups.back().back()).number.value_or(0) !=
                                            value_of(sample).number.value_or(0);
    if (next) groups.emplace_back();
    groups.back().push_back(sample);
  }
  return groups;
}

/// The whole part of the square root.
std::size_t root(std::size_t number) {
  std::size_t result = 0;
  while ((result + 1) * (result + 1) <= number)
    ++result;
  return result;
}

/// Puts groups of values side by side together, into parts of about as many points each. A value
/// stays in one part.
std::vector<std::vector<Sample>> binned(const std::vector<std::vector<Sample>>& groups,
                                        std::size_t samples) {
  const std::size_t bins = std::clamp<std::size_t>(root(samples), 2, bins_max);
  std::vector<std::vector<Sample>> parts(bins);
  std::size_t before = 0;
  for (const std::vector<Sample>& group : groups) {
    std::vector<Sample>& part = parts[before * bins / samples];
    part.insert(part.end(), group.begin(), group.end());
    before += group.size();
  }
  std::erase_if(parts, [](const std::vector<Sample>& part) { return part.empty(); });
  return parts;
}

std::optional<double> slope_of(const StudyTable& table,
                               std::size_t parameter,
                               const std::vector<Sample>& samples,
                               double mean) {
  const StudyParameter& entry = table.parameters[parameter];
  if (entry.kind == ValueKind::text || entry.logarithmic) return {};
  const auto number = [&](const Sample& sample) {
    return table.points[sample.point].values[parameter].number.value_or(0);
  };
  double sum = 0;
  for (const Sample& sample : samples)
    sum += number(sample);
  const double middle = sum / static_cast<double>(samples.size());
  double both = 0;
  double squares = 0;
  double spread = 0;
  for (const Sample& sample : samples) {
    both += (number(sample) - middle) * (sample.figure - mean);
    squares += (number(sample) - middle) * (number(sample) - middle);
    spread += (sample.figure - mean) * (sample.figure - mean);
  }
  if (squares == 0) return {};
  // What rounding leaves of no slope at all.
  constexpr double noise = 1e-12;
  if (both * both <= noise * noise * squares * spread) return 0;
  return both / squares;
}

std::string label_of(const StudyTable& table,
                     std::size_t parameter,
                     const std::vector<Sample>& samples) {
  const std::string& first = table.points[samples.front().point].values[parameter].text;
  const std::string& last = table.points[samples.back().point].values[parameter].text;
  const double least = table.points[samples.front().point].values[parameter].number.value_or(0);
  const double most = table.points[samples.back().point].values[parameter].number.value_or(0);
  return least == most ? first : first + " … " + last;
}

Effect effect_of(const StudyTable& table,
                 std::size_t parameter,
                 const std::vector<Sample>& samples,
                 double mean,
                 double squares) {
  Effect effect{.parameter = parameter};
  std::vector<std::vector<Sample>> groups = by_value(table, parameter, samples);
  effect.binned = table.parameters[parameter].kind != ValueKind::text &&
                  groups.size() > values_max && groups.size() * 2 > samples.size();
  if (effect.binned) groups = binned(groups, samples.size());
  double between = 0;
  for (const std::vector<Sample>& group : groups) {
    const double level = mean_of(group);
    effect.levels.push_back(
        {.label = label_of(table, parameter, group), .points = group.size(), .mean = level});
    between += static_cast<double>(group.size()) * (level - mean) * (level - mean);
  }
  const auto [least, most] = std::ranges::minmax_element(effect.levels, {}, &EffectLevel::mean);
  effect.range = most->mean - least->mean;
  effect.slope = slope_of(table, parameter, samples, mean);
  if (squares == 0) return effect;
  if (effect.binned) {
    const auto parts = static_cast<double>(groups.size());
    const double within = squares - between;
    between -= (parts - 1) * within / (static_cast<double>(samples.size()) - parts);
  }
  effect.share = std::clamp(between / squares, 0.0, 1.0);
  return effect;
}

}  // namespace

std::vector<ObjectiveEffects> effects_of(const StudyTable& table, const StudyOutcome& outcome) {
  std::vector<ObjectiveEffects> all;
  for (std::size_t objective = 0; objective < table.objectives.size(); ++objective) {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < table.points.size(); ++i) {
      const PointOutcome& point = outcome.points[i];
      const auto& value = point.objectives[objective].value;
      const bool whole = point.failed == 0 && point.unfinished == 0;
      if (table.points[i].designed && whole && value)
        samples.push_back({.point = i, .figure = value->mean});
    }
    ObjectiveEffects& entry =
        all.emplace_back(ObjectiveEffects{.objective = objective, .points = samples.size()});
    if (samples.empty()) continue;
    const double mean = mean_of(samples);
    const double squares = squares_around(samples, mean);
    entry.variance = squares / static_cast<double>(samples.size());
    for (std::size_t parameter = 0; parameter < table.parameters.size(); ++parameter)
      entry.effects.push_back(effect_of(table, parameter, samples, mean, squares));
    std::ranges::stable_sort(entry.effects, [](const Effect& a, const Effect& b) {
      return a.share != b.share ? a.share > b.share : a.parameter < b.parameter;
    });
  }
  return all;
}

}  // namespace firedrill::analysis
