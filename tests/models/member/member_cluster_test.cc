// A member cluster seen from its API: objects, pods, statuses, at the exact instants.

#include "models/member/member_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixture.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using policy::MemberOutcome;
using testing::ElementsAre;

const api::ResourceReference web = deployment("web");
const api::ResourceReference other = deployment("other");

TEST(MemberCluster, MakesPodsAfterTheReactionAndReadyAfterTheirStartup) {
  Site site({node("node-1", "16")});
  site.models.set(web, pods_of("500m", 4s));
  site.run_to(11'030ms);
  site.apply(web, 2);
  site.run_to(60s);
  EXPECT_THAT(site.notes.lines, ElementsAre("11.030 web created", "11.080 web started 2 total 2",
                                            "15.080 web ready 2 total 2"));
  EXPECT_THAT(site.notes.changes, ElementsAre("11.030 web", "11.080 web", "15.080 web"));
}

TEST(MemberCluster, KeepsTheStatusOfADeploymentTrueInTheInstantOfTheChange) {
  Site site({node("node-1", "1")});
  site.models.set(web, pods_of("500m", 4s));
  site.apply(web, 3);
  EXPECT_EQ(site.status(web), api::ObjectStatus{});
  site.run_to(50ms);
  EXPECT_EQ(
      site.status(web),
      (api::ObjectStatus{.observed_generation = 1, .replicas = 3, .updated = 3, .document = {}}));
  site.run_to(4'050ms);
  EXPECT_EQ(site.status(web), (api::ObjectStatus{.observed_generation = 1,
                                                 .replicas = 3,
                                                 .updated = 3,
                                                 .ready = 2,
                                                 .available = 2,
                                                 .document = {}}));
}

TEST(MemberCluster, ReactsInTheSameInstantWhenNothingTakesTime) {
  Site site({node("node-1", "16")}, 0s);
  site.models.set(web, pods_of("500m", 0s));
  site.run_to(3s);
  site.apply(web, 2);
  site.run_to(3s);
  EXPECT_THAT(site.notes.lines, ElementsAre("3.000 web created", "3.000 web started 2 total 2",
                                            "3.000 web ready 2 total 2"));
}

TEST(MemberCluster, RunsNoMorePodsOfAJobThanItHasCompletions) {
  Site site({node("node-1", "16")}, 0s);
  WorkloadModel model = pods_of("500m", 0s);
  model.management = PodManagement::to_completion;
  model.runtime = constant(1h);
  site.models.set(web, model);
  api::Manifest job = manifest(web, 5);
  job.completions = 2;
  EXPECT_EQ(site.cluster.apply(job, false), policy::MemberOutcome::done);
  site.run_to(1s);
  EXPECT_EQ(site.cluster.totals(web).running, 2);
  job.completions = 9;
  EXPECT_EQ(site.cluster.apply(job, false), policy::MemberOutcome::done);
  site.run_to(2s);
  EXPECT_EQ(site.cluster.totals(web).running, 5);
  EXPECT_EQ(site.cluster.observe(web)->generation, 2) << "completions are spec";
}

TEST(MemberCluster, TakesTheStartupModelOfTheCluster) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("500m", 4s);
  model.startup_by_cluster = {{"member1", constant(9s)}, {"member2", constant(1s)}};
  site.models.set(web, model);
  site.apply(web, 1);
  site.run_to(20s);
  EXPECT_THAT(site.notes.lines, testing::Contains("9.050 web ready 1 total 1"));
}

TEST(MemberCluster, PullsTheImageOnceInACluster) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("500m", 4s);
  model.image_pull = constant(10s);
  site.models.set(web, model);
  site.apply(web, 1);
  site.run_to(5s);
  site.apply(web, 2);  // bound while the pull is under way
  site.run_to(30s);
  site.apply(web, 3);
  site.run_to(60s);
  EXPECT_THAT(
      site.notes.take(),
      ElementsAre("0.000 web created", "0.050 web started 1 total 1", "5.000 web updated",
                  "5.050 web started 1 total 2", "14.050 web ready 2 total 2", "30.000 web updated",
                  "30.050 web started 1 total 3", "34.050 web ready 1 total 3"));
}

