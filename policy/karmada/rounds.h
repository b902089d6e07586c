#pragma once

/// The order of Karmada's periodic loops at one instant (policy/runtime/ports.h, Round): leases are
/// renewed before the monitor looks at them, and it looks before members are probed and tainted
/// ones gone through.

namespace firedrill::policy::karmada {

enum RoundRank : int {
  lease_round,
  monitor_round,
  backoff_flush_round,
  unschedulable_flush_round,
  capacity_round,
  descheduling_round,
  taint_round,
  status_round,
};

}  // namespace firedrill::policy::karmada
