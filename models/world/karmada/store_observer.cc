#include "models/world/karmada/store_observer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "models/world/decision_summary.h"
#include "policy/karmada/failover/application_failover.h"

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

StoreObserver::StoreObserver(ApiServer& server,
                             WorldMembers& members,
                             timeline::Recorder& recorder,
                             bool full_detail)
    : server_(server), members_(members), recorder_(recorder), full_detail_(full_detail) {
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
  task_ends_.insert_or_assign({binding, cluster}, reason);
}

void StoreObserver::announce_decision(const api::Key& binding,
                                      std::shared_ptr<const policy::Decision> decision) {
  pass_ = {binding, std::move(decision)};
}

std::optional<timeline::Decision> StoreObserver::take_decision(const api::Key& binding) {
  if (pass_.decision == nullptr || pass_.binding != binding) return std::nullopt;
  return summarize(*std::exchange(pass_, {}).decision, full_detail_);
}

void StoreObserver::changed(const Change<api::Cluster>& change) {
  if (!change.after) {
    recorder_.record(timeline::ClusterRemoved{.cluster = change.before->metadata.name});
    return;
  }
  const api::Cluster& after = *change.after;
  News news(recorder_);
  if (!change.before) {
    const std::uint64_t seq = news.record(timeline::ClusterJoined{.cluster = after.metadata.name,
                                                                  .sync_mode = after.spec.sync_mode,
                                                                  .provider = after.spec.provider,
                                                                  .region = after.spec.region,
                                                                  .zones = after.spec.zones});
    // Until its agent has spoken, it is silent since it joined.
    MemberGrounds& known = grounds(after.metadata.name);
    if (after.spec.sync_mode == api::sync_pull && known.heard == 0) known.silenced = seq;
  }
  static const api::Cluster nothing;
  const api::Cluster& before = change.before ? *change.before : nothing;
  compare_conditions(before, after, news);
  compare_taints(before, after, news);
  if (after.status.resource_summary &&
      before.status.resource_summary != after.status.resource_summary) {
    news.record(timeline::ResourceSummaryChanged{
        .cluster = after.metadata.name, .resource_summary = *after.status.resource_summary});
  }
}

void StoreObserver::compare_conditions(const api::Cluster& before,
                                       const api::Cluster& after,
                                       News& news) {
  MemberGrounds& known = grounds(after.metadata.name);
  const std::uint64_t reason = server_.writer() == "agent" ? known.report() : 0;
  for (const api::Condition& condition : after.status.conditions) {
    const api::Condition* old = api::find_condition(before.status.conditions, condition.type);
    if (old != nullptr && old->status == condition.status && old->reason == condition.reason)
      continue;
    const std::uint64_t seq =
        news.record(timeline::ClusterConditionChanged{.cluster = after.metadata.name,
                                                      .condition = condition.type,
                                                      .status = condition.status,
                                                      .reason = condition.reason},
                    reason);
    if (condition.type == api::condition_ready) known.ready = seq;
  }
}

void StoreObserver::compare_taints(const api::Cluster& before,
                                   const api::Cluster& after,
                                   News& news) {
  MemberGrounds& known = grounds(after.metadata.name);
  // Taints that mirror the condition follow from its change, whenever a controller gets to them.
  const auto reason = [&](const api::Taint& taint) -> std::uint64_t {
    const bool mirrors = taint.key == api::taint_not_ready || taint.key == api::taint_unreachable;
    return mirrors && server_.writer() != "user" ? known.ready : 0;
  };
  for (const api::Taint& taint : before.spec.taints) {
    if (!has_taint(after, taint))
      news.record(timeline::TaintRemoved{after.metadata.name, taint}, reason(taint));
  }
  for (const api::Taint& taint : after.spec.taints) {
    if (has_taint(before, taint)) continue;
    const std::uint64_t seq =
        news.record(timeline::TaintAdded{after.metadata.name, taint}, reason(taint));
    if (taint.effect == api::effect_no_execute) known.no_execute = seq;
  }
}

void StoreObserver::changed(const Change<api::ResourceBinding>& change) {
  static const api::ResourceBinding nothing;
  if (!change.after) {
    if (pass_.binding == change.before->metadata.key()) pass_ = {};
    grounds_.erase(change.before->metadata.key());
    return;
  }
  const api::ResourceBinding& before = change.before ? *change.before : nothing;
  const std::uint64_t reason = recorder_.current_cause();
  {
    News news(recorder_);
    compare_tasks(before, *change.after, news);
    compare_assignment(before, *change.after, news);
    compare_scheduling(before, *change.after, news);
    compare_health(before, *change.after, news);
  }
  // A controller's change that is no news leaves the scheduler with what it has to answer.
  const BindingGrounds* known = grounds(change.after->metadata.key());
  const bool kept = known != nullptr && known->due != 0 && recorder_.current_cause() == reason &&
                    server_.writer() == "controller-manager";
  if (!kept) note_due(before, *change.after);
}

