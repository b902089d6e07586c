#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/karmada/options.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

namespace karmada = policy::karmada;
using karmada::OptionInfo;

struct Table {
  std::string_view title;
  std::string_view key;      // In JSON.
  std::string_view heading;  // In Markdown.
  std::vector<OptionInfo> rows;
};

std::vector<Table> karmada_tables() {
  return {{"FLAG", "flags", "Flags", karmada::flag_table()},
          {"FEATURE GATE", "featureGates", "Feature gates", karmada::feature_gate_table()},
          {"COMPONENT SETTING", "components", "Component settings", karmada::component_table()},
          {"BEHAVIOUR SWITCH", "behaviour", "Behaviour switches", karmada::behaviour_table()}};
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
std::string as_markdown(const std::vector<Table>& tables) {
  std::string text =
      "# Karmada: flags, gates, settings and switches\n\nWritten by `firedrill profiles karmada -o "
      "markdown`. \"Same\": it does here what it does in the reference.\n";
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

std::string profile_list(bool json) {
  constexpr std::string_view name = "karmada";
  constexpr std::string_view text = "Karmada v1.19: controllers and scheduler, with their defaults";
  if (!json) return fmt::format("PROFILE  MEANING\n{}  {}\n", name, text);
  return nlohmann::ordered_json{{{"profile", name}, {"meaning", text}}}.dump(2) + "\n";
}

}  // namespace

Command add_profiles(CLI::App& program) {
  struct Options {
    std::string name;
    std::string format = "table";
  };
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "profiles",
      "List the policy profiles, or one's flags, feature gates, settings and "
      "behaviour switches");
  app->add_option("NAME", options->name, "Which profile; without it they are listed")
      ->check(CLI::IsMember({"karmada"}));
  app->add_option("-o,--output", options->format, "table, json, or markdown (of a profile)")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "json", "markdown"}));
  app->footer("Example:\n  firedrill profiles karmada");
  return {app, [options](Console& console) {
            const bool json = options->format == "json";
            if (options->name.empty()) {
              console.result(profile_list(json));
              return ExitStatus::done;
            }
            const std::vector<Table> tables = karmada_tables();
            if (json) {
              console.result(as_json(options->name, tables));
              return ExitStatus::done;
            }
            if (options->format == "markdown") {
              console.result(as_markdown(tables));
              return ExitStatus::done;
            }
            std::string text;
            for (const Table& table : tables)
              text += (text.empty() ? "" : "\n") + as_text(table);
            console.result(text);
            return ExitStatus::done;
          }};
}

}  // namespace firedrill::tools
