#include "analysis/expect/expectations.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../story.h"
#include "analysis/metrics/calculator.h"
#include "analysis/timeline/memory_sink.h"
#include "analysis/timeline/recorder.h"
#include "policy/api/duration.h"
#include "policy/api/json_reader.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using namespace timeline;
using testing::ElementsAre;

Expectation read(const std::string& text) {
  api::Diagnostics diagnostics;
  api::ReadContext context(diagnostics);
  Expectation expectation;
  api::read_json(nlohmann::json::parse(text), expectation, context);
  EXPECT_EQ(diagnostics.render(), "") << text;
  return expectation;
}

EvictionTask task() {
  return {"Gracefully", "TaintUntolerated", "TaintManager"};
}

/// Four replicas move from `a` to `b`.
std::vector<Told> story() {
  return {
      {1, ClusterConditionChanged{"a", "Ready", "True", "ClusterReady"}},
      {10, BindingScheduled{web, {{"a", 4}}, "scheduler"}},
      {10, PodsStarted{web, "a", 4, 4}},
      {20, PodsReady{web, "a", 4, 4}},
      {100, PodsStopped{web, "a", 4, 0, "PowerLoss"}},
      {130, ClusterConditionChanged{"a", "Ready", "False", "ClusterNotReachable"}},
      {130,
       TaintAdded{"a", {.key = "not-ready", .value = "", .effect = "NoExecute", .time_added = {}}}},
      {150, GracefulEvictionTaskAdded{web, "a", task(), {}}},
      {151, BindingScheduled{web, {{"b", 4}}, "scheduler"}},
      {160, PodsReady{web, "b", 4, 4}},
      {170, GracefulEvictionTaskRemoved{web, "a", {{"b", 4}}, "Healthy"}},
  };
}

/// "ok", or what was expected and found, and at which second it was decided.
std::string verdict(const std::string& expectation) {
  ScenarioFacts facts;
  WorkloadTraits traits;
  traits.priority = 10;
  facts.workloads = {{.name = web,
                      .replicas = 4,
                      .traits = std::make_shared<const WorkloadTraits>(std::move(traits))}};
  facts.preflight = {{.code = PreflightCode::tolerates_forever,
                      .gravity = Gravity::blocks,
                      .workloads = {0},
                      .clusters = {"a"},
                      .reason = "tolerates all",
                      .remedies = {},
                      .pointer = {}}};
  Calculator calculator(facts);
  Expectations expectations({read(expectation)}, facts, {});
  tell(calculator, story(), 200);
  tell(expectations, story(), 200);
  expectations.finish(at(200), calculator.table());
  const Verdict& verdict = expectations.verdicts().at(0);
  EXPECT_TRUE(verdict.decided);
  EXPECT_EQ(verdict.passed, expectations.all_passed());
  if (verdict.passed) return "ok";
  return verdict.expected + " | " + verdict.actual + " | " +
         api::format_duration(verdict.time.time_since_epoch());
}

TEST(Expectations, NarrowMetricsToPriorities) {
  EXPECT_EQ(verdict(R"({"metric": "migrations.total", "where": {"priority": 10}, "equals": 4})"),
            "ok");
  EXPECT_EQ(verdict(R"({"metric": "migrations.total", "where": {"priority": {"atLeast": 11}},
                        "equals": 0})"),
            "migrations.total of priority at least 11 equal to 0 | "
            "it has no value in this run | 3m20s");
}

TEST(Expectations, KnowMetricsByResource) {
  EXPECT_TRUE(is_metric("capacity.peak.nvidia.com/gpu"));
  EXPECT_FALSE(is_metric("capacity.peak.RESOURCE"));
  EXPECT_FALSE(is_metric("capacity.peak."));
  EXPECT_FALSE(is_metric("capacity.peak"));
}

TEST(Expectations, HoldMetricsAgainstBounds) {
  EXPECT_EQ(verdict(R"({"metric": "workload.unavailability.max", "below": "61s"})"), "ok");
  EXPECT_EQ(verdict(R"({"metric": "workload.unavailability.max", "below": "60s"})"),
            "workload.unavailability.max below 1m0s | 60 s | 3m20s");
  EXPECT_EQ(verdict(R"({"metric": "workload.unavailability.max", "equals": 60})"), "ok");
  EXPECT_EQ(verdict(R"({"metric": "migrations.total", "above": 4})"),
            "migrations.total above 4 | 4 replicas | 3m20s");
  EXPECT_EQ(verdict(R"({"metric": "migrations.total", "between": [4, 4]})"), "ok");
  EXPECT_EQ(verdict(R"({"metric": "eviction.rate", "above": 0})"),
            "eviction.rate above 0 | it has no value in this run | 3m20s");
  EXPECT_EQ(verdict(R"({"metric": "migrations.total", "equals": 4, "workload": "shop/w*"})"), "ok");
}

