#include "analysis/timeline/selector.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../story.h"

namespace firedrill::timeline {
namespace {

using namespace std::chrono_literals;
using analysis::at;
using analysis::web;

bool matches(const char* selector, const Payload& payload) {
  const auto parsed = Selector::parse(api::Json(nlohmann::json::parse(selector)));
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.problem());
  return parsed.ok() && parsed->matches(payload);
}

std::string problem(const char* selector) {
  const auto parsed = Selector::parse(api::Json(nlohmann::json::parse(selector)));
  return parsed.ok() ? "" : parsed.problem();
}

const Payload tainted = TaintAdded{
    "member1",
    {.key = "cluster.karmada.io/not-ready", .value = "", .effect = "NoExecute", .time_added = {}}};

TEST(Selector, MatchesByKindAndNamedFieldsOnly) {
  EXPECT_TRUE(matches(R"({"kind": "TaintAdded"})", tainted));
  EXPECT_FALSE(matches(R"({"kind": "TaintRemoved"})", tainted));
  EXPECT_TRUE(matches(R"({"kind": "TaintAdded", "cluster": "member1"})", tainted));
  EXPECT_TRUE(matches(R"({"kind": "TaintAdded", "cluster": "member?"})", tainted));
  EXPECT_FALSE(matches(R"({"kind": "TaintAdded", "cluster": "member2"})", tainted));
  EXPECT_TRUE(matches(R"({"kind": "TaintAdded", "taint": {"effect": "No*"}})", tainted));
  EXPECT_FALSE(
      matches(R"({"kind": "TaintAdded", "taint": {"effect": "No*", "key": "x"}})", tainted));
}

TEST(Selector, FindsWorkloadsWithOrWithoutTheirKind) {
  const Payload deleted = WorkDeleted{web, "member1"};
  EXPECT_TRUE(matches(R"({"kind": "WorkDeleted", "workload": "shop/web"})", deleted));
  EXPECT_TRUE(matches(R"({"kind": "WorkDeleted", "workload": "shop/w*"})", deleted));
  EXPECT_TRUE(matches(R"({"kind": "WorkDeleted", "workload": "Deployment/shop/web"})", deleted));
  EXPECT_FALSE(matches(R"({"kind": "WorkDeleted", "workload": "StatefulSet/shop/web"})", deleted));
}

TEST(Selector, BoundsNumbersAndTimes) {
  const Payload queued = EvictionQueued{web, "member1", "taint-manager", at(90), 3};
  EXPECT_TRUE(matches(R"({"kind": "EvictionQueued", "depth": 3})", queued));
  EXPECT_FALSE(matches(R"({"kind": "EvictionQueued", "depth": 4})", queued));
  EXPECT_TRUE(matches(R"({"kind": "EvictionQueued", "depth": {"atLeast": 3}})", queued));
  EXPECT_FALSE(
      matches(R"({"kind": "EvictionQueued", "depth": {"atLeast": 1, "atMost": 2}})", queued));
  EXPECT_TRUE(matches(R"({"kind": "EvictionQueued", "readyAt": {"atMost": "1m30s"}})", queued));
  EXPECT_FALSE(matches(R"({"kind": "EvictionQueued", "readyAt": {"atLeast": 90.5}})", queued));
}

TEST(Selector, DoesNotMatchFieldsThatTheEventLeavesOut) {
  EXPECT_FALSE(matches(R"({"kind": "EvictionQueued", "readyAt": {"atLeast": 0}})",
                       EvictionQueued{web, "member1", "taint-manager", std::nullopt, 1}));
}

TEST(Selector, LooksIntoMapsAndLists) {
  const Payload scheduled = BindingScheduled{web, {{"a", 1}, {"b", 2}}, "scheduler"};
  EXPECT_TRUE(matches(R"({"kind": "BindingScheduled", "clusters": {"b": 2}})", scheduled));
  EXPECT_FALSE(
      matches(R"({"kind": "BindingScheduled", "clusters": {"c": {"atLeast": 0}}})", scheduled));
  const Payload fault = FaultStarted{"/events/0", "outage", "unreachable", {"a", "b"}};
  EXPECT_TRUE(matches(R"({"kind": "FaultStarted", "clusters": ["a", "*"]})", fault));
  EXPECT_FALSE(matches(R"({"kind": "FaultStarted", "clusters": ["a"]})", fault));
  EXPECT_TRUE(matches(R"({"kind": "ScenarioEvent", "applied": false})",
                      ScenarioEvent{"/events/1", "untaint", "a", false}));
}

TEST(Selector, RefusesWhatNoEventCanHave) {
  EXPECT_EQ(problem(R"({"cluster": "a"})"), "an event selector needs the kind of event");
  EXPECT_EQ(problem(R"({"kind": "TaintAded"})"),
            R"(no kind of event "TaintAded"; did you mean "TaintAdded"?)");
  EXPECT_EQ(problem(R"({"kind": "TaintAdded", "clutser": "a"})"),
            R"(no field "clutser"; did you mean "cluster"?)");
  EXPECT_EQ(problem(R"({"kind": "TaintAdded", "taint": {"efect": "x"}})"),
            R"(taint: no field "efect"; did you mean "effect"?)");
  EXPECT_EQ(problem(R"({"kind": "TaintAdded", "cluster": 5})"),
            "cluster: 5 cannot be matched against a string");
  EXPECT_EQ(problem(R"({"kind": "EvictionQueued", "depth": "3"})"), "depth: not a number");
  EXPECT_EQ(problem(R"({"kind": "EvictionQueued", "depth": {"atleast": 3}})"),
            R"(depth: bounds of a number are atLeast and atMost, not "atleast")");
  EXPECT_EQ(problem(R"(["TaintAdded"])"), "an event selector is an object");
}

}  // namespace
}  // namespace firedrill::timeline
