#include "policy/karmada/scheduler/estimator.h"

#include <gtest/gtest.h>

#include "policy/karmada/status/resource_models.h"

namespace firedrill::policy::karmada {
namespace {

api::ResourceList resources(const std::map<std::string, std::string>& texts) {
  api::ResourceList list;
  for (const auto& [name, text] : texts)
    list[name] = api::Quantity::parse(text).value();
  return list;
}

std::optional<api::ReplicaRequirements> request(const std::map<std::string, std::string>& texts) {
  api::ReplicaRequirements requirements;
  requirements.resource_request = resources(texts);
  return requirements;
}

/// 16 CPUs and 64Gi, of which 9 CPUs, 56Gi and 88 pods are left.
api::Cluster busy_cluster() {
  api::Cluster cluster;
  api::ResourceSummary& summary = cluster.status.resource_summary.emplace();
  summary.allocatable = resources({{"cpu", "16"}, {"memory", "64Gi"}, {"pods", "110"}});
  summary.allocated = resources({{"cpu", "6"}, {"memory", "8Gi"}, {"pods", "20"}});
  summary.allocating = resources({{"cpu", "1"}, {"pods", "2"}});
  return cluster;
}

TEST(GeneralEstimator, TakesTheScarcestResource) {
  const api::Cluster cluster = busy_cluster();
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "500m"}, {"memory", "1Gi"}})), 18);
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "2"}, {"memory", "16Gi"}})), 3);
  EXPECT_EQ(general_estimate(cluster, request({{"gpu", "1"}})), 0);
  EXPECT_EQ(general_estimate(cluster, request({{"gpu", "0"}, {"cpu", "3"}})), 3);
}

TEST(GeneralEstimator, WithoutARequestPodsAreTheLimit) {
  EXPECT_EQ(general_estimate(busy_cluster(), std::nullopt), 88);
  EXPECT_EQ(general_estimate(busy_cluster(), request({})), 88);
}

TEST(GeneralEstimator, KnowsNoRoomWithoutASummaryOrPods) {
  EXPECT_EQ(general_estimate(api::Cluster(), std::nullopt), 0);
  api::Cluster cluster = busy_cluster();
  cluster.status.resource_summary->allocatable.erase("pods");
  EXPECT_EQ(general_estimate(cluster, request({})), 0);
  cluster.status.resource_summary.emplace().allocatable = resources({{"cpu", "16"}, {"pods", "3"}});
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "1"}})), 3);
}

/// Default models, with these counts of nodes by grade and room for 500 pods.
api::Cluster modelled_cluster(std::vector<api::AllocatableModeling> counts) {
  api::Cluster cluster;
  cluster.spec.resource_models = default_resource_models();
  api::ResourceSummary& summary = cluster.status.resource_summary.emplace();
  summary.allocatable = resources({{"cpu", "100"}, {"memory", "400Gi"}, {"pods", "500"}});
  summary.allocatable_modelings = std::move(counts);
  return cluster;
}

TEST(GeneralEstimator, ModelsReplaceTheSums) {
  EXPECT_EQ(
      general_estimate(modelled_cluster({{2, 2}}), request({{"cpu", "1"}, {"memory", "4Gi"}})), 4);
  EXPECT_EQ(general_estimate(modelled_cluster({{0, 5}}), request({{"cpu", "100m"}})), 0);
  EXPECT_EQ(general_estimate(modelled_cluster({{1, 1}, {3, 1}}),
                             request({{"cpu", "1500m"}, {"memory", "2Gi"}})),
            2);
  EXPECT_EQ(general_estimate(modelled_cluster({{3, 2}}), request({{"cpu", "1"}, {"gpu", "1"}})), 0);
  EXPECT_EQ(general_estimate(modelled_cluster({{3, 2}}),
                             request({{"cpu", "1"}, {"ephemeral-storage", "1Gi"}})),
            0);
  EXPECT_EQ(general_estimate(modelled_cluster({{1, 2}}), request({})), 220);
  EXPECT_EQ(general_estimate(modelled_cluster({{1, 2}}), std::nullopt), 500);
  EXPECT_EQ(general_estimate(modelled_cluster({{1, 0}, {2, 0}}), request({{"cpu", "1"}})), 0);
}

