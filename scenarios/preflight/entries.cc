#include "scenarios/preflight/entries.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "policy/karmada/scheduler/candidate.h"
#include "policy/karmada/scheduler/filter.h"
#include "policy/karmada/scheduler/selection.h"

namespace firedrill::scenarios::preflight {
namespace {

namespace karmada = policy::karmada;

/// Room for any workload: what is asked is whether the constraints can be met at all.
constexpr api::Replicas plenty = 1'000'000'000;

/// The entry's binding before it was ever scheduled.
api::BindingSpec fresh_binding(const Entry& entry) {
  const models::WorkloadSpec& workload = *entry.spec;
  api::BindingSpec spec;
  spec.resource = {workload.api_version, workload.kind, workload.space, workload.name, {}};
  spec.replicas = workload.replicas;
  spec.components = workload.components;
  spec.placement = std::make_shared<const api::Placement>(entry.spec->placement);
  return spec;
}

class Filtering {
 public:
  Filtering(const Clusters& clusters, karmada::PluginSet plugins)
      : clusters_(clusters), plugins_(plugins), any_api_(plugins) {
    any_api_.set(karmada::Plugin::api_enablement, false);
  }

  [[nodiscard]] ClusterSet candidates(const api::BindingSpec& binding,
                                      std::string_view affinity) const {
    const karmada::TargetIndex none(binding.clusters);
    const karmada::ClusterFilter filter(binding, affinity, none, plugins_);
    const karmada::ClusterFilter any_api(binding, affinity, none, any_api_);
    ClusterSet set;
    for (const std::size_t number : clusters_.all()) {
      const auto passes = [&](const api::Cluster& look) {
        const bool offers_all = look.status.api_enablements.empty();
        return (offers_all ? any_api : filter).passes(look);
      };
      if (std::ranges::any_of(clusters_.looks(number), passes)) set.push_back(number);
    }
    return set;
  }

 private:
  const Clusters& clusters_;
  karmada::PluginSet plugins_;
  karmada::PluginSet any_api_;
};

ClusterSet united(const std::vector<ClusterSet>& groups) {
  ClusterSet all;
  for (const ClusterSet& group : groups)
    all.insert(all.end(), group.begin(), group.end());
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

std::string policy_pointer(const Scenario& scenario, const models::WorkloadInstance& workload) {
  if (!workload.pointer.starts_with("/objects/")) return workload.pointer;
  const auto& pointers = scenario.spec_pointers;
  const auto own =
      pointers.find(fmt::format("PropagationPolicy/{}/{}", workload.spec->space, workload.policy));
  if (own != pointers.end()) return own->second;
  const auto wide = pointers.find(fmt::format("PropagationPolicy//{}", workload.policy));
  return wide == pointers.end() ? std::string(workload.pointer) : wide->second;
}

std::vector<Entry> entries_of(const Scenario& scenario,
                              const karmada::Options& options,
                              const Clusters& clusters) {
  const models::WorldSpec& world = scenario.world;
  std::vector<Entry> entries;
  std::unordered_map<const models::WorkloadSpec*, std::size_t> known;  // For look-up only.
  for (std::size_t i = 0; i < world.workloads.size(); ++i) {
    const models::WorkloadInstance& workload = world.workloads[i];
    const auto [place, fresh] = known.emplace(workload.spec.get(), entries.size());
    if (fresh) {
      entries.push_back({workload.spec.get(), {}, policy_pointer(scenario, workload), {}, {}});
    }
    entries[place->second].workloads.push_back(static_cast<std::uint32_t>(i));
  }
  // Affinity between workloads depends on where the others are.
  constexpr bool workload_affinity = false;
  const Filtering filtering(clusters,
                            karmada::enabled_plugins(options.scheduler.plugins, workload_affinity));
  for (Entry& entry : entries) {
    const api::BindingSpec binding = fresh_binding(entry);
    for (const api::AffinityTerm& term : entry.spec->placement.cluster_affinities)
      entry.groups.push_back(filtering.candidates(binding, term.name));
    if (entry.groups.empty()) entry.groups.push_back(filtering.candidates(binding, ""));
    entry.candidates = united(entry.groups);
  }
  return entries;
}

std::optional<std::string> spread_problem(const Entry& entry,
                                          const Clusters& clusters,
                                          const ClusterSet& lost) {
  std::optional<std::string> problem;
  for (const ClusterSet& group : entry.groups) {
    const ClusterSet left = without(group, lost);
    if (left.empty()) continue;
    std::vector<karmada::Candidate> candidates;
    for (const std::size_t number : left) {
      candidates.push_back(
          {.cluster = &clusters.looks(number).front(), .allocatable = plenty, .available = plenty});
    }
    karmada::sort_candidates(candidates);
    const auto selected = karmada::select_clusters(std::move(candidates), entry.spec->placement,
                                                   entry.spec->replicas);
    if (selected) return std::nullopt;
    if (!problem) problem = selected.problem();
  }
  return problem;
}

}  // namespace firedrill::scenarios::preflight
