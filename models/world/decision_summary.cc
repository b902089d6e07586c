#include "models/world/decision_summary.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <vector>

namespace firedrill::models {
namespace {

constexpr std::size_t others_shown = 10;

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
  std::vector<const policy::ConsideredCluster*> others;
  for (const policy::ConsideredCluster& cluster : decision.clusters) {
    if (cluster.rejected.empty()) {
      ++summary.candidates;
    } else {
      ++summary.rejected[cluster.rejected];
    }
    if (full || cluster.selected) {
      summary.considered.push_back(considered(cluster));
    } else {
      others.push_back(&cluster);
    }
  }
  std::ranges::sort(others, [](const auto* a, const auto* b) {
    return std::tuple(!a->rejected.empty(), -a->score, -a->available,
                      std::string_view(a->cluster)) <
           std::tuple(!b->rejected.empty(), -b->score, -b->available, std::string_view(b->cluster));
  });
  for (std::size_t i = 0; i < std::min(others.size(), others_shown); ++i) {
    summary.considered.push_back(considered(*others[i]));
  }
  return summary;
}

}  // namespace firedrill::models
