#include "policy/clusternet/scheduler/feasible.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "policy/api/labels.h"
#include "policy/api/tolerations.h"
#include "policy/clusternet/scheduler/taints.h"

namespace firedrill::policy::clusternet {
namespace {

constexpr std::int32_t to_find_min = 100;
constexpr std::int32_t percentage_min = 5;

}  // namespace

std::int32_t clusters_to_find(std::int32_t candidates,
                              std::int32_t percentage,
                              std::string_view strategy) {
  if (candidates < to_find_min || percentage >= 100 || strategy == strategy_replication) {
    return candidates;
  }
  if (percentage <= 0) percentage = std::max(percentage_min, 50 - candidates / 125);
  const std::int64_t found = std::int64_t{candidates} * percentage / 100;
  return std::max(to_find_min, static_cast<std::int32_t>(found));
}

api::Result<std::vector<Candidate>> find_candidates(const SubscriptionSpec& spec,
                                                    const Clusters& clusters) {
  std::vector<Candidate> candidates;
  std::set<std::string_view> seen;
  for (const Subscriber& subscriber : spec.subscribers) {
    for (const auto& [identity, cluster] : clusters) {
      switch (api::match(subscriber.cluster_affinity, cluster->metadata.labels)) {
        case api::SelectorMatch::invalid:
          return api::Problem{"a subscriber's clusterAffinity is not valid"};
        case api::SelectorMatch::differs:
          continue;
        case api::SelectorMatch::matches:
          break;
      }
      if (cluster->metadata.deleting() || !seen.insert(identity).second) continue;
      candidates.push_back({identity, cluster.get()});
    }
  }
  return candidates;
}

FeasibleClusters filter_candidates(const SubscriptionSpec& spec,
                                   const std::vector<Candidate>& candidates,
                                   std::int32_t percentage,
                                   std::size_t start) {
  FeasibleClusters found;
  found.next_start = start;
  if (candidates.empty()) return found;
  const auto wanted = static_cast<std::size_t>(clusters_to_find(
      static_cast<std::int32_t>(candidates.size()), percentage, spec.scheduling_strategy));
  for (std::size_t i = 0; i < candidates.size() && found.feasible.size() < wanted; ++i) {
    const Candidate& candidate = candidates[(start + i) % candidates.size()];
    const api::Taint* taint =
        api::find_untolerated_taint(candidate.cluster->spec.taints, spec.cluster_tolerations);
    if (taint == nullptr) {
      found.feasible.push_back(candidate);
    } else {
      found.reasons.push_back(untolerated_taint_reason(*taint));
    }
  }
  found.next_start = (start + found.evaluated()) % candidates.size();
  return found;
}

std::string no_cluster_message(std::size_t clusters, const std::vector<std::string>& reasons) {
  std::map<std::string_view, std::size_t> counts;
  for (const std::string& reason : reasons)
    ++counts[reason];
  std::vector<std::string> parts;
  for (const auto& [reason, count] : counts)
    parts.push_back(fmt::format("{} {}", count, reason));
  std::ranges::sort(parts);
  return fmt::format("0/{} clusters are available: {}.", clusters, fmt::join(parts, ", "));
}

}  // namespace firedrill::policy::clusternet
