#include "policy/karmada/scheduler/estimator.h"

#include <gtest/gtest.h>

#include "policy/karmada/estimator/accurate.h"
#include "policy/karmada/estimator/node_matching.h"
#include "policy/karmada/status/resource_models.h"

namespace firedrill::policy::karmada {
namespace {

api::ResourceList resources(const std::map<std::string, std::string>& texts) {
  api::ResourceList list;
  for (const auto& [name, text] : texts)
    list[name] = api::Quantity::parse(text).value();
  return list;
}

api::Shared<api::ReplicaRequirements> request(const std::map<std::string, std::string>& texts) {
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

// Sets of components.

api::Component component(const char* name,
                         api::Replicas replicas,
                         const std::map<std::string, std::string>& texts) {
  api::Component made{.name = name, .replicas = replicas};
  made.requirements.emplace().resource_request = resources(texts);
  return made;
}

TEST(GeneralEstimator, CountsCompleteSets) {
  // 9 CPUs, 56Gi and 88 pods are left; a set takes 4 CPUs, 10Gi and 3 pods.
  const std::vector<api::Component> flink = {
      component("jobManager", 1, {{"cpu", "2"}, {"memory", "2Gi"}}),
      component("taskManager", 2, {{"cpu", "1"}, {"memory", "4Gi"}})};
  EXPECT_EQ(general_set_estimate(busy_cluster(), flink), 2);
  const std::vector<api::Component> small = {component("a", 40, {{"cpu", "1m"}}),
                                             component("b", 4, {})};
  EXPECT_EQ(general_set_estimate(busy_cluster(), small), 2) << "pods are the limit";
  EXPECT_EQ(general_set_estimate(busy_cluster(), {}), 88) << "no pods in a set";
  EXPECT_EQ(general_set_estimate(api::Cluster(), small), 0);
  const std::vector<api::Component> unknown = {component("a", 1, {{"gpu", "1"}})};
  EXPECT_EQ(general_set_estimate(busy_cluster(), unknown), 0);
}

TEST(GeneralEstimator, SetsMixNotationsAsTheReferenceDoes) {
  const std::vector<api::Component> decimal = {component("a", 1, {{"memory", "1G"}})};
  const std::vector<api::Component> binary = {component("a", 1, {{"memory", "1Gi"}})};
  EXPECT_EQ(general_set_estimate(busy_cluster(), decimal), 0);
  EXPECT_EQ(general_set_estimate(busy_cluster(), binary), 56);
  EXPECT_EQ(general_estimate(busy_cluster(), request({{"memory", "1G"}})), 60);
}

TEST(GeneralEstimator, SetsAreTriedOnModelNodesOneAfterAnother) {
  // Two nodes of 2 CPUs: a set is one pod of 2 CPUs and one of 1, so only one set fits.
  const std::vector<api::Component> set = {component("big", 1, {{"cpu", "2"}}),
                                           component("small", 1, {{"cpu", "1"}})};
  EXPECT_EQ(general_set_estimate(modelled_cluster({{2, 2}}), set), 1);
  EXPECT_EQ(general_set_estimate(modelled_cluster({{2, 2}}), set, {.resource_models = false}), 33);
  EXPECT_EQ(general_set_estimate(modelled_cluster({{2, 3}}), set), 2);
}

TEST(EstimatesSets, OnlyForExactlyOneCluster) {
  api::BindingSpec spec;
  spec.components = {component("a", 1, {})};
  EXPECT_FALSE(estimates_sets(spec)) << "no placement";
  api::Placement placement;
  placement.spread_constraints = {{"cluster", "", 1, 1}};
  spec.placement = std::make_shared<const api::Placement>(placement);
  EXPECT_TRUE(estimates_sets(spec));
  placement.spread_constraints[0].max_groups = 2;
  spec.placement = std::make_shared<const api::Placement>(placement);
  EXPECT_FALSE(estimates_sets(spec));
  placement.spread_constraints[0] = {"region", "", 1, 1};
  spec.placement = std::make_shared<const api::Placement>(placement);
  EXPECT_FALSE(estimates_sets(spec));
}

// What has just been assigned.

TEST(GeneralEstimator, WhatIsAssumedCountsAsAllocating) {
  api::Cluster cluster = busy_cluster();
  cluster.metadata.name = "a";
  const AssumedByCluster assumed = {
      {"a", {{"default", {component("", 5, {{"cpu", "1500m"}, {"memory", "1Gi"}})}}}},
      {"b", {{"default", {component("", 50, {{"cpu", "1"}})}}}}};
  const GeneralEstimatorOptions options{.assumed = &assumed};
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "500m"}}), options), 3);
  EXPECT_EQ(general_estimate(cluster, std::nullopt, options), 83);
  EXPECT_EQ(
      general_set_estimate(cluster, std::vector{component("x", 1, {{"cpu", "500m"}})}, options), 3);
  cluster.metadata.name = "c";
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "500m"}}), options), 18);
}

