#include "scenarios/suite/discovery.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "analysis/timeline/glob.h"
#include "policy/api/json_text.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view our_group = "firedrill/";

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

SuiteKind kind_of(const Json& json) {
  return text_of(json, "kind") == "Study" ? SuiteKind::study : SuiteKind::scenario;
}

bool claims(const Json& json) {
  if (!json.is_object()) return false;
  const std::string kind = text_of(json, "kind");
  return text_of(json, "apiVersion").starts_with(our_group) ||
         (!json.contains("apiVersion") && (kind == "Scenario" || kind == "Study"));
}

/// Whether bytes that are no JSON (yet) speak of us: most other JSON is told by this alone.
bool mentions(std::string_view text) {
  for (const std::string_view word : {"\"firedrill/", "\"Scenario\"", "\"Study\""}) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

/// What the file claims to be; nothing if it has nothing to do with us.
std::optional<SuiteKind> claimed_kind(const std::string& path, const Limits& limits) {
  api::Diagnostics ignored;
  auto text = api::read_text_file(path, limits.text(), ignored);
  if (!text || !mentions(*text)) return std::nullopt;
  const auto parsed = api::parse_json_text(*text, path, limits.text(), ignored);
  if (!parsed) {
    // Of a broken file the words must do: "firedrill/v1" stands in no other.
    if (text->find("\"firedrill/v") == std::string::npos) return std::nullopt;
    return SuiteKind::unreadable;
  }
  return claims(*parsed->json) ? std::optional(kind_of(*parsed->json)) : std::nullopt;
}

bool hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

/// Files named *.json below the folder, by path.
std::vector<std::string> json_files(const fs::path& folder, std::error_code& error) {
  std::vector<std::string> files;
  fs::recursive_directory_iterator position(folder, error);
  for (; !error && position != fs::recursive_directory_iterator(); position.increment(error)) {
    std::error_code unreadable;
    if (position->is_directory(unreadable)) {
      if (hidden(position->path())) position.disable_recursion_pending();
    } else if (position->path().extension() == ".json" && !hidden(position->path())) {
      files.push_back(position->path().lexically_normal().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

void refuse(const std::string& path,
            std::string problem,
            std::string remedy,
            api::Diagnostics& diagnostics) {
  api::Diagnostic diagnostic;
  diagnostic.problem = std::move(problem);
  diagnostic.remedy = std::move(remedy);
  diagnostic.position.file = path;
  diagnostics.add(std::move(diagnostic));
}

/// The suite's files in the folder.
std::vector<SuiteEntry> folder_entries(const std::string& folder,
                                       const Limits& limits,
                                       api::Diagnostics& diagnostics) {
  std::error_code error;
  const std::vector<std::string> files = json_files(folder, error);
  std::vector<SuiteEntry> entries;
  if (error) {
    refuse(folder, "the folder cannot be listed: " + error.message(), "check its permissions",
           diagnostics);
    return entries;
  }
  for (const std::string& file : files) {
    if (const auto kind = claimed_kind(file, limits)) entries.push_back({file, *kind});
  }
  if (entries.empty()) {
    refuse(folder, "the folder holds no scenario and no study",
           R"(files *.json with "apiVersion": "firedrill/v1")", diagnostics);
  }
  return entries;
}

std::vector<SuiteEntry> entries_of(const std::string& path,
                                   const Limits& limits,
                                   api::Diagnostics& diagnostics) {
  std::error_code error;
  if (fs::is_directory(path, error)) return folder_entries(path, limits, diagnostics);
  if (!fs::exists(path, error)) {
    refuse(path, "there is no such file or folder",
           "files of scenarios and studies, or folders of them", diagnostics);
    return {};
  }
  return {{path, claimed_kind(path, limits).value_or(SuiteKind::unreadable)}};
}

}  // namespace

std::vector<SuiteEntry> find_suite(std::span<const std::string> paths,
                                   const std::string& filter,
                                   const Limits& limits,
                                   api::Diagnostics& diagnostics) {
  std::vector<SuiteEntry> entries;
  std::set<std::string> known;
  bool any = false;
  for (const std::string& path : paths) {
    for (SuiteEntry& entry : entries_of(path, limits, diagnostics)) {
      any = true;
      if (!filter.empty() && !timeline::matches_glob(entry.path, filter)) continue;
      std::error_code error;
      const fs::path place = fs::canonical(entry.path, error);
      if (error || known.insert(place.string()).second) entries.push_back(std::move(entry));
    }
  }
  if (any && entries.empty()) {
    refuse(filter, "no file of the suite matches", "a glob over whole paths: '*/disasters/*'",
           diagnostics);
  }
  return entries;
}

}  // namespace firedrill::scenarios
