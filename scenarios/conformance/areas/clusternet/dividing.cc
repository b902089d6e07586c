/// Areas about numbers of replicas: how they are divided, and how many a member has room for.

#include "policy/clusternet/scheduler/dividing.h"

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/clusternet/predictor/predictor.h"
#include "scenarios/conformance/areas/clusternet/areas.h"
#include "scenarios/conformance/areas/clusternet/values.h"
#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance::clusternet {

using Json = nlohmann::json;

Json static_dividing(const Json& input) {
  const auto subscribers = from_vector<std::vector<policy::Subscriber>>(input.at("subscribers"));
  std::vector<std::shared_ptr<const policy::ManagedCluster>> clusters;
  std::vector<const policy::ManagedCluster*> in_order;
  for (const Json& json : input.at("clusters"))
    in_order.push_back(clusters.emplace_back(read_cluster(json)).get());

  const std::vector<std::int64_t> weights = policy::static_weights(subscribers, in_order);
  policy::TargetClusters targets;
  targets.replicas = policy::divide_statically(weights, read_inventory(input.at("feedInventory")));
  Json replicas = targets.replicas.empty() ? Json() : write_targets(targets).at("replicas");
  return {{"clusterWeights", weights},
          {"weightSum", std::accumulate(weights.begin(), weights.end(), std::int64_t{0})},
          {"replicas", replicas}};
}

Json dynamic_dividing(const Json& input) {
  const auto available = input.at("maxAvailableReplicas").get<std::vector<std::int32_t>>();
  const auto desired = input.at("desiredReplicas").get<std::int32_t>();
  return {{"replicas", policy::divide_by_room(desired, available)}};
}

Json dynamic_scheduling(const Json& input) {
  const policy::TargetClusters current = read_targets(input.at("status"));
  policy::TargetClusters available;
  available.binding_clusters = input.at("feasibleClusters").get<std::vector<std::string>>();
  available.replicas = member_from_vector<policy::FeedReplicas>(input, "availableReplicas");

  const std::vector<policy::Deviation> deviations =
      policy::deviations(read_inventory(input.at("feedInventory")), current.replicas);
  const policy::TargetClusters assigned = policy::divide_dynamically(
      current, deviations, available, input.at("strategy").get<std::string>());
  Json deviation_list = Json::array();
  for (const policy::Deviation& deviation : deviations) {
    Json replicas = deviation.replicas ? Json(*deviation.replicas) : Json();
    deviation_list.push_back({{"feedKey", deviation.feed_key}, {"desiredReplicas", replicas}});
  }
  return {{"deviations", deviation_list},
          {"assigned", write_targets(assigned)},
          {"bound", write_targets(policy::in_binding_order(assigned))}};
}

Json predictor(const Json& input) {
  std::vector<policy::PredictorNode> nodes;
  for (const Json& json : input.at("nodes")) {
    policy::PredictorNode& node = nodes.emplace_back();
    node.labels = member_from_vector<api::Labels>(json, "labels");
    node.taints = member_from_vector<std::vector<api::Taint>>(json, "taints");
    node.allocatable = member_from_vector<api::ResourceList>(json, "allocatable");
    for (const Json& pod : json.at("pods")) {
      node.pods.push_back({.phase = pod.at("phase").get<std::string>(),
                           .requests = member_from_vector<api::ResourceList>(pod, "requests"),
                           .init_container_requests = member_from_vector<api::ResourceList>(
                               pod, "initContainerRequests")});
    }
  }
  const Json& asked = input.at("replicaRequirements");
  policy::FeedRequirements requirements;
  requirements.node_selector = member_from_vector<api::Labels>(asked, "nodeSelector");
  requirements.tolerations = member_from_vector<std::vector<api::Toleration>>(asked, "tolerations");
  requirements.resources.requests = member_from_vector<api::ResourceList>(asked, "requests");

  const auto replicas = policy::predict_replicas(nodes, requirements);
  if (!replicas) return {{"error", true}};
  return {{"replicas", *replicas}};
}

}  // namespace firedrill::scenarios::conformance::clusternet
