#include "policy/karmada/controllers/cluster_controller.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "policy/karmada/failover/tolerations.h"
#include "policy/karmada/rounds.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view taint_terminating_key = "cluster.karmada.io/terminating";
constexpr Duration deletion_poll = 10s;
constexpr Duration status_retry_period = 20ms;
constexpr Duration status_retry_limit = 100ms;

api::Key cluster_key(std::string_view name) {
  return {{}, std::string(name)};
}

/// Whether a tick has found nothing but a lease renewed, which is a matter of time.
bool same_but_for_renewal(const HealthEntry& before, HealthEntry after) {
  if (before.lease_renewed.has_value() != after.lease_renewed.has_value()) return false;
  after.lease_renewed = before.lease_renewed;
  after.probe_timestamp = before.probe_timestamp;
  return before == after;
}

bool has_finalizer(const api::ObjectMeta& metadata, std::string_view finalizer) {
  return std::ranges::find(metadata.finalizers, finalizer) != metadata.finalizers.end();
}

}  // namespace

ClusterController::ClusterController(Ports& ports, ClusterControllerOptions options)
    : ports_(ports),
      options_(std::move(options)),
      controller_(ports,
                  options_.controller,
                  [this](std::string name) { return reconcile(std::move(name)); }),
      watch_(ports.objects.clusters.watch([this](const Change<api::Cluster>& change) {
        next_look_.stir();
        controller_.enqueue(change.any().metadata.name, event_priority(change));
      })),
      monitor_(monitor().start()) {}

Task<Result> ClusterController::reconcile(std::string name) {
  std::shared_ptr<const api::Cluster> cluster = ports_.objects.clusters.get(cluster_key(name));
  if (!cluster) {
    health_.erase(name);
    co_return Result::done();
  }
  if (cluster->metadata.deleting()) {
    auto task = reconcile_deletion(std::move(cluster));
    const Result result = co_await task;
    co_return result;
  }
  auto ensuring = ensure_execution_space(name);
  const bool space_ready = co_await ensuring;
  if (!space_ready) co_return Result::error();
  auto tainting = taint_by_condition(std::move(cluster));
  cluster = co_await tainting;
  if (!cluster) co_return Result::error();
  if (has_finalizer(cluster->metadata, cluster_finalizer)) co_return Result::done();
  api::Cluster next = *cluster;
  next.metadata.finalizers.emplace_back(cluster_finalizer);
  auto writing = ports_.objects.clusters.update(std::move(next));
  const auto written = co_await writing;
  co_return written.done() ? Result::done() : Result::error();
}

Task<bool> ClusterController::ensure_execution_space(std::string cluster) {
  const api::Key key{{}, api::execution_space(cluster)};
  if (ports_.objects.execution_spaces.get(key)) co_return true;
  api::ExecutionSpace space;
  space.metadata.name = key.name;
  space.cluster = std::move(cluster);
  auto writing = ports_.objects.execution_spaces.create(std::move(space));
  const auto written = co_await writing;
  co_return written.done() || written.outcome == Outcome::exists;
}

Task<std::shared_ptr<const api::Cluster>> ClusterController::write_taints(
    std::shared_ptr<const api::Cluster> cluster, TaintChange change) {
  api::Cluster next = *cluster;
  if (!change_taints(next.spec.taints, change, ports_.clock.now())) co_return cluster;
  auto writing = ports_.objects.clusters.update(std::move(next));
  const auto written = co_await writing;
  co_return written.done() ? written.object : nullptr;
}

Task<std::shared_ptr<const api::Cluster>> ClusterController::taint_by_condition(
    std::shared_ptr<const api::Cluster> cluster) {
  const api::Condition* ready =
      api::find_condition(cluster->status.conditions, api::condition_ready);
  TaintChange change = taints_for_ready(ready);
  auto writing = write_taints(std::move(cluster), std::move(change));
  const auto written = co_await writing;
  co_return written;
}

Task<std::shared_ptr<const api::Cluster>> ClusterController::taint_terminating(
    std::shared_ptr<const api::Cluster> cluster) {
  TaintChange change;
  change.add.push_back({.key = std::string(taint_terminating_key),
                        .value = "",
                        .effect = std::string(api::effect_no_execute),
                        .time_added = {}});
  auto writing = write_taints(std::move(cluster), std::move(change));
  const auto written = co_await writing;
  co_return written;
}

Task<Result> ClusterController::reconcile_deletion(std::shared_ptr<const api::Cluster> cluster) {
  const std::string name = cluster->metadata.name;
  if (options_.terminating_taint) {
    auto tainting = taint_terminating(std::move(cluster));
    cluster = co_await tainting;
    if (!cluster) co_return Result::error();
  }
  if (cluster->spec.sync_mode == api::sync_pull && cluster->ready() != api::status_true) {
    // Nobody is left who could: the agent is gone or blind.
    for (const auto& work : ports_.objects.works.select(Index::execution_cluster, name)) {
      auto freeing = ports_.objects.works.patch(work->metadata.key(), [](api::Work& next) {
        std::erase(next.metadata.finalizers, execution_finalizer);
      });
      const auto freed = co_await freeing;
      if (!freed.done() && freed.outcome != Outcome::not_found) co_return Result::error();
    }
  }
  const api::Key space{{}, api::execution_space(name)};
  auto removing = ports_.objects.execution_spaces.remove(space);
  const auto removed = co_await removing;
  if (removed.outcome != Outcome::not_found) {
    if (!removed.done()) co_return Result::error();
    co_return Result::requeue_after(deletion_poll);
  }
  health_.erase(name);
  if (options_.wait_for_bindings &&
      !ports_.objects.bindings.select(Index::target_cluster, name).empty()) {
    co_return Result::requeue_after(deletion_poll);
  }
  auto freeing = ports_.objects.clusters.patch(cluster_key(name), [](api::Cluster& next) {
    std::erase(next.metadata.finalizers, cluster_finalizer);
  });
  const auto freed = co_await freeing;
  co_return freed.done() || freed.outcome == Outcome::not_found ? Result::done() : Result::error();
}

