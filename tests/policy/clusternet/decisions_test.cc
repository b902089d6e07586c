/// Clusternet's decisions where its golden vectors leave gaps: what an agent's report changes, when
/// a cluster counts as lost, searches that end early, events of clusters in deletion, limits.

#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/lifecycle/cluster_lifecycle.h"
#include "policy/clusternet/predictor/predictor.h"
#include "policy/clusternet/scheduler/admission.h"
#include "policy/clusternet/scheduler/dividing.h"
#include "policy/clusternet/scheduler/feasible.h"
#include "policy/clusternet/scheduler/schedule.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

api::Timestamp at(api::Duration time) {
  return api::Timestamp(time);
}

Subscriber everywhere() {
  Subscriber subscriber;
  subscriber.cluster_affinity.emplace();
  return subscriber;
}

api::Taint no_schedule(std::string key) {
  return {.key = std::move(key), .value = "", .effect = "NoSchedule", .time_added = {}};
}

/// Clusters named ns/c000 and on, every second one tainted.
Clusters half_tainted(int count) {
  Clusters clusters;
  for (int i = 0; i < count; ++i) {
    auto cluster = std::make_shared<ManagedCluster>();
    cluster->metadata.space = "ns";
    cluster->metadata.name = "c" + std::to_string(1000 + i);
    if (i % 2 == 1) cluster->spec.taints = {no_schedule("full")};
    clusters.emplace(identity(cluster->metadata), cluster);
  }
  return clusters;
}

ManagedClusterStatus reported(api::Duration time, bool ready, ManagedClusterStatus status = {}) {
  return with_report(std::move(status), {.ready = ready,
                                         .collected = at(time),
                                         .posted = at(time),
                                         .heartbeat_frequency_seconds = 180});
}

TEST(ClusternetReport, KeepsWhatTheHubWrote) {
  ManagedClusterStatus status;
  status.conditions.push_back({.type = std::string(condition_cluster_init),
                               .status = "True",
                               .reason = "ClusterInitDone",
                               .message = "",
                               .last_transition_time = {}});
  status = reported(90500ms, true, status);

  ASSERT_THAT(status.conditions, testing::SizeIs(2));
  EXPECT_EQ(status.conditions[0].reason, "ClusterInitDone");
  EXPECT_EQ(status.conditions[1].reason, "ManagedClusterReady");
  EXPECT_EQ(status.last_observed_time->unix_seconds(), 90);
  EXPECT_EQ(status.heartbeat_frequency_seconds, 180);
}

TEST(ClusternetReport, AnEqualReadyConditionTakesTheNewTime) {
  const ManagedClusterStatus status = reported(400s, true, reported(100s, true));
  EXPECT_EQ(status.conditions[0].last_transition_time->unix_seconds(), 400);
}

TEST(ClusternetReport, AnotherReasonKeepsTheOldTime) {
  ManagedClusterStatus status = reported(100s, true);
  api::Condition other = status.conditions[0];
  other.reason = "Other";
  other.last_transition_time = api::StoredTime::from_unix_seconds(400);
  merge_condition(status.conditions, other);
  EXPECT_EQ(status.conditions[0].reason, "Other");
  EXPECT_EQ(status.conditions[0].last_transition_time->unix_seconds(), 100);
}

TEST(ClusternetLifecycle, SilenceIsStrictAndReportsAreFloored) {
  ManagedCluster cluster;
  cluster.status = reported(100900ms, true);
  const auto ready_at = [&cluster](ClockReading clock) {
    cluster.status = review_cluster(cluster, {.clock = clock}).status;
    return is_ready(cluster);
  };
  EXPECT_TRUE(ready_at(ClockReading::exact(at(640s))));
  EXPECT_FALSE(ready_at({.now = at(640s), .late = at(640s + 1ns)}));
}

TEST(ClusternetLifecycle, AllowsNineMinutesBeforeTheFirstReportAndNeverOverflows) {
  ManagedClusterStatus status;
  EXPECT_EQ(silence_allowed(status), 540s);
  status.heartbeat_frequency_seconds = 0;
  EXPECT_EQ(silence_allowed(status), 0s);
  status.heartbeat_frequency_seconds = std::numeric_limits<std::int64_t>::max();
  EXPECT_GT(silence_allowed(status), 24h * 365 * 290);
}

TEST(ClusternetLifecycle, AnInitializedClusterLosesItsTaint) {
  ManagedCluster cluster;
  cluster.spec.taints = {no_schedule(std::string(taint_initialization))};
  cluster.status = reported(0s, true);
  LifecycleInput input{.cluster_init = true, .clock = ClockReading::exact(at(1s))};
  EXPECT_EQ(review_cluster(cluster, input).look_again, 30s);
  EXPECT_THAT(review_cluster(cluster, input).taints, testing::SizeIs(1));
  input.initialized = true;
  EXPECT_EQ(review_cluster(cluster, input).look_again, 540s);
  EXPECT_THAT(review_cluster(cluster, input).taints, IsEmpty());
}

TEST(ClusternetLost, IsWhoIsGoneOrNotReadyButNotWhoNeverSaidAnything) {
  ManagedCluster cluster;
  EXPECT_TRUE(is_lost(nullptr));
  EXPECT_FALSE(is_lost(&cluster));
  EXPECT_FALSE(is_ready(cluster));
  cluster.status = reported(0s, false);
  EXPECT_TRUE(is_lost(&cluster));
  cluster.status = reported(0s, true);
  EXPECT_FALSE(is_lost(&cluster));
}

