#include "scenarios/subscription_facts.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "policy/clusternet/scheduler/schedule.h"
#include "scenarios/mapping.h"

namespace firedrill::scenarios {
namespace {

using policy::clusternet::Clusters;
using policy::clusternet::Subscription;
using policy::clusternet::SubscriptionSpec;

class FreshSubscription final : public analysis::PolicyWish {
 public:
  FreshSubscription(const SubscriptionSpec& spec,
                    const models::WorkloadSpec& workload,
                    std::shared_ptr<const Clusters> clusters)
      : clusters_(std::move(clusters)), everywhere_(runs_everywhere(spec, workload)) {
    subscription_.spec = spec;
    subscription_.spec.feeds = {
        {workload.kind, workload.api_version, workload.space, workload.name}};
  }

  [[nodiscard]] timeline::ReplicasByCluster assignment(api::Replicas replicas,
                                                       bool /*ties_descending*/,
                                                       const Joined& joined) const override {
    Clusters there;
    for (const auto& [identity, cluster] : *clusters_) {
      if (joined(cluster->metadata.name)) there.emplace(identity, cluster);
    }
    const policy::clusternet::SchedulerOptions options;
    const auto found = find_feasible_clusters(subscription_.spec, there, options, 0);
    const auto* feasible = std::get_if<policy::clusternet::FeasibleClusters>(&found);
    if (feasible == nullptr) return {};
    const policy::clusternet::FeedInventory inventory = inventory_of(replicas);
    const auto targets =
        targets_to_bind(select_targets(subscription_, &inventory, *feasible, {}, options));
    return targets ? by_name(*targets, there, replicas) : timeline::ReplicasByCluster();
  }

 private:
  [[nodiscard]] policy::clusternet::FeedInventory inventory_of(api::Replicas replicas) const {
    policy::clusternet::FeedInventory inventory;
    auto& order = inventory.feeds.emplace_back();
    order.feed = subscription_.spec.feeds.front();
    if (!everywhere_) order.desired_replicas = static_cast<std::int32_t>(replicas);
    return inventory;
  }

  [[nodiscard]] timeline::ReplicasByCluster by_name(
      const policy::clusternet::TargetClusters& targets,
      const Clusters& there,
      api::Replicas replicas) const {
    timeline::ReplicasByCluster result;
    const auto share = targets.replicas.find(feed_key(subscription_.spec.feeds.front()));
    for (std::size_t i = 0; i < targets.binding_clusters.size(); ++i) {
      const std::string& name = there.at(targets.binding_clusters[i])->metadata.name;
      if (everywhere_) {
        result[name] = replicas;
      } else if (share != targets.replicas.end() && i < share->second.size()) {
        result[name] = share->second[i];
      }
    }
    return result;
  }

  std::shared_ptr<const Clusters> clusters_;
  Subscription subscription_;
  bool everywhere_;
};

}  // namespace

Clusters healthy_clusters(const std::vector<models::ClusterSpec>& clusters) {
  Clusters healthy;
  for (const models::ClusterSpec& spec : clusters) {
    auto cluster = std::make_shared<policy::clusternet::ManagedCluster>();
    cluster->metadata.space = spec.space;
    cluster->metadata.name = spec.name;
    cluster->metadata.labels = spec.labels;
    cluster->spec.taints = spec.taints;
    healthy.emplace(policy::clusternet::identity(cluster->metadata), std::move(cluster));
  }
  return healthy;
}

bool runs_everywhere(const SubscriptionSpec& spec, const models::WorkloadSpec& workload) {
  return !spec.dividing() || !is_divisible(workload.api_version, workload.kind);
}

std::shared_ptr<const analysis::PolicyWish> subscription_wish(
    const SubscriptionSpec& spec,
    const models::WorkloadSpec& workload,
    std::shared_ptr<const Clusters> clusters) {
  if (spec.dividing_dynamically()) return nullptr;
  return std::make_shared<const FreshSubscription>(spec, workload, std::move(clusters));
}

}  // namespace firedrill::scenarios
