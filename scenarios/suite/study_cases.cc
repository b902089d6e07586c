#include "scenarios/suite/study_cases.h"

#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/study/expect.h"
#include "analysis/study/outcome.h"
#include "analysis/study/report.h"
#include "policy/api/diagnostic.h"
#include "scenarios/study/cells.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {
namespace {

constexpr std::size_t lines_max = 10;

std::string case_name(const analysis::StudyExpectation& expectation, std::size_t index) {
  std::string words;
  if (expectation.count)
    words = "count " + expectation.count->metric;
  else if (expectation.recommended)
    words = "recommended";
  else
    words = "metric " + expectation.bound.metric;
  if (expectation.where) {
    words += " where";
    for (const auto& [parameter, value] : *expectation.where)
      words += fmt::format(" {}={}", parameter, value.text);
  }
  return fmt::format("/expect/{} {}", index, words);
}

SuiteCase loads_error(std::string_view lines) {
  const std::size_t end = std::min(lines.find('\n'), lines.size());
  return {.name = "loads",
          .outcome = Outcome::error,
          .message = std::string(lines.substr(0, end)),
          .details = std::string(lines.substr(std::min(end + 1, lines.size())))};
}

SuiteCase cells_case(const analysis::StudyTable& table) {
  SuiteCase one{.name = "cells"};
  std::size_t failed = 0;
  for (std::size_t index = 0; index < table.cells.size(); ++index) {
    const auto& cell = table.cells[index];
    if (!cell || !cell->failed()) continue;
    if (++failed > lines_max) continue;
    const analysis::CellPlace place = table.cell_place(index);
    one.details += fmt::format(
        "cell {} ({}, {}, seed {}): {}\n", index, analysis::setting_text(table, place.point),
        table.scenarios[place.scenario].name,
        table.scenarios[place.scenario].first_seed + place.seed, cell->error);
  }
  if (failed == 0) return one;
  one.outcome = Outcome::failed;
  one.message = fmt::format("{} of {} cells could not be played", failed, table.cells.size());
  if (failed > lines_max) one.details += fmt::format("and {} more cells\n", failed - lines_max);
  return one;
}

SuiteCase expectation_case(const analysis::StudyExpectation& expectation,
                           const analysis::StudyVerdict& verdict,
                           std::size_t index) {
  SuiteCase one{.name = case_name(expectation, index)};
  if (verdict.held) return one;
  one.outcome = Outcome::failed;
  one.message = fmt::format("expected {}; actual {}", verdict.expected, verdict.actual);
  for (const std::string& point : verdict.points)
    one.details += point + "\n";
  if (verdict.more_points != 0)
    one.details += fmt::format("and {} more points\n", verdict.more_points);
  return one;
}

void play_cells(const Study& study,
                analysis::StudyTable& table,
                const PlayOptions& options,
                std::size_t threads) {
  std::vector<CellIndex> all(cell_space(study).count(study.points.size()));
  std::iota(all.begin(), all.end(), CellIndex{0});
  table.cells.resize(all.size());
  run_cells(study, study.points, all,
            {.threads = threads, .limits = options.limits, .stop = options.stop},
            [&table](const CellResult& result) { table.cells[result.index] = result.cell; });
}

}  // namespace

Cases play_study(const std::string& path, const PlayOptions& options, std::size_t threads) {
  const double started = options.seconds ? options.seconds() : 0;
  Cases cases;
  api::Diagnostics diagnostics(options.limits.errors_shown);
  const auto study = load_study(path, {.limits = options.limits}, diagnostics);
  if (!study) {
    cases.cases.push_back(loads_error(diagnostics.render()));
    return cases;
  }
  if (study->points.empty()) {
    cases.cases.push_back({.name = "cells",
                           .outcome = Outcome::skipped,
                           .message = "the points of its design are searched for, by tune"});
    return cases;
  }
  analysis::StudyTable table = study_table(*study, study->points);
  play_cells(*study, table, options, threads);
  cases.cases.push_back(cells_case(table));
  const analysis::StudyOutcome outcome = analysis::weigh(table);
  for (std::size_t i = 0; i < study->file.expect.size(); ++i) {
    const analysis::StudyExpectation& expectation = study->file.expect[i];
    cases.cases.push_back(
        expectation_case(expectation, analysis::judge(expectation, table, outcome), i));
  }
  if (options.seconds) cases.cases.front().seconds = options.seconds() - started;
  return cases;
}

}  // namespace firedrill::scenarios