TEST(ClusternetSearch, EndsEarlyAndGoesOnThereNextTime) {
  const Clusters clusters = half_tainted(250);
  SubscriptionSpec spec;
  spec.scheduling_strategy = strategy_dividing;
  spec.subscribers = {everywhere(), everywhere()};
  const auto candidates = find_candidates(spec, clusters);
  ASSERT_TRUE(candidates.ok());
  ASSERT_EQ(candidates->size(), 250U);

  const FeasibleClusters first = filter_candidates(spec, *candidates, 0, 0);
  EXPECT_EQ(first.feasible.size(), 120U) << "48 percent";
  EXPECT_EQ(first.evaluated(), 239U);
  EXPECT_EQ(first.next_start, 239U);
  const FeasibleClusters second = filter_candidates(spec, *candidates, 0, first.next_start);
  EXPECT_EQ(second.feasible.front().identity, "ns/c1240");
  EXPECT_EQ(second.next_start, (239 + second.evaluated()) % 250);
}

TEST(ClusternetSearch, AnInvalidSelectorIsRetried) {
  SubscriptionSpec spec;
  spec.subscribers = {everywhere()};
  spec.subscribers[0].cluster_affinity->match_expressions = {
      {.key = "tier", .op = "Near", .values = {"x"}}};
  const auto found = find_feasible_clusters(spec, half_tainted(1), {}, 0);
  EXPECT_EQ(std::get<ScheduleFailure>(found).failure, FailureClass::retry);
}

TEST(ClusternetTriggers, AClusterInDeletionEnqueuesNobody) {
  SubscriptionSpec spec;
  spec.subscribers = {everywhere()};
  ManagedCluster before;
  ManagedCluster after = before;
  after.spec.taints = {no_schedule("x")};
  EXPECT_TRUE(concerned_by_update(spec, before, after, /*failover=*/false));
  after.metadata.deletion_timestamp.emplace();
  EXPECT_FALSE(concerned_by_update(spec, before, after, /*failover=*/false));
}

TEST(ClusternetTriggers, WithFailOverOnlyTheOldLabelsOfANotReadyClusterCount) {
  SubscriptionSpec spec;
  spec.subscribers = {everywhere()};
  spec.subscribers[0].cluster_affinity->match_labels = {{"zone", "b"}};
  ManagedCluster before;
  before.status = reported(0s, false);
  ManagedCluster after = before;
  after.metadata.labels = {{"zone", "b"}};
  EXPECT_FALSE(concerned_by_update(spec, before, after, /*failover=*/true));
  EXPECT_TRUE(concerned_by_update(spec, before, after, /*failover=*/false));
  EXPECT_TRUE(concerned_by_update(spec, after, after, /*failover=*/true));
  EXPECT_FALSE(concerned_by_update(spec, after, after, /*failover=*/false));
}

TEST(ClusternetPass, NeedsAnInventoryWithTheSameFeedsInOrder) {
  Subscription subscription;
  subscription.spec.scheduling_strategy = strategy_dividing;
  subscription.spec.feeds = {{.kind = "A", .api_version = "v1", .space = "x", .name = "a"},
                             {.kind = "B", .api_version = "v1", .space = "x", .name = "b"}};
  FeedInventory inventory;
  for (const Feed& feed : subscription.spec.feeds)
    inventory.feeds.emplace_back().feed = feed;
  EXPECT_TRUE(has_what_it_needs(subscription, &inventory));
  std::swap(inventory.feeds[0], inventory.feeds[1]);
  EXPECT_FALSE(has_what_it_needs(subscription, &inventory));
  EXPECT_FALSE(has_what_it_needs(subscription, nullptr));
  subscription.spec.scheduling_strategy = strategy_replication;
  EXPECT_TRUE(has_what_it_needs(subscription, nullptr));
}

TEST(ClusternetDividing, SaysWhenTheReferencesIntegersOverflow) {
  const std::vector<std::int32_t> large = {50000, 50000};
  const std::vector<std::int32_t> small = {10, 3, 7};
  EXPECT_TRUE(overflows(50000, large));
  EXPECT_THAT(divide_by_room(50000, large), ElementsAre(-17948, -17948));
  EXPECT_FALSE(overflows(200000, large)) << "all there is goes out undivided";
  EXPECT_FALSE(overflows(12, small));
  EXPECT_THAT(divide_by_room(12, small), ElementsAre(6, 2, 4));
}

TEST(ClusternetPredictor, AnInitContainerRaisesTheNodesSum) {
  const auto cpu = [](std::int64_t count) {
    return api::ResourceList{{"cpu", api::Quantity::from_units(count)}};
  };
  PredictorNode node;
  node.allocatable = cpu(10);
  node.allocatable["pods"] = api::Quantity::from_units(100);
  node.pods = {{.phase = "Running", .requests = cpu(3), .init_container_requests = {}},
               {.phase = "Running", .requests = cpu(1), .init_container_requests = cpu(4)}};
  FeedRequirements requirements;
  requirements.resources.requests = cpu(1);
  EXPECT_EQ(predict_replicas({&node, 1}, requirements).value(), 6)
      << "4 are taken, where the pods ask for 3 + 4";
  node.pods[1].init_container_requests = cpu(11);
  EXPECT_FALSE(predict_replicas({&node, 1}, requirements).ok());
}

}  // namespace
}  // namespace firedrill::policy::clusternet
