#include "policy/clusternet/controllers/cluster_lifecycle_controller.h"

#include <utility>

#include "policy/clusternet/lifecycle/cluster_lifecycle.h"

namespace firedrill::policy::clusternet {
namespace {

bool looks_silent(const ManagedCluster& cluster) {
  const api::Condition* ready =
      api::find_condition(cluster.status.conditions, api::condition_ready);
  return ready != nullptr && ready->status == api::status_unknown;
}

/// Whether an update is one that the controller looks at.
bool concerns(const ManagedCluster& before, const ManagedCluster& after) {
  return after.metadata.deleting() || !(before.status == after.status) ||
         before.spec.cluster_init_base_name != after.spec.cluster_init_base_name ||
         before.metadata.annotations != after.metadata.annotations;
}

Timestamp last_sign_of_life(const ManagedCluster& cluster) {
  if (cluster.status.last_observed_time) return cluster.status.last_observed_time->timestamp();
  return cluster.metadata.creation_timestamp.value_or(api::StoredTime{}).timestamp();
}

}  // namespace

ClusterLifecycleController::ClusterLifecycleController(Ports& ports,
                                                       const ControllerOptions& options,
                                                       bool cluster_init)
    : ports_(ports),
      cluster_init_(cluster_init),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(ports.objects.clusters.watch(
          [this](const Change<ManagedCluster>& change) { observe(change); })) {}

void ClusterLifecycleController::observe(const Change<ManagedCluster>& change) {
  if (!change.after) return;
  if (change.before && looks_silent(*change.before) && !looks_silent(*change.after))
    ports_.recorder.heartbeat_seen(change.after->metadata.name, last_sign_of_life(*change.after));
  if (change.before && !concerns(*change.before, *change.after)) return;
  controller_.enqueue(change.after->metadata.key());
}

bool ClusterLifecycleController::initialized(const ManagedCluster& cluster) const {
  const std::string& space = cluster.metadata.space;
  const auto base = ports_.objects.bases.get({space, cluster.spec.cluster_init_base_name});
  if (!base) return false;
  const auto description =
      ports_.objects.descriptions.get({space, description_name(base->subscription)});
  return description && description->status.phase == phase_success;
}

Task<Result> ClusterLifecycleController::reconcile(api::Key key) {
  std::shared_ptr<const ManagedCluster> cluster = ports_.objects.clusters.get(key);
  if (!cluster || cluster->metadata.deleting()) co_return Result::done();
  const LifecyclePass pass = review_cluster(
      *cluster, {.cluster_init = cluster_init_,
                 .initialized = initialized(*cluster),
                 .clock = {.now = ports_.clock.now(), .late = ports_.clock.late_now()}});
  if (!(pass.status == cluster->status)) {
    const bool silent = looks_silent(*cluster);
    ManagedCluster next = *cluster;
    next.status = pass.status;
    if (!silent && looks_silent(next))
      ports_.recorder.heartbeat_lost(key.name, last_sign_of_life(next));
    auto writing = ports_.objects.clusters.update_status(std::move(next));
    auto written = co_await writing;
    if (written.outcome == Outcome::not_found) co_return Result::done();
    if (!written.done()) co_return Result::error();
    cluster = written.object;
    // A step of its own: whoever watches hears of the status before the taints are written.
    co_await ports_.timers.sleep(Duration::zero());
  }
  if (pass.taints != cluster->spec.taints) {
    ManagedCluster next = *cluster;
    next.spec.taints = pass.taints;
    auto writing = ports_.objects.clusters.update(std::move(next));
    const auto written = co_await writing;
    if (written.outcome == Outcome::not_found) co_return Result::done();
    if (!written.done()) co_return Result::error();
  }
  co_return Result::requeue_after(pass.look_again);
}

}  // namespace firedrill::policy::clusternet
