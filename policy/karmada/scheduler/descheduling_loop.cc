#include "policy/karmada/scheduler/descheduling_loop.h"

#include <string>
#include <utility>
#include <vector>

#include "policy/karmada/rounds.h"
#include "policy/karmada/scheduler/descheduler.h"

namespace firedrill::policy::karmada {
namespace {

std::vector<std::string> undesired_clusters(const std::vector<DeschedulingTarget>& targets) {
  std::vector<std::string> clusters;
  for (const DeschedulingTarget& target : targets) {
    if (target.undesired()) clusters.push_back(target.cluster);
  }
  return clusters;
}

/// Refers to `clusters`.
std::vector<UnschedulableReplicas> by_cluster(const std::vector<std::string>& clusters,
                                              const Estimators::Answers& answers) {
  std::vector<UnschedulableReplicas> found;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    // One call that fails discards the answers to all.
    if (!answers.at(i)) return {};
    found.push_back({clusters[i], *answers[i]});
  }
  return found;
}

}  // namespace

DeschedulingLoop::DeschedulingLoop(Ports& ports, const DeschedulingOptions& options)
    : ports_(ports),
      options_(options),
      controller_(ports,
                  {.name = "descheduler", .workers = 1, .priority_queue = false, .limiter = {}},
                  [this](api::Key key) { return reconcile(std::move(key)); }),
      rounds_(rounds().start()) {}

Routine DeschedulingLoop::rounds() {
  while (true) {
    for (const auto& binding : ports_.objects.bindings.list()) {
      const api::Key key = binding->metadata.key();
      const bool considered =
          considered_by_descheduler(binding->spec.resource, binding->applied_placement.get());
      // Cluster-scoped bindings are not looked at.
      if (considered && !key.space.empty()) controller_.enqueue(key);
    }
    Round next{.rank = descheduling_round, .name = {}, .period = options_.interval};
    auto pause = ports_.timers.until(std::move(next), next_);
    co_await pause;
  }
}

Task<Result> DeschedulingLoop::reconcile(api::Key key) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding || binding->metadata.deleting()) co_return Result::done();
  const std::vector<DeschedulingTarget> targets = descheduling_targets(*binding);
  const std::vector<std::string> clusters = undesired_clusters(targets);
  if (clusters.empty()) co_return Result::done();
  auto asking = ports_.estimators.unschedulable(clusters, binding->spec.resource,
                                                options_.threshold, options_.timeout);
  const Estimators::Answers answers = co_await asking;
  Descheduling descheduling = deschedule(targets, by_cluster(clusters, answers));
  if (descheduling.removed == 0) co_return Result::done();
  api::ResourceBinding next = *binding;
  next.spec.clusters = std::move(descheduling.clusters);
  auto writing = ports_.objects.bindings.update(std::move(next));
  const auto written = co_await writing;
  co_return written.done() || written.outcome == Outcome::not_found ? Result::done()
                                                                    : Result::error();
}

}  // namespace firedrill::policy::karmada
