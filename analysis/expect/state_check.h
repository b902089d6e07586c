#pragma once

/// Holds the state of a run against what an expectation with `at` or `always` says of it.

#include <optional>
#include <string>

#include "analysis/expect/expectation.h"
#include "analysis/run_state.h"

namespace firedrill::analysis {

/// "{member1: 2, member2: 1}".
[[nodiscard]] std::string render(const timeline::ReplicasByCluster& clusters);

/// What an expectation says of a state, in words.
[[nodiscard]] std::string describe_wish(const Expectation& expectation);

/// What is wrong with one workload or cluster; nothing if all holds.
[[nodiscard]] std::optional<std::string> state_problem(const Expectation& expectation,
                                                       const WorkloadState& workload);
[[nodiscard]] std::optional<std::string> state_problem(const Expectation& expectation,
                                                       const ClusterState& cluster,
                                                       const RunState& state);

/// Whether the expectation is about it.
[[nodiscard]] bool concerns(const Expectation& expectation, const WorkloadState& workload);
[[nodiscard]] bool concerns(const Expectation& expectation, const ClusterState& cluster);

}  // namespace firedrill::analysis
