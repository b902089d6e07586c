#include "policy/karmada/status/summaries.h"

#include <gtest/gtest.h>

namespace firedrill::policy::karmada {
namespace {

api::Quantity amount(const char* text) {
  return api::Quantity::parse(text).value();
}

/// A Ready node with three pods, a broken one without, one pod that waits.
Inventory two_nodes() {
  Inventory inventory;
  inventory.nodes = {{.name = "n1",
                      .ready = true,
                      .allocatable = {{"cpu", amount("4")}, {"memory", amount("8Gi")}},
                      .requested = {{"cpu", amount("1500m")}, {"memory", amount("1Gi")}},
                      .pods = 3},
                     {.name = "n2",
                      .ready = false,
                      .allocatable = {{"cpu", amount("2")}, {"gpu", amount("0")}},
                      .requested = {},
                      .pods = 0}};
  inventory.pending = {{"cpu", amount("250m")}};
  inventory.pending_pods = 1;
  return inventory;
}

TEST(Summaries, CountNodesAndReadyNodes) {
  const api::NodeSummary summary = summarize_nodes(two_nodes().nodes);
  EXPECT_EQ(summary.total, 2);
  EXPECT_EQ(summary.ready, 1);
}

TEST(Summaries, SumOverAllNodesReadyOrNotAndCountPods) {
  const api::ResourceSummary summary = summarize_resources(two_nodes());
  EXPECT_EQ(summary.allocatable,
            (api::ResourceList{{"cpu", amount("6")}, {"memory", amount("8Gi")}}));
  EXPECT_EQ(summary.allocated,
            (api::ResourceList{
                {"cpu", amount("1500m")}, {"memory", amount("1Gi")}, {"pods", amount("3")}}));
  EXPECT_EQ(summary.allocating,
            (api::ResourceList{{"cpu", amount("250m")}, {"pods", amount("1")}}));
  EXPECT_EQ(summary.allocatable.at("memory").text(), "8Gi");
}

TEST(Summaries, OfNothingAreEmpty) {
  EXPECT_EQ(summarize_resources({}), api::ResourceSummary{});
}

}  // namespace
}  // namespace firedrill::policy::karmada
