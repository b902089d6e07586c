/// Components crash, start anew, lose their link and their lease, at every moment of a failover in
/// which something is under way. What they hold in memory is lost and built up again from what the
/// API server keeps; the end is that of the undisturbed run ("restart changes the end state of no
/// workload").

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "failover_scene.h"
#include "sim/random.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using Events = std::vector<timeline::TimelineEvent>;

constexpr sim::Duration lease_wait = 16s;  ///< First try at or after 15 s, tries 2 s apart.

sim::Duration since_start(sim::Time time) {
  return time - sim::start_time;
}

/// The first event of a kind, from `from` on, for which `wanted` holds.
template <class Event, class Wanted>
sim::Duration when(const Events& events, sim::Duration from, Wanted wanted) {
  for (const auto& event : events) {
    const auto* payload = std::get_if<Event>(&event.payload);
    if (payload != nullptr && since_start(event.time) >= from && wanted(*payload))
      return since_start(event.time);
  }
  throw std::logic_error("the undisturbed run has no such moment");
}
template <class Event>
sim::Duration when(const Events& events, sim::Duration from = {}) {
  return when<Event>(events, from, [](const Event&) { return true; });
}

struct Moment {
  std::string name;
  sim::Duration at{};
};

sim::Duration between(sim::Duration a, sim::Duration b) {
  return a + (b - a) / 2;
}

/// Moments at which something is under way, found in the undisturbed run.
std::vector<Moment> moments(const Events& events) {
  using namespace timeline;
  const auto first_probe = when<ProbeFailed>(events);
  const auto queued = when<EvictionQueued>(events);
  const auto evicted = when<GracefulEvictionTaskAdded>(events);
  const auto placed = when<BindingScheduled>(events, evicted);
  const auto work = when<WorkCreated>(events, evicted);
  const auto delivered = when<ManifestDelivered>(events, work);
  const auto healthy = when<HealthChanged>(
      events, evicted + 1s, [](const HealthChanged& health) { return health.health == "Healthy"; });
  const auto ready = when<PodsReady>(events, evicted);
  const auto ended = when<GracefulEvictionTaskRemoved>(events, evicted);
  const auto deleting = when<WorkDeleting>(events, evicted);
  const auto recovered = when<ProbeRecovered>(events);
  const auto pending = when<PodsPending>(events, 40s);
  const auto squeezed = when<BindingScheduled>(
      events, pending,
      [](const BindingScheduled& scheduled) { return scheduled.workload.ends_with("squeezed"); });
  return {{"inside the failure threshold", first_probe + 15s},
          {"keys queued, writes in flight", queued + 1ms},
          {"an eviction's write in flight", evicted - 1ms},
          {"evicted, not placed", between(evicted, placed)},
          {"the scheduler's write in flight", placed - 1ms},
          {"Work created, not delivered", between(work, delivered)},
          {"workers paused", evicted + 1s},
          {"in the middle of the queue", evicted + 3s},
          {"tasks wait for health", between(evicted, ended)},
          {"pods ready, status on its way", between(ready, healthy)},
          {"tasks being dropped", ended + 1ms},
          {"deletions wait for the cluster", deleting + 30s},
          {"replicas wait for the descheduler", between(pending, squeezed)},
          {"inside the success threshold", recovered + 15s}};
}

enum class Blow : std::uint8_t { restart, restart_elected, down, isolated_briefly, isolated_long };

const char* name_of(Blow blow) {
  switch (blow) {
    case Blow::restart:
      return "restart without election";
    case Blow::restart_elected:
      return "restart";
    case Blow::down:
      return "down for 45 s";
    case Blow::isolated_briefly:
      return "isolated for 7 s";
    case Blow::isolated_long:
      return "isolated for 40 s";
  }
  return "";
}

struct Victim {
  const char* component;
  const char* cluster;
};
constexpr Victim victims[] = {{"controller-manager", ""},
                              {"scheduler", ""},
                              {"descheduler", ""},
                              {"agent", "member3"},
                              {"scheduler-estimator", "member5"}};

