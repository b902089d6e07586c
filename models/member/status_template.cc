#include "models/member/status_template.h"

#include <cstddef>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace firedrill::models {
namespace {

constexpr std::string_view ready_mark = "{{ready}}";

std::optional<std::string_view> find_word(std::string_view name, const TemplateWords& words) {
  if (name == "workload") return words.workload;
  if (name == "cluster") return words.cluster;
  if (name == "uid") return words.uid;
  if (name == "start") return words.start;
  if (name == "time") return words.time;
  if (name == "phase") return words.phase;
  if (name == "ready") return "";
  return std::nullopt;
}

std::string fill_text(std::string_view text, const TemplateWords& words) {
  std::string filled;
  while (true) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return filled.append(text);
    const auto word = find_word(text.substr(open + 2, close - open - 2), words);
    if (word) {
      filled.append(text.substr(0, open)).append(*word);
      text.remove_prefix(close + 2);
    } else {
      // Only the brace is passed: "{{{{start}}" still holds a placeholder.
      filled.append(text.substr(0, open + 1));
      text.remove_prefix(open + 1);
    }
  }
}

bool withheld(const nlohmann::json& value, const TemplateWords& words) {
  if (words.ready || !value.is_string()) return false;
  return value.get_ref<const std::string&>().find(ready_mark) != std::string::npos;
}

}  // namespace

nlohmann::json fill_template(const nlohmann::json& pattern, const TemplateWords& words) {
  if (pattern.is_string()) return fill_text(pattern.get_ref<const std::string&>(), words);
  if (pattern.is_array()) {
    nlohmann::json filled = pattern;
    for (auto& element : filled)
      element = fill_template(element, words);
    return filled;
  }
  if (!pattern.is_object()) return pattern;
  nlohmann::json filled = nlohmann::json::object();
  for (const auto& [name, value] : pattern.items()) {
    if (!withheld(value, words)) filled[name] = fill_template(value, words);
  }
  return filled;
}

}  // namespace firedrill::models