Routine ClusterController::monitor() {
  while (true) {
    std::vector<std::string> names;
    std::vector<std::string> leased;
    for (const auto& cluster : ports_.objects.clusters.list()) {
      names.push_back(cluster->metadata.name);
      if (cluster->spec.sync_mode == api::sync_pull) leased.push_back(cluster->metadata.name);
    }
    const Tracing::Baggage reason = ports_.tracing.current();
    bool settled = true;
    for (const std::string& name : names) {
      auto looking = monitor_cluster(name);
      const bool quiet = co_await looking;
      settled = settled && quiet;
      ports_.tracing.restore(reason);
    }
    Round next = next_round(settled, std::move(leased));
    auto pause = ports_.timers.until(std::move(next), next_look_);
    co_await pause;
  }
}

Round ClusterController::next_round(bool settled, std::vector<std::string> leased) {
  last_tick_.reset();
  Round next{.rank = monitor_round, .name = {}, .period = options_.monitor_period};
  if (!settled) return next;
  next.look = Round::Look::own;
  next.leaning = {.members = std::move(leased),
                  .patience = std::min(options_.grace.monitor, options_.grace.startup)};
  if (ports_.timers.may_skip(next)) last_tick_ = ports_.clock.now();
  return next;
}

void ClusterController::remember_skipped(HealthEntry& entry, const api::Lease* lease) const {
  if (!last_tick_ || lease == nullptr || !entry.lease_renewed ||
      lease->renew_time <= *entry.lease_renewed || lease->renew_time <= *last_tick_)
    return;
  // A tick sees what was renewed at its instant: leases are renewed before.
  const Duration past = (lease->renew_time - *last_tick_) % options_.monitor_period;
  const Duration left =
      past == Duration::zero() ? Duration::zero() : options_.monitor_period - past;
  const Timestamp seen = lease->renew_time + left;
  if (seen >= ports_.clock.now()) return;
  entry.lease_renewed = lease->renew_time;
  entry.probe_timestamp = seen;
}

Task<bool> ClusterController::monitor_cluster(std::string name) {
  const Timestamp give_up = ports_.clock.now() + status_retry_limit;
  std::shared_ptr<const api::Cluster> cluster = ports_.objects.clusters.get(cluster_key(name));
  bool reported = false;
  while (cluster) {
    const api::Condition* ready =
        api::find_condition(cluster->status.conditions, api::condition_ready);
    const std::optional<api::Condition> observed =
        ready == nullptr ? std::nullopt : std::optional(*ready);
    const auto remembered = health_.find(name);
    const auto lease = ports_.objects.leases.get({"karmada-cluster", name});
    if (remembered != health_.end()) remember_skipped(remembered->second, lease.get());
    HealthTick tick =
        check_health(*cluster, remembered == health_.end() ? nullptr : &remembered->second,
                     lease.get(), options_.grace, {ports_.clock.now(), ports_.clock.late_now()});
    if (!tick.write) {
      const bool settled =
          remembered != health_.end() && same_but_for_renewal(remembered->second, tick.entry);
      health_.insert_or_assign(name, std::move(tick.entry));
      auto tainting = taint_second_stage(std::move(cluster), observed);
      const bool tainted = co_await tainting;
      co_return (settled && tainted);
    }
    if (!std::exchange(reported, true))
      ports_.recorder.lease_expired(name, tick.entry.probe_timestamp);
    api::Cluster next = *cluster;
    api::set_condition(next.status.conditions, *tick.write);
    auto writing = ports_.objects.clusters.update_status(std::move(next));
    const auto written = co_await writing;
    if (written.done()) {
      tick.entry.ready = *tick.write;
      tick.entry.ready_transition = ports_.clock.now();
    }
    health_.insert_or_assign(name, std::move(tick.entry));
    if (written.done()) {
      auto tainting = taint_second_stage(written.object, observed);
      (void)co_await tainting;
      co_return false;
    }
    if (ports_.clock.now() >= give_up) co_return false;
    // As upstream: read anew at once, tried again a period later.
    cluster = ports_.objects.clusters.get(cluster_key(name));
    co_await ports_.timers.sleep(status_retry_period);
  }
  health_.erase(name);
  co_return true;
}

Task<bool> ClusterController::taint_second_stage(std::shared_ptr<const api::Cluster> cluster,
                                                 std::optional<api::Condition> observed) {
  if (!options_.second_stage) co_return true;
  // A cluster without a condition has not begun yet.
  if (api::find_condition(cluster->status.conditions, api::condition_ready) == nullptr)
    co_return true;
  TaintChange change =
      second_stage_taints(observed ? &*observed : nullptr, health_.at(cluster->metadata.name),
                          *options_.second_stage, options_.failover, ports_.clock.late_now());
  // A failed write is made up for in the next tick; a cluster that is not ready has a deadline.
  const bool settled = observed && observed->status == api::status_true;
  const api::Cluster* before = cluster.get();
  auto writing = write_taints(std::move(cluster), std::move(change));
  const auto written = co_await writing;
  co_return (settled && written.get() == before);
}

}  // namespace firedrill::policy::karmada
