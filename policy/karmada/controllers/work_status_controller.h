#pragma once

/// Work status controller: brings the status of member objects, and what the resource interpreter
/// says of their health, into the Works (spec/karmada-failover.md 14; karmada
/// pkg/controllers/status/work_status_controller.go).

#include <string>

#include "policy/karmada/ports.h"
#include "policy/karmada/propagation/interpreter.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

class WorkStatusController {
 public:
  /// `only`: the agent's own cluster; empty: all Push clusters.
  WorkStatusController(Ports& ports,
                       const ControllerOptions& options,
                       std::string only,
                       const ResourceInterpreter& interpreter);

 private:
  [[nodiscard]] bool serves(const std::string& cluster) const;
  Task<Result> reconcile(api::Key key);

  Ports& ports_;
  std::string only_;
  const ResourceInterpreter& interpreter_;
  Controller<api::Key> controller_;  ///< By the key of the Work.
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
