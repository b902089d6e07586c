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
  set(workload, std::make_shared<const WorkloadModel>(std::move(model)));
}

void WorkloadModels::set(const api::ResourceReference& workload,
                         std::shared_ptr<const WorkloadModel> model) {
  Versions& versions = models_[WorkloadKey(workload)];
  versions.clear();
  versions.push_front({0, std::move(model)});
}

void WorkloadModels::change(const api::ResourceReference& workload,
                            std::int64_t generation,
                            WorkloadModel model) {
  models_.at(WorkloadKey(workload))
      .push_front({generation, std::make_shared<const WorkloadModel>(std::move(model))});
}

const WorkloadModel* WorkloadModels::find(const api::ResourceReference& workload,
                                          std::int64_t generation) const {
  const auto found = models_.find(WorkloadKey(workload));
  if (found == models_.end()) return nullptr;
  for (const Version& version : found->second) {
    if (version.generation <= generation) return version.model.get();
  }
  return nullptr;
}

}  // namespace firedrill::models
