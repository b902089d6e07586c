#pragma once

/// The descheduler: takes replicas out of clusters that cannot run them, so that the scheduler
/// places them anew. Pure decisions. Follows karmada pkg/descheduler.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"

namespace firedrill::policy::karmada {

/// `readyReplicas` of an object's status; -1 when it shows none (a Deployment without ready
/// replicas leaves the field out).
[[nodiscard]] api::Replicas ready_replicas(const std::optional<api::ObjectStatus>& status);

/// Whether the descheduler looks at such bindings: apps/v1 Deployments whose applied placement
/// divides replicas by what clusters can run. `applied` may be null.
[[nodiscard]] bool considered_by_descheduler(const api::ResourceReference& resource,
                                             const api::Placement* applied);

/// An entry of the assignment as the descheduler sees it.
struct DeschedulingTarget {
  std::string cluster;
  api::Replicas replicas = 0;
  api::Replicas ready = -1;

  /// Fewer replicas are ready than assigned: the estimator is asked how many can't be scheduled.
  [[nodiscard]] bool undesired() const { return ready < replicas; }
  friend bool operator==(const DeschedulingTarget&, const DeschedulingTarget&) = default;
};

/// One a target, in the order of spec.clusters.
[[nodiscard]] std::vector<DeschedulingTarget> descheduling_targets(
    const api::ResourceBinding& binding);

/// Replicas that an estimator found unschedulable in a cluster; -1 = no answer.
struct UnschedulableReplicas {
  std::string_view cluster;
  api::Replicas replicas = -1;
};

/// The assignment after descheduling. Entries keep their place, even with no replica left.
struct Descheduling {
  std::vector<api::TargetCluster> clusters;
  api::Replicas removed = 0;  ///< 0: nothing to write.
  std::string message;        ///< Of the Kubernetes Event; empty when nothing was removed.
};

/// Lowers each target by its unschedulable replicas, but not below its ready ones. An answer above
/// the target's own replicas is ignored. `answers` is empty when a call to an estimator failed, for
/// that discards the others too.
[[nodiscard]] Descheduling deschedule(std::span<const DeschedulingTarget> targets,
                                      std::span<const UnschedulableReplicas> answers);

}  // namespace firedrill::policy::karmada
