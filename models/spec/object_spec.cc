#include "models/spec/object_spec.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace firedrill::models {

api::Json json_of_members(const std::map<std::string, api::Json>& members) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [key, member] : members) {
    object[key] = member.present() ? member.document() : nlohmann::json(nullptr);
  }
  return api::Json(std::move(object));
}

std::optional<std::map<std::string, api::Json>> members_of_json(const api::Json& json) {
  if (!json.present() || !json.document().is_object()) return std::nullopt;
  std::map<std::string, api::Json> members;
  for (const auto& [key, member] : json.document().items()) {
    members.emplace(key, api::Json(member));
  }
  return members;
}

}  // namespace firedrill::models
