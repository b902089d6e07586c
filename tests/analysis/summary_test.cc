#include "analysis/summary.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/metrics/calculator.h"
#include "story.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

std::string summary_of(const std::vector<Told>& story, std::int64_t end, ScenarioFacts facts = {}) {
  Calculator calculator(std::move(facts));
  tell(calculator, story, end);
  return summarise(calculator.header(),
                   {.time = at(end), .events = static_cast<std::int64_t>(story.size())},
                   calculator.table());
}

EvictionTask task() {
  return {"Gracefully", "TaintUntolerated", "TaintManager"};
}

TEST(Summary, ShowsStagesLossesAndCost) {
  EXPECT_EQ(
      summary_of({{10, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
                  {10, PodsStarted{web, "a", 4, 4}},
                  {20, PodsReady{web, "a", 4, 4}},
                  {100, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                  {107, ProbeFailed{"a", "refused"}},
                  {140, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                  {141, BindingScheduled{web, {{"b", 4}}, "scheduler"}},
                  {150, PodsStarted{web, "b", 4, 4}},
                  {160, PodsStopped{web, "a", 4, 0, "Deleted"}},
                  {161, PodsReady{web, "b", 4, 4}},
                  {170, GracefulEvictionTaskRemoved{web, "a", {{"b", 4}}, "Healthy"}}},
                 200,
                 {.workloads = {{.name = web, .replicas = 4}}, .allocatable = {}, .changes = {}}),
      "story: 3m20s of karmada, seed 7, 11 events\n"
      "STAGE                    P50             P95             MAX\n"
      "observed                  7s              7s              7s\n"
      "condition                 0s              0s              0s\n"
      "taint                     0s              0s              0s\n"
      "queue                     0s              0s              0s\n"
      "eviction                 33s             33s             33s\n"
      "scheduled                 1s              1s              1s\n"
      "ready                    20s             20s             20s\n"
      "total                   1m1s            1m1s            1m1s\n"
      "SHORT OF READY REPLICAS                          FOR       REPLICA·S    LOWEST SHARE\n"
      "Deployment/shop/web                               1s               4               0\n"
      "Ran twice (replica·s): Deployment/shop/web 40\n"
      "Evictions: 1 (1 ended by health, 0 by timeout), last ended 1m10s after the disaster began; "
      "4 replicas moved\n");
}

TEST(Summary, TellsWhatAnEvictionWasNotWorth) {
  const std::string text =
      summary_of({{0, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
                  {10, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                  {20, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                  {20, SchedulingFailed{web, "NoClusterFit", "0/1 clusters are available"}},
                  {30, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
                  {80, GracefulEvictionTaskRemoved{web, "a", {}, "Timeout"}}},
                 100);
  EXPECT_NE(text.find("No cluster to go to (s): Deployment/shop/web 80\n"), text.npos) << text;
  EXPECT_NE(text.find("Evictions: 1 (0 ended by health, 1 by timeout; 1 needless; 1 into nothing), "
                      "last ended 1m10s after"),
            text.npos)
      << text;
}

TEST(Summary, OfACalmRunIsShort) {
  EXPECT_EQ(summary_of({}, 60),
            "story: 1m0s of karmada, seed 7, 0 events\n"
            "No workload was short of ready replicas once it was complete.\n"
            "No workload was evicted.\n");
}

TEST(Summary, StaysShortHoweverManyWorkloadsSuffer) {
  std::vector<Told> story;
  ScenarioFacts facts;
  for (int i = 0; i < 500; ++i) {
    const std::string name = "Deployment/shop/web-" + std::to_string(i);
    facts.workloads.push_back({.name = name, .replicas = 2});
    story.push_back({i, PodsPending{name, "a", 1, "Unschedulable"}});
    story.push_back({i, GracefulEvictionTaskAdded{name, "a", task(), {}}});
  }
  const std::string text = summary_of(story, 1000, std::move(facts));
  EXPECT_LE(std::ranges::count(text, '\n'), 30);
  EXPECT_NE(text.find("… and 495 more"), std::string::npos) << text;
  EXPECT_NE(text.find("Still pending (replicas): Deployment/shop/web-0 1,"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace firedrill::analysis
