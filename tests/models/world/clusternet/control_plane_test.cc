/// Clusternet's control plane in the world: the loops of spec/clusternet.md from a fault to the
/// pods, with what is to be seen derived line by line.

#include "models/world/clusternet/control_plane.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "scene.h"

namespace firedrill::models::clusternet {
namespace {

WorldSpec web_everywhere() {
  WorldSpec world = three_members();
  add_workload(world, "web", to_everywhere("web"));
  return world;
}

// Agents start at 0 and post each 180 s, first at 180 (nothing was collected at 0). They collect
// at 0.1 + 20 n, so that what is posted at 180 n was seen at 180 n - 19.9, stored as 180 n - 20.
// The lifecycle controller looks at a cluster when it is posted, and at 540, 1080, 1620 …: its
// first wake-up is that of the creation (0 + 540), and 3 f is 540, too.

TEST(ClusternetWorld, DeploysToEveryMemberAtOnce) {
  const Played played = play(web_everywhere());
  EXPECT_EQ((played.lines<timeline::ClusterJoined>()),
            (Lines{"0 ClusterJoined a Dual", "0 ClusterJoined b Dual", "0 ClusterJoined c Dual"}));
  EXPECT_EQ((played.lines<timeline::SubscriptionScheduled>()),
            (Lines{"0 SubscriptionScheduled Deployment/default/web a=2 b=2 c=2"}));
  EXPECT_EQ((played.lines<timeline::DescriptionCreated>()),
            (Lines{"0 DescriptionCreated a", "0 DescriptionCreated b", "0 DescriptionCreated c"}));
  // The hub applies what agents allow it to (AppPusher), which it knows from their first report.
  // Whatever it can't know makes it try again: 5 ms, 10 ms … doubling, up to 163.835 and 327.675 s.
  EXPECT_EQ((played.lines<timeline::TaintAdded>()), Lines{});
  EXPECT_TRUE(played.violations.empty());
}

TEST(ClusternetWorld, AClusterThatLosesPowerIsFoundOutAndReplaced) {
  WorldSpec world = web_everywhere();
  for (ClusterSpec& cluster : world.clusters)
    cluster.sync_mode = SyncMode::pull;
  world.control_plane.feature_gates.emplace("FailOver", true);
  world.events = {outage(OutageMode::powerloss, 1000s, 1000s)};
  const Played played = play(world);
  EXPECT_EQ((played.lines<timeline::HeartbeatLost, timeline::HeartbeatSeen,
                          timeline::ClusterConditionChanged, timeline::TaintAdded,
                          timeline::TaintRemoved, timeline::SubscriptionScheduled,
                          timeline::DescriptionCreated, timeline::DescriptionDeleted>(1000s)),
            (Lines{
                // Last seen at 880. At 1080: 1080 - 880 < 540. At 1620: 740 > 540.
                "1620 HeartbeatLost a",
                "1620 ClusterConditionChanged a Ready=Unknown",
                "1620 TaintAdded a clusters.clusternet.io/unschedulable",
                "1620 SubscriptionScheduled Deployment/default/web b=2 c=2",
                // The cluster is lost: the hub forgets what it deployed there.
                "1620 DescriptionDeleted a",
                // The agent starts with the power at 2000, and reports a period later.
                "2180 ClusterConditionChanged a Ready=True",
                "2180 HeartbeatSeen a",
                "2180 TaintRemoved a clusters.clusternet.io/unschedulable",
                "2180 SubscriptionScheduled Deployment/default/web a=2 b=2 c=2",
                "2180 DescriptionCreated a",
            }));
  EXPECT_EQ((played.lines<timeline::PodsReady, timeline::PodsStopped>(1000s)),
            (Lines{"1000 PodsStopped a 0 PowerLoss", "1000 PodsReady a 0",
                   // Orphans: they run again with the power, though the hub does not know them.
                   "2000 PodsReady a 2"}));
  EXPECT_EQ((played.lines<timeline::ManifestDelivered>(1000s)), Lines{})
      << "nothing is deleted there, and what is adopted is as wanted";
  EXPECT_EQ(
      played.causes<timeline::SubscriptionScheduled>(1000s),
      (Lines{"SubscriptionScheduled", "SubscriptionQueued", "TaintAdded", "ClusterConditionChanged",
             "HeartbeatLost", "ComponentStopped", "FaultStarted"}));
  EXPECT_TRUE(played.violations.empty());
}

TEST(ClusternetWorld, TheGateFailOverOnlySavesNothing) {
  WorldSpec world = web_everywhere();
  world.events = {outage(OutageMode::powerloss, 1000s, 1000s)};
  const Played off = play(world);
  world.control_plane.feature_gates.emplace("FailOver", true);
  const Played on = play(world);
  EXPECT_EQ((on.lines<timeline::SubscriptionScheduled, timeline::TaintAdded>()),
            (off.lines<timeline::SubscriptionScheduled, timeline::TaintAdded>()));
  // On: the write of the condition queues it as well.
  EXPECT_GT((on.lines<timeline::SubscriptionQueued>(1000s)).size(),
            (off.lines<timeline::SubscriptionQueued>(1000s)).size());
}

TEST(ClusternetWorld, AnAgentWithoutItsApiServerFallsSilent) {
  WorldSpec world = web_everywhere();
  world.duration = 40min;
  const auto seen = [&] {
    return play(world)
        .lines<timeline::HeartbeatLost, timeline::HeartbeatSeen, timeline::ClusterConditionChanged,
               timeline::TaintAdded, timeline::TaintRemoved, timeline::PodsStopped>(1000s);
  };
  // The agent can't renew its lease, gives it up 10 s later, and reports nothing at 1080, 1260.
  // What it saw at 1000.1 was an API server that does not answer: it posts that when it works
  // again, and looks anew before the next report.
  world.events = {outage(OutageMode::apiserver, 1000s, 400s)};
  const Lines short_outage{
      "1400 ClusterConditionChanged a Ready=False",
      "1400 TaintAdded a clusters.clusternet.io/unschedulable",
      "1580 ClusterConditionChanged a Ready=True",
      "1580 TaintRemoved a clusters.clusternet.io/unschedulable",
  };
  EXPECT_EQ(seen(), short_outage) << "and the pods run on";
  world.events = {outage(OutageMode::apiserver, 1000s, 700s)};
  const Lines long_outage{
      "1620 HeartbeatLost a",
      "1620 ClusterConditionChanged a Ready=Unknown",
      "1620 TaintAdded a clusters.clusternet.io/unschedulable",
      // What was seen at 1000 is no sign of life at 1700.
      "1700 ClusterConditionChanged a Ready=False",
      "1700 HeartbeatSeen a",
      "1700 HeartbeatLost a",
      "1700 ClusterConditionChanged a Ready=Unknown",
      "1880 ClusterConditionChanged a Ready=True",
      "1880 HeartbeatSeen a",
      "1880 TaintRemoved a clusters.clusternet.io/unschedulable",
  };
  EXPECT_EQ(seen(), long_outage);
}

TEST(ClusternetWorld, APartitionLeavesOrphansThatAreAdoptedAgain) {
  WorldSpec world = web_everywhere();
  world.events = {outage(OutageMode::unreachable, 1000s, 1000s)};
  const Played played = play(world);
  EXPECT_EQ((played.lines<timeline::PodsStopped, timeline::PodsReady>(1000s)), Lines{});
  EXPECT_EQ(
      (played.lines<timeline::DescriptionDeleted, timeline::DescriptionCreated,
                    timeline::ManifestDelivered>(1000s)),
      (Lines{"1620 DescriptionDeleted a",
             // The agent never stopped: its reports lie at 180 n, the next after 2000 at 2160.
             "2160 DescriptionCreated a"}));
}

TEST(ClusternetWorld, WhatUsersDoToObjects) {
  WorldSpec world = web_everywhere();
  world.duration = 20min;
  policy::clusternet::Subscription only_b = to_everywhere("web");
  only_b.spec.subscribers[0].cluster_affinity->match_labels.emplace(
      policy::clusternet::label_cluster_name, "b");
  world.events = {
      by_user(400s, TaintEvent{"a", "maintenance", "", "NoSchedule"}),
      by_user(410s, UntaintEvent{"a", "maintenance", ""}),
      by_user(420s, UntaintEvent{"a", "maintenance", ""}),
      by_user(430s, TaintEvent{"b", "clusters.clusternet.io/unschedulable", "x", "NoSchedule"}),
      by_user(600s, ScaleEvent{"default/web", 3}),
      by_user(610s, ApplyEvent{{}, ScenarioObject(only_b)}),
      by_user(620s, ApplyEvent{{}, ScenarioObject(api::ClusterTaintPolicy{})}),
      by_user(630s, UnjoinEvent{"b", false}),
      by_user(640s, UnjoinEvent{"b", false}),
  };
  const Played played = play(world);
  EXPECT_EQ((played.lines<timeline::ScenarioEvent>()),
            (Lines{"400 ScenarioEvent taint a maintenance:NoSchedule",
                   "410 ScenarioEvent untaint a maintenance",
                   "420 ScenarioEvent untaint a maintenance (nothing)",
                   "430 ScenarioEvent taint b clusters.clusternet.io/unschedulable:NoSchedule",
                   "600 ScenarioEvent scale Deployment/default/web",
                   "610 ScenarioEvent apply Subscription/default/web",
                   "620 ScenarioEvent apply ClusterTaintPolicy// (nothing)",
                   "630 ScenarioEvent unjoin b", "640 ScenarioEvent unjoin b (nothing)"}));
  EXPECT_EQ((played.lines<timeline::SubscriptionScheduled, timeline::TaintRemoved>(1s)),
            (Lines{"400 SubscriptionScheduled Deployment/default/web b=2 c=2",
                   "410 TaintRemoved a maintenance",
                   "410 SubscriptionScheduled Deployment/default/web a=2 b=2 c=2",
                   "430 SubscriptionScheduled Deployment/default/web a=2 c=2",
                   // The lifecycle controller takes away a taint of its own key that nothing asks
                   // for, at its next look: the report at 540.
                   "540 TaintRemoved b clusters.clusternet.io/unschedulable",
                   "540 SubscriptionScheduled Deployment/default/web a=2 b=2 c=2",
                   "610 SubscriptionScheduled Deployment/default/web b=3",
                   "630 SubscriptionScheduled Deployment/default/web"}));
  EXPECT_EQ((played.lines<timeline::ClusterRemoved>()), (Lines{"630 ClusterRemoved b"}));
  EXPECT_TRUE(played.violations.empty());
}

TEST(ClusternetWorld, OneInstantHasOneOrder) {
  WorldSpec world = web_everywhere();
  world.duration = 30min;
  world.control_plane.feature_gates.emplace("FailOver", true);
  world.events = {outage(OutageMode::powerloss, 1000s, 1h)};
  EXPECT_EQ((play(world)
                 .lines<timeline::HeartbeatLost, timeline::ClusterConditionChanged,
                        timeline::TaintAdded, timeline::SubscriptionQueued,
                        timeline::SubscriptionScheduled, timeline::DescriptionDeleted>(1000s)),
            (Lines{
                "1620 HeartbeatLost a",
                "1620 ClusterConditionChanged a Ready=Unknown",
                "1620 SubscriptionQueued Deployment/default/web ClusterNotReady",
                "1620 TaintAdded a clusters.clusternet.io/unschedulable",
                "1620 SubscriptionQueued Deployment/default/web ClusterNotReady",
                "1620 SubscriptionScheduled Deployment/default/web b=2 c=2",
                "1620 DescriptionDeleted a",
            }));
}

TEST(ClusternetWorld, AReportInTimeComesBeforeTheLookThatWouldMissIt) {
  WorldSpec world = web_everywhere();
  world.duration = 30min;
  // Seen at 160, then silent to 1079: at 540 it is not yet overdue, at 1080 it would be; but the
  // report of 1080 gets through.
  world.events = {outage(OutageMode::unreachable, 200s, 879s)};
  EXPECT_EQ((play(world).lines<timeline::HeartbeatLost>()), Lines{});
  // It is missed when it comes a period later.
  world.events = {outage(OutageMode::unreachable, 200s, 881s)};
  EXPECT_EQ((play(world).lines<timeline::HeartbeatLost>()), (Lines{"1080 HeartbeatLost a"}));
}

TEST(ClusternetWorld, APartitionDelaysWhatAPullAgentFetches) {
  WorldSpec world = web_everywhere();
  world.duration = 10min;
  for (ClusterSpec& cluster : world.clusters)
    cluster.sync_mode = SyncMode::pull;
  world.events = {outage(OutageMode::unreachable, 400s, 100s),
                  by_user(410s, ScaleEvent{"default/web", 3})};
  const Played played = play(world);
  EXPECT_EQ((played.lines<timeline::ManifestDelivered>()),
            (Lines{"0 ManifestDelivered a create", "0 ManifestDelivered b create",
                   "0 ManifestDelivered c create", "410 ManifestDelivered b update",
                   "410 ManifestDelivered c update", "500 ManifestDelivered a update"}));
}

TEST(ClusternetWorld, ALostClusterKeepsItsShareOfWhatIsDivided) {
  WorldSpec world = three_members();
  policy::clusternet::Subscription subscription = to_everywhere("web");
  subscription.spec.scheduling_strategy = policy::clusternet::strategy_dividing;
  subscription.spec.dividing_scheduling.emplace();
  add_workload(world, "web", subscription, 6);
  world.control_plane.feature_gates.emplace("FailOver", true);
  world.events = {outage(OutageMode::powerloss, 1000s, 2h),
                  by_user(2000s, ScaleEvent{"default/web", 9})};
  const Played played = play(world);
  // Example 11 of spec/clusternet.md 13.
  EXPECT_EQ((played.lines<timeline::SubscriptionScheduled>()),
            (Lines{"0 SubscriptionScheduled Deployment/default/web a=2 b=2 c=2",
                   "2000 SubscriptionScheduled Deployment/default/web b=5 c=4"}));
  EXPECT_TRUE(played.violations.empty());
}

TEST(ClusternetWorld, OneSilentPredictorFailsThePass) {
  WorldSpec world = three_members();
  world.duration = 20min;
  policy::clusternet::Subscription subscription = to_everywhere("web");
  subscription.spec.scheduling_strategy = policy::clusternet::strategy_dividing;
  subscription.spec.dividing_scheduling.emplace();
  subscription.spec.dividing_scheduling->type = policy::clusternet::dividing_dynamic;
  subscription.spec.dividing_scheduling->dynamic_dividing.emplace();
  add_workload(world, "web", subscription, 3);
  world.subscriptions[0].create_at = 400s;
  EstimatorErrorEvent error;
  error.clusters.names = {"b"};
  ScenarioEvent fault = by_user(300s, error);
  fault.lasts = 200s;
  world.events = {fault};
  const Lines told =
      play(world).lines<timeline::SubscriptionFailed, timeline::SubscriptionScheduled>();
  // Passes at 400, then 1, 2, 4, 8 and 10 s after each failure, up to the first after 500.
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told.front().substr(0, 22), "400 SubscriptionFailed");
  EXPECT_EQ(told.back(), "505 SubscriptionScheduled Deployment/default/web a=1 b=1 c=1");
}

TEST(ClusternetWorld, DynamicDividingAsksThePredictors) {
  WorldSpec world = three_members();
  policy::clusternet::Subscription subscription = to_everywhere("web");
  subscription.spec.scheduling_strategy = policy::clusternet::strategy_dividing;
  subscription.spec.dividing_scheduling.emplace();
  subscription.spec.dividing_scheduling->type = policy::clusternet::dividing_dynamic;
  subscription.spec.dividing_scheduling->dynamic_dividing.emplace();
  add_workload(world, "web", subscription, 12);
  world.clusters[0].nodes[0].allocatable.insert_or_assign("cpu",
                                                          api::Quantity::parse("10").value());
  world.clusters[1].nodes[0].allocatable.insert_or_assign("cpu", api::Quantity::parse("3").value());
  world.clusters[2].nodes[0].allocatable.insert_or_assign("cpu", api::Quantity::parse("7").value());
  const Played played = play(world);
  const Lines scheduled = played.lines<timeline::SubscriptionScheduled>();
  // Example 3 of spec/clusternet.md 13: room 10, 3, 7 for 12 replicas. Before the first reports
  // (at 180 s) no predictor is known, and the scheduler fails and backs off.
  ASSERT_EQ(scheduled.size(), 1U);
  EXPECT_EQ(scheduled[0].substr(scheduled[0].find(' ')),
            " SubscriptionScheduled Deployment/default/web a=6 b=2 c=4");
  EXPECT_FALSE((played.lines<timeline::SubscriptionFailed>()).empty());
  EXPECT_TRUE(played.violations.empty());
}

/// Binds to every cluster, whatever its taints.
class GreedyScheduler final : public policy::Component {
 public:
  explicit GreedyScheduler(policy::clusternet::Ports& ports)
      : ports_(ports),
        watch_(ports.objects.subscriptions.watch(
            [this](const policy::Change<policy::clusternet::Subscription>& change) {
              if (!change.before && change.after)
                routines_.push_back(bind(change.after->metadata.key()).start());
            })) {}