TEST(MemberCluster, CountsGenerationsByReplicasAndTemplateNotByLabels) {
  Site site({node("node-1", "16")});
  api::Manifest wish = manifest(web, 2, 1);
  const auto apply = [&] { return site.cluster.apply(wish, false); };
  EXPECT_EQ(apply(), MemberOutcome::done);
  EXPECT_EQ(site.cluster.observe(web)->generation, 1);
  EXPECT_EQ(apply(), MemberOutcome::done);
  EXPECT_EQ(site.notes.changes.size(), 1U) << "nothing changed, so nothing is told";
  wish.injected_labels = {{"state", "7"}};
  EXPECT_EQ(apply(), MemberOutcome::done);
  EXPECT_EQ(site.cluster.observe(web)->generation, 1);
  EXPECT_EQ(site.cluster.observe(web)->manifest, wish);
  wish.replicas = 3;
  EXPECT_EQ(apply(), MemberOutcome::done);
  EXPECT_EQ(site.cluster.observe(web)->generation, 2);
  wish.template_generation = 2;
  EXPECT_EQ(apply(), MemberOutcome::done);
  EXPECT_EQ(site.cluster.observe(web)->generation, 3);
  EXPECT_THAT(site.notes.lines, ElementsAre("0.000 web created", "0.000 web updated",
                                            "0.000 web updated", "0.000 web updated"));
}

TEST(MemberCluster, SharesOneSnapshotUntilTheObjectChanges) {
  Site site({node("node-1", "16")});
  site.apply(web, 1);
  const auto before = site.cluster.observe(web);
  EXPECT_EQ(site.cluster.observe(web), before);
  site.run_to(50ms);
  EXPECT_NE(site.cluster.observe(web), before);
  EXPECT_EQ(before->status.replicas, 0);
}

TEST(MemberCluster, KnowsForHowLongPodsHaveBeenWithoutANode) {
  Site site({node("node-1", "1")});
  site.models.set(web, pods_of("500m", 1s));
  site.apply(web, 3);
  site.run_to(10s);
  site.apply(web, 5);
  site.run_to(20s);
  const auto waiting = [&site](sim::Duration since) {
    return site.cluster.unschedulable(web, sim::start_time + since);
  };
  EXPECT_EQ(waiting(50ms), 0) << "since that very instant, not before it";
  EXPECT_EQ(waiting(51ms), 1);
  EXPECT_EQ(waiting(15s), 3);
  site.apply(web, 4);
  site.run_to(30s);
  EXPECT_EQ(waiting(30s), 2) << "the youngest goes first";
}

TEST(MemberCluster, RefusesToTakeOverWhatIsNotOurs) {
  Site site({node("node-1", "16")});
  site.models.set(web, pods_of("500m", 1s));
  site.apply(web, 2);
  site.run_to(10s);
  EXPECT_EQ(site.cluster.release(web), MemberOutcome::done);
  EXPECT_EQ(site.cluster.observe(web), nullptr);
  EXPECT_TRUE(site.cluster.holds(web));
  EXPECT_EQ(site.cluster.apply(manifest(web, 5), false), MemberOutcome::unmanaged);
  EXPECT_EQ(site.cluster.release(web), MemberOutcome::unmanaged);
  EXPECT_EQ(site.cluster.remove(web), MemberOutcome::done);
  site.run_to(20s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 2, .ready = 2}));
  EXPECT_EQ(site.cluster.apply(manifest(web, 5), true), MemberOutcome::done);
  site.run_to(30s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 5, .ready = 5}));
  EXPECT_EQ(site.cluster.observe(web)->generation, 2);
}

