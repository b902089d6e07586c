#include "policy/karmada/controllers/workload_rebalancer_controller.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace firedrill::policy::karmada {

bool awaits_rebalancing(const api::ResourceBinding& binding,
                        const api::WorkloadRebalancer& rebalancer) {
  const auto& triggered = binding.spec.reschedule_triggered_at;
  return !triggered || *rebalancer.metadata.creation_timestamp > *triggered;
}

WorkloadRebalancerController::WorkloadRebalancerController(Ports& ports,
                                                           const ControllerOptions& options)
    : ports_(ports),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(ports.objects.rebalancers.watch([this](const Change<api::WorkloadRebalancer>& change) {
        if (change.after) controller_.enqueue(change.after->metadata.key(), event_priority(change));
      })) {}

Task<Result> WorkloadRebalancerController::reconcile(api::Key key) {
  const auto rebalancer = ports_.objects.rebalancers.get(key);
  if (!rebalancer || rebalancer->metadata.deleting()) co_return Result::done();
  std::vector<api::Key> named = rebalancer->bindings;
  std::ranges::sort(named);
  bool all = true;
  for (const api::Key& name : named) {
    const auto binding = ports_.objects.bindings.get(name);
    // A name without a binding is a failure for good: it is not looked for again.
    if (!binding || !awaits_rebalancing(*binding, *rebalancer)) continue;
    api::ResourceBinding next = *binding;
    next.spec.reschedule_triggered_at = rebalancer->metadata.creation_timestamp;
    auto writing = ports_.objects.bindings.update(std::move(next));
    const auto written = co_await writing;
    all = all && (written.done() || written.outcome == Outcome::not_found);
  }
  co_return all ? Result::done() : Result::error();
}

}  // namespace firedrill::policy::karmada
