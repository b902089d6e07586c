/// Durations of one purpose: constants, and draws that each object has for itself.

#include "models/process/delays.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "models/process/client_limits.h"
#include "models/process/latency.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

const sim::Distribution varying{.shape = sim::LogNormal{.median = 10ms, .sigma = 0.5}};

Delays delays(const sim::Distribution& distribution = varying, std::uint64_t seed = 7) {
  return {distribution, sim::Streams(seed), "scheduler/", "apiWrite"};
}

std::vector<sim::Duration> draws(Delays& from, const std::string& object, int count) {
  std::vector<sim::Duration> drawn;
  for (int i = 0; i < count; ++i)
    drawn.push_back(from.next(object));
  return drawn;
}

TEST(Delays, AConstantIsAlwaysTheSame) {
  Delays constant = delays(always(20ms));
  EXPECT_FALSE(constant.varies());
  EXPECT_EQ(constant.next("web"), 20ms);
  EXPECT_EQ(constant.at(sim::start_time + 3s), 20ms);
  EXPECT_EQ(Delays().next("web"), 0ms);
  EXPECT_EQ(Delays(5ms).constant(), 5ms);
}

TEST(Delays, BoundsHoldAConstantToo) {
  EXPECT_EQ(delays({.shape = sim::Constant{2s}, .max = 1s}).constant(), 1s);
}

TEST(Delays, WhatHappensToOneObjectChangesNoOthersDraws) {
  Delays alone = delays();
  const std::vector<sim::Duration> expected = draws(alone, "default/web", 20);
  Delays shared = delays();
  std::vector<sim::Duration> drawn;
  for (int i = 0; i < 20; ++i) {
    (void)shared.next("default/db");
    (void)shared.next("default/cache-" + std::to_string(i));
    drawn.push_back(shared.next("default/web"));
  }
  EXPECT_EQ(drawn, expected);
  EXPECT_NE(draws(alone, "default/web", 20), expected) << "a stream goes on";
}

TEST(Delays, EntityPurposeObjectAndSeedEachMakeAStreamOfTheirOwn) {
  Delays base = delays();
  Delays entity(varying, sim::Streams(7), "controller-manager/", "apiWrite");
  Delays purpose(varying, sim::Streams(7), "scheduler/", "watch");
  Delays seed = delays(varying, 8);
  const auto expected = draws(base, "web", 5);
  EXPECT_NE(draws(entity, "web", 5), expected);
  EXPECT_NE(draws(purpose, "web", 5), expected);
  EXPECT_NE(draws(seed, "web", 5), expected);
  EXPECT_NE(draws(base, "db", 5), expected);
}

TEST(Delays, AnInstantHasOneLatenessForEverybody) {
  const Delays lateness = delays();
  const sim::Duration at = lateness.at(sim::start_time + 3s);
  EXPECT_EQ(lateness.at(sim::start_time + 3s), at);
  EXPECT_NE(lateness.at(sim::start_time + 4s), at);
}

TEST(ClientLimiter, HandsOutTokensInOrderAndInAdvance) {
  ClientLimiter limiter(ClientLimit{.qps = 4, .burst = 3});
  const auto reserve = [&](sim::Duration at) { return limiter.reserve(sim::start_time + at); };
  EXPECT_EQ(reserve(0s), 0s);
  EXPECT_EQ(reserve(0s), 0s);
  EXPECT_EQ(reserve(0s), 0s);
  EXPECT_EQ(reserve(0s), 250ms) << "a token comes each quarter of a second";
  EXPECT_EQ(reserve(0s), 500ms);
  // At 100 ms 0.4 tokens have come, and 2 are owed: 3 - 5 + 0.4 - 1 = -2.6.
  EXPECT_EQ(reserve(100ms), 650ms);
  // At 10 s the bucket is full again, and no fuller.
  EXPECT_EQ(reserve(10s), 0s);
  EXPECT_EQ(reserve(10s), 0s);
  EXPECT_EQ(reserve(10s), 0s);
  EXPECT_EQ(reserve(10s), 250ms);
}

TEST(ClientLimiter, WithoutALimitNothingWaits) {
  ClientLimiter limiter;
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(limiter.reserve(sim::start_time), 0s);
}

TEST(ClientLimiter, WithoutARateTheBurstIsAllThereIs) {
  ClientLimiter limiter(ClientLimit{.qps = 0, .burst = 1});
  EXPECT_EQ(limiter.reserve(sim::start_time), 0s);
  EXPECT_GT(limiter.reserve(sim::start_time + 1h), std::chrono::hours(24 * 365 * 100));
}

TEST(LatencyOf, WhatTheScenarioSaysReplacesThePresetsNumbers) {
  LatencySpec spec;
  spec.preset = LatencyPreset::typical;
  spec.api_write = DurationModel::constant(7ms);
  spec.member_write = DurationModel::constant(90ms);
  spec.reconcile = {{"scheduler", DurationModel::constant(30ms)}};
  spec.client_limits = false;
  const Latency latency = latency_of(spec);
  const Latency typical = latency_preset(LatencyPreset::typical);
  EXPECT_EQ(latency.api_write, always(7ms));
  EXPECT_EQ(latency.api_write_scheduler, always(7ms));
  EXPECT_EQ(latency.member_probe, always(90ms));
  EXPECT_EQ(latency.watch, typical.watch);
  EXPECT_EQ(*latency.find_reconcile("scheduler"), always(30ms));
  EXPECT_EQ(*latency.find_reconcile("binding-controller"), typical.reconcile.at("*"));
  EXPECT_FALSE(latency.client_limits);
  EXPECT_TRUE(typical.client_limits);
}

TEST(LatencyOf, OnlyTypicalComputesAndLimits) {
  for (const LatencyPreset preset : {LatencyPreset::none, LatencyPreset::reference}) {
    const Latency latency = latency_preset(preset);
    EXPECT_EQ(latency.find_reconcile("scheduler"), nullptr);
    EXPECT_FALSE(latency.client_limits);
    EXPECT_EQ(latency.member_probe, sim::Distribution{});
  }
}

TEST(LatencySpec, KnowsWhoComputes) {
  EXPECT_TRUE(is_reconciler("taint-manager"));
  EXPECT_TRUE(is_reconciler("cluster-resource-binding-graceful-eviction-controller"));
  EXPECT_TRUE(is_reconciler("descheduler"));
  EXPECT_TRUE(is_reconciler("cluster-lifecycle-controller")) << "Clusternet's";
  EXPECT_TRUE(is_reconciler("*"));
  EXPECT_FALSE(is_reconciler("controller-manager"));
  EXPECT_FALSE(is_reconciler("agent"));
}

}  // namespace
}  // namespace firedrill::models
