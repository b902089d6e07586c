#pragma once

/// Binding status controller: gathers the status of a binding's Works in the binding
/// (spec/karmada-failover.md 14.3; karmada pkg/controllers/status/rb_status_controller.go).

#include "policy/karmada/controllers/binding_scope.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

class BindingStatusController {
 public:
  BindingStatusController(Ports& ports, BindingScope scope, const ControllerOptions& options);

 private:
  void observe_work(const Change<api::Work>& change);
  Task<Result> reconcile(api::Key key);

  Ports& ports_;
  BindingScope scope_;
  Controller<api::Key> controller_;
  Registration binding_watch_;
  Registration work_watch_;
  Registration template_watch_;
};

}  // namespace firedrill::policy::karmada
