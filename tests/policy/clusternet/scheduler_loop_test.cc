// The scheduler's loop: events, queue, back-off and bindings, without the rest of the control plane
// (spec/clusternet.md 6 and 7; its worked examples by number).

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "clusternet/hand_made_hub.h"
#include "policy/clusternet/scheduler/scheduler.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using Replicas = std::vector<std::int32_t>;
using Queued = KeptRecord::Queued;

const api::Key web{"shop", "web"};
const Feed deployment{
    .kind = "Deployment", .api_version = "apps/v1", .space = "shop", .name = "web"};

class Loop : public testing::Test {
 protected:
  void start(bool failover = false) {
    scheduler.emplace(hub.ports, SchedulerSetup{.options = {.failover = failover}});
  }
  void add_clusters(const Strings& names) {
    for (const std::string& name : names) {
      hub.add_cluster(name, {{"name", name}});
      hub.report(name, 180);
    }
  }
  /// To every cluster, dividing if there is a type.
  void subscribe(const std::string& type = "") {
    Subscription subscription;
    subscription.metadata.space = web.space;
    subscription.metadata.name = web.name;
    subscription.spec.subscribers = {{.cluster_affinity = api::LabelSelector{}, .weight = 1}};
    subscription.spec.feeds = {deployment};
    if (!type.empty()) {
      subscription.spec.scheduling_strategy = strategy_dividing;
      subscription.spec.dividing_scheduling =
          DividingScheduling{.type = type, .dynamic_dividing = DynamicDividing{}};
    }
    hub.subscriptions.put(std::move(subscription));
  }
  void want(std::int32_t replicas) {
    const FeedOrder order{.feed = deployment, .desired_replicas = replicas};
    if (hub.inventories.get(web)) {
      hub.inventories.change(web, [&](FeedInventory& next) { next.feeds = {order}; });
      return;
    }
    FeedInventory inventory;
    inventory.metadata.space = web.space;
    inventory.metadata.name = web.name;
    inventory.feeds = {order};
    hub.inventories.put(std::move(inventory));
  }
  void change_spec(const std::function<void(SubscriptionSpec&)>& change) {
    hub.subscriptions.change(web, [&](Subscription& next) { change(next.spec); });
  }
  /// What the lifecycle controller writes about a lost cluster, in two writes.
  void lose(const std::string& name) {
    hub.clusters.change_status(Hub::key_of(name), [](ManagedCluster& next) {
      next.status.conditions.front().status = api::status_unknown;
    });
    settle();
    hub.clusters.change(Hub::key_of(name), [](ManagedCluster& next) {
      next.spec.taints = {{.key = std::string(taint_unschedulable),
                           .value = "ClusterStatusUnknown",
                           .effect = std::string(api::effect_no_schedule)}};
    });
    settle();
  }
  void recover(const std::string& name) {
    hub.report(name, 180);
    settle();
    hub.clusters.change(Hub::key_of(name), [](ManagedCluster& next) { next.spec.taints.clear(); });
    settle();
  }
  /// What is to happen at this instant.
  void settle() { hub.time.run_to(hub.time.since_start()); }

  [[nodiscard]] std::string bound() const {
    std::string names;
    for (const std::string& identity : hub.subscriptions.get(web)->status.targets.binding_clusters)
      names += (names.empty() ? "" : " ") + identity.substr(identity.find('/') + 1);
    return names;
  }
  [[nodiscard]] Replicas replicas() const {
    const FeedReplicas& all = hub.subscriptions.get(web)->status.targets.replicas;
    const auto found = all.find(feed_key(deployment));
    return found == all.end() ? Replicas{} : found->second;
  }
  /// Reasons for which it was queued since the last call.
  Strings reasons() {
    Strings list;
    for (const Queued& entry : std::exchange(hub.record.queued, {}))
      list.push_back(entry.reason);
    return list;
  }

  Hub hub;
  std::optional<Scheduler> scheduler;
};