TEST(MemberCluster, DropsTheObjectAtOnceAndItsPodsAfterTheTerminationPeriod) {
  Site site({node("node-1", "1")});
  WorkloadModel model = pods_of("500m", 1s);
  model.termination = constant(30s);
  site.models.set(web, model);
  site.models.set(other, pods_of("1", 1s));
  site.apply(web, 2);
  site.run_to(10s);
  site.notes.take();
  site.remove(web);
  EXPECT_FALSE(site.cluster.holds(web));
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 2, .ready = 0}));
  site.apply(other, 1);  // has to wait for the room
  site.run_to(60s);
  EXPECT_THAT(site.notes.lines,
              ElementsAre("10.000 web deleted", "10.000 web ready 0 total 0",
                          "10.000 other created", "10.050 other pending 1",
                          "40.000 web stopped 2 total 0 Deleted", "40.000 other started 1 total 1",
                          "40.000 other pending 0", "41.000 other ready 1 total 1"));
}

TEST(MemberCluster, StartsAnewWhereAnEarlierCopyIsStillEnding) {
  Site site({node("node-1", "4")});
  WorkloadModel model = pods_of("500m", 1s);
  model.termination = constant(10s);
  site.models.set(web, model);
  site.apply(web, 2);
  site.run_to(5s);
  site.remove(web);
  site.apply(web, 1);
  site.run_to(7s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 3, .ready = 1}));
  EXPECT_EQ(site.cluster.observe(web)->generation, 1);
  site.run_to(20s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 1, .ready = 1}));
}

TEST(MemberCluster, ScalesDownPendingPodsFirstThenTheYoungest) {
  Site site({node("node-1", "1"), node("node-2", "1")});
  site.models.set(web, pods_of("500m", 10s));
  site.apply(web, 3);
  site.run_to(5s);
  site.apply(web, 6);  // one more fits, two wait
  site.run_to(6s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 4, .ready = 0, .pending = 2}));
  site.run_to(12s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 4, .ready = 3, .pending = 2}));
  site.notes.take();
  site.apply(web, 5);
  site.run_to(13s);
  site.apply(web, 3);
  site.run_to(14s);
  site.apply(web, 2);
  site.run_to(20s);
  EXPECT_THAT(site.notes.lines,
              ElementsAre("12.000 web updated", "12.050 web pending 1", "13.000 web updated",
                          "13.050 web stopped 1 total 3 ScaledDown", "13.050 web pending 0",
                          "14.000 web updated", "14.050 web stopped 1 total 2 ScaledDown",
                          "14.050 web ready 0 total 2"));
  EXPECT_EQ(site.pods_on(0), 2);
  EXPECT_EQ(site.pods_on(1), 0);
}

TEST(MemberCluster, ReactsToTheLatestWishOnly) {
  Site site({node("node-1", "16")});
  site.models.set(web, pods_of("500m", 1s));
  site.apply(web, 2);
  site.run_to(30ms);
  site.apply(web, 5);
  site.run_to(10s);
  EXPECT_THAT(site.notes.lines,
              ElementsAre("0.000 web created", "0.030 web updated", "0.050 web started 5 total 5",
                          "1.050 web ready 5 total 5"));
  EXPECT_EQ(site.status(web).observed_generation, 2);
}

