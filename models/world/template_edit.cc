#include "models/world/template_edit.h"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace firedrill::models {

api::ResourceTemplate template_of(const WorkloadInstance& workload, bool revised) {
  const WorkloadSpec& entry = *workload.spec;
  api::ResourceTemplate resource;
  resource.metadata.uid = workload.uid;
  resource.metadata.labels = entry.labels;
  resource.api_version = entry.api_version;
  resource.kind = entry.kind;
  const bool counted = entry.replicas > 0 || !entry.requests.empty();
  if (counted && revised) resource.replicas = entry.replicas;
  resource.spec = entry.spec;
  resource.dependencies = dependencies_of(entry);
  return resource;
}

void change_pods(api::ResourceTemplate& resource) {
  const bool written = resource.spec.present() && resource.spec.document().is_object();
  nlohmann::json spec = written ? resource.spec.document() : nlohmann::json::object();
  spec["template"]["metadata"]["annotations"]["firedrill/rollout"] =
      std::to_string(resource.metadata.generation + 1);
  resource.spec = api::Json(std::move(spec));
}

}  // namespace firedrill::models
