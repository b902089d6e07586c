#include "policy/karmada/scheduler/affected_bindings.h"

#include <algorithm>

#include "policy/karmada/scheduler/triggers.h"

namespace firedrill::policy::karmada {

void AffectedBindings::observed(const Change<api::ResourceBinding>& change,
                                bool handled_before,
                                bool handled) {
  stale_ = stale_ || !change.before || !change.after || handled_before != handled ||
           change.before->spec.placement != change.after->spec.placement;
}

void AffectedBindings::begin(std::size_t bindings) {
  stale_ = false;
  groups_.assign(1, {});
  group_by_placement_.clear();
  group_of_.clear();
  group_of_.reserve(bindings);
}

std::uint32_t AffectedBindings::group_of(const api::ResourceBinding& binding) {
  const auto& placement = binding.spec.placement;
  if (!placement) return of_nobody;
  const auto [found, fresh] =
      group_by_placement_.try_emplace(placement.get(), static_cast<std::uint32_t>(groups_.size()));
  if (!fresh) return found->second;
  Group& group = groups_.emplace_back();
  group.placement = placement;
  group.by_binding = !placement->cluster_affinities.empty();
  if (placement->cluster_affinity) group.affinity.emplace(*placement->cluster_affinity);
  return found->second;
}

std::span<const std::uint32_t> AffectedBindings::find(std::span<const Snapshot> bindings,
                                                      const api::Cluster& cluster,
                                                      std::optional<std::uint64_t> settled) {
  found_.clear();
  bool any = false;
  for (std::size_t i = 1; i < groups_.size(); ++i) {
    Group& group = groups_[i];
    group.concerned = group.by_binding || !group.affinity || group.affinity->matches(cluster);
    if (!group.concerned || group.by_binding) {
      any = any || group.concerned;
      continue;
    }
    if (settled && group.waiting == settled) group.concerned = false;
    if (group.concerned) group.waiting = settled;
    any = any || group.concerned;
  }
  if (!any) return found_;
  for (std::size_t i = 0; i < group_of_.size(); ++i) {
    const Group& group = groups_[group_of_[i]];
    if (!group.concerned) continue;
    if (group.by_binding && !affected_by_cluster(*bindings[i], cluster)) continue;
    found_.push_back(static_cast<std::uint32_t>(i));
  }
  return found_;
}

}  // namespace firedrill::policy::karmada
