#pragma once

/// Cluster controller: the health monitor of pull clusters, NoSchedule taints by condition,
/// execution namespaces, and the end of a cluster (spec/karmada-failover.md 4; karmada
/// pkg/controllers/cluster/cluster_controller.go).

#include <map>
#include <memory>
#include <string>
#include <string_view>

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

  Routine monitor();
  Task<void> monitor_cluster(std::string name);

  Ports& ports_;
  ClusterControllerOptions options_;
  std::map<std::string, HealthEntry, std::less<>> health_;
  Controller<std::string> controller_;
  Registration watch_;
  Routine monitor_;
};

}  // namespace firedrill::policy::karmada
