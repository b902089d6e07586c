#include "analysis/compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

namespace firedrill::analysis {
namespace {

constexpr double nanoseconds = 1e9;

/// Whole amounts are subtracted before they become doubles: equal ones give zero, however large.
double difference(const Amount& amount, const Amount& reference) {
  if (amount.denominator == 1 && reference.denominator == 1)
    return static_cast<double>(amount.numerator - reference.numerator);
  return amount == reference ? 0 : held(amount) - held(reference);
}

const Amount* find(const MetricValues& run, const std::string& metric) {
  const auto found = run.find(metric);
  return found == run.end() ? nullptr : &found->second;
}

std::optional<Estimate> value_of(const VariantRuns& variant, const std::string& metric) {
  std::vector<double> samples;
  for (const MetricValues& run : variant.runs) {
    if (const Amount* amount = find(run, metric)) samples.push_back(held(*amount));
  }
  return estimate(samples);
}

std::optional<Change> change_of(const VariantRuns& variant,
                                const VariantRuns& reference,
                                const std::string& metric) {
  std::vector<double> deltas;
  std::vector<double> levels;
  for (std::size_t i = 0; i < std::min(variant.runs.size(), reference.runs.size()); ++i) {
    const Amount* amount = find(variant.runs[i], metric);
    const Amount* from = find(reference.runs[i], metric);
    if (amount == nullptr || from == nullptr) continue;
    deltas.push_back(difference(*amount, *from));
    levels.push_back(held(*from));
  }
  if (deltas.empty()) return {};
  return Change{.delta = *estimate(deltas), .reference = estimate(levels)->mean};
}

}  // namespace

double held(const Amount& amount) {
  return static_cast<double>(amount.numerator) / static_cast<double>(amount.denominator);
}

MetricValues metric_values(const MetricTable& table) {
  MetricValues values;
  for (const Metric& metric : metrics()) {
    for (std::string& name : names_of(metric, table)) {
      if (const auto amount = evaluate(name, table)) values.emplace(std::move(name), *amount);
    }
  }
  return values;
}

std::optional<double> Change::relative() const {
  if (reference == 0) return {};
  return delta.mean / std::abs(reference);
}

bool Row::idle() const {
  return std::ranges::all_of(cells,
                             [](const Cell& cell) { return !cell.value || cell.value->mean == 0; });
}

Comparison::Comparison(std::span<const VariantRuns> variants) {
  std::set<std::string> names;
  for (const VariantRuns& variant : variants) {
    refused_.push_back(variant.runs.empty());
    for (const MetricValues& run : variant.runs) {
      for (const auto& [name, amount] : run)
        names.insert(name);
    }
  }
  for (const std::string& name : names) {
    Row& row = rows_.emplace_back(Row{.metric = name, .unit = find_metric(name)->unit});
    for (const VariantRuns& variant : variants) {
      Cell& cell = row.cells.emplace_back(Cell{.value = value_of(variant, name)});
      if (&variant != &variants.front()) cell.change = change_of(variant, variants.front(), name);
    }
  }
}

const Row* Comparison::find(std::string_view metric) const {
  const auto found = std::ranges::lower_bound(rows_, metric, {}, &Row::metric);
  return found != rows_.end() && found->metric == metric ? &*found : nullptr;
}

double in_unit(Unit unit, double held) {
  switch (unit) {
    case Unit::count:
    case Unit::replicas:
    case Unit::share:
      return held;
    case Unit::seconds:
    case Unit::replica_seconds:
      return held / nanoseconds;
    case Unit::per_second:
      return held * nanoseconds;
  }
  throw std::logic_error("a unit without a scale");
}

double as_held(Unit unit, double printed) {
  switch (unit) {
    case Unit::count:
    case Unit::replicas:
    case Unit::share:
      return printed;
    case Unit::seconds:
    case Unit::replica_seconds:
      return printed * nanoseconds;
    case Unit::per_second:
      return printed / nanoseconds;
  }
  throw std::logic_error("a unit without a scale");
}

}  // namespace firedrill::analysis
