// Metrics that hold assignments against policies and capacity: small stories, computed by hand.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../story.h"
#include "analysis/metrics/calculator.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using namespace timeline;

class Measured {
 public:
  Measured(const std::vector<Told>& story, std::int64_t end, ScenarioFacts facts = {})
      : calculator_(std::move(facts)) {
    tell(calculator_, story, end);
    table_ = calculator_.take_table();
  }
  [[nodiscard]] std::string operator()(std::string_view name,
                                       const Narrowing& narrowing = {}) const {
    const Metric* metric = find_metric(name);
    if (metric == nullptr) return "unknown metric";
    const auto amount = evaluate(name, table_, narrowing);
    return amount ? format_amount(metric->unit, *amount) : "none";
  }

 private:
  Calculator calculator_;
  MetricTable table_;
};

ScenarioFacts web_with(api::Replicas replicas, WorkloadTraits traits = {}) {
  ScenarioFacts facts;
  facts.workloads.push_back({.name = web,
                             .replicas = replicas,
                             .traits = std::make_shared<const WorkloadTraits>(std::move(traits))});
  return facts;
}

EvictionTask task(std::string mode = "Gracefully") {
  return {std::move(mode), "TaintUntolerated", "TaintManager"};
}
api::Taint no_execute() {
  return {.key = "k", .value = "", .effect = "NoExecute", .time_added = {}};
}

/// So many replicas in each cluster of those that have joined.
class Each final : public PolicyWish {
 public:
  explicit Each(std::vector<std::string> clusters) : clusters_(std::move(clusters)) {}
  [[nodiscard]] ReplicasByCluster assignment(api::Replicas replicas,
                                             bool /*ties_descending*/,
                                             const Joined& joined) const override {
    ReplicasByCluster result;
    for (const std::string& cluster : clusters_) {
      if (joined(cluster)) result.emplace(cluster, replicas);
    }
    return result;
  }

 private:
  std::vector<std::string> clusters_;
};