 private:
  policy::Routine bind(api::Key key) {
    auto writing = ports_.objects.subscriptions.patch_status(
        key, [this](policy::clusternet::Subscription& next) {
          for (const auto& cluster : ports_.objects.clusters.list())
            next.status.targets.binding_clusters.push_back(
                policy::clusternet::identity(cluster->metadata));
        });
    (void)co_await writing;
  }

  policy::clusternet::Ports& ports_;
  std::vector<policy::Routine> routines_;
  policy::Registration watch_;
};

TEST(ClusternetWorld, AWrongComponentIsFoundOut) {
  WorldSpec world = web_everywhere();
  world.duration = 1min;
  world.clusters[0].taints = {{"maintenance", "", "NoSchedule", {}}};
  world.subscriptions[0].create_at = 10s;  // The clusters are known by then.
  EXPECT_TRUE(play(world).violations.empty());
  WorldOptions options;
  options.replacements = {{"scheduler", [](policy::Ports& ports) {
                             return std::make_unique<GreedyScheduler>(
                                 static_cast<policy::clusternet::Ports&>(ports));
                           }}};
  World built(world, {}, options);
  timeline::Header header;
  built.complete(header);
  (void)built.run(header);
  ASSERT_EQ(built.violations().size(), 1U);
  EXPECT_EQ(built.violations()[0].first.invariant, "no-repelling-cluster-assigned");
  EXPECT_EQ(built.violations()[0].first.cluster, "a");
}

TEST(ClusternetWorld, SettingsStandInTheHeader) {
  const WorldSpec world = three_members();
  World built(world, {});
  timeline::Header header;
  built.complete(header);
  EXPECT_EQ(header.profile, "clusternet");
  EXPECT_TRUE(header.feature_gates.contains("FailOver"));
  EXPECT_FALSE(header.feature_gates.contains("Failover"));
}

TEST(ClusternetWorld, OneMoreClusterChangesNothingForTheOthers) {
  WorldSpec world = web_everywhere();
  world.control_plane.latency.preset = LatencyPreset::typical;
  world.events = {outage(OutageMode::powerloss, 1000s, 1000s)};
  const auto about_a = [](const Played& played) {
    return played.lines<timeline::HeartbeatLost, timeline::HeartbeatSeen>();
  };
  const Lines alone = about_a(play(world));
  ASSERT_EQ(alone.size(), 2U);
  EXPECT_EQ(about_a(play(world)), alone);
  world.clusters.push_back(member("d"));
  EXPECT_EQ(about_a(play(world)), alone);
}

}  // namespace
}  // namespace firedrill::models::clusternet
