#pragma once

/// Whether a node takes a pod with a certain claim: as the estimator beside a member sees it, and
/// as the member's own scheduler does. Pure functions.
///
/// Follows karmada pkg/estimator/server/nodes/filter.go and kubernetes
/// pkg/scheduler/framework/plugins (nodeaffinity, nodeunschedulable, tainttoleration), filters
/// only.

#include <span>
#include <string_view>

#include "policy/api/node_claim.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

/// What of a node counts. Refers to the node.
struct NodeTraits {
  std::string_view name;
  const api::Labels& labels;
  std::span<const api::Taint> taints;
  bool unschedulable = false;
};

[[nodiscard]] NodeTraits traits_of(const NodeView& node);

/// Node selector and required affinity match, taints with NoSchedule and NoExecute are tolerated,
/// and so is node.kubernetes.io/unschedulable:NoSchedule on a cordoned node. A selector that is not
/// valid matches nothing. `claim` may be null.
[[nodiscard]] bool accepts(const NodeTraits& node, const api::NodeClaim* claim);

}  // namespace firedrill::policy::karmada
