#pragma once

/// Whether a subscription that comes out of the queue is scheduled at all, and which subscriptions
/// a change of a cluster puts into it. Pure functions.
///
/// Follows clusternet pkg/scheduler/scheduler.go; spec/clusternet.md 6.2, 6.3, 7. Health, taints
/// and labels of clusters play no part in admission, which is why divided workloads don't fail
/// over.

#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

/// The replicas bound differ from the inventory's.
[[nodiscard]] bool feeds_changed(const Subscription& subscription, const FeedInventory& inventory);

/// Whether a pass takes place once everything it needs is there: always for Replication; for
/// Dividing when the spec or the replicas changed since the last binding.
[[nodiscard]] bool admitted(const Subscription& subscription, const FeedInventory* inventory);

/// Whether what a pass needs is there: for Dividing an inventory with just the spec's feeds, in
/// their order. A subscription without is dropped; the inventory's next event brings it back.
[[nodiscard]] bool has_what_it_needs(const Subscription& subscription,
                                     const FeedInventory* inventory);

/// Whether some subscriber matches the labels.
[[nodiscard]] bool subscribes(const SubscriptionSpec& spec, const api::Labels& labels);

/// Whether an update of a cluster puts the subscription into the queue. `failover`: the gate, which
/// hardly matters, for the taint of a lost cluster comes by another update.
[[nodiscard]] bool concerned_by_update(const SubscriptionSpec& spec,
                                       const ManagedCluster& before,
                                       const ManagedCluster& after,
                                       bool failover);

}  // namespace firedrill::policy::clusternet
