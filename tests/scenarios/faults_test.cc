/// Whole replays: what befalls a control plane and two regions, 40 and 80 ms away. Times were
/// worked out by hand; unless said otherwise probes of paris and rome start at 0 s and then 10 s
/// after the last was answered, 80 ms a time.

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay.h"

namespace firedrill::scenarios {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using timeline::ClusterConditionChanged;
using timeline::FaultEnded;
using timeline::FaultStarted;
using timeline::ProbeFailed;
using timeline::ProbeRecovered;

Replay sites(const std::string& events, std::vector<std::string> more = {}) {
  more.push_back("/events=[" + events + "]");
  return {"three-sites", std::move(more)};
}

/// When the Ready condition of a cluster became so, after the start-up.
Instants ready(const Replay& replay, const std::string& cluster, const std::string& status) {
  return replay.when<ClusterConditionChanged>([&](const ClusterConditionChanged& event) {
    return event.cluster == cluster && event.condition == "Ready" && event.status == status;
  });
}

template <class Event>
Instants of(const Replay& replay, const std::string& cluster) {
  return replay.when<Event>([&](const Event& event) { return event.cluster == cluster; });
}

/// Instants and clusters of the faults that begin.
struct Strike {
  sim::Duration at;
  std::vector<std::string> clusters;
  std::string fault;
  friend bool operator==(const Strike&, const Strike&) = default;
};

std::vector<Strike> strikes(const Replay& replay) {
  std::vector<Strike> all;
  for (const timeline::TimelineEvent& event : replay.events) {
    if (const auto* fault = std::get_if<FaultStarted>(&event.payload))
      all.push_back({event.time.time_since_epoch(), fault->clusters, fault->fault});
  }
  return all;
}

TEST(Faults, MessagesTakeTheirTime) {
  const Replay calm = sites("");
  EXPECT_THAT(ready(calm, "paris", "True"), ElementsAre(80ms));
  // The agent hears of its cluster's creation, and its status is sent.
  EXPECT_THAT(ready(calm, "texas", "True"), ElementsAre(160ms));
  EXPECT_THAT(of<timeline::ManifestDelivered>(calm, "paris"), ElementsAre(11040ms));
  EXPECT_THAT(of<timeline::HealthChanged>(calm, "paris"), ElementsAre(11s, 11080ms));
}

TEST(Faults, APartitionLeavesPodsRunningUntilTheClusterLearnsOfItsDeletions) {
  const Replay parted =
      sites(R"({"at": "60s", "for": "2m", "partition": {"between": [["hub"], ["eu"]]}})");
  EXPECT_THAT(of<ProbeFailed>(parted, "paris"), ElementsAre(60560ms));
  EXPECT_THAT(ready(parted, "paris", "False"), ElementsAre(90560ms));
  EXPECT_THAT(parted.evictions("paris"), ElementsAre(90560ms));
  // To texas over 80 ms, after the agent has seen its Work, which took as long.
  EXPECT_THAT(of<timeline::ManifestDelivered>(parted, "texas"), ElementsAre(90560ms + 240ms));
  EXPECT_THAT(of<ProbeRecovered>(parted, "paris"), ElementsAre(180640ms));
  const Instants stopped = of<timeline::PodsStopped>(parted, "paris");
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_GT(stopped.front(), 210880ms) << "deleted before the cluster was Ready again";
}

TEST(Faults, AnsweredProbesThatAreStoppedOnTheirWayBackEndByTimeOut) {
  const Replay mute = sites(
      R"({"at": "60s", "for": "2m", "partition": {"between": [["eu"], ["hub"]], "oneWay": true,
          "packets": "dropped"}})");
  EXPECT_THAT(of<ProbeFailed>(mute, "paris"), ElementsAre(92560ms));
  // The second failure is the first after the threshold of 30 s.
  EXPECT_THAT(ready(mute, "paris", "False"), ElementsAre(134560ms));
  // The new taint has it probed at once, until 166.56 s; what is asked at 176.56 s is answered
  // late.
  EXPECT_THAT(of<ProbeRecovered>(mute, "paris"), ElementsAre(208560ms));
}

TEST(Faults, AWayAroundALinkThatIsDownIsLongerAndOpen) {
  const Replay around =
      sites(R"({"at": "5s", "for": "2m", "link": {"from": "eu", "to": "hub", "state": "down"}})");
  // hub to us, us to eu.
  EXPECT_THAT(of<timeline::ManifestDelivered>(around, "paris"), ElementsAre(11180ms));
  EXPECT_THAT(of<ProbeFailed>(around, "paris"), IsEmpty());
  ASSERT_EQ(strikes(around).size(), 1U);
  EXPECT_THAT(strikes(around).front().clusters, IsEmpty());
}

