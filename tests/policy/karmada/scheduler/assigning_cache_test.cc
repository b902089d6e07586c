#include "policy/karmada/scheduler/assigning_cache.h"

#include <chrono>

#include <gtest/gtest.h>

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;
using Snapshot = std::shared_ptr<const api::ResourceBinding>;

constexpr Timestamp start{};

Snapshot binding(std::int64_t version, std::vector<api::TargetCluster> clusters) {
  api::ResourceBinding made;
  made.metadata.space = "shop";
  made.metadata.name = "web-deployment";
  made.metadata.resource_version = version;
  made.spec.resource.space = "shop";
  made.spec.replica_requirements.emplace().resource_request["cpu"] = api::Quantity::from_units(1);
  made.spec.clusters = std::move(clusters);
  return std::make_shared<const api::ResourceBinding>(std::move(made));
}

Snapshot with_health(const Snapshot& from, const char* cluster, std::string_view health) {
  api::ResourceBinding changed = *from;
  ++changed.metadata.resource_version;
  api::AggregatedStatusItem& item = changed.status.aggregated_status.emplace_back();
  item.cluster_name = cluster;
  item.health = health;
  return std::make_shared<const api::ResourceBinding>(std::move(changed));
}

/// Replicas assumed in a cluster.
api::Replicas assumed_in(const AssigningCache& cache, const char* cluster, Timestamp now = start) {
  api::Replicas sum = 0;
  auto assumed = cache.assumed(now);
  for (const AssumedWorkload& workload : assumed[cluster]) {
    for (const api::Component& component : workload.components)
      sum += component.replicas;
  }
  return sum;
}

TEST(Assumptions, HoldTheWholeFootprintOfTheLastResult) {
  AssigningCache cache({.assumes = true});
  cache.patched(binding(1, {{"a", 3}, {"b", 1}}), start);
  EXPECT_EQ(assumed_in(cache, "a"), 3);
  EXPECT_EQ(cache.assumed(start)["a"][0].space, "shop");
  cache.patched(binding(2, {{"a", 5}, {"c", 0}}), start);
  EXPECT_EQ(assumed_in(cache, "a"), 5) << "replaced, not added";
  EXPECT_EQ(assumed_in(cache, "b"), 0);
  EXPECT_EQ(cache.assumed(start).size(), 1U) << "none where there are no replicas";
}

TEST(Assumptions, ExpireFiveMinutesAfterTheLastResult) {
  AssigningCache cache({.assumes = true});
  cache.patched(binding(1, {{"a", 3}}), start);
  cache.patched(binding(2, {{"a", 3}}), start + 1min);
  EXPECT_EQ(assumed_in(cache, "a", start + 6min), 3);
  EXPECT_EQ(assumed_in(cache, "a", start + 6min + 1ns), 0);
}

TEST(Assumptions, GoWhenTheBindingLeavesTheClusterOrIsDeleted) {
  AssigningCache cache({.assumes = true});
  const Snapshot stored = binding(5, {{"a", 3}, {"b", 1}});
  cache.patched(stored, start);
  cache.observed({binding(3, {}), binding(4, {}), false});
  EXPECT_EQ(assumed_in(cache, "a"), 3) << "news from before the result";
  cache.observed({stored, binding(6, {{"b", 1}}), false});
  EXPECT_EQ(assumed_in(cache, "a"), 0);
  EXPECT_EQ(assumed_in(cache, "b"), 1);
  cache.observed({stored, nullptr, false});
  EXPECT_EQ(assumed_in(cache, "b"), 0);
}

TEST(Assumptions, GoWhenTheCopyTurnsHealthy) {
  AssigningCache cache({.assumes = true});
  const Snapshot stored = binding(5, {{"a", 3}});
  cache.patched(stored, start);
  const Snapshot unhealthy = with_health(stored, "a", "Unhealthy");
  cache.observed({stored, unhealthy, false});
  EXPECT_EQ(assumed_in(cache, "a"), 3);
  cache.observed({unhealthy, with_health(stored, "a", "Healthy"), false});
  EXPECT_EQ(assumed_in(cache, "a"), 0);
  // What is and stays healthy, while replicas are added, is no news.
  const Snapshot healthy = with_health(stored, "a", "Healthy");
  cache.patched(healthy, start);
  cache.observed({healthy, with_health(stored, "a", "Healthy"), false});
  EXPECT_EQ(assumed_in(cache, "a"), 3);
}

TEST(Assumptions, HoldComponentsWithTheirReplicas) {
  AssigningCache cache({.assumes = true});
  api::ResourceBinding flink = *binding(1, {{"a", 0}});
  flink.spec.components = {{.name = "jobManager", .replicas = 1},
                           {.name = "taskManager", .replicas = 4}};
  cache.patched(std::make_shared<const api::ResourceBinding>(flink), start);
  EXPECT_EQ(assumed_in(cache, "a"), 5);
}

TEST(FreshResults, CountUntilTheWatchShowsThem) {
  AssigningCache cache({.remembers_results = true});
  const Snapshot cached = binding(3, {});
  EXPECT_EQ(cache.latest(cached), cached);
  const Snapshot stored = binding(5, {{"a", 3}});
  cache.patched(stored, start);
  EXPECT_EQ(cache.latest(cached), stored);
  EXPECT_TRUE(cache.assumed(start).empty()) << "that is another gate's";
  cache.observed({cached, binding(4, {}), false});
  EXPECT_EQ(cache.latest(cached), stored);
  cache.observed({cached, stored, false});
  EXPECT_EQ(cache.latest(cached), cached);
}

}  // namespace
}  // namespace firedrill::policy::karmada
