#include "policy/karmada/propagation/works.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "policy/karmada/failover/state_preservation.h"
#include "policy/karmada/propagation/binding_name.h"
#include "policy/karmada/scheduler/division.h"

namespace firedrill::policy::karmada {
namespace {

using api::BindingSpec;
using api::TargetCluster;
using WorkPointer = std::shared_ptr<const api::Work>;

std::vector<TargetCluster> merged_targets(const BindingSpec& spec) {
  std::vector<TargetCluster> targets = spec.clusters;
  for (const api::BindingSnapshot& snapshot : spec.required_by) {
    for (const TargetCluster& target : snapshot.clusters) {
      const auto listed = std::ranges::find(targets, target.name, &TargetCluster::name);
      if (listed == targets.end()) targets.push_back(target);
    }
  }
  return targets;
}

bool dispatching_suspended(const std::optional<api::Suspension>& suspension,
                           std::string_view cluster) {
  if (!suspension) return false;
  if (suspension->dispatching.value_or(false)) return true;
  if (!suspension->dispatching_on_clusters) return false;
  const auto& names = suspension->dispatching_on_clusters->cluster_names;
  return std::ranges::find(names, cluster) != names.end();
}

bool divides_completions(const BindingSpec& spec) {
  return spec.resource.kind == "Job" && spec.replicas > 0 && spec.placement &&
         spec.placement->scheduling_type() == api::scheduling_divided;
}

/// The completions of each target, by the weights of its replicas.
void divide_completions(const BindingSpec& spec,
                        const std::vector<TargetCluster>& targets,
                        api::Replicas completions,
                        DivisionMethod division,
                        std::vector<CopyTarget>& copies) {
  std::vector<Party> parties;
  std::ranges::transform(targets, std::back_inserter(parties), [](const TargetCluster& target) {
    return Party{.name = target.name, .weight = target.replicas, .seats = 0};
  });
  if (total_weight(parties) == 0) return;
  const auto divided =
      division == DivisionMethod::rounded_down
          ? apportion_rounded_down(completions, std::move(parties))
          : apportion(completions, std::move(parties), tie_break(spec.resource.uid));
  for (CopyTarget& copy : copies) {
    const auto party = std::ranges::find(divided, copy.cluster, &Party::name);
    copy.completions = party->seats;
  }
}

}  // namespace

ClusterNames existing_clusters(const BindingSpec& spec) {
  ClusterNames names;
  for (const TargetCluster& target : merged_targets(spec))
    names.push_back(target.name);
  for (const api::GracefulEvictionTask& task : spec.graceful_eviction_tasks) {
    if (task.purge_mode != api::purge_directly) names.emplace_back(task.from_cluster);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<WorkPointer> orphan_works(const BindingSpec& spec, std::span<const WorkPointer> works) {
  const ClusterNames wanted = existing_clusters(spec);
  std::vector<WorkPointer> orphans;
  std::ranges::copy_if(works, std::back_inserter(orphans), [&wanted](const WorkPointer& work) {
    return !std::ranges::binary_search(wanted, work->cluster);
  });
  return orphans;
}

bool waits_for_direct_purge(const BindingSpec& spec, std::span<const WorkPointer> works) {
  return std::ranges::any_of(works, [&spec](const WorkPointer& work) {
    return std::ranges::any_of(
        spec.graceful_eviction_tasks, [&work](const api::GracefulEvictionTask& task) {
          return task.purge_mode == api::purge_directly && task.from_cluster == work->cluster;
        });
  });
}

std::vector<CopyTarget> copy_targets(const BindingSpec& spec,
                                     std::optional<api::Replicas> completions,
                                     bool inject_state,
                                     DivisionMethod division) {
  const std::vector<TargetCluster> targets = merged_targets(spec);
  std::vector<CopyTarget> copies;
  for (const TargetCluster& target : targets) {
    CopyTarget copy{.cluster = target.name,
                    .replicas = {},
                    .completions = {},
                    .suspend_dispatching = dispatching_suspended(spec.suspension, target.name),
                    .injected_labels = {}};
    if (spec.has_replicas()) copy.replicas = target.replicas;
    const api::Labels* state =
        inject_state ? find_injected_state(spec, target.name, targets.size()) : nullptr;
    if (state != nullptr) copy.injected_labels = *state;
    copies.push_back(std::move(copy));
  }
  if (completions && divides_completions(spec)) {
    divide_completions(spec, targets, *completions, division, copies);
  }
  return copies;
}

api::Work desired_work(const api::ResourceBinding& binding,
                       const api::ResourceTemplate& resource,
                       const CopyTarget& target,
                       bool revise_replicas) {
  const BindingSpec& spec = binding.spec;
  api::Work work;
  work.metadata.space = api::execution_space(target.cluster);
  work.metadata.name = api::work_name(spec.resource);
  work.metadata.finalizers = {"karmada.io/execution-controller"};
  if (const auto id = binding.metadata.labels.find(permanent_id_label);
      id != binding.metadata.labels.end()) {
    work.metadata.labels.insert(*id);
  }
  work.cluster = target.cluster;
  work.binding = binding.metadata.key();
  work.spec.manifest.resource = spec.resource;
  work.spec.manifest.template_generation = resource.metadata.generation;
  work.spec.manifest.replicas =
      revise_replicas && target.replicas ? target.replicas : resource.replicas;
  work.spec.manifest.completions = target.completions;
  work.spec.manifest.spec = resource.spec;
  work.spec.manifest.injected_labels = target.injected_labels;
  work.spec.suspend_dispatching = target.suspend_dispatching;
  work.spec.preserve_resources_on_deletion = spec.preserve_resources_on_deletion;
  work.spec.conflict_resolution = spec.conflict_resolution;
  return work;
}

}  // namespace firedrill::policy::karmada