void StoreObserver::compare_tasks(const api::ResourceBinding& before,
                                  const api::ResourceBinding& after,
                                  News& news) {
  if (before.spec.graceful_eviction_tasks == after.spec.graceful_eviction_tasks) return;
  const std::string workload = timeline::workload_name(after.spec.resource);
  const api::Key key = after.metadata.key();
  for (const api::GracefulEvictionTask& task : before.spec.graceful_eviction_tasks) {
    if (after.spec.find_eviction_task(task.from_cluster) != nullptr) continue;
    const auto node = task_ends_.extract({key, task.from_cluster});
    const std::string reason = node.empty() ? "Gone" : node.mapped();
    // A time that ran out began with the task.
    const std::uint64_t cause = reason == "Timeout" ? grounds(key, task.from_cluster).evicting : 0;
    news.record(timeline::GracefulEvictionTaskRemoved{.workload = workload,
                                                      .cluster = task.from_cluster,
                                                      .clusters = timeline::replicas_by_cluster(
                                                          after.spec.clusters),
                                                      .reason = reason},
                cause);
  }
  for (const api::GracefulEvictionTask& task : after.spec.graceful_eviction_tasks) {
    if (before.spec.find_eviction_task(task.from_cluster) != nullptr) continue;
    CopyGrounds& copy = grounds_[key].copies[task.from_cluster];
    const std::uint64_t cause =
        task.reason == policy::karmada::reason_application_failure ? copy.unhealthy : 0;
    copy.evicting = news.record(
        timeline::GracefulEvictionTaskAdded{
            .workload = workload,
            .cluster = task.from_cluster,
            .task = timeline::eviction_task(task),
            .clusters = timeline::replicas_by_cluster(after.spec.clusters)},
        cause);
    if (task.preserved_label_state.empty()) continue;
    news.record(timeline::StatePreserved{workload, task.from_cluster, task.preserved_label_state},
                cause);
  }
}

void StoreObserver::compare_assignment(const api::ResourceBinding& before,
                                       const api::ResourceBinding& after,
                                       News& news) {
  if (before.spec.clusters == after.spec.clusters) return;
  // What an evictor takes away shows in its task.
  const bool evicted =
      after.spec.graceful_eviction_tasks.size() > before.spec.graceful_eviction_tasks.size() &&
      after.spec.clusters.size() < before.spec.clusters.size();
  auto clusters = timeline::replicas_by_cluster(after.spec.clusters);
  if (evicted || clusters == timeline::replicas_by_cluster(before.spec.clusters)) return;
  const std::uint64_t seq = news.record(
      timeline::BindingScheduled{.workload = timeline::workload_name(after.spec.resource),
                                 .clusters = std::move(clusters),
                                 .by = std::string(server_.writer()),
                                 .decision = take_decision(after.metadata.key())},
      reason_of_pass(after));
  BindingGrounds& known = grounds_[after.metadata.key()];
  for (const api::TargetCluster& target : after.spec.clusters) {
    if (before.spec.find_target(target.name) == nullptr) known.copies[target.name].arrived = seq;
  }
}

void StoreObserver::compare_scheduling(const api::ResourceBinding& before,
                                       const api::ResourceBinding& after,
                                       News& news) {
  const std::string& affinity = after.status.scheduler_observed_affinity_name;
  if (before.status.scheduler_observed_affinity_name != affinity) {
    news.record(
        timeline::AffinityGroupChanged{timeline::workload_name(after.spec.resource), affinity},
        reason_of_pass(after));
  }
  const api::Condition* now = scheduled_condition(after);
  if (now == nullptr || now->status != api::status_false) return;
  const api::Condition* old = scheduled_condition(before);
  if (old != nullptr && old->status == now->status && old->reason == now->reason) return;
  const std::uint64_t seq = news.record(
      timeline::SchedulingFailed{.workload = timeline::workload_name(after.spec.resource),
                                 .reason = now->reason,
                                 .message = now->message,
                                 .decision = take_decision(after.metadata.key())},
      reason_of_pass(after));
  // The attempts that follow are due to this one, unless something happens meanwhile.
  BindingGrounds& known = grounds_[after.metadata.key()];
  if (known.due_generation <= known_generation(after)) known.due = seq;
}

