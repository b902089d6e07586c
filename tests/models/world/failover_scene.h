#pragma once

/// A failover for whoever disturbs it: member1 fails and comes back, its workloads move to member2
/// (Push) and member3 (Pull), and the descheduler moves what a lost node of member4 leaves without
/// room to member5. What comes of it in the end does not hang on who is quicker: each workload has
/// one place to go to.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"
#include "models/world/karmada/control_plane.h"
#include "models/world/world.h"

namespace firedrill::models {

struct FailoverScene {
  int workloads = 12;  ///< Deployments that member1 loses.
  sim::Duration outage_at = std::chrono::seconds(33);
  sim::Duration outage_ends = std::chrono::seconds(233);
  sim::Duration duration = std::chrono::minutes(15);
  bool elects = true;
  LatencyPreset latency = LatencyPreset::reference;
  std::uint64_t seed = 1;

  [[nodiscard]] WorldSpec spec() const;
};

/// One line an object: what it says that does not hang on when it came to say so.
using FinalState = std::vector<std::string>;

struct Played {
  std::vector<timeline::TimelineEvent> events;
  FinalState final_state;
};

[[nodiscard]] Played play_to_end(const WorldSpec& spec);

/// Whether each event's cause is an earlier one, and components stop and start in turn.
[[nodiscard]] testing::AssertionResult is_sound(const std::vector<timeline::TimelineEvent>& events);

/// An event about a process, at `at`.
[[nodiscard]] ScenarioEvent component_event(sim::Duration at, ComponentEvent component);

/// Events of one kind, with their payload.
template <class Event>
std::vector<std::pair<const timeline::TimelineEvent*, const Event*>> all_of(
    const std::vector<timeline::TimelineEvent>& events) {
  std::vector<std::pair<const timeline::TimelineEvent*, const Event*>> found;
  for (const auto& event : events) {
    if (const auto* payload = std::get_if<Event>(&event.payload))
      found.push_back({&event, payload});
  }
  return found;
}

}  // namespace firedrill::models
