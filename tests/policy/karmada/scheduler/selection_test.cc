/// Spread constraints: the worked examples of the reference.

#include "policy/karmada/scheduler/selection.h"

#include <array>

#include <gtest/gtest.h>

#include "policy/karmada/scheduler/region_search.h"
#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

using testing::Scene;

TEST(SpreadByCluster, SwapsForRoomierClustersUntilTheReplicasFit) {
  Scene scene(80);
  scene.dynamic().spread("cluster", 2, 2).available({{"a", 40}, {"b", 30}, {"c", 60}});
  EXPECT_EQ(scene.run(), "a:32 c:48");
}

TEST(SpreadByCluster, ASwappedClusterLosesItsReplicas) {
  Scene scene(80);
  scene.dynamic().spread("cluster", 2, 2).available({{"a", 35}, {"b", 20}, {"c", 60}});
  EXPECT_EQ(scene.current({{"a", 5}, {"b", 10}}).run(), "a:33 c:47");
}

TEST(SpreadByCluster, FailsWhenNoChoiceHasTheRoom) {
  Scene scene(200);
  scene.dynamic().spread("cluster", 2, 2).available({{"a", 40}, {"b", 30}, {"c", 60}});
  EXPECT_EQ(scene.run(), "failed to select clusters: no enough resource when selecting 2 clusters");
}

TEST(SpreadByCluster, TakesAsManyClustersAsAllowed) {
  Scene scene(12);
  scene.aggregated().spread("cluster", 1, 2);
  scene.available({{"a", 5}, {"b", 5}, {"c", 2}, {"d", 9}});
  EXPECT_EQ(scene.run(), "a:4 d:8");
  EXPECT_EQ(scene.current({{"c", 2}}).run(), "c:4 d:8");
}

TEST(SpreadByCluster, NeedsMinGroups) {
  Scene scene(2);
  scene.dynamic().spread("cluster", 3, 3).available({{"a", 4}, {"b", 4}});
  EXPECT_EQ(scene.run(),
            "failed to select clusters: the number of feasible clusters is less than "
            "spreadConstraint.MinGroups");
}

TEST(SpreadByCluster, MaxGroupsOfZeroSelectsNothing) {
  Scene scene(2);
  scene.spread("cluster", 1, 0).available({{"a", 4}, {"b", 4}});
  EXPECT_EQ(scene.duplicated().run(),
            "failed to assign replicas: no clusters available to schedule");
  EXPECT_EQ(scene.dynamic().run(),
            "failed to select clusters: no enough resource when selecting 0 clusters");
}

TEST(Spread, ProvidersAloneSelectNothing) {
  Scene scene(2);
  scene.dynamic().spread("provider", 1, 1).cluster("a").spec.provider = "p";
  EXPECT_EQ(scene.run(),
            "failed to select clusters: just support cluster and region spread constraint");
}

/// Region A: a1, a2 with room for 10 each; B: b1 for 30; C: c1, c2, c3 for 5 each.
Scene three_regions(api::Replicas replicas) {
  Scene scene(replicas);
  scene.estimator.answers = {{"a1", 10}, {"a2", 10}, {"b1", 30}, {"c1", 5}, {"c2", 5}, {"c3", 5}};
  scene.cluster("a1", "A");
  scene.cluster("a2", "A");
  scene.cluster("b1", "B");
  scene.cluster("c1", "C");
  scene.cluster("c2", "C");
  scene.cluster("c3", "C");
  return scene;
}

TEST(SpreadByRegion, PrefersRegionsWithMoreFittingClusters) {
  EXPECT_EQ(three_regions(5).duplicated().spread("region", 2, 2).spread("cluster", 2, 2).run(),
            "c1:5 a1:5");
  EXPECT_EQ(three_regions(5).duplicated().spread("region", 2, 2).spread("cluster", 3, 3).run(),
            "c1:5 a1:5 a2:5");
}

TEST(SpreadByRegion, BreaksTiesByMoreClusters) {
  EXPECT_EQ(three_regions(20).duplicated().spread("region", 2, 2).spread("cluster", 2, 3).run(),
            "b1:20 c1:20 c2:20");
  EXPECT_EQ(three_regions(20).dynamic().spread("region", 2, 2).spread("cluster", 2, 4).run(),
            "a1:7 a2:7 c1:3 c2:3");
  EXPECT_EQ(three_regions(20).aggregated().spread("region", 2, 2).spread("cluster", 2, 4).run(),
            "a1:10 a2:10");
}

TEST(SpreadByRegion, SumsOfScoresFavourMoreRegions) {
  EXPECT_EQ(three_regions(20).dynamic().spread("region", 1, 3).spread("cluster", 4, 5).run(),
            "a1:3 a2:3 b1:10 c1:2 c2:2");
}

TEST(SpreadByRegion, DoesNotLookAtTheTotalRoom) {
  EXPECT_EQ(three_regions(60).dynamic().spread("region", 2, 2).spread("cluster", 2, 3).run(),
            "failed to assign replicas: failed to scale up: Clusters available replicas 50 are not "
            "enough to schedule.");
}

TEST(SpreadByRegion, FailoverLeavesTheLostRegion) {
  Scene scene = three_regions(20);
  scene.dynamic().spread("region", 2, 2).spread("cluster", 2, 3).evicting("b1");
  EXPECT_EQ(scene.current({{"a1", 7}}).run(), "a1:12 a2:5 c1:3");
}

