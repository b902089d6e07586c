#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/metrics/calculator.h"
#include "analysis/metrics/openmetrics.h"
#include "measured.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using namespace timeline;

EvictionTask task() {
  return {"Gracefully", "TaintUntolerated", "TaintManager"};
}

/// Four replicas in `a` from 10 s, ready at 20 s; `a` fails at 100 s, they move to `b`.
std::vector<Told> failover() {
  return {
      {10, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
      {10, PodsStarted{web, "a", 4, 4}},
      {20, PodsReady{web, "a", 4, 4}},
      {100, FaultStarted{"/events/0", "outage", "powerloss", {"a"}}},
      {100, PodsStopped{web, "a", 4, 0, "PowerLoss"}},
      {107, ProbeFailed{"a", "refused"}},
      {137, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}},
      {138,
       TaintAdded{"a", {.key = "not-ready", .value = "", .effect = "NoExecute", .time_added = {}}}},
      {140, EvictionQueued{web, "a", "taint-manager", at(150), 1}},
      {155, GracefulEvictionTaskAdded{web, "a", task(), {}}},
      {155, EvictionDequeued{web, "a", "taint-manager", 0, 5s, "Evicted"}},
      {156, BindingScheduled{web, {{"b", 4}}, "scheduler"}},
      {157, PodsStarted{web, "b", 4, 4}},
      {167, PodsReady{web, "b", 3, 3}},
      {177, PodsReady{web, "b", 1, 4}},
      {180, GracefulEvictionTaskRemoved{web, "a", {{"b", 4}}, "Healthy"}},
  };
}

TEST(Availability, IntegratesReplicasExactly) {
  const Measured measured(failover(), 200, web_with(4));
  EXPECT_EQ(measured("workload.replicaSeconds.desired"), "800");  // 4 · 200
  EXPECT_EQ(measured("workload.replicaSeconds.running"), "532");  // 4 · (90 + 43)
  EXPECT_EQ(measured("workload.replicaSeconds.ready"), "442");    // 4 · 80 + 3 · 10 + 4 · 23
}

// 10^8 replicas for a century are 3.2 · 10^26 replica-nanoseconds: 89 bits, and the last one
// counts.
TEST(Availability, LosesNoNanosecondInALongAndLargeRun) {
  constexpr api::Replicas replicas = 100'000'000;
  constexpr std::int64_t century = 3'155'760'000;
  const auto after = [&](sim::Duration beyond) {
    Calculator calculator(web_with(replicas));
    calculator.begin({});
    calculator.event({1, at(0), 0, PodsStarted{web, "a", replicas, replicas}});
    const MetricTable table = calculator.measure(at(century) + beyond, {});
    const Metric& metric = *find_metric("workload.replicaSeconds.running");
    return format_amount(metric.unit, *evaluate(metric, table));
  };
  EXPECT_EQ(after(0ns), "315576000000000000");
  EXPECT_EQ(after(1ns), "315576000000000000.1");
}

TEST(Availability, CountsFromTheFirstTimeAllWereReady) {
  const Measured measured(failover(), 200, web_with(4));
  EXPECT_EQ(measured("workload.unavailability.total"), "77");            // 100 to 177
  EXPECT_EQ(measured("workload.unavailability.replicaSeconds"), "278");  // 4 · 67 + 1 · 10
  EXPECT_EQ(measured("workload.unavailability.longestGap"), "77");
  EXPECT_EQ(measured("workload.unavailability.outages"), "1");
  EXPECT_EQ(measured("workload.readyShare.min"), "0");
}

TEST(Availability, CountsFromCreationIfTheyNeverWere) {
  const Measured measured({{10, PodsStarted{web, "a", 4, 4}}, {30, PodsReady{web, "a", 3, 3}}}, 50,
                          web_with(4, 5));
  EXPECT_EQ(measured("workload.unavailability.total"), "45");
  EXPECT_EQ(measured("workload.unavailability.replicaSeconds"), "120");  // 4 · 25 + 1 · 20
  EXPECT_EQ(measured("workload.replicaSeconds.desired"), "180");
}

