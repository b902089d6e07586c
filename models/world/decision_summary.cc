#include "models/world/decision_summary.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace firedrill::models {
namespace {

timeline::Considered considered(const policy::ConsideredCluster& cluster) {
  return {.cluster = cluster.cluster,
          .score = cluster.score,
          .available = cluster.available,
          .assigned = cluster.assigned,
          .reason = cluster.rejected};
}

}  // namespace

timeline::Decision summarize(const policy::Decision& decision, bool full) {
  timeline::Decision summary;
  policy::FilterCounts counts = policy::count(decision);
  summary.candidates = counts.candidates;
  summary.rejected = std::move(counts.rejected);
  std::vector<const policy::ConsideredCluster*> others;
  for (const policy::ConsideredCluster& cluster : decision.clusters) {
    if (full || cluster.chosen) {
      summary.considered.push_back(considered(cluster));
    } else {
      others.push_back(&cluster);
    }
  }
  const std::size_t told = std::min(others.size(), policy::others_told);
  std::ranges::partial_sort(others, others.begin() + static_cast<std::ptrdiff_t>(told),
                            [](const auto* a, const auto* b) { return policy::better(*a, *b); });
  for (std::size_t i = 0; i < told; ++i)
    summary.considered.push_back(considered(*others[i]));
  return summary;
}

}  // namespace firedrill::models
