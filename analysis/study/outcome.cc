#include "analysis/study/outcome.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "analysis/compare/comparison.h"
#include "analysis/compare/figures.h"
#include "analysis/timeline/glob.h"

namespace firedrill::analysis {
namespace {

const Metric& metric_named(std::string_view name) {
  const Metric* metric = find_metric(name);
  if (metric == nullptr) throw std::logic_error("a study of an unknown metric");
  return *metric;
}

bool meant(const StudyScenario& scenario, std::string_view glob) {
  return glob.empty() || timeline::matches_glob(scenario.name, glob);
}

/// Null if the run has no value of it, failed or wasn't made.
const Amount* amount_in(const StudyTable& table, const CellPlace& place, std::string_view metric) {
  const std::optional<StudyCell>& cell = table.cells.at(table.cell_index(place));
  if (!cell || cell->failed()) return nullptr;
  const auto found = cell->metrics.find(metric);
  return found == cell->metrics.end() ? nullptr : &found->second;
}

/// A run's number of a seed as people know it.
std::string run_name(const StudyTable& table, std::size_t scenario, std::size_t seed) {
  return fmt::format("{}, seed {}", table.scenarios[scenario].name,
                     table.scenarios[scenario].first_seed + seed);
}

/// The means over the scenarios, a seed each, from `samples[scenario * seeds + seed]`.
void fold_seeds(PointFigure& figure, const std::vector<std::optional<double>>& samples) {
  const std::size_t seeds = figure.by_seed.size();
  std::vector<double> means;
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    double sum = 0;
    std::size_t count = 0;
    bool whole = true;
    for (std::size_t scenario = 0; scenario < figure.by_scenario.size(); ++scenario) {
      if (!figure.by_scenario[scenario]) continue;
      const std::optional<double>& sample = samples[scenario * seeds + seed];
      whole = whole && sample.has_value();
      sum += sample.value_or(0);
      ++count;
    }
    if (!whole || count == 0) continue;
    figure.by_seed[seed] = sum / static_cast<double>(count);
    means.push_back(*figure.by_seed[seed]);
  }
  figure.value = estimate(means);
}

BoundOutcome beyond(std::string wrong) {
  return {.kept = false, .wrong = std::move(wrong)};
}

BoundOutcome hold_runs(const StudyTable& table, std::size_t point, const MetricBound& bound) {
  const Unit unit = metric_named(bound.metric).unit;
  for (std::size_t scenario = 0; scenario < table.scenarios.size(); ++scenario) {
    if (!meant(table.scenarios[scenario], bound.scenario)) continue;
    for (std::size_t seed = 0; seed < table.seeds; ++seed) {
      const CellPlace place{.point = point, .scenario = scenario, .seed = seed};
      const std::optional<StudyCell>& cell = table.cells.at(table.cell_index(place));
      const std::string run = run_name(table, scenario, seed);
      if (!cell) return beyond(run + ": not run");
      if (cell->failed()) return beyond(run + ": failed: " + cell->error);
      const Amount* amount = amount_in(table, place, bound.metric);
      if (amount == nullptr) return beyond(run + ": no value");
      if (keeps(bound, unit, *amount)) continue;
      return beyond(fmt::format("{}: {} {}", run, format_amount(unit, *amount), to_string(unit)));
    }
  }
  return {.kept = true};
}

BoundOutcome hold_means(const StudyTable& table, std::size_t point, const MetricBound& bound) {
  const Unit unit = metric_named(bound.metric).unit;
  const PointFigure figure = figure_of(table, point, bound.metric, bound.scenario);
  for (std::size_t scenario = 0; scenario < table.scenarios.size(); ++scenario) {
    if (!meant(table.scenarios[scenario], bound.scenario)) continue;
    const std::string& name = table.scenarios[scenario].name;
    const std::optional<Estimate>& value = figure.by_scenario[scenario];
    if (!value) return beyond(name + ": no value");
    if (keeps(bound, unit, value->mean)) continue;
    return beyond(
        fmt::format("{}: {}{}", name, number_text(unit, value->mean), interval_text(unit, *value)));
  }
  return {.kept = true};
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

/// Less is better. Requires: every objective has a value.
std::vector<double> costs_of(const StudyTable& table, const PointOutcome& point) {
  std::vector<double> costs;
  for (std::size_t i = 0; i < table.objectives.size(); ++i) {
    const double mean = point.objectives[i].value->mean;
    costs.push_back(table.objectives[i].wants_less() ? mean : -mean);
  }
  return costs;
}

PointOutcome point_outcome(const StudyTable& table, std::size_t index) {
  PointOutcome point;
  const std::size_t cells = table.scenarios.size() * table.seeds;
  for (std::size_t i = index * cells; i < (index + 1) * cells; ++i) {
    const std::optional<StudyCell>& cell = table.cells.at(i);
    if (!cell) ++point.unfinished;
    if (cell && cell->failed()) ++point.failed;
  }
  bool valued = true;
  for (const Objective& objective : table.objectives) {
    point.objectives.push_back(figure_of(table, index, objective.metric(), objective.scenario));
    valued = valued && point.objectives.back().value;
  }
  bool feasible = true;
  for (const MetricBound& bound : table.constraints) {
    point.constraints.push_back(hold(table, index, bound, bound.of.value_or(BoundOver::means)));
    feasible = feasible && point.constraints.back().kept;
  }
  point.standing = point.failed != 0       ? Standing::failed
                   : point.unfinished != 0 ? Standing::unfinished
                   : !feasible             ? Standing::infeasible
                   : !valued               ? Standing::no_value
                                           : Standing::dominated;  // until the front is known
  return point;
}

/// The difference in some objective in which `better` is better is more than chance.
bool clearly_better(const StudyTable& table,
                    const PointOutcome& better,
                    const PointOutcome& worse,
                    const std::vector<double>& better_costs,
                    const std::vector<double>& worse_costs) {
  for (std::size_t i = 0; i < table.objectives.size(); ++i) {
    if (better_costs[i] >= worse_costs[i]) continue;
    const auto change = change_of(worse.objectives[i], better.objectives[i]);
    // One run says nothing of chance: then what is better is better.
    if (!change || !change->half_width || change->low() > 0 || change->high() < 0) return true;
  }
  return false;
}

void stand_against_front(const StudyTable& table,
                         StudyOutcome& outcome,
                         const std::vector<std::vector<double>>& costs) {
  for (std::size_t i = 0; i < outcome.points.size(); ++i) {
    PointOutcome& point = outcome.points[i];
    if (point.standing != Standing::dominated) continue;
    bool clearly = false;
    for (const std::size_t other : outcome.front) {
      if (!dominates(costs[other], costs[i])) continue;
      if (!point.dominated_by) point.dominated_by = other;
      clearly =
          clearly || clearly_better(table, outcome.points[other], point, costs[other], costs[i]);
      if (clearly) break;
    }
    point.within_noise = !clearly;
  }
}

/// The parameters whose value isn't the scenario's own, as far as that is known.
std::vector<std::size_t> changed_values(const StudyTable& table, std::size_t point) {
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < table.parameters.size(); ++i) {
    const ParameterValue& value = table.points[point].values.at(i);
    const ParameterValue* own = table.own_point ? &table.points[*table.own_point].values.at(i)
                                : table.parameters[i].own ? &*table.parameters[i].own
                                                          : nullptr;
    if (own == nullptr) continue;
    const bool same =
        value.number && own->number ? *value.number == *own->number : value.text == own->text;
    if (!same) changed.push_back(i);
  }
  return changed;
}

Recommendation recommend(const StudyTable& table,
                         const StudyOutcome& outcome,
                         const std::vector<std::vector<double>>& costs) {
  std::vector<double> least(table.objectives.size(), std::numeric_limits<double>::infinity());
  std::vector<double> most(table.objectives.size(), -std::numeric_limits<double>::infinity());
  for (const std::size_t point : outcome.front) {
    for (std::size_t i = 0; i < least.size(); ++i) {
      least[i] = std::min(least[i], costs[point][i]);
      most[i] = std::max(most[i], costs[point][i]);
    }
  }
  std::optional<Recommendation> best;
  for (std::size_t point = 0; point < outcome.points.size(); ++point) {
    if (outcome.points[point].standing != Standing::front) continue;
    double squares = 0;
    for (std::size_t i = 0; i < least.size(); ++i) {
      if (most[i] == least[i]) continue;
      const double share = (costs[point][i] - least[i]) / (most[i] - least[i]);
      squares += share * share;
    }
    Recommendation here{
        .point = point, .distance = std::sqrt(squares), .changed = changed_values(table, point)};
    if (!best || here.distance < best->distance ||
        (here.distance == best->distance && here.changed.size() < best->changed.size())) {
      best = std::move(here);
    }
  }
  return *std::move(best);
}

}  // namespace

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::front:
      return "front";
    case Standing::dominated:
      return "dominated";
    case Standing::infeasible:
      return "infeasible";
    case Standing::no_value:
      return "no value";
    case Standing::failed:
      return "failed";
    case Standing::unfinished:
      return "unfinished";
  }
  throw std::logic_error("a standing without a name");
}

