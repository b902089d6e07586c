#pragma once

/// Graceful eviction controller: stamps eviction tasks and drops them when the replacement is
/// healthy or the time is over (spec/karmada-failover.md 11; karmada
/// pkg/controllers/gracefuleviction).

#include "policy/karmada/controllers/binding_scope.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/conflict_retry.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

class GracefulEvictionController {
 public:
  /// `timeout`: graceful-eviction-timeout. `conflicts`: of its writes (karmada#7483).
  GracefulEvictionController(Ports& ports,
                             BindingScope scope,
                             const ControllerOptions& options,
                             Duration timeout,
                             ConflictRetry conflicts = {});

 private:
  /// A conflict may be retried within it.
  Task<Result> reconcile(api::Key key);
  /// Reviews the tasks as they are now. What a write came to goes to `outcome`.
  Task<Result> try_review(api::Key key, Outcome* outcome);

  Ports& ports_;
  Duration timeout_;
  ConflictRetry conflicts_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
