#pragma once

/// What the status controller sums up of a member's nodes and pods. Pure functions.
///
/// Follows karmada pkg/controllers/status/cluster_status_controller.go (getNodeSummary,
/// getResourceSummary). Nodes by grade are in policy/karmada/status/resource_models.h.

#include <span>

#include "policy/api/cluster.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

[[nodiscard]] api::NodeSummary summarize_nodes(std::span<const NodeView> nodes);

/// Sums by resource name over all nodes, Ready or not; pods are counted as the resource `pods`.
/// Names whose sum is not positive are left out. Grades are not filled in.
[[nodiscard]] api::ResourceSummary summarize_resources(const Inventory& inventory);

}  // namespace firedrill::policy::karmada
