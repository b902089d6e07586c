#include "scenarios/study/study.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/glob.h"
#include "policy/api/json_reader.h"
#include "scenarios/reading.h"
#include "scenarios/study/cells.h"
#include "scenarios/study/design.h"
#include "scenarios/study/parameters.h"
#include "scenarios/study/patch.h"
#include "scenarios/study/scenario_files.h"
#include "scenarios/study/trial.h"
#include "scenarios/version.h"
#include "sim/digest.h"

namespace firedrill::scenarios {
namespace {

/// More runs than this are no study of one machine; and each has a number, a row and a place.
constexpr std::uint64_t cells_max = 10'000'000;

std::string name_of(const StudyFile& file, const std::string& path) {
  if (!file.metadata.name.empty()) return file.metadata.name;
  return path == "-" ? "study" : std::filesystem::path(path).stem().string();
}

void check_design(const Study& study, Reading& reading) {
  const DesignFile& design = study.file.design;
  if (design.method != Method::grid && !design.points) {
    reading.diagnostics.error("/design", "nothing is said of how many points there are",
                              "\"points\": 100");
    return;
  }
  const std::uint64_t points = design_size(study);
  const std::uint64_t runs = study.scenarios.size() * design.seeds;
  if (points > cells_max || (runs != 0 && points > cells_max / runs)) {
    reading.diagnostics.error(
        "/design",
        fmt::format("{} points with {} scenarios and {} seeds are more than {} runs", points,
                    study.scenarios.size(), design.seeds, cells_max),
        "fewer values, points or seeds; or a random design in place of a grid");
  }
  for (const StudyScenario& scenario : study.scenarios) {
    if (static_cast<double>(scenario.first_seed + design.seeds) <= largest_seed) continue;
    reading.diagnostics.error("/design/seeds",
                              fmt::format("the seeds of scenario {} from {} on end above 2^53",
                                          scenario.name, scenario.first_seed),
                              "a smaller seed in the scenario");
  }
}

/// A scenario's name, or a glob, that stands at a pointer.
void check_scenario_name(const Study& study,
                         const std::string& name,
                         const std::string& pointer,
                         Reading& reading) {
  if (name.empty()) return;
  std::vector<std::string_view> names;
  for (const StudyScenario& scenario : study.scenarios) {
    if (timeline::matches_glob(scenario.name, name)) return;
    names.push_back(scenario.name);
  }
  report_unknown(reading, "scenario", name, names, pointer + "/scenario");
}

void check_goals(const Study& study, Reading& reading) {
  const auto check_each = [&](const auto& goals, std::string_view list) {
    for (std::size_t i = 0; i < goals.size(); ++i)
      check_scenario_name(study, goals[i].scenario, api::child_pointer(list, i), reading);
  };
  check_each(study.file.objectives, "/objectives");
  check_each(study.file.constraints, "/constraints");
  // A search has no points yet that an expectation could be about.
  if (study.points.empty()) return;
  const analysis::StudyTable table = study_table(study, study.points);
  for (std::size_t i = 0; i < study.file.expect.size(); ++i) {
    const std::string pointer = api::child_pointer("/expect", i);
    for (analysis::StudyExpectationProblem& wrong :
         analysis::problems_of(study.file.expect[i], table)) {
      reading.diagnostics.error(pointer + wrong.pointer, std::move(wrong.problem),
                                std::move(wrong.remedy));
    }
  }
}

/// Of the study's text what its cells depend on, and each scenario's whole.
std::string identity_of(const Study& study) {
  nlohmann::json text = {{"version", version()}};
  for (const char* key : {"parameters", "design"}) {
    if (const auto found = study.document->json->find(key); found != study.document->json->end())
      text[key] = *found;
  }
  for (const StudyScenario& scenario : study.scenarios)
    text["scenarios"].push_back(
        {scenario.name, sim::sha256_hex(effective_text(*scenario.document->json))});
  return sim::sha256_hex(effective_text(text));
}

/// The same diagnostics, where an unknown metric is followed by the one that was meant.
api::Diagnostics with_metrics_meant(const api::Diagnostics& diagnostics,
                                    const nlohmann::json& document,
                                    std::size_t shown_max) {
  std::vector<std::string_view> names;
  for (const analysis::Metric& metric : analysis::metrics())
    names.push_back(metric.name);
  api::Diagnostics result(shown_max);
  for (api::Diagnostic diagnostic : diagnostics.shown()) {
    const nlohmann::json* named = find_at(document, diagnostic.pointer);
    if (diagnostic.problem == "no such metric" && named != nullptr && named->is_string()) {
      const std::string_view near = api::nearest(named->get_ref<const std::string&>(), names);
      if (!near.empty()) diagnostic.remedy += fmt::format("; did you mean {}?", near);
    }
    result.add(std::move(diagnostic));
  }
  for (std::size_t i = diagnostics.shown().size();
       i < diagnostics.error_count() + diagnostics.warning_count(); ++i)
    result.count_hidden(api::Severity::error);
  return result;
}

/// The study behind a file whose shape is right.
void understand(Study& study,
                const std::filesystem::path& folder,
                const LoadOptions& options,
                Reading& reading,
                api::Diagnostics& located) {
  study.parameters = read_parameters(study.file, reading);
  const std::vector<NamedScenario> scenarios =
      read_scenario_files(study.file, folder, options, reading.diagnostics, located);
  for (const NamedScenario& named : scenarios)
    study.scenarios.push_back(named.scenario);
  if (!reading.diagnostics.ok() || !located.ok()) return;
  check_design(study, reading);
  if (!reading.diagnostics.ok()) return;
  try_scenarios(study, scenarios, options, reading.diagnostics, located);
  if (!is_search(study.file.design.method)) study.points = design_points(study);
  check_goals(study, reading);
  study.identity = identity_of(study);
}

}  // namespace

std::optional<Study> load_study(const std::string& path,
                                const LoadOptions& options,
                                api::Diagnostics& diagnostics) {
  const LoadOptions load{.limits = options.limits};
  auto document = load_document(path, load, diagnostics);
  if (!document) return std::nullopt;
  Study study;
  study.document = std::make_shared<const Document>(*std::move(document));
  api::Diagnostics own(load.limits.errors_shown);
  api::Diagnostics located(load.limits.errors_shown);
  api::ReadContext context(own);
  api::read_json(*study.document->json, study.file, context);
  if (!own.ok()) own = with_metrics_meant(own, *study.document->json, load.limits.errors_shown);
  study.name = name_of(study.file, path);
  if (own.ok()) {
    Reading reading{load.limits, own};
    const std::filesystem::path folder =
        path == "-" ? std::filesystem::path() : std::filesystem::path(path).parent_path();
    understand(study, folder, load, reading, located);
  }
  study.document->locate(own);
  diagnostics.merge(own);
  diagnostics.merge(located);
  if (!own.ok() || !located.ok()) return std::nullopt;
  return study;
}

}  // namespace firedrill::scenarios
