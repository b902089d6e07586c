#pragma once

/// What a Dividing subscription's feeds come to: replicas, and what one of them asks of a node.
/// Pure functions.
///
/// Follows clusternet pkg/controllers/apps/feedinventory; spec/clusternet.md 1.3.

#include <optional>

#include "policy/api/work.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

/// The parsers in the tree know Deployments, StatefulSets and ReplicaSets; any other kind counts as
/// one without replicas.
[[nodiscard]] bool counts_replicas(const Feed& feed);

/// The inventory's entry for a feed, by the user's resource.
[[nodiscard]] FeedOrder feed_order(const Feed& feed, const api::ResourceTemplate& resource);

}  // namespace firedrill::policy::clusternet
