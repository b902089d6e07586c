#include "policy/karmada/controller_list.h"

#include <array>

namespace firedrill::policy::karmada {
namespace {

constexpr std::array<std::string_view, 27> of_manager{"agentcsrapproving",
                                                      "applicationFailover",
                                                      "binding",
                                                      "bindingStatus",
                                                      "cluster",
                                                      "clusterStatus",
                                                      "clusterTaintPolicy",
                                                      "cronFederatedHorizontalPodAutoscaler",
                                                      "deploymentReplicasSyncer",
                                                      "endpointSlice",
                                                      "endpointsliceCollect",
                                                      "endpointsliceDispatch",
                                                      "execution",
                                                      "federatedHorizontalPodAutoscaler",
                                                      "federatedResourceQuotaEnforcement",
                                                      "federatedResourceQuotaStatus",
                                                      "federatedResourceQuotaSync",
                                                      "gracefulEviction",
                                                      "hpaScaleTargetMarker",
                                                      "multiclusterservice",
                                                      "namespace",
                                                      "remedy",
                                                      "serviceExport",
                                                      "serviceImport",
                                                      "unifiedAuth",
                                                      "workStatus",
                                                      "workloadRebalancer"};

constexpr std::array<std::string_view, 6> of_agent{"certRotation",         "clusterStatus",
                                                   "endpointsliceCollect", "execution",
                                                   "serviceExport",        "workStatus"};

}  // namespace

std::span<const std::string_view> controller_names(ControllerHost host) {
  if (host == ControllerHost::agent) return of_agent;
  return of_manager;
}

std::string_view controller_of(std::string_view word) {
  return word.starts_with('-') ? word.substr(1) : word;
}

bool controller_enabled(std::span<const std::string> flag, std::string_view name) {
  bool all = false;
  for (const std::string& word : flag) {
    if (controller_of(word) == name) return !word.starts_with('-');
    all = all || word == "*";
  }
  return all;
}

}  // namespace firedrill::policy::karmada