PointFigure figure_of(const StudyTable& table,
                      std::size_t point,
                      std::string_view metric,
                      std::string_view scenario_glob) {
  PointFigure figure;
  figure.by_seed.resize(table.seeds);
  figure.by_scenario.resize(table.scenarios.size());
  std::vector<std::optional<double>> samples(table.scenarios.size() * table.seeds);
  for (std::size_t scenario = 0; scenario < table.scenarios.size(); ++scenario) {
    if (!meant(table.scenarios[scenario], scenario_glob)) continue;
    std::vector<double> values;
    for (std::size_t seed = 0; seed < table.seeds; ++seed) {
      const Amount* amount =
          amount_in(table, {.point = point, .scenario = scenario, .seed = seed}, metric);
      if (amount == nullptr) {
        ++figure.silent;
        continue;
      }
      samples[scenario * table.seeds + seed] = held(*amount);
      values.push_back(held(*amount));
    }
    figure.by_scenario[scenario] = estimate(values);
  }
  fold_seeds(figure, samples);
  return figure;
}

std::size_t extreme_scenario(const PointFigure& figure, bool largest) {
  std::optional<std::size_t> extreme;
  for (std::size_t i = 0; i < figure.by_scenario.size(); ++i) {
    if (!figure.by_scenario[i]) continue;
    const double mean = figure.by_scenario[i]->mean;
    if (!extreme || (largest ? mean > figure.by_scenario[*extreme]->mean
                             : mean < figure.by_scenario[*extreme]->mean)) {
      extreme = i;
    }
  }
  return extreme.value();
}

