#include "policy/runtime/decision.h"

namespace firedrill::policy {

bool better(const ConsideredCluster& a, const ConsideredCluster& b) {
  if (a.rejected.empty() != b.rejected.empty()) return a.rejected.empty();
  if (a.score != b.score) return a.score > b.score;
  if (a.available != b.available) return a.available > b.available;
  return a.cluster < b.cluster;
}

FilterCounts count(const Decision& decision) {
  if (decision.counts) return *decision.counts;
  FilterCounts counts;
  for (const ConsideredCluster& cluster : decision.clusters) {
    if (cluster.rejected.empty()) {
      ++counts.candidates;
    } else {
      ++counts.rejected[cluster.rejected];
    }
  }
  return counts;
}

}  // namespace firedrill::policy
