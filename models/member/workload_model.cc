#include "models/member/workload_model.h"

#include <utility>

#include "analysis/timeline/values.h"

namespace firedrill::models {

WorkloadShape shape_of_kind(std::string_view kind) {
  const bool holds_pods = kind == "Deployment" || kind == "ReplicaSet" || kind == "StatefulSet";
  return holds_pods ? WorkloadShape::pods : WorkloadShape::inert;
}

void WorkloadModels::set(const api::ResourceReference& workload, WorkloadModel model) {
  models_.insert_or_assign(timeline::workload_name(workload), std::move(model));
}

const WorkloadModel* WorkloadModels::find(const api::ResourceReference& workload) const {
  const auto found = models_.find(timeline::workload_name(workload));
  return found == models_.end() ? nullptr : &found->second;
}

}  // namespace firedrill::models