ScenarioEvent strike(const Victim& victim, Blow blow, sim::Duration at) {
  ComponentEvent component;
  component.name = victim.component;
  component.cluster = victim.cluster;
  std::optional<sim::Duration> lasts;
  switch (blow) {
    case Blow::restart:
    case Blow::restart_elected:
      component.restart = true;
      break;
    case Blow::down:
      component.state = ProcessState::down;
      lasts = 45s;
      break;
    case Blow::isolated_briefly:
      component.state = ProcessState::isolated;
      lasts = 7s;
      break;
    case Blow::isolated_long:
      component.state = ProcessState::isolated;
      lasts = 40s;
      break;
  }
  ScenarioEvent event = component_event(at, component);
  event.lasts = lasts;
  return event;
}

class RestartMatrix : public testing::TestWithParam<Victim> {};

TEST_P(RestartMatrix, EndsAsIfNothingHadHappened) {
  const FailoverScene scene;
  const Played undisturbed = play_to_end(scene.spec());
  ASSERT_TRUE(is_sound(undisturbed.events));
  for (const Moment& moment : moments(undisturbed.events)) {
    for (const Blow blow : {Blow::restart, Blow::restart_elected, Blow::down,
                            Blow::isolated_briefly, Blow::isolated_long}) {
      FailoverScene disturbed = scene;
      disturbed.elects = blow != Blow::restart;
      WorldSpec spec = disturbed.spec();
      spec.events.push_back(strike(GetParam(), blow, moment.at));
      const Played played = play_to_end(spec);
      const std::string where =
          fmt::format("{}: {} at {} s", moment.name, name_of(blow), sim::to_seconds(moment.at));
      EXPECT_TRUE(is_sound(played.events)) << where;
      EXPECT_EQ(played.final_state, undisturbed.final_state) << where;
      EXPECT_NE(played.events, undisturbed.events) << where << " left no trace";
      // Tasks and taints survive: nobody is evicted twice.
      for (const auto& workload : spec.workloads) {
        if (workload.name == "everywhere") continue;  // It goes back and forth by itself.
        const auto tasks = all_of<timeline::GracefulEvictionTaskAdded>(played.events);
        const auto evictions = std::ranges::count_if(
            tasks, [&](const auto& task) { return task.second->workload == workload.full_name(); });
        EXPECT_LE(evictions, 1) << where << ": " << workload.name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Components,
                         RestartMatrix,
                         testing::ValuesIn(victims),
                         [](const testing::TestParamInfo<Victim>& tested) {
                           std::string name = tested.param.component;
                           std::erase(name, '-');
                           return name;
                         });

TEST(Restart, AComponentThatNeverReturnsIsMissed) {
  // Otherwise the comparison above would say nothing.
  const FailoverScene scene;
  const Played undisturbed = play_to_end(scene.spec());
  for (const char* name : {"controller-manager", "scheduler", "descheduler"}) {
    ComponentEvent component;
    component.name = name;
    component.state = ProcessState::down;
    WorldSpec spec = scene.spec();
    spec.events.push_back(
        component_event(when<timeline::EvictionQueued>(undisturbed.events) - 1ms, component));
    EXPECT_NE(play_to_end(spec).final_state, undisturbed.final_state) << name;
  }
}

/// The run with one blow, and when the first eviction was in the undisturbed one.
struct Struck {
  Played played;
  sim::Duration evicted{};
  sim::Duration blow{};
};

Struck struck(const Victim& victim, Blow blow, sim::Duration after_eviction, bool elects) {
  FailoverScene scene;
  scene.elects = elects;
  const auto evicted = when<timeline::GracefulEvictionTaskAdded>(play_to_end(scene.spec()).events);
  WorldSpec spec = scene.spec();
  spec.events.push_back(strike(victim, blow, evicted + after_eviction));
  return {play_to_end(spec), evicted, evicted + after_eviction};
}

TEST(Restart, TheQueueIsBuiltUpAgainWithAllWorkersIdle) {
  const auto [played, evicted, blow] = struck({"controller-manager", ""}, Blow::restart, 3s, false);
  std::vector<sim::Duration> queued;
  for (const auto& [event, payload] : all_of<timeline::EvictionQueued>(played.events)) {
    if (since_start(event->time) >= blow && payload->cluster == "member1")
      queued.push_back(since_start(event->time));
  }
  std::vector<sim::Duration> evictions;
  for (const auto& [event, payload] : all_of<timeline::GracefulEvictionTaskAdded>(played.events)) {
    if (payload->workload.find("app") != std::string::npos)
      evictions.push_back(since_start(event->time) - evicted);
  }
  // Thirteen keys, six done; the seven that are left come back at once.
  const auto soon = [end = blow + 100ms](sim::Duration at) { return at < end; };
  EXPECT_EQ(std::ranges::count_if(queued, soon), 7);
  // Three at 0 and at 2 s, then three at once at 3 s though the pause of those before is not over.
  ASSERT_EQ(evictions.size(), 12U);
  EXPECT_LT(evictions[5], 2500ms);
  EXPECT_GE(evictions[6], 3s);
  EXPECT_LT(evictions[8], 3100ms);
  EXPECT_GE(evictions[9], 5s);
}

TEST(Restart, WithAnElectionTheQueueWaitsForTheLease) {
  const auto [played, evicted, blow] =
      struck({"controller-manager", ""}, Blow::restart_elected, 3s, true);
  const auto stopped = when<timeline::ComponentStopped>(played.events);
  const auto started = when<timeline::ComponentStarted>(played.events);
  EXPECT_EQ(stopped, blow);
  EXPECT_EQ(started, blow + lease_wait);
  EXPECT_GE(when<timeline::EvictionQueued>(played.events, blow), started);
  EXPECT_LT(when<timeline::EvictionQueued>(played.events, blow), started + 100ms);
}

TEST(Restart, AnIsolatedLeaderStopsAfterItsRenewDeadlineAndReturnsByTheRulesOfTheLease) {
  const auto [played, evicted, blow] =
      struck({"controller-manager", ""}, Blow::isolated_long, 1s, true);
  const auto stops = all_of<timeline::ComponentStopped>(played.events);
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].second->reason, "LeaseLost");
  // Renewals at even seconds.
  const sim::Duration stopped = since_start(stops[0].first->time);
  EXPECT_GT(stopped, blow + 10s);
  EXPECT_LE(stopped, blow + 12s);
  const auto starts = all_of<timeline::ComponentStarted>(played.events);
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(since_start(starts[0].first->time), blow + 40s + lease_wait);
  // Cut off, it changes nothing in the control plane.
  for (const auto& [event, payload] : all_of<timeline::GracefulEvictionTaskAdded>(played.events)) {
    const sim::Duration at = since_start(event->time);
    EXPECT_TRUE(at < blow + 3ms || at > blow + 40s) << sim::to_seconds(at);
  }
}

TEST(Restart, AShortIsolationCostsNoLeadership) {
  const auto [played, evicted, blow] =
      struck({"controller-manager", ""}, Blow::isolated_briefly, 1s, true);
  EXPECT_TRUE(all_of<timeline::ComponentStopped>(played.events).empty());
}

TEST(Restart, WithoutElectionAnIsolatedProcessNeverStops) {
  const auto [played, evicted, blow] =
      struck({"controller-manager", ""}, Blow::isolated_long, 1s, false);
  EXPECT_TRUE(all_of<timeline::ComponentStopped>(played.events).empty());
  const auto again = when<timeline::GracefulEvictionTaskAdded>(played.events, blow + 3ms);
  EXPECT_GE(again, blow + 40s);
}

TEST(Restart, AnAgentThatIsCutOffFallsSilentAndReportsAgainWhenItLeads) {
  const auto [played, evicted, blow] = struck({"agent", "member3"}, Blow::isolated_long, 1s, true);
  const auto expired = all_of<timeline::LeaseExpired>(played.events);
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0].second->cluster, "member3");
  const auto back = when<timeline::ClusterConditionChanged>(
      played.events, since_start(expired[0].first->time) + 1ms,
      [](const timeline::ClusterConditionChanged& change) {
        return change.cluster == "member3" && change.status == "True";
      });
  EXPECT_GE(back, blow + 40s + lease_wait) << "the agent leads first";
}

