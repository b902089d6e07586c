/// Whole passes: the worked examples of the reference, one behaviour a test. In a result, the order
/// of the clusters counts.

#include "policy/karmada/scheduler/schedule.h"

#include <gtest/gtest.h>

#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

using testing::named;
using testing::Scene;
using testing::taint;

constexpr std::string_view too_little =
    "failed to assign replicas: Clusters available replicas are not enough to schedule.";

TEST(Duplicated, GivesEveryClusterAllReplicasWhateverItsRoom) {
  EXPECT_EQ(Scene(5).duplicated().available({{"a", 1}, {"b", 50}, {"c", 20}}).run(), "b:5 c:5 a:5");
}

TEST(Duplicated, ZeroReplicasOfAWorkloadHaveNoTargetUnlessEmptyOnesArePropagated) {
  Scene scene(0);
  scene.duplicated().available({{"a", 1}, {"b", 1}, {"c", 1}});
  EXPECT_EQ(scene.run(), "");
  scene.options.propagate_empty_workloads = true;
  EXPECT_EQ(scene.run(), "a:0 b:0 c:0");
}

TEST(Duplicated, PrefersClustersInUse) {
  Scene scene(5);
  scene.duplicated().available({{"a", 1}, {"b", 9}, {"c", 5}, {"d", 5}}).spread("cluster", 1, 2);
  EXPECT_EQ(scene.run(), "b:5 c:5");
  EXPECT_EQ(scene.current({{"d", 5}}).run(), "d:5 b:5");
}

TEST(Duplicated, FailoverFillsTheFreeSlotWithTheRoomiest) {
  Scene scene(4);
  scene.duplicated().available({{"a", 9}, {"b", 1}, {"c", 3}, {"d", 9}}).spread("cluster", 2, 2);
  EXPECT_EQ(scene.evicting("a").current({{"b", 4}}).run(), "b:4 d:4");
}

TEST(Schedule, ANonWorkloadGoesEverywhereWithNoReplicas) {
  Scene scene(0);
  scene.spec.replica_requirements.reset();
  scene.available({{"a", 1}, {"b", 1}, {"c", 1}});
  EXPECT_EQ(scene.duplicated().run(), "a:0 b:0 c:0");
  EXPECT_EQ(scene.dynamic().run(), "a:0 b:0 c:0");
}

TEST(Schedule, WithoutASchedulingTypeItDuplicates) {
  EXPECT_EQ(Scene(2).available({{"a", 1}, {"b", 2}}).run(), "b:2 a:2");
}

TEST(Schedule, RefusesADivisionWithoutPreference) {
  Scene scene(2);
  scene.available({{"a", 2}});
  scene.placement.replica_scheduling.emplace().type = "Divided";
  EXPECT_EQ(scene.run(),
            "failed to assign replicas: unsupported replica scheduling strategy, "
            "replicaSchedulingType: Divided, replicaDivisionPreference: , please try another "
            "scheduling strategy");
}

TEST(StaticWeight, DividesByWeightAndIgnoresRoom) {
  EXPECT_EQ(Scene(9).static_weights({{"a", 1}, {"b", 2}}).available({{"a", 0}, {"b", 0}}).run(),
            "a:3 b:6");
  EXPECT_EQ(Scene(9).static_weights({{"a", 1}, {"b", 3}}).available({{"a", 9}, {"b", 9}}).run(),
            "a:2 b:7");
  EXPECT_EQ(Scene(6).static_weights({{"a", 1}, {"b", 3}}).available({{"a", 9}, {"b", 9}}).run(),
            "a:2 b:4");
}

TEST(StaticWeight, LeavesOutClustersWithoutWeightUnlessAllAre) {
  Scene scene(5);
  scene.available({{"a", 9}, {"b", 9}, {"c", 9}});
  EXPECT_EQ(scene.static_weights({{"a", 1}}).run(), "a:5");
  EXPECT_EQ(scene.static_weights({{"x", 1}}).run(), "a:2 b:2 c:1");
  EXPECT_EQ(scene.static_weights({}).run(), "a:2 b:2 c:1");
}

