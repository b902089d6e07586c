#pragma once

/// What set the time between a cause and what it led to: settings from the header, waits that other
/// events tell of, models of the world. A pure function of the two and of what stands around them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/explain/explanation.h"
#include "analysis/explain/settings.h"
#include "analysis/timeline/events.h"

namespace firedrill::analysis {

/// How a key fared in an eviction queue until a worker took it.
struct QueueWait {
  sim::Time ready{};            ///< When it could first be taken.
  sim::Duration waited{};       ///< From then until it was.
  std::uint64_t position = 1;   ///< How many were taken since then, this one included.
  std::uint64_t depth_max = 1;  ///< Most keys in the queue meanwhile.
};

struct Leg {
  /// The causes so far, the last of them that of `event`. Not empty.
  std::span<const timeline::TimelineEvent> before;
  const timeline::TimelineEvent& event;
  /// Of an eviction that came out of a queue.
  std::optional<QueueWait> wait = {};
  /// The event's cluster is in Pull mode: its agent's settings count.
  bool pull = false;
};

/// The shares sum up to the time between the last cause and the event, to the nanosecond; none
/// where that is zero.
[[nodiscard]] std::vector<Share> shares_of(const Leg& leg, const Settings& settings);

}  // namespace firedrill::analysis
