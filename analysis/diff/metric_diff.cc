#include "analysis/diff/metric_diff.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "analysis/compare/figures.h"

namespace firedrill::analysis {
namespace {

/// What two amounts differ by; whole ones exactly.
double distance(const Amount& left, const Amount& right) {
  if (left.denominator == 1 && right.denominator == 1)
    return static_cast<double>(right.numerator - left.numerator);
  return held(right) - held(left);
}

bool agree(const std::string& metric,
           Unit unit,
           const Amount& left,
           const Amount& right,
           const MetricTolerance& tolerance) {
  // As printed: a share from a file has the digits of the file.
  if (left == right || format_amount(unit, left) == format_amount(unit, right)) return true;
  const double away = std::abs(distance(left, right));
  const auto relative = tolerance.relative.find(metric);
  if (relative == tolerance.relative.end())
    return unit == Unit::seconds && away <= static_cast<double>(tolerance.duration.count());
  // Half a billionth of slack: 5 % of 20 s is 1 s, whatever doubles make of it.
  return away <= relative->second * std::abs(held(left)) * (1 + 5e-10);
}

const Amount* find(const MetricValues& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

std::optional<Amount> copy(const Amount* amount) {
  return amount == nullptr ? std::nullopt : std::optional(*amount);
}

std::vector<MetricDifference> differences(const MetricValues& left,
                                          const MetricValues& right,
                                          const MetricTolerance& tolerance) {
  std::set<std::string> names;
  for (const MetricValues* values : {&left, &right}) {
    for (const auto& [name, amount] : *values)
      names.insert(name);
  }
  std::vector<MetricDifference> found;
  for (const std::string& name : names) {
    const Unit unit = find_unit(name).value();
    const Amount* a = find(left, name);
    const Amount* b = find(right, name);
    if (a != nullptr && b != nullptr && agree(name, unit, *a, *b, tolerance)) continue;
    found.push_back({name, unit, copy(a), copy(b)});
  }
  return found;
}

std::string value_text(Unit unit, const std::optional<Amount>& amount) {
  return amount ? number_text(unit, held(*amount)) : "-";
}

}  // namespace

std::string_view to_string(Subject subject) {
  switch (subject) {
    case Subject::run:
      return "run";
    case Subject::workload:
      return "workload";
    case Subject::cluster:
      return "cluster";
    case Subject::component:
      return "component";
  }
  throw std::logic_error("a sort of subject without a name");
}

std::optional<Unit> find_unit(std::string_view name) {
  if (const Metric* metric = find_metric(name)) return metric->unit;
  for (const MeasureInfo& measure : measures()) {
    const bool by_resource = measure.name.starts_with("capacity.") &&
                             name.starts_with(measure.name) &&
                             name.substr(measure.name.size()).starts_with('.');
    if (name == measure.name || by_resource) return measure.unit;
  }
  return std::nullopt;
}

std::string MetricDifference::text() const {
  std::string text = value_text(unit, left) + " → " + value_text(unit, right);
  if (!left || !right) return text;
  const double change = distance(*left, *right);
  text += fmt::format(" ({}{}", change < 0 ? "-" : "+", number_text(unit, std::abs(change)));
  if (held(*left) != 0) text += " " + percent_text(change / std::abs(held(*left)));
  return text + ")";
}

MetricSet metric_set(const MetricTable& table) {
  MetricSet set;
  set.run = metric_values(table);
  for (const MeasureInfo& measure : measures()) {
    for (const Subject subject : {Subject::workload, Subject::cluster, Subject::component}) {
      for (const std::string_view resource : table.resources(measure.measure, subject)) {
        std::string name(measure.name);
        if (!resource.empty()) name.append(".").append(resource);
        for (const auto& [owner, amount] : table.column(measure.measure, subject, resource))
          set.subjects[{subject, owner}].emplace(name, amount);
      }
    }
  }
  return set;
}

MetricDiff metric_diff(const MetricSet& left,
                       const MetricSet& right,
                       const MetricTolerance& tolerance,
                       std::size_t subjects_max) {
  MetricDiff diff;
  diff.run = differences(left.run, right.run, tolerance);
  std::set<std::pair<Subject, std::string>> owners;
  for (const MetricSet* set : {&left, &right}) {
    for (const auto& [owner, values] : set->subjects)
      owners.insert(owner);
  }
  static const MetricValues none;
  for (const auto& owner : owners) {
    const auto a = left.subjects.find(owner);
    const auto b = right.subjects.find(owner);
    for (MetricDifference& difference :
         differences(a == left.subjects.end() ? none : a->second,
                     b == right.subjects.end() ? none : b->second, tolerance)) {
      ++diff.subjects_differing;
      if (diff.subjects.size() < subjects_max)
        diff.subjects.push_back({owner.first, owner.second, std::move(difference)});
    }
  }
  return diff;
}

}  // namespace firedrill::analysis