TEST(Expectations, CountEventsWithinAWindow) {
  EXPECT_EQ(verdict(R"({"event": {"kind": "TaintAdded", "cluster": "a"}})"), "ok");
  EXPECT_EQ(
      verdict(R"({"event": {"kind": "TaintAdded"}, "within": {"after": 130, "before": 130}})"),
      "ok");
  EXPECT_EQ(verdict(R"({"event": {"kind": "TaintAdded"}, "within": {"before": "2m"}})"),
            R"({"kind":"TaintAdded"} until 2m0s, at least 1 times | 0 times | 1m40s)");
  EXPECT_EQ(verdict(R"({"event": {"kind": "TaintAdded"}, "within": {"after": "3m"}})"),
            R"({"kind":"TaintAdded"} from 3m0s, at least 1 times | 0 times, but first outside of )"
            R"(that time at 2m10s | 3m20s)");
  EXPECT_EQ(verdict(R"({"event": {"kind": "BindingScheduled"}, "count": 2})"), "ok");
  EXPECT_EQ(verdict(R"({"event": {"kind": "BindingScheduled"}, "count": {"atMost": 1}})"),
            R"({"kind":"BindingScheduled"}, at most 1 times | 2 times | 2m31s)");
}

TEST(Expectations, FailAtTheFirstEventThatMustNotBe) {
  EXPECT_EQ(verdict(R"({"never": {"kind": "TaintAdded", "cluster": "b"}})"), "ok");
  EXPECT_EQ(
      verdict(R"({"never": {"kind": "ClusterConditionChanged", "status": "False"}})"),
      R"(never {"kind":"ClusterConditionChanged","status":"False"} | {"seq":6,"t":130,)"
      R"("kind":"ClusterConditionChanged","cluster":"a","condition":"Ready","status":"False",)"
      R"("reason":"ClusterNotReachable","cause":5} | 2m10s)");
}

TEST(Expectations, FollowAnOrder) {
  EXPECT_EQ(verdict(R"({"order": [{"kind": "TaintAdded"}, {"kind": "BindingScheduled"}]})"), "ok");
  EXPECT_EQ(
      verdict(R"({"order": [{"kind": "GracefulEvictionTaskAdded"}, {"kind": "TaintAdded"}]})"),
      R"(after {"kind":"GracefulEvictionTaskAdded"}, {"kind":"TaintAdded"} | it did not happen )"
      R"(after 2m30s | 3m20s)");
  EXPECT_EQ(verdict(R"({"order": [{"kind": "TaintRemoved"}]})"),
            R"(first {"kind":"TaintRemoved"} | it did not happen | 3m20s)");
}

