#pragma once

/// Lifecycle controller: who is alive, and the taints that say so. Looks at a cluster on its status
/// events and on one timer that only ever moves earlier, so that silence is noticed three to six
/// report periods after the last report (spec/clusternet.md 4; clusternet
/// pkg/controllers/clusters/clusterlifecycle).

#include <memory>

#include "policy/clusternet/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::clusternet {

class ClusterLifecycleController {
 public:
  /// `cluster_init`: gate ClusterInit.
  ClusterLifecycleController(Ports& ports, const ControllerOptions& options, bool cluster_init);

 private:
  void observe(const Change<ManagedCluster>& change);
  Task<Result> reconcile(api::Key key);
  /// The Base that initializes the cluster exists and its Description is applied.
  [[nodiscard]] bool initialized(const ManagedCluster& cluster) const;

  Ports& ports_;
  bool cluster_init_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::clusternet
