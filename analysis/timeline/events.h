#pragma once

/// The events of a timeline: the public format of what a run did and why. A new kind is a struct
/// with `describe` in one of the headers below, and its name in `Payload`; text, schema and docs
/// follow. Kinds and fields may be added, never changed, under one `format` number.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include "analysis/timeline/check_events.h"
#include "analysis/timeline/clusternet_events.h"
#include "analysis/timeline/control_plane_events.h"
#include "analysis/timeline/world_events.h"
#include "sim/time.h"

namespace firedrill::timeline {

/// What happened. The alternatives' order is of no meaning to the format.
using Payload = std::variant<ScenarioEvent,
                             FaultStarted,
                             FaultEnded,
                             ClusterJoined,
                             ClusterRemoved,
                             ComponentStopped,
                             ComponentStarted,
                             ProbeFailed,
                             ProbeRecovered,
                             LeaseExpired,
                             ClusterConditionChanged,
                             TaintAdded,
                             TaintRemoved,
                             ResourceSummaryChanged,
                             CapacityChanged,
                             EvictionQueued,
                             EvictionDequeued,
                             GracefulEvictionTaskAdded,
                             GracefulEvictionTaskRemoved,
                             StatePreserved,
                             BindingScheduled,
                             SchedulingFailed,
                             AffinityGroupChanged,
                             WorkCreated,
                             ReplicasChanged,
                             WorkLabelsChanged,
                             WorkDeleting,
                             WorkDeleted,
                             HealthChanged,
                             ManifestDelivered,
                             PodsStarted,
                             PodsReady,
                             PodsStopped,
                             PodsPending,
                             StateResumed,
                             ExpectationFailed,
                             InvariantViolated,
                             HeartbeatLost,
                             HeartbeatSeen,
                             SubscriptionQueued,
                             SubscriptionScheduled,
                             SubscriptionFailed,
                             DescriptionCreated,
                             DescriptionDeleted>;

/// One line of a timeline.
struct TimelineEvent {
  std::uint64_t seq = 0;    ///< Dense, from 1.
  sim::Time time{};         ///< When it happened; never before the event ahead of it.
  std::uint64_t cause = 0;  ///< `seq` of the event that led to it, never a sibling of the same
                            ///< write; 0 is the scenario itself.
  Payload payload;

  friend bool operator==(const TimelineEvent&, const TimelineEvent&) = default;
};

inline constexpr std::size_t kind_count = std::variant_size_v<Payload>;

namespace detail {
template <std::size_t... i>
constexpr std::array<std::string_view, kind_count> make_kind_names(std::index_sequence<i...>) {
  return {std::variant_alternative_t<i, Payload>::kind...};
}
}  // namespace detail

/// Names of the kinds, by index of the alternative.
inline constexpr std::array<std::string_view, kind_count> kind_names =
    detail::make_kind_names(std::make_index_sequence<kind_count>{});

/// The word under `kind`.
[[nodiscard]] inline std::string_view kind_name(const Payload& payload) {
  return kind_names.at(payload.index());
}

}  // namespace firedrill::timeline
