#pragma once

/// Who is alive: the hub's lifecycle controller, one cluster's pass, and what an agent's report
/// changes. Pure functions.
///
/// Follows clusternet pkg/controllers/clusters/clusterlifecycle and pkg/agent/status_manager.go;
/// spec/clusternet.md 3 and 4.

#include <cstdint>
#include <vector>

#include "policy/clusternet/api/managed_cluster.h"
#include "policy/runtime/clock_reading.h"

namespace firedrill::policy::clusternet {

/// What an agent knows of its cluster when it has collected the status. The times are of the
/// agent's own clock, which need not agree with the hub's.
struct AgentReport {
  bool ready = false;
  api::Timestamp collected;
  api::Timestamp posted;
  std::int64_t heartbeat_frequency_seconds = 0;  ///< Whole seconds: fractions are cut.
};

/// The status with the report in it. What the hub wrote beside (ClusterInit) survives.
[[nodiscard]] ManagedClusterStatus with_report(ManagedClusterStatus status,
                                               const AgentReport& report);

/// Sets a condition by type. A change of status replaces it as a whole, a change of reason or
/// message keeps the old transition time; without any change a Ready condition takes the new time,
/// which doubles as a heartbeat, and others are left alone.
void merge_condition(std::vector<api::Condition>& conditions, api::Condition condition);

/// What a pass goes by besides the cluster.
struct LifecycleInput {
  bool cluster_init = false;  ///< Gate ClusterInit.
  /// The Base that initializes the cluster exists and all its Descriptions are in phase Success.
  bool initialized = false;
  ClockReading clock;
};

/// What a pass comes to. Status and taints are two writes, the status first; each is left out when
/// nothing changed.
struct LifecyclePass {
  ManagedClusterStatus status;
  std::vector<api::Taint> taints;
  /// When to look again. The controller's queue holds one such entry a cluster and only ever moves
  /// it earlier, which is why silence is noticed 3 to 6 periods after the last heartbeat.
  api::Duration look_again{};
};

/// How long a cluster may be silent: three of its report periods, 9 minutes before the first
/// report. Saturates.
[[nodiscard]] api::Duration silence_allowed(const ManagedClusterStatus& status);

/// One pass over a cluster: conditions, taints, next look.
[[nodiscard]] LifecyclePass review_cluster(const ManagedCluster& cluster,
                                           const LifecycleInput& input);

/// The taints that the conditions stand for, in place of those that stood for earlier ones. A taint
/// that is there keeps its old value, and of several superfluous ones only the last is removed, as
/// in the reference.
[[nodiscard]] std::vector<api::Taint> taints_for_conditions(
    std::vector<api::Taint> taints,
    const std::vector<api::Condition>& conditions,
    bool cluster_init);

}  // namespace firedrill::policy::clusternet
