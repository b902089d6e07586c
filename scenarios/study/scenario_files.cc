#include "scenarios/study/scenario_files.h"

#include <algorithm>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/glob.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

bool is_pattern(const std::string& part) {
  return part.find_first_of("*?") != std::string::npos;
}

/// What lies in a folder under such a name, by name. A hidden file takes a pattern that says so.
std::vector<fs::path> matches_in(const fs::path& folder, const std::string& pattern) {
  std::vector<fs::path> found;
  std::error_code error;
  const fs::directory_iterator begin(folder.empty() ? fs::path(".") : folder, error);
  if (error) return found;
  for (auto entry = begin; entry != fs::directory_iterator(); entry.increment(error)) {
    if (error) break;
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') && !pattern.starts_with('.')) continue;
    if (timeline::matches_glob(name, pattern)) found.push_back(folder / name);
  }
  std::ranges::sort(found);
  return found;
}

/// The files that a pattern stands for. A name without * and ? stands for itself, there or not.
std::vector<fs::path> expand(const fs::path& folder, const std::string& pattern) {
  std::vector<fs::path> found{folder};
  const fs::path parts(pattern);
  if (parts.is_absolute()) found = {parts.root_path()};
  for (const fs::path& part : parts.relative_path()) {
    std::vector<fs::path> next;
    for (const fs::path& base : found) {
      if (!is_pattern(part.string())) {
        next.push_back(base / part);
        continue;
      }
      std::ranges::move(matches_in(base, part.string()), std::back_inserter(next));
    }
    found = std::move(next);
  }
  if (is_pattern(pattern)) {
    std::erase_if(found, [](const fs::path& file) {
      std::error_code error;
      return !fs::is_regular_file(file, error);
    });
  }
  return found;
}

std::string name_in(const nlohmann::json& document) {
  const auto metadata = document.is_object() ? document.find("metadata") : document.end();
  if (metadata == document.end() || !metadata->is_object()) return "";
  const auto name = metadata->find("name");
  return name != metadata->end() && name->is_string() ? name->get<std::string>() : "";
}

/// The seed that a scenario's document gives; 0, the default, where it gives none.
std::uint64_t seed_of(const nlohmann::json& document) {
  const auto simulation = document.is_object() ? document.find("simulation") : document.end();
  if (simulation == document.end() || !simulation->is_object()) return 0;
  const auto seed = simulation->find("seed");
  return seed != simulation->end() && seed->is_number_unsigned() ? seed->get<std::uint64_t>() : 0;
}

/// Names of their own for all: that of the file where two have the same.
void settle_names(std::vector<NamedScenario>& scenarios) {
  std::map<std::string, int> count;
  for (const NamedScenario& named : scenarios)
    ++count[name_in(*named.scenario.document->json)];
  for (NamedScenario& named : scenarios) {
    const std::string name = name_in(*named.scenario.document->json);
    named.scenario.name = !name.empty() && count[name] == 1 ? name : named.scenario.path;
  }
}

}  // namespace

std::vector<NamedScenario> read_scenario_files(const StudyFile& file,
                                               const fs::path& folder,
                                               const LoadOptions& options,
                                               api::Diagnostics& diagnostics,
                                               api::Diagnostics& located) {
  std::vector<NamedScenario> scenarios;
  std::map<fs::path, std::size_t> seen;  // By real path: which entry named it.
  for (std::size_t entry = 0; entry < file.scenarios.size(); ++entry) {
    const std::string& pattern = file.scenarios[entry];
    const std::string pointer = api::child_pointer("/scenarios", entry);
    const std::vector<fs::path> paths = expand(folder, pattern);
    if (pattern.empty() || pattern == "-" || paths.empty()) {
      diagnostics.error(pointer, fmt::format("{} fits no file", api::in_quotes(pattern)),
                        "a scenario's path, relative to the study");
      continue;
    }
    for (const fs::path& path : paths) {
      std::error_code missing;
      const fs::path real = fs::canonical(path, missing);
      if (missing) {
        diagnostics.error(pointer,
                          fmt::format("{}: {}", api::in_quotes(path.lexically_normal().string()),
                                      missing.message()),
                          "a scenario's path, relative to the study");
        continue;
      }
      if (const auto [first, fresh] = seen.emplace(real, entry); !fresh) {
        diagnostics.error(
            pointer,
            fmt::format("{} is named by {} already", api::in_quotes(path.filename().string()),
                        api::child_pointer("/scenarios", first->second)),
            "each scenario once");
        continue;
      }
      const std::string shown = path.lexically_normal().string();
      auto document = load_document(shown, options, located);
      if (!document) continue;
      // What a scenario expects is said of it as it stands.
      if (document->json->is_object()) document->json->erase("expect");
      const std::uint64_t seed = seed_of(*document->json);
      scenarios.push_back(
          {{"", shown, seed, std::make_shared<const Document>(*std::move(document))}, entry});
    }
  }
  settle_names(scenarios);
  return scenarios;
}

}  // namespace firedrill::scenarios
