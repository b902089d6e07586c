#pragma once

/// WorkloadRebalancer controller: has the bindings that a rebalancer names scheduled from scratch,
/// once (spec/karmada-failover.md 17; karmada
/// pkg/controllers/workloadrebalancer/workloadrebalancer_controller.go).

#include "policy/karmada/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

/// Whether the binding has not been asked for a fresh start since the rebalancer was created. That
/// makes every further look at the same rebalancer, and every look at an older one, do nothing.
[[nodiscard]] bool awaits_rebalancing(const api::ResourceBinding& binding,
                                      const api::WorkloadRebalancer& rebalancer);

class WorkloadRebalancerController {
 public:
  WorkloadRebalancerController(Ports& ports, const ControllerOptions& options);

 private:
  Task<Result> reconcile(api::Key key);

  Ports& ports_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
