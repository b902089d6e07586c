#include "policy/karmada/controllers/taint_manager.h"

#include <utility>
#include <variant>

#include "policy/karmada/failover/tolerations.h"
#include "policy/karmada/rounds.h"

namespace firedrill::policy::karmada {

TaintManager::TaintManager(Ports& ports, TaintManagerConfig config)
    : ports_(ports),
      config_(std::move(config)),
      bindings_(ports,
                "ResourceBinding",
                config_.workers,
                [this](EvictionWorker::Item item) { return evict(std::move(item)); }),
      cluster_bindings_(ports,
                        "ClusterResourceBinding",
                        config_.workers,
                        [this](EvictionWorker::Item item) { return evict(std::move(item)); }),
      controller_(ports,
                  config_.controller,
                  [this](std::string name) { return reconcile(std::move(name)); }),
      watch_(ports.objects.clusters.watch([this](const Change<api::Cluster>& change) {
        const api::Name& name = change.any().metadata.name;
        // The round that it waits for may end the loop now: the classic queue keeps it.
        if (idle_.erase(name) > 0) controller_.stir(name);
        controller_.enqueue(name, event_priority(change));
      })),
      binding_watch_(
          ports.objects.bindings.watch([this](const Change<api::ResourceBinding>& change) {
            if (!idle_.empty() && change.after) look_again(*change.after);
          })) {}

void TaintManager::look_again(const api::ResourceBinding& binding) {
  for (const api::TargetCluster& target : binding.spec.clusters) {
    if (idle_.erase(target.name) > 0) controller_.stir(target.name);
  }
}

EvictionWorker& TaintManager::worker_for(const api::Key& binding) {
  return binding.space.empty() ? cluster_bindings_ : bindings_;
}

Task<Result> TaintManager::reconcile(std::string name) {
  idle_.erase(name);
  const auto cluster = ports_.objects.clusters.get({{}, name});
  if (!cluster || !config_.evict) co_return Result::done();
  const std::vector<api::Taint> taints = no_execute_taints(cluster->spec.taints);
  if (taints.empty()) co_return Result::done();
  const Timestamp now = ports_.clock.now();
  bool idle = true;
  for (const auto& binding : ports_.objects.bindings.select(Index::target_cluster, name)) {
    const std::optional<Duration> delay = eviction_delay(*binding, taints, now, config_.routing);
    if (!delay) continue;
    idle = false;
    const api::Key key = binding->metadata.key();
    if (*delay > Duration::zero()) {
      worker_for(key).add_after({name, key}, *delay);
    } else {
      worker_for(key).add({name, key});
    }
  }
  // Looked at anew after what it has just queued, where that falls due at the same time.
  if (!idle) co_return Result::requeue_after(config_.period);
  idle_.insert(name);
  Round round{
      .rank = taint_round, .name = name, .period = config_.period, .look = Round::Look::own};
  co_return Result::in_a_round(std::move(round));
}

Task<EvictionWorker::Outcome> TaintManager::evict(EvictionWorker::Item item) {
  for (int attempts = 1;; ++attempts) {
    Outcome written = Outcome::done;
    auto trying = try_eviction(item, &written);
    const EvictionWorker::Outcome outcome = co_await trying;
    if (!config_.conflicts.again(attempts, written)) co_return outcome;
    co_await ports_.timers.sleep(ConflictRetry::pause(ports_.entropy));
  }
}

Task<EvictionWorker::Outcome> TaintManager::try_eviction(EvictionWorker::Item item,
                                                         Outcome* written) {
  const auto binding = ports_.objects.bindings.get(item.second);
  const auto cluster = ports_.objects.clusters.get({{}, item.first});
  EvictionStep step = decide_eviction(binding.get(), item.first, cluster.get(), config_.decision,
                                      ports_.clock.now());
  // What was read decides, however long the step computes before it writes.
  const Duration busy = ports_.timers.work_time("taint-manager", item.second);
  if (busy > Duration::zero()) co_await ports_.timers.sleep(busy);
  if (std::holds_alternative<EvictionNotNeeded>(step))
    co_return EvictionWorker::Outcome{.name = "NotNeeded"};
  if (std::holds_alternative<EvictionFailed>(step)) {
    co_return EvictionWorker::Outcome{.name = "Failed", .failed = true};
  }
  if (const auto* wait = std::get_if<EvictionWait>(&step)) {
    co_return EvictionWorker::Outcome{.name = "Tolerated", .retry = wait->delay};
  }
  api::ResourceBinding next = *binding;
  next.spec = std::move(std::get<Evict>(step).spec);
  auto writing = ports_.objects.bindings.update(std::move(next));
  const auto result = co_await writing;
  *written = result.outcome;
  if (!result.done()) co_return EvictionWorker::Outcome{.name = "Failed", .failed = true};
  co_return EvictionWorker::Outcome{.name = "Evicted"};
}

}  // namespace firedrill::policy::karmada
