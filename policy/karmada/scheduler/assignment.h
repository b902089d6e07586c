#pragma once

/// Replica assignment: how many replicas each of the selected clusters gets.
///
/// Follows karmada pkg/scheduler/core/common.go, assignment.go and division_algorithm.go, with
/// their int32 arithmetic.

#include <span>
#include <string_view>

#include "policy/api/binding.h"
#include "policy/karmada/scheduler/candidate.h"
#include "policy/karmada/scheduler/division.h"
#include "policy/karmada/scheduler/outcome.h"

namespace firedrill::policy::karmada {

/// What assignment looks at beside the candidates.
struct AssignmentInput {
  const api::BindingSpec& spec;  ///< Requires: with placement.
  const api::BindingStatus& status;
  std::string_view affinity_name;  ///< The affinity group that this attempt is for.
  bool propagate_empty_workloads = false;
  DivisionMethod division = DivisionMethod::webster;
};

/// Divides the replicas over the candidates, whose order decides between equals. Candidates'
/// `current` must point into `input.spec.clusters`. Error texts have no prefix yet.
[[nodiscard]] ScheduleResult assign_replicas(std::span<const Candidate> candidates,
                                             const AssignmentInput& input);

}  // namespace firedrill::policy::karmada