// Example 9: Ready=Unknown causes a pass that changes nothing, the taint the real one; on the way
// back Ready=True causes none, the end of the taint does.
TEST_F(Loop, ReplicationMovesWithTheTaintAndPassesTwiceWithFailOver) {
  add_clusters({"a", "b", "c"});
  subscribe();
  start(true);
  settle();
  EXPECT_EQ(bound(), "a b c");
  reasons();
  lose("a");
  EXPECT_EQ(reasons(), (Strings{"ClusterNotReady", "ClusterNotReady"}));
  EXPECT_EQ(bound(), "b c");
  recover("a");
  EXPECT_EQ(reasons(), Strings{"ClusterUpdated"});
  EXPECT_EQ(bound(), "a b c");
  for (const char* name : {"a", "b", "c"})
    lose(name);
  EXPECT_EQ(bound(), "") << "the empty result is bound";
  ASSERT_FALSE(hub.record.failed.empty());
  EXPECT_EQ(hub.record.failed.back().first, "NoFeasibleCluster");
}

// Example 10: the same bindings, one pass less.
TEST_F(Loop, ReplicationMovesTheSameWithoutFailOver) {
  add_clusters({"a", "b", "c"});
  subscribe();
  start(false);
  settle();
  reasons();
  lose("a");
  EXPECT_EQ(reasons(), Strings{"ClusterUpdated"});
  EXPECT_EQ(bound(), "b c");
  recover("a");
  EXPECT_EQ(bound(), "a b c");
}

// Example 11: 6 over three equal weights; a lost: nothing moves, whatever the gate. A changed spec
// divides anew without a: [3,3]; 9 -> 4.5 each, rest 1 to the first: [5,4]; 4 -> [2,2]. a's return
// changes nothing.
class StaticLoop : public Loop, public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(FailOver, StaticLoop, testing::Bool());

TEST_P(StaticLoop, StaysWhereItIsUntilTheSpecChanges) {
  add_clusters({"a", "b", "c"});
  subscribe(std::string(dividing_static));
  want(6);
  start(GetParam());
  settle();
  EXPECT_EQ(replicas(), (Replicas{2, 2, 2}));
  lose("a");
  EXPECT_EQ(bound(), "a b c");
  EXPECT_EQ(replicas(), (Replicas{2, 2, 2}));
  change_spec([](SubscriptionSpec& spec) { spec.priority = 1; });
  settle();
  EXPECT_EQ(bound(), "b c");
  EXPECT_EQ(replicas(), (Replicas{3, 3}));
  want(9);
  settle();
  EXPECT_EQ(replicas(), (Replicas{5, 4}));
  want(4);
  settle();
  EXPECT_EQ(replicas(), (Replicas{2, 2}));
  recover("a");
  EXPECT_EQ(bound(), "b c");
}

// Example 12: 6 where each cluster offers 10: [2,2,2]; a lost, priority changed: unchanged; 9: +3
// over b and c: [2,4,3]; 4: -5 over [2,4,3] -> [1,2,1]; 100: b and c offer 20: [1,12,11]; a back:
// deviation 76 > 30: [11,22,21].
TEST_F(Loop, DynamicDividingNeverTakesReplicasFromALostCluster) {
  add_clusters({"a", "b", "c"});
  hub.predictors.room = {{"a", 10}, {"b", 10}, {"c", 10}};
  subscribe(std::string(dividing_dynamic));
  want(6);
  start();
  settle();
  EXPECT_EQ(replicas(), (Replicas{2, 2, 2}));
  lose("a");
  EXPECT_EQ(replicas(), (Replicas{2, 2, 2}));
  change_spec([](SubscriptionSpec& spec) { spec.priority = 1; });
  settle();
  EXPECT_EQ(replicas(), (Replicas{2, 2, 2}));
  want(9);
  settle();
  EXPECT_EQ(replicas(), (Replicas{2, 4, 3}));
  want(4);
  settle();
  EXPECT_EQ(replicas(), (Replicas{1, 2, 1}));
  want(100);
  settle();
  EXPECT_EQ(replicas(), (Replicas{1, 12, 11}));
  recover("a");
  EXPECT_EQ(replicas(), (Replicas{11, 22, 21}));
  EXPECT_EQ(bound(), "a b c");
}