TEST(Faults, ALinkThatLosesEverythingIsACut) {
  const Replay lost = sites(
      R"({"at": "60s", "link": {"from": "hub", "to": "eu", "loss": 1}},
         {"at": "60s", "link": {"from": "us", "to": "eu", "state": "down"}})");
  EXPECT_THAT(of<ProbeFailed>(lost, "paris"), ElementsAre(92560ms));
  EXPECT_THAT(ready(lost, "paris", "False"), ElementsAre(134560ms));
}

TEST(Faults, LostLeasesOfAnAgentMakeItsClusterUnknown) {
  const Replay lost = sites(
      R"({"at": "61s", "link": {"from": "hub", "to": "us", "loss": 1}},
         {"at": "61s", "link": {"from": "us", "to": "eu", "state": "down"}})");
  const Instants unknown = ready(lost, "texas", "Unknown");
  ASSERT_EQ(unknown.size(), 1U);
  // The last lease came through at most 10 s before; the monitor looks every 5 s for one of 40 s.
  EXPECT_GE(unknown.front(), 91s);
  EXPECT_LE(unknown.front(), 106s);
}

TEST(Faults, AFlapIsDownThenUpUntilItEnds) {
  const Replay flapping = sites(
      R"({"id": "f", "at": "60s", "for": "75s", "flap": {"clusters": "paris", "up": "20s", "down": "10s"}})");
  EXPECT_EQ(strikes(flapping),
            (std::vector<Strike>{
                {60s, {"paris"}, "f#1"}, {90s, {"paris"}, "f#2"}, {120s, {"paris"}, "f#3"}}));
  EXPECT_THAT(flapping.when<FaultEnded>(), ElementsAre(70s, 100s, 130s));
}

TEST(Faults, AFlapThatEndsWhileDownIsUpAgain) {
  const Replay flapping = sites(
      R"({"id": "f", "at": "60s", "flap": {"link": {"from": "hub", "to": "eu"}, "up": "1m", "down": "1m"}},
         {"at": "90s", "end": "f"})");
  EXPECT_THAT(flapping.when<FaultStarted>(), ElementsAre(60s));
  EXPECT_THAT(flapping.when<FaultEnded>(), ElementsAre(90s));
}

TEST(Faults, JitterStretchesUpToItsShare) {
  const Replay flapping = sites(
      R"({"at": "60s", "flap": {"clusters": "*", "up": "10s", "down": "10s", "jitter": 0.2}})");
  const std::vector<Strike> all = strikes(flapping);
  std::set<sim::Duration> lengths;
  sim::Duration last{};
  for (const Strike& strike : all) {
    if (strike.clusters != std::vector<std::string>{"paris"}) continue;
    if (last > 0s) {
      EXPECT_GE(strike.at - last, 16s);
      EXPECT_LE(strike.at - last, 24s);
      lengths.insert(strike.at - last);
    }
    last = strike.at;
  }
  EXPECT_GE(lengths.size(), 8U);
}

TEST(Faults, EachClusterHasFaultsOfItsOwn) {
  const std::string random =
      R"({"random": {"fault": "outage", "clusters": "*", "mtbf": "20s", "repair": {"distribution": "weibull",
          "shape": 0.7, "scale": "5s"}}})";
  const auto of_paris = [](const std::vector<Strike>& all) {
    Instants instants;
    for (const Strike& strike : all) {
      if (strike.clusters == std::vector<std::string>{"paris"}) instants.push_back(strike.at);
    }
    return instants;
  };
  const Instants alone = of_paris(strikes(sites(random)));
  EXPECT_GT(alone.size(), 5U);
  // Another cluster, and another seed.
  const Replay four = sites(random, {R"(/clusters/-={"name": "lyon", "site": "eu"})"});
  EXPECT_EQ(of_paris(strikes(four)), alone);
  EXPECT_GT(strikes(four).size(), strikes(sites(random)).size());
  EXPECT_NE(of_paris(strikes(sites(random, {"/simulation/seed=8"}))), alone);
}

TEST(Faults, ThoseThatShareARegionFailAlong) {
  const Replay together = sites(
      R"({"random": {"fault": "outage", "clusters": {"site": "eu"}, "mtbf": "40s", "repair": "5s",
          "correlated": {"by": "region", "probability": 1}}})");
  const std::vector<Strike> all = strikes(together);
  ASSERT_GT(all.size(), 3U);
  for (const Strike& strike : all)
    EXPECT_THAT(strike.clusters, ElementsAre("paris", "rome"));
}

