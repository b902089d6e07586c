#pragma once

/// Heartbeat of a pull-mode agent: renews the cluster's Lease for as long as the process lives,
/// whatever the health of the member (spec/karmada-failover.md 3.7; k8s.io/component-helpers
/// apimachinery/lease/controller.go).

#include <string>

#include "policy/karmada/ports.h"
#include "policy/runtime/task.h"

namespace firedrill::policy::karmada {

class ClusterLease {
 public:
  /// Renews at once, then every `interval` plus up to 4 % of it, counted from the end of the
  /// renewal before.
  ClusterLease(Ports& ports, std::string cluster, Duration interval);

 private:
  Routine run();
  /// Until the next round, drawn anew each time.
  [[nodiscard]] Duration pause() const;
  /// The next round. `settled`: the one before renewed the lease at once.
  [[nodiscard]] Round next_round(bool settled);
  /// Renews the existing lease; up to five attempts in a row.
  Task<bool> renew();
  /// Reads or creates the lease, backing off for as long as that fails. Returns whether it was
  /// created.
  Task<bool> ensure();

  Ports& ports_;
  api::Key key_;
  Duration interval_;
  bool known_ = false;  ///< Whether the lease has been seen to exist.
  Registration next_;
  Routine loop_;
};

}  // namespace firedrill::policy::karmada
