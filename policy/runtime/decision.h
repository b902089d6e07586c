#pragma once

/// Why a scheduling pass ended as it did, cluster by cluster. Filled only when somebody listens.

#include <cstdint>
#include <string>
#include <vector>

#include "policy/api/binding.h"

namespace firedrill::policy {

/// One cluster in a scheduling pass.
struct ConsideredCluster {
  std::string cluster;
  std::string rejected;  ///< The filter's reason; empty when it passed.
  std::int64_t score = 0;
  api::Replicas available = 0;
  api::Replicas assigned = 0;
  bool selected = false;

  friend bool operator==(const ConsideredCluster&, const ConsideredCluster&) = default;
};

/// A scheduling pass: every cluster in name order.
struct Decision {
  std::vector<ConsideredCluster> clusters;

  friend bool operator==(const Decision&, const Decision&) = default;
};

}  // namespace firedrill::policy
