#pragma once

/// The workloads of a scenario by the entry that they come from, as Karmada's scheduler sees them:
/// those of one entry are alike, so the pre-flight check looks at each entry once.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/world_spec.h"
#include "policy/karmada/options.h"
#include "scenarios/preflight/clusters.h"
#include "scenarios/scenario.h"

namespace firedrill::scenarios::preflight {

struct Entry {
  const models::WorkloadSpec* spec = nullptr;
  std::vector<std::uint32_t> workloads;  ///< Their numbers in the scenario's order.
  std::string pointer;                   ///< Of the placement's parent.
  /// The clusters that pass the scheduler's filters while all is well, by affinity group; one group
  /// if the placement has none.
  std::vector<ClusterSet> groups;
  ClusterSet candidates;  ///< Those of all groups.
};

/// What its placement, failover and the like stand in: a policy's spec, or an entry of the short
/// form.
[[nodiscard]] std::string policy_pointer(const Scenario& scenario,
                                         const models::WorkloadInstance& workload);

[[nodiscard]] std::vector<Entry> entries_of(const Scenario& scenario,
                                            const policy::karmada::Options& options,
                                            const Clusters& clusters);

/// Why the scheduler finds no clusters that satisfy the spread constraints when those are lost, in
/// its own words; nothing if it does find some, or has nothing to choose from. Capacity is left out
/// of account.
[[nodiscard]] std::optional<std::string> spread_problem(const Entry& entry,
                                                        const Clusters& clusters,
                                                        const ClusterSet& lost);

}  // namespace firedrill::scenarios::preflight
