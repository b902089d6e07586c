#include <nlohmann/json.hpp>

#include "analysis/metrics/metric.h"
#include "analysis/study/report.h"

namespace firedrill::analysis {
namespace {

using nlohmann::json;

json estimate_json(Unit unit, const Estimate& estimate) {
  json result{{"mean", in_unit(unit, estimate.mean)}, {"runs", estimate.count}};
  if (estimate.half_width) result["halfWidth"] = in_unit(unit, *estimate.half_width);
  return result;
}

json figure_json(const StudyTable& table, const PointFigure& figure, Unit unit) {
  json result = json::object();
  if (figure.value) {
    result = estimate_json(unit, *figure.value);
    result["seeds"] = figure.value->count;
    result.erase("runs");
  }
  if (figure.silent != 0) result["runsWithoutValue"] = figure.silent;
  for (std::size_t i = 0; table.scenarios.size() > 1 && i < figure.by_scenario.size(); ++i) {
    if (figure.by_scenario[i])
      result["scenarios"][table.scenarios[i].name] = estimate_json(unit, *figure.by_scenario[i]);
  }
  return result;
}

json objective_json(const Objective& objective) {
  json result{{objective.wants_less() ? "minimize" : "maximize", objective.metric()},
              {"unit", to_string(unit_of(objective.metric()))}};
  if (!objective.scenario.empty()) result["scenario"] = objective.scenario;
  return result;
}

json values_json(const StudyTable& table, std::size_t point) {
  json values = json::object();
  for (std::size_t i = 0; i < table.parameters.size(); ++i)
    values[table.parameters[i].name] = table.points[point].values[i].text;
  return values;
}

json point_json(const StudyReport& report, std::size_t index) {
  const StudyTable& table = report.table;
  const PointOutcome& point = report.outcome.points[index];
  json result{{"point", index},
              {"values", values_json(table, index)},
              {"standing", to_string(point.standing)},
              {"objectives", json::array()}};
  if (!table.points[index].designed) result["designed"] = false;
  if (point.dominated_by) result["dominatedBy"] = *point.dominated_by;
  if (point.within_noise) result["withinNoise"] = true;
  if (point.failed != 0) result["failedRuns"] = point.failed;
  if (point.unfinished != 0) result["missingRuns"] = point.unfinished;
  for (std::size_t i = 0; i < table.objectives.size(); ++i) {
    result["objectives"].push_back(
        figure_json(table, point.objectives[i], unit_of(table.objectives[i].metric())));
  }
  for (const BoundOutcome& bound : point.constraints) {
    json entry{{"kept", bound.kept}};
    if (!bound.kept) entry["wrong"] = bound.wrong;
    result["constraints"].push_back(std::move(entry));
  }
  for (const std::string& metric : table.metrics)
    result["metrics"][metric] =
        figure_json(table, figure_of(table, index, metric, ""), unit_of(metric));
  return result;
}

json recommended_json(const StudyReport& report) {
  const StudyTable& table = report.table;
  const Recommendation& best = *report.outcome.recommended;
  json result{{"point", best.point},
              {"values", values_json(table, best.point)},
              {"distance", best.distance},
              {"flags", setting_in_flags(table, best.point)},
              {"withoutFlags", setting_without_flags(table, best.point)},
              {"overrides", setting_in_overrides(table, best.point)},
              {"changes", json::array()}};
  for (const std::size_t parameter : best.changed)
    result["changes"].push_back(table.parameters[parameter].name);
  if (!table.own_point) return result;
  result["against"] = {{"point", *table.own_point}, {"objectives", json::array()}};
  for (std::size_t i = 0; i < table.objectives.size(); ++i) {
    const auto change = change_of(report.outcome.points[best.point].objectives[i],
                                  report.outcome.points[*table.own_point].objectives[i]);
    result["against"]["objectives"].push_back(
        change ? estimate_json(unit_of(table.objectives[i].metric()), *change) : json::object());
  }
  return result;
}

json effects_json(const StudyReport& report, const ObjectiveEffects& entry) {
  const Unit unit = unit_of(report.table.objectives[entry.objective].metric());
  json result{{"objective", entry.objective}, {"points", entry.points}, {"effects", json::array()}};
  for (const Effect& effect : entry.effects) {
    json levels = json::array();
    for (const EffectLevel& level : effect.levels) {
      levels.push_back(
          {{"value", level.label}, {"points", level.points}, {"mean", in_unit(unit, level.mean)}});
    }
    json line{{"parameter", report.table.parameters[effect.parameter].name},
              {"share", effect.share},
              {"range", in_unit(unit, effect.range)},
              {"binned", effect.binned},
              {"levels", std::move(levels)}};
    if (effect.slope) line["slope"] = in_unit(unit, *effect.slope);
    result["effects"].push_back(std::move(line));
  }
  return result;
}

json parameter_json(const StudyParameter& parameter) {
  json result{{"name", parameter.name}, {"flags", json::array()}};
  if (!parameter.path.empty()) result["path"] = parameter.path;
  for (const FlagSpelling& flag : parameter.flags)
    result["flags"].push_back({{"process", flag.process}, {"flag", flag.flag}});
  if (parameter.own) result["own"] = parameter.own->text;
  return result;
}

json failures_json(const StudyTable& table) {
  json failures = json::array();
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    if (!table.cells[i] || !table.cells[i]->failed()) continue;
    const CellPlace place = table.cell_place(i);
    const StudyScenario& scenario = table.scenarios[place.scenario];
    failures.push_back({{"cell", i},
                        {"point", place.point},
                        {"scenario", scenario.name},
                        {"seed", scenario.first_seed + place.seed},
                        {"error", table.cells[i]->error}});
  }
  return failures;
}

json verdict_json(const StudyVerdict& verdict) {
  json result{{"held", verdict.held}, {"expected", verdict.expected}, {"actual", verdict.actual}};
  if (!verdict.points.empty()) result["points"] = verdict.points;
  if (verdict.more_points != 0) result["morePoints"] = verdict.more_points;
  return result;
}

}  // namespace