TEST(Faults, ClustersThatJoinedFailAlongToo) {
  const Replay joined = sites(
      R"({"at": "20s", "join": {"name": "lyon", "site": "eu", "region": "europe"}},
         {"at": "30s", "random": {"fault": "outage", "clusters": {"region": "europe"}, "mtbf": "40s", "repair": "5s",
          "correlated": {"by": "site", "probability": 1}}})");
  const std::vector<Strike> all = strikes(joined);
  ASSERT_FALSE(all.empty());
  EXPECT_THAT(all.front().clusters, ElementsAre("lyon", "paris", "rome"));
}

TEST(Faults, ThereIsALimitToChance) {
  LoadOptions load;
  load.overrides = {
      R"(/events=[{"random": {"fault": "outage", "clusters": "*", "mtbf": "1s", "repair": "1s"}}])"};
  api::Diagnostics diagnostics;
  const auto scenario =
      load_scenario("tests/scenarios/replays/three-sites.json", load, diagnostics);
  ASSERT_TRUE(scenario) << diagnostics.render();
  EXPECT_NO_THROW((void)run(*scenario));
  RunOptions options;
  options.random_faults = 50;
  EXPECT_THROW((void)run(*scenario, {}, options), RunLimitReached);
}

TEST(Faults, ADegradedClusterFailsSomeProbesAndRunsOn) {
  const Replay always = sites(
      R"({"at": "60s", "for": "2m", "outage": {"clusters": "paris", "mode": "degraded", "probability": 1}})");
  EXPECT_THAT(of<ProbeFailed>(always, "paris"), ElementsAre(60560ms));
  EXPECT_THAT(ready(always, "paris", "False"), ElementsAre(90560ms));
  const Replay half = sites(
      R"({"at": "60s", "outage": {"clusters": "paris", "mode": "degraded", "probability": 0.5}})");
  EXPECT_GT(of<ProbeFailed>(half, "paris").size(), 2U);
  EXPECT_GT(of<ProbeRecovered>(half, "paris").size(), 2U);
  EXPECT_THAT(of<ProbeFailed>(half, "rome"), IsEmpty());
  EXPECT_THAT(half.when<timeline::PodsStopped>(), IsEmpty());
}

TEST(Faults, WhatWaitsForTheTimelineFollowsIt) {
  const Replay chain = sites(
      R"({"at": "60s", "for": "2m", "outage": {"clusters": "paris"}},
         {"on": {"kind": "TaintAdded", "cluster": "paris", "taint": {"effect": "NoExecute"}}, "after": "40s",
          "outage": {"clusters": "texas", "mode": "powerloss"}},
         {"at": "100s", "on": {"kind": "ProbeFailed"}, "scale": {"workload": "default/web", "replicas": 5}})");
  EXPECT_EQ(strikes(chain), (std::vector<Strike>{{60s, {"paris"}, "/events/0"},
                                                 {130560ms, {"texas"}, "/events/1"}}));
  const auto scaled = [](const timeline::ScenarioEvent& event) { return event.type == "scale"; };
  EXPECT_THAT(chain.when<timeline::ScenarioEvent>(scaled), IsEmpty())
      << "the only failed probe came before 100 s";
  // It has the event that it waited for as its cause.
  for (const timeline::TimelineEvent& event : chain.events) {
    const auto* fault = std::get_if<FaultStarted>(&event.payload);
    if (fault == nullptr || fault->fault != "/events/1") continue;
    const auto& cause = chain.events.at(event.cause - 1).payload;
    ASSERT_TRUE(std::holds_alternative<timeline::TaintAdded>(cause));
  }
}

TEST(Faults, AsManyMatchesCountAsAreAskedFor) {
  const Replay twice = sites(
      R"({"every": "40s", "until": "3m", "for": "15s", "outage": {"clusters": "rome"}},
         {"id": "echo", "on": {"kind": "ProbeFailed", "cluster": "rome"}, "times": 2, "after": "1s", "for": "5s",
          "clientError": {"clusters": "paris"}})");
  Instants echoes;
  for (const Strike& strike : strikes(twice)) {
    if (strike.fault.starts_with("echo#")) echoes.push_back(strike.at);
  }
  ASSERT_EQ(echoes.size(), 2U);
  const Instants failures = of<ProbeFailed>(twice, "rome");
  ASSERT_EQ(failures.size(), 4U);
  EXPECT_THAT(echoes, ElementsAre(failures[0] + 1s, failures[1] + 1s));
}

