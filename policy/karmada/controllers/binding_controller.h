#pragma once

/// Binding controller: turns a binding's assignment into Works, one a cluster, and removes those no
/// longer wanted (spec/karmada-failover.md 12; karmada pkg/controllers/binding).

#include <memory>
#include <vector>

#include "policy/karmada/controllers/binding_scope.h"
#include "policy/karmada/ports.h"
#include "policy/karmada/propagation/interpreter.h"
#include "policy/karmada/scheduler/division.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

inline constexpr const char* binding_finalizer = "karmada.io/binding-controller";

struct BindingControllerOptions {
  ControllerOptions controller;
  bool inject_state = false;                          ///< Gate StatefulFailoverInjection.
  DivisionMethod division = DivisionMethod::webster;  ///< Of a Job's completions.
};

class BindingController {
 public:
  BindingController(Ports& ports,
                    BindingScope scope,
                    const BindingControllerOptions& options,
                    const ResourceInterpreter& interpreter);

 private:
  using Works = std::vector<std::shared_ptr<const api::Work>>;

  Task<Result> reconcile(api::Key key);
  Task<Result> reconcile_deletion(std::shared_ptr<const api::ResourceBinding> binding);
  [[nodiscard]] Works works_of(const api::ResourceBinding& binding) const;
  Task<bool> remove_works(Works works);
  Task<bool> write_works(std::shared_ptr<const api::ResourceBinding> binding,
                         std::shared_ptr<const api::ResourceTemplate> resource);
  Task<bool> write_work(api::Work desired);

  Ports& ports_;
  BindingControllerOptions options_;
  const ResourceInterpreter& interpreter_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
