#include "policy/clusternet/scheduler/decision.h"

#include <algorithm>
#include <cstddef>

#include "policy/api/tolerations.h"
#include "policy/clusternet/scheduler/admission.h"
#include "policy/clusternet/scheduler/taints.h"

namespace firedrill::policy::clusternet {
namespace {

std::string rejection(const SubscriptionSpec& spec, const ManagedCluster& cluster) {
  if (cluster.metadata.deleting()) return "cluster is being deleted";
  if (!subscribes(spec, cluster.metadata.labels)) return "no subscriber matches its labels";
  const api::Taint* taint =
      api::find_untolerated_taint(cluster.spec.taints, spec.cluster_tolerations);
  return taint == nullptr ? "" : untolerated_taint_reason(*taint);
}

}  // namespace

Decision explain(const Subscription& subscription,
                 const Clusters& clusters,
                 const std::optional<TargetClusters>& bound) {
  Decision decision;
  for (const auto& [identity, cluster] : clusters) {
    ConsideredCluster& considered = decision.clusters.emplace_back();
    considered.cluster = cluster->metadata.name;
    considered.rejected = rejection(subscription.spec, *cluster);
    if (!bound) continue;
    for (std::size_t i = 0; i < bound->binding_clusters.size(); ++i) {
      if (bound->binding_clusters[i] != identity) continue;
      considered.selected = considered.chosen = true;
      for (const auto& [feed, replicas] : bound->replicas) {
        if (i < replicas.size()) considered.assigned += replicas[i];
      }
    }
  }
  std::ranges::sort(decision.clusters, {}, &ConsideredCluster::cluster);
  return decision;
}

}  // namespace firedrill::policy::clusternet
