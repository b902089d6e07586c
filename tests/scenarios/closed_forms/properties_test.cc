// What holds of the metrics of every run, asked of disasters at random; of the bundled ones asks
// library_runs_test.cc.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "../metric_laws.h"
#include "analysis/metrics/calculator.h"
#include "scenarios/facts.h"
#include "sim/random.h"
#include "support.h"

namespace {

/// Bytes that the program holds on the heap, and the most it held since last reset.
struct Heap {
  std::size_t live = 0;
  std::size_t peak = 0;

  void* take(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    live += malloc_usable_size(memory);
    if (live > peak) peak = live;
    return memory;
  }
  void give(void* memory) {
    if (memory != nullptr) live -= malloc_usable_size(memory);
    std::free(memory);
  }
} heap;

}  // namespace

// The program's only thread allocates through these.
void* operator new(std::size_t size) {
  return heap.take(size);
}
void operator delete(void* memory) noexcept {
  heap.give(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  heap.give(memory);
}

namespace firedrill::scenarios {
namespace {

using analysis::Measure;
using analysis::Subject;

// Worlds at random: some clusters, Push and Pull, workloads of every strategy, and what befalls
// them.
class Worlds {
 public:
  explicit Worlds(std::uint64_t seed) : random_(sim::Streams(seed).stream("test", "worlds")) {}

  std::string text(bool calm) {
    clusters_ = below(3) + 2;
    std::string text =
        R"({"apiVersion": "firedrill/v1", "kind": "Scenario",
      "metadata": {"name": "random"}, "simulation": {"duration": "900s", "seed": )" +
        std::to_string(below(1'000)) +
        R"(}, "controlPlane": {"profile": "karmada", "featureGates": {"Failover": true},
      "flags": {"enable-no-execute-taint-eviction": true, "allow-no-execute-taint-policy": true,
                "graceful-eviction-timeout": "60s"}},
      "objects": [{"apiVersion": "policy.karmada.io/v1alpha1", "kind": "ClusterTaintPolicy",
        "metadata": {"name": "evict"}, "spec": {
        "addOnConditions": [{"conditionType": "Ready", "operator": "In",
                             "statusValues": ["False", "Unknown"]}],
        "removeOnConditions": [{"conditionType": "Ready", "operator": "In", "statusValues": ["True"]}],
        "taints": [{"key": "not-ready", "effect": "NoExecute"}]}}],
      "clusters": [)";
    for (int i = 0; i < clusters_; ++i) {
      text += fmt::format(
          R"({}{{"name": "c{}", "syncMode": "{}", "region": "r{}", "labels": {{"parity": "p{}"}},
              "nodes": [{{"count": {}, "allocatable": {{"cpu": "4", "memory": "16Gi", "pods": "20"}}}}]}})",
          i == 0 ? "" : ",", i, !calm && below(3) == 0 ? "Pull" : "Push", i / 2, i % 2,
          below(3) + 1);
    }
    text += R"(], "workloads": [)";
    const int workloads = below(5) + 1;
    for (int i = 0; i < workloads; ++i) {
      text += fmt::format(
          R"({}{{"name": "w{}", "replicas": {}, "createAt": "10s", "requests": {{"cpu": "100m", "memory": "64Mi"}},
              "placement": {}, "behaviour": {{"startup": "{}s"}}}})",
          i == 0 ? "" : ",", i, below(7) + 1, placement(), below(40));
    }
    text += R"(], "events": [)";
    const int events = calm ? 0 : below(6) + 1;
    for (int i = 0; i < events; ++i)
      text += (i == 0 ? "" : ",") + event();
    return text + "]}";
  }

 private:
  int below(int bound) {
    return static_cast<int>(random_.below(static_cast<std::uint64_t>(bound)));
  }

  std::string placement() {
    std::string text;
    switch (below(4)) {
      case 0:
        text = R"("clusterAffinity": {"labelSelector": {"matchLabels": {"parity": "p0"}}})";
        break;
      case 1:
        text = R"("clusterAffinities": [{"affinityName": "one", "clusterNames": ["c0"]},
                                        {"affinityName": "two", "clusterNames": ["c1"]}])";
        break;
      default:
        text = R"("clusterAffinity": {})";
    }
    switch (below(4)) {
      case 0:
        return "{" + text + "}";
      case 1:
        return "{" + text + R"(, "replicaScheduling": {"replicaSchedulingType": "Divided",
          "replicaDivisionPreference": "Aggregated"}})";
      case 2:
        return "{" + text + R"(, "replicaScheduling": {"replicaSchedulingType": "Divided",
          "replicaDivisionPreference": "Weighted",
          "weightPreference": {"dynamicWeight": "AvailableReplicas"}}})";
      default:
        return "{" + text +
               fmt::format(R"(, "replicaScheduling": {{"replicaSchedulingType": "Divided",
          "replicaDivisionPreference": "Weighted", "weightPreference": {{"staticWeightList": [
            {{"targetCluster": {{"clusterNames": ["c0"]}}, "weight": {}}},
            {{"targetCluster": {{"clusterNames": ["c1", "c2", "c3"]}}, "weight": {}}}]}}}}}})",
                           below(3) + 1, below(3) + 1);
    }
  }

  std::string event() {
    const int at = 50 + below(400);
    const int lasts = 10 + below(300);
    const std::string cluster = fmt::format("c{}", below(clusters_));
    switch (below(6)) {
      case 0:
        return fmt::format(R"({{"at": "{}s", "for": "{}s", "partition": {{"between":
                               [["control-plane"], ["{}"]]}}}})",
                           at, lasts, cluster);
      case 1:
        return fmt::format(R"({{"at": "{}s", "for": "{}s", "outage": {{"clusters": "{}",
                               "mode": "powerloss"}}}})",
                           at, lasts, cluster);
      case 2:
        return fmt::format(R"({{"at": "{}s", "for": "{}s", "outage": {{"clusters": "{}",
                               "mode": "apiserver"}}}})",
                           at, lasts, cluster);
      case 3:
        return fmt::format(R"({{"at": "{}s", "taint": {{"cluster": "{}", "key": "drain{}",
                               "effect": "NoExecute"}}}})",
                           at, cluster, at);
      case 4:
        return fmt::format(R"({{"at": "{}s", "scale": {{"workload": "default/w0",
                               "replicas": {}}}}})",
                           at, below(9));
      default:
        return fmt::format(R"({{"at": "{}s", "for": "{}s", "outage": {{"clusters": "{}"}}}})", at,
                           lasts, cluster);
    }
  }

  sim::Random random_;
  int clusters_ = 0;
};

