#pragma once

/// Who learns what happens inside member clusters: the World, for the timeline and for the watches
/// on members.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/member/pods.h"
#include "policy/api/binding.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"
#include "sim/time.h"

namespace firedrill::models {

/// What the member's API did with an object.
enum class ManifestAction : std::uint8_t { created, updated, deleted };

/// A workload in a cluster.
struct WorkloadPlace {
  std::string_view cluster;
  const api::ResourceReference& workload;
};

/// Calls come in the instant of the change, after it was made; those of one change in this order:
/// what happened, then `object_changed`. An observer must not call back into the cluster.
class MemberObserver {
 public:
  virtual void manifest_delivered(const WorkloadPlace& place, ManifestAction action) = 0;
  /// Pods got a node. `total`: running after it, those that are ending included.
  virtual void pods_started(const WorkloadPlace& place, std::int64_t count, std::int64_t total) = 0;
  /// Pods are gone. `total`: running after it.
  virtual void pods_stopped(const WorkloadPlace& place,
                            std::int64_t count,
                            std::int64_t total,
                            StopReason reason) = 0;
  /// The number of ready pods changed: by `count` more, or 0 when it fell. `total`: ready after it.
  virtual void pods_ready(const WorkloadPlace& place, std::int64_t count, std::int64_t total) = 0;
  /// The number of pods without a node changed.
  virtual void pods_pending(const WorkloadPlace& place, std::int64_t total) = 0;
  /// A stateful workload starts: from the state that these labels carry, or else from what its own
  /// cluster kept or from nothing. `lost`: work that has to be done again, absent if none had been
  /// done.
  virtual void state_resumed(const WorkloadPlace& place,
                             const std::optional<api::Labels>& from,
                             std::optional<sim::Duration> lost) = 0;
  /// New pods were given nodes. For whoever holds the pods against the nodes; told before
  /// `pods_started`.
  virtual void nodes_filled(std::string_view /*cluster*/,
                            const NodePool& /*nodes*/,
                            std::span<const NodeShare> /*shares*/) {}
  virtual void capacity_changed(std::string_view cluster,
                                std::int64_t nodes,
                                const api::ResourceList& allocatable) = 0;
  /// Spec, labels or status of the object changed, or it came or went.
  virtual void object_changed(const WorkloadPlace& place) = 0;

 protected:
  ~MemberObserver() = default;
};

}  // namespace firedrill::models
