#include "scenarios/study/cells.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/duration.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"
#include "scenarios/study/patch.h"

namespace firedrill::scenarios {
namespace {

using Json = nlohmann::json;

/// The document that a cell's run is made from; or what can't be changed.
std::variant<Json, std::string> document_of(const Study& study,
                                            const Point& point,
                                            const Cell& cell) {
  Json document = *study.scenarios.at(cell.scenario).document->json;
  if (const auto impossible = apply_point(document, study.parameters, point))
    return fmt::format("parameter {}: {}", study.parameters[impossible->parameter].name,
                       impossible->problem);
  // A scenario without a simulation is refused by the loader, in its words.
  if (const auto simulation = document.find("simulation");
      simulation != document.end() && simulation->is_object())
    (*simulation)["seed"] = study.scenarios[cell.scenario].first_seed + cell.seed;
  return document;
}

/// The first error in one line, and how many there are. Without its position, which is that of the
/// file, while the value may be the point's.
std::string error_text(const api::Diagnostics& diagnostics) {
  for (const api::Diagnostic& diagnostic : diagnostics.shown()) {
    if (diagnostic.severity != api::Severity::error) continue;
    api::Diagnostic bare = diagnostic;
    bare.position = {};
    std::string text = api::render(bare);
    while (text.ends_with('\n'))
      text.pop_back();
    const std::size_t more = diagnostics.error_count() - 1;
    return more == 0 ? text : fmt::format("{} (and {} more)", text, more);
  }
  return "the scenario can't be read";
}

std::string violation_text(const models::Violation& violation) {
  return fmt::format("invariant {} is violated at {}: {}", violation.first.invariant,
                     api::format_duration(violation.time.time_since_epoch()),
                     violation.first.message);
}

void play(const Scenario& scenario, const CellOptions& options, CellResult& result) {
  try {
    const RunResult run =
        scenarios::run(scenario, {},
                       {.timeline = nullptr,
                        .digest = options.digest,
                        .events_at_one_instant = options.limits.events_at_one_instant,
                        .random_faults = options.limits.random_faults,
                        .stop = options.stop});
    if (!run.violations.empty()) {
      result.cell.error = violation_text(run.violations.front());
      return;
    }
    result.cell.metrics = analysis::metric_values(run.metrics);
    result.cell.digest = run.footer.digest;
  } catch (const RunLimitReached& reached) {
    result.cell.error = reached.what();
  } catch (const std::logic_error& error) {
    // A broken promise of our own code spoils this cell, not the night's study.
    result.cell.error = fmt::format("internal error: {}", error.what());
  }
}

CellResult play_cell(const Study& study,
                     std::span<const Point> points,
                     CellIndex index,
                     const CellOptions& options) {
  CellResult result{index, {}};
  const Cell cell = cell_space(study).cell(index);
  auto changed = document_of(study, points[cell.point], cell);
  if (const auto* problem = std::get_if<std::string>(&changed)) {
    result.cell.error = *problem;
    return result;
  }
  const Document document{std::make_shared<Json>(std::get<Json>(std::move(changed))), {}, {}};
  LoadOptions load{.limits = options.limits};
  load.sha256 = options.digest;
  api::Diagnostics diagnostics(1);
  const std::optional<Scenario> scenario = read_scenario(document, load, diagnostics);
  if (scenario) {
    play(*scenario, options, result);
  } else {
    result.cell.error = error_text(diagnostics);
  }
  return result;
}

}  // namespace

CellSpace cell_space(const Study& study) {
  return {study.scenarios.size(), study.seeds()};
}

void run_cells(const Study& study,
               std::span<const Point> points,
               std::span<const CellIndex> cells,
               const CellOptions& options,
               const std::function<void(const CellResult&)>& finished) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> ending{false};
  std::mutex handing_over;
  std::exception_ptr failure;
  const auto stop = [&] { return options.stop && options.stop(); };
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < cells.size() && !ending; i = next++) {
        if (stop()) throw Interrupted();
        const CellResult result = play_cell(study, points, cells[i], options);
        const std::scoped_lock lock(handing_over);
        if (!ending) finished(result);
      }
    } catch (...) {
      const std::scoped_lock lock(handing_over);
      if (!failure) failure = std::current_exception();
      ending = true;
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(options.threads, cells.size()); ++i)
    others.emplace_back(work);
  work();
  others.clear();
  if (failure) std::rethrow_exception(failure);
}

api::Result<std::string> cell_text(const Study& study,
                                   std::span<const Point> points,
                                   CellIndex index) {
  const Cell cell = cell_space(study).cell(index);
  auto document = document_of(study, points[cell.point], cell);
  if (const auto* problem = std::get_if<std::string>(&document)) return api::Problem{*problem};
  return std::get<Json>(document).dump(2) + "\n";
}

}  // namespace firedrill::scenarios
