#include "models/world/karmada/invariants/work_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "analysis/timeline/values.h"
#include "policy/karmada/propagation/binding_name.h"

namespace firedrill::models::karmada {
namespace {

using timeline::Invariant;

/// Works are found by a permanent id. Who wears one on a label may share it with others, and each
/// other's Works; nobody can say then to whom a Work belongs.
bool has_own_id(const api::ObjectMeta& metadata) {
  return metadata.labels.find(policy::karmada::permanent_id_label) == metadata.labels.end();
}

bool is_target(const api::ResourceBinding& binding, std::string_view cluster) {
  if (binding.metadata.deleting()) return false;
  if (binding.spec.find_target(cluster) != nullptr) return true;
  return std::ranges::any_of(binding.spec.required_by, [&](const api::BindingSnapshot& snapshot) {
    return std::ranges::find(snapshot.clusters, cluster, &api::TargetCluster::name) !=
           snapshot.clusters.end();
  });
}

bool is_kept(const api::ResourceBinding& binding, std::string_view cluster) {
  if (is_target(binding, cluster)) return true;
  if (binding.metadata.deleting()) return false;
  const api::GracefulEvictionTask* task = binding.spec.find_eviction_task(cluster);
  return task != nullptr && task->purge_mode != api::purge_directly;
}

std::set<std::string_view> targets_of(const api::ResourceBinding& binding) {
  std::set<std::string_view> names;
  if (binding.metadata.deleting()) return names;
  for (const api::TargetCluster& target : binding.spec.clusters)
    names.insert(target.name);
  for (const api::BindingSnapshot& snapshot : binding.spec.required_by) {
    for (const api::TargetCluster& target : snapshot.clusters)
      names.insert(target.name);
  }
  return names;
}

/// Whether the labels may be injected into the copy in that cluster.
bool grants_state(const api::ResourceBinding& binding,
                  std::string_view cluster,
                  const api::Labels& labels) {
  const std::set<std::string_view> targets = targets_of(binding);
  if (targets.size() != 1 || *targets.begin() != cluster) return false;
  if (binding.spec.graceful_eviction_tasks.empty()) return false;
  const api::GracefulEvictionTask& last = binding.spec.graceful_eviction_tasks.back();
  const auto& before = last.clusters_before_failover;
  return last.purge_mode == api::purge_directly && last.preserved_label_state == labels &&
         std::ranges::find(before, cluster) == before.end();
}

bool same_places(const api::ResourceBinding& a, const api::ResourceBinding& b) {
  return a.metadata.deleting() == b.metadata.deleting() && a.spec.clusters == b.spec.clusters &&
         a.spec.graceful_eviction_tasks == b.spec.graceful_eviction_tasks &&
         a.spec.required_by == b.spec.required_by;
}

}  // namespace

WorkChecks::WorkChecks(const ApiServer& server, bool inject_state, Violations& violations)
    : server_(server), inject_state_(inject_state), violations_(violations) {}

void WorkChecks::changed(const Change<Binding>& change) {
  const Binding& binding = change.any();
  if (!has_own_id(binding.metadata)) return;
  if (change.before && change.after) {
    if (change.before->metadata.generation == binding.metadata.generation) return;
    if (same_places(*change.before, binding)) return;
  }
  const api::Key key = binding.metadata.key();
  if (!change.after) {
    entries_.erase(key);
    return;
  }
  entries_[key].versions.push_back(change.after);
}

void WorkChecks::changed(const Change<api::Work>& change) {
  const api::Work& work = change.any();
  const bool created = !change.before;
  const bool deletes = change.before && !change.before->metadata.deleting() &&
                       (!change.after || change.after->metadata.deleting());
  const bool gone = !change.after;
  const bool labelled = change.after && !work.spec.manifest.injected_labels.empty() &&
                        (created || change.before->spec.manifest.injected_labels !=
                                        work.spec.manifest.injected_labels);
  if (!created && !deletes && !gone && !labelled) return;
  if (work.spec.manifest.replicas.value_or(0) < 0) {
    report(Invariant::replicas_not_negative, work.spec.manifest.resource, work.cluster,
           fmt::format("{} replicas in a Work", *work.spec.manifest.replicas));
  }
  if (!has_own_id(work.metadata)) return;
  const auto found = entries_.find(work.binding);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  Copy& copy = entry.copies[work.cluster];
  if (created || gone)
    copy.since = change.after ? work.metadata.resource_version : server_.version();
  copy.there = !gone;
  copy.deleting = change.after && work.metadata.deleting();
  if (server_.works.basis() == nullptr) return;
  if (created) check_creation(work, entry);
  if (deletes) check_deletion(work, entry);
  if (labelled) check_labels(work, entry);
}

void WorkChecks::check_creation(const api::Work& work, const Entry& entry) {
  if (std::ranges::any_of(entry.versions,
                          [&](const Version& v) { return is_target(*v, work.cluster); }))
    return;
  report(Invariant::work_only_where_assigned, work.spec.manifest.resource, work.cluster,
         fmt::format("{} created a Work where nobody assigned it", server_.writer()));
}

void WorkChecks::check_deletion(const api::Work& work, const Entry& entry) {
  if (leaving(work.cluster)) return;
  if (!std::ranges::all_of(entry.versions,
                           [&](const Version& v) { return is_kept(*v, work.cluster); }))
    return;
  report(
      Invariant::work_only_where_assigned, work.spec.manifest.resource, work.cluster,
      fmt::format("{} deleted a Work that a target or an eviction task keeps", server_.writer()));
}

void WorkChecks::check_labels(const api::Work& work, const Entry& entry) {
  const api::Labels& labels = work.spec.manifest.injected_labels;
  if (inject_state_ && std::ranges::any_of(entry.versions, [&](const Version& v) {
        return grants_state(*v, work.cluster, labels);
      }))
    return;
  report(Invariant::state_injected_only_directly, work.spec.manifest.resource, work.cluster,
         inject_state_ ? "labels were injected that no single Directly purged migration preserved"
                       : "labels were injected with the gate StatefulFailoverInjection off");
}

void WorkChecks::synced(const api::Key& binding, std::int64_t generation) {
  const auto found = entries_.find(binding);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  // A pass may outlive its binding; a new one of that name is none of its business.
  if (entry.versions.front()->metadata.generation > generation) return;
  auto version = entry.versions.begin();
  while (std::next(version) != entry.versions.end() &&
         (*std::next(version))->metadata.generation <= generation)
    ++version;
  entry.versions.erase(entry.versions.begin(), version);
  const Binding& about = *entry.versions.front();
  // Caches may not have shown the pass what happened to Works after that version was stored.
  const std::int64_t stored = about.metadata.resource_version;
  for (const std::string_view target : targets_of(about)) {
    const auto copy = entry.copies.find(target);
    const bool missing =
        copy == entry.copies.end() || (!copy->second.there && copy->second.since < stored);
    if (!missing || leaving(target)) continue;
    report(Invariant::works_match_assignment, about.spec.resource, target,
           fmt::format("generation {} was synced without a Work for its target", generation));
  }
  for (auto copy = entry.copies.begin(); copy != entry.copies.end();) {
    const auto& [cluster, state] = *copy;
    const bool old = state.since < stored;
    if (state.there && !state.deleting && old && !is_kept(about, cluster) && !leaving(cluster)) {
      report(Invariant::works_match_assignment, about.spec.resource, cluster,
             fmt::format("generation {} was synced with a Work left where it doesn't belong",
                         generation));
    }
    copy = !state.there && old ? entry.copies.erase(copy) : std::next(copy);
  }
}

bool WorkChecks::leaving(std::string_view cluster) const {
  const auto found = server_.clusters.find({{}, std::string(cluster)});
  return !found || found->metadata.deleting();
}

void WorkChecks::report(Invariant invariant,
                        const api::ResourceReference& resource,
                        std::string_view cluster,
                        std::string message) {
  violations_.report(
      invariant, std::move(message),
      {.cluster = std::string(cluster), .workload = timeline::workload_name(resource)});
}

}  // namespace firedrill::models::karmada