TEST(Faults, EmptyListsEmptyTheSummary) {
  const Replay blind =
      sites(R"({"at": "25s", "for": "10s", "listerError": {"clusters": "paris"}})");
  std::vector<std::size_t> sizes;
  for (const timeline::TimelineEvent& event : blind.events) {
    const auto* summary = std::get_if<timeline::ResourceSummaryChanged>(&event.payload);
    if (summary == nullptr || summary->cluster != "paris") continue;
    sizes.push_back(summary->resource_summary.allocatable.size());
  }
  // Joined; pods at 20 s; empty at 30 s; back at 40 s.
  EXPECT_THAT(sizes, ElementsAre(3U, 3U, 0U, 3U));
}

TEST(Faults, AnEstimatorThatHangsHoldsTheSchedulerUp) {
  const std::vector<std::string> asked{"/controlPlane/flags/enable-scheduler-estimator=true"};
  const auto scheduled = [&](const std::string& events) {
    return sites(events, asked).when<timeline::BindingScheduled>().front();
  };
  EXPECT_EQ(scheduled(""), 11s);
  EXPECT_EQ(scheduled(R"({"at": "5s", "estimatorError": {"clusters": "paris"}})"), 11s);
  const sim::Duration hung =
      scheduled(R"({"at": "5s", "estimatorError": {"clusters": "paris", "how": "timeout"}})");
  EXPECT_GE(hung, 14s) << "scheduler-estimator-timeout is 3 s";
  std::vector<std::string> slow = asked;
  slow.push_back("/clusters/0/estimator={\"latency\": \"250ms\"}");
  const Replay late = sites("", slow);
  EXPECT_GT(late.when<timeline::BindingScheduled>().front(), 11s);
  EXPECT_LT(late.when<timeline::BindingScheduled>().front(), 13s);
}

TEST(Faults, AConditionOfSomebodyElseWorksOnTaintPolicies) {
  const auto full = [](const auto& event) { return event.taint.key == "disk-full"; };
  const Replay set = sites(
      R"({"at": "60s", "condition": {"cluster": "rome", "type": "DiskFull", "status": "True", "reason": "Full"}},
         {"at": "90s", "condition": {"cluster": "rome", "type": "DiskFull", "status": "False"}})");
  EXPECT_THAT(set.when<timeline::TaintAdded>(full), ElementsAre(60s));
  EXPECT_THAT(set.when<timeline::TaintRemoved>(full), ElementsAre(90s));
  const Replay born =
      sites("", {R"(/clusters/1/conditions=[{"type": "DiskFull", "status": "True"}])"});
  EXPECT_THAT(born.when<timeline::TaintAdded>(full), ElementsAre(0s));
}

TEST(Faults, AnyOfTheClustersIsPickedBySeed) {
  std::set<std::vector<std::string>> picks;
  for (int seed = 1; seed <= 20; ++seed) {
    const std::vector<std::string> seeded{"/simulation/seed=" + std::to_string(seed)};
    const std::string one =
        R"({"at": "60s", "outage": {"clusters": {"fraction": 0.3, "pick": "random"}}})";
    const Replay picked = sites(one, seeded);
    ASSERT_EQ(strikes(picked).size(), 1U);
    EXPECT_EQ(strikes(picked), strikes(sites(one, seeded)));
    picks.insert(strikes(picked).front().clusters);
  }
  EXPECT_EQ(picks.size(), 3U);
}

TEST(Faults, AnAgentStartsInItsPhase) {
  // It finds its cluster when it starts.
  const Replay late = sites("", {"/clusters/2/agent/phase=\"7s\""});
  EXPECT_THAT(ready(late, "texas", "True"), ElementsAre(7080ms));
}

TEST(Faults, GatesOfOneAgentAreItsOwn) {
  const auto models_of = [](const Replay& replay, const std::string& cluster) {
    bool any = false;
    for (const timeline::TimelineEvent& event : replay.events) {
      const auto* summary = std::get_if<timeline::ResourceSummaryChanged>(&event.payload);
      if (summary != nullptr && summary->cluster == cluster)
        any = any || !summary->resource_summary.allocatable_modelings.empty();
    }
    return any;
  };
  const Replay own = sites(
      "",
      {R"(/clusters/2/agent/featureGates={"CustomizedClusterResourceModeling": true})",
       R"(/clusters/2/resourceModels=[{"grade": 0, "ranges": [{"name": "cpu", "min": "0", "max": "9223372036854775807"}]}])"});
  EXPECT_TRUE(models_of(own, "texas"));
  EXPECT_FALSE(models_of(own, "paris"));
}

}  // namespace
}  // namespace firedrill::scenarios
