#include "analysis/summary.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/metrics/calculator.h"
#include "story.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

std::string summary_of(const std::vector<Told>& story,
                       std::int64_t end,
                       const ScenarioFacts& facts = {},
                       const Header& header = {
                           .scenario = "story", .seed = 7, .profile = "karmada"}) {
  Calculator calculator(facts);
  Aftermath aftermath(facts);
  tell(calculator, story, end);
  tell(aftermath, story, end);
  return summarise(header, {.time = at(end), .events = static_cast<std::int64_t>(story.size())},
                   calculator.table(), aftermath);
}

EvictionTask task() {
  return {"Gracefully", "TaintUntolerated", "TaintManager"};
}

TEST(Summary, TellsTheVerdictStagesLossesAndCost) {
  EXPECT_EQ(
      summary_of({{10, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
                  {10, PodsStarted{web, "a", 4, 4}},
                  {20, PodsReady{web, "a", 4, 4}},
                  {100, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                  {107, ProbeFailed{"a", "refused"}},
                  {137, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}},
                  {140, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                  {141, BindingScheduled{web, {{"b", 4}}, "scheduler"}},
                  {150, PodsStarted{web, "b", 4, 4}},
                  {160, PodsStopped{web, "a", 4, 0, "Deleted"}},
                  {161, PodsReady{web, "b", 4, 4}},
                  {170, GracefulEvictionTaskRemoved{web, "a", {{"b", 4}}, "Healthy"}}},
                 200,
                 {.workloads = {{.name = web, .replicas = 4}}, .allocatable = {}, .changes = {}},
                 {.scenario = "story",
                  .seed = 7,
                  .profile = "karmada",
                  .flags = {{"cluster-failure-threshold", api::Json("30s")}}}),
      "story: 3m20s of karmada, seed 7, 12 events\n"
      "outage (unreachable) of a at 1m40s; noticed after 7.00 s, not Ready after 37.0 s; 1 "
      "eviction "
      "after 40.0 s, 4 replicas moved.\n"
      "At the end every workload has its replicas again.\n"
      "\n"
      "STAGE              P50       MAX\n"
      "observed        7.00 s    7.00 s  ██\n"
      "condition       30.0 s    30.0 s    ████████████\n"
      "eviction        3.00 s    3.00 s                █\n"
      "scheduled       1.00 s    1.00 s                 █\n"
      "ready           20.0 s    20.0 s                  ████████\n"
      "total            1m01s     1m01s\n"
      "The slowest stage is condition: --cluster-failure-threshold 30s\n"
      "\n"
      "SHORT OF READY REPLICAS                    FOR   REPLICA·S  LOWEST\n"
      "Deployment/shop/web                     1.00 s           4     0 %\n"
      "\n"
      "Ran twice: Deployment/shop/web for 10.0 s (40 replica·s)\n"
      "Evictions: 1: 1 ended by health; the last ended after 1m10s\n");
}

TEST(Summary, TellsWhatAnEvictionWasNotWorthAndWhoIsShortAtTheEnd) {
  const std::string text =
      summary_of({{0, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
                  {10, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                  {20, GracefulEvictionTaskAdded{web, "a", task(), {}}},
                  {20, SchedulingFailed{web, "NoClusterFit", "0/1 clusters are available"}},
                  {30, FaultEnded{"/events/0", "outage", "unreachable", {"a"}}},
                  {80, GracefulEvictionTaskRemoved{web, "a", {}, "Timeout"}}},
                 100);
  EXPECT_NE(text.find("\nAt the end 1 workload is short of ready replicas.\n"), text.npos) << text;
  EXPECT_NE(text.find("Short at the end: Deployment/shop/web 4 of 4 (NoClusterFit)\n"), text.npos)
      << text;
  EXPECT_NE(text.find("No cluster to go to: Deployment/shop/web 1m20s\n"), text.npos) << text;
  EXPECT_NE(
      text.find("Evictions: 1: 1 ended by timeout, 1 needless, 1 into nothing; the last ended "
                "after 1m10s\n"),
      text.npos)
      << text;
}

TEST(Summary, NamesWhatIsOutOfReachAndWhyPodsWait) {
  const std::string text =
      summary_of({{0, BindingScheduled{web, {{"a", 3}, {"b", 1}}, "scheduler"}},
                  {5, PodsPending{web, "b", 1, "Insufficient cpu"}},
                  {10, FaultStarted{"/events/0", "outage", "unreachable", {"a"}}},
                  {10, FaultStarted{"/events/1", "outage", "unreachable", {"c"}}},
                  {20, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}}},
                 100);
  EXPECT_NE(
      text.find("outage (unreachable) of a at 10s and 1 more fault, not Ready after 10.0 s; no "
                "workload was evicted.\n"),
      text.npos)
      << text;
  EXPECT_NE(
      text.find("Short at the end: Deployment/shop/web 4 of 4 (1 pending: Insufficient cpu)\n"),
      text.npos)
      << text;
  EXPECT_NE(text.find("Out of reach at the end: Deployment/shop/web 3 of 4 (in a)\n"), text.npos)
      << text;
}

TEST(Summary, OfACalmRunIsShort) {
  EXPECT_EQ(summary_of({}, 60),
            "story: 1m0s of karmada, seed 7, 0 events\n"
            "Nothing failed.\n"
            "No workload was short of ready replicas once it was complete.\n");
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
  const std::string text = summary_of(story, 1000, facts);
  EXPECT_LE(std::ranges::count(text, '\n'), 30);
  EXPECT_NE(text.find(" and 495 more"), std::string::npos) << text;
  EXPECT_NE(text.find("Still pending: Deployment/shop/web-0 1 replicas,"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace firedrill::analysis
