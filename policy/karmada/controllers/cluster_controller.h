#pragma once

/// Cluster controller: the health monitor of pull clusters, NoSchedule taints by condition and, in
/// releases that have them, NoExecute taints by time, execution namespaces, and the end of a
/// cluster (spec/karmada-failover.md 4 and 23.1; karmada
/// pkg/controllers/cluster/cluster_controller.go).

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/karmada/ports.h"
#include "policy/karmada/status/cluster_health.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

inline constexpr std::string_view cluster_finalizer = "karmada.io/cluster-controller";
inline constexpr std::string_view execution_finalizer = "karmada.io/execution-controller";

struct ClusterControllerOptions {
  ControllerOptions controller;
  Duration monitor_period{};  ///< cluster-monitor-period.
  GracePeriods grace;         ///< cluster-monitor-grace-period, cluster-startup-grace-period.
  /// Whether the monitor adds and removes NoExecute taints too: failover-eviction-timeout. Absent:
  /// in this release it doesn't.
  std::optional<Duration> second_stage{};
  bool failover = false;  ///< Gate Failover, for the second stage.
  /// Whether a cluster in deletion is first tainted terminating:NoExecute.
  bool terminating_taint = false;
  /// Whether a cluster in deletion waits until no binding targets it.
  bool wait_for_bindings = true;
};

class ClusterController {
 public:
  ClusterController(Ports& ports, ClusterControllerOptions options);

 private:
  Task<Result> reconcile(std::string name);
  Task<Result> reconcile_deletion(std::shared_ptr<const api::Cluster> cluster);
  Task<bool> ensure_execution_space(std::string cluster);
  /// Writes the NoSchedule taints that the Ready condition stands for. Returns the cluster as it is
  /// then, null when the write failed.
  Task<std::shared_ptr<const api::Cluster>> taint_by_condition(
      std::shared_ptr<const api::Cluster> cluster);

  /// Taints a cluster in deletion. Null: the write failed.
  Task<std::shared_ptr<const api::Cluster>> taint_terminating(
      std::shared_ptr<const api::Cluster> cluster);
  /// Null: the write failed.
  Task<std::shared_ptr<const api::Cluster>> write_taints(
      std::shared_ptr<const api::Cluster> cluster, TaintChange change);

  Routine monitor();
  /// Whether another tick would find nothing to do until the cluster changes, or its lease is no
  /// longer renewed.
  Task<bool> monitor_cluster(std::string name);
  /// Between ticks. `leased`: the Pull clusters.
  [[nodiscard]] Round next_round(bool settled, std::vector<std::string> leased);
  /// The ticks that were skipped have seen a lease renewed: what they would have remembered of it.
  void remember_skipped(HealthEntry& entry, const api::Lease* lease) const;
  /// The second stage of a tick. `observed` is what the tick began with, `cluster` what it left.
  /// Likewise.
  Task<bool> taint_second_stage(std::shared_ptr<const api::Cluster> cluster,
                                std::optional<api::Condition> observed);

  Ports& ports_;
  ClusterControllerOptions options_;
  std::map<std::string, HealthEntry, std::less<>> health_;
  Controller<std::string> controller_;
  Registration watch_;
  Registration next_look_;
  std::optional<Timestamp> last_tick_;  ///< If those after it may have been skipped.
  Routine monitor_;
};

}  // namespace firedrill::policy::karmada
