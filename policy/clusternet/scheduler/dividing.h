#pragma once

/// How Clusternet divides replicas: statically by weight, from scratch, or dynamically by the room
/// that clusters have, on top of what stands already. Pure functions.
///
/// Follows clusternet pkg/scheduler/framework/plugins/defaultassigner/algorithm.go and
/// framework/interfaces/types.go; spec/clusternet.md 5.6, 5.7.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

/// Weight of each cluster: the sum over the subscribers that match it. Weights below 1 don't count.
[[nodiscard]] std::vector<std::int64_t> static_weights(
    std::span<const Subscriber> subscribers, std::span<const ManagedCluster* const> clusters);

/// Divides each feed's replicas by weight. What is left by rounding down goes to the heaviest,
/// earlier ones first. Nothing at all if the weights sum up to zero.
[[nodiscard]] FeedReplicas divide_statically(std::span<const std::int64_t> weights,
                                             const FeedInventory& inventory);

/// Divides `desired` (negative: takes away) in proportion to `available`. All that is available if
/// it is less than desired.
///
/// In 32-bit integers that wrap around and in double precision, as in the reference: results can be
/// negative once a product exceeds 2^31-1 (`overflows`), and rounding errors decide ties.
[[nodiscard]] std::vector<std::int32_t> divide_by_room(std::int32_t desired,
                                                       std::span<const std::int32_t> available);

/// Whether `divide_by_room` leaves the 32 bits of the reference, so that its result is of no use.
[[nodiscard]] bool overflows(std::int32_t desired, std::span<const std::int32_t> available);

/// How far a feed is from what is desired; nothing for a feed without replicas.
struct Deviation {
  std::string feed_key;
  std::optional<std::int32_t> replicas;

  friend bool operator==(const Deviation&, const Deviation&) = default;
};

/// In the order of the inventory.
[[nodiscard]] std::vector<Deviation> deviations(const FeedInventory& inventory,
                                                const FeedReplicas& current);

/// `current` with the deviations divided: more replicas go to the feasible clusters (`available`:
/// room by feed, in order of scores), fewer are taken from all bound ones, lost ones included. No
/// binding is ever removed. Binpack contributes nothing.
[[nodiscard]] TargetClusters divide_dynamically(const TargetClusters& current,
                                                std::span<const Deviation> deviations,
                                                const TargetClusters& available,
                                                std::string_view strategy);

/// Sorts clusters by identity, equal ones as they stand, and the replica lists of the same length
/// with them (clusternet .../plugins/defaultbinder).
[[nodiscard]] TargetClusters in_binding_order(const TargetClusters& targets);

}  // namespace firedrill::policy::clusternet
