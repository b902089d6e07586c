#pragma once

/// ClusterTaintPolicy controller: puts taints on clusters and takes them off as their conditions
/// change (spec/karmada-failover.md 6; karmada
/// pkg/controllers/taint/clustertaintpolicy_controller.go).

#include <string>

#include "policy/karmada/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

class TaintPolicyController {
 public:
  TaintPolicyController(Ports& ports, const ControllerOptions& options);

 private:
  void observe_cluster(const Change<api::Cluster>& change);
  void observe_policy(const Change<api::ClusterTaintPolicy>& change);
  Task<Result> reconcile(std::string name);

  Ports& ports_;
  Controller<std::string> controller_;
  Registration cluster_watch_;
  Registration policy_watch_;
};

}  // namespace firedrill::policy::karmada
