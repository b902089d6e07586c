#include "policy/karmada/controllers/taint_policy_controller.h"

#include <utility>

#include "policy/karmada/failover/taint_policy.h"

namespace firedrill::policy::karmada {

TaintPolicyController::TaintPolicyController(Ports& ports, const ControllerOptions& options)
    : ports_(ports),
      controller_(ports, options, [this](std::string name) { return reconcile(std::move(name)); }),
      cluster_watch_(ports.objects.clusters.watch(
          [this](const Change<api::Cluster>& c) { observe_cluster(c); })),
      policy_watch_(ports.objects.taint_policies.watch(
          [this](const Change<api::ClusterTaintPolicy>& c) { observe_policy(c); })) {}

void TaintPolicyController::observe_cluster(const Change<api::Cluster>& change) {
  if (!change.after) return;
  if (change.before && change.before->status.conditions == change.after->status.conditions) return;
  controller_.enqueue(change.after->metadata.name, event_priority(change));
}

void TaintPolicyController::observe_policy(const Change<api::ClusterTaintPolicy>& change) {
  // A deleted policy takes nothing back.
  if (!change.after || (change.before && change.before->spec == change.after->spec)) return;
  for (const auto& cluster : ports_.objects.clusters.list()) {
    if (targets_cluster(*change.after, *cluster))
      controller_.enqueue(cluster->metadata.name, event_priority(change));
  }
}

Task<Result> TaintPolicyController::reconcile(std::string name) {
  const auto cluster = ports_.objects.clusters.get({{}, std::move(name)});
  if (!cluster) co_return Result::done();
  const auto policies = ports_.objects.taint_policies.list();
  std::vector<api::Taint> taints = apply_taint_policies(*cluster, policies, ports_.clock.now());
  if (taints == cluster->spec.taints) co_return Result::done();
  auto writing = ports_.objects.clusters.patch(
      cluster->metadata.key(),
      [taints = std::move(taints)](api::Cluster& next) { next.spec.taints = taints; },
      cluster->metadata.resource_version);
  const auto written = co_await writing;
  co_return written.done() ? Result::done() : Result::error();
}

}  // namespace firedrill::policy::karmada
