// Node lists, first fit and least allocated, sums in the inventory.

#include "models/member/nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixture.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<std::pair<NodeIndex, std::int64_t>> pairs(const std::vector<NodeShare>& shares) {
  std::vector<std::pair<NodeIndex, std::int64_t>> result;
  for (const NodeShare& share : shares)
    result.emplace_back(share.node, share.pods);
  return result;
}

NodePool pool_of(const std::vector<MemberNode>& nodes,
                 PodPlacement placement = PodPlacement::first_fit) {
  NodePool pool(placement);
  pool.add(nodes);
  return pool;
}

TEST(NodePool, FillsNodesInListedOrder) {
  NodePool pool = pool_of({node("a", "1"), node("b", "250m"), node("c", "2")});
  const PodRequest request = pool.compile({{"cpu", quantity("500m")}});
  using Pair = std::pair<NodeIndex, std::int64_t>;
  EXPECT_THAT(pairs(pool.place(request, 5)), ElementsAre(Pair{0, 2}, Pair{2, 3}));
  pool.release(request, {.node = 0, .pods = 1});
  EXPECT_THAT(pairs(pool.place(request, 3)), ElementsAre(Pair{0, 1}, Pair{2, 1}));
  EXPECT_EQ(pool.free(2, "cpu"), 0);
  EXPECT_EQ(pool.free(1, "cpu"), 250);
}

TEST(NodePool, BoundsPodsByEveryResourceAndByTheirNumber) {
  NodePool pool = pool_of({node("a", "16", "3"), node("b", "16", "110")});
  EXPECT_THAT(pool.place(pool.compile({}), 5), testing::SizeIs(2));
  EXPECT_EQ(pool.pods(0), 3);
  const PodRequest large = pool.compile({{"cpu", quantity("1")}, {"memory", quantity("30Gi")}});
  EXPECT_EQ(pairs(pool.place(large, 5)).front().second, 2);
  EXPECT_TRUE(pool.place(pool.compile({{"nvidia.com/gpu", quantity("1")}}), 1).empty());
  EXPECT_THROW(pool.release(large, {.node = 0, .pods = 4}), std::logic_error);
}

TEST(NodePool, TakesNoPodsWhereNoneAreAllocatable) {
  NodePool pool = pool_of({{.name = "a", .allocatable = {{"cpu", quantity("4")}}}});
  EXPECT_TRUE(pool.place(pool.compile({{"cpu", quantity("1")}}), 1).empty());
}

TEST(NodePool, HonoursWhatAPodAsksOfItsNode) {
  MemberNode plain = node("a", "4");
  MemberNode tainted = node("b", "4");
  tainted.labels = {{"gpu", "yes"}};
  tainted.taints = {{"gpu", "true", "NoSchedule", {}}};
  MemberNode labelled = node("c", "4");
  labelled.labels = {{"gpu", "yes"}};
  NodePool pool = pool_of({plain, tainted, labelled});
  api::NodeClaim claim;
  claim.node_selector = {{"gpu", "yes"}};
  const api::ResourceList cpu = {{"cpu", quantity("1")}};
  using Pair = std::pair<NodeIndex, std::int64_t>;
  EXPECT_THAT(pairs(pool.place(pool.compile(cpu, claim), 1)), ElementsAre(Pair{2, 1}));
  claim.tolerations = {{"gpu", "Exists", "", "", {}}};
  EXPECT_THAT(pairs(pool.place(pool.compile(cpu, claim), 1)), ElementsAre(Pair{1, 1}));
  EXPECT_THAT(pairs(pool.place(pool.compile(cpu), 1)), ElementsAre(Pair{0, 1}));
  pool.cordon(2);
  EXPECT_THAT(pairs(pool.place(pool.compile(cpu, claim), 1)), ElementsAre(Pair{2, 1}));
  const std::vector<policy::NodeView> views = pool.views();
  EXPECT_TRUE(views[1].unschedulable);
  EXPECT_FALSE(views[2].unschedulable);
  EXPECT_EQ(views[1].taints.size(), 1U);
  EXPECT_EQ(views[2].labels, labelled.labels);
}

TEST(NodePool, SkipsNodesThatAreNotSchedulable) {
  MemberNode tainted = node("a", "4");
  tainted.taints = {{"gpu", "true", "NoSchedule", {}}};
  NodePool pool = pool_of({tainted, node("b", "4")});
  EXPECT_EQ(pool.place(pool.compile({}), 1).front().node, 1U);
}

