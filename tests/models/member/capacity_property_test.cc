// Laws that hold whatever happens to a cluster: pods summed in three ways agree, no node is filled
// beyond its size, what waits fits nowhere.

#include <map>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "fixture.h"
#include "models/member/member_cluster.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

constexpr int workload_count = 5;
constexpr std::array requests_milli = {100, 250, 500, 900, 1500};

api::ResourceReference workload(int number) {
  return deployment("w" + std::to_string(number));
}

WorkloadModel random_model(int number, bool terminates, bool crashes) {
  WorkloadModel model = pods_of(
      std::to_string(requests_milli.at(static_cast<std::size_t>(number))) + "m", 0s, number % 3);
  model.startup = {.shape = sim::Uniform{.low = 0s, .high = 20s}};
  if (terminates)
    model.termination = sim::Distribution{.shape = sim::Uniform{.low = 0s, .high = 9s}};
  if (crashes) model.crash = sim::Distribution{.shape = sim::Exponential{.mean = 30s}};
  return model;
}

void check_laws(const Site& site) {
  std::int64_t running = 0;
  std::int64_t pending = 0;
  for (int i = 0; i < workload_count; ++i) {
    const PodTotals totals = site.cluster.totals(workload(i));
    RC_ASSERT(totals.ready >= 0);
    RC_ASSERT(totals.ready <= totals.running);
    RC_ASSERT(totals.pending >= 0);
    running += totals.running;
    pending += totals.pending;
    const auto object = site.cluster.observe(workload(i));
    if (object) RC_ASSERT(object->status.ready == totals.ready);
  }
  const policy::Inventory inventory = site.cluster.inventory();
  RC_ASSERT(inventory.pending_pods == pending);
  std::int64_t by_node = 0;
  api::Quantity requested;
  for (NodeIndex i = 0; i < inventory.nodes.size(); ++i) {
    by_node += inventory.nodes[i].pods;
    RC_ASSERT(site.cluster.nodes().free(i, "cpu") >= 0);
    RC_ASSERT(site.cluster.nodes().free(i, "pods") >= 0);
  }
  // Pods without power still hold their nodes.
  if (site.cluster.powered()) RC_ASSERT(by_node == running);
  for (int i = 0; i < workload_count && site.cluster.powered(); ++i) {
    if (site.cluster.totals(workload(i)).pending == 0) continue;
    for (NodeIndex n = 0; n < inventory.nodes.size(); ++n) {
      const bool fits =
          site.cluster.nodes().free(n, "cpu") >= requests_milli.at(static_cast<std::size_t>(i)) &&
          site.cluster.nodes().free(n, "pods") >= 1;
      RC_ASSERT(!fits);
    }
  }
}

void act(Site& site, int action, int number, int amount) {
  const api::ResourceReference target = workload(number);
  const bool powered = site.cluster.powered();
  switch (action) {
    case 0:
    case 1:
    case 2:
      if (powered) site.apply(target, amount);
      break;
    case 3:
      if (powered) site.remove(target);
      break;
    case 4:
      site.cluster.add_nodes(amount % 3);
      break;
    case 5:
      if (site.cluster.nodes().size() > 2) site.cluster.remove_last_nodes(1);
      break;
    case 6:
      site.cluster.set_power(!powered);
      break;
    case 7:
      site.cluster.set_ready_cap(target, amount % 4 - 1);
      break;
    default:
      break;
  }
}

TEST(Capacity, IsNeverNegativeAndPodsAreNeverLostCount) {
  const bool passed = rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    Site site({node("node-0", "2", "4"), node("node-1", "3"), node("node-2", "1", "2")}, 50ms,
              *rc::gen::element(PodPlacement::first_fit, PodPlacement::least_allocated), seed);
    const bool terminates = *rc::gen::arbitrary<bool>();
    const bool crashes = *rc::gen::arbitrary<bool>();
    for (int i = 0; i < workload_count; ++i)
      site.models.set(workload(i), random_model(i, terminates, crashes));
    sim::Duration now{};
    const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(
        rc::gen::tuple(rc::gen::inRange(0, 9), rc::gen::inRange(0, workload_count),
                       rc::gen::inRange(0, 12), rc::gen::inRange(0, 8000)));
    for (const auto& [action, number, amount, pause] : steps) {
      act(site, action, number, amount);
      check_laws(site);
      now += std::chrono::milliseconds(pause);
      site.run_to(now);
      check_laws(site);
    }
    // Left in peace, each workload has what it asked for, and nothing else is left.
    site.cluster.set_power(true);
    site.run_to(now + 60s);
    for (int i = 0; i < workload_count; ++i) {
      const auto object = site.cluster.observe(workload(i));
      const PodTotals totals = site.cluster.totals(workload(i));
      RC_ASSERT(totals.running + totals.pending ==
                (object ? object->manifest.replicas.value() : 0));
    }
  });
  EXPECT_TRUE(passed);
}

TEST(Capacity, HoldsAHundredThousandPodsWithAnEventAnInstant) {
  std::vector<MemberNode> nodes;
  for (int i = 0; i < 1000; ++i)
    nodes.push_back(node("node-" + std::to_string(i), "64"));
  Site site(std::move(nodes));
  for (int i = 0; i < 250; ++i) {
    const auto target = deployment("w" + std::to_string(i));
    site.models.set(target, pods_of("500m", 4s));
    site.apply(target, 400);
  }
  site.run_to(60s);
  std::int64_t ready = 0;
  for (int i = 0; i < 250; ++i)
    ready += site.cluster.totals(deployment("w" + std::to_string(i))).ready;
  EXPECT_EQ(ready, 100'000);
  EXPECT_EQ(site.engine.executed(), 500U) << "a reaction and a ready instant for each workload";
}

TEST(Capacity, DependsOnTheSeedAlone) {
  const auto lines = [](std::uint64_t seed) {
    Site site({node("a", "8"), node("b", "8")}, 50ms, PodPlacement::first_fit, seed);
    for (int i = 0; i < 3; ++i)
      site.models.set(workload(i), random_model(i, true, true));
    for (int i = 0; i < 3; ++i)
      site.apply(workload(i), 10);
    site.run_to(120s);
    return site.notes.take();
  };
  EXPECT_EQ(lines(7), lines(7));
  EXPECT_NE(lines(7), lines(8));
}

}  // namespace
}  // namespace firedrill::models
