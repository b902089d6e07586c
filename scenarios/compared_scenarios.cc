#include "scenarios/compared_scenarios.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/glob.h"
#include "policy/api/json_text.h"
#include "scenarios/loader.h"
#include "scenarios/source/confined_path.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

/// The first error in one line, and how many there are.
std::string error_text(const api::Diagnostics& diagnostics) {
  const auto& shown = diagnostics.shown();
  const auto first = std::ranges::find(shown, api::Severity::error, &api::Diagnostic::severity);
  if (first == shown.end()) return "";
  std::string text = api::render(*first);
  while (text.ends_with('\n'))
    text.pop_back();
  const std::size_t more = diagnostics.error_count() - 1;
  return more == 0 ? text : fmt::format("{} (and {} more)", text, more);
}

class ComparedReader {
 public:
  ComparedReader(const Document& document,
                 std::uint64_t seed,
                 const Limits& limits,
                 Reading& reading)
      : first_(document.files.empty() ? fs::path() : fs::path(document.files.front())),
        seed_(seed),
        limits_(limits),
        reading_(reading) {}

  /// Null, and reported, if there is no such scenario.
  std::shared_ptr<const Scenario> read(const std::string& name, const std::string& pointer) {
    const fs::path folder = first_.parent_path();
    auto found = resolve_below(real_folder(folder), folder, name);
    if (const auto* refusal = std::get_if<PathRefusal>(&found)) {
      report(pointer, name, refusal->problem, "a file in the scenario's folder, or below it");
      return nullptr;
    }
    std::error_code missing;
    if (std::get<fs::path>(found) == fs::canonical(first_, missing)) {
      report(pointer, name, " is this scenario itself, which always ends like itself",
             "another scenario");
      return nullptr;
    }
    api::Diagnostics own(limits_.errors_shown);
    auto other = load((folder / name).lexically_normal().string(), own);
    if (!other) {
      report(pointer, name, " can't be read: " + error_text(own),
             "a scenario that `firedrill validate` accepts");
      return nullptr;
    }
    return std::make_shared<const Scenario>(*std::move(other));
  }

  void report(const std::string& pointer,
              const std::string& name,
              const std::string& problem,
              std::string remedy) {
    reading_.diagnostics.error(pointer, "scenario " + api::in_quotes(name) + problem,
                               std::move(remedy));
  }

 private:
  std::optional<Scenario> load(const std::string& path, api::Diagnostics& own) const {
    const LoadOptions options{.limits = limits_,
                              .overrides = {fmt::format("/simulation/seed={}", seed_)},
                              .profile = {},
                              .sha256 = false};
    const auto document = load_document(path, options, own);
    if (!document) return std::nullopt;
    if (document->json->is_object()) document->json->erase("expect");
    return read_scenario(*document, options, own);
  }

  fs::path first_;
  std::uint64_t seed_;
  const Limits& limits_;
  Reading& reading_;
};

std::set<std::string> workload_names(const Scenario& scenario) {
  std::set<std::string> names;
  for (const models::WorkloadInstance& workload : scenario.world.workloads)
    names.insert(workload.full_name());
  return names;
}

/// Whether a workload that is meant is in both.
bool has_common(const std::set<std::string>& ours,
                const std::set<std::string>& theirs,
                const std::string& glob) {
  return std::ranges::any_of(ours, [&](const std::string& name) {
    return (glob.empty() || timeline::matches_workload(name, glob)) && theirs.contains(name);
  });
}

}  // namespace

void read_compared_scenarios(Scenario& scenario,
                             const Document& document,
                             const Limits& limits,
                             Reading& reading) {
  const auto compares = [](const analysis::Expectation& e) { return e.final_state.has_value(); };
  if (std::ranges::none_of(scenario.expect, compares)) return;
  ComparedReader reader(document, scenario.world.seed, limits, reading);
  const std::set<std::string> ours = workload_names(scenario);
  for (std::size_t i = 0; i < scenario.expect.size(); ++i) {
    const analysis::Expectation& expectation = scenario.expect[i];
    if (!expectation.final_state) continue;
    const std::string& name = expectation.final_state->same_as;
    const std::string pointer = api::child_pointer("/expect", i) + "/final/sameAs";
    auto [found, fresh] = scenario.compared.emplace(name, nullptr);
    if (fresh) found->second = reader.read(name, pointer);
    if (found->second == nullptr) continue;
    if (has_common(ours, workload_names(*found->second), expectation.workload)) continue;
    const std::string& meant = expectation.workload;
    reader.report(pointer, name,
                  meant.empty() ? " has no workload of this one" : " has no workload " + meant,
                  "a scenario of the same workloads, or another workload here");
  }
}

}  // namespace firedrill::scenarios