TEST(Restart, AnEstimatorThatIsDownKeepsTheDeschedulerFromActing) {
  FailoverScene scene;
  const auto moved = [](const Events& events) {
    return when<timeline::BindingScheduled>(events, 40s,
                                            [](const timeline::BindingScheduled& scheduled) {
                                              return scheduled.workload.ends_with("squeezed");
                                            });
  };
  const sim::Duration usual = moved(play_to_end(scene.spec()).events);
  WorldSpec spec = scene.spec();
  spec.events.push_back(strike({"scheduler-estimator", "member4"}, Blow::down, usual - 10s));
  const Played played = play_to_end(spec);
  EXPECT_GE(moved(played.events), usual + 35s);
  EXPECT_EQ(all_of<timeline::ComponentStopped>(played.events).size(), 1U);
  EXPECT_EQ(all_of<timeline::ComponentStarted>(played.events).size(), 1U);
}

/// Blow after blow on all components, from before the outage is found until `storm_ends`.
void add_storm(WorldSpec& spec, std::uint64_t seed, sim::Duration storm_ends) {
  sim::Random random(seed);
  sim::Duration at = 30s;
  while (true) {
    at += random.uniform(sim::Duration(100ms), sim::Duration(15s));
    const sim::Duration lasts = random.uniform(sim::Duration(1ms), sim::Duration(40s));
    if (at + lasts > storm_ends) return;
    ScenarioEvent event =
        strike(victims[random.below(std::size(victims))], static_cast<Blow>(random.below(5)), at);
    event.pointer = fmt::format("/events/{}", spec.events.size());
    if (event.lasts) event.lasts = lasts;
    spec.events.push_back(std::move(event));
  }
}

