#include "policy/profiles.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/clusternet/options.h"
#include "policy/karmada/profile_defaults.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

namespace karmada = policy::karmada;
using karmada::OptionInfo;

constexpr std::string_view flags_heading = "Flags";
constexpr std::string_view gates_heading = "Feature gates";
constexpr std::string_view components_heading = "Component settings";
constexpr std::string_view behaviour_heading = "Behaviour switches";
constexpr std::string_view mechanics_heading = "Fixed by the release";

struct Table {
  std::string_view title;
  std::string_view key;      // In JSON.
  std::string_view heading;  // In Markdown.
  std::vector<OptionInfo> rows;
};

std::vector<Table> clusternet_tables() {
  namespace clusternet = policy::clusternet;
  return {{"FLAG", "flags", flags_heading, clusternet::flag_table()},
          {"FEATURE GATE", "featureGates", gates_heading, clusternet::feature_gate_table()},
          {"COMPONENT SETTING", "components", components_heading, clusternet::component_table()}};
}

std::vector<Table> karmada_tables(std::string_view profile) {
  const karmada::Options usual = karmada::default_options(profile);
  return {{"FLAG", "flags", flags_heading, karmada::flag_table(usual)},
          {"FEATURE GATE", "featureGates", gates_heading, karmada::feature_gate_table(usual)},
          {"COMPONENT SETTING", "components", components_heading, karmada::component_table(usual)},
          {"BEHAVIOUR SWITCH", "behaviour", behaviour_heading, karmada::behaviour_table(usual)},
          {"FIXED BY THE RELEASE", "mechanics", mechanics_heading,
           karmada::mechanics_table(usual.release)}};
}

std::vector<Table> tables_of(const policy::Profile& profile) {
  switch (profile.system) {
    case policy::System::karmada:
      return karmada_tables(profile.name);
    case policy::System::clusternet:
      break;
  }
  return clusternet_tables();
}

std::string meaning(const OptionInfo& row) {
  return row.inert.empty() ? row.meaning : row.meaning + " (no effect here: " + row.inert + ")";
}

std::string as_text(const Table& table) {
  std::array<std::size_t, 3> widths{table.title.size(), std::string_view("DEFAULT").size(),
                                    std::string_view("COMPONENTS").size()};
  for (const OptionInfo& row : table.rows) {
    widths[0] = std::max(widths[0], row.name.size());
    widths[1] = std::max(widths[1], row.usual.size());
    widths[2] = std::max(widths[2], row.components.size());
  }
  // Gates and settings belong to no particular component: the column would be empty.
  const bool components = std::ranges::any_of(
      table.rows, [](const OptionInfo& row) { return !row.components.empty(); });
  const auto line = [&](std::string_view name, std::string_view usual, std::string_view parts,
                        std::string_view text) {
    const std::string head = fmt::format("{:{}}  {:{}}  ", name, widths[0], usual, widths[1]);
    return components ? fmt::format("{}{:{}}  {}\n", head, parts, widths[2], text)
                      : fmt::format("{}{}\n", head, text);
  };
  std::string text = line(table.title, "DEFAULT", "COMPONENTS", "MEANING");
  for (const OptionInfo& row : table.rows)
    text += line(row.name, row.usual, row.components, meaning(row));
  return text;
}

nlohmann::ordered_json as_json(const OptionInfo& row) {
  nlohmann::ordered_json json{{"name", row.name}, {"type", row.type}, {"default", row.usual}};
  if (!row.components.empty()) json["components"] = row.components;
  json["meaning"] = row.meaning;
  if (!row.inert.empty()) json["inert"] = row.inert;
  return json;
}

std::string as_json(std::string_view profile, const std::vector<Table>& tables) {
  nlohmann::ordered_json json{{"profile", profile}};
  for (const Table& table : tables) {
    nlohmann::ordered_json& rows = json[std::string(table.key)] = nlohmann::ordered_json::array();
    for (const OptionInfo& row : table.rows)
      rows.push_back(as_json(row));
  }
  return json.dump(2) + "\n";
}

/// For docs/reference: what a setting means, and whether it does here what it does there.
std::string as_markdown(std::string_view profile, const std::vector<Table>& tables) {
  std::string text = fmt::format(
      "# Profile {0}\n\nWritten by `firedrill profiles {0} -o markdown`. \"Same\": it does here "
      "what "
      "it does in the reference.\n",
      profile);
  for (const Table& table : tables) {
    text +=
        fmt::format("\n## {}\n\n| name | of | default | meaning | here |\n|---|---|---|---|---|\n",
                    table.heading);
    for (const OptionInfo& row : table.rows) {
      text += fmt::format("| `{}` | {} | {} | {} | {} |\n", row.name, row.components,
                          row.usual.empty() ? "" : "`" + row.usual + "`", row.meaning,
                          row.inert.empty() ? "same" : "no effect: " + row.inert);
    }
  }
  return text;
}

std::string as_text(const std::vector<Table>& tables) {
  std::string text;
  for (const Table& table : tables)
    text += (text.empty() ? "" : "\n") + as_text(table);
  return text;
}

std::string profile_list(bool json) {
  std::size_t width = std::string_view("PROFILE").size();
  for (const policy::Profile& profile : policy::profiles)
    width = std::max(width, profile.name.size());
  std::string text = fmt::format("{:{}}  MEANING\n", "PROFILE", width);
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const policy::Profile& profile : policy::profiles) {
    text += fmt::format("{:{}}  {}\n", profile.name, width, profile.meaning);
    list.push_back({{"profile", profile.name}, {"meaning", profile.meaning}});
  }
  return json ? list.dump(2) + "\n" : text;
}

