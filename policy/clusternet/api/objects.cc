/// Small behaviour of Clusternet's objects: names and readiness.

#include "policy/clusternet/api/deployment.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

std::string identity(const api::ObjectMeta& metadata) {
  return metadata.space + "/" + metadata.name;
}

std::string dedicated_space(std::string_view cluster) {
  return "clusternet-" + std::string(cluster);
}

bool is_ready(const ManagedCluster& cluster) {
  const api::Condition* ready =
      api::find_condition(cluster.status.conditions, api::condition_ready);
  return ready != nullptr && ready->status == api::status_true;
}

bool is_lost(const ManagedCluster* cluster) {
  return cluster == nullptr || (!cluster->status.conditions.empty() && !is_ready(*cluster));
}

std::string feed_key(const Feed& feed) {
  const std::string space = feed.space.empty() ? "" : feed.space + "/";
  return feed.api_version + "/" + feed.kind + "/" + space + feed.name;
}

std::string base_name(const api::Key& subscription) {
  // A namespace has no dot in it, so that two subscriptions never share a name.
  return subscription.space + "." + subscription.name;
}

std::string localization_name(const api::Key& subscription, const Feed& feed) {
  return base_name(subscription) + "." + feed_key(feed);
}

std::string description_name(const api::Key& subscription) {
  return base_name(subscription) + "-generic";
}

api::Key template_key(const Feed& feed) {
  return {feed.space, feed.api_version + "/" + feed.kind + "/" + feed.name};
}

}  // namespace firedrill::policy::clusternet
