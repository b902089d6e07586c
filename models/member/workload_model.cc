#include "models/member/workload_model.h"

#include <utility>

#include "analysis/timeline/values.h"

namespace firedrill::models {

WorkloadShape shape_of_kind(std::string_view kind) {
  const bool holds_pods = kind == "Deployment" || kind == "ReplicaSet" ||
                          management_of_kind(kind) != PodManagement::parallel;
  return holds_pods ? WorkloadShape::pods : WorkloadShape::inert;
}

PodManagement management_of_kind(std::string_view kind) {
  if (kind == "StatefulSet") return PodManagement::ordered;
  if (kind == "DaemonSet") return PodManagement::per_node;
  if (kind == "Job") return PodManagement::to_completion;
  return PodManagement::parallel;
}

void WorkloadModels::set(const api::ResourceReference& workload, WorkloadModel model) {
  Versions& versions = models_[timeline::workload_name(workload)];
  versions.clear();
  versions.push_front({0, std::move(model)});
}

void WorkloadModels::change(const api::ResourceReference& workload,
                            std::int64_t generation,
                            WorkloadModel model) {
  models_.at(timeline::workload_name(workload)).push_front({generation, std::move(model)});
}

const WorkloadModel* WorkloadModels::find(const api::ResourceReference& workload,
                                          std::int64_t generation) const {
  const auto found = models_.find(timeline::workload_name(workload));
  if (found == models_.end()) return nullptr;
  for (const Version& version : found->second) {
    if (version.generation <= generation) return &version.model;
  }
  return nullptr;
}

}  // namespace firedrill::models