TEST(Availability, SeparatesOutagesAndIgnoresStatesOfNoLength) {
  const Measured measured({{0, PodsStarted{web, "a", 2, 2}},
                           {0, PodsReady{web, "a", 2, 2}},
                           {10, PodsStopped{web, "a", 1, 1, "Crashed"}},
                           {13, PodsReady{web, "a", 1, 2}},
                           {20, PodsStopped{web, "a", 2, 0, "Deleted"}},
                           {20, PodsReady{web, "a", 2, 2}},
                           {30, PodsStopped{web, "a", 1, 1, "Crashed"}},
                           {31, PodsReady{web, "a", 1, 2}}},
                          60, web_with(2));
  EXPECT_EQ(measured("workload.unavailability.outages"), "2");
  EXPECT_EQ(measured("workload.unavailability.longestGap"), "3");
  EXPECT_EQ(measured("workload.unavailability.total"), "4");
  EXPECT_EQ(measured("workload.readyShare.min"), "0.5");
}

TEST(Availability, TakesStatisticsOverWorkloads) {
  ScenarioFacts facts;
  std::vector<Told> story;
  for (int i = 1; i <= 20; ++i) {
    const std::string name = "Deployment/shop/web-" + std::to_string(i);
    facts.workloads.push_back({.name = name, .replicas = 1});
    story.push_back({0, PodsReady{name, "a", 1, 1}});
  }
  for (int i = 1; i <= 20; ++i) {  // web-i is down for the last i seconds
    story.push_back({100 - (21 - i), PodsStopped{"Deployment/shop/web-" + std::to_string(21 - i),
                                                 "a", 1, 0, "PowerLoss"}});
  }
  const Measured measured(story, 100, facts);
  EXPECT_EQ(measured("workload.unavailability.max"), "20");
  EXPECT_EQ(measured("workload.unavailability.p95"), "19");
  EXPECT_EQ(measured("workload.unavailability.p50"), "10");
  EXPECT_EQ(measured("workload.unavailability.total"), "210");
  EXPECT_EQ(measured("workload.unavailability.max", {.workload = "shop/web-1?"}), "19");
  EXPECT_EQ(measured("workload.unavailability.max", {.workload = "Deployment/shop/web-7"}), "7");
  EXPECT_EQ(measured("workload.unavailability.max", {.workload = "other/*"}), "none");
}

TEST(Availability, FollowsScaleEvents) {
  ScenarioFacts facts = web_with(1);
  facts.changes["/events/3"] = {{web, 3}};
  const Measured measured(
      {{0, PodsReady{web, "a", 1, 1}},
       {40, ScenarioEvent{"/events/3", "scale", "Deployment/shop/web 3", true}},
       {60, PodsReady{web, "a", 2, 3}},
       {70, ScenarioEvent{"/events/3", "scale", "Deployment/shop/web 3", false}}},
      100, facts);
  EXPECT_EQ(measured("workload.replicaSeconds.desired"), "220");  // 1 · 40 + 3 · 60
  EXPECT_EQ(measured("workload.unavailability.replicaSeconds"), "40");
}

TEST(Availability, WantsAllCopiesOfADuplicatedWorkload) {
  ScenarioFacts facts = web_with(2);
  facts.workloads[0].traits = traits({.duplicated = true});
  const Measured measured({{0, BindingScheduled{web, {{"a", 2}, {"b", 2}}, "scheduler"}},
                           {0, PodsReady{web, "a", 2, 2}},
                           {0, PodsReady{web, "b", 2, 2}},
                           {50, PodsStopped{web, "a", 2, 0, "PowerLoss"}},
                           {60, BindingScheduled{web, {{"b", 2}}, "scheduler"}}},
                          100, facts);
  EXPECT_EQ(measured("workload.replicaSeconds.desired"), "400");
  EXPECT_EQ(measured("workload.readyShare.min"), "0.5");
  EXPECT_EQ(measured("workload.unavailability.total"), "50");
}

