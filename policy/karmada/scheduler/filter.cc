#include "policy/karmada/scheduler/filter.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "policy/karmada/failover/tolerations.h"

namespace firedrill::policy::karmada {
namespace {

/// Overflow order of a cluster in no affinity of its group; the filter lets none of those through.
constexpr std::int32_t outside_all_affinities = 1000;

bool names_cluster(const std::vector<api::TargetCluster>& targets, std::string_view cluster) {
  return std::ranges::find(targets, cluster, &api::TargetCluster::name) != targets.end();
}

}  // namespace

ClusterFilter::ClusterFilter(const api::BindingSpec& spec,
                             std::string_view affinity_name,
                             const TargetIndex& targets,
                             const PluginSet& plugins,
                             const WorkloadPeers* peers)
    : spec_(spec), targets_(targets), plugins_(plugins), peers_(peers) {
  const api::Placement& placement = *spec.placement;
  if (placement.cluster_affinity) {
    affinities_.emplace_back(*placement.cluster_affinity);
  } else if (const api::AffinityTerm* term = placement.find_affinity_term(affinity_name)) {
    affinities_.emplace_back(term->affinity);
    for (const api::OverflowAffinity& overflow : term->overflow) {
      affinities_.emplace_back(overflow.affinity);
    }
    grouped_ = true;
  }
  evicting_.reserve(spec.graceful_eviction_tasks.size());
  for (const api::GracefulEvictionTask& task : spec.graceful_eviction_tasks) {
    evicting_.push_back(task.from_cluster);
  }
  std::ranges::sort(evicting_);
}

bool ClusterFilter::passes(const api::Cluster& cluster) const {
  if (cluster.metadata.deleting()) return false;
  return std::ranges::none_of(
      filter_plugins, [this, &cluster](Plugin plugin) { return check(plugin, cluster).rejected; });
}

std::optional<Rejection> ClusterFilter::first_rejection(const api::Cluster& cluster) const {
  if (cluster.metadata.deleting()) return std::nullopt;
  for (const Plugin plugin : filter_plugins) {
    const Verdict verdict = check(plugin, cluster);
    if (verdict.rejected) return explain(plugin, verdict);
  }
  return std::nullopt;
}

std::vector<Rejection> ClusterFilter::rejections(const api::Cluster& cluster) const {
  std::vector<Rejection> found;
  if (cluster.metadata.deleting()) return found;
  for (const Plugin plugin : filter_plugins) {
    const Verdict verdict = check(plugin, cluster);
    if (verdict.rejected) found.push_back(explain(plugin, verdict));
  }
  return found;
}

std::string ClusterFilter::reasons(const api::Cluster& cluster) const {
  if (cluster.metadata.deleting()) return "cluster(s) is being deleted";
  std::string reasons;
  for (const Rejection& rejection : rejections(cluster)) {
    if (!reasons.empty()) reasons.append("; ");
    reasons.append(rejection.reason);
  }
  return reasons;
}

std::int32_t ClusterFilter::overflow_order(const api::Cluster& cluster) const {
  if (!grouped_) return 0;
  for (std::size_t i = 0; i < affinities_.size(); ++i) {
    if (affinities_[i].matches(cluster)) return static_cast<std::int32_t>(i);
  }
  return outside_all_affinities;
}

Rejection ClusterFilter::explain(Plugin plugin, const Verdict& verdict) {
  if (verdict.taint != nullptr) return {plugin, untolerated_taint_reason(*verdict.taint)};
  return {plugin, std::string(verdict.reason)};
}

ClusterFilter::Verdict ClusterFilter::check(Plugin plugin, const api::Cluster& cluster) const {
  if (!plugins_.has(plugin)) return {};
  switch (plugin) {
    case Plugin::api_enablement:
      return check_api(cluster);
    case Plugin::cluster_affinity:
      return check_affinity(cluster);
    case Plugin::cluster_eviction:
      return {.rejected =
                  std::ranges::binary_search(evicting_, std::string_view(cluster.metadata.name)),
              .reason = "cluster(s) is in the process of eviction"};
    case Plugin::spread_constraint:
      return check_spread(cluster);
    case Plugin::taint_toleration:
      return check_taints(cluster);
    case Plugin::workload_affinity:
    case Plugin::workload_anti_affinity:
      return check_peers(plugin, cluster);
    case Plugin::cluster_locality:
      break;
  }
  return {};
}

/// A cluster in use keeps its place even if its list of APIs is incomplete at the moment.
ClusterFilter::Verdict ClusterFilter::check_api(const api::Cluster& cluster) const {
  for (const api::ApiEnablement& enablement : cluster.status.api_enablements) {
    if (enablement.group_version != spec_.resource.api_version) continue;
    const auto found =
        std::ranges::find(enablement.resources, spec_.resource.kind, &api::ApiResource::kind);
    if (found != enablement.resources.end()) return {};
  }
  if (targets_.find(cluster.metadata.name) != nullptr) return {};
  return {.rejected = true, .reason = "cluster(s) did not have the API resource"};
}

/// Overflow affinities count for workloads only: nothing else has replicas to overflow.
ClusterFilter::Verdict ClusterFilter::check_affinity(const api::Cluster& cluster) const {
  const std::size_t counting = spec_.is_workload() ? affinities_.size() : 1;
  for (std::size_t i = 0; i < std::min(counting, affinities_.size()); ++i) {
    if (affinities_[i].matches(cluster)) return {};
  }
  if (affinities_.empty()) return {};
  return {.rejected = true,
          .reason = "cluster(s) did not match the placement cluster affinity constraint"};
}

ClusterFilter::Verdict ClusterFilter::check_spread(const api::Cluster& cluster) const {
  for (const api::SpreadConstraint& constraint : spec_.placement->spread_constraints) {
    if (constraint.field == api::spread_by_provider && cluster.spec.provider.empty()) {
      return {.rejected = true, .reason = "cluster(s) did not have provider property"};
    }
    if (constraint.field == api::spread_by_region && cluster.spec.region.empty()) {
      return {.rejected = true, .reason = "cluster(s) did not have region property"};
    }
    if (constraint.field == api::spread_by_zone && cluster.spec.zones.empty()) {
      return {.rejected = true, .reason = "cluster(s) did not have zones property"};
    }
  }
  return {};
}

/// A cluster in use is never dropped for a taint: the taint manager evicts from it.
ClusterFilter::Verdict ClusterFilter::check_taints(const api::Cluster& cluster) const {
  if (cluster.spec.taints.empty()) return {};
  const api::Taint* taint =
      find_untolerated_taint(cluster.spec.taints, spec_.placement->cluster_tolerations);
  if (taint == nullptr || targets_.find(cluster.metadata.name) != nullptr) return {};
  return {.rejected = true, .reason = {}, .taint = taint};
}

ClusterFilter::Verdict ClusterFilter::check_peers(Plugin plugin,
                                                  const api::Cluster& cluster) const {
  if (peers_ == nullptr) return {};
  const std::string_view name = cluster.metadata.name;
  const bool together = plugin == Plugin::workload_affinity;
  const auto& peers = together ? peers_->affinity : peers_->anti_affinity;
  const bool rejected =
      std::ranges::any_of(peers, [name, together](const std::vector<api::TargetCluster>* targets) {
        return names_cluster(*targets, name) != together;
      });
  if (!rejected || targets_.find(name) != nullptr) return {};
  return {.rejected = true,
          .reason =
              together ? "ResourceBinding with the same affinity group does not target this cluster"
                       : "cluster already has workload with the same anti-affinity group"};
}

std::string fit_error_text(std::span<const std::shared_ptr<const api::Cluster>> clusters,
                           const ClusterFilter& filter) {
  std::map<std::string, std::size_t> reasons;
  for (const auto& cluster : clusters) {
    if (const std::optional<Rejection> rejection = filter.first_rejection(*cluster)) {
      ++reasons[rejection->reason];
    }
  }
  std::vector<std::string> parts;
  parts.reserve(reasons.size());
  for (const auto& [reason, count] : reasons)
    parts.push_back(fmt::format("{} {}", count, reason));
  if (parts.empty()) parts.emplace_back("no cluster exists");
  std::ranges::sort(parts);
  return fmt::format("0/{} clusters are available: {}.", clusters.size(), fmt::join(parts, ", "));
}

}  // namespace firedrill::policy::karmada