// Example 13: subgroups {a, b; one of them} and {c; one}: [a,c]; a tainted: b replaces it; a back:
// selected anew by identity, so it returns to a.
TEST_F(Loop, SubgroupsReplaceALostCluster) {
  add_clusters({"a", "b", "c"});
  hub.clusters.change(Hub::key_of("a"), [](ManagedCluster& c) { c.metadata.labels["g"] = "1"; });
  hub.clusters.change(Hub::key_of("b"), [](ManagedCluster& c) { c.metadata.labels["g"] = "1"; });
  hub.clusters.change(Hub::key_of("c"), [](ManagedCluster& c) { c.metadata.labels["g"] = "2"; });
  subscribe();
  change_spec([](SubscriptionSpec& spec) {
    api::LabelSelector first;
    first.match_labels = {{"g", "1"}};
    api::LabelSelector second;
    second.match_labels = {{"g", "2"}};
    spec.scheduling_by_sub_group = true;
    spec.subscribers = {{.cluster_affinity = first, .sub_group_strategy = SubGroupStrategy{1}},
                        {.cluster_affinity = second, .sub_group_strategy = SubGroupStrategy{1}}};
  });
  start();
  settle();
  EXPECT_EQ(bound(), "a c");
  lose("a");
  EXPECT_EQ(bound(), "b c");
  recover("a");
  EXPECT_EQ(bound(), "a c");
}

// Example 18: five failures in a row wait 1, 2, 4, 8 and 10 s, each rounded up to the pump's next
// whole second since the scheduler's start (at 0.5: ticks at 1.5, 2.5, ...). The first pass, at
// 0.5, fails at once; predictors that don't answer fail at once here.
//   failure 1 at 0.5, due 1.5, pumped 1.5      failure 4 at  7.5, due 15.5
//   failure 2 at 1.5, due 3.5                  failure 5 at 15.5, due 25.5
//   failure 3 at 3.5, due 7.5                  failure 6 at 25.5
TEST_F(Loop, BacksOffFrom1To10SecondsAtThePumpsTicks) {
  add_clusters({"a"});
  subscribe(std::string(dividing_dynamic));
  want(6);
  hub.time.run_to(500ms);
  start();
  hub.time.run_to(26s);
  std::vector<Duration> times;
  for (const auto& [reason, at] : hub.record.failed) {
    EXPECT_EQ(reason, "Retry");
    times.push_back(at);
  }
  EXPECT_EQ(times, (std::vector<Duration>{500ms, 1500ms, 3500ms, 7500ms, 15500ms, 25500ms}));
  std::vector<Queued> failures;
  for (const Queued& entry : hub.record.queued) {
    if (entry.backoff) failures.push_back(entry);
  }
  ASSERT_EQ(failures.size(), 6U);
  EXPECT_EQ(failures[4], (Queued{"SchedulingFailed", 5, 10s}));
  EXPECT_EQ(failures[5], (Queued{"SchedulingFailed", 6, 10s}));
}

// A failure off the grid waits for the tick after its due time: at 0.7 (an event) + 1 s = 1.7, so
// 2.0 with a pump that ticks at whole seconds.
TEST_F(Loop, RoundsABackOffUpToTheNextTick) {
  add_clusters({"a"});
  start();
  hub.time.run_to(700ms);
  subscribe(std::string(dividing_dynamic));
  want(6);
  hub.time.run_to(2500ms);
  std::vector<Duration> times;
  for (const auto& failure : hub.record.failed)
    times.push_back(failure.second);
  EXPECT_EQ(times, (std::vector<Duration>{700ms, 2s}));
}

// An event puts a subscription that backs off in anew: at once, and its attempts start over.
TEST_F(Loop, ForgetsTheBackOffWhenAnEventQueuesItAnew) {
  add_clusters({"a"});
  subscribe(std::string(dividing_dynamic));
  want(6);
  start();
  hub.time.run_to(4s);  // failures at 0, 1, 3; the next would come at 7
  hub.record.failed.clear();
  hub.record.queued.clear();
  want(7);
  settle();
  ASSERT_EQ(hub.record.failed.size(), 1U);
  EXPECT_EQ(hub.record.failed.front().second, 4s);
  EXPECT_EQ(hub.record.queued,
            (std::vector<Queued>{{"FeedInventoryUpdated", 0, {}}, {"SchedulingFailed", 1, 1s}}));
}

TEST_F(Loop, OneFailingPredictorFailsThePass) {
  add_clusters({"a", "b"});
  hub.predictors.room = {{"a", 10}};
  subscribe(std::string(dividing_dynamic));
  want(6);
  start();
  settle();
  EXPECT_EQ(bound(), "");
  EXPECT_EQ(hub.record.failed.size(), 1U);
  // Tainted, b is not asked any more, and all goes to a.
  lose("b");
  EXPECT_EQ(bound(), "a");
  EXPECT_EQ(replicas(), Replicas{6});
}