TEST(GeneralEstimator, FallsBackToTheSumsWithoutModels) {
  api::Cluster cluster = modelled_cluster({{2, 2}});
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "1"}}), {.resource_models = false}), 100);
  cluster.spec.resource_models.clear();
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "1"}})), 100);
}

TEST(DefaultModels, DoubleFromGradeToGrade) {
  const std::vector<api::ResourceModel> models = default_resource_models();
  ASSERT_EQ(models.size(), 9U);
  EXPECT_EQ(models[2].grade, 2);
  EXPECT_EQ(models[2].ranges[0].min, api::Quantity::from_units(2));
  EXPECT_EQ(models[2].ranges[1].min, api::Quantity::parse("16Gi").value());
  EXPECT_EQ(models[7].ranges[1].max, api::Quantity::parse("1024Gi").value());
  EXPECT_EQ(models[8].ranges[0].max, api::Quantity::parse("9223372036854775807").value());
}

NodeView node(const std::string& name, const std::string& cpu, const std::string& memory) {
  NodeView view;
  view.name = name;
  view.allocatable = resources({{"cpu", cpu}, {"memory", memory}, {"pods", "110"}});
  return view;
}

/// The grade that one such node is counted into; -1 if none.
std::int64_t grade(const std::string& cpu, const std::string& memory) {
  std::vector<api::ResourceModel> models = default_resource_models();
  models.resize(5);
  const std::vector<NodeView> nodes = {node("n", cpu, memory)};
  for (const api::AllocatableModeling& count : count_nodes(models, nodes)) {
    if (count.count == 1) return count.grade;
  }
  return -1;
}

TEST(ResourceModels, ANodesGradeIsTheLowestOfItsResources) {
  EXPECT_EQ(grade("1", "4Gi"), 1);
  EXPECT_EQ(grade("2", "4Gi"), 1);
  EXPECT_EQ(grade("3900m", "40Gi"), 2);
  EXPECT_EQ(grade("100", "3Gi"), 0);
  EXPECT_EQ(grade("100", "1000Gi"), 4);
  EXPECT_EQ(grade("-1", "8Gi"), -1);
}

TEST(ResourceModels, CountingStopsAtTheFirstFullNodeInOrderOfNames) {
  std::vector<NodeView> nodes = {node("c", "1", "4Gi"), node("b", "1", "4Gi"),
                                 node("a", "2", "16Gi")};
  nodes[1].pods = 110;
  const std::vector<api::AllocatableModeling> counts =
      count_nodes(default_resource_models(), nodes);
  ASSERT_EQ(counts.size(), 9U);
  EXPECT_EQ(counts[1].count, 0);
  EXPECT_EQ(counts[2].count, 1);
  EXPECT_TRUE(count_nodes({}, nodes).empty());
}

TEST(ResourceModels, RequestsOfPodsOnANodeAreNotFree) {
  std::vector<NodeView> nodes = {node("a", "4", "32Gi")};
  nodes[0].requested = resources({{"cpu", "2500m"}});
  EXPECT_EQ(count_nodes(default_resource_models(), nodes)[1].count, 1);
}

TEST(NodeEstimator, AddsUpNodeByNode) {
  std::vector<NodeView> nodes(2);
  for (NodeView& view : nodes) {
    view.allocatable = resources({{"cpu", "4"}, {"pods", "10"}});
    view.requested = resources({{"cpu", "1500m"}});
    view.pods = 1;
  }
  EXPECT_EQ(node_estimate(nodes, request({{"cpu", "1"}})), 4);  // 2 + 2; 5 CPUs are free in sum.
  EXPECT_EQ(node_estimate(nodes, request({})), 18);
  EXPECT_EQ(node_estimate(nodes, std::nullopt), 18);
  nodes[0].ready = false;
  EXPECT_EQ(node_estimate(nodes, request({{"cpu", "1"}})), 2);
  EXPECT_EQ(node_estimate({}, request({})), 0);
}

TEST(NodeEstimator, PodsLimitANodeToo) {
  std::vector<NodeView> nodes(1);
  nodes[0].allocatable = resources({{"cpu", "4"}, {"pods", "2"}});
  nodes[0].pods = 1;
  EXPECT_EQ(node_estimate(nodes, request({{"cpu", "1"}})), 1);
  nodes[0].allocatable.erase("pods");
  EXPECT_EQ(node_estimate(nodes, request({})), 0);
}

}  // namespace
}  // namespace firedrill::policy::karmada
