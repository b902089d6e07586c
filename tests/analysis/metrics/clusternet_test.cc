// What Clusternet and Karmada's older releases do, measured by hand: evictions that no task shows.

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "measured.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using namespace timeline;

constexpr const char* feed = "apps/v1/Deployment/shop/web";

api::Taint unschedulable() {
  return {.key = "clusters.clusternet.io/unschedulable",
          .value = "ClusterStatusUnknown",
          .effect = "NoSchedule",
          .time_added = {}};
}

FeedsByCluster bound(const ReplicasByCluster& clusters) {
  FeedsByCluster feeds;
  for (const auto& [cluster, replicas] : clusters)
    feeds[cluster].emplace(feed, replicas);
  return feeds;
}

ScenarioFacts replicated(api::Replicas replicas) {
  ScenarioFacts facts = web_with(replicas);
  facts.workloads.front().traits = traits({.duplicated = true});
  return facts;
}

/// `a` is cut off at 100 s and back at 1000 s; its silence is noticed at 640 s, its voice at 1100.
std::vector<Told> silence(const ReplicasByCluster& before,
                          const ReplicasByCluster& during,
                          const ReplicasByCluster& after) {
  std::vector<Told> story{{0, SubscriptionScheduled{web, bound(before)}}};
  for (const auto& [cluster, replicas] : before) {
    story.push_back({10, PodsStarted{web, cluster, replicas, replicas}});
    story.push_back({10, PodsReady{web, cluster, replicas, replicas}});
  }
  story.insert(story.end(), {{100, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                             {640, HeartbeatLost{"a", at(90)}},
                             {640, ClusterConditionChanged{"a", "Ready", "Unknown", "Silence"}},
                             {640, TaintAdded{"a", unschedulable()}}});
  if (during != before) story.push_back({641, SubscriptionScheduled{web, bound(during)}});
  story.insert(story.end(), {{1'000, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
                             {1'100, HeartbeatSeen{"a", at(1'099)}},
                             {1'100, ClusterConditionChanged{"a", "Ready", "True", "Ready"}},
                             {1'100, TaintRemoved{"a", unschedulable()}}});
  if (after != during) story.push_back({1'100, SubscriptionScheduled{web, bound(after)}});
  return story;
}

// Two copies each on a, b and c; a's go on as orphans and are adopted when it is back.
TEST(ClusternetMetrics, ReplicationLosesAClusterAndGetsItBack) {
  const ReplicasByCluster all{{"a", 2}, {"b", 2}, {"c", 2}};
  const Measured measured(silence(all, {{"b", 2}, {"c", 2}}, all), 1'200, replicated(2));
  EXPECT_EQ(measured("stage.observed.max"), "540");  // 100 to 640
  EXPECT_EQ(measured("stage.condition.max"), "0");
  EXPECT_EQ(measured("stage.taint.max"), "0");
  EXPECT_EQ(measured("stage.queue.max"), "0");
  EXPECT_EQ(measured("stage.eviction.max"), "0");
  EXPECT_EQ(measured("stage.scheduled.max"), "1");
  EXPECT_EQ(measured("stage.ready.max"), "459");   // six are wanted: 641 to 1100
  EXPECT_EQ(measured("stage.total.max"), "1000");  // 540 + 1 + 459
  EXPECT_EQ(measured("eviction.started.count"), "1");
  EXPECT_EQ(measured("eviction.started.count", {.cluster = "a"}), "1");
  EXPECT_EQ(measured("eviction.end"), "541");
  EXPECT_EQ(measured("eviction.byHealth.count"), "0");
  EXPECT_EQ(measured("eviction.needless.count"), "0");
  EXPECT_EQ(measured("eviction.intoNothing.count"), "0");
  EXPECT_EQ(measured("migrations.total"), "0") << "what comes back has not moved";
  EXPECT_EQ(measured("stranded"), "1082");  // 2 * (641 - 100)
  EXPECT_EQ(measured("drift"), "918");      // 2 * (1100 - 641)
  EXPECT_EQ(measured("workload.runningTwice"), "0") << "six are wanted";
  EXPECT_EQ(measured("workload.unavailability.total"), "0") << "all six run on, wherever assigned";
  EXPECT_EQ(measured("workload.excluded"), "0");
  EXPECT_EQ(measured("conditions.changes"), "1") << "Unknown at first, then True";
}

// One cluster of a group of two: the spare one gets three copies, and the orphans run on.
TEST(ClusternetMetrics, ASpareClusterTakesOverWhileOrphansRun) {
  std::vector<Told> story = silence({{"a", 3}}, {{"b", 3}}, {{"b", 3}});
  const auto back = std::ranges::find(story, std::int64_t{1'000}, &Told::seconds);
  story.insert(back, {{642, PodsStarted{web, "b", 3, 3}}, {650, PodsReady{web, "b", 3, 3}}});
  const Measured measured(story, 1'200, replicated(3));
  EXPECT_EQ(measured("stage.total.max"), "550");  // 540 + 1 + 9
  EXPECT_EQ(measured("stage.ready.max"), "9");
  EXPECT_EQ(measured("migrations.total"), "3");
  EXPECT_EQ(measured("workload.runningTwice"), "1674");  // 3 * (1200 - 642)
  EXPECT_EQ(measured("stranded"), "1623");               // 3 * (641 - 100)
}

// Of a kind whose replicas Clusternet doesn't know a full copy moves all the same.
TEST(ClusternetMetrics, AKindThatItCannotReadMovesWithItsReplicas) {
  const Measured measured(silence({{"a", 0}}, {{"b", 0}}, {{"b", 0}}), 1'200, replicated(3));
  EXPECT_EQ(measured("migrations.total"), "3");
  EXPECT_EQ(measured("stranded"), "1623");
}

TEST(ClusternetMetrics, NoClusterLeftIsAnEvictionIntoNothing) {
  const Measured measured(silence({{"a", 2}}, {}, {{"a", 2}}), 1'200, replicated(2));
  EXPECT_EQ(measured("eviction.intoNothing.count"), "1");
  EXPECT_EQ(measured("workload.excluded"), "459");  // 641 to 1100
  EXPECT_EQ(measured("migrations.total"), "0");
}

// A divided workload stays where it is: nothing is evicted, and its share is stranded.
TEST(ClusternetMetrics, DividedReplicasAreStranded) {
  const ReplicasByCluster both{{"a", 2}, {"b", 1}};
  const Measured measured(silence(both, both, both), 1'200, web_with(3));
  EXPECT_EQ(measured("eviction.started.count"), "0");
  EXPECT_EQ(measured("eviction.end"), "none");
  EXPECT_EQ(measured("stage.total.max"), "none");
  EXPECT_EQ(measured("stranded"), "1800");  // 2 * (1000 - 100)
  EXPECT_EQ(measured("drift"), "0");
}

// Silence for which there is no fault in the timeline, e.g. an agent that was stopped.
TEST(ClusternetMetrics, AnOverdueHeartbeatStrands) {
  const Measured measured({{0, SubscriptionScheduled{web, bound({{"a", 2}})}},
                           {640, HeartbeatLost{"a", at(90)}},
                           {1'100, HeartbeatSeen{"a", at(1'099)}}},
                          1'200, web_with(2));
  EXPECT_EQ(measured("stranded"), "920");  // 2 * (1100 - 640)
}

// The cut was over 40 s before its silence was noticed: a cluster that is well is given up.
TEST(ClusternetMetrics, GivingUpWhatIsWellAgainIsNeedless) {
  std::vector<Told> story = silence({{"a", 2}}, {{"b", 2}}, {{"b", 2}});
  std::erase_if(story,
                [](const Told& told) { return std::holds_alternative<FaultEnded>(told.payload); });
  const auto noticed = std::ranges::find(story, std::int64_t{640}, &Told::seconds);
  story.insert(noticed, {600, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}});
  const Measured measured(story, 1'200, replicated(2));
  EXPECT_EQ(measured("eviction.started.count"), "1");
  EXPECT_EQ(measured("eviction.needless.count"), "1");
}

// A maintenance taint drives replicas out as well; nobody would call it needless.
TEST(ClusternetMetrics, AUsersTaintEvictsToo) {
  const api::Taint maintenance{
      .key = "maintenance", .value = "", .effect = "NoSchedule", .time_added = {}};
  const Measured measured({{0, SubscriptionScheduled{web, bound({{"a", 2}, {"b", 2}})}},
                           {50, TaintAdded{"a", maintenance}},
                           {52, SubscriptionScheduled{web, bound({{"b", 2}})}}},
                          100, replicated(2));
  EXPECT_EQ(measured("eviction.started.count"), "1");
  EXPECT_EQ(measured("eviction.needless.count"), "0");
  EXPECT_EQ(measured("stage.scheduled.max"), "2");
  EXPECT_EQ(measured("stage.total.max"), "2");
}

// A cluster that a new spec doesn't want any more was not evicted from.
TEST(ClusternetMetrics, WhatNobodyKeepsAwayIsNotEvicted) {
  const Measured measured({{0, SubscriptionScheduled{web, bound({{"a", 2}, {"b", 2}})}},
                           {52, SubscriptionScheduled{web, bound({{"b", 2}})}}},
                          100, replicated(2));
  EXPECT_EQ(measured("eviction.started.count"), "0");
  EXPECT_EQ(measured("stage.total.max"), "none");
}

/// Karmada up to v1.13 without graceful eviction: the taint manager strikes the cluster off, and
/// the scheduler finds another one so many seconds later.
std::vector<Told> struck_off(std::int64_t until_scheduled) {
  return {
      {10, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
      {10, PodsStarted{web, "a", 4, 4}},
      {20, PodsReady{web, "a", 4, 4}},
      {100, FaultStarted{"/events/0", "outage", "powerloss", {"a"}}},
      {107, ProbeFailed{"a", "refused"}},
      {137, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}},
      {138,
       TaintAdded{"a",
                  {.key = "not-ready", .value = "", .effect = "NoSchedule", .time_added = {}}}},
      {168,
       TaintAdded{"a", {.key = "not-ready", .value = "", .effect = "NoExecute", .time_added = {}}}},
      {170, EvictionQueued{web, "a", "taint-manager", at(180), 1}},
      {185, BindingScheduled{web, {}, "controller-manager"}},
      {185, EvictionDequeued{web, "a", "taint-manager", 0, 5s, "Evicted"}},
      {185 + until_scheduled, BindingScheduled{web, {{"b", 4}}, "scheduler"}},
      {186 + until_scheduled, PodsReady{web, "b", 4, 4}},
  };
}

TEST(LegacyMetrics, AnEvictionWithoutATaskCounts) {
  const Measured measured(struck_off(3), 300, web_with(4));
  EXPECT_EQ(measured("stage.observed.max"), "7");
  EXPECT_EQ(measured("stage.condition.max"), "30");
  EXPECT_EQ(measured("stage.taint.max"), "31");  // to NoExecute
  EXPECT_EQ(measured("stage.queue.max"), "2");
  EXPECT_EQ(measured("stage.eviction.max"), "15");
  EXPECT_EQ(measured("stage.scheduled.max"), "3");
  EXPECT_EQ(measured("stage.ready.max"), "1");
  EXPECT_EQ(measured("stage.total.max"), "89");
  EXPECT_EQ(measured("eviction.started.count"), "1");
  EXPECT_EQ(measured("eviction.end"), "85");
  EXPECT_EQ(measured("migrations.total"), "4");
  EXPECT_EQ(measured("eviction.intoNothing.count"), "1") << "for 3 s no cluster was assigned";
}

TEST(LegacyMetrics, WhatIsAssignedAnewAtTheSameInstantWasNeverWithoutACluster) {
  const Measured measured(struck_off(0), 300, web_with(4));
  EXPECT_EQ(measured("eviction.started.count"), "1");
  EXPECT_EQ(measured("eviction.intoNothing.count"), "0");
  EXPECT_EQ(measured("stage.scheduled.max"), "0");
}

}  // namespace
}  // namespace firedrill::analysis