TEST(MemberCluster, BoundsReadyReplicasForTheLifeOfTheObject) {
  Site site({node("node-1", "16")});
  site.models.set(web, pods_of("500m", 5s));
  EXPECT_FALSE(site.cluster.set_ready_cap(web, 0));
  site.apply(web, 3);
  site.run_to(33'500ms);
  site.notes.take();
  EXPECT_TRUE(site.cluster.set_ready_cap(web, 1));
  EXPECT_EQ(site.status(web).ready, 1);
  EXPECT_EQ(site.status(web).available, 1);
  EXPECT_EQ(site.status(web).replicas, 3);
  EXPECT_EQ(site.notes.changes.back(), "33.500 web");
  EXPECT_TRUE(site.cluster.set_ready_cap(web, -1));
  EXPECT_EQ(site.status(web).ready, 3);
  EXPECT_TRUE(site.cluster.set_ready_cap(web, 0));
  EXPECT_THAT(site.notes.take(),
              ElementsAre("33.500 web ready 0 total 1", "33.500 web ready 2 total 3",
                          "33.500 web ready 0 total 0"));
  // The cap went with the object, as in the recorded case app-failover-grace.
  site.run_to(98s);
  site.remove(web);
  site.apply(web, 3);
  site.run_to(110s);
  EXPECT_EQ(site.cluster.totals(web).ready, 3);
}

TEST(MemberCluster, RestartsPodsInPlaceWhenThePowerReturns) {
  Site site({node("node-1", "1")});
  site.models.set(web, pods_of("500m", 4s));
  site.apply(web, 3);
  site.run_to(10s);
  site.notes.take();
  site.cluster.set_power(false);
  EXPECT_EQ(site.status(web).ready, 0);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 0, .ready = 0, .pending = 1}));
  EXPECT_EQ(site.cluster.apply(manifest(web, 9), false), MemberOutcome::unreachable);
  EXPECT_EQ(site.cluster.remove(web), MemberOutcome::unreachable);
  EXPECT_EQ(site.cluster.release(web), MemberOutcome::unreachable);
  site.cluster.set_power(false);
  site.run_to(100s);
  site.cluster.set_power(true);
  site.run_to(200s);
  EXPECT_THAT(site.notes.lines,
              ElementsAre("10.000 web stopped 2 total 0 PowerLoss", "10.000 web ready 0 total 0",
                          "100.000 web started 2 total 2", "104.000 web ready 2 total 2"));
  EXPECT_EQ(site.status(web).ready, 2);
}

TEST(MemberCluster, ForgetsWhatWasStartingWhenThePowerWent) {
  Site site({node("node-1", "16")});
  site.models.set(web, pods_of("500m", 10s));
  site.apply(web, 1);
  site.run_to(5s);
  site.cluster.set_power(false);
  site.run_to(6s);
  site.cluster.set_power(true);
  site.run_to(15s);  // when the first start would have been over
  EXPECT_EQ(site.cluster.totals(web).ready, 0);
  site.run_to(16s);
  EXPECT_EQ(site.cluster.totals(web).ready, 1);
}

TEST(MemberCluster, PicksUpAWishThatThePowerLossCutShort) {
  Site site({node("node-1", "16")});
  site.models.set(web, pods_of("500m", 1s));
  site.apply(web, 2);
  site.run_to(20ms);
  site.cluster.set_power(false);
  site.run_to(10s);
  EXPECT_EQ(site.cluster.totals(web), PodTotals{});
  site.cluster.set_power(true);
  site.run_to(20s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 2, .ready = 2}));
}

TEST(MemberCluster, ReplacesPodsLostWithANode) {
  Site site({node("node-1", "1"), node("node-2", "1"), node("node-3", "1")});
  site.models.set(web, pods_of("500m", 4s));
  site.apply(web, 5);
  site.run_to(10s);
  site.notes.take();
  site.cluster.remove_last_nodes(1);
  site.run_to(11s);
  site.cluster.remove_last_nodes(1);
  site.run_to(20s);
  EXPECT_THAT(site.notes.take(),
              ElementsAre("10.000 capacity 2 nodes, cpu 2", "10.000 web stopped 1 total 4 NodeLost",
                          "10.000 web ready 0 total 4", "10.050 web pending 1",
                          "11.000 capacity 1 nodes, cpu 1", "11.000 web stopped 2 total 2 NodeLost",
                          "11.000 web ready 0 total 2", "11.050 web pending 3"));
  EXPECT_EQ(site.status(web).replicas, 5);
  site.cluster.add_nodes(1);
  site.run_to(30s);
  EXPECT_THAT(site.notes.take(),
              ElementsAre("20.000 capacity 2 nodes, cpu 2", "20.000 web started 2 total 4",
                          "20.000 web pending 1", "24.000 web ready 2 total 4"));
}

