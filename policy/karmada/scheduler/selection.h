#pragma once

/// Spread constraints: which of the feasible clusters are used.
///
/// Only `cluster` and `region` constraints choose; zones and providers are grouped and scored like
/// regions, but select nothing. Follows karmada pkg/scheduler/core/spreadconstraint.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/placement.h"
#include "policy/api/result.h"
#include "policy/karmada/scheduler/candidate.h"

namespace firedrill::policy::karmada {

/// What clusters are grouped by.
enum class Topology { region, zone, provider };

/// Candidates that share a region, zone or provider. A cluster of several zones is in each.
struct Group {
  std::string_view name;
  std::int64_t score = 0;
  api::Replicas available = 0;
  std::vector<const Candidate*> members;  ///< In the scheduler's order.
};

/// The constraint on that field, the last if there are several; null if there is none.
[[nodiscard]] const api::SpreadConstraint* find_constraint(const api::Placement& placement,
                                                           std::string_view field);

/// Whether static weights decide, which know no spread constraints.
/// Follows shouldIgnoreSpreadConstraint in karmada select_clusters.go.
[[nodiscard]] bool ignores_spread(const api::Placement& placement);

/// Groups sorted candidates, each group with its score; in order of names. Candidates without that
/// property are in no group. Requires: a constraint on that field.
[[nodiscard]] std::vector<Group> group_candidates(std::span<const Candidate> sorted,
                                                  Topology topology,
                                                  const api::Placement& placement,
                                                  api::Replicas replicas,
                                                  Preference preference = Preference::roomiest);

/// The candidates to use, in the order in which replicas are handed out, or why there is no choice.
/// Requires: `sorted` is in the scheduler's order.
///
/// The number of region subsets that are tried is limited to 1,000,000 (the reference has no limit,
/// and does not return).
[[nodiscard]] api::Result<std::vector<Candidate>> select_clusters(
    std::vector<Candidate> sorted,
    const api::Placement& placement,
    api::Replicas replicas,
    Preference preference = Preference::roomiest);

}  // namespace firedrill::policy::karmada
