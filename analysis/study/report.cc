#include "analysis/study/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/compare/figures.h"
#include "analysis/metrics/metric.h"
#include "analysis/study/text_table.h"

namespace firedrill::analysis {
namespace {

/// Longer lists say how many more there are.
constexpr std::size_t listed = 20;

std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string objective_name(const Objective& objective) {
  return objective.metric() + (objective.scenario.empty() ? "" : " in " + objective.scenario);
}

/// With the number of runs that say nothing, if there are any.
std::string figure_text(const PointFigure& figure, Unit unit) {
  if (!figure.value) return "-";
  std::string text = number_text(unit, figure.value->mean) + interval_text(unit, *figure.value);
  if (figure.silent != 0) text += fmt::format(" ({} silent)", counted(figure.silent, "run"));
  return text;
}

std::string numbers(const std::vector<std::size_t>& points) {
  std::string text;
  for (std::size_t i = 0; i < points.size() && i < listed; ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", points[i]);
  if (points.size() > listed) text += fmt::format(" and {} more", points.size() - listed);
  return text;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : std::string(between)) + part;
  return text;
}

/// What is said of a point beside its figures.
std::string remark(const StudyReport& report, std::size_t index) {
  const PointOutcome& point = report.outcome.points[index];
  std::vector<std::string> parts;
  if (report.outcome.recommended && report.outcome.recommended->point == index)
    parts.emplace_back("recommended");
  if (report.table.own_point == index) parts.emplace_back("own setting");
  if (point.standing == Standing::dominated) {
    parts.push_back(fmt::format("dominated by {}{}", point.dominated_by.value_or(0),
                                point.within_noise ? ", within noise" : ""));
  } else if (point.standing == Standing::failed) {
    parts.push_back(fmt::format("{} failed", counted(point.failed, "run")));
  } else if (point.standing == Standing::unfinished) {
    parts.push_back(fmt::format("{} not made", counted(point.unfinished, "run")));
  } else if (point.standing != Standing::front) {
    parts.emplace_back(to_string(point.standing));
  }
  return joined(parts, ", ");
}

TextTable points_table(const StudyReport& report, std::span<const std::size_t> points, bool wide) {
  const StudyTable& table = report.table;
  TextTable result;
  result.column("POINT");
  for (const StudyParameter& parameter : table.parameters)
    result.column(parameter.name, parameter.kind == ValueKind::text);
  for (const Objective& objective : table.objectives)
    result.column(objective_name(objective));
  for (std::size_t i = 0; wide && i < table.metrics.size(); ++i)
    result.column(table.metrics[i]);
  for (std::size_t i = 0; wide && i < table.constraints.size(); ++i)
    result.column(table.constraints[i].text(), true);
  result.column("", true);
  for (const std::size_t index : points) {
    const PointOutcome& point = report.outcome.points[index];
    std::vector<std::string> row{std::to_string(index)};
    for (const ParameterValue& value : table.points[index].values)
      row.push_back(one_line(value.text));
    for (std::size_t i = 0; i < table.objectives.size(); ++i)
      row.push_back(figure_text(point.objectives[i], unit_of(table.objectives[i].metric())));
    for (std::size_t i = 0; wide && i < table.metrics.size(); ++i) {
      const std::string& metric = table.metrics[i];
      row.push_back(figure_text(figure_of(table, index, metric, ""), unit_of(metric)));
    }
    for (std::size_t i = 0; wide && i < table.constraints.size(); ++i)
      row.push_back(point.constraints[i].kept ? "kept" : one_line(point.constraints[i].wrong));
    row.push_back(remark(report, index));
    result.rows.push_back(std::move(row));
  }
  return result;
}

Section head(const StudyReport& report) {
  const StudyTable& table = report.table;
  Section section{.title = one_line(table.name)};
  std::string size =
      fmt::format("{}: {} × {} × {} = {}", table.design, counted(table.points.size(), "point"),
                  counted(table.scenarios.size(), "scenario"), counted(table.seeds, "seed"),
                  counted(table.cell_count(), "run"));
  if (report.outcome.failed != 0) size += fmt::format(", {} failed", report.outcome.failed);
  if (report.outcome.unfinished != 0)
    size += fmt::format(", {} not made", report.outcome.unfinished);
  section.lines.push_back(std::move(size));
  for (const Objective& objective : table.objectives) {
    section.lines.push_back((objective.wants_less() ? "minimize " : "maximize ") +
                            objective_name(objective));
  }
  for (const MetricBound& bound : table.constraints) {
    const bool runs = bound.of == BoundOver::runs;
    section.lines.push_back("only where " + bound.text() +
                            (runs ? ", in each run" : ", on the mean of each scenario"));
  }
  const bool several = table.scenarios.size() > 1;
  std::string figures = several ? "figures are means over the scenarios of the means over the seeds"
                                : "figures are means over the seeds";
  if (table.seeds == 1) {
    section.lines.push_back(several ? "figures are means over the scenarios; one seed, so there "
                                      "are no intervals"
                                    : "one run a point, so there are no intervals");
  } else {
    section.lines.push_back(fmt::format("{}; ± {:.0f} % intervals (Student t over the seeds)",
                                        figures, 100 * confidence));
  }
  return section;
}

/// How many points stand how, and who might belong to the front.
std::vector<std::string> standings(const StudyReport& report) {
  constexpr std::array others{Standing::dominated, Standing::infeasible, Standing::no_value,
                              Standing::failed, Standing::unfinished};
  std::vector<std::string> lines;
  for (const Standing standing : others) {
    std::vector<std::size_t> points;
    for (std::size_t i = 0; i < report.outcome.points.size(); ++i) {
      if (report.outcome.points[i].standing == standing) points.push_back(i);
    }
    if (!points.empty())
      lines.push_back(fmt::format("{}: {}", to_string(standing), numbers(points)));
  }
  std::vector<std::size_t> close;
  for (std::size_t i = 0; i < report.outcome.points.size(); ++i) {
    if (report.outcome.points[i].within_noise) close.push_back(i);
  }
  if (!close.empty()) {
    lines.push_back("dominated only within noise (more seeds would tell): " + numbers(close));
  }
  return lines;
}

Section front(const StudyReport& report, bool wide) {
  const StudyOutcome& outcome = report.outcome;
  const bool one = report.table.objectives.size() == 1;
  Section section{.title =
                      fmt::format("{}: {} of {}", one ? "Best" : "Pareto front",
                                  outcome.front.size(), counted(outcome.points.size(), "point"))};
  std::vector<std::size_t> shown = outcome.front;
  if (wide) {
    shown.resize(outcome.points.size());
    for (std::size_t i = 0; i < shown.size(); ++i)
      shown[i] = i;
  } else {
    if (shown.size() > listed) shown.resize(listed);
    const auto& best = outcome.recommended;
    if (best && std::ranges::count(shown, best->point) == 0) shown.push_back(best->point);
    const auto& own = report.table.own_point;
    if (own && std::ranges::count(shown, *own) == 0) shown.push_back(*own);
    if (outcome.front.size() > listed)
      section.notes.push_back(
          fmt::format("{} more are on the front", outcome.front.size() - listed));
  }
  section.table = points_table(report, shown, wide);
  const std::vector<std::string> rest = standings(report);
  section.notes.insert(section.notes.end(), rest.begin(), rest.end());
  return section;
}

std::string worst_text(const StudyTable& table,
                       const PointFigure& figure,
                       const Objective& objective) {
  const std::size_t worst = extreme_scenario(figure, objective.wants_less());
  return fmt::format("{} {}",
                     number_text(unit_of(objective.metric()), figure.by_scenario[worst]->mean),
                     one_line(table.scenarios[worst].name));
}

TextTable recommended_table(const StudyReport& report) {
  const StudyTable& table = report.table;
  const PointOutcome& best = report.outcome.points[report.outcome.recommended->point];
  const bool several = table.scenarios.size() > 1;
  TextTable result;
  result.column("OBJECTIVE", true);
  result.column("RECOMMENDED");
  if (several) result.column("WORST SCENARIO", true);
  if (table.own_point) result.column("OWN SETTING");
  if (table.own_point) result.column("CHANGE");
  for (std::size_t i = 0; i < table.objectives.size(); ++i) {
    const Objective& objective = table.objectives[i];
    const Unit unit = unit_of(objective.metric());
    std::vector<std::string> row{objective_name(objective), figure_text(best.objectives[i], unit)};
    if (several) row.push_back(worst_text(table, best.objectives[i], objective));
    if (table.own_point) {
      const PointFigure& own = report.outcome.points[*table.own_point].objectives[i];
      const auto change = change_of(best.objectives[i], own);
      row.push_back(figure_text(own, unit));
      std::optional<double> relative;
      if (change && own.value && own.value->mean != 0)
        relative = change->mean / std::abs(own.value->mean);
      row.push_back(change ? change_text(unit, *change, relative) : "-");
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}

Section recommended(const StudyReport& report) {
  const StudyTable& table = report.table;
  const auto& best = report.outcome.recommended;
  if (!best) {
    return {.title = "No setting can be recommended",
            .lines = {"no point keeps the constraints with all its runs made and a value of each "
                      "objective"}};
  }
  Section section{.title = fmt::format("Recommended setting: point {}", best->point)};
  if (table.objectives.size() > 1) {
    section.lines.emplace_back(
        "the point of the front nearest to the best of every objective, each scaled to the front's "
        "range");
  }
  if (table.own_point || std::ranges::any_of(table.parameters, [](const StudyParameter& each) {
        return each.own.has_value();
      })) {
    std::vector<std::string> changes;
    for (const std::size_t i : best->changed)
      changes.push_back(table.parameters[i].name);
    section.lines.push_back(changes.empty() ? "it is the scenario's own setting"
                                            : "it changes " + joined(changes, ", "));
  }
  for (const std::string& line : setting_without_flags(table, best->point))
    section.lines.push_back(one_line(line));
  for (const std::string& line : setting_in_flags(table, best->point))
    section.code.push_back(one_line(line));
  std::vector<std::string> overrides = setting_in_overrides(table, best->point);
  if (overrides.size() > listed) {
    section.notes.push_back(
        fmt::format("{} overrides more set the same in every element", overrides.size() - listed));
    overrides.resize(listed);
  }
  if (!overrides.empty()) {
    section.code.push_back(one_line(
        fmt::format("firedrill run {} {}", table.scenarios.front().path, joined(overrides, " "))));
  }
  section.table = recommended_table(report);
  return section;
}

std::string slope_text(const StudyReport& report, const Effect& effect, Unit unit) {
  if (!effect.slope) return "";
  const bool duration = report.table.parameters[effect.parameter].kind == ValueKind::duration;
  const bool number = unit == Unit::count || unit == Unit::replicas || unit == Unit::share;
  return fmt::format("{:+.3g}{} per {}", in_unit(unit, *effect.slope),
                     number ? "" : " " + std::string(to_string(unit)), duration ? "s" : "1");
}

Section effects(const StudyReport& report, const ObjectiveEffects& entry) {
  const Objective& objective = report.table.objectives[entry.objective];
  const Unit unit = unit_of(objective.metric());
  Section section{.title = "What moves " + objective_name(objective)};
  if (entry.variance == 0) {
    section.lines.push_back(entry.points == 0 ? "no point has a figure"
                                              : "nothing does: all points have the same figure");
    return section;
  }
  section.table.column("PARAMETER", true);
  section.table.column("SHARE");
  section.table.column("RANGE");
  section.table.column("SLOPE");
  section.table.column("MEANS BY VALUE", true);
  for (const Effect& effect : entry.effects) {
    std::vector<std::string> levels;
    for (const EffectLevel& level : effect.levels)
      levels.push_back(one_line(level.label) + ": " + number_text(unit, level.mean));
    section.table.rows.push_back(
        {report.table.parameters[effect.parameter].name, fmt::format("{:.1f}%", 100 * effect.share),
         number_text(unit, effect.range), slope_text(report, effect, unit), joined(levels, " | ")});
  }
  double sum = 0;
  for (const Effect& effect : entry.effects)
    sum += effect.share;
  constexpr double most = 0.9;
  if (sum < most && report.table.parameters.size() > 1) {
    section.notes.push_back(fmt::format("each alone; the other {:.0f}% are what they do together{}",
                                        100 * (1 - sum),
                                        report.table.design == "grid" ? "" : ", or chance"));
  }
  if (entry.points != report.table.points.size())
    section.notes.push_back(fmt::format("over {}", counted(entry.points, "point")));
  return section;
}

Section failures(const StudyReport& report) {
  const StudyTable& table = report.table;
  Section section{.title = fmt::format("Failed: {}", counted(report.outcome.failed, "run"))};
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    if (!table.cells[i] || !table.cells[i]->failed()) continue;
    if (section.lines.size() == listed) {
      section.lines.push_back(fmt::format("and {} more", report.outcome.failed - listed));
      break;
    }
    const CellPlace place = table.cell_place(i);
    const StudyScenario& scenario = table.scenarios[place.scenario];
    section.lines.push_back(one_line(fmt::format(
        "cell {}: point {} ({}), {}, seed {}: {}", i, place.point, setting_text(table, place.point),
        scenario.name, scenario.first_seed + place.seed, table.cells[i]->error)));
  }
  return section;
}

Section expectations(const StudyReport& report) {
  const auto held = static_cast<std::size_t>(
      std::ranges::count_if(report.verdicts, [](const StudyVerdict& each) { return each.held; }));
  Section section{.title =
                      fmt::format("Expectations: {} of {} hold", held, report.verdicts.size())};
  for (const StudyVerdict& verdict : report.verdicts) {
    section.lines.push_back(
        one_line(fmt::format("{} {}; actual: {}", verdict.held ? "ok    " : "FAILED",
                             verdict.expected, verdict.actual)));
    if (verdict.held) continue;
    for (const std::string& point : verdict.points)
      section.lines.push_back("       " + one_line(point));
    if (verdict.more_points != 0)
      section.lines.push_back(fmt::format("       and {} more", verdict.more_points));
  }
  return section;
}

std::vector<Section> sections_of(const StudyReport& report, bool wide) {
  std::vector<Section> sections{head(report), front(report, wide), recommended(report)};
  for (const ObjectiveEffects& entry : report.effects)
    sections.push_back(effects(report, entry));
  if (report.outcome.failed != 0) sections.push_back(failures(report));
  if (!report.verdicts.empty()) sections.push_back(expectations(report));
  return sections;
}

}  // namespace

Unit unit_of(const std::string& metric) {
  return find_metric(metric)->unit;
}

bool StudyReport::passed() const {
  return std::ranges::all_of(verdicts, [](const StudyVerdict& verdict) { return verdict.held; });
}

StudyReport report_on(const StudyTable& table, const std::vector<StudyExpectation>& expectations) {
  StudyReport report{.table = table, .outcome = weigh(table), .effects = {}, .verdicts = {}};
  report.effects = effects_of(table, report.outcome);
  report.verdicts = judge(expectations, table, report.outcome);
  return report;
}

std::string study_text(const StudyReport& report, bool wide) {
  return sections_as_text(sections_of(report, wide));
}

std::string study_markdown(const StudyReport& report) {
  return sections_as_markdown(sections_of(report, false));
}

}  // namespace firedrill::analysis