/// A setting that is not alike in all profiles: "-" in those that don't have it.
struct Difference {
  std::string_view section;  ///< Heading of its table.
  std::string name;
  std::array<std::string, policy::profiles.size()> values;  ///< In the order of the registry.
};

/// What only the profiles of one system have is no difference but another system: it stands on
/// their own pages. So a row has a value in profiles of two systems, or differs within one.
bool differs(const Difference& one) {
  std::array<std::string_view, 2> of_system;
  for (std::size_t i = 0; i < one.values.size(); ++i) {
    std::string_view& value = of_system.at(static_cast<std::size_t>(policy::profiles[i].system));
    if (value.empty()) value = one.values[i];
    if (value != one.values[i]) return true;
  }
  return of_system[0] != of_system[1] && of_system[0] != "-" && of_system[1] != "-";
}

std::vector<Difference> differences() {
  std::vector<Difference> all;
  for (std::size_t i = 0; i < policy::profiles.size(); ++i) {
    for (const Table& table : tables_of(policy::profiles[i])) {
      for (const OptionInfo& row : table.rows) {
        auto known = std::ranges::find_if(all, [&](const Difference& one) {
          return one.section == table.heading && one.name == row.name;
        });
        if (known == all.end()) {
          all.push_back({table.heading, row.name, {}});
          known = std::prev(all.end());
          known->values.fill("-");
        }
        known->values.at(i) = row.usual;
      }
    }
  }
  std::erase_if(all, [](const Difference& one) { return !differs(one); });
  std::ranges::stable_sort(all, std::ranges::less{}, [](const Difference& one) {
    constexpr std::array order{flags_heading, gates_heading, components_heading, behaviour_heading,
                               mechanics_heading};
    return std::ranges::find(order, one.section) - order.begin();
  });
  return all;
}

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const policy::Profile& profile : policy::profiles)
    names.emplace_back(profile.name);
  return names;
}

std::string differences_as_json() {
  const std::vector<std::string> names = profile_names();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Difference& one : differences()) {
    nlohmann::ordered_json values;
    for (std::size_t i = 0; i < names.size(); ++i)
      values[names[i]] = one.values.at(i);
    list.push_back({{"section", one.section}, {"name", one.name}, {"values", values}});
  }
  return list.dump(2) + "\n";
}

std::string differences_as_markdown() {
  const std::vector<std::string> names = profile_names();
  std::string text =
      "# What differs between the profiles\n\nWritten by `firedrill profiles --differences -o "
      "markdown`. \"-\": this profile doesn't have it. What each line means stands on the "
      "profiles' "
      "own pages.\n";
  std::string_view section;
  for (const Difference& one : differences()) {
    if (one.section != section) {
      section = one.section;
      text += fmt::format("\n## {}\n\n| name | {} |\n|---|", section, fmt::join(names, " | "));
      for (std::size_t i = 0; i < names.size(); ++i)
        text += "---|";
      text += "\n";
    }
    text += fmt::format("| `{}` | {} |\n", one.name, fmt::join(one.values, " | "));
  }
  return text;
}

std::string differences_as_text() {
  std::vector<std::vector<std::string>> rows{{"SETTING"}};
  for (const std::string& name : profile_names())
    rows.front().push_back(name);
  std::string_view section;
  for (const Difference& one : differences()) {
    if (one.section != section) rows.push_back({std::string(section = one.section) + ":"});
    rows.push_back({"  " + one.name});
    rows.back().insert(rows.back().end(), one.values.begin(), one.values.end());
  }
  std::vector<std::size_t> widths(rows.front().size());
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      text += fmt::format("{:{}}  ", row[i], widths[i]);
    text += row.back() + "\n";
  }
  return text;
}

struct ProfilesOptions {
  std::string name;
  std::string format = "table";
  bool differences = false;
};

/// The whole output of the command.
std::string profiles_text(const ProfilesOptions& options) {
  const bool json = options.format == "json";
  const bool markdown = options.format == "markdown";
  if (options.differences) {
    if (json) return differences_as_json();
    return markdown ? differences_as_markdown() : differences_as_text();
  }
  if (options.name.empty()) return profile_list(json);
  const std::vector<Table> tables = tables_of(*policy::find_profile(options.name));
  if (json) return as_json(options.name, tables);
  return markdown ? as_markdown(options.name, tables) : as_text(tables);
}

}  // namespace

Command add_profiles(CLI::App& program) {
  auto options = std::make_shared<ProfilesOptions>();
  CLI::App* app = program.add_subcommand(
      "profiles",
      "List the policy profiles, or one's flags, feature gates, settings, behaviour switches and "
      "what its release fixes, or what differs between them");
  CLI::Option* name =
      app->add_option("NAME", options->name, "Which profile; without it they are listed")
          ->check(CLI::IsMember(profile_names()));
  app->add_flag("--differences", options->differences, "What differs between the profiles")
      ->excludes(name);
  app->add_option("-o,--output", options->format, "table, json, or markdown (of a profile)")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "json", "markdown"}));
  app->footer("Example:\n  firedrill profiles kairship");
  return {app, [options](Console& console) {
            console.result(profiles_text(*options));
            return ExitStatus::done;
          }};
}

}  // namespace firedrill::tools
