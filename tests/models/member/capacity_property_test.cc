// Laws that hold whatever happens to a cluster, after each of its events: pods summed in three ways
// agree, no node is filled beyond its size, what waits fits nowhere.

#include <algorithm>
#include <array>
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
    site.watch([&site] { check_laws(site); });
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

// The other kinds: one workload of each, in a cluster that is partly another's.

constexpr std::array kinds = {PodManagement::parallel, PodManagement::ordered,
                              PodManagement::per_node, PodManagement::to_completion};
constexpr std::int64_t completions = 7;

WorkloadModel random_kind(int number, bool crashes) {
  WorkloadModel model = pods_of(std::to_string(300 + 200 * number) + "m", 0s, number % 2);
  model.management = kinds.at(static_cast<std::size_t>(number));
  model.startup = {.shape = sim::Uniform{.low = 0s, .high = 5s}};
  model.image_pull = sim::Distribution{.shape = sim::Uniform{.low = 0s, .high = 3s}};
  model.runtime = {.shape = sim::Uniform{.low = 1s, .high = 20s}};
  model.termination = sim::Distribution{.shape = sim::Uniform{.low = 0s, .high = 4s}};
  if (crashes) model.crash = sim::Distribution{.shape = sim::Exponential{.mean = 40s}};
  return model;
}

api::Manifest wish_for(int number, int amount, std::int64_t template_generation) {
  const bool replicated = kinds.at(static_cast<std::size_t>(number)) != PodManagement::per_node;
  api::Manifest wish =
      manifest(workload(number), replicated ? std::optional<std::int64_t>(amount) : std::nullopt,
               template_generation);
  wish.completions = completions;
  return wish;
}

BackgroundSpec random_background() {
  std::vector<BackgroundPoint> points;
  api::Duration at{};
  for (const auto& [pause, percent] : *rc::gen::container<std::vector<std::pair<int, int>>>(
           rc::gen::pair(rc::gen::inRange(1, 40), rc::gen::inRange(0, 91)))) {
    at += std::chrono::seconds(pause);
    points.push_back({.at = at, .share = percent / 100.0, .resources = {}});
  }
  BackgroundSpec background;
  background.trace = BackgroundTrace{std::move(points)};
  return background;
}

/// Each node holds what its pods request and what others have, and no more than it has.
void check_nodes_add_up(const Site& site) {
  std::int64_t by_workload = 0;
  std::int64_t pending = 0;
  api::Quantity requested = quantity("0");
  for (int i = 0; i < std::ssize(kinds); ++i) {
    const PodTotals totals = site.cluster.totals(workload(i));
    RC_ASSERT(totals.ready >= 0 && totals.pending >= 0 && totals.ready <= totals.running);
    by_workload += totals.running;
    pending += totals.pending;
    requested += quantity(std::to_string(300 + 200 * i) + "m") * totals.running;
  }
  const policy::Inventory inventory = site.cluster.inventory();
  RC_ASSERT(inventory.pending_pods == pending);
  std::int64_t by_node = 0;
  for (NodeIndex i = 0; i < inventory.nodes.size(); ++i) {
    const policy::NodeView& view = inventory.nodes[i];
    by_node += view.pods;
    RC_ASSERT(site.cluster.nodes().free(i, "cpu") >= 0);
    RC_ASSERT(!site.cluster.nodes().overcommitted(i));
    const auto used = view.requested.find("cpu");
    const std::int64_t milli = used == view.requested.end() ? 0 : used->second.milli_value();
    RC_ASSERT(milli + site.cluster.nodes().free(i, "cpu") ==
              view.allocatable.at("cpu").milli_value());
  }
  if (site.cluster.powered()) RC_ASSERT(by_node == by_workload);
}

TEST(Capacity, AddsUpForEveryKindUnderForeignLoad) {
  const bool passed = rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    Site site({node("node-0", "4"), node("node-1", "3"), node("node-2", "2", "3")}, 50ms,
              *rc::gen::element(PodPlacement::first_fit, PodPlacement::least_allocated), seed,
              random_background());
    const bool crashes = *rc::gen::arbitrary<bool>();
    std::array<std::int64_t, kinds.size()> generations{1, 1, 1, 1};
    for (int i = 0; i < std::ssize(kinds); ++i)
      site.models.set(workload(i), random_kind(i, crashes));
    site.watch([&site] { check_nodes_add_up(site); });
    sim::Duration now{};
    const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(
        rc::gen::tuple(rc::gen::inRange(0, 10), rc::gen::inRange(0, 4), rc::gen::inRange(0, 9),
                       rc::gen::inRange(0, 40)));
    for (const auto& [action, number, amount, slices] : steps) {
      auto& generation = generations.at(static_cast<std::size_t>(number));
      if (action == 8 && kinds.at(static_cast<std::size_t>(number)) != PodManagement::to_completion)
        site.models.change(workload(number), ++generation, random_kind(number, crashes));
      if (action <= 2 || action == 8) {
        if (site.cluster.powered())
          (void)site.cluster.apply(wish_for(number, amount, generation), false);
      } else {
        act(site, action, number, amount);
      }
      check_nodes_add_up(site);
      now += slices * 250ms;
      site.run_to(now);
    }
    // With room and in peace, each comes to what it is for.
    site.cluster.set_power(true);
    site.cluster.set_nodes({node("big", "400")});
    site.cluster.cordon_first(0);
    if (crashes) return;
    site.run_to(now + 1h);
    for (int i = 0; i < std::ssize(kinds); ++i) {
      const auto object = site.cluster.observe(workload(i));
      const PodTotals totals = site.cluster.totals(workload(i));
      const std::int64_t all = totals.running + totals.pending;
      if (!object) {
        RC_ASSERT(all == 0);
      } else if (kinds.at(static_cast<std::size_t>(i)) == PodManagement::per_node) {
        RC_ASSERT(all == 1);
      } else if (kinds.at(static_cast<std::size_t>(i)) == PodManagement::to_completion) {
        RC_ASSERT(all == 0 || object->manifest.replicas == 0);
      } else if (object->manifest.replicas == totals.ready) {
        RC_ASSERT(object->status.updated == totals.ready);
        RC_ASSERT(all == totals.ready);
      }
    }
  });
  EXPECT_TRUE(passed);
}

TEST(Capacity, GoesToThePendingPodsOfHighestPriorityFirst) {
  const bool passed = rc::check([](std::uint64_t seed) {
    const auto priorities =
        *rc::gen::container<std::vector<int>>(workload_count, rc::gen::inRange(0, 4));
    Site site({node("node-0", "1")}, 0s, PodPlacement::first_fit, seed);
    for (int i = 0; i < workload_count; ++i) {
      site.models.set(workload(i), pods_of("1", 0s, priorities.at(static_cast<std::size_t>(i))));
      site.apply(workload(i), 1);
    }
    site.run_to(1s);
    // One node after the other: with each, the next in the queue runs.
    for (int nodes = 1; nodes <= workload_count; ++nodes) {
      int lowest_running = 9;
      int highest_waiting = -1;
      for (int i = 1; i < workload_count; ++i) {
        const int priority = priorities.at(static_cast<std::size_t>(i));
        const bool runs = site.cluster.totals(workload(i)).running == 1;
        if (runs) lowest_running = std::min(lowest_running, priority);
        if (!runs) highest_waiting = std::max(highest_waiting, priority);
      }
      RC_ASSERT(lowest_running >= highest_waiting);
      site.cluster.add_nodes(1);
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
