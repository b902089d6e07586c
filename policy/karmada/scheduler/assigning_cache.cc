#include "policy/karmada/scheduler/assigning_cache.h"

#include <optional>
#include <utility>

namespace firedrill::policy::karmada {
namespace {

/// What a target takes; no components where it takes nothing.
AssumedWorkload footprint(const api::BindingSpec& spec, const api::TargetCluster& target) {
  AssumedWorkload workload{.space = spec.resource.space, .components = spec.components};
  if (!workload.components.empty() || target.replicas <= 0) return workload;
  std::optional<api::ComponentRequirements> requirements;
  if (const auto& each = spec.replica_requirements) {
    requirements = api::ComponentRequirements{.resource_request = each->resource_request,
                                              .priority_class_name = each->priority_class_name,
                                              .node_claim = each->node_claim};
  }
  workload.components.push_back(
      {.name = {}, .replicas = target.replicas, .requirements = std::move(requirements)});
  return workload;
}

bool healthy_in(const api::BindingStatus& status, const std::string& cluster) {
  const api::AggregatedStatusItem* item = status.find_item(cluster);
  return item != nullptr && item->health == api::health_healthy;
}

}  // namespace

void AssigningCache::patched(const std::shared_ptr<const api::ResourceBinding>& stored,
                             Timestamp now) {
  const Key key = stored->metadata.key();
  if (options_.remembers_results) results_.insert_or_assign(key, stored);
  if (!options_.assumes) return;
  std::erase_if(assumptions_, [now](const auto& entry) { return now > entry.second.expires; });
  Assumption assumption{.by_cluster = {},
                        .expires = now + assumption_lifetime,
                        .version = stored->metadata.resource_version};
  for (const api::TargetCluster& target : stored->spec.clusters) {
    AssumedWorkload workload = footprint(stored->spec, target);
    if (!workload.components.empty())
      assumption.by_cluster.insert_or_assign(target.name, std::move(workload));
  }
  if (assumption.by_cluster.empty()) {
    assumptions_.erase(key);
  } else {
    assumptions_.insert_or_assign(key, std::move(assumption));
  }
}

void AssigningCache::observed(const Change<api::ResourceBinding>& change) {
  if (results_.empty() && assumptions_.empty()) return;
  const Key key = change.any().metadata.key();
  if (!change.after) {
    results_.erase(key);
    assumptions_.erase(key);
    return;
  }
  const api::ResourceBinding& after = *change.after;
  const auto result = results_.find(key);
  if (result != results_.end() &&
      after.metadata.resource_version >= result->second->metadata.resource_version) {
    results_.erase(result);
  }
  const auto found = assumptions_.find(key);
  if (found == assumptions_.end() || after.metadata.resource_version < found->second.version)
    return;
  std::erase_if(found->second.by_cluster, [&](const auto& entry) {
    const bool left = after.spec.find_target(entry.first) == nullptr;
    const bool was_healthy = change.before && healthy_in(change.before->status, entry.first);
    return left || (!was_healthy && healthy_in(after.status, entry.first));
  });
  if (found->second.by_cluster.empty()) assumptions_.erase(found);
}

std::shared_ptr<const api::ResourceBinding> AssigningCache::latest(
    const std::shared_ptr<const api::ResourceBinding>& cached) const {
  const auto found = results_.find(cached->metadata.key());
  const bool newer =
      found != results_.end() &&
      found->second->metadata.resource_version > cached->metadata.resource_version;
  return newer ? found->second : cached;
}

AssumedByCluster AssigningCache::assumed(Timestamp now) const {
  AssumedByCluster by_cluster;
  for (const auto& [key, assumption] : assumptions_) {
    if (now > assumption.expires) continue;
    for (const auto& [cluster, workload] : assumption.by_cluster)
      by_cluster[cluster].push_back(workload);
  }
  return by_cluster;
}

}  // namespace firedrill::policy::karmada
