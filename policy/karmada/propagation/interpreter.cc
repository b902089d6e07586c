#include "policy/karmada/propagation/interpreter.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace firedrill::policy::karmada {
namespace {

/// Kinds whose replicas the native interpreter revises (karmada
/// pkg/resourceinterpreter/default/native/revisereplica.go).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> revised_kinds{
    {{"apps/v1", "Deployment"}, {"apps/v1", "StatefulSet"}, {"batch/v1", "Job"}}};

/// The spec as the member has it: the template's, with what the binding controller set.
nlohmann::json whole_spec(const api::Manifest& manifest) {
  nlohmann::json spec = nlohmann::json::object();
  if (manifest.spec.present() && manifest.spec.document().is_object())
    spec = manifest.spec.document();
  if (manifest.replicas) spec["replicas"] = *manifest.replicas;
  if (manifest.completions) spec["completions"] = *manifest.completions;
  return spec;
}

nlohmann::json whole_object(const MemberObject& object) {
  const api::ResourceReference& resource = object.manifest.resource;
  return {{"apiVersion", resource.api_version},
          {"kind", resource.kind},
          {"metadata",
           {{"namespace", resource.space},
            {"name", resource.name},
            {"generation", object.generation},
            {"labels", object.manifest.injected_labels}}},
          {"spec", whole_spec(object.manifest)},
          {"status", object.status.to_json()}};
}

}  // namespace

const ResourceInterpreter& ResourceInterpreter::native() {
  static const ResourceInterpreter interpreter;
  return interpreter;
}

void ResourceInterpreter::customize(std::string api_version,
                                    std::string kind,
                                    KindCustomization customization) {
  kinds_.insert_or_assign({std::move(api_version), std::move(kind)}, std::move(customization));
}

const KindCustomization* ResourceInterpreter::find(std::string_view api_version,
                                                   std::string_view kind) const {
  if (kinds_.empty()) return nullptr;
  const auto found = kinds_.find({std::string(api_version), std::string(kind)});
  return found == kinds_.end() ? nullptr : &found->second;
}

bool ResourceInterpreter::revises_replicas(std::string_view api_version,
                                           std::string_view kind) const {
  if (const KindCustomization* custom = find(api_version, kind)) return custom->revises_replicas;
  return std::ranges::find(revised_kinds, std::pair(api_version, kind)) != revised_kinds.end();
}

bool ResourceInterpreter::has_health_rule(std::string_view api_version,
                                          std::string_view kind) const {
  if (const KindCustomization* custom = find(api_version, kind)) return custom->health.has_value();
  return karmada::has_health_rule(api_version, kind);
}

std::string ResourceInterpreter::health(const MemberObject& object) const {
  const api::ResourceReference& resource = object.manifest.resource;
  const KindCustomization* custom = find(resource.api_version, resource.kind);
  if (custom == nullptr) {
    return std::string(interpret_health({.api_version = resource.api_version,
                                         .kind = resource.kind,
                                         .generation = object.generation,
                                         .replicas = object.manifest.replicas,
                                         .spec = object.manifest.spec,
                                         .status = object.status}));
  }
  if (!custom->health) return std::string(api::health_healthy);
  const api::Result<std::string> value = custom->health->evaluate(whole_object(object));
  if (!value) return std::string(api::health_unknown);
  const bool healthy = std::ranges::find(custom->healthy, *value) != custom->healthy.end();
  return std::string(healthy ? api::health_healthy : api::health_unhealthy);
}

}  // namespace firedrill::policy::karmada
