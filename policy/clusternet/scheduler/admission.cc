#include "policy/clusternet/scheduler/admission.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "policy/api/labels.h"

namespace firedrill::policy::clusternet {
namespace {

std::int64_t sum(const std::vector<std::int32_t>& replicas) {
  return std::accumulate(replicas.begin(), replicas.end(), std::int64_t{0});
}

bool spec_changed(const Subscription& subscription) {
  const auto& scheduled = subscription.status.scheduled_spec;
  return scheduled == nullptr || !(*scheduled == subscription.spec);
}

}  // namespace

bool feeds_changed(const Subscription& subscription, const FeedInventory& inventory) {
  const FeedReplicas& bound = subscription.status.targets.replicas;
  const std::vector<Feed>& feeds = subscription.spec.feeds;
  if (feeds.size() != bound.size()) return true;
  const auto missing = [&bound](const Feed& feed) { return !bound.contains(feed_key(feed)); };
  if (std::ranges::any_of(feeds, missing)) return true;
  return std::ranges::any_of(inventory.feeds, [&bound](const FeedOrder& order) {
    const auto found = bound.find(feed_key(order.feed));
    const std::int64_t replicas = found == bound.end() ? 0 : sum(found->second);
    return replicas != order.desired_replicas.value_or(0);
  });
}

bool admitted(const Subscription& subscription, const FeedInventory* inventory) {
  if (!subscription.spec.dividing()) return true;
  return spec_changed(subscription) ||
         (inventory != nullptr && feeds_changed(subscription, *inventory));
}

bool has_what_it_needs(const Subscription& subscription, const FeedInventory* inventory) {
  if (!subscription.spec.dividing()) return true;
  return inventory != nullptr &&
         std::ranges::equal(subscription.spec.feeds, inventory->feeds, {}, {}, &FeedOrder::feed);
}

bool subscribes(const SubscriptionSpec& spec, const api::Labels& labels) {
  return std::ranges::any_of(spec.subscribers, [&labels](const Subscriber& subscriber) {
    return api::match(subscriber.cluster_affinity, labels) == api::SelectorMatch::matches;
  });
}

bool concerned_by_update(const SubscriptionSpec& spec,
                         const ManagedCluster& before,
                         const ManagedCluster& after,
                         bool failover) {
  if (after.metadata.deleting()) return false;
  const api::Labels& old_labels = before.metadata.labels;
  const api::Labels& new_labels = after.metadata.labels;
  if (failover && !is_ready(after)) return subscribes(spec, old_labels);
  if (old_labels == new_labels && before.spec.taints == after.spec.taints) return false;
  return subscribes(spec, new_labels) || subscribes(spec, old_labels);
}

}  // namespace firedrill::policy::clusternet
