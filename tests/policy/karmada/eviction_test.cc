#include "policy/karmada/failover/eviction.h"

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

constexpr api::Timestamp now(1000s);

TEST(EvictionPace, IsTheReferencesFloat32Division) {
  EXPECT_EQ(eviction_pace(0.1F), 10000000000ns);
  EXPECT_EQ(eviction_pace(0.3F), 3333333248ns);
  EXPECT_EQ(eviction_pace(0.5F), 2s);
  EXPECT_EQ(eviction_pace(0.7F), 1428571520ns);
  EXPECT_EQ(eviction_pace(1.0F), 1s);
  EXPECT_EQ(eviction_pace(1.5F), 666666688ns);
  EXPECT_EQ(eviction_pace(2.0F), 500ms);
  EXPECT_EQ(eviction_pace(3.0F), 333333344ns);
  EXPECT_EQ(eviction_pace(7.0F), 142857152ns);
  EXPECT_EQ(eviction_pace(10.0F), 100ms);
  EXPECT_EQ(eviction_pace(0.001F), 999999930368ns);
  EXPECT_EQ(eviction_pace(1e10F), 0ns);
}

TEST(EvictionPace, IsHalfAnHourAtRateZeroAndNoneBelowWhatFits) {
  EXPECT_EQ(eviction_pace(0.0F), 30min);
  EXPECT_LT(eviction_pace(1e-11F), 0ns);
}

/// A brake in that mode, with the proposal's parameters.
EvictionBrake brake(BrakeMode mode) {
  EvictionBrake brake;
  brake.mode = mode;
  return brake;
}

TEST(EvictionBrake, OffLooksAtNothing) {
  EXPECT_EQ(eviction_rate(0.5F, {}, {.total = 20, .unhealthy = 20}), 0.5F);
}

TEST(EvictionBrake, ActsStrictlyAboveItsShare) {
  for (const BrakeMode mode : {BrakeMode::slow, BrakeMode::halt}) {
    EXPECT_EQ(eviction_rate(50, brake(mode), {.total = 0, .unhealthy = 0}), 50.0F);
    // 11/20 and 0.55 are one float32.
    EXPECT_EQ(eviction_rate(50, brake(mode), {.total = 20, .unhealthy = 11}), 50.0F);
    EXPECT_LT(eviction_rate(50, brake(mode), {.total = 20, .unhealthy = 12}), 50.0F);
  }
}

TEST(EvictionBrake, SlowKnowsLargeFederationsAndSmallOnes) {
  EXPECT_EQ(eviction_rate(50, brake(BrakeMode::slow), {.total = 11, .unhealthy = 11}), 0.1F);
  EXPECT_EQ(eviction_rate(50, brake(BrakeMode::slow), {.total = 10, .unhealthy = 10}), 0.0F);
  // As proposed: nothing keeps the secondary rate below the usual one.
  EXPECT_EQ(eviction_rate(0, brake(BrakeMode::slow), {.total = 11, .unhealthy = 11}), 0.1F);
}

TEST(EvictionBrake, HaltKnowsNoSize) {
  EXPECT_EQ(eviction_rate(50, brake(BrakeMode::halt), {.total = 1000, .unhealthy = 1000}), 0.0F);
}

TEST(EvictionBrake, CountsClustersThatAreNotKnownToBeReady) {
  std::vector<std::shared_ptr<const api::Cluster>> clusters;
  for (const char* status : {"True", "False", "Unknown", ""}) {
    api::Cluster cluster;
    cluster.status.conditions = {{.type = "CompleteAPIEnablements", .status = "True"}};
    if (*status != 0) cluster.status.conditions.push_back({.type = "Ready", .status = status});
    clusters.push_back(std::make_shared<const api::Cluster>(cluster));
  }
  EXPECT_EQ(count_unhealthy(clusters), (ClusterCensus{.total = 4, .unhealthy = 3}));
}

api::BindingSpec two_clusters() {
  api::BindingSpec spec;
  spec.clusters = {{"a", 3}, {"b", 0}};
  return spec;
}

