#include "scenarios/conformance/areas/clusternet/values.h"

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance::clusternet {
namespace {

using Json = nlohmann::json;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// "v1", "v1beta1": a version without a group.
bool is_version(const std::string& text) {
  return text.size() > 1 && text[0] == 'v' &&
         std::isdigit(static_cast<unsigned char>(text[1])) != 0;
}

}  // namespace

api::ObjectMeta read_name(const std::string& text) {
  const std::size_t slash = text.find('/');
  api::ObjectMeta metadata;
  metadata.space = text.substr(0, slash);
  metadata.name = text.substr(slash + 1);
  return metadata;
}

std::shared_ptr<policy::ManagedCluster> read_cluster(const Json& json) {
  auto cluster = std::make_shared<policy::ManagedCluster>();
  cluster->metadata = read_name(json.at("namespacedName").get<std::string>());
  cluster->metadata.labels = member_from_vector<api::Labels>(json, "labels");
  cluster->spec.taints = member_from_vector<std::vector<api::Taint>>(json, "taints");
  if (json.value("deleting", false)) cluster->metadata.deletion_timestamp.emplace();
  return cluster;
}

policy::Clusters read_clusters(const Json& list) {
  policy::Clusters clusters;
  for (const Json& json : list) {
    auto cluster = read_cluster(json);
    std::string name = policy::identity(cluster->metadata);
    clusters.emplace(std::move(name), std::move(cluster));
  }
  return clusters;
}

policy::SubscriptionSpec read_spec(const Json& json) {
  return from_vector<policy::SubscriptionSpec>(json);
}

policy::Feed read_feed(const std::string& key) {
  std::vector<std::string> parts = split(key);
  policy::Feed feed;
  std::size_t next = 0;
  feed.api_version = parts[next++];
  if (!is_version(feed.api_version)) feed.api_version += "/" + parts.at(next++);
  feed.kind = parts.at(next++);
  if (parts.size() - next == 2) feed.space = parts[next++];
  feed.name = parts.at(next++);
  if (next != parts.size()) throw std::runtime_error("no feed key: " + key);
  return feed;
}

policy::FeedInventory read_inventory(const Json& list) {
  policy::FeedInventory inventory;
  for (const Json& json : list) {
    policy::FeedOrder& order = inventory.feeds.emplace_back();
    order.feed = read_feed(json.at("feedKey").get<std::string>());
    const Json& desired = json.at("desiredReplicas");
    if (!desired.is_null()) order.desired_replicas = desired.get<std::int32_t>();
  }
  return inventory;
}

policy::TargetClusters read_targets(const Json& json) {
  policy::TargetClusters targets;
  targets.binding_clusters = member_from_vector<std::vector<std::string>>(json, "bindingClusters");
  const auto replicas = json.find("replicas");
  if (replicas != json.end() && !replicas->is_null())
    targets.replicas = from_vector<policy::FeedReplicas>(*replicas);
  return targets;
}

Json write_targets(const policy::TargetClusters& targets) {
  Json replicas = Json::object();
  for (const auto& [feed, list] : targets.replicas)
    replicas[feed] = list;
  return {{"bindingClusters", targets.binding_clusters}, {"replicas", std::move(replicas)}};
}

std::vector<policy::Prediction> read_predictions(const Json& predicted,
                                                 const policy::FeasibleClusters& found,
                                                 const policy::FeedInventory& inventory) {
  std::vector<policy::Prediction> predictions;
  for (const policy::Candidate& candidate : found.feasible) {
    const Json& answer = predicted.at(std::string(candidate.identity));
    if (answer.is_string()) {
      predictions.emplace_back(api::Problem{answer.get<std::string>()});
      continue;
    }
    std::vector<std::optional<std::int32_t>> room;
    for (const policy::FeedOrder& order : inventory.feeds) {
      auto& replicas = room.emplace_back();
      if (!order.desired_replicas) continue;
      replicas = answer.at(policy::feed_key(order.feed)).get<std::int32_t>();
    }
    predictions.emplace_back(std::move(room));
  }
  return predictions;
}

}  // namespace firedrill::scenarios::conformance::clusternet
