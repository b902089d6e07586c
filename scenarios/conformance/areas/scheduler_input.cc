#include "scenarios/conformance/areas/scheduler_input.h"

#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>

#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance {

api::BindingSpec read_binding_spec(const nlohmann::json& input) {
  auto spec = from_vector<api::BindingSpec>(input.at("spec"));
  if (!spec.placement) spec.placement = std::make_shared<const api::Placement>();
  return spec;
}

api::BindingStatus read_binding_status(const nlohmann::json& input) {
  api::BindingStatus status;
  const nlohmann::json json = input.value("status", nlohmann::json::object());
  status.scheduler_observed_affinity_name = json.value("schedulerObservingAffinityName", "");
  const auto scheduled = json.find("lastScheduledTime");
  if (scheduled != json.end()) {
    status.last_scheduled_time =
        api::parse_stored_time(scheduled->get_ref<const std::string&>()).value();
  }
  return status;
}

api::Cluster read_cluster(const nlohmann::json& json) {
  return from_vector<api::Cluster>(json);
}

std::vector<std::shared_ptr<const api::Cluster>> read_clusters(const nlohmann::json& list) {
  std::vector<std::shared_ptr<const api::Cluster>> clusters;
  for (const nlohmann::json& cluster : list) {
    clusters.push_back(std::make_shared<const api::Cluster>(read_cluster(cluster)));
  }
  return clusters;
}

api::ClusterAffinity read_affinity(const nlohmann::json& json) {
  return from_vector<api::ClusterAffinity>(json);
}

api::ReplicaRequirements read_requirements(const nlohmann::json& json) {
  return from_vector<api::ReplicaRequirements>(json);
}

api::ResourceBinding read_descheduled_binding(const nlohmann::json& input) {
  api::ResourceBinding binding;
  binding.spec.clusters = from_vector<std::vector<api::TargetCluster>>(input.at("clusters"));
  binding.spec.resource = from_vector<api::ResourceReference>(input.at("resource"));
  if (const auto placement = input.find("placement"); placement != input.end()) {
    binding.applied_placement =
        std::make_shared<const api::Placement>(from_vector<api::Placement>(*placement));
  }
  const nlohmann::json ready = input.value("readyReplicas", nlohmann::json::object());
  for (const auto& [cluster, replicas] : ready.items()) {
    nlohmann::json status = nlohmann::json::object();
    if (!replicas.is_null()) status["readyReplicas"] = replicas;
    api::AggregatedStatusItem& item = binding.status.aggregated_status.emplace_back();
    item.cluster_name = cluster;
    item.status.emplace().document = api::Json(std::move(status));
  }
  return binding;
}

nlohmann::json write_result(const policy::karmada::ScheduleResult& result) {
  using policy::karmada::ScheduleError;
  using policy::karmada::ScheduleErrorKind;
  const auto* error = std::get_if<ScheduleError>(&result);
  if (error == nullptr) {
    return {{"targets", write_targets(std::get<std::vector<api::TargetCluster>>(result))}};
  }
  const auto kind = [error] {
    switch (error->kind) {
      case ScheduleErrorKind::fit:
        return "FitError";
      case ScheduleErrorKind::unschedulable:
        return "UnschedulableError";
      case ScheduleErrorKind::other:
        break;
    }
    return "Other";
  };
  return {{"error", error->text}, {"errorKind", kind()}};
}

nlohmann::json write_targets(std::vector<api::TargetCluster> targets) {
  std::ranges::sort(targets, {}, &api::TargetCluster::name);
  nlohmann::json list = nlohmann::json::array();
  for (const api::TargetCluster& target : targets) {
    list.push_back({{"name", target.name}, {"replicas", target.replicas}});
  }
  return list;
}

}  // namespace firedrill::scenarios::conformance