TEST(Expectations, LookAtStatesAfterAllThatHappensThen) {
  EXPECT_EQ(verdict(R"({"at": 20, "workload": "shop/web", "readyReplicas": 4})"), "ok");
  EXPECT_EQ(verdict(R"({"at": 19.999, "workload": "shop/web", "readyReplicas": 4})"),
            "at 19.999s: shop/web, ready replicas 4 | Deployment/shop/web: 0 ready | 10s");
  EXPECT_EQ(verdict(R"({"at": 200, "workload": "shop/*", "readyReplicas": {"atLeast": 4}})"), "ok");
  EXPECT_EQ(verdict(R"({"at": 200, "workload": "shop/web", "assignedReplicas": {"b": 4}})"), "ok");
  EXPECT_EQ(verdict(R"({"at": 99, "workload": "shop/web", "assignedReplicas": {"b": 4}})"),
            "at 1m39s: shop/web, assigned {b: 4} | Deployment/shop/web: assigned {a: 4} | 20s");
  EXPECT_EQ(verdict(R"({"at": 160, "cluster": "b", "readyReplicas": 4})"), "ok");
  EXPECT_EQ(verdict(R"({"at": 130, "cluster": "a", "taints": [{"key": "not-*"}]})"), "ok");
  EXPECT_EQ(verdict(R"({"at": 130, "cluster": "a", "taints": []})"),
            "at 2m10s: a, taints [] | a: taints [not-ready:NoExecute] | 2m10s");
  EXPECT_EQ(verdict(R"({"at": 129, "cluster": "a", "condition": {"status": "False"}})"),
            "at 2m9s: a, Ready False | a: Ready is True | 1m40s");
  EXPECT_EQ(verdict(R"({"at": 10, "workload": "shop/nobody", "readyReplicas": 1})"),
            "at 10s: shop/nobody, ready replicas 1 | no workload or cluster of that name | 10s");
  EXPECT_EQ(verdict(R"({"at": 201, "workload": "shop/web", "readyReplicas": 1})"),
            "at 3m21s: shop/web, ready replicas 1 | the run ended before, at 3m20s | 3m20s");
}

TEST(Expectations, HoldStatesThroughoutAWindow) {
  EXPECT_EQ(
      verdict(
          R"({"always": {"after": 20, "before": "99.9s"}, "workload": "shop/web", "readyReplicas": 4})"),
      "ok");
  EXPECT_EQ(
      verdict(
          R"({"always": {"after": 20, "before": 100}, "workload": "shop/web", "readyReplicas": 4})"),
      "always from 20s until 1m40s: shop/web, ready replicas 4 | at 1m40s: Deployment/shop/web: "
      "0 ready | 1m40s");
  EXPECT_EQ(verdict(R"({"always": {"after": 160}, "workload": "shop/web", "readyReplicas": 4})"),
            "ok");
  EXPECT_EQ(
      verdict(R"({"always": {"after": 15}, "workload": "shop/web", "readyReplicas": 4})"),
      "always from 15s: shop/web, ready replicas 4 | at 15s: Deployment/shop/web: 0 ready | 10s");
}

TEST(Expectations, HoldStatesFromTheFirstTimeOn) {
  EXPECT_EQ(verdict(R"({"always": true, "cluster": "b", "readyReplicas": {"atMost": 4}})"), "ok");
  EXPECT_EQ(verdict(R"({"always": true, "workload": "shop/web", "readyReplicas": 4})"),
            "always: shop/web, ready replicas 4 | at 1m40s: Deployment/shop/web: 0 ready | 1m40s");
  EXPECT_EQ(verdict(R"({"always": true, "workload": "shop/web", "readyReplicas": 5})"),
            "always: shop/web, ready replicas 5 | Deployment/shop/web: never | 3m20s");
}

TEST(Expectations, KnowWhatThePreflightCheckFound) {
  const std::string found = R"({"preflight": {"code": "ToleratesForever")";
  EXPECT_EQ(verdict(found + "}}"), "ok");
  EXPECT_EQ(verdict(found + R"(, "workload": "*", "cluster": "a"}, "count": 1})"), "ok");
  EXPECT_EQ(verdict(found + R"(, "cluster": "b"}, "count": 0})"), "ok");
  EXPECT_EQ(verdict(R"({"preflight": {"code": "State*"}, "count": 0})"), "ok");
  EXPECT_EQ(verdict(found + R"(, "workload": "other/*"}})"),
            "at least 1 pre-flight findings ToleratesForever about other/* | 0 such; the check "
            "found ToleratesForever | 0s");
  EXPECT_EQ(verdict(R"({"preflight": {"code": "*"}, "count": 0})"),
            "0 pre-flight findings * | 1 such; the check found ToleratesForever | 0s");
}

/// "ok", or why the story doesn't end as that.
std::string ending_verdict(const EndStates& other, const std::string& more = "") {
  Expectations expectations({read(R"({"final": {"sameAs": "x.json"})" + more + "}")}, {}, {},
                            {{"x.json", other}});
  tell(expectations, story(), 200);
  expectations.finish(at(200), {});
  const Verdict& verdict = expectations.verdicts().at(0);
  EXPECT_EQ(verdict.time, at(200));
  if (verdict.passed) return "ok";
  EXPECT_EQ(verdict.evidence.workload, verdict.actual.starts_with("no ") ? "" : web);
  return verdict.expected + " | " + verdict.actual;
}

TEST(Expectations, CompareTheEndWithThatOfAnotherRun) {
  const std::string other = "Deployment/shop/other";
  EXPECT_EQ(ending_verdict({{web, {{{"b", 4}}, {{"b", 4}}}}, {other, {{{"a", 1}}, {}}}}), "ok");
  EXPECT_EQ(ending_verdict({{web, {{{"a", 4}}, {{"b", 4}}}}}),
            "the end as in x.json: Deployment/shop/web assigned {a: 4}, ready {b: 4} | "
            "Deployment/shop/web assigned {b: 4}, ready {b: 4}");
  EXPECT_EQ(ending_verdict({{web, {{{"b", 4}}, {{"b", 3}}}}}, R"(, "workload": "shop/*")"),
            "shop/* at the end as in x.json: Deployment/shop/web assigned {b: 4}, ready {b: 3} | "
            "Deployment/shop/web assigned {b: 4}, ready {b: 4}");
  EXPECT_EQ(ending_verdict({{other, {}}}), "the end as in x.json | no workload is in both of them");
  EXPECT_EQ(ending_verdict({{web, {}}}, R"(, "workload": "shop/other")"),
            "shop/other at the end as in x.json | no workload is in both of them");
}

TEST(Expectations, NameTheFirstWorkloadsThatEndElsewhere) {
  const EndState here{{{"a", 1}}, {{"a", 1}}};
  const EndState there{{{"b", 1}}, {}};
  const EndStates ours{{"w1", here}, {"w2", here}, {"w3", here}, {"w4", here}, {"w5", here}};
  EndStates theirs = ours;
  for (const char* name : {"w1", "w3", "w4", "w5"})
    theirs[name] = there;
  const EndComparison found = compare_ends(ours, theirs, "");
  EXPECT_EQ(found.compared, 5u);
  EXPECT_EQ(found.first_workload, "w1");
  EXPECT_EQ(found.expected,
            "w1 assigned {b: 1}, ready {}; w3 assigned {b: 1}, ready {}; w4 assigned {b: 1}, "
            "ready {}");
  EXPECT_EQ(found.actual,
            "w1 assigned {a: 1}, ready {a: 1}; w3 assigned {a: 1}, ready {a: 1}; w4 assigned "
            "{a: 1}, ready {a: 1}; and 1 more");
}

// The same story, followed by the sink that follows other scenarios' runs.
TEST(Expectations, FollowARunToWhereItLeavesWorkloads) {
  EndStateSink sink({});
  tell(sink, story(), 200);
  EXPECT_EQ(sink.states(), (EndStates{{web, {{{"b", 4}}, {{"b", 4}}}}}));
}

TEST(Expectations, FailWithAViolatedInvariant) {
  Expectations expectations({read(R"({"invariant": "x"})"), read(R"({"invariant": "y"})")}, {}, {});
  tell(expectations, {{5, InvariantViolated{"x", "two of it"}}}, 10);
  expectations.finish(at(10), {});
  EXPECT_EQ(expectations.verdicts()[0].actual, "at 5s: two of it");
  EXPECT_TRUE(expectations.verdicts()[1].passed);
}

TEST(Expectations, NameTheInstantsAtWhichTheyDecide) {
  const Expectations expectations(
      {read(R"({"at": "59m", "workload": "w", "readyReplicas": 1})"),
       read(R"({"event": {"kind": "TaintAdded"}, "within": {"before": "14m"}})"),
       read(R"({"at": "14m", "workload": "w", "readyReplicas": 1})"),
       read(R"({"always": {"after": "1m"}, "workload": "w", "readyReplicas": 1})")},
      {}, {});
  EXPECT_THAT(expectations.instants(), ElementsAre(sim::start_time + 1min, sim::start_time + 14min,
                                                   sim::start_time + 59min));
}

TEST(Expectations, ReportIntoTheTimelineAtTheInstantThatDecides) {
  sim::Engine engine;
  MemorySink memory;
  std::vector<Sink*> sinks;
  Recorder* recorder = nullptr;
  Expectations expectations(
      {read(R"({"never": {"kind": "WorkDeleted"}})"),
       read(R"({"at": "30s", "workload": "shop/web", "readyReplicas": 1})")},
      {}, [&recorder](ExpectationFailed failed) { recorder->remark(std::move(failed)); });
  Recorder real(engine, {&expectations, &memory});
  recorder = &real;
  real.begin({});
  engine.after(10s, sim::Phase::world, [&] { real.record(WorkDeleted{web, "a"}); });
  for (const sim::Time instant : expectations.instants()) {
    engine.run_through(instant);
    expectations.pass(instant);
  }
  engine.run_until(at(60));
  expectations.finish(engine.now(), {});
  real.end({});

  ASSERT_EQ(memory.events().size(), 3u);
  EXPECT_EQ(memory.events()[1].time, at(10));
  EXPECT_EQ(memory.events()[1].cause, 1u);
  EXPECT_EQ(std::get<ExpectationFailed>(memory.events()[1].payload).expect, "/expect/0");
  EXPECT_EQ(memory.events()[2].time, at(30));
  EXPECT_EQ(std::get<ExpectationFailed>(memory.events()[2].payload).actual,
            "Deployment/shop/web: 0 ready");
}

}  // namespace
}  // namespace firedrill::analysis