TEST(GeneralEstimator, WhatIsAssumedTakesModelNodesByFirstFit) {
  api::Cluster cluster = modelled_cluster({{2, 2}, {3, 1}});  // 2, 2 and 4 CPUs
  cluster.metadata.name = "a";
  const AssumedByCluster assumed = {{"a", {{"default", {component("", 2, {{"cpu", "1500m"}})}}}}};
  const GeneralEstimatorOptions options{.assumed = &assumed};
  // Halves of both small nodes are lost: 4 pods of 1 CPU, where 8 - 3 would be 5.
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "1"}}), options), 4);
  EXPECT_EQ(general_estimate(cluster, request({{"cpu", "1"}})), 8);
}

// Node claims.

NodeView labelled(const char* name, api::Labels labels) {
  NodeView view{
      .name = name, .allocatable = resources({{"cpu", "4"}, {"pods", "10"}}), .requested = {}};
  view.labels = std::move(labels);
  return view;
}

TEST(NodeClaim, SelectorsAndRequiredAffinityMustMatch) {
  const NodeView gpu = labelled("n1", {{"gpu", "yes"}, {"cores", "8"}});
  const auto takes = [&gpu](const api::NodeClaim& claim) {
    return accepts(traits_of(gpu), &claim);
  };
  EXPECT_TRUE(accepts(traits_of(gpu), nullptr));
  api::NodeClaim claim;
  claim.node_selector = {{"gpu", "yes"}};
  EXPECT_TRUE(takes(claim));
  claim.node_selector = {{"gpu", "no"}};
  EXPECT_FALSE(takes(claim));
  claim.node_selector.clear();
  claim.hard_node_affinity.emplace();
  EXPECT_FALSE(takes(claim)) << "no alternative";
  claim.hard_node_affinity->terms.resize(2);
  EXPECT_FALSE(takes(claim)) << "empty alternatives match nothing";
  claim.hard_node_affinity->terms[1].match_expressions = {{"cores", "Gt", {"4"}},
                                                          {"gpu", "Exists", {}}};
  EXPECT_TRUE(takes(claim));
  claim.hard_node_affinity->terms[1].match_expressions[0].values = {"8"};
  EXPECT_FALSE(takes(claim));
  claim.hard_node_affinity->terms[1] = {{}, {{"metadata.name", "In", {"n1"}}}};
  EXPECT_TRUE(takes(claim));
  claim.hard_node_affinity->terms[1] = {{}, {{"metadata.name", "NotIn", {"n1"}}}};
  EXPECT_FALSE(takes(claim));
  claim.hard_node_affinity->terms[1] = {{{"gpu", "Near", {"yes"}}}, {}};
  EXPECT_FALSE(takes(claim)) << "no such operator";
}

TEST(NodeClaim, TaintsAndCordonsMustBeTolerated) {
  NodeView node = labelled("n1", {});
  node.taints = {{"dedicated", "db", "NoSchedule", {}}, {"slow", "", "PreferNoSchedule", {}}};
  api::NodeClaim claim;
  EXPECT_FALSE(accepts(traits_of(node), &claim));
  claim.tolerations = {{"dedicated", "Equal", "db", "", {}}};
  EXPECT_TRUE(accepts(traits_of(node), &claim));
  node.unschedulable = true;
  EXPECT_FALSE(accepts(traits_of(node), &claim));
  claim.tolerations.push_back({"node.kubernetes.io/unschedulable", "Exists", "", "NoSchedule", {}});
  EXPECT_TRUE(accepts(traits_of(node), &claim));
}

TEST(NodeEstimator, NodesThatTheClaimDoesNotAdmitHaveNoRoom) {
  std::vector<NodeView> nodes = {labelled("n1", {{"gpu", "yes"}}), labelled("n2", {})};
  auto wanted = request({{"cpu", "1"}});
  EXPECT_EQ(node_estimate(nodes, wanted), 8);
  wanted.edit().node_claim.emplace().node_selector = {{"gpu", "yes"}};
  EXPECT_EQ(node_estimate(nodes, wanted), 4);
  nodes[0].taints = {{"gpu", "yes", "NoExecute", {}}};
  EXPECT_EQ(node_estimate(nodes, wanted), 0);
}

