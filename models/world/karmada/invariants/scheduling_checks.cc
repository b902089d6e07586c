#include "models/world/karmada/invariants/scheduling_checks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analysis/timeline/values.h"

namespace firedrill::models::karmada {
namespace {

using timeline::Invariant;

/// Spread constraints have no force where replicas are divided by fixed weights
/// (spec/karmada-scheduler.md 5).
bool spread_in_force(const api::Placement& placement) {
  if (placement.spread_constraints.empty()) return false;
  if (!placement.replica_scheduling) return true;
  const api::ReplicaScheduling& how = *placement.replica_scheduling;
  if (how.type != api::scheduling_divided || how.preference != api::division_weighted) return true;
  if (!how.weight_preference) return false;
  return how.weight_preference->static_weights.empty() ||
         !how.weight_preference->dynamic_weight.empty();
}

/// The last one counts where a field is repeated.
const api::SpreadConstraint* constraint_by(const api::Placement& placement,
                                           std::string_view field) {
  const auto& constraints = placement.spread_constraints;
  const auto found = std::ranges::find(constraints.rbegin(), constraints.rend(), field,
                                       &api::SpreadConstraint::field);
  return found == constraints.rend() ? nullptr : &*found;
}

std::int64_t selected_of(const policy::Decision& decision) {
  return std::ranges::count_if(decision.clusters, &policy::ConsideredCluster::selected);
}

}  // namespace

SchedulingChecks::SchedulingChecks(const ApiServer& server, Violations& violations)
    : server_(server), violations_(violations) {}

void SchedulingChecks::decided(const api::ResourceBinding& binding,
                               std::shared_ptr<const policy::Decision> decision) {
  check_rejected(binding, *decision);
  check_spread(binding, *decision);
  pending_ = {binding.metadata.key(), std::move(decision)};
}

void SchedulingChecks::changed(const Change<api::ResourceBinding>& change) {
  if (!pending_.decision || !change.before || !change.after) return;
  const api::ResourceBinding& after = *change.after;
  if (change.before->spec.clusters == after.spec.clusters) return;
  if (server_.writer() != "scheduler" || after.metadata.key() != pending_.binding) return;
  const auto decision = std::exchange(pending_, {}).decision;
  for (const policy::ConsideredCluster& cluster : decision->clusters) {
    if (cluster.rejected.empty() || after.spec.find_target(cluster.cluster) == nullptr) continue;
    report(Invariant::no_rejected_cluster_assigned, after, cluster.cluster,
           "assigned although the filter rejected it: " + cluster.rejected);
  }
}

void SchedulingChecks::check_rejected(const api::ResourceBinding& binding,
                                      const policy::Decision& decision) {
  for (const policy::ConsideredCluster& cluster : decision.clusters) {
    if (cluster.rejected.empty() || (!cluster.selected && cluster.assigned == 0)) continue;
    report(Invariant::no_rejected_cluster_assigned, binding, cluster.cluster,
           "selected although the filter rejected it: " + cluster.rejected);
  }
}

void SchedulingChecks::check_spread(const api::ResourceBinding& binding,
                                    const policy::Decision& decision) {
  if (!binding.spec.placement || !spread_in_force(*binding.spec.placement)) return;
  const std::int64_t selected = selected_of(decision);
  if (selected == 0) return;
  const api::SpreadConstraint* by_cluster =
      constraint_by(*binding.spec.placement, api::spread_by_cluster);
  std::int64_t clusters_max = by_cluster != nullptr ? by_cluster->max_groups : selected;
  if (const api::SpreadConstraint* by_region =
          constraint_by(*binding.spec.placement, api::spread_by_region)) {
    const auto regions = static_cast<std::int64_t>(regions_of(decision).size());
    if (regions > by_region->max_groups) {
      report(Invariant::spread_max_groups_kept, binding, {},
             fmt::format("{} regions selected of at most {}", regions, by_region->max_groups));
    }
    // One cluster of each region comes first, whatever the clusters' own cap says.
    clusters_max = std::max(clusters_max, regions);
  }
  if (selected <= clusters_max) return;
  report(Invariant::spread_max_groups_kept, binding, {},
         fmt::format("{} clusters selected of at most {}", selected, clusters_max));
}

SchedulingChecks::Names SchedulingChecks::regions_of(const policy::Decision& decision) const {
  Names regions;
  for (const policy::ConsideredCluster& cluster : decision.clusters) {
    if (!cluster.selected) continue;
    const auto found = server_.clusters.find({{}, cluster.cluster});
    if (found) regions.insert(found->spec.region);
  }
  return regions;
}

void SchedulingChecks::report(Invariant invariant,
                              const api::ResourceBinding& binding,
                              std::string_view cluster,
                              std::string message) {
  violations_.report(invariant, std::move(message),
                     {.cluster = std::string(cluster),
                      .workload = timeline::workload_name(binding.spec.resource)});
}

}  // namespace firedrill::models::karmada
