#pragma once

/// NoExecute taint manager: finds the bindings of a tainted cluster, waits for what they tolerate,
/// and evicts them at the eviction workers' pace (spec/karmada-failover.md 7; karmada
/// pkg/controllers/cluster/taint_manager.go).

#include <set>
#include <string>

#include "policy/karmada/controllers/eviction_worker.h"
#include "policy/karmada/failover/eviction.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/conflict_retry.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

struct TaintManagerConfig {
  ControllerOptions controller;
  bool evict = false;  ///< enable-no-execute-taint-eviction.
  Duration period{};   ///< Between two looks at a tainted cluster; hard-coded upstream (10 s).
  EvictionWorkerOptions workers;
  TaintManagerOptions decision;
  Revision routing = Revision::after;  ///< Of tolerant bindings (karmada#7613).
  ConflictRetry conflicts{};           ///< Of evictions (karmada#7483).
};

class TaintManager {
 public:
  TaintManager(Ports& ports, TaintManagerConfig config);

 private:
  Task<Result> reconcile(std::string name);
  /// An eviction worker's step; a conflict may be retried within it.
  Task<EvictionWorker::Outcome> evict(EvictionWorker::Item item);
  /// Decides on the binding as it is now. What a write came to goes to
  /// `written`.
  Task<EvictionWorker::Outcome> try_eviction(EvictionWorker::Item item, Outcome* written);
  [[nodiscard]] EvictionWorker& worker_for(const api::Key& binding);
  /// Wakes the loops that found nothing to do in the clusters that the binding is assigned to.
  void look_again(const api::ResourceBinding& binding);

  Ports& ports_;
  TaintManagerConfig config_;
  EvictionWorker bindings_;
  EvictionWorker cluster_bindings_;
  Controller<std::string> controller_;
  std::set<api::Name> idle_;  ///< Tainted clusters where nothing was to be evicted.
  Registration watch_;
  Registration binding_watch_;
};

}  // namespace firedrill::policy::karmada
