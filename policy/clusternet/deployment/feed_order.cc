#include "policy/clusternet/deployment/feed_order.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace firedrill::policy::clusternet {
namespace {

constexpr std::array<std::string_view, 3> replicated_kinds{"Deployment", "StatefulSet",
                                                           "ReplicaSet"};

FeedRequirements requirements_of(const api::ResourceTemplate& resource) {
  FeedRequirements requirements;
  if (!resource.replica_requirements) return requirements;
  const api::ReplicaRequirements& replica = *resource.replica_requirements;
  requirements.resources.requests = replica.resource_request;
  if (!replica.node_claim) return requirements;
  requirements.node_selector = replica.node_claim->node_selector;
  requirements.tolerations = replica.node_claim->tolerations;
  return requirements;
}

}  // namespace

bool counts_replicas(const Feed& feed) {
  return feed.api_version == "apps/v1" &&
         std::ranges::find(replicated_kinds, feed.kind) != replicated_kinds.end();
}

FeedOrder feed_order(const Feed& feed, const api::ResourceTemplate& resource) {
  FeedOrder order{
      .feed = feed, .desired_replicas = {}, .replica_requirements = {}, .replica_json_path = {}};
  if (!counts_replicas(feed)) return order;
  order.desired_replicas = static_cast<std::int32_t>(resource.replicas.value_or(1));
  order.replica_requirements = requirements_of(resource);
  order.replica_json_path = "/spec/replicas";
  return order;
}

}  // namespace firedrill::policy::clusternet
