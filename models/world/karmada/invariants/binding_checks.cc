#include "models/world/karmada/invariants/binding_checks.h"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "analysis/timeline/values.h"
#include "models/world/invariants/toleration.h"

namespace firedrill::models::karmada {
namespace {

using timeline::Invariant;

/// Whether the NoExecute taints drive a binding out by then: one that nothing tolerates, or the end
/// of the time that a toleration in use gives to any taint that it covers.
bool drives_out(std::span<const api::Taint> taints,
                std::span<const api::Toleration> tolerations,
                api::Timestamp now) {
  for (const api::Taint& taint : taints) {
    if (taint.effect != no_execute) continue;
    const api::Toleration* used = first_cover(tolerations, taint);
    if (used == nullptr) return true;
    if (!used->toleration_seconds) continue;
    const std::chrono::seconds patience(*used->toleration_seconds);
    for (const api::Taint& other : taints) {
      if (other.effect != no_execute || !other.time_added || !covers(*used, other)) continue;
      if (api::later(other.time_added->timestamp(), patience) <= now) return true;
    }
  }
  return false;
}

bool all_healthy(const api::ResourceBinding& binding) {
  return std::ranges::all_of(binding.spec.clusters, [&](const api::TargetCluster& target) {
    const api::AggregatedStatusItem* item = binding.status.find_item(target.name);
    return item != nullptr && item->health == api::health_healthy;
  });
}

api::Replicas sum_of(const std::vector<api::TargetCluster>& targets) {
  api::Replicas sum = 0;
  for (const api::TargetCluster& target : targets)
    sum += target.replicas;
  return sum;
}

std::span<const api::Toleration> tolerations_of(const std::shared_ptr<const api::Placement>& of) {
  return of ? std::span<const api::Toleration>(of->cluster_tolerations)
            : std::span<const api::Toleration>{};
}

}  // namespace

BindingChecks::BindingChecks(const ApiServer& server,
                             const CivilClock& clock,
                             const ClusterHistory& clusters,
                             const BindingCheckOptions& options,
                             Violations& violations)
    : server_(server),
      clock_(clock),
      clusters_(clusters),
      options_(options),
      violations_(violations) {}

void BindingChecks::announce_task_end(const api::Key& binding,
                                      std::string_view cluster,
                                      std::string_view reason) {
  announced_.insert_or_assign({binding, std::string(cluster)}, std::string(reason));
}

void BindingChecks::changed(const Change<Binding>& change) {
  if (!change.after) return;
  static const Binding nothing;
  const Binding& after = *change.after;
  const Binding& before = change.before ? *change.before : nothing;
  if (after.status.scheduler_observed_generation > after.metadata.generation) {
    report(Invariant::observed_generation_not_ahead, after, {},
           fmt::format("the scheduler observed generation {} of {}",
                       after.status.scheduler_observed_generation, after.metadata.generation));
  }
  if (change.before && before.metadata.generation == after.metadata.generation) return;
  check_counts(after);
  const Basis<Binding>* basis = server_.bindings.basis();
  if (basis == nullptr || !change.before) return;
  const Binding* known = basis->known ? basis->known.get() : &before;
  const Write write{before, after, *known, {basis->seen_from, basis->sent}};
  if (before.spec.graceful_eviction_tasks != after.spec.graceful_eviction_tasks) check_tasks(write);
  if (before.spec.clusters != after.spec.clusters) check_targets(write);
}

void BindingChecks::check_counts(const Binding& binding) {
  const auto check = [&](api::Replicas replicas, std::string_view cluster, const char* what) {
    if (replicas >= 0) return;
    report(Invariant::replicas_not_negative, binding, cluster,
           fmt::format("{} replicas {}", replicas, what));
  };
  check(binding.spec.replicas, {}, "desired");
  for (const api::TargetCluster& target : binding.spec.clusters)
    check(target.replicas, target.name, "assigned");
  for (const api::GracefulEvictionTask& task : binding.spec.graceful_eviction_tasks)
    check(task.replicas.value_or(0), task.from_cluster, "in an eviction task");
}

void BindingChecks::check_targets(const Write& write) {
  for (const api::TargetCluster& target : write.after.spec.clusters) {
    if (write.before.spec.find_target(target.name) == nullptr) check_new_target(write, target);
  }
  check_sum(write);
}

void BindingChecks::check_new_target(const Write& write, const api::TargetCluster& target) {
  if (options_.cluster_eviction && write.before.spec.find_eviction_task(target.name) != nullptr &&
      write.after.spec.find_eviction_task(target.name) != nullptr &&
      write.known.spec.find_eviction_task(target.name) != nullptr) {
    report(Invariant::no_return_while_evicting, write.after, target.name,
           fmt::format("{} assigned it while its eviction is under way", server_.writer()));
  }
  // What was a target already when the pass began is exempt from the filters.
  if (write.known.spec.find_target(target.name) != nullptr) return;
  const auto tolerations = tolerations_of(write.after.applied_placement);
  const bool fit = clusters_.was(target.name, write.decided, [&](const api::Cluster* cluster) {
    if (cluster == nullptr || cluster->metadata.deleting()) return false;
    return !options_.taint_toleration ||
           std::ranges::none_of(cluster->spec.taints, [&](const api::Taint& taint) {
             return repels(taint, tolerations);
           });
  });
  if (fit) return;
  report(
      Invariant::no_repelling_cluster_assigned, write.after, target.name,
      fmt::format("{} assigned it although it is gone, being deleted, or has a taint that is not "
                  "tolerated",
                  server_.writer()));
}

void BindingChecks::check_sum(const Write& write) {
  const api::BindingSpec& spec = write.after.spec;
  if (!write.after.applied_placement ||
      write.after.applied_placement->scheduling_type() != api::scheduling_divided)
    return;
  const api::Replicas sum = sum_of(spec.clusters);
  const api::Replicas desired =
      std::max({spec.replicas, write.before.spec.replicas, write.known.spec.replicas});
  if (sum <= desired) return;
  // Whoever only takes away need not put right what a user scaled down; the scheduler must.
  if (server_.writer() != "scheduler" && sum <= sum_of(write.before.spec.clusters)) return;
  report(
      Invariant::divided_sum_within_desired, write.after, {},
      fmt::format("{} assigned {} replicas where {} are desired", server_.writer(), sum, desired));
}

void BindingChecks::check_tasks(const Write& write) {
  const auto& tasks = write.after.spec.graceful_eviction_tasks;
  for (auto task = tasks.begin(); task != tasks.end(); ++task) {
    const auto same = [&](const api::GracefulEvictionTask& other) {
      return other.from_cluster == task->from_cluster;
    };
    const auto& old = write.before.spec.graceful_eviction_tasks;
    const bool repeated = std::find_if(tasks.begin(), task, same) != task;
    if (repeated &&
        std::ranges::count_if(old, same) < std::count_if(tasks.begin(), tasks.end(), same)) {
      report(Invariant::one_task_per_cluster, write.after, task->from_cluster,
             fmt::format("{} added a second eviction task for it", server_.writer()));
    }
    if (write.before.spec.find_eviction_task(task->from_cluster) == nullptr)
      check_new_task(write, *task);
  }
  for (const api::GracefulEvictionTask& task : write.before.spec.graceful_eviction_tasks) {
    if (write.after.spec.find_eviction_task(task.from_cluster) == nullptr)
      check_ended_task(write, task);
  }
}

void BindingChecks::check_new_task(const Write& write, const api::GracefulEvictionTask& task) {
  if (write.after.spec.find_target(task.from_cluster) != nullptr) {
    report(Invariant::evicted_is_no_target, write.after, task.from_cluster,
           fmt::format("{} evicts from it and leaves it a target", server_.writer()));
  }
  if (task.producer != "TaintManager") return;
  const auto tolerations = tolerations_of(write.before.applied_placement);
  const api::Timestamp now = clock_.civil(write.decided.until);
  const bool driven =
      clusters_.was(task.from_cluster, write.decided, [&](const api::Cluster* cluster) {
        return cluster != nullptr && drives_out(cluster->spec.taints, tolerations, now);
      });
  if (driven) return;
  report(Invariant::eviction_needs_untolerated_taint, write.after, task.from_cluster,
         "evicted although each of its NoExecute taints, if it has any, is tolerated still");
}

void BindingChecks::check_ended_task(const Write& write, const api::GracefulEvictionTask& task) {
  const auto node = announced_.extract({write.after.metadata.key(), task.from_cluster});
  const std::string reason = node.empty() ? std::string() : node.mapped();
  const sim::Time time = write.decided.until;
  const std::string problem = problem_of_end(write.before, task.from_cluster, reason, time);
  // A write without optimistic lock goes by what was read.
  if (problem.empty() || problem_of_end(write.known, task.from_cluster, reason, time).empty())
    return;
  report(Invariant::task_ends_for_a_reason, write.after, task.from_cluster, problem);
}

std::string BindingChecks::problem_of_end(const Binding& binding,
                                          std::string_view cluster,
                                          std::string_view reason,
                                          sim::Time time) const {
  const api::GracefulEvictionTask* found = binding.spec.find_eviction_task(cluster);
  if (found == nullptr) return "it had no task";
  const api::GracefulEvictionTask& task = *found;
  if (reason == "Released") {
    return task.suppress_deletion == std::optional(false) ? "" : "nobody released it";
  }
  if (reason != "Healthy" && reason != "Timeout")
    return fmt::format("{} dropped its task without a reason", server_.writer());
  if (task.suppress_deletion) return "its deletion is suppressed, or released";
  if (!task.creation_timestamp) return "it ended before it was stamped";
  if (reason == "Timeout") {
    const api::Duration patience = task.grace_period_seconds
                                       ? std::chrono::seconds(*task.grace_period_seconds)
                                       : options_.graceful_eviction_timeout;
    const api::Timestamp end = api::later(task.creation_timestamp->timestamp(), patience);
    return clock_.civil(time) >= end ? "" : "it ended before its grace period did";
  }
  if (options_.health_needs_scheduler &&
      binding.status.scheduler_observed_generation != binding.metadata.generation)
    return "it ended as healthy before the scheduler had seen the binding's last change";
  return all_healthy(binding) ? "" : "it ended as healthy although not every target is";
}

void BindingChecks::report(Invariant invariant,
                           const Binding& binding,
                           std::string_view cluster,
                           std::string message) {
  violations_.report(invariant, std::move(message),
                     {.cluster = std::string(cluster),
                      .workload = timeline::workload_name(binding.spec.resource)});
}

}  // namespace firedrill::models::karmada