TEST(StaticWeight, DropsClustersThatGetNothing) {
  EXPECT_EQ(Scene(2).static_weights({}).available({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}}).run(),
            "a:1 b:1");
}

TEST(StaticWeight, IgnoresSpreadConstraints) {
  Scene scene(8);
  scene.static_weights({}).spread("cluster", 1, 2);
  EXPECT_EQ(scene.available({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}}).run(), "a:2 b:2 c:2 d:2");
}

TEST(StaticWeight, TakesTheLargestMatchingRule) {
  Scene scene(16);
  scene.static_weights({{"b", 5}}).available({{"a", 1}, {"b", 1}, {"c", 1}});
  auto& rules = scene.placement.replica_scheduling->weight_preference->static_weights;
  rules.push_back({named({"a", "b"}), 1});
  rules.push_back({named({"b", "c"}), 2});
  EXPECT_EQ(scene.run(), "a:2 b:10 c:4");
}

TEST(StaticWeight, FailoverRecomputesEverything) {
  Scene scene(9);
  scene.static_weights({}).available({{"a", 1}, {"b", 1}, {"c", 1}});
  EXPECT_EQ(scene.evicting("a").current({{"b", 3}, {"c", 3}}).run(), "b:5 c:4");
}

TEST(Dynamic, DividesByRoom) {
  EXPECT_EQ(Scene(12).dynamic().available({{"a", 6}, {"b", 12}, {"c", 18}}).run(), "a:2 b:4 c:6");
  EXPECT_EQ(Scene(7).dynamic().available({{"a", 10}, {"b", 10}, {"c", 10}}).run(), "a:3 b:2 c:2");
}

TEST(Dynamic, ScalesUpByDividingTheDifference) {
  Scene scene(12);
  scene.dynamic().available({{"a", 10}, {"b", 10}, {"c", 10}});
  EXPECT_EQ(scene.current({{"a", 2}, {"b", 4}}).run(), "a:4 b:6 c:2");
}

TEST(Dynamic, ScalesDownInProportion) {
  EXPECT_EQ(Scene(6).dynamic().available({{"a", 9}, {"b", 9}}).current({{"a", 4}, {"b", 8}}).run(),
            "a:2 b:4");
  Scene scene(1);
  scene.dynamic().available({{"a", 9}, {"b", 9}, {"c", 9}});
  EXPECT_EQ(scene.current({{"a", 1}, {"b", 1}, {"c", 1}}).run(), "a:1");
}

TEST(Dynamic, ShortageIsUnschedulable) {
  Scene scene(6);
  scene.dynamic().available({{"a", 1}, {"b", 2}, {"c", 2}});
  EXPECT_EQ(scene.run(),
            "failed to assign replicas: failed to scale up: Clusters available replicas 5 are not "
            "enough to schedule.");
  EXPECT_EQ(std::get<ScheduleError>(scene.result()).kind, ScheduleErrorKind::unschedulable);
}

TEST(Dynamic, KeepsWhatAddsUpWithoutLookingAtRoom) {
  Scene scene(6);
  scene.dynamic().available({{"a", 0}, {"b", 0}, {"c", 0}}).current({{"c", 1}, {"a", 5}});
  EXPECT_EQ(scene.run(), "c:1 a:5");
}

TEST(Dynamic, StartsAfreshOnlyWhenAskedAfterTheLastScheduling) {
  Scene scene(6);
  scene.dynamic().available({{"a", 1}, {"b", 5}, {"c", 12}}).current({{"a", 5}, {"b", 1}});
  EXPECT_EQ(scene.fresh().run(), "a:2 b:1 c:3");
  scene.status.last_scheduled_time = scene.spec.reschedule_triggered_at;
  EXPECT_EQ(scene.run(), "a:5 b:1");
  scene.status.last_scheduled_time.reset();
  EXPECT_EQ(scene.run(), "a:5 b:1");
}

