#pragma once

/// Graceful eviction controller: stamps eviction tasks and drops them when the replacement is
/// healthy or the time is over (spec/karmada-failover.md 11; karmada
/// pkg/controllers/gracefuleviction).

#include "policy/karmada/controllers/binding_scope.h"
#include "policy/runtime/controller.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

class GracefulEvictionController {
 public:
  /// `timeout`: graceful-eviction-timeout.
  GracefulEvictionController(Ports& ports,
                             BindingScope scope,
                             const ControllerOptions& options,
                             Duration timeout);

 private:
  Task<Result> reconcile(api::Key key);

  Ports& ports_;
  Duration timeout_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
