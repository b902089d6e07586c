#include "policy/karmada/scheduler/filter.h"

#include <gtest/gtest.h>

#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

using testing::named;
using testing::Scene;
using testing::taint;

TEST(Filter, TaintsKeepNewReplicasAwayButDropNoClusterInUse) {
  Scene scene(2);
  scene.duplicated().available({{"b", 9}, {"d", 5}});
  scene.cluster("a").spec.taints = {taint("cluster.karmada.io/not-ready", "", "NoSchedule")};
  scene.cluster("c").spec.taints = {taint("k", "v", "NoExecute")};
  scene.clusters[1]->spec.taints = {taint("k", "", "PreferNoSchedule")};
  EXPECT_EQ(scene.run(), "b:2 d:2");
  EXPECT_EQ(scene.spread("cluster", 1, 2).current({{"c", 2}}).run(), "c:2 b:2");
}

TEST(Filter, AFitErrorCountsReasonsInOrderOfTheirText) {
  Scene scene(2);
  scene.duplicated();
  scene.cluster("a").spec.taints = {taint("cluster.karmada.io/not-ready", "", "NoSchedule")};
  scene.cluster("b").status.api_enablements.clear();
  scene.cluster("c").spec.taints = {taint("k", "v", "NoExecute")};
  scene.cluster("d").metadata.deletion_timestamp = api::StoredTime();
  EXPECT_EQ(scene.run(),
            "0/4 clusters are available: 1 cluster(s) did not have the API resource, 1 cluster(s) "
            "had untolerated taint {cluster.karmada.io/not-ready:NoSchedule}, 1 cluster(s) had "
            "untolerated taint {k=v:NoExecute}.");
  EXPECT_EQ(std::get<ScheduleError>(scene.result()).kind, ScheduleErrorKind::fit);
}

TEST(Filter, AFitErrorWithoutReasonsSaysThatNoClusterExists) {
  EXPECT_EQ(Scene(2).run(), "0/0 clusters are available: no cluster exists.");
  Scene scene(2);
  scene.cluster("a").metadata.deletion_timestamp = api::StoredTime();
  EXPECT_EQ(scene.run(), "0/1 clusters are available: no cluster exists.");
}

TEST(Filter, AClusterInUseMayLoseTheApi) {
  Scene scene(2);
  scene.duplicated().cluster("b").status.api_enablements.clear();
  EXPECT_EQ(scene.current({{"b", 2}}).run(), "b:2");
}

TEST(Filter, OverflowAffinitiesCountForWorkloadsOnly) {
  Scene scene(2);
  scene.duplicated().available({{"b", 2}});
  scene.status.scheduler_observed_affinity_name = "group";
  scene.placement.cluster_affinities = {{.name = "group",
                                         .affinity = named({"a"}),
                                         .overflow = {{.name = "1", .affinity = named({"b"})}}}};
  EXPECT_EQ(scene.run(), "b:2");
  scene.spec.replicas = 0;
  scene.spec.replica_requirements.reset();
  EXPECT_EQ(scene.run(),
            "0/1 clusters are available: 1 cluster(s) did not match the placement cluster affinity "
            "constraint.");
}

TEST(Filter, AnUnknownAffinityGroupFiltersNothing) {
  Scene scene(2);
  scene.duplicated().available({{"b", 2}});
  scene.placement.cluster_affinities = {{.name = "g", .affinity = named({"a"}), .overflow = {}}};
  scene.status.scheduler_observed_affinity_name = "gone";
  EXPECT_EQ(scene.run(), "b:2");
}

/// Names of the clusters that pass, joined.
std::string passing(const Scene& scene, const PluginSet& plugins, const WorkloadPeers* peers) {
  api::BindingSpec spec = scene.spec;
  spec.placement = std::make_shared<const api::Placement>(scene.placement);
  const TargetIndex targets(spec.clusters);
  const ClusterFilter filter(spec, "", targets, plugins, peers);
  std::string names;
  for (const auto& cluster : scene.clusters) {
    EXPECT_EQ(filter.passes(*cluster), filter.rejections(*cluster).empty());
    if (filter.passes(*cluster)) names += cluster->metadata.name;
  }
  return names;
}

TEST(Filter, WorkloadAffinityFollowsAndAntiAffinityAvoidsTheGroup) {
  Scene scene(2);
  scene.available({{"a", 2}, {"b", 2}, {"c", 2}, {"d", 2}}).current({{"d", 2}});
  const std::vector<api::TargetCluster> first = {{"a", 1}, {"b", 1}};
  const std::vector<api::TargetCluster> second = {{"b", 1}};
  const std::vector<std::string> all = {"*"};
  const PluginSet on = enabled_plugins(all, true);
  const WorkloadPeers together = {.affinity = {&first, &second}, .anti_affinity = {}};
  EXPECT_EQ(passing(scene, on, &together), "bd");
  const WorkloadPeers apart = {.affinity = {}, .anti_affinity = {&first, &second}};
  EXPECT_EQ(passing(scene, on, &apart), "cd");
  EXPECT_EQ(passing(scene, enabled_plugins(all, false), &apart), "abcd");
}

TEST(Plugins, AreSwitchedByName) {
  const auto has = [](const std::vector<std::string>& flag, Plugin plugin) {
    return enabled_plugins(flag, false).has(plugin);
  };
  EXPECT_TRUE(has({"*"}, Plugin::taint_toleration));
  EXPECT_FALSE(has({"*", "-TaintToleration"}, Plugin::taint_toleration));
  EXPECT_TRUE(has({"*", "-TaintToleration"}, Plugin::cluster_affinity));
  EXPECT_TRUE(has({"TaintToleration"}, Plugin::taint_toleration));
  EXPECT_FALSE(has({"TaintToleration"}, Plugin::cluster_locality));
  EXPECT_FALSE(has({}, Plugin::cluster_affinity));
}

TEST(Plugins, WithoutLocalityNoClusterIsPreferred) {
  Scene scene(2);
  scene.duplicated().available({{"a", 1}, {"b", 9}}).current({{"a", 2}}).spread("cluster", 1, 1);
  EXPECT_EQ(scene.run(), "a:2");
  scene.options.plugins.set(Plugin::cluster_locality, false);
  EXPECT_EQ(scene.run(), "b:2");
}

TEST(TargetIndex, FindsTheSameAmongFewAndMany) {
  std::vector<api::TargetCluster> targets;
  for (int i = 0; i < 40; ++i) {
    targets.push_back({"c" + std::to_string(39 - i), i});
    const TargetIndex index(targets);
    for (const api::TargetCluster& target : targets)
      EXPECT_EQ(index.find(target.name), &target);
    EXPECT_EQ(index.find("c"), nullptr);
    EXPECT_EQ(index.find("x"), nullptr);
  }
}

TEST(Affinity, ManyNamesAreFoundWhateverTheirOrder) {
  api::Cluster cluster;
  cluster.metadata.name = "m";
  EXPECT_TRUE(matches(cluster, named({"z", "m", "a"})));
  EXPECT_FALSE(matches(cluster, named({"z", "n", "a"})));
  api::ClusterAffinity affinity = named({"m"});
  affinity.exclude = {"z", "m"};
  EXPECT_FALSE(matches(cluster, affinity));
}

}  // namespace
}  // namespace firedrill::policy::karmada