TEST(Dynamic, FailoverPlacesWhatIsMissing) {
  Scene scene(6);
  scene.dynamic().available({{"a", 9}, {"b", 3}, {"c", 9}}).evicting("a");
  scene.current({{"b", 2}, {"c", 2}});
  EXPECT_EQ(scene.run(), "b:3 c:3");
  scene.estimator.answers = {{"b", 0}, {"c", 1}};
  EXPECT_EQ(scene.run(),
            "failed to assign replicas: failed to scale up: Clusters available replicas 1 are not "
            "enough to schedule.");
}

TEST(Dynamic, ReplicasInClustersThatDroppedOutArePlacedAnew) {
  Scene scene(6);
  scene.dynamic().available({{"a", 9}, {"b", 1}, {"c", 3}}).current({{"a", 4}, {"b", 2}});
  scene.placement.cluster_affinity = named({"b", "c"});
  EXPECT_EQ(scene.run(), "b:3 c:3");
}

TEST(Dynamic, SumsOfUnlimitedRoomWrapAroundAsInTheReference) {
  Scene scene(0);
  scene.dynamic().available({{"a", 1}, {"b", 1}}).fresh();
  EXPECT_EQ(scene.run(),
            "failed to assign replicas: failed to do fresh scale: Clusters available replicas -2 "
            "are not enough to schedule.");
}

TEST(Aggregated, UsesTheFewestClustersAndDividesOverThem) {
  Scene scene(5);
  scene.aggregated().available({{"a", 3}, {"b", 4}, {"c", 2}});
  EXPECT_EQ(scene.run(), "a:2 b:3");
  scene.spec.replicas = 3;
  EXPECT_EQ(scene.run(), "b:3");
}

TEST(Aggregated, ScalesUpInClustersInUseFirst) {
  Scene scene(6);
  scene.aggregated().available({{"a", 1}, {"b", 4}, {"c", 9}}).current({{"a", 2}});
  EXPECT_EQ(scene.run(), "a:2 c:4");
}

TEST(Aggregated, ScalesDownToTheLargest) {
  Scene scene(5);
  scene.aggregated().available({{"a", 0}, {"b", 0}, {"c", 0}});
  scene.current({{"a", 2}, {"b", 3}, {"c", 4}});
  EXPECT_EQ(scene.run(), "b:2 c:3");
  scene.spec.replicas = 4;
  EXPECT_EQ(scene.run(), "c:4");
}

TEST(Aggregated, TakesEqualClustersInTheirOrder) {
  Scene scene(6);
  scene.aggregated().available({{"a", 4}, {"b", 4}, {"c", 4}, {"d", 4}});
  EXPECT_EQ(scene.run(), "a:3 b:3");
  scene.spec.replicas = 10;
  EXPECT_EQ(scene.current({{"d", 2}}).run(), "a:4 d:6");
}

TEST(Aggregated, FailoverKeepsSurvivorsAndAddsNoMoreThanNeeded) {
  Scene scene(6);
  scene.aggregated().available({{"a", 9}, {"b", 1}, {"c", 1}, {"d", 9}}).evicting("a");
  scene.current({{"b", 2}, {"c", 2}});
  EXPECT_EQ(scene.run(), "b:3 c:3");
  scene.estimator.answers["c"] = 0;
  EXPECT_EQ(scene.run(), "b:2 c:2 d:2");
}

TEST(Estimates, TheLeastAnswerCountsAndAFailureDiscardsAnEstimator) {
  Scene scene(4);
  scene.dynamic().available({{"a", 1}, {"b", 3}});
  EXPECT_EQ(scene.run(), "a:1 b:3");
  scene.estimator.answers["a"] = no_estimate;  // Room for all.
  EXPECT_EQ(scene.run(), "a:2 b:2");
  scene.estimator.failing = true;
  EXPECT_EQ(scene.run(), "a:2 b:2");
}

/// Primary {a} and backup {b}, dynamic weights.
Scene two_groups(api::Replicas replicas) {
  Scene scene(replicas);
  scene.dynamic();
  scene.placement.cluster_affinities = {
      {.name = "primary", .affinity = named({"a"}), .overflow = {}},
      {.name = "backup", .affinity = named({"b"}), .overflow = {}}};
  return scene;
}

