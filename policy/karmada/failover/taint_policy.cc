#include "policy/karmada/failover/taint_policy.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "policy/karmada/failover/tolerations.h"
#include "policy/karmada/scheduler/affinity.h"

namespace firedrill::policy::karmada {
namespace {

using api::ClusterTaintPolicy;
using PolicyPointer = std::shared_ptr<const ClusterTaintPolicy>;

bool term_matches(std::span<const api::Condition> conditions, const api::MatchCondition& term) {
  const auto condition = std::ranges::find(conditions, term.condition_type, &api::Condition::type);
  if (condition == conditions.end()) return false;
  const auto& values = term.status_values;
  const bool listed = std::ranges::find(values, condition->status) != values.end();
  if (term.op == "In") return listed;
  return term.op == "NotIn" && !listed;
}

std::vector<const ClusterTaintPolicy*> oldest_first(std::span<const PolicyPointer> policies) {
  std::vector<const ClusterTaintPolicy*> sorted;
  for (const PolicyPointer& policy : policies)
    sorted.push_back(policy.get());
  std::ranges::sort(sorted, [](const ClusterTaintPolicy* a, const ClusterTaintPolicy* b) {
    return std::tie(a->metadata.creation_timestamp, a->metadata.name) <
           std::tie(b->metadata.creation_timestamp, b->metadata.name);
  });
  return sorted;
}

}  // namespace

bool conditions_match(std::span<const api::Condition> conditions,
                      std::span<const api::MatchCondition> terms) {
  return !terms.empty() &&
         std::ranges::all_of(terms, [conditions](const api::MatchCondition& term) {
           return term_matches(conditions, term);
         });
}

bool targets_cluster(const ClusterTaintPolicy& policy, const api::Cluster& cluster) {
  return !policy.spec.target_clusters || matches(cluster, *policy.spec.target_clusters);
}

std::vector<api::Taint> apply_taint_policies(const api::Cluster& cluster,
                                             std::span<const PolicyPointer> policies,
                                             api::Timestamp now) {
  std::vector<api::Taint> taints = cluster.spec.taints;
  for (const ClusterTaintPolicy* policy : oldest_first(policies)) {
    if (!targets_cluster(*policy, cluster)) continue;
    TaintChange change;
    if (conditions_match(cluster.status.conditions, policy->spec.add_on_conditions)) {
      change.add = policy->spec.taints;
    }
    if (conditions_match(cluster.status.conditions, policy->spec.remove_on_conditions)) {
      change.remove = policy->spec.taints;
    }
    change_taints(taints, change, now);
  }
  return taints;
}

}  // namespace firedrill::policy::karmada