TEST(RandomWorlds, MetricsKeepTheirLaws) {
  int evictions = 0;
  int needless = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const std::string text = Worlds(seed).text(false);
    const RunResult result = run(scenario_of(text));
    check_metric_laws(result, "world " + std::to_string(seed));
    if (testing::Test::HasFailure()) FAIL() << text;
    evictions += value(result, "eviction.started.count") != "0" ? 1 : 0;
    needless += value(result, "eviction.needless.count") != "0" ? 1 : 0;
  }
  EXPECT_GT(evictions, 40) << "the worlds aren't too calm";
  EXPECT_GT(needless, 5);
}

// Nothing is the matter with any cluster, so the scheduler's own result is what the policy wishes:
// whatever the strategy, the affinity and the uid that decides ties.
TEST(RandomWorlds, CalmOnesDontDrift) {
  int wishes = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const std::string text = Worlds(seed).text(true);
    const Scenario scenario = scenario_of(text);
    for (const auto& workload : facts_of(scenario).workloads)
      wishes += workload.traits->wish ? 1 : 0;
    const RunResult result = run(scenario);
    EXPECT_EQ(value(result, "drift"), "0") << text;
    EXPECT_NE(value(result, "workload.replicaSeconds.ready"), "0") << text;
  }
  EXPECT_GT(wishes, 60) << "most policies leave the scheduler no choice";
}

