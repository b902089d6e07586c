#include "policy/karmada/controllers/execution_controller.h"

#include <algorithm>
#include <utility>

#include "policy/karmada/controllers/cluster_controller.h"
#include "policy/karmada/status/health.h"

namespace firedrill::policy::karmada {
namespace {

bool is_ready(const api::Cluster& cluster) {
  return cluster.ready() == api::status_true;
}

}  // namespace

ExecutionController::ExecutionController(Ports& ports,
                                         const ControllerOptions& options,
                                         std::string only)
    : ports_(ports),
      only_(std::move(only)),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(ports.objects.works.watch([this](const Change<api::Work>& change) {
        if (!change.after || !serves(*change.after)) return;
        if (change.before &&
            change.before->metadata.generation == change.after->metadata.generation)
          return;
        controller_.enqueue(change.after->metadata.key(), event_priority(change));
      })) {}

bool ExecutionController::serves(const api::Work& work) const {
  if (!only_.empty()) return work.cluster == only_;
  const auto cluster = ports_.objects.clusters.get({{}, work.cluster});
  return cluster && cluster->spec.sync_mode == api::sync_push;
}

Task<Result> ExecutionController::reconcile(api::Key key) {
  const auto work = ports_.objects.works.get(key);
  if (!work) co_return Result::done();
  const auto cluster = ports_.objects.clusters.get({{}, work->cluster});
  if (!cluster) co_return Result::error();
  if (work->metadata.deleting()) {
    auto task = reconcile_deletion(work, cluster);
    const Result result = co_await task;
    co_return result;
  }
  const bool suspended = work->spec.suspend_dispatching;
  auto noting =
      set_condition(key, {.type = "Dispatching",
                          .status = std::string(suspended ? api::status_false : api::status_true),
                          .reason = suspended ? "SuspendDispatching" : "Dispatching",
                          .message = {},
                          .last_transition_time = api::StoredTime::floor(ports_.clock.now())});
  const bool noted = co_await noting;
  if (!noted) co_return Result::error();
  if (suspended) co_return Result::done();
  if (!is_ready(*cluster)) co_return Result::error();
  auto request = ports_.members.apply(work->cluster, work->spec.manifest,
                                      work->spec.conflict_resolution == "Overwrite");
  const MemberOutcome outcome = co_await request;
  const bool applied = outcome == MemberOutcome::done;
  auto writing =
      set_condition(key, {.type = std::string(condition_applied),
                          .status = std::string(applied ? api::status_true : api::status_false),
                          .reason = applied ? "AppliedSuccessful" : "AppliedFailed",
                          .message = applied ? "Manifest has been successfully applied"
                                             : "Failed to apply all manifests",
                          .last_transition_time = api::StoredTime::floor(ports_.clock.now())});
  const bool written = co_await writing;
  co_return applied&& written ? Result::done() : Result::error();
}

Task<Result> ExecutionController::reconcile_deletion(std::shared_ptr<const api::Work> work,
                                                     std::shared_ptr<const api::Cluster> cluster) {
  MemberOutcome outcome = MemberOutcome::done;
  if (work->spec.preserve_resources_on_deletion) {
    auto request = ports_.members.release(work->cluster, work->spec.manifest.resource);
    outcome = co_await request;
    // What is not ours may not be changed, so the Work is never through with it.
    if (outcome == MemberOutcome::unmanaged) co_return Result::error();
  } else if (is_ready(*cluster)) {
    auto request = ports_.members.remove(work->cluster, work->spec.manifest.resource);
    outcome = co_await request;
  } else if (!cluster->metadata.deleting()) {
    // Nothing wakes this Work when the cluster comes back: it is left to its back-off.
    co_return Result::error();
  }
  if (outcome == MemberOutcome::unreachable) co_return Result::error();
  auto dropping = drop_finalizer(work->metadata.key());
  const bool dropped = co_await dropping;
  co_return dropped ? Result::done() : Result::error();
}

Task<bool> ExecutionController::set_condition(api::Key key, api::Condition condition) {
  const auto work = ports_.objects.works.get(key);
  if (!work) co_return true;
  std::vector<api::Condition> conditions = work->status.conditions;
  if (!api::set_condition(conditions, condition)) co_return true;
  auto writing =
      ports_.objects.works.patch_status(key, [condition = std::move(condition)](api::Work& next) {
        api::set_condition(next.status.conditions, condition);
      });
  const auto written = co_await writing;
  co_return written.done() || written.outcome == Outcome::not_found;
}

Task<bool> ExecutionController::drop_finalizer(api::Key key) {
  auto writing = ports_.objects.works.patch(
      key, [](api::Work& next) { std::erase(next.metadata.finalizers, execution_finalizer); });
  const auto written = co_await writing;
  co_return written.done() || written.outcome == Outcome::not_found;
}

}  // namespace firedrill::policy::karmada
