#pragma once

/// Whether a pass over a binding schedules at all, and which parts of the reference's memory decide
/// that. Follows karmada pkg/scheduler/scheduler.go and pkg/util/binding.go.

#include <functional>
#include <string_view>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/placement.h"

namespace firedrill::policy::karmada {

/// Whether the placement differs from the one last applied in a way that counts.
///
/// Affinity groups other than the one in use may be edited, added and reordered without effect, and
/// so may the workload affinity. Follows placementChanged.
[[nodiscard]] bool placement_changed(const api::ResourceBinding& binding);

/// Whether the assignment does not add up to the wished replicas, or components have none at all.
/// Follows IsBindingReplicasChanged.
[[nodiscard]] bool replicas_changed(const api::BindingSpec& spec);

/// Whether somebody asked for a fresh start after the last scheduling. Both times have whole
/// seconds: a request within the second of the last scheduling is lost. Follows RescheduleRequired.
[[nodiscard]] bool reschedule_required(const api::BindingSpec& spec,
                                       const api::BindingStatus& status);

/// What a pass over a binding does.
enum class PassAction {
  drop,  ///< Being deleted: nothing.
  fail,  ///< Without placement: an error, retried with backoff.
  schedule,
  acknowledge,  ///< Nothing to do but to note the generation in the status.
  nothing,      ///< Nothing at all.
};

/// `target_deleting(name)` says whether the cluster of that name exists and is being deleted.
/// Follows doScheduleBinding.
[[nodiscard]] PassAction pass_action(
    const api::ResourceBinding& binding,
    const std::function<bool(std::string_view cluster)>& target_deleting);

/// Whether a change of a cluster is a reason to look at the binding again: its affinity, or the
/// group it is observed to use, matches. Overflow affinities do not count.
/// Follows karmada pkg/scheduler/event_handler.go, enqueueAffectedBindings.
[[nodiscard]] bool affected_by_cluster(const api::ResourceBinding& binding,
                                       const api::Cluster& cluster);

}  // namespace firedrill::policy::karmada
