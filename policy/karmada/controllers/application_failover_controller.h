#pragma once

/// Application failover controller: evicts copies that have been unhealthy for too long, whatever
/// the state of their cluster (spec/karmada-failover.md 15; karmada
/// pkg/controllers/applicationfailover).

#include <map>

#include "policy/karmada/controllers/binding_scope.h"
#include "policy/karmada/failover/application_failover.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

class ApplicationFailoverController {
 public:
  ApplicationFailoverController(Ports& ports,
                                BindingScope scope,
                                const ControllerOptions& options,
                                const ApplicationFailoverOptions& decision,
                                const ResourceInterpreter& interpreter);

 private:
  Task<Result> reconcile(api::Key key);

  Ports& ports_;
  ApplicationFailoverOptions decision_;
  const ResourceInterpreter& interpreter_;
  std::map<api::Key, UnhealthySince> unhealthy_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
