#include "models/world/karmada/store_observer.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "models/world/decision_summary.h"

namespace firedrill::models::karmada {
namespace {

bool has_taint(const api::Cluster& cluster, const api::Taint& taint) {
  return std::ranges::any_of(cluster.spec.taints,
                             [&](const api::Taint& other) { return other.same_identity(taint); });
}

const api::Condition* scheduled_condition(const api::ResourceBinding& binding) {
  return api::find_condition(binding.status.conditions, api::condition_scheduled);
}

}  // namespace

StoreObserver::StoreObserver(ApiServer& server, timeline::Recorder& recorder, bool full_detail)
    : server_(server), recorder_(recorder), full_detail_(full_detail) {
  server_.clusters.add_watcher(*this);
  server_.bindings.add_watcher(*this);
  server_.works.add_watcher(*this);
}

StoreObserver::~StoreObserver() {
  server_.clusters.remove_watcher(*this);
  server_.bindings.remove_watcher(*this);
  server_.works.remove_watcher(*this);
}

void StoreObserver::announce_task_end(const api::Key& binding,
                                      std::string_view cluster,
                                      std::string_view reason) {
  task_ends_.insert_or_assign({binding, std::string(cluster)}, std::string(reason));
}

void StoreObserver::announce_decision(const api::Key& binding,
                                      std::shared_ptr<const policy::Decision> decision) {
  decisions_.insert_or_assign(binding, std::move(decision));
}

std::optional<timeline::Decision> StoreObserver::take_decision(const api::Key& binding) {
  const auto node = decisions_.extract(binding);
  if (node.empty()) return std::nullopt;
  return summarize(*node.mapped(), full_detail_);
}

void StoreObserver::changed(const Change<api::Cluster>& change) {
  if (!change.after) {
    recorder_.record(timeline::ClusterRemoved{.cluster = change.before->metadata.name});
    return;
  }
  const api::Cluster& after = *change.after;
  if (!change.before) {
    recorder_.record(timeline::ClusterJoined{.cluster = after.metadata.name,
                                             .sync_mode = after.spec.sync_mode,
                                             .provider = after.spec.provider,
                                             .region = after.spec.region,
                                             .zones = after.spec.zones});
  }
  static const api::Cluster nothing;
  const api::Cluster& before = change.before ? *change.before : nothing;
  compare_conditions(before, after);
  compare_taints(before, after);
  if (after.status.resource_summary &&
      before.status.resource_summary != after.status.resource_summary) {
    recorder_.record(timeline::ResourceSummaryChanged{
        .cluster = after.metadata.name, .resource_summary = *after.status.resource_summary});
  }
}

void StoreObserver::compare_conditions(const api::Cluster& before, const api::Cluster& after) {
  for (const api::Condition& condition : after.status.conditions) {
    const api::Condition* old = api::find_condition(before.status.conditions, condition.type);
    if (old != nullptr && old->status == condition.status && old->reason == condition.reason)
      continue;
    recorder_.record(timeline::ClusterConditionChanged{.cluster = after.metadata.name,
                                                       .condition = condition.type,
                                                       .status = condition.status,
                                                       .reason = condition.reason});
  }
}

void StoreObserver::compare_taints(const api::Cluster& before, const api::Cluster& after) {
  for (const api::Taint& taint : before.spec.taints) {
    if (!has_taint(after, taint))
      recorder_.record(timeline::TaintRemoved{after.metadata.name, taint});
  }
  for (const api::Taint& taint : after.spec.taints) {
    if (!has_taint(before, taint))
      recorder_.record(timeline::TaintAdded{after.metadata.name, taint});
  }
}

void StoreObserver::changed(const Change<api::ResourceBinding>& change) {
  static const api::ResourceBinding nothing;
  if (!change.after) {
    decisions_.erase(change.before->metadata.key());
    return;
  }
  const api::ResourceBinding& before = change.before ? *change.before : nothing;
  compare_tasks(before, *change.after);
  compare_assignment(before, *change.after);
  compare_scheduling(before, *change.after);
  compare_health(before, *change.after);
}

void StoreObserver::compare_tasks(const api::ResourceBinding& before,
                                  const api::ResourceBinding& after) {
  if (before.spec.graceful_eviction_tasks == after.spec.graceful_eviction_tasks) return;
  const std::string workload = timeline::workload_name(after.spec.resource);
  for (const api::GracefulEvictionTask& task : before.spec.graceful_eviction_tasks) {
    if (after.spec.find_eviction_task(task.from_cluster) != nullptr) continue;
    const auto node = task_ends_.extract({after.metadata.key(), task.from_cluster});
    recorder_.record(timeline::GracefulEvictionTaskRemoved{
        .workload = workload,
        .cluster = task.from_cluster,
        .clusters = timeline::replicas_by_cluster(after.spec.clusters),
        .reason = node.empty() ? "Gone" : node.mapped()});
  }
  for (const api::GracefulEvictionTask& task : after.spec.graceful_eviction_tasks) {
    if (before.spec.find_eviction_task(task.from_cluster) != nullptr) continue;
    recorder_.record(timeline::GracefulEvictionTaskAdded{
        .workload = workload,
        .cluster = task.from_cluster,
        .task = timeline::eviction_task(task),
        .clusters = timeline::replicas_by_cluster(after.spec.clusters)});
    if (task.preserved_label_state.empty()) continue;
    recorder_.record(
        timeline::StatePreserved{workload, task.from_cluster, task.preserved_label_state});
  }
}

void StoreObserver::compare_assignment(const api::ResourceBinding& before,
                                       const api::ResourceBinding& after) {
  if (before.spec.clusters == after.spec.clusters) return;
  // What an evictor takes away shows in its task.
  const bool evicted =
      after.spec.graceful_eviction_tasks.size() > before.spec.graceful_eviction_tasks.size() &&
      after.spec.clusters.size() < before.spec.clusters.size();
  auto clusters = timeline::replicas_by_cluster(after.spec.clusters);
  if (evicted || clusters == timeline::replicas_by_cluster(before.spec.clusters)) return;
  recorder_.record(
      timeline::BindingScheduled{.workload = timeline::workload_name(after.spec.resource),
                                 .clusters = std::move(clusters),
                                 .by = std::string(server_.writer()),
                                 .decision = take_decision(after.metadata.key())});
}

void StoreObserver::compare_scheduling(const api::ResourceBinding& before,
                                       const api::ResourceBinding& after) {
  const std::string& affinity = after.status.scheduler_observed_affinity_name;
  if (before.status.scheduler_observed_affinity_name != affinity) {
    recorder_.record(
        timeline::AffinityGroupChanged{timeline::workload_name(after.spec.resource), affinity});
  }
  const api::Condition* now = scheduled_condition(after);
  if (now == nullptr || now->status != api::status_false) return;
  const api::Condition* old = scheduled_condition(before);
  if (old != nullptr && old->status == now->status && old->reason == now->reason) return;
  recorder_.record(
      timeline::SchedulingFailed{.workload = timeline::workload_name(after.spec.resource),
                                 .reason = now->reason,
                                 .message = now->message,
                                 .decision = take_decision(after.metadata.key())});
}

void StoreObserver::compare_health(const api::ResourceBinding& before,
                                   const api::ResourceBinding& after) {
  if (before.status.aggregated_status == after.status.aggregated_status) return;
  const std::string workload = timeline::workload_name(after.spec.resource);
  for (const api::AggregatedStatusItem& item : before.status.aggregated_status) {
    if (after.status.find_item(item.cluster_name) != nullptr) continue;
    recorder_.record(timeline::HealthChanged{workload, item.cluster_name, {}});
  }
  for (const api::AggregatedStatusItem& item : after.status.aggregated_status) {
    const api::AggregatedStatusItem* old = before.status.find_item(item.cluster_name);
    if (old != nullptr && old->health == item.health) continue;
    recorder_.record(timeline::HealthChanged{workload, item.cluster_name, item.health});
  }
}

void StoreObserver::changed(const Change<api::Work>& change) {
  const api::Work& work = change.any();
  const std::string workload = timeline::workload_name(work.spec.manifest.resource);
  if (!change.after) {
    if (!change.before->metadata.deleting())
      recorder_.record(timeline::WorkDeleting{workload, work.cluster});
    recorder_.record(timeline::WorkDeleted{workload, work.cluster});
  } else if (!change.before) {
    recorder_.record(timeline::WorkCreated{.workload = workload,
                                           .cluster = work.cluster,
                                           .replicas = work.spec.manifest.replicas,
                                           .labels = work.spec.manifest.injected_labels});
  } else {
    compare_works(*change.before, *change.after);
  }
}

void StoreObserver::compare_works(const api::Work& before, const api::Work& after) {
  const api::Manifest& was = before.spec.manifest;
  const api::Manifest& is = after.spec.manifest;
  const std::string workload = timeline::workload_name(is.resource);
  if (was.replicas != is.replicas) {
    recorder_.record(timeline::ReplicasChanged{workload, after.cluster, was.replicas.value_or(0),
                                               is.replicas.value_or(0)});
  }
  if (was.injected_labels != is.injected_labels) {
    recorder_.record(timeline::WorkLabelsChanged{workload, after.cluster, is.injected_labels});
  }
  if (!before.metadata.deleting() && after.metadata.deleting()) {
    recorder_.record(timeline::WorkDeleting{workload, after.cluster});
  }
}

}  // namespace firedrill::models::karmada