TEST(Needless, IsAnEvictionWhoseClusterRecoveredBeforeItsEnd) {
  const Measured measured({{10, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                           {50, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                           {60, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
                           {90, GracefulEvictionTaskRemoved{web, "a", {{"b", 1}}, "Healthy"}}},
                          100);
  EXPECT_EQ(measured("eviction.needless.count"), "1");
  EXPECT_EQ(measured("eviction.needless.count", {.cluster = "a"}), "1");
  EXPECT_EQ(measured("eviction.needless.count", {.workload = "shop/web"}), "1");
}

TEST(Needless, IsNotOneThatEndedWhileTheFaultLasted) {
  const Measured measured({{10, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                           {20, FaultStarted{"/events/1", "outage", "powerloss", {"a"}}},
                           {50, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                           {60, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
                           {90, GracefulEvictionTaskRemoved{web, "a", {{"b", 1}}, "Healthy"}},
                           {95, FaultEnded{"/events/1", "outage", "powerloss", {"a"}}}},
                          100);
  EXPECT_EQ(measured("eviction.needless.count"), "0");
}

TEST(Needless, IsOneThatBeganWhenTheFaultWasOverButNotSeenToBe) {
  const std::vector<Told> story{
      {10, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
      {40, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}},
      {41, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
      {50, GracefulEvictionTaskAdded{web, "a", task(), {}}}};
  EXPECT_EQ(Measured(story, 100)("eviction.needless.count"), "1") << "an open task counts";
  std::vector<Told> noticed = story;
  noticed.insert(noticed.begin() + 3,
                 {45, ClusterConditionChanged{"a", "Ready", "True", "ClusterReady"}});
  EXPECT_EQ(Measured(noticed, 100)("eviction.needless.count"), "0")
      << "it had nothing to do with it";
}

TEST(Needless, GoesByTheTaintWhereNoFaultWas) {
  std::vector<Told> story{{10, TaintAdded{"a", no_execute()}},
                          {10, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                          {20, TaintRemoved{"a", no_execute()}},
                          {30, GracefulEvictionTaskRemoved{web, "a", {}, "Timeout"}}};
  EXPECT_EQ(Measured(story, 100)("eviction.needless.count"), "1");
  std::swap(story[2].payload, story[3].payload);
  EXPECT_EQ(Measured(story, 100)("eviction.needless.count"), "0");
}

TEST(IntoNothing, CountsCopiesTakenAwayWithoutAnother) {
  const auto count = [](const std::string& mode, ReplicasByCluster left, const char* reason) {
    std::vector<Told> story{{10, BindingScheduled{web, {{"a", 1}}, "scheduler"}},
                            {20, GracefulEvictionTaskAdded{web, "a", task(mode), {}}}};
    if (*reason != '\0')
      story.push_back({30, GracefulEvictionTaskRemoved{web, "a", std::move(left), reason}});
    return Measured(story, 100)("eviction.intoNothing.count");
  };
  EXPECT_EQ(count("Gracefully", {}, "Timeout"), "1");
  EXPECT_EQ(count("Gracefully", {{"b", 1}}, "Timeout"), "0");
  EXPECT_EQ(count("Gracefully", {}, "Gone"), "0") << "the workload was deleted";
  EXPECT_EQ(count("Gracefully", {}, ""), "0") << "the old copy still waits";
  EXPECT_EQ(count("Directly", {}, ""), "1") << "the old copy went at once";
  EXPECT_EQ(count("Never", {}, "Released"), "0");
}

TEST(Excluded, LastsFromNoClusterFitToTheNextAssignment) {
  const Measured measured({{10, SchedulingFailed{web, "NoClusterFit", "0/2 clusters"}},
                           {25, BindingScheduled{web, {{"a", 1}}, "scheduler"}},
                           {30, SchedulingFailed{web, "Unschedulable", "not enough"}},
                           {40, SchedulingFailed{web, "NoClusterFit", "0/2 clusters"}},
                           {40, BindingScheduled{web, {}, "scheduler"}},
                           {47, SchedulingFailed{web, "Unschedulable", "not enough"}},
                           {90, SchedulingFailed{web, "NoClusterFit", "0/2 clusters"}}},
                          100);
  EXPECT_EQ(measured("workload.excluded"), "32");  // 15 + 7 + 10
}

TEST(Drift, IsTheDistanceFromWhatThePolicySays) {
  WorkloadTraits traits;
  traits.duplicated = true;
  traits.wish = std::make_shared<const Each>(std::vector<std::string>{"a", "b", "c"});
  const Measured measured(
      {{0, ClusterJoined{"a", "Push"}},
       {0, ClusterJoined{"b", "Push"}},
       {10, BindingScheduled{web, {{"a", 2}, {"b", 2}}, "scheduler"}},
       {30, GracefulEvictionTaskAdded{web, "a", task(), {{"b", 2}}}},   // 2 short
       {50, BindingScheduled{web, {{"b", 2}, {"x", 1}}, "scheduler"}},  // 2 short, 1 beyond
       {60, ClusterJoined{"c", "Push"}},                                // 4 short, 1 beyond
       {70, BindingScheduled{web, {{"a", 2}, {"b", 2}}, "scheduler"}},  // 2 short
       {80, ClusterRemoved{"c"}}},
      100, web_with(2, std::move(traits)));
  EXPECT_EQ(measured("drift"), "140");  // 2 · 20 + 3 · 10 + 5 · 10 + 2 · 10
  EXPECT_EQ(measured("drift.max"), "5");
  EXPECT_EQ(measured("drift.end"), "0");
}

TEST(Drift, TakesTheFirstFullAssignmentWhereTheSchedulerChooses) {
  ScenarioFacts facts = web_with(4);
  facts.changes["/events/0"] = {{web, 6}};
  const Measured measured({{10, BindingScheduled{web, {{"a", 3}}, "scheduler"}},
                           {20, BindingScheduled{web, {{"a", 3}, {"b", 1}}, "scheduler"}},
                           {30, BindingScheduled{web, {{"b", 4}}, "scheduler"}},  // 3 + 3
                           {40, ScenarioEvent{"/events/0", "scale", "", true}},
                           {45, BindingScheduled{web, {{"b", 6}}, "scheduler"}},
                           {50, BindingScheduled{web, {{"b", 5}, {"a", 1}}, "scheduler"}}},
                          60, facts);
  EXPECT_EQ(measured("drift"), "80");  // 6 · 10 + 2 · 10
  EXPECT_EQ(measured("drift.end"), "2");
}

TEST(Stranded, CountsReplicasInClustersThatNothingReaches) {
  const Measured measured({{0, BindingScheduled{web, {{"a", 3}, {"b", 1}}, "scheduler"}},
                           {10, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                           {20, GracefulEvictionTaskAdded{web, "a", task(), {{"b", 1}}}},
                           {30, BindingScheduled{web, {{"a", 1}, {"b", 3}}, "scheduler"}},
                           {40, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
                           {50, FaultStarted{"/events/1", "outage", "apiserver", {"b"}}},
                           {60, ProbeFailed{"b", "500"}},      // it answers
                           {70, ProbeFailed{"b", "refused"}},  // it doesn't
                           {75, ProbeRecovered{"b", "200"}},
                           {80, LeaseExpired{"a", at(60)}},
                           {95, ClusterConditionChanged{"a", "Ready", "True", "ClusterReady"}}},
                          100, web_with(4));
  EXPECT_EQ(measured("stranded"), "70");  // a: 3 · 10 + 1 · 10 + 1 · 15, b: 3 · 5
  EXPECT_EQ(measured("stranded", {.cluster = "a"}), "55");
  EXPECT_EQ(measured("stranded", {.cluster = "b"}), "15");
}

TEST(SpreadViolation, CountsGroupsOfTheAssignedClusters) {
  WorkloadTraits traits;
  traits.spread_constraints = {{.field = "region", .label = "", .max_groups = 2, .min_groups = 2},
                               {.field = "cluster", .label = "", .max_groups = 3, .min_groups = 1}};
  const Measured measured(
      {{0, ClusterJoined{.cluster = "a", .sync_mode = "Push", .region = "eu"}},
       {0, ClusterJoined{.cluster = "b", .sync_mode = "Push", .region = "eu"}},
       {0, ClusterJoined{.cluster = "c", .sync_mode = "Push", .region = "us"}},
       {0, ClusterJoined{.cluster = "d", .sync_mode = "Push", .region = "us"}},
       {10, BindingScheduled{web, {{"a", 1}, {"c", 1}}, "scheduler"}},
       {20, BindingScheduled{web, {{"a", 1}, {"b", 1}}, "scheduler"}},  // one region
       {35, BindingScheduled{web, {{"a", 1}, {"c", 1}, {"d", 1}}, "scheduler"}},
       {40, BindingScheduled{web, {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}}, "scheduler"}},
       {46, GracefulEvictionTaskAdded{web, "d", task(), {{"a", 1}, {"c", 1}}}},
       {90, GracefulEvictionTaskAdded{web, "a", task(), {}}}},  // none at all
      100, web_with(4, std::move(traits)));
  EXPECT_EQ(measured("spread.violation"), "31");  // 15 + 6 + 10
}

ScenarioFacts on_cluster_a() {
  WorkloadTraits traits;
  traits.requests = {{"cpu", api::Quantity::from_milli(500)},
                     {"memory", api::Quantity::from_units(2000)},
                     {"gpu", api::Quantity::from_units(1)}};
  ScenarioFacts facts = web_with(10, std::move(traits));
  facts.allocatable["a"] = {{"cpu", api::Quantity::from_units(5)},
                            {"memory", api::Quantity::from_units(40000)},
                            {"pods", api::Quantity::from_units(20)}};
  return facts;
}

TEST(Capacity, PeaksAtTheHighestLevelThatLastedAnyTime) {
  const Measured measured({{0, ClusterJoined{"a", "Push"}},
                           {100, PodsStarted{web, "a", 8, 8}},
                           {150, PodsStopped{web, "a", 2, 6, "Crashed"}},
                           {150, PodsStarted{web, "a", 4, 10}},
                           {150, PodsStopped{web, "a", 5, 5, "ScaledDown"}}},
                          1000, on_cluster_a());
  EXPECT_EQ(measured("capacity.peak.cpu"), "0.8");
  EXPECT_EQ(measured("capacity.peak.memory"), "0.4");
  EXPECT_EQ(measured("capacity.peak.pods"), "0.4");
  EXPECT_EQ(measured("capacity.peak.cpu", {.cluster = "b"}), "none");
  EXPECT_EQ(measured("capacity.peak.gpu"), "none") << "the cluster offers none";
  EXPECT_EQ(measured("capacity.sustained.cpu"), "0.5");
  EXPECT_EQ(measured("capacity.overcommit"), "0");
}

TEST(Capacity, IsSustainedForFiveMinutesOnEnd) {
  const auto sustained = [](const std::vector<Told>& story, std::int64_t end) {
    return Measured(story, end, on_cluster_a())("capacity.sustained.pods");
  };
  std::vector<Told> story{{0, ClusterJoined{"a", "Push"}},
                          {100, PodsStarted{web, "a", 4, 4}},
                          {200, PodsStarted{web, "a", 8, 12}},
                          {350, PodsStopped{web, "a", 6, 6, "Crashed"}}};
  EXPECT_EQ(sustained(story, 399), "0") << "nothing ran before 100 s";
  EXPECT_EQ(sustained(story, 400), "0.2") << "4 from 100 s on";
  EXPECT_EQ(sustained(story, 499), "0.2");
  EXPECT_EQ(sustained(story, 500), "0.3") << "6 from 200 s on";
  EXPECT_EQ(sustained({{0, ClusterJoined{"a", "Push"}}, {0, PodsStarted{web, "a", 4, 4}}}, 60),
            "0.2")
      << "all of a short run";
}

TEST(Capacity, FollowsNodesAndIsOvercommittedByWhatWaits) {
  const Measured measured(
      {{0, ClusterJoined{"a", "Push"}},
       {10, PodsStarted{web, "a", 5, 5}},
       {20, CapacityChanged{"a", 1, {{"cpu", api::Quantity::from_milli(2500)}}}},
       {30, PodsPending{web, "a", 2, "Unschedulable"}}},
      100, on_cluster_a());
  EXPECT_EQ(measured("capacity.peak.cpu"), "1");
  EXPECT_EQ(measured("capacity.overcommit"), "0.4");  // 3.5 of 2.5
}

TEST(Capacity, StandsInTheFileByResource) {
  Calculator calculator(on_cluster_a());
  tell(calculator, {{0, ClusterJoined{"a", "Push"}}, {0, PodsStarted{web, "a", 5, 5}}}, 400);
  const auto json =
      nlohmann::json::parse(format_metrics_json(calculator.header(), calculator.table()));
  EXPECT_EQ(json["metrics"]["capacity.peak.cpu"], 0.5);
  EXPECT_EQ(json["clusters"]["a"]["capacity.sustained.memory"], 0.25);
  EXPECT_EQ(json["units"]["capacity.sustained.memory"], "share");
  EXPECT_FALSE(json["units"].contains("capacity.peak.RESOURCE"));
}

TEST(Priority, NarrowsToWorkloads) {
  ScenarioFacts facts;
  std::vector<Told> story;
  for (const int priority : {0, 10, 100}) {
    WorkloadTraits traits;
    traits.priority = priority;
    const std::string name = "Deployment/shop/p" + std::to_string(priority);
    facts.workloads.push_back(
        {.name = name, .replicas = 5, .traits = std::make_shared<const WorkloadTraits>(traits)});
    story.push_back({0, PodsPending{name, "a", 1 + priority / 10, "Unschedulable"}});
  }
  const Measured measured(story, 10, facts);
  const auto at_least = [](std::int32_t least) {
    return Narrowing{.workload = {}, .cluster = {}, .priority = [least](std::int32_t priority) {
                       return priority >= least;
                     }};
  };
  EXPECT_EQ(measured("replicas.pending.count"), "14");  // 1 + 2 + 11
  EXPECT_EQ(measured("replicas.pending.count", at_least(10)), "13");
  EXPECT_EQ(measured("replicas.pending.seconds", at_least(100)), "110");
  EXPECT_EQ(measured("replicas.pending.count", at_least(101)), "none");
  EXPECT_EQ(measured("conditions.changes", at_least(0)), "none") << "not a matter of workloads";
}

TEST(WorkLost, SumsUpWhatWasDoneInVain) {
  const Measured measured({{10, StateResumed{web, "a"}},
                           {50, StateResumed{web, "b", std::nullopt, Span(40s)}},
                           {60, StateResumed{web, "c", api::Labels{{"job", "1"}}, Span(2500ms)}}},
                          100);
  EXPECT_EQ(measured("state.workLost"), "42.5");
}

}  // namespace
}  // namespace firedrill::analysis