// A job of two pods: what completed is not missing, until the cluster that it ran in is given up.
TEST(Availability, WantsNoMoreOfWhatCompleted) {
  const Measured measured({{0, BindingScheduled{web, {{"a", 2}}, "scheduler"}},
                           {0, PodsStarted{web, "a", 2, 2}},
                           {0, PodsReady{web, "a", 2, 2}},
                           {30, PodsStopped{web, "a", 1, 1, "Completed"}},
                           {40, PodsStopped{web, "a", 1, 0, "PowerLoss"}},
                           {60, BindingScheduled{web, {{"b", 2}}, "scheduler"}},
                           {70, PodsStarted{web, "b", 2, 2}},
                           {70, PodsReady{web, "b", 2, 2}},
                           {90, PodsStopped{web, "b", 2, 0, "Completed"}}},
                          100, web_with(2));
  EXPECT_EQ(measured("workload.replicaSeconds.desired"), "150");  // 2 · 30 + 1 · 30 + 2 · 30
  EXPECT_EQ(measured("workload.unavailability.total"), "30");     // 40 to 70
  EXPECT_EQ(measured("workload.unavailability.replicaSeconds"), "40");  // 1 · 20 + 2 · 10
}

TEST(Availability, WithoutFactsWantsWhatWasEverAssigned) {
  const Measured measured(failover(), 200);
  EXPECT_EQ(measured("workload.unavailability.total"), "77");
  EXPECT_EQ(measured("workload.replicaSeconds.desired"), "760");  // known from 10 s on
}