void StoreObserver::note_due(const api::ResourceBinding& before,
                             const api::ResourceBinding& after) {
  if (server_.writer() != "scheduler") {
    if (before.metadata.generation == after.metadata.generation) return;
    const std::uint64_t cause = recorder_.current_cause();
    if (cause == 0) return;
    BindingGrounds& known = grounds_[after.metadata.key()];
    known.due = cause;
    known.due_generation = after.metadata.generation;
    return;
  }
  const auto found = grounds_.find(after.metadata.key());
  if (found == grounds_.end()) return;
  const api::Condition* outcome = scheduled_condition(after);
  const bool failed = outcome != nullptr && outcome->status == api::status_false;
  if (!failed && found->second.due_generation <= after.status.scheduler_observed_generation)
    found->second.due = 0;
}

std::uint64_t StoreObserver::reason_of_pass(const api::ResourceBinding& binding) const {
  const BindingGrounds* known = grounds(binding.metadata.key());
  if (known == nullptr || server_.writer() != "scheduler") return 0;
  // What happened while it computed, it could not know.
  if (known->due_generation > known_generation(binding)) return 0;
  return std::max(known->due, recorder_.current_cause());
}

std::int64_t StoreObserver::known_generation(const api::ResourceBinding& binding) const {
  const Basis<api::ResourceBinding>* basis = server_.bindings.basis();
  return basis != nullptr && basis->known ? basis->known->metadata.generation
                                          : binding.metadata.generation;
}

const BindingGrounds* StoreObserver::grounds(const api::Key& binding) const {
  const auto found = grounds_.find(binding);
  return found == grounds_.end() ? nullptr : &found->second;
}

CopyGrounds StoreObserver::grounds(const api::Key& binding, std::string_view cluster) const {
  const BindingGrounds* known = grounds(binding);
  if (known == nullptr) return {};
  const auto found = known->copies.find(cluster);
  return found == known->copies.end() ? CopyGrounds{} : found->second;
}

MemberGrounds& StoreObserver::grounds(const std::string& cluster) {
  const auto found = members_.find(cluster);
  return found == members_.end() ? of_nobody_ : found->second.grounds;
}

std::uint64_t StoreObserver::arrival(const api::Key& binding, std::string_view cluster) const {
  return grounds(binding, cluster).arrived;
}

void StoreObserver::compare_health(const api::ResourceBinding& before,
                                   const api::ResourceBinding& after,
                                   News& news) {
  if (before.status.aggregated_status == after.status.aggregated_status) return;
  const std::string workload = timeline::workload_name(after.spec.resource);
  for (const api::AggregatedStatusItem& item : before.status.aggregated_status) {
    if (after.status.find_item(item.cluster_name) != nullptr) continue;
    news.record(timeline::HealthChanged{workload, item.cluster_name, {}});
  }
  for (const api::AggregatedStatusItem& item : after.status.aggregated_status) {
    const api::AggregatedStatusItem* old = before.status.find_item(item.cluster_name);
    if (old != nullptr && old->health == item.health) continue;
    const std::uint64_t seq =
        news.record(timeline::HealthChanged{workload, item.cluster_name, item.health});
    if (item.health == api::health_unhealthy)
      grounds_[after.metadata.key()].copies[item.cluster_name].unhealthy = seq;
  }
}

void StoreObserver::changed(const Change<api::Work>& change) {
  const api::Work& work = change.any();
  const std::string workload = timeline::workload_name(work.spec.manifest.resource);
  News news(recorder_);
  if (!change.after) {
    if (!change.before->metadata.deleting())
      news.record(timeline::WorkDeleting{workload, work.cluster});
    news.record(timeline::WorkDeleted{workload, work.cluster});
  } else if (!change.before) {
    news.record(timeline::WorkCreated{.workload = workload,
                                      .cluster = work.cluster,
                                      .replicas = work.spec.manifest.replicas,
                                      .labels = work.spec.manifest.injected_labels});
  } else {
    compare_works(*change.before, *change.after, news);
  }
}

void StoreObserver::compare_works(const api::Work& before, const api::Work& after, News& news) {
  const api::Manifest& was = before.spec.manifest;
  const api::Manifest& is = after.spec.manifest;
  const std::string workload = timeline::workload_name(is.resource);
  if (was.replicas != is.replicas) {
    news.record(timeline::ReplicasChanged{workload, after.cluster, was.replicas.value_or(0),
                                          is.replicas.value_or(0)});
  }
  if (was.injected_labels != is.injected_labels) {
    news.record(timeline::WorkLabelsChanged{workload, after.cluster, is.injected_labels});
  }
  if (!before.metadata.deleting() && after.metadata.deleting()) {
    news.record(timeline::WorkDeleting{workload, after.cluster});
  }
}

}  // namespace firedrill::models::karmada
