#pragma once

/// A member cluster in the world: what it is, what ails it, and what the last probe saw.

#include <cstdint>
#include <memory>
#include <string>

#include "models/member/member_cluster.h"
#include "models/spec/cluster_spec.h"
#include "models/world/outages.h"

namespace firedrill::models {

struct Site {
  ClusterSpec spec;
  std::unique_ptr<MemberCluster> member;
  Outages outages;
  std::uint64_t last_fault =
      0;  ///< Timeline seq of the last change by a fault; what a probe finds, it led to.
  std::string last_answer = "200";  ///< Of the last probe, as the timeline writes it.
  bool joined = false;              ///< Whether its Cluster object has been created.
};

}  // namespace firedrill::models