TEST(AccurateEstimator, CountsSetsBesideWhatIsAssumed) {
  Inventory inventory;
  inventory.nodes = {labelled("n1", {{"gpu", "yes"}}), labelled("n2", {})};
  EstimateQuestion question;
  question.components = {component("trainer", 1, {{"cpu", "3"}}),
                         component("feeder", 1, {{"cpu", "1"}})};
  EXPECT_EQ(accurate_estimate(inventory, question), 2);
  question.components[0].requirements->node_claim.emplace().node_selector = {{"gpu", "yes"}};
  EXPECT_EQ(accurate_estimate(inventory, question), 1);
  const std::vector<AssumedWorkload> assumed = {{"default", {component("", 2, {{"cpu", "1"}})}}};
  EXPECT_EQ(accurate_estimate(inventory, question, assumed), 0) << "first fit takes n1";
  question.components.clear();
  question.requirements = request({{"cpu", "2"}});
  EXPECT_EQ(accurate_estimate(inventory, question, assumed), 3);
  EXPECT_EQ(accurate_estimate(Inventory{}, question, assumed), 0);
}

// Quotas.

QuotaView quota(const char* scope_operator, std::vector<std::string> classes) {
  QuotaView view;
  view.space = "shop";
  view.spec.hard = resources({{"requests.cpu", "10"}, {"limits.memory", "1Gi"}, {"pods", "1"}});
  view.used = resources({{"requests.cpu", "4"}, {"pods", "1"}});
  view.spec.scope_selector =
      api::ScopeSelector{{{"PriorityClass", scope_operator, std::move(classes)}}};
  return view;
}

EstimateQuestion asks(const char* space, const char* priority_class) {
  EstimateQuestion question;
  question.requirements = request({{"cpu", "2"}, {"memory", "4Gi"}});
  question.requirements.edit().priority_class_name = priority_class;
  question.space = space;
  question.quotas = true;
  return question;
}

TEST(QuotaEstimator, WhatIsLeftOfTheQuotaBoundsReplicas) {
  const std::vector<QuotaView> quotas = {quota("In", {"gold"})};
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "gold")), 3);
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "silver")), std::nullopt);
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "")), std::nullopt);
  EXPECT_EQ(quota_estimate(quotas, asks("other", "gold")), std::nullopt);
  const std::vector<AssumedWorkload> assumed = {{"other", {component("", 1, {{"cpu", "9"}})}}};
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "gold"), assumed), 3);
}

TEST(QuotaEstimator, OnlyThePriorityClassScopeCounts) {
  std::vector<QuotaView> quotas = {quota("Exists", {})};
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "gold")), 3);
  quotas[0].spec.scope_selector.reset();
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "gold")), std::nullopt) << "no scope at all";
  quotas[0].spec.scopes = {"NotBestEffort"};
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "gold")), std::nullopt);
  quotas[0].spec.scopes = {"PriorityClass"};
  EXPECT_EQ(quota_estimate(quotas, asks("shop", "gold")), 3);
  EXPECT_EQ(quota_estimate({{quota("NotIn", {"gold"})}}, asks("shop", "silver")), 3);
  EXPECT_EQ(quota_estimate({{quota("DoesNotExist", {})}}, asks("shop", "")), 3);
}

TEST(QuotaEstimator, TheScarcerOfNodesAndQuotaRules) {
  Inventory inventory;
  inventory.nodes = {labelled("n1", {})};
  inventory.nodes[0].allocatable = resources({{"cpu", "100"}, {"memory", "100Gi"}, {"pods", "50"}});
  inventory.quotas = {quota("In", {"gold"})};
  EXPECT_EQ(accurate_estimate(inventory, asks("shop", "gold")), 3);
  EstimateQuestion without = asks("shop", "gold");
  without.quotas = false;
  EXPECT_EQ(accurate_estimate(inventory, without), 25);
  inventory.nodes[0].allocatable = resources({{"cpu", "4"}, {"memory", "100Gi"}, {"pods", "50"}});
  EXPECT_EQ(accurate_estimate(inventory, asks("shop", "gold")), 2);
}

}  // namespace
}  // namespace firedrill::policy::karmada
