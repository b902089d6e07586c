// Flags, gates and settings: defaults, checks at start-up, and what the header of a timeline shows.

#include "policy/karmada/options.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

api::Json json(nlohmann::json value) {
  return api::Json(std::move(value));
}

std::string problems_of(const OptionSource& source) {
  api::Diagnostics diagnostics;
  static_cast<void>(read_options(source, "/controlPlane", diagnostics));
  return diagnostics.render();
}

TEST(KarmadaOptions, HaveTheDefaultsOfTheReference) {
  const Options options;
  EXPECT_EQ(options.controller_manager.cluster_status_update_frequency, 10s);
  EXPECT_EQ(options.controller_manager.cluster_failure_threshold, 30s);
  EXPECT_EQ(options.controller_manager.cluster_monitor_period, 5s);
  EXPECT_EQ(options.controller_manager.cluster_monitor_grace_period, 40s);
  EXPECT_EQ(options.controller_manager.cluster_startup_grace_period, 60s);
  EXPECT_EQ(options.controller_manager.graceful_eviction_timeout, 10min);
  EXPECT_FALSE(options.controller_manager.enable_no_execute_taint_eviction);
  EXPECT_FALSE(options.gates.failover);
  EXPECT_EQ(options.agent.cluster_lease_duration, 40s);
  EXPECT_EQ(options.components.taint_manager.eviction_workers, 3);
}

TEST(KarmadaOptions, GiveAFlagToEachComponentThatHasIt) {
  OptionSource source;
  source.flags = {{"cluster-failure-threshold", json("20s")},
                  {"agent/cluster-success-threshold", json("1m")}};
  api::Diagnostics diagnostics;
  const Options options = read_options(source, "/controlPlane", diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.render();
  EXPECT_EQ(options.controller_manager.cluster_failure_threshold, 20s);
  EXPECT_EQ(options.agent.cluster_failure_threshold, 20s);
  EXPECT_EQ(options.controller_manager.cluster_success_threshold, 30s);
  EXPECT_EQ(options.agent.cluster_success_threshold, 1min);
  const EffectiveOptions shown = effective(options);
  EXPECT_EQ(shown.flags.at("cluster-success-threshold").document(), "30s");
  EXPECT_EQ(shown.flags.at("agent/cluster-success-threshold").document(), "1m0s");
  EXPECT_FALSE(shown.flags.contains("agent/cluster-failure-threshold"));
}

TEST(KarmadaOptions, RefuseWhatTheReferenceRefusesAtStartUp) {
  for (const char* flag : {"cluster-status-update-frequency", "cluster-monitor-period",
                           "cluster-monitor-grace-period", "cluster-startup-grace-period"}) {
    OptionSource source;
    source.flags = {{flag, json("0s")}};
    EXPECT_NE(problems_of(source).find(flag), std::string::npos) << flag;
  }
  OptionSource agent;
  agent.flags = {{"agent/cluster-status-update-frequency", json("0s")}};
  EXPECT_EQ(problems_of(agent), "") << "the agent takes zero";
  OptionSource thresholds;
  thresholds.flags = {{"cluster-failure-threshold", json("-1s")},
                      {"graceful-eviction-timeout", json("-1s")}};
  EXPECT_EQ(problems_of(thresholds), "") << "not checked by the reference";
}

TEST(KarmadaOptions, CheckThePurgeModeOnlyWhileEvictionIsOn) {
  OptionSource source;
  source.flags = {{"no-execute-taint-eviction-purge-mode", json("Never")}};
  EXPECT_EQ(problems_of(source), "");
  source.flags.emplace("enable-no-execute-taint-eviction", json(true));
  EXPECT_NE(problems_of(source).find("one of Gracefully, Directly"), std::string::npos);
}

TEST(KarmadaOptions, WarnOfWhatChangesNothing) {
  OptionSource source;
  source.flags = {{"kube-api-qps", json(100)}};
  api::Diagnostics diagnostics;
  static_cast<void>(read_options(source, "/controlPlane", diagnostics));
  EXPECT_TRUE(diagnostics.ok());
  EXPECT_EQ(diagnostics.warning_count(), 1U);
}

TEST(KarmadaOptions, ReplaceLimiterValuesThatAreNotPositive) {
  QueueFlags flags;
  flags.base_delay = 0s;
  flags.qps = -1;
  flags.bucket_size = 7;
  const RateLimiterOptions limiter = flags.limiter();
  EXPECT_EQ(limiter.base_delay, 5ms);
  EXPECT_EQ(limiter.qps, 10);
  EXPECT_EQ(limiter.bucket_size, 7);
}

TEST(KarmadaOptions, AreListedOnceWithAllTheirComponents) {
  const auto table = flag_table();
  const auto is_frequency = [](const OptionInfo& row) {
    return row.name == "cluster-status-update-frequency";
  };
  ASSERT_EQ(std::ranges::count_if(table, is_frequency), 1);
  const OptionInfo& row = *std::ranges::find_if(table, is_frequency);
  EXPECT_EQ(row.components, "controller-manager, agent");
  EXPECT_EQ(row.usual, "10s");
  EXPECT_EQ(feature_gate_table().size(), effective(Options{}).feature_gates.size());
}

}  // namespace
}  // namespace firedrill::policy::karmada
