#pragma once

/// The cluster controller's view of who is alive: one cluster's part of a monitor tick, and the
/// taints that the Ready condition stands for. Pure functions.
///
/// Follows karmada pkg/controllers/cluster/cluster_controller.go (tryUpdateClusterHealth,
/// taintClusterByCondition; up to v1.13 processTaintBaseEviction).

#include <optional>
#include <string_view>

#include "policy/api/cluster.h"
#include "policy/api/meta.h"
#include "policy/api/time.h"
#include "policy/api/work.h"
#include "policy/karmada/failover/tolerations.h"
#include "policy/runtime/clock_reading.h"

namespace firedrill::policy::karmada {

inline constexpr std::string_view reason_status_never_updated = "ClusterStatusNeverUpdated";
inline constexpr std::string_view reason_status_unknown = "ClusterStatusUnknown";

/// What the monitor remembers of a cluster, in memory only.
struct HealthEntry {
  std::optional<api::Condition> ready;  ///< Ready condition when last looked at.
  /// When the last sign of life was noticed, by the monitor's own clock.
  api::Timestamp probe_timestamp;
  std::optional<api::Timestamp> lease_renewed;  ///< Newest renewal noticed.
  /// When the monitor saw Ready become what it is; a changed reason alone doesn't count.
  api::Timestamp ready_transition{};

  friend bool operator==(const HealthEntry&, const HealthEntry&) = default;
};

/// Silence that is forgiven.
struct GracePeriods {
  api::Duration monitor{};  ///< `cluster-monitor-grace-period`: the cluster has reported before.
  api::Duration startup{};  ///< `cluster-startup-grace-period`: it never has.
};

/// What a tick does about one cluster.
struct HealthTick {
  /// To remember. If `write` is set and the write succeeds, `entry.ready` becomes what was written
  /// and `entry.ready_transition` that moment; if it fails, read the cluster again and repeat the
  /// tick with this entry.
  HealthEntry entry;
  /// The Ready condition to write: Unknown, when the grace period has passed. Pull clusters only.
  std::optional<api::Condition> write;
};

/// One cluster's part of a monitor tick. `remembered` is null for a cluster not seen since the
/// controller started, `lease` is null when there is none to read.
///
/// A Push cluster is remembered, and that is all. For a Pull cluster a changed Ready condition and
/// a lease renewed since the last look are signs of life.
[[nodiscard]] HealthTick check_health(const api::Cluster& cluster,
                                      const HealthEntry* remembered,
                                      const api::Lease* lease,
                                      const GracePeriods& grace,
                                      ClockReading clock);

/// The NoExecute taints that a monitor tick adds and removes in a release with two-stage taints
/// (spec/karmada-failover.md 23.1), after what `check_health` asked for was written.
///
/// `observed`: the Ready condition as it was at the tick's beginning, null if there was none, which
/// counts as Unknown. A cluster that is not ready is tainted strictly later than `timeout` (flag
/// failover-eviction-timeout) after its `ready_transition`, a silent one strictly later than that
/// after its last sign of life; and only with the gate Failover. A ready one loses both taints,
/// whoever put them there. Follows processTaintBaseEviction.
[[nodiscard]] TaintChange second_stage_taints(const api::Condition* observed,
                                              const HealthEntry& entry,
                                              api::Duration timeout,
                                              bool failover,
                                              api::Timestamp late_now);

/// The NoSchedule taints that the Ready condition (null: none) adds and removes.
[[nodiscard]] TaintChange taints_for_ready(const api::Condition* ready);

}  // namespace firedrill::policy::karmada