std::string targets_of(const PassOutcome& outcome) {
  return outcome.clusters ? testing::text_of(*outcome.clusters) : "unchanged";
}

TEST(AffinityGroups, BeginWithTheFirst) {
  Scene scene = two_groups(6);
  const PassOutcome outcome = scene.available({{"a", 9}, {"b", 9}}).outcome();
  EXPECT_EQ(targets_of(outcome), "a:6");
  EXPECT_EQ(outcome.observed_affinity_name, "primary");
  EXPECT_EQ(outcome.reason, "Success");
}

TEST(AffinityGroups, GoOnToTheNextWhenOneFails) {
  Scene scene = two_groups(6);
  scene.available({{"a", 9}, {"b", 9}}).evicting("a");
  scene.status.scheduler_observed_affinity_name = "primary";
  const PassOutcome outcome = scene.outcome();
  EXPECT_EQ(targets_of(outcome), "b:6");
  EXPECT_EQ(outcome.observed_affinity_name, "backup");
}

TEST(AffinityGroups, TheFirstErrorDecidesWhenAllFail) {
  Scene scene = two_groups(6);
  scene.available({{"a", 9}, {"b", 1}}).evicting("a");
  const PassOutcome no_fit = scene.outcome();
  EXPECT_EQ(no_fit.reason, "NoClusterFit");
  EXPECT_EQ(no_fit.message,
            "0/2 clusters are available: 1 cluster(s) did not match the placement cluster affinity "
            "constraint, 1 cluster(s) is in the process of eviction.");
  EXPECT_EQ(targets_of(no_fit), "");
  EXPECT_EQ(no_fit.retry, Retry::none);

  Scene tight = two_groups(6);
  tight.available({{"a", 1}, {"b", 9}}).current({{"a", 2}});
  tight.clusters.back()->spec.taints = {taint("k", "", "NoSchedule")};
  const PassOutcome parked = tight.outcome();
  EXPECT_EQ(parked.reason, "Unschedulable");
  EXPECT_EQ(targets_of(parked), "unchanged");
  EXPECT_EQ(parked.retry, Retry::parked);
  EXPECT_FALSE(parked.observed_affinity_name);
}

TEST(AffinityGroups, NeverGoBackUnlessAFreshStartIsAskedFor) {
  Scene scene = two_groups(6);
  scene.available({{"a", 9}, {"b", 9}}).evicting("b");
  scene.status.scheduler_observed_affinity_name = "backup";
  EXPECT_EQ(scene.outcome().reason, "NoClusterFit");
  const PassOutcome outcome = scene.fresh().outcome();
  EXPECT_EQ(targets_of(outcome), "a:6");
  EXPECT_EQ(outcome.observed_affinity_name, "primary");
}

/// One group: {a}, overflowing to {b}, then to {c, d}.
Scene overflowing(api::Replicas replicas) {
  Scene scene(replicas);
  scene.dynamic();
  scene.status.scheduler_observed_affinity_name = "group";
  scene.placement.cluster_affinities = {
      {.name = "group",
       .affinity = named({"a"}),
       .overflow = {{.name = "1", .affinity = named({"b"})},
                    {.name = "2", .affinity = named({"c", "d"})}}}};
  return scene;
}

TEST(Overflow, FillsTierAfterTier) {
  EXPECT_EQ(overflowing(8).available({{"a", 10}, {"b", 3}, {"c", 4}, {"d", 4}}).run(), "a:8");
  EXPECT_EQ(overflowing(8).available({{"a", 5}, {"b", 3}, {"c", 4}, {"d", 4}}).run(), "a:5 b:3");
  EXPECT_EQ(overflowing(12).available({{"a", 5}, {"b", 3}, {"c", 4}, {"d", 4}}).run(),
            "a:5 b:3 c:2 d:2");
  EXPECT_EQ(overflowing(17).available({{"a", 5}, {"b", 3}, {"c", 4}, {"d", 4}}).run(), too_little);
}