TEST(MemberCluster, KeepsPodsOnANodeThatShrinks) {
  // The recorded case desched-node-lost: 4 pods of 500m stay on a node of 1 cpu, the next ones
  // wait.
  Site site({node("node-1", "8")});
  site.models.set(web, pods_of("500m", 5s));
  site.apply(web, 4);
  site.run_to(43'500ms);
  site.cluster.set_nodes({node("node-1", "1")});
  site.apply(web, 8);
  site.run_to(50s);
  const policy::Inventory inventory = site.cluster.inventory();
  ASSERT_EQ(inventory.nodes.size(), 1U);
  EXPECT_EQ(inventory.nodes[0].requested, (api::ResourceList{{"cpu", quantity("2")}}));
  EXPECT_EQ(inventory.nodes[0].pods, 4);
  EXPECT_EQ(inventory.pending, (api::ResourceList{{"cpu", quantity("2")}}));
  EXPECT_EQ(inventory.pending_pods, 4);
}

TEST(MemberCluster, FollowsNodesThatMoveInTheList) {
  Site site({node("a", "1"), node("b", "1")});
  site.models.set(web, pods_of("500m", 1s));
  site.apply(web, 4);
  site.run_to(10s);
  site.notes.take();
  site.cluster.set_nodes({node("c", "1"), node("b", "1")});
  site.run_to(20s);
  EXPECT_EQ(site.pods_on(0), 2);
  EXPECT_EQ(site.pods_on(1), 2);
  EXPECT_THAT(site.notes.lines,
              ElementsAre("10.000 capacity 2 nodes, cpu 2", "10.000 web stopped 2 total 2 NodeLost",
                          "10.000 web ready 0 total 2", "10.050 web started 2 total 4",
                          "11.050 web ready 2 total 4"));
}

TEST(MemberCluster, PutsNoPodsOnCordonedNodes) {
  Site site({node("a", "1"), node("b", "1")});
  site.models.set(web, pods_of("500m", 1s));
  site.cluster.cordon_first(1);
  site.apply(web, 3);
  site.run_to(10s);
  EXPECT_EQ(site.pods_on(0), 0);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{.running = 2, .ready = 2, .pending = 1}));
  site.cluster.cordon_first(0);
  EXPECT_EQ(site.pods_on(0), 1);
}

TEST(MemberCluster, RestartsCrashedPodsInPlace) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("500m", 2s);
  model.crash = constant(10s);
  site.models.set(web, model);
  site.apply(web, 2);
  site.run_to(13s);
  EXPECT_THAT(site.notes.lines,
              ElementsAre("0.000 web created", "0.050 web started 2 total 2",
                          "2.050 web ready 2 total 2", "12.050 web stopped 2 total 0 Crashed",
                          "12.050 web started 2 total 2", "12.050 web ready 0 total 0"));
  site.run_to(14'050ms);
  EXPECT_EQ(site.cluster.totals(web).ready, 2);
}

TEST(MemberCluster, HoldsObjectsWithoutPodsOrStatus) {
  Site site({node("node-1", "16")});
  const api::ResourceReference role{.api_version = "rbac.authorization.k8s.io/v1",
                                    .kind = "ClusterRole",
                                    .space = "",
                                    .name = "r",
                                    .uid = "u"};
  EXPECT_EQ(site.cluster.apply(manifest(role, std::nullopt), false), MemberOutcome::done);
  site.run_to(10s);
  EXPECT_THAT(site.notes.lines, ElementsAre("0.000 r created"));
  EXPECT_EQ(site.cluster.observe(role)->status, api::ObjectStatus{});
  EXPECT_EQ(site.cluster.remove(role), MemberOutcome::done);
  EXPECT_EQ(site.cluster.remove(role), MemberOutcome::done);
  EXPECT_THAT(site.notes.lines, ElementsAre("0.000 r created", "10.000 r deleted"));
}

}  // namespace
}  // namespace firedrill::models
