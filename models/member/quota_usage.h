#pragma once

/// What the pods of a namespace use of a member's ResourceQuota.
/// Follows kubernetes pkg/quota/v1/evaluator/core/pods.go, as far as requests go.

#include <deque>

#include "models/member/workload_controller.h"
#include "policy/api/quota.h"

namespace firedrill::models {

/// By the keys of the quota: requests of pods that have not ended, with or without a node, and
/// `pods`. Limits are not known and left out. Pods count that are in all of the quota's scopes:
/// PriorityClass, BestEffort, NotBestEffort, NotTerminating; no pod here is Terminating or of
/// another scope.
[[nodiscard]] api::ResourceList used_of(const api::ResourceQuota& quota,
                                        const std::deque<Resident>& residents);

}  // namespace firedrill::models