TEST(Overflow, EmptiesTheLastTierFirst) {
  Scene scene = overflowing(6);
  scene.available({{"a", 0}, {"b", 0}, {"c", 2}, {"d", 4}});
  EXPECT_EQ(scene.current({{"a", 5}, {"b", 3}, {"c", 2}}).run(), "a:5 b:1");

  Scene growing = overflowing(10);
  growing.available({{"a", 0}, {"b", 0}, {"c", 2}, {"d", 4}});
  EXPECT_EQ(growing.current({{"a", 5}, {"b", 3}}).run(), "a:5 b:3 c:1 d:1");
}

TEST(Overflow, MovesBackWhenAnEarlierTierHasRoomAgain) {
  Scene scene = overflowing(8);
  scene.available({{"a", 4}, {"b", 0}, {"c", 0}, {"d", 0}});
  EXPECT_EQ(scene.current({{"a", 5}, {"b", 3}}).run(), "a:8");
}

TEST(Decision, HoldsEveryClusterWithItsReasons) {
  Scene scene(3);
  scene.dynamic().available({{"b", 2}, {"a", 5}, {"d", 1}});
  scene.cluster("c").spec.taints = {taint("k", "v", "NoExecute")};
  scene.clusters.back()->status.api_enablements.clear();
  scene.spread("cluster", 1, 2).current({{"a", 1}});
  Decision decision;
  ASSERT_EQ(testing::text_of(scene.result(&decision)), "a:2 b:1");
  const std::vector<ConsideredCluster> expected = {
      {.cluster = "a",
       .rejected = "",
       .score = 100,
       .available = 6,
       .assigned = 2,
       .selected = true,
       .chosen = true},
      {.cluster = "b",
       .rejected = "",
       .score = 0,
       .available = 2,
       .assigned = 1,
       .selected = true,
       .chosen = true},
      {.cluster = "c",
       .rejected = "cluster(s) did not have the API resource; cluster(s) had untolerated taint "
                   "{k=v:NoExecute}"},
      {.cluster = "d",
       .rejected = "",
       .score = 0,
       .available = 1,
       .assigned = 0,
       .selected = false}};
  EXPECT_EQ(decision.clusters, expected);
}

// Workloads of several components.

Scene flink() {
  Scene scene(0);
  scene.spec.replica_requirements.reset();
  scene.spec.components = {{.name = "jobManager", .replicas = 1},
                           {.name = "taskManager", .replicas = 2}};
  return scene;
}

TEST(Components, GoToOneClusterAsAWhole) {
  Scene scene = flink();
  scene.aggregated().spread("cluster", 1, 1).available({{"a", 1}, {"b", 3}, {"c", 0}});
  const ScheduleResult result = scene.result();
  EXPECT_EQ(testing::text_of(result), "b:0");
  const auto& targets = std::get<std::vector<api::TargetCluster>>(result);
  EXPECT_EQ(targets[0].components,
            (std::vector<api::TargetComponent>{{"jobManager", 1}, {"taskManager", 2}}));
}

TEST(Components, ADividedWorkloadNeedsRoomForOneSet) {
  Scene scene = flink();
  scene.aggregated().spread("cluster", 1, 1).available({{"a", 0}});
  EXPECT_EQ(scene.run(), "failed to select clusters: no enough resource when selecting 1 clusters");
  scene.placement.replica_scheduling.reset();
  EXPECT_EQ(scene.run(), "a:0") << "a duplicated one does not";
}

TEST(Components, ASingleOneGoesWithoutSaying) {
  Scene scene = flink();
  scene.spec.components.pop_back();
  scene.aggregated().spread("cluster", 1, 1).available({{"a", 2}});
  const ScheduleResult result = scene.result();
  EXPECT_TRUE(std::get<std::vector<api::TargetCluster>>(result)[0].components.empty());
}

TEST(Components, WithoutTheConstraintEveryClusterGetsAll) {
  Scene scene = flink();
  scene.aggregated().available({{"a", 2}, {"b", 3}});
  EXPECT_EQ(scene.run(), "b:0 a:0");
}

}  // namespace
}  // namespace firedrill::policy::karmada