TEST(NodePool, SpreadsByLeastAllocatedWhenAsked) {
  NodePool pool =
      pool_of({node("a", "4"), node("b", "8"), node("c", "4")}, PodPlacement::least_allocated);
  const PodRequest request = pool.compile({{"cpu", quantity("1")}});
  // With the pod, b would have 87 % of its cpu left, then 75 % like a and c, then 62 %; memory
  // counts alike everywhere.
  using Pair = std::pair<NodeIndex, std::int64_t>;
  EXPECT_THAT(pairs(pool.place(request, 5)),
              ElementsAre(Pair{1, 1}, Pair{0, 1}, Pair{1, 1}, Pair{2, 1}, Pair{1, 1}));
}

TEST(NodePool, NamesNewNodesUniquely) {
  NodePool pool = pool_of({node("node-2", "4"), node("x", "8")});
  pool.add_alike(2);
  const auto views = pool.views();
  ASSERT_EQ(views.size(), 4U);
  EXPECT_EQ(views[2].name, "node-3");
  EXPECT_EQ(views[3].name, "node-4");
  EXPECT_EQ(views[3].allocatable.at("cpu"), quantity("8"));
  NodePool empty(PodPlacement::first_fit);
  empty.add_alike(3);
  EXPECT_EQ(empty.size(), 0U);
}

TEST(NodePool, ShowsSumsInTheFormatOfTheirResource) {
  NodePool pool = pool_of({node("a", "4")});
  const PodRequest request =
      pool.compile({{"cpu", quantity("500m")}, {"memory", quantity("512Mi")}});
  EXPECT_EQ(pool.place(request, 3).size(), 1U);
  const auto views = pool.views();
  EXPECT_EQ(views[0].requested.at("cpu").text(), "1500m");
  EXPECT_EQ(views[0].requested.at("memory").text(), "1536Mi");
  EXPECT_EQ(views[0].pods, 3);
  EXPECT_EQ(pool.quantities(request, 2).at("memory").text(), "1Gi");
}

TEST(NodePool, ReplacesTheListByName) {
  NodePool pool = pool_of({node("a", "1"), node("b", "1"), node("c", "1")});
  const PodRequest request = pool.compile({{"cpu", quantity("1")}});
  EXPECT_EQ(pool.place(request, 3).size(), 3U);
  EXPECT_THAT(pool.replace({node("c", "500m"), node("a", "2")}), ElementsAre(1, no_node, 0));
  EXPECT_EQ(pool.free(0, "cpu"), -500);
  EXPECT_EQ(pool.free(1, "cpu"), 1000);
  EXPECT_THAT(pool.remove_last(5), ElementsAre(no_node, no_node));
  EXPECT_EQ(pool.size(), 0U);
}

TEST(PendingPods, AreBoundByPriorityThenAge) {
  Site site({node("node-1", "1")}, 0s);
  const auto big = deployment("big");
  const auto low = deployment("low");
  const auto old = deployment("old");
  const auto high = deployment("high");
  site.models.set(big, pods_of("1", 0s));
  site.models.set(low, pods_of("250m", 0s, 0));
  site.models.set(old, pods_of("250m", 0s, 5));
  site.models.set(high, pods_of("250m", 0s, 9));
  site.apply(big, 1);
  site.run_to(1s);
  site.apply(low, 1);
  site.apply(old, 2);
  site.run_to(2s);
  site.apply(high, 2);
  site.run_to(3s);
  site.apply(old, 3);
  site.run_to(4s);
  site.notes.take();
  site.remove(big);
  // Of one instant: a line each, however their pods took turns in the queue.
  EXPECT_THAT(
      site.notes.take(),
      ElementsAre("4.000 big deleted", "4.000 big stopped 1 total 0 Deleted",
                  "4.000 big ready 0 total 0", "4.000 high started 2 total 2",
                  "4.000 high pending 0", "4.000 old started 2 total 2", "4.000 old pending 1"));
  site.remove(high);
  EXPECT_EQ(site.cluster.totals(old).running, 3);
  EXPECT_EQ(site.cluster.totals(low).running, 1);
}

TEST(PendingPods, LetSmallerOnesPass) {
  Site site({node("node-1", "1")}, 0s);
  const auto large = deployment("large");
  const auto small = deployment("small");
  site.models.set(large, pods_of("2", 0s, 9));
  site.models.set(small, pods_of("500m", 0s));
  site.apply(large, 1);
  site.apply(small, 3);
  site.run_to(1s);
  EXPECT_EQ(site.cluster.totals(large), (PodTotals{.pending = 1}));
  EXPECT_EQ(site.cluster.totals(small), (PodTotals{.running = 2, .ready = 2, .pending = 1}));
}

}  // namespace
}  // namespace firedrill::models
