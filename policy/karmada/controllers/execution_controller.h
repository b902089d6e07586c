#pragma once

/// Execution controller: carries Works to their member clusters and back out of them. Runs in the
/// controller manager for Push clusters and in the agent for its own (spec/karmada-failover.md 13;
/// karmada pkg/controllers/execution).

#include <memory>
#include <string>

#include "policy/karmada/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

class ExecutionController {
 public:
  /// `only`: the agent's own cluster; empty: all Push clusters.
  ExecutionController(Ports& ports, const ControllerOptions& options, std::string only);

 private:
  [[nodiscard]] bool serves(const api::Work& work) const;
  Task<Result> reconcile(api::Key key);
  Task<Result> reconcile_deletion(std::shared_ptr<const api::Work> work,
                                  std::shared_ptr<const api::Cluster> cluster);
  Task<bool> set_condition(api::Key key, api::Condition condition);
  Task<bool> drop_finalizer(api::Key key);

  Ports& ports_;
  std::string only_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
