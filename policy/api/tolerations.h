#pragma once

/// Taints against tolerations, as all of Kubernetes matches them: nodes and both kinds of member
/// clusters. Pure functions.
///
/// Follows k8s.io/api/core/v1 toleration.go (without the comparison operators, which the references
/// leave switched off).

#include <span>

#include "policy/api/cluster.h"

namespace firedrill::api {

/// Whether `toleration` matches `taint`. An empty effect or key matches any; an empty operator
/// means Equal; an operator other than Equal and Exists matches nothing.
[[nodiscard]] bool tolerates(const Toleration& toleration, const Taint& taint);

/// Whether any of the tolerations matches.
[[nodiscard]] bool tolerated(std::span<const Toleration> tolerations, const Taint& taint);

/// The first taint that keeps a workload from being scheduled: NoSchedule or NoExecute, matched by
/// no toleration. Null when there is none. PreferNoSchedule is not looked at.
[[nodiscard]] const Taint* find_untolerated_taint(std::span<const Taint> taints,
                                                  std::span<const Toleration> tolerations);

}  // namespace firedrill::api