TEST(EvictGracefully, MovesTheClusterFromTheAssignmentToATask) {
  api::BindingSpec spec = two_clusters();
  EXPECT_TRUE(evict_gracefully(spec, "a", {.purge_mode = "Gracefully", .producer = "p"}));
  EXPECT_EQ(spec.clusters, (std::vector<api::TargetCluster>{{"b", 0}}));
  ASSERT_EQ(spec.graceful_eviction_tasks.size(), 1U);
  const api::GracefulEvictionTask& task = spec.graceful_eviction_tasks[0];
  EXPECT_EQ(task.from_cluster, "a");
  EXPECT_EQ(task.replicas, 3);
  EXPECT_EQ(task.purge_mode, "Gracefully");
  EXPECT_FALSE(task.creation_timestamp.has_value());
}

TEST(EvictGracefully, RecordsReplicasOnlyWhenThereAreAny) {
  api::BindingSpec spec = two_clusters();
  EXPECT_TRUE(evict_gracefully(spec, "b", {}));
  EXPECT_FALSE(spec.graceful_eviction_tasks[0].replicas.has_value());
}

TEST(EvictGracefully, KeepsAnOldTaskAsItIs) {
  api::BindingSpec spec = two_clusters();
  spec.graceful_eviction_tasks.push_back({.from_cluster = "a", .purge_mode = "Directly"});
  EXPECT_TRUE(evict_gracefully(spec, "a", {.purge_mode = "Gracefully"}));
  EXPECT_EQ(spec.find_target("a"), nullptr);
  ASSERT_EQ(spec.graceful_eviction_tasks.size(), 1U);
  EXPECT_EQ(spec.graceful_eviction_tasks[0].purge_mode, "Directly");
}

TEST(EvictGracefully, LeavesABindingAloneThatIsNotInTheCluster) {
  api::BindingSpec spec = two_clusters();
  EXPECT_FALSE(evict_gracefully(spec, "c", {}));
  EXPECT_EQ(spec, two_clusters());
}

TEST(PurgeMode, ComesFromTheBindingFirstAndThenFromTheFlag) {
  api::Shared<api::FailoverBehavior> failover;
  EXPECT_EQ(cluster_purge_mode(failover, "Directly"), "Directly");
  EXPECT_EQ(cluster_purge_mode(failover, "whatever"), "Gracefully");
  failover.emplace().application.emplace();
  EXPECT_EQ(cluster_purge_mode(failover, "Directly"), "Directly");
  failover.edit().cluster.emplace();
  EXPECT_EQ(cluster_purge_mode(failover, "Directly"), "Gracefully");
  failover.edit().cluster->purge_mode = "Directly";
  EXPECT_EQ(cluster_purge_mode(failover, "Gracefully"), "Directly");
}

/// A binding in cluster `a`, which carries `down:NoExecute` since second 990.
struct Situation {
  api::ResourceBinding binding;
  api::Cluster cluster;

  explicit Situation(std::optional<std::int64_t> tolerated_seconds = {}) {
    binding.spec = two_clusters();
    cluster.metadata.name = "a";
    cluster.spec.taints = {{.key = "down",
                            .value = "",
                            .effect = "NoExecute",
                            .time_added = api::StoredTime::from_unix_seconds(990)}};
    api::Placement placement;
    if (tolerated_seconds) {
      placement.cluster_tolerations = {{.key = "down",
                                        .op = "Exists",
                                        .value = "",
                                        .effect = "",
                                        .toleration_seconds = tolerated_seconds}};
    }
    binding.applied_placement = std::make_shared<const api::Placement>(placement);
  }

  [[nodiscard]] EvictionStep step(TaintManagerOptions options = {}) const {
    return decide_eviction(&binding, "a", &cluster, options, now);
  }
  [[nodiscard]] std::optional<api::Duration> delay(Revision routing = Revision::after) const {
    return eviction_delay(binding, cluster.spec.taints, now, routing);
  }
};

TEST(TaintManager, EvictsWhatDoesNotTolerateTheTaint) {
  const Situation untolerated;
  EXPECT_EQ(untolerated.delay(), 0ns);
  const EvictionStep step = untolerated.step();
  ASSERT_TRUE(std::holds_alternative<Evict>(step));
  const auto& tasks = std::get<Evict>(step).spec.graceful_eviction_tasks;
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].producer, "TaintManager");
  EXPECT_EQ(tasks[0].reason, "TaintUntolerated");
  EXPECT_EQ(tasks[0].purge_mode, "Gracefully");
}

