#pragma once

/// The ManagedCluster that the hub creates when it approves a cluster's registration (clusternet
/// pkg/hub/approver; spec/clusternet.md 1.1, 4.5).

#include <string>

#include "policy/clusternet/api/managed_cluster.h"

namespace firedrill::policy::clusternet {

struct ClusterRegistration {
  std::string name;
  std::string cluster_id;  ///< A UUID.
  std::string sync_mode;
  api::Labels labels;              ///< The cluster's own.
  std::vector<api::Taint> taints;  ///< Put on by users from the beginning.
};

/// `cluster_init`: gate ClusterInit, under which the new cluster starts with a taint that its
/// initialization takes off.
[[nodiscard]] ManagedCluster register_cluster(const ClusterRegistration& registration,
                                              bool cluster_init);

}  // namespace firedrill::policy::clusternet
