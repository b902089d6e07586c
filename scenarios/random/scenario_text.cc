// A scenario as text that people read: nlohmann sorts keys by name, so the sections are put in
// their order here, and the entries of lists, which are what one looks for and deletes, each on a
// line.

#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "policy/api/json_writer.h"
#include "scenarios/random/random_scenario.h"

namespace firedrill::scenarios {
namespace {

constexpr std::array sections{"apiVersion",   "kind",     "metadata", "simulation",
                              "controlPlane", "clusters", "network",  "objects",
                              "workloads",    "events",   "expect"};

void append_section(std::string& text, const std::string& key, const nlohmann::json& value) {
  text += text.empty() ? "{\n  " : ",\n  ";
  text += "\"" + key + "\": ";
  if (!value.is_array() || value.empty()) {
    text += value.dump();
    return;
  }
  std::string_view before = "[\n    ";
  for (const nlohmann::json& entry : value) {
    text += before;
    text += entry.dump();
    before = ",\n    ";
  }
  text += "\n  ]";
}

}  // namespace

std::string scenario_text(const ScenarioFile& file) {
  nlohmann::json document;
  api::write_json(file, document);
  for (std::size_t i = 0; i < file.workloads.size(); ++i) {
    // Clusternet's CRD requires what else has a default.
    const auto& dividing = file.workloads[i].subscription.dividing_scheduling;
    if (!dividing) continue;
    api::write_json(*dividing, document["workloads"][i]["dividingScheduling"],
                    api::WriteMode::full);
  }
  std::string text;
  for (const char* key : sections) {
    const auto section = document.find(key);
    if (section != document.end()) append_section(text, key, *section);
  }
  return text + "\n}\n";
}

}  // namespace firedrill::scenarios
