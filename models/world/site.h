#pragma once

/// A member cluster in the world: what it is, what ails it and its estimator, and what the last
/// probe saw.

#include <cstdint>
#include <memory>
#include <string>

#include "models/member/member_cluster.h"
#include "models/spec/cluster_spec.h"
#include "models/world/outages.h"

namespace firedrill::models {

/// The scheduler-estimator beside a member. It keeps nothing in mind, so it is no process of its
/// own: it answers, or calls to it fail.
struct EstimatorState {
  int stops = 0;       ///< Faults that keep it down.
  int isolations = 0;  ///< Faults that cut it off from those who ask.

  [[nodiscard]] bool answers() const { return stops == 0 && isolations == 0; }
};

struct Site {
  ClusterSpec spec;
  std::unique_ptr<MemberCluster> member;
  Outages outages;
  EstimatorState estimator = {};
  std::uint64_t last_fault =
      0;  ///< Timeline seq of the last change by a fault; what a probe finds, it led to.
  std::string last_answer = "200";  ///< Of the last probe, as the timeline writes it.
  bool joined = false;              ///< Whether its Cluster object has been created.
};

}  // namespace firedrill::models
