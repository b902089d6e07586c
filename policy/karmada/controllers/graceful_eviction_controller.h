#pragma once

/// Graceful eviction controller: stamps eviction tasks and drops them when the replacement is
/// healthy or the time is over (spec/karmada-failover.md 11; karmada
/// pkg/controllers/gracefuleviction).

#include "policy/karmada/controllers/binding_scope.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/conflict_retry.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

struct GracefulEvictionOptions {
  ControllerOptions controller;
  Duration timeout{};         ///< graceful-eviction-timeout.
  ConflictRetry conflicts{};  ///< Of its writes (karmada#7483).
  /// Whether a change of a binding counts only once the scheduler has dealt with the binding: then
  /// tasks are not stamped before.
  bool after_scheduler = false;
  bool locked = true;  ///< Whether it writes only into the binding that it read.
};

class GracefulEvictionController {
 public:
  GracefulEvictionController(Ports& ports,
                             BindingScope scope,
                             const GracefulEvictionOptions& options);

 private:
  /// A conflict may be retried within it.
  Task<Result> reconcile(api::Key key);
  /// Reviews the tasks as they are now. What a write came to goes to `outcome`.
  Task<Result> try_review(api::Key key, Outcome* outcome);

  Ports& ports_;
  GracefulEvictionOptions options_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