TEST(TaintManager, LeavesTasksWithoutPurgeModeOrNoneAtAllInTheLegacyRelease) {
  const EvictionStep plain = Situation().step({.plain_tasks = true});
  ASSERT_TRUE(std::holds_alternative<Evict>(plain));
  EXPECT_EQ(std::get<Evict>(plain).spec.graceful_eviction_tasks.at(0).purge_mode, "");
  const EvictionStep none = Situation().step({.plain_tasks = true, .tasks = false});
  ASSERT_TRUE(std::holds_alternative<Evict>(none));
  EXPECT_TRUE(std::get<Evict>(none).spec.graceful_eviction_tasks.empty());
  EXPECT_EQ(std::get<Evict>(none).spec.find_target("a"), nullptr);
}

TEST(TaintManager, WaitsForTheEndOfTheToleration) {
  const Situation tolerated(60);
  EXPECT_EQ(tolerated.delay(), 50s);
  EXPECT_EQ(tolerated.delay(Revision::before), 0ns) << "karmada#7613";
  const EvictionStep step = tolerated.step();
  ASSERT_TRUE(std::holds_alternative<EvictionWait>(step));
  EXPECT_EQ(std::get<EvictionWait>(step).delay, 50s);
}

TEST(TaintManager, NeverQueuesWhatToleratesForEver) {
  Situation tolerant(0);
  api::Placement placement = *tolerant.binding.applied_placement;
  placement.cluster_tolerations[0].toleration_seconds.reset();
  tolerant.binding.applied_placement = std::make_shared<const api::Placement>(placement);
  EXPECT_EQ(tolerant.delay(), std::nullopt);
  EXPECT_EQ(tolerant.delay(Revision::before), 0ns) << "karmada#7613";
  EXPECT_TRUE(std::holds_alternative<EvictionNotNeeded>(tolerant.step()));
}

TEST(TaintManager, DoesNothingOnceTheTaintOrTheClusterOrTheBindingIsGone) {
  Situation recovered;
  recovered.cluster.spec.taints.clear();
  EXPECT_TRUE(std::holds_alternative<EvictionNotNeeded>(recovered.step()));

  const Situation gone;
  const TaintManagerOptions options;
  EXPECT_TRUE(std::holds_alternative<EvictionNotNeeded>(
      decide_eviction(nullptr, "a", &gone.cluster, options, now)));
  EXPECT_TRUE(std::holds_alternative<EvictionNotNeeded>(
      decide_eviction(&gone.binding, "a", nullptr, options, now)));

  Situation deleting;
  deleting.binding.metadata.deletion_timestamp = api::StoredTime::floor(now);
  EXPECT_TRUE(std::holds_alternative<EvictionNotNeeded>(deleting.step()));
}

TEST(TaintManager, QueuesABindingWithoutAppliedPlacementForItsStepToFail) {
  Situation unscheduled;
  unscheduled.binding.applied_placement.reset();
  EXPECT_EQ(unscheduled.delay(), 0ns);
  EXPECT_TRUE(std::holds_alternative<EvictionFailed>(unscheduled.step()));
}

TEST(TaintManager, DoesNotEvictWhenAStateRuleFails) {
  Situation stateful;
  stateful.binding.spec.failover.emplace().cluster.emplace().state_preservation.emplace().rules = {
      {"state", "{.jobID}"}};
  const TaintManagerOptions gate{.purge_mode = "Gracefully", .stateful_failover_injection = true};
  EXPECT_TRUE(std::holds_alternative<EvictionFailed>(stateful.step(gate)));
  EXPECT_TRUE(std::holds_alternative<Evict>(stateful.step()));

  api::AggregatedStatusItem item{.cluster_name = "a"};
  item.status.emplace().document = api::Json(nlohmann::json{{"jobID", "j-1"}});
  stateful.binding.status.aggregated_status = {item};
  const EvictionStep step = stateful.step(gate);
  ASSERT_TRUE(std::holds_alternative<Evict>(step));
  EXPECT_EQ(std::get<Evict>(step).spec.graceful_eviction_tasks[0].preserved_label_state,
            (api::Labels{{"state", "j-1"}}));
}

}  // namespace
}  // namespace firedrill::policy::karmada
