#pragma once

/// NoExecute taint manager: finds the bindings of a tainted cluster, waits for what they tolerate,
/// and evicts them at the eviction workers' pace (spec/karmada-failover.md 7; karmada
/// pkg/controllers/cluster/taint_manager.go).

#include <string>

#include "policy/karmada/controllers/eviction_worker.h"
#include "policy/karmada/failover/eviction.h"
#include "policy/runtime/controller.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

struct TaintManagerConfig {
  ControllerOptions controller;
  bool evict = false;  ///< enable-no-execute-taint-eviction.
  Duration period{};   ///< Between two looks at a tainted cluster; hard-coded upstream (10 s).
  EvictionWorkerOptions workers;
  TaintManagerOptions decision;
};

class TaintManager {
 public:
  TaintManager(Ports& ports, TaintManagerConfig config);

 private:
  Task<Result> reconcile(std::string name);
  Task<EvictionWorker::Outcome> evict(EvictionWorker::Item item);
  [[nodiscard]] EvictionWorker& worker_for(const api::Key& binding);

  Ports& ports_;
  TaintManagerConfig config_;
  EvictionWorker bindings_;
  EvictionWorker cluster_bindings_;
  Controller<std::string> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
