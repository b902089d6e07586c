// Random scenarios are valid, the same everywhere, and have everything that the format has.

#include "scenarios/random/random_scenario.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/profiles.h"
#include "scenarios/loader.h"
#include "sim/random.h"

namespace firedrill::scenarios {
namespace {

constexpr std::uint64_t seeds = 400;

const std::vector<ScenarioFile>& all() {
  static const std::vector<ScenarioFile> made = [] {
    std::vector<ScenarioFile> files;
    for (std::uint64_t seed = 0; seed < seeds; ++seed)
      files.push_back(random_scenario(seed));
    return files;
  }();
  return made;
}

template <class Collect>
std::set<std::string> words(const Collect& collect) {
  std::set<std::string> found;
  for (const ScenarioFile& file : all())
    collect(file, found);
  return found;
}

TEST(RandomScenario, IsTakenByTheLoader) {
  for (const ScenarioFile& file : all()) {
    api::Diagnostics diagnostics;
    const auto scenario =
        load_scenario_text(scenario_text(file), file.metadata.name + ".json", {}, diagnostics);
    ASSERT_TRUE(scenario.has_value()) << diagnostics.render() << scenario_text(file);
  }
}

TEST(RandomScenario, IsTheSameEachTime) {
  for (const std::uint64_t seed : {0U, 7U, 399U})
    EXPECT_EQ(scenario_text(random_scenario(seed)), scenario_text(all()[seed]));
  EXPECT_NE(scenario_text(all()[1]), scenario_text(all()[2]));
}

// A change here changes what every seed means: fine, but not by accident, and not by a compiler.
TEST(RandomScenario, IsTheSameEverywhere) {
  std::uint64_t hash = 0;
  for (std::size_t seed = 0; seed < 50; ++seed)
    hash = sim::stable_hash(scenario_text(all()[seed]), hash);
  EXPECT_EQ(hash, 4'405'393'493'059'533'386U);
}

TEST(RandomScenario, LeavesOtherPartsAloneWhenOneGrows) {
  const ScenarioFile usual = random_scenario(5);
  const ScenarioFile more = random_scenario(5, {.faults = 9, .actions = 9});
  EXPECT_EQ(more.clusters, usual.clusters);
  EXPECT_EQ(more.workloads, usual.workloads);
  EXPECT_EQ(more.control_plane, usual.control_plane);
}

TEST(RandomScenario, KeepsToTheProfileAskedFor) {
  for (const policy::Profile& profile : policy::profiles) {
    const ScenarioFile file = random_scenario(3, {.profile = profile.name});
    EXPECT_EQ(file.control_plane.profile, profile.name);
    api::Diagnostics diagnostics;
    EXPECT_TRUE(load_scenario_text(scenario_text(file), "x.json", {}, diagnostics).has_value())
        << diagnostics.render();
  }
}

TEST(RandomScenario, RefusesSizesThatMakeNoWorld) {
  EXPECT_THROW((void)random_scenario(1, {.clusters = 1}), std::logic_error);
  EXPECT_THROW((void)random_scenario(1, {.profile = "karmad"}), std::logic_error);
}

TEST(RandomScenario, HasEveryProfile) {
  const auto found =
      words([](const auto& file, auto& into) { into.insert(file.control_plane.profile); });
  EXPECT_EQ(found.size(), policy::profiles.size());
}

TEST(RandomScenario, HasEveryKindOfEvent) {
  const auto found = words([](const auto& file, auto& into) {
    for (const models::ScenarioEvent& event : file.events)
      into.insert(models::key_of(event.action));
  });
  EXPECT_EQ(found.size(), std::variant_size_v<models::EventAction>)
      << testing::PrintToString(found);
}

TEST(RandomScenario, HasEveryWayToSayWhen) {
  const auto found = words([](const auto& file, auto& into) {
    for (const models::ScenarioEvent& event : file.events) {
      into.insert(event.every ? "every" : event.on ? "on" : event.at ? "at" : "from the start");
      if (event.lasts) into.insert("for");
      if (!event.id.empty()) into.insert("id");
      if (event.times > 1) into.insert("times");
    }
  });
  EXPECT_THAT(found, testing::UnorderedElementsAre("at", "every", "on", "from the start", "for",
                                                   "id", "times"));
}

TEST(RandomScenario, HasEveryFaultAtRandomAndEveryMode) {
  std::set<models::OutageMode> modes;
  std::set<models::PacketLoss> packets;
  std::set<models::ProcessState> states;
  std::set<std::string> components;
  const auto faults = words([&](const auto& file, auto& into) {
    for (const models::ScenarioEvent& event : file.events) {
      if (const auto* source = std::get_if<models::RandomEvent>(&event.action))
        into.insert(source->fault);
      if (const auto* outage = std::get_if<models::OutageEvent>(&event.action)) {
        modes.insert(outage->mode);
        packets.insert(outage->packets);
      }
      if (const auto* component = std::get_if<models::ComponentEvent>(&event.action)) {
        components.insert(component->name);
        if (component->state) states.insert(*component->state);
      }
    }
  });
  EXPECT_THAT(faults,
              testing::UnorderedElementsAre("outage", "clientError", "listerError",
                                            "estimatorError", "partition", "link", "component"));
  EXPECT_EQ(modes.size(), 4U);
  EXPECT_EQ(packets.size(), 2U);
  EXPECT_EQ(states.size(), 3U);
  EXPECT_THAT(components,
              testing::UnorderedElementsAre("controller-manager", "scheduler", "descheduler",
                                            "agent", "scheduler-estimator"));
}

std::string strategy_of(const api::Placement& placement) {
  if (!placement.replica_scheduling) return "nothing said";
  const api::ReplicaScheduling& division = *placement.replica_scheduling;
  if (division.type == api::scheduling_duplicated) return "Duplicated";
  if (division.preference == api::division_aggregated) return "Aggregated";
  if (!division.weight_preference) return "equal weights";
  return division.weight_preference->dynamic_weight.empty() ? "static weights" : "dynamic weights";
}

TEST(RandomScenario, HasEveryStrategyAndPlacement) {
  const auto strategies = words([](const auto& file, auto& into) {
    for (const models::WorkloadSpec& workload : file.workloads)
      into.insert(strategy_of(workload.placement));
  });
  EXPECT_EQ(strategies.size(), 6U) << testing::PrintToString(strategies);
  const auto parts = words([](const auto& file, auto& into) {
    for (const models::WorkloadSpec& workload : file.workloads) {
      const api::Placement& placement = workload.placement;
      if (placement.cluster_affinity) into.insert("affinity");
      for (const api::AffinityTerm& term : placement.cluster_affinities)
        into.insert(term.overflow.empty() ? "groups" : "overflow");
      for (const api::SpreadConstraint& spread : placement.spread_constraints)
        into.insert("by " + spread.field);
      for (const api::Toleration& toleration : placement.cluster_tolerations)
        into.insert(toleration.toleration_seconds ? "for a time" : "for ever");
      if (placement.workload_affinity) into.insert("workloadAffinity");
      if (workload.subscription.present()) into.insert("subscribers");
      if (workload.failover) into.insert("failover");
      if (workload.suspension) into.insert("suspension");
      if (!workload.components.empty()) into.insert("components");
    }
  });
  EXPECT_THAT(parts, testing::UnorderedElementsAre(
                         "affinity", "groups", "overflow", "by cluster", "by region", "by zone",
                         "by provider", "for a time", "for ever", "workloadAffinity", "subscribers",
                         "failover", "suspension", "components"));
}

TEST(RandomScenario, HasEveryDistributionPresetAndMode) {
  using models::DurationModel;
  std::set<models::DistributionKind> kinds;
  std::set<models::LatencyPreset> presets;
  std::set<std::string> modes;
  for (const ScenarioFile& file : all()) {
    presets.insert(file.control_plane.latency.preset);
    for (const models::WorkloadSpec& workload : file.workloads)
      kinds.insert(workload.behaviour.startup.distribution);
    for (const ClusterEntry& entry : file.clusters) {
      const models::ClusterSpec& cluster = entry.pattern ? entry.pattern->cluster : entry.cluster;
      const bool clusternet = file.control_plane.profile == "clusternet";
      modes.insert((clusternet ? "clusternet " : "karmada ") +
                   std::to_string(static_cast<int>(cluster.sync_mode)));
    }
  }
  EXPECT_EQ(kinds.size(), 6U);
  EXPECT_EQ(presets.size(), 3U);
  EXPECT_EQ(modes.size(), 5U) << testing::PrintToString(modes);
}

}  // namespace
}  // namespace firedrill::scenarios