std::string study_json(const StudyReport& report) {
  const StudyTable& table = report.table;
  json document{{"kind", "StudyResult"},
                {"format", 1},
                {"confidence", confidence},
                {"study", table.name},
                {"design", table.design},
                {"seeds", table.seeds},
                {"runs",
                 {{"all", table.cell_count()},
                  {"failed", report.outcome.failed},
                  {"missing", report.outcome.unfinished}}},
                {"parameters", json::array()},
                {"scenarios", json::array()},
                {"objectives", json::array()},
                {"constraints", json::array()},
                {"points", json::array()},
                {"front", report.outcome.front},
                {"effects", json::array()},
                {"failedCells", failures_json(table)},
                {"expect", json::array()}};
  for (const StudyParameter& parameter : table.parameters)
    document["parameters"].push_back(parameter_json(parameter));
  for (const StudyScenario& scenario : table.scenarios) {
    document["scenarios"].push_back(
        {{"name", scenario.name}, {"path", scenario.path}, {"firstSeed", scenario.first_seed}});
  }
  for (const Objective& objective : table.objectives)
    document["objectives"].push_back(objective_json(objective));
  for (const MetricBound& bound : table.constraints)
    document["constraints"].push_back(bound.text());
  for (std::size_t i = 0; i < table.points.size(); ++i)
    document["points"].push_back(point_json(report, i));
  if (report.outcome.recommended) document["recommended"] = recommended_json(report);
  for (const ObjectiveEffects& entry : report.effects)
    document["effects"].push_back(effects_json(report, entry));
  for (const StudyVerdict& verdict : report.verdicts)
    document["expect"].push_back(verdict_json(verdict));
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace firedrill::analysis
