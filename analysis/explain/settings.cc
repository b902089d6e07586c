#include "analysis/explain/settings.h"

#include <nlohmann/json.hpp>

#include "analysis/timeline/text.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

Setting setting_of(std::string name, const nlohmann::json& value) {
  Setting setting{.name = std::move(name), .value = {}, .duration = {}, .number = {}};
  if (value.is_string()) {
    setting.value = value.get<std::string>();
    if (const auto duration = api::parse_duration(setting.value); duration.ok())
      setting.duration = duration.value();
  } else {
    timeline::append_json(setting.value, value);
    if (value.is_number()) {
      setting.number = value.get<double>();
      setting.duration = sim::from_seconds(*setting.number);
    }
  }
  return setting;
}

}  // namespace

std::optional<Setting> Settings::flag(std::string_view name, std::string_view component) const {
  if (!component.empty()) {
    const std::string own = std::string(component) + "/" + std::string(name);
    if (const auto found = header_.flags.find(own); found != header_.flags.end())
      return setting_of(own, found->second.document());
  }
  const auto found = header_.flags.find(name);
  if (found == header_.flags.end()) return std::nullopt;
  return setting_of(std::string(name), found->second.document());
}

std::optional<Setting> Settings::component(std::string_view component,
                                           std::string_view name) const {
  const auto found = header_.components.find(component);
  if (found == header_.components.end()) return std::nullopt;
  const nlohmann::json& members = found->second.document();
  const auto member = members.find(name);
  if (member == members.end()) return std::nullopt;
  return setting_of(std::string(component) + "." + std::string(name), *member);
}

std::optional<bool> Settings::gate(std::string_view name) const {
  const auto found = header_.feature_gates.find(name);
  if (found == header_.feature_gates.end()) return std::nullopt;
  return found->second;
}

bool Settings::is_off(std::string_view flag) const {
  const auto found = header_.flags.find(flag);
  return found != header_.flags.end() && found->second.document() == nlohmann::json(false);
}

}  // namespace firedrill::analysis
