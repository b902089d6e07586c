#pragma once

/// The pre-flight check of Clusternet: what its subscriptions do when a cluster is lost.

#include <vector>

#include "policy/clusternet/options.h"
#include "scenarios/preflight/clusters.h"
#include "scenarios/preflight/findings.h"
#include "scenarios/preflight/losses.h"
#include "scenarios/scenario.h"

namespace firedrill::scenarios::preflight {

struct ClusternetFacts {
  const Scenario& scenario;
  const policy::clusternet::Options& options;
  const Clusters& clusters;
  const std::vector<Loss>& losses;
};

void check_clusternet(const ClusternetFacts& facts, Findings& findings);

}  // namespace firedrill::scenarios::preflight