// A predictor that is off is a failure that nobody needs to wait for.
TEST_F(Loop, AsksNobodyWhenAPredictorIsDisabled) {
  add_clusters({"a", "b"});
  hub.predictors.room = {{"a", 10}, {"b", 10}};
  hub.clusters.change_status(Hub::key_of("b"),
                             [](ManagedCluster& c) { c.status.predictor_enabled = false; });
  subscribe(std::string(dividing_dynamic));
  want(6);
  start();
  settle();
  EXPECT_EQ(hub.predictors.asked, 0);
  EXPECT_EQ(hub.record.failed.size(), 1U);
}

// With the gate all failures are tolerated, and the pass fails afterwards all the same.
TEST_F(Loop, TheTolerationOfPredictorsHelpsNobody) {
  add_clusters({"a", "b"});
  hub.predictors.room = {{"a", 10}};
  subscribe(std::string(dividing_dynamic));
  want(6);
  scheduler.emplace(hub.ports, SchedulerSetup{.options = {.feasible_clusters_toleration = true}});
  settle();
  EXPECT_EQ(bound(), "");
  EXPECT_EQ(hub.predictors.asked, 1);
  EXPECT_EQ(hub.record.failed.size(), 1U);
}

TEST_F(Loop, DropsADividingSubscriptionUntilItsInventoryIsThere) {
  add_clusters({"a"});
  subscribe(std::string(dividing_static));
  start();
  settle();
  EXPECT_EQ(bound(), "");
  EXPECT_TRUE(hub.record.failed.empty());
  want(3);
  settle();
  EXPECT_EQ(replicas(), Replicas{3});
}

TEST_F(Loop, IgnoresSubscriptionsOfAnotherScheduler) {
  add_clusters({"a"});
  subscribe();
  change_spec([](SubscriptionSpec& spec) { spec.scheduler_name = "mine"; });
  start();
  settle();
  EXPECT_EQ(bound(), "");
  EXPECT_TRUE(hub.record.queued.empty());
}

// No cluster at all is an error that is retried, not a reason to bind nothing.
TEST_F(Loop, RetriesWhileThereIsNoCluster) {
  subscribe();
  start();
  settle();
  ASSERT_EQ(hub.record.failed.size(), 1U);
  EXPECT_EQ(hub.record.failed.front().first, "Retry");
  add_clusters({"a"});
  settle();
  EXPECT_EQ(bound(), "a");
}

// One worker: with a cycle of 2 s three subscriptions are bound 2, 4 and 6 s later, the one of the
// higher priority first.
TEST_F(Loop, PassesOneAfterTheOther) {
  add_clusters({"a"});
  scheduler.emplace(hub.ports, SchedulerSetup{.cycle_time = 2s});
  settle();
  std::map<std::string, Duration> done;
  const Registration watch = hub.subscriptions.watch([&](const Change<Subscription>& change) {
    if (!change.after->status.targets.binding_clusters.empty())
      done.emplace(change.after->metadata.name, hub.time.since_start());
  });
  for (const auto& [name, priority] :
       std::vector<std::pair<std::string, int>>{{"x", 0}, {"y", 0}, {"z", 5}}) {
    Subscription subscription;
    subscription.metadata.space = "shop";
    subscription.metadata.name = name;
    subscription.spec.subscribers = {{.cluster_affinity = api::LabelSelector{}}};
    subscription.spec.feeds = {deployment};
    subscription.spec.priority = priority;
    hub.subscriptions.put(std::move(subscription));
  }
  hub.time.run_to(10s);
  EXPECT_EQ(done, (std::map<std::string, Duration>{{"z", 2s}, {"x", 4s}, {"y", 6s}}));
}

TEST_F(Loop, TellsWhyAClusterWasTurnedDown) {
  add_clusters({"a", "b"});
  lose("b");
  subscribe();
  start();
  settle();
  ASSERT_EQ(hub.record.decisions.size(), 1U);
  const auto& clusters = hub.record.decisions.front()->clusters;
  ASSERT_EQ(clusters.size(), 2U);
  EXPECT_TRUE(clusters[0].selected);
  EXPECT_NE(clusters[1].rejected.find("had taint"), std::string::npos);
}

}  // namespace
}  // namespace firedrill::policy::clusternet