std::optional<Estimate> change_of(const PointFigure& figure, const PointFigure& reference) {
  std::vector<double> changes;
  for (std::size_t i = 0; i < figure.by_seed.size(); ++i) {
    if (figure.by_seed[i] && reference.by_seed[i])
      changes.push_back(*figure.by_seed[i] - *reference.by_seed[i]);
  }
  return estimate(changes);
}

BoundOutcome hold(const StudyTable& table,
                  std::size_t point,
                  const MetricBound& bound,
                  BoundOver over) {
  return over == BoundOver::runs ? hold_runs(table, point, bound) : hold_means(table, point, bound);
}

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& costs,
                                      const std::vector<std::size_t>& candidates) {
  // In order of costs, only who comes before can dominate, and then someone of the front does.
  std::vector<std::size_t> order = candidates;
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return costs[a] != costs[b] ? costs[a] < costs[b] : a < b;
  });
  std::vector<std::size_t> front;
  for (const std::size_t candidate : order) {
    const bool dominated = std::ranges::any_of(
        front, [&](std::size_t other) { return dominates(costs[other], costs[candidate]); });
    if (!dominated) front.push_back(candidate);
  }
  std::ranges::sort(front);
  return front;
}

StudyOutcome weigh(const StudyTable& table) {
  StudyOutcome outcome;
  std::vector<std::vector<double>> costs(table.points.size());
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < table.points.size(); ++i) {
    const PointOutcome& point = outcome.points.emplace_back(point_outcome(table, i));
    outcome.failed += point.failed;
    outcome.unfinished += point.unfinished;
    if (point.standing != Standing::dominated) continue;
    costs[i] = costs_of(table, point);
    candidates.push_back(i);
  }
  outcome.front = pareto_front(costs, candidates);
  std::ranges::sort(outcome.front, [&](std::size_t a, std::size_t b) {
    return costs[a] != costs[b] ? costs[a] < costs[b] : a < b;
  });
  for (const std::size_t point : outcome.front)
    outcome.points[point].standing = Standing::front;
  stand_against_front(table, outcome, costs);
  if (!outcome.front.empty()) outcome.recommended = recommend(table, outcome, costs);
  return outcome;
}

}  // namespace firedrill::analysis