/// A minute in which a cluster fails, is evicted, recovers and gets its replicas back.
void tell_minute(timeline::Sink& sink, std::int64_t minute, std::uint64_t& seq) {
  using namespace timeline;
  const char* const web = "Deployment/shop/web";
  const api::Taint taint{.key = "k", .value = "", .effect = "NoExecute", .time_added = {}};
  const auto tell = [&](std::int64_t second, Payload payload) {
    ++seq;
    sink.event({seq, sim::start_time + std::chrono::seconds(60 * minute + second), seq - 1,
                std::move(payload)});
  };
  const std::string fault = "/events/0#" + std::to_string(minute);
  tell(0, FaultStarted{fault, "outage", "powerloss", {"a"}});
  tell(0, PodsStopped{web, "a", 4, 0, "PowerLoss"});
  tell(3, ProbeFailed{"a", "refused"});
  tell(5, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"});
  tell(5, TaintAdded{"a", taint});
  tell(6, EvictionQueued{web, "a", "q", std::nullopt, 1});
  tell(7,
       GracefulEvictionTaskAdded{web, "a", {"Gracefully", "TaintUntolerated", "TaintManager"}, {}});
  tell(7, EvictionDequeued{web, "a", "q", 0, std::chrono::seconds(1), "Evicted"});
  tell(8, SchedulingFailed{web, "NoClusterFit", "0/2 clusters are available"});
  tell(9, BindingScheduled{web, {{"b", 4}}, "scheduler"});
  tell(9, PodsPending{web, "b", 4, "Unschedulable"});
  tell(10, PodsPending{web, "b", 0});
  tell(10, PodsStarted{web, "b", 4, 4});
  tell(10, StateResumed{web, "b", std::nullopt, std::chrono::seconds(7)});
  tell(20, PodsReady{web, "b", 4, 4});
  tell(21, GracefulEvictionTaskRemoved{web, "a", {{"b", 4}}, "Healthy"});
  tell(30, FaultEnded{fault, "outage", "powerloss", {"a"}});
  tell(33, ProbeRecovered{"a", "200"});
  tell(35, ClusterConditionChanged{"a", "Ready", "True", "ClusterReady"});
  tell(35, TaintRemoved{"a", taint});
  tell(40, BindingScheduled{web, {{"a", 4}}, "scheduler"});
  tell(40, PodsStarted{web, "a", 4, 4});
  tell(45, PodsReady{web, "a", 4, 4});
  tell(46, PodsStopped{web, "b", 4, 0, "ScaledDown"});
}

// Folds keep what they need by workload and cluster, nothing by event: ten times the run, the same
// memory at its peak.
TEST(Calculator, NeedsNoMoreMemoryForALongerRun) {
  analysis::ScenarioFacts facts;
  auto traits = std::make_shared<analysis::WorkloadTraits>();
  traits->requests = {{"cpu", api::Quantity::from_milli(100)}};
  facts.workloads.push_back({.name = "Deployment/shop/web", .replicas = 4, .traits = traits});
  for (const char* cluster : {"a", "b"})
    facts.allocatable[cluster] = {{"cpu", api::Quantity::from_units(4)},
                                  {"pods", api::Quantity::from_units(10)}};
  analysis::Calculator calculator(std::move(facts));
  std::uint64_t seq = 0;
  calculator.begin({});
  for (const char* cluster : {"a", "b"})
    calculator.event({++seq, sim::start_time, 0, timeline::ClusterJoined{cluster, "Push"}});
  constexpr std::int64_t minutes = 200;
  const std::size_t before = heap.live;
  heap.peak = heap.live;
  for (std::int64_t minute = 0; minute < minutes; ++minute)
    tell_minute(calculator, minute, seq);
  const std::size_t short_run = heap.peak;
  EXPECT_GT(short_run, before) << "it is counted";
  for (std::int64_t minute = minutes; minute < 10 * minutes; ++minute)
    tell_minute(calculator, minute, seq);
  // The names of faults grow by a digit; nothing else does.
  EXPECT_LE(heap.peak, short_run + 64);
  const auto table = calculator.measure(sim::start_time + std::chrono::minutes(10 * minutes), {});
  EXPECT_TRUE(sum_of(table, Measure::evictions_started, Subject::workload) == 10 * minutes)
      << "all of it was measured";
}

}  // namespace
}  // namespace firedrill::scenarios