TEST(Restart, AfterAnyStormOfCrashesAllComesToTheEndOfTheUndisturbedRun) {
  // When all is up again, and what may take how long from there on.
  constexpr sim::Duration storm_ends = 260s;
  constexpr sim::Duration leading = storm_ends + 15s + 4400ms;  // Lease, and the longest try.
  constexpr sim::Duration known = leading + 10s + 40s;          // Probe; threshold and its probe.
  constexpr sim::Duration evicted = known + 14s + 10s;          // 21 keys, 3 every 2 s; one round.
  constexpr sim::Duration healthy = evicted + 10s + 20s + 10s;  // Scheduler's back-off, start-up.
  constexpr sim::Duration outage_ends = healthy + 30s;
  constexpr sim::Duration recovered = outage_ends + 10s + 40s;
  // A retry of a deletion comes at most as late again as it has been failing for.
  constexpr sim::Duration settled = recovered + (recovered - 40s) + 30s;
  FailoverScene scene{
      .workloads = 20, .outage_at = 33s, .outage_ends = outage_ends, .duration = settled};
  const Played undisturbed = play_to_end(scene.spec());
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    scene.elects = seed % 5 != 0;
    constexpr std::array presets{LatencyPreset::reference, LatencyPreset::none,
                                 LatencyPreset::typical};
    scene.latency = presets.at(seed % presets.size());
    scene.seed = seed;
    WorldSpec spec = scene.spec();
    add_storm(spec, seed, storm_ends);
    ASSERT_GT(spec.events.size(), 10U);
    const Played played = play_to_end(spec);
    EXPECT_TRUE(is_sound(played.events)) << seed;
    EXPECT_EQ(played.final_state, undisturbed.final_state) << seed;
  }
}

}  // namespace
}  // namespace firedrill::models
