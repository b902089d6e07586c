#pragma once

/// Cluster status controller: probes members, filters their health through the thresholds, and
/// reports what they have to offer. One instance in the controller manager serves all Push
/// clusters; one in each agent serves its own (spec/karmada-failover.md 3; karmada
/// pkg/controllers/status/cluster_status_controller.go).

#include <map>
#include <memory>
#include <string>

#include "policy/karmada/controllers/cluster_lease.h"
#include "policy/karmada/ports.h"
#include "policy/karmada/status/condition_threshold.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

struct ClusterStatusOptions {
  ControllerOptions controller;
  Duration update_frequency{};            ///< cluster-status-update-frequency.
  ConditionCache::Thresholds thresholds;  ///< cluster-success-threshold, cluster-failure-threshold.
  bool resource_modeling = true;          ///< enable-cluster-resource-modeling.
  bool customized_models = true;          ///< Gate CustomizedClusterResourceModeling.
  Duration lease_interval{};              ///< cluster-lease-duration times its renew fraction.
  std::string only{};                     ///< The agent's own cluster; empty: all Push clusters.
  Revision client_errors = Revision::after;  ///< Whether thresholds hold for them (karmada#7408).
  bool probe_at_every_write = false;         ///< Of the Cluster; else at those of its spec.
};

class ClusterStatusController {
 public:
  ClusterStatusController(Ports& ports, ClusterStatusOptions options);

 private:
  [[nodiscard]] bool serves(const api::Cluster& cluster) const;
  void observe(const Change<api::Cluster>& change);
  Task<Result> reconcile(std::string name);
  Task<ProbeOutcome> probe(std::string name);
  /// What there is to write beside the Ready condition.
  void collect(const api::Cluster& cluster, api::ClusterStatus& status) const;
  Task<Result> write(std::shared_ptr<const api::Cluster> cluster,
                     api::Condition ready,
                     bool collected,
                     bool settled);

  Ports& ports_;
  ClusterStatusOptions options_;
  ConditionCache conditions_;
  std::map<std::string, std::unique_ptr<ClusterLease>, std::less<>> leases_;
  Controller<std::string> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::karmada
