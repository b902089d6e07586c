/// Small behaviour of Clusternet's objects: names and readiness.

#include "policy/clusternet/api/deployment.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/registration.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

std::string identity(const api::ObjectMeta& metadata) {
  return metadata.space + "/" + metadata.name;
}

std::string dedicated_space(std::string_view cluster) {
  return "clusternet-" + std::string(cluster);
}

ManagedCluster register_cluster(const ClusterRegistration& registration, bool cluster_init) {
  ManagedCluster cluster;
  cluster.metadata.space = dedicated_space(registration.name);
  cluster.metadata.name = registration.name;
  cluster.metadata.labels = registration.labels;
  cluster.metadata.labels.insert_or_assign(std::string(label_cluster_name), registration.name);
  cluster.metadata.labels.insert_or_assign(std::string(label_cluster_id), registration.cluster_id);
  cluster.spec.cluster_id = registration.cluster_id;
  cluster.spec.sync_mode = registration.sync_mode;
  cluster.spec.taints = registration.taints;
  if (cluster_init) {
    cluster.spec.taints.push_back({.key = std::string(taint_initialization),
                                   .value = std::string(reason_init_waiting),
                                   .effect = std::string(api::effect_no_schedule),
                                   .time_added = {}});
  }
  return cluster;
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