TEST(RunningTwice, CountsWhatRunsBeyondDesiredWhereItWasGivenUp) {
  const Measured measured(
      {{0, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
       {0, PodsStarted{web, "a", 4, 4}},
       {100, GracefulEvictionTaskAdded{web, "a", task(), {}}},
       {110, BindingScheduled{web, {{"b", 4}}, "scheduler"}},
       {120, PodsStarted{web, "b", 3, 3}},  // 7 run, 4 of them given up: 3 twice
       {130, PodsStarted{web, "b", 1, 4}},  // 8 run: 4 twice
       {150, PodsStopped{web, "a", 4, 0, "Deleted"}}},
      200, web_with(4));
  EXPECT_EQ(measured("workload.runningTwice"), "110");  // 3 · 10 + 4 · 20
}

TEST(Pending, CountsAtTheEndAndOverTime) {
  const Measured measured({{10, PodsPending{web, "a", 3, "Unschedulable"}},
                           {20, PodsPending{web, "a", 1, "Unschedulable"}}},
                          50, web_with(3));
  EXPECT_EQ(measured("replicas.pending.count"), "1");
  EXPECT_EQ(measured("replicas.pending.seconds"), "60");  // 3 · 10 + 1 · 30
}

TEST(Stages, MeasureEachStepAndSumToTheTotal) {
  const Measured measured(failover(), 200, web_with(4));
  EXPECT_EQ(measured("stage.observed.max"), "7");
  EXPECT_EQ(measured("stage.condition.max"), "30");
  EXPECT_EQ(measured("stage.taint.max"), "1");
  EXPECT_EQ(measured("stage.queue.max"), "2");
  EXPECT_EQ(measured("stage.eviction.max"), "15");
  EXPECT_EQ(measured("stage.scheduled.max"), "1");
  EXPECT_EQ(measured("stage.ready.max"), "21");
  EXPECT_EQ(measured("stage.total.max"), "77");
}

TEST(Stages, BeginAtTheTaintWhereNoFaultWas) {
  const Measured measured(
      {{10, BindingScheduled{web, {{"a", 1}}, "scheduler"}},
       {50, TaintAdded{"a", {.key = "k", .value = "", .effect = "NoExecute", .time_added = {}}}},
       {51, EvictionQueued{web, "a", "taint-manager", std::nullopt, 1}},
       {53, GracefulEvictionTaskAdded{web, "a", task(), {}}}},
      100, web_with(1));
  EXPECT_EQ(measured("stage.observed.max"), "0");
  EXPECT_EQ(measured("stage.taint.max"), "0");
  EXPECT_EQ(measured("stage.queue.max"), "1");
  EXPECT_EQ(measured("stage.eviction.max"), "2");
  EXPECT_EQ(measured("stage.scheduled.max"), "none") << "it never was";
  EXPECT_EQ(measured("stage.total.max"), "3");
}

TEST(Stages, ForgetAFaultThatWasOverAndUnnoticed) {
  const Measured measured(
      {{10, BindingScheduled{web, {{"a", 1}}, "scheduler"}},
       {20, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
       {21, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
       {500, TaintAdded{"a", {.key = "k", .value = "", .effect = "NoExecute", .time_added = {}}}},
       {500, GracefulEvictionTaskAdded{web, "a", task(), {}}}},
      600, web_with(1));
  EXPECT_EQ(measured("stage.total.max"), "0");
}

TEST(Stages, KeepTheFirstFaultOfAFlap) {
  const Measured measured(
      {{10, BindingScheduled{web, {{"a", 1}}, "scheduler"}},
       {20, FaultStarted{"/events/0#1", "flap", "unreachable", {"a"}}},
       {25, ProbeFailed{"a", "refused"}},
       {30, FaultEnded{"/events/0#1", "flap", "unreachable", {"a"}}},
       {34, FaultStarted{"/events/0#2", "flap", "unreachable", {"a"}}},
       {60, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}},
       {60, GracefulEvictionTaskAdded{web, "a", task(), {}}}},
      100, web_with(1));
  EXPECT_EQ(measured("stage.observed.max"), "5");
  EXPECT_EQ(measured("stage.condition.max"), "35");
}

TEST(Evictions, AreCountedByWorkloadAndCluster) {
  const Measured measured({{10, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                           {20, GracefulEvictionTaskAdded{web, "b", task(), {}}},
                           {30, GracefulEvictionTaskRemoved{web, "a", {}, "Healthy"}},
                           {40, GracefulEvictionTaskRemoved{web, "b", {}, "Timeout"}}},
                          100);
  EXPECT_EQ(measured("eviction.started.count"), "2");
  EXPECT_EQ(measured("eviction.byHealth.count"), "1");
  EXPECT_EQ(measured("eviction.byTimeout.count"), "1");
  EXPECT_EQ(measured("eviction.byTimeout.count", {.cluster = "a"}), "0");
  EXPECT_EQ(measured("eviction.started.count", {.workload = "shop/web"}), "2");
}

TEST(Evictions, EndCountsFromTheFirstFaultAndNeedsAllTasksGone) {
  EXPECT_EQ(Measured(failover(), 200)("eviction.end"), "80");
  std::vector<Told> open = failover();
  open.push_back({190, GracefulEvictionTaskAdded{web, "b", task(), {}}});
  EXPECT_EQ(Measured(open, 200)("eviction.end"), "none");
  EXPECT_EQ(Measured({}, 200)("eviction.end"), "none");
}

TEST(EvictionQueue, RatesEvictionsWhileAKeyCouldBeTaken) {
  const Measured measured(
      {{10, EvictionQueued{"Deployment/shop/a", "m", "q", std::nullopt, 1}},
       {10, EvictionQueued{"Deployment/shop/b", "m", "q", std::nullopt, 2}},
       {10, EvictionQueued{"Deployment/shop/c", "m", "q", at(40), 3}},
       {12, EvictionDequeued{"Deployment/shop/a", "m", "q", 0, 2s, "Evicted"}},
       {14, EvictionDequeued{"Deployment/shop/b", "m", "q", 0, 4s, "Evicted"}},
       {46, EvictionDequeued{"Deployment/shop/c", "m", "q", 0, 6s, "NotNeeded"}}},
      100);
  EXPECT_EQ(measured("eviction.rate"), "0.2");  // 2 in 10 to 14 and 40 to 46
  EXPECT_EQ(measured("eviction.queue.depth.max"), "3");
  EXPECT_EQ(measured("eviction.queue.wait.p95"), "6");
}

TEST(EvictionQueue, HasNoRateWithoutKeys) {
  EXPECT_EQ(Measured({}, 100)("eviction.rate"), "none");
  EXPECT_EQ(Measured({}, 100)("eviction.queue.depth.max"), "0");
}

TEST(Migrations, CountReplicasThatChangedCluster) {
  const Measured measured(failover(), 200, web_with(4));
  EXPECT_EQ(measured("migrations.total"), "4");
  EXPECT_EQ(measured("migrations.perReplica"), "1");
}

TEST(Migrations, DontCountFirstAssignmentsAndScaling) {
  ScenarioFacts facts = web_with(4);
  facts.changes = {{"/events/0", {{web, 6}}}, {"/events/1", {{web, 2}}}, {"/events/2", {{web, 5}}}};
  const Measured measured({{10, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
                           {20, ScenarioEvent{"/events/0", "scale", web, true}},
                           {20, BindingScheduled{web, {{"a", 4}, {"b", 2}}, "scheduler"}},
                           {30, ScenarioEvent{"/events/1", "scale", web, true}},
                           {30, BindingScheduled{web, {{"a", 2}}, "scheduler"}},
                           {40, ScenarioEvent{"/events/2", "scale", web, true}},
                           {40, BindingScheduled{web, {{"c", 3}, {"a", 2}}, "scheduler"}}},
                          100, facts);
  EXPECT_EQ(measured("migrations.total"), "0");
}

TEST(Migrations, DontCountWhatComesBackToWhereItWas) {
  const Measured measured({{10, BindingScheduled{web, {{"a", 3}, {"b", 1}}, "scheduler"}},
                           {20, GracefulEvictionTaskAdded{web, "a", task(), {{"b", 1}}}},
                           {30, BindingScheduled{web, {{"a", 2}, {"b", 2}}, "scheduler"}}},
                          100, web_with(4));
  EXPECT_EQ(measured("migrations.total"), "1");
}

TEST(Migrations, CountCopiesOfTemplatesWithoutReplicas) {
  const char* config = "ConfigMap/shop/settings";
  const Measured measured({{10, BindingScheduled{config, {{"a", 0}}, "scheduler"}},
                           {20, GracefulEvictionTaskAdded{config, "a", task(), {}}},
                           {30, BindingScheduled{config, {{"b", 0}}, "scheduler"}}},
                          100);
  EXPECT_EQ(measured("migrations.total"), "1");
}

TEST(State, IsLostWhenALaterStartComesFromNothing) {
  const Measured measured({{10, StateResumed{web, "a"}},
                           {50, StatePreserved{web, "a", {{"job", "1"}}}},
                           {60, StateResumed{web, "b", api::Labels{{"job", "1"}}}},
                           {70, StateResumed{web, "c"}}},
                          100);
  EXPECT_EQ(measured("state.preserved.count"), "1");
  EXPECT_EQ(measured("state.lost.count"), "1");
}

TEST(Conditions, CountTurnsOfReadyButNotTheFirstSettingOrReasons) {
  const Measured measured(
      {{1, ClusterConditionChanged{"a", "Ready", "True", "ClusterReady"}},
       {2, ClusterConditionChanged{"a", "Other", "True", "X"}},
       {3, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}},
       {4, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReady"}},
       {5, ClusterConditionChanged{"a", "Ready", "True", "ClusterReady"}},
       {6, ClusterConditionChanged{"b", "Ready", "True", "ClusterReady"}}},
      10);
  EXPECT_EQ(measured("conditions.changes"), "2");
  EXPECT_EQ(measured("conditions.changes", {.cluster = "b"}), "0");
}

TEST(Api, ComesFromTheFooter) {
  const Measured measured({}, 10, {},
                          {{"scheduler", {30, 5, 3}}, {"controller-manager", {10, 2, 1}}});
  EXPECT_EQ(measured("api.writes"), "40");
  EXPECT_EQ(measured("api.reads"), "7");
  EXPECT_EQ(measured("api.conflicts"), "4");
  EXPECT_EQ(measured("api.conflictRate"), "0.1");
  EXPECT_EQ(Measured({}, 10)("api.conflictRate"), "none");
}

TEST(Registry, FindsEveryMetricByNameAndDefinesIt) {
  for (const Metric& metric : metrics()) {
    EXPECT_EQ(find_metric(metric.name), &metric);
    EXPECT_TRUE(definition(metric).ends_with(".")) << metric.name;
  }
  EXPECT_EQ(find_metric("workload.unavailability.mean"), nullptr);
}

TEST(Registry, EveryMetricHasAValueInAFullStory) {
  std::vector<Told> story = failover();
  story.insert(story.begin(), {0, ClusterJoined{"a", "Push"}});
  ScenarioFacts facts = web_with(4);
  facts.allocatable["a"] = {{"pods", api::Quantity::from_units(8)}};
  const Measured measured(story, 200, std::move(facts), {{"scheduler", {1, 1, 0}}});
  for (const Metric& metric : metrics()) {
    std::string name(metric.name);
    if (metric.by_resource()) name.replace(name.size() - each_resource.size(), name.npos, "pods");
    EXPECT_NE(measured(name), "none") << name;
  }
}

TEST(Registry, HasANameOfItsOwnForPrometheus) {
  std::set<std::string> names;
  for (const Metric& metric : metrics()) {
    const std::string name = openmetrics_name(metric);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"), name.npos) << name;
    EXPECT_EQ(definition(metric).find_first_of("\"\\"), std::string::npos)
        << "the two formats escape help differently: " << metric.name;
  }
  EXPECT_EQ(openmetrics_name(*find_metric("workload.unavailability.total")),
            "firedrill_workload_unavailability_seconds");
  EXPECT_EQ(openmetrics_name(*find_metric("workload.replicaSeconds.ready")),
            "firedrill_workload_ready_replica_seconds");
}

TEST(OpenMetrics, CarriesTheReferencesNames) {
  ReferenceMetrics reference;
  tell(reference,
       {{0, ClusterJoined{"a", "Push"}},
        {0, ClusterJoined{"gone", "Push"}},
        {1, ClusterConditionChanged{"a", "Ready", "True", "ClusterReady"}},
        {2, ResourceSummaryChanged{"a",
                                   {.allocatable = {{"cpu", api::Quantity::from_milli(2500)}},
                                    .allocating = {},
                                    .allocated = {{"memory", api::Quantity::from_units(70)}},
                                    .allocatable_modelings = {}}}},
        {3, EvictionQueued{web, "a", "q", std::nullopt, 1}},
        {3, EvictionQueued{"Deployment/shop/b", "a", "q", std::nullopt, 2}},
        {4, EvictionDequeued{web, "a", "q", 0, 1s, "Failed", at(5)}},
        {4, EvictionQueued{web, "a", "q", at(5), 2}},
        {5, EvictionDequeued{web, "a", "q", 0, 0s, "Evicted"}},
        {6, ClusterRemoved{"gone"}}},
       10);
  const std::string text = reference.text();
  for (const std::string_view line :
       {"cluster_cpu_allocatable_number{member_cluster=\"a\"} 2.5\n",
        "cluster_memory_allocated_bytes{member_cluster=\"a\"} 70\n",
        "cluster_ready_state{member_cluster=\"a\"} 1\n",
        "eviction_processing_total{name=\"q\",result=\"error\"} 1\n",
        "eviction_processing_total{name=\"q\",result=\"success\"} 1\n",
        "eviction_queue_depth{name=\"q\"} 1\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
  EXPECT_EQ(text.find("gone"), text.npos) << "clusters that left are not exported";
}

TEST(MetricsJson, IsSortedAndCarriesUnits) {
  const Measured measured(failover(), 200, web_with(4), {{"scheduler", {1, 2, 0}}});
  const std::string text =
      format_metrics_json(measured.calculator().header(), measured.table());
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["metrics"]["workload.unavailability.max"], 77);
  EXPECT_EQ(json["units"]["workload.unavailability.max"], "s");
  EXPECT_EQ(json["workloads"][web]["workload.unavailability"], 77);
  EXPECT_EQ(json["clusters"]["a"]["eviction.started"], 1);
  EXPECT_EQ(json["components"]["scheduler"]["api.reads"], 2);
  EXPECT_EQ(json["priorities"]["0"]["replicas.pending.count"], 0);
  EXPECT_EQ(json["scenario"], "story");
  EXPECT_EQ(text, json.dump(2) + "\n") << "nlohmann sorts by key and indents the same way";
}

}  // namespace
}  // namespace firedrill::analysis
