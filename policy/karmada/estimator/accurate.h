#pragma once

/// The scheduler-estimator beside a member cluster: how many replicas, or complete sets of
/// components, its nodes and quotas leave room for. Pure functions.
///
/// Follows karmada pkg/estimator/server (estimate.go, framework/plugins/noderesource,
/// framework/plugins/resourcequota).

#include <optional>
#include <span>
#include <string_view>

#include "policy/api/binding.h"
#include "policy/karmada/ports.h"

namespace firedrill::policy::karmada {

/// The least that the plugins allow. `assumed` is what the scheduler has just assigned to this
/// cluster; it is put on the nodes by first fit before anything is counted.
[[nodiscard]] api::Replicas accurate_estimate(const Inventory& inventory,
                                              const EstimateQuestion& question,
                                              std::span<const AssumedWorkload> assumed = {});

/// Replicas that fit on the nodes that the claim admits, node by node. A node that is not ready
/// takes nothing. Absent requirements are as good as empty ones: as many as there are free pods.
[[nodiscard]] api::Replicas node_estimate(
    std::span<const NodeView> nodes, const api::Shared<api::ReplicaRequirements>& requirements);

/// Replicas (or sets) that the quotas of the workload's namespace allow; empty when none says
/// anything. A quota counts only if one of its scopes is PriorityClass and the pods' class matches
/// it: the reference passes over quotas without scopes, and over all other scopes.
[[nodiscard]] std::optional<api::Replicas> quota_estimate(
    std::span<const QuotaView> quotas,
    const EstimateQuestion& question,
    std::span<const AssumedWorkload> assumed = {});

/// Whether the condition holds for pods of that priority class ("" = none). Any scope but
/// PriorityClass and any unknown operator: no.
[[nodiscard]] bool in_scope(const api::ScopeRequirement& condition,
                            std::string_view priority_class);

}  // namespace firedrill::policy::karmada
