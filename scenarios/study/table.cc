// The study as analysis sees it.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/clusternet/options.h"
#include "policy/karmada/options.h"
#include "policy/karmada/profile_defaults.h"
#include "policy/profiles.h"
#include "scenarios/study/design.h"
#include "scenarios/study/levels.h"
#include "scenarios/study/patch.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {
namespace {

const policy::Profile& profile_of(const nlohmann::json& scenario) {
  const nlohmann::json* name = find_at(scenario, "/controlPlane/profile");
  const policy::Profile* profile = name != nullptr && name->is_string()
                                       ? policy::find_profile(name->get<std::string>())
                                       : nullptr;
  return profile != nullptr ? *profile : policy::profiles.front();
}

/// A flag that a path sets, "agent/cluster-failure-threshold" in its two parts.
struct FlagPath {
  std::string component;  ///< "" = every one that has it.
  std::string flag;
};

std::optional<FlagPath> flag_of(std::string_view path) {
  const std::vector<std::string> parts = api::split_pointer(path);
  if (parts.size() != 3 || parts[0] != "controlPlane" || parts[1] != "flags") return std::nullopt;
  const std::size_t slash = parts[2].find('/');
  if (slash == std::string::npos) return FlagPath{"", parts[2]};
  return FlagPath{parts[2].substr(0, slash), parts[2].substr(slash + 1)};
}

/// What the reference says of a flag. Names that only a profile of a vendor has are not in it.
std::optional<policy::OptionInfo> option_of(const FlagPath& path, const policy::Profile& profile) {
  const std::vector<policy::OptionInfo> rows =
      profile.system == policy::System::clusternet
          ? policy::clusternet::flag_table()
          : policy::karmada::flag_table(policy::karmada::default_options(profile.name));
  const auto fits = [&](const policy::OptionInfo& row) {
    return row.name == path.flag &&
           (path.component.empty() || row.components.find(path.component) != std::string::npos);
  };
  const auto found = std::ranges::find_if(rows, fits);
  if (found == rows.end()) return std::nullopt;
  return *found;
}

std::vector<analysis::FlagSpelling> spellings(const FlagPath& path,
                                              const policy::Profile& profile) {
  std::vector<analysis::FlagSpelling> flags;
  const auto option = option_of(path, profile);
  if (!option) return flags;
  const std::string_view system =
      profile.system == policy::System::clusternet ? "clusternet" : "karmada";
  constexpr std::string_view separator = ", ";
  std::string_view rest = option->components;
  while (!rest.empty()) {
    const std::size_t end = rest.find(separator);
    const std::string_view component = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + separator.size());
    if (!path.component.empty() && component != path.component) continue;
    flags.push_back({.process = fmt::format("{}-{}", system, component), .flag = "--" + path.flag});
  }
  return flags;
}

/// What a default's text in a table is as a value: true, 2 or "30s".
nlohmann::json value_of_text(const std::string& text) {
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  return value.is_discarded() ? nlohmann::json(text) : value;
}

/// What one scenario says at the parameter's places; nothing if they differ or say nothing.
std::optional<analysis::ParameterValue> own_value(const Parameter& parameter,
                                                  const nlohmann::json& scenario) {
  std::optional<analysis::ParameterValue> own;
  for (const std::string& pointer : expand_pointer(scenario, parameter.path)) {
    const nlohmann::json* value = find_at(scenario, pointer);
    std::optional<analysis::ParameterValue> here;
    if (value != nullptr) {
      here = shown_value(*value, parameter.kind);
    } else if (const auto flag = flag_of(pointer)) {
      if (const auto option = option_of(*flag, profile_of(scenario)))
        here = shown_value(value_of_text(option->usual), parameter.kind);
    }
    if (!here || (own && *own != *here)) return std::nullopt;
    own = here;
  }
  return own;
}

/// The only choice that changes nothing.
std::optional<analysis::ParameterValue> own_choice(const Parameter& parameter) {
  std::optional<analysis::ParameterValue> own;
  for (const Level& level : parameter.levels) {
    if (!level.changes.empty()) continue;
    if (own) return std::nullopt;
    own = level.shown;
  }
  return own;
}

std::optional<analysis::ParameterValue> own_of_all(const Study& study, const Parameter& parameter) {
  if (parameter.is_choice()) return own_choice(parameter);
  std::optional<analysis::ParameterValue> own;
  for (const StudyScenario& scenario : study.scenarios) {
    const auto here = own_value(parameter, *scenario.document->json);
    if (!here || (own && *own != *here)) return std::nullopt;
    own = here;
  }
  return own;
}

analysis::StudyParameter parameter_row(const Study& study, const Parameter& parameter) {
  analysis::StudyParameter row;
  row.name = parameter.name;
  row.kind = parameter.kind;
  row.path = parameter.path;
  row.logarithmic = parameter.range && parameter.range->scale == Scale::log;
  row.own = own_of_all(study, parameter);
  if (parameter.is_choice()) return row;
  const nlohmann::json& scenario = *study.scenarios.front().document->json;
  row.pointers = expand_pointer(scenario, parameter.path);
  if (const auto flag = flag_of(parameter.path)) row.flags = spellings(*flag, profile_of(scenario));
  return row;
}

bool is_same(const analysis::ParameterValue& a, const analysis::ParameterValue& b) {
  return a.number && b.number ? *a.number == *b.number : a.text == b.text;
}

bool is_own(const analysis::StudyTable& table, const analysis::StudyPoint& point) {
  for (std::size_t i = 0; i < point.values.size(); ++i) {
    const auto& own = table.parameters[i].own;
    if (!own || !is_same(*own, point.values[i])) return false;
  }
  return true;
}

std::string word_of(Method method) {
  struct Finder {
    Method method;
    std::string word;
    void begin(std::string_view, std::string_view) {}
    void value(std::string_view text, Method value, std::string_view) {
      if (value == method) word = text;
    }
  };
  Finder finder{method, {}};
  describe_values(finder, method);
  return finder.word;
}

}  // namespace

analysis::StudyTable study_table(const Study& study, std::span<const Point> points) {
  analysis::StudyTable table;
  table.name = study.name;
  table.design = word_of(study.file.design.method);
  for (const Parameter& parameter : study.parameters)
    table.parameters.push_back(parameter_row(study, parameter));
  for (const Point& point : points) {
    analysis::StudyPoint& row = table.points.emplace_back();
    for (const Level& level : point)
      row.values.push_back(level.shown);
    if (!table.own_point && is_own(table, row)) table.own_point = table.points.size() - 1;
  }
  for (const StudyScenario& scenario : study.scenarios)
    table.scenarios.push_back({scenario.name, scenario.path, scenario.first_seed});
  table.seeds = static_cast<std::size_t>(study.seeds());
  table.objectives = study.file.objectives;
  table.constraints = study.file.constraints;
  return table;
}

}  // namespace firedrill::scenarios