TEST(SpreadByRegion, FailsWithoutEnoughRegionsOrClusters) {
  EXPECT_EQ(three_regions(5).duplicated().spread("region", 4, 4).spread("cluster", 1, 9).run(),
            "failed to select clusters: the number of feasible region is less than "
            "spreadConstraint.MinGroups");
  constexpr const char* few_clusters =
      "failed to select clusters: the number of clusters is less than the cluster "
      "spreadConstraint.MinGroups";
  EXPECT_EQ(three_regions(5).duplicated().spread("region", 1, 3).spread("cluster", 7, 9).run(),
            few_clusters);
  EXPECT_EQ(three_regions(5).duplicated().spread("region", 1, 0).spread("cluster", 1, 9).run(),
            few_clusters);
}

TEST(SpreadByRegion, WithoutAClusterConstraintItTakesOnePerRegion) {
  EXPECT_EQ(three_regions(5).duplicated().spread("region", 2, 2).run(), "c1:5 a1:5");
}

/// Score of one region whose clusters have these scores and room.
std::int64_t group_score(const Scene& scene,
                         const std::vector<std::pair<std::int32_t, api::Replicas>>& members) {
  std::vector<api::Cluster> clusters(members.size());
  std::vector<Candidate> candidates(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    clusters[i].metadata.name = std::to_string(i);
    clusters[i].spec.region = "R";
    candidates[i] = {.cluster = &clusters[i],
                     .current = nullptr,
                     .score = members[i].first,
                     .overflow_order = 0,
                     .allocatable = members[i].second,
                     .available = members[i].second};
  }
  return group_candidates(candidates, Topology::region, scene.placement, scene.spec.replicas)
      .front()
      .score;
}

TEST(GroupScore, CountsFittingClustersWhenDuplicated) {
  Scene scene(50);
  scene.duplicated().spread("region", 1, 1);
  EXPECT_EQ(group_score(scene, {{100, 60}, {100, 70}, {0, 40}}), 2100);
}

TEST(GroupScore, CountsReplicasUpToTheGroupsShareWhenDivided) {
  Scene two(100);
  two.dynamic().spread("region", 2, 2);
  EXPECT_EQ(group_score(two, {{100, 40}, {100, 40}, {0, 10}}), 50100);
  EXPECT_EQ(group_score(two, {{100, 10}, {100, 10}, {0, 10}}), 30066);
  Scene three(100);
  three.dynamic().spread("region", 3, 3);
  EXPECT_EQ(group_score(three, {{100, 34}}), 34100);
  Scene many(20);
  many.dynamic().spread("region", 1, 1).spread("cluster", 3, 3);
  EXPECT_EQ(group_score(many, {{100, 50}, {0, 50}, {0, 50}}), 20033);
}

TEST(GroupScore, AShareOfNoGroupsIsTheLeastIntegerTimesAThousand) {
  Scene scene(20);
  scene.dynamic().spread("region", 0, 1);
  EXPECT_EQ(group_score(scene, {{100, 5}, {0, 50}}), 100);
}

struct Region {
  std::string name;
  std::size_t clusters;
  std::int64_t score;
};

std::string chosen(const std::vector<Region>& regions, const RegionBounds& bounds) {
  std::vector<Group> groups;
  for (const Region& region : regions) {
    groups.push_back({.name = region.name, .score = region.score, .available = 0, .members = {}});
    groups.back().members.resize(region.clusters, nullptr);
  }
  const auto best = choose_regions(groups, bounds);
  if (!best) return best.problem();
  std::string text;
  for (const Group* group : *best)
    text += group->name;
  return text;
}

TEST(RegionSearch, APrefixOfTheBestReplacesIt) {
  EXPECT_EQ(chosen({{"A", 3, 100}, {"B", 2, 90}, {"C", 1, 10}},
                   {.regions_min = 1, .regions_max = 3, .clusters_min = 5}),
            "AB");
}

TEST(RegionSearch, TheBestSingleRegionWinsWhereOneWillDo) {
  EXPECT_EQ(chosen({{"A", 2, 5}, {"B", 1, 9}, {"C", 3, 7}},
                   {.regions_min = 1, .regions_max = 3, .clusters_min = 1}),
            "B");
}

TEST(RegionSearch, GivesUpInsteadOfSearchingForEver) {
  std::vector<Region> regions;
  for (int i = 0; i < 40; ++i)
    regions.push_back({"r" + std::to_string(i), 1, 1});
  EXPECT_EQ(chosen(regions, {.regions_min = 20, .regions_max = 20, .clusters_min = 41}),
            "too many combinations of regions");
}

TEST(RegionSearch, NothingWantedIsNothingFound) {
  EXPECT_EQ(chosen({{"A", 1, 1}}, {.regions_min = 0, .regions_max = 1, .clusters_min = 0}),
            "the number of clusters is less than the cluster spreadConstraint.MinGroups");
}

TEST(Selection, GoesByNameAmongEqualScoresInOlderReleases) {
  std::array<api::Cluster, 2> clusters;
  clusters[0].metadata.name = "a";
  clusters[1].metadata.name = "b";
  std::vector<Candidate> candidates{{.cluster = &clusters[1], .available = 9},
                                    {.cluster = &clusters[0], .available = 5}};
  sort_candidates(candidates);
  EXPECT_EQ(candidates[0].name(), "b");
  sort_candidates(candidates, Preference::none);
  EXPECT_EQ(candidates[0].name(), "a");
  candidates[1].score = 1;
  sort_candidates(candidates, Preference::none);
  EXPECT_EQ(candidates[0].name(), "b");
}

}  // namespace
}  // namespace firedrill::policy::karmada
