#pragma once

/// First half of a scheduling pass: which clusters a subscription may go to. Pure functions.
///
/// Follows clusternet pkg/scheduler/algorithm/generic.go; spec/clusternet.md 5.1, 5.2.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/result.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

/// After how many feasible clusters the search may end. All of them, unless replicas are divided
/// among a hundred candidates or more. `percentage` 0 adapts to their number.
[[nodiscard]] std::int32_t clusters_to_find(std::int32_t candidates,
                                            std::int32_t percentage,
                                            std::string_view strategy);

/// A cluster with the name that bindings have for it. Refers to the listing.
struct Candidate {
  std::string_view identity;
  const ManagedCluster* cluster = nullptr;
};

/// The clusters that some subscriber matches, in the subscribers' order and by identity within;
/// each once, without those in deletion. A problem if a selector is not valid.
[[nodiscard]] api::Result<std::vector<Candidate>> find_candidates(const SubscriptionSpec& spec,
                                                                  const Clusters& clusters);

struct FeasibleClusters {
  std::vector<Candidate> feasible;   ///< In the order in which they were found.
  std::vector<std::string> reasons;  ///< One for each cluster that was turned down.
  std::size_t next_start = 0;        ///< Where the next search begins.

  [[nodiscard]] std::size_t evaluated() const { return feasible.size() + reasons.size(); }
};

/// Filters the candidates, beginning with the `start`-th: the index goes round from pass to pass,
/// so that all get their turn where searches end early.
[[nodiscard]] FeasibleClusters filter_candidates(const SubscriptionSpec& spec,
                                                 const std::vector<Candidate>& candidates,
                                                 std::int32_t percentage,
                                                 std::size_t start);

/// "0/N clusters are available: ...": why a subscription goes nowhere.
[[nodiscard]] std::string no_cluster_message(std::size_t clusters,
                                             const std::vector<std::string>& reasons);

}  // namespace firedrill::policy::clusternet
