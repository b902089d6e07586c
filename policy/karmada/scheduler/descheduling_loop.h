#pragma once

/// The descheduler component: every round it looks at the bindings whose replicas follow what
/// clusters can run, asks the estimators which of them hang, and takes those away
/// (spec/karmada-scheduler.md 10; karmada pkg/descheduler/descheduler.go).

#include <memory>

#include "policy/karmada/ports.h"
#include "policy/runtime/controller.h"
#include "policy/runtime/task.h"

namespace firedrill::policy::karmada {

struct DeschedulingOptions {
  Duration interval{};   ///< descheduling-interval, from the end of one listing to the next.
  Duration threshold{};  ///< unschedulable-threshold.
  Duration timeout{};    ///< scheduler-estimator-timeout.
};

class DeschedulingLoop {
 public:
  DeschedulingLoop(Ports& ports, const DeschedulingOptions& options);

 private:
  Routine rounds();
  Task<Result> reconcile(api::Key key);

  Ports& ports_;
  DeschedulingOptions options_;
  Controller<api::Key> controller_;
  Registration next_;
  Routine rounds_;
};

}  // namespace firedrill::policy::karmada
