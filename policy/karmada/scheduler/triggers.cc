#include "policy/karmada/scheduler/triggers.h"

#include <algorithm>

#include "policy/karmada/scheduler/affinity.h"

namespace firedrill::policy::karmada {

bool placement_changed(const api::ResourceBinding& binding) {
  if (!binding.applied_placement) return true;
  const api::Placement& applied = *binding.applied_placement;
  const api::Placement& wanted = *binding.spec.placement;
  if (binding.applied_placement == binding.spec.placement || applied == wanted) return false;
  if (applied.cluster_affinity != wanted.cluster_affinity ||
      applied.cluster_tolerations != wanted.cluster_tolerations ||
      applied.spread_constraints != wanted.spread_constraints ||
      applied.replica_scheduling != wanted.replica_scheduling) {
    return true;
  }
  const std::string_view observed = binding.status.scheduler_observed_affinity_name;
  if (observed.empty()) return true;
  const api::AffinityTerm* before = applied.find_affinity_term(observed);
  const api::AffinityTerm* after = wanted.find_affinity_term(observed);
  return before == nullptr || after == nullptr || *before != *after;
}

bool replicas_changed(const api::BindingSpec& spec) {
  const api::Placement& placement = *spec.placement;
  if (!placement.replica_scheduling) return false;
  // Sums say nothing about components: without targets they are due, with targets they are not.
  if (!spec.components.empty() && spec.clusters.empty()) return true;
  if (placement.scheduling_type() == api::scheduling_duplicated) {
    return std::ranges::any_of(spec.clusters, [&spec](const api::TargetCluster& target) {
      return target.replicas != spec.replicas;
    });
  }
  if (placement.scheduling_type() != api::scheduling_divided) return false;
  api::Replicas total = 0;
  for (const api::TargetCluster& target : spec.clusters)
    total += target.replicas;
  return total != spec.replicas;
}

bool reschedule_required(const api::BindingSpec& spec, const api::BindingStatus& status) {
  return spec.reschedule_triggered_at && status.last_scheduled_time &&
         *spec.reschedule_triggered_at > *status.last_scheduled_time;
}

PassAction pass_action(const api::ResourceBinding& binding,
                       const std::function<bool(std::string_view cluster)>& target_deleting) {
  if (binding.metadata.deleting()) return PassAction::drop;
  if (!binding.spec.placement) return PassAction::fail;
  const api::BindingSpec& spec = binding.spec;
  if (placement_changed(binding) || replicas_changed(spec) ||
      reschedule_required(spec, binding.status)) {
    return PassAction::schedule;
  }
  if (!spec.is_workload() || spec.placement->scheduling_type() == api::scheduling_duplicated) {
    return PassAction::schedule;
  }
  if (std::ranges::any_of(spec.clusters, [&target_deleting](const api::TargetCluster& target) {
        return target_deleting(target.name);
      })) {
    return PassAction::schedule;
  }
  return binding.metadata.generation == binding.status.scheduler_observed_generation
             ? PassAction::nothing
             : PassAction::acknowledge;
}

bool affected_by_cluster(const api::ResourceBinding& binding, const api::Cluster& cluster) {
  if (!binding.spec.placement) return false;
  const api::Placement& placement = *binding.spec.placement;
  if (placement.cluster_affinities.empty()) {
    return !placement.cluster_affinity || matches(cluster, *placement.cluster_affinity);
  }
  if (binding.status.scheduler_observed_generation != binding.metadata.generation) return true;
  const api::AffinityTerm* term =
      placement.find_affinity_term(binding.status.scheduler_observed_affinity_name);
  if (term == nullptr) term = &placement.cluster_affinities.front();
  return matches(cluster, term->affinity);
}

}  // namespace firedrill::policy::karmada
