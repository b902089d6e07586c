// Flags, gates and settings: defaults, checks at start-up, and what the header of a timeline shows.

#include "policy/karmada/options.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/karmada/controller_list.h"
#include "policy/karmada/profile_defaults.h"
#include "policy/profiles.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

api::Json json(nlohmann::json value) {
  return api::Json(std::move(value));
}

std::string problems_of(const OptionSource& source) {
  api::Diagnostics diagnostics;
  static_cast<void>(read_options({}, source, "/controlPlane", diagnostics));
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
  const Options options = read_options({}, source, "/controlPlane", diagnostics);
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

TEST(KarmadaOptions, CheckThePeriodsOfAnElectionThatIsHeld) {
  OptionSource source;
  source.flags = {{"leader-elect-lease-duration", json("10s")}};
  const std::string problems = problems_of(source);
  EXPECT_NE(problems.find("is not longer than leader-elect-renew-deadline"), std::string::npos);
  EXPECT_EQ(problems.find("leader-elect-lease-duration"),
            problems.rfind("/controlPlane/flags/leader-elect-lease-duration") +
                std::string("/controlPlane/flags/").size())
      << "four components, one complaint: " << problems;
  source.flags.emplace("leader-elect", json(false));
  EXPECT_EQ(problems_of(source), "");
  source.flags = {{"leader-elect-retry-period", json("0s")}};
  EXPECT_NE(problems_of(source).find("is not positive"), std::string::npos);
  source.flags = {{"scheduler/leader-elect-retry-period", json("9s")}};
  EXPECT_NE(problems_of(source).find("1.2 times"), std::string::npos);

  api::Diagnostics own;
  static_cast<void>(
      read_agent_flags({}, {{"leader-elect-renew-deadline", json("1m")}}, "/agent/flags", own));
  EXPECT_FALSE(own.ok());
}

TEST(KarmadaOptions, WarnOfWhatChangesNothing) {
  OptionSource source;
  source.flags = {{"resync-period", json("1m")}};
  api::Diagnostics diagnostics;
  static_cast<void>(read_options({}, source, "/controlPlane", diagnostics));
  EXPECT_TRUE(diagnostics.ok());
  EXPECT_EQ(diagnostics.warning_count(), 1U);
}

TEST(KarmadaOptions, RunTheControllersOfTheFlag) {
  const std::vector<std::string> usual = Options{}.controller_manager.controllers;
  EXPECT_TRUE(controller_enabled(usual, "execution"));
  const std::vector<std::string> without{"*", "-execution"};
  EXPECT_FALSE(controller_enabled(without, "execution"));
  EXPECT_TRUE(controller_enabled(without, "binding"));
  const std::vector<std::string> only{"execution", "-execution"};
  EXPECT_TRUE(controller_enabled(only, "execution")) << "the first word decides";
  EXPECT_FALSE(controller_enabled(only, "binding"));

  const auto problems = [](const char* flag, nlohmann::json value) {
    OptionSource source;
    source.flags = {{flag, json(std::move(value))}};
    return problems_of(source);
  };
  EXPECT_EQ(problems("controllers", {"*", "-gracefulEviction", "-certRotation"}), "");
  EXPECT_NE(problems("controllers", {"*", "-gracefulEvicton"})
                .find("unknown controller \"gracefulEvicton\"; did you mean \"gracefulEviction\"?"),
            std::string::npos);
  EXPECT_NE(problems("agent/controllers", {"all"}).find("/controlPlane/flags/agent~1controllers"),
            std::string::npos);
}

TEST(KarmadaOptions, SetWhatTheReferenceHardCodes) {
  OptionSource source;
  source.components = {
      {"scheduler",
       {{"cycleTime", json("20ms")},
        {"estimators", json({"general", "accurate"})},
        {"capacityRefresh", json("0s")}}},
      {"controller-manager", {{"clockSkew", json("-3s")}}},
      {"execution-controller", {{"workers", json(7)}}},
      {"cluster-resource-binding-graceful-eviction-controller", {{"workers", json(8)}}}};
  api::Diagnostics diagnostics;
  const Options options = read_options({}, source, "/controlPlane", diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.render();
  const ComponentSettings& settings = options.components;
  EXPECT_EQ(settings.scheduler.cycle_time, 20ms);
  EXPECT_TRUE(settings.scheduler.has_estimator("accurate"));
  EXPECT_EQ(settings.scheduler.capacity_refresh.every, 0s);
  EXPECT_EQ(settings.controller_manager.clock_skew, -3s);
  EXPECT_EQ(settings.execution.workers, 7);
  EXPECT_EQ(settings.cluster_bindings.graceful_eviction.workers, 8);
  EXPECT_FALSE(settings.bindings.graceful_eviction.workers.has_value());

  const EffectiveOptions shown = effective(options);
  EXPECT_EQ(shown.components.at("scheduler").at("capacityRefresh").document(), "0s");
  EXPECT_EQ(shown.components.at("execution-controller").at("workers").document(), 7);
  EXPECT_FALSE(shown.components.contains("binding-controller")) << "its flag says it";
}

TEST(KarmadaOptions, RefreshCapacitiesAsTheStatusDoesUnlessToldOtherwise) {
  EXPECT_EQ(effective(Options{}).components.at("scheduler").at("capacityRefresh").document(),
            "status");
  const auto refresh = [](nlohmann::json value) {
    OptionSource source;
    source.components = {{"scheduler", {{"capacityRefresh", json(std::move(value))}}}};
    api::Diagnostics diagnostics;
    const Options options = read_options({}, source, "/controlPlane", diagnostics);
    return diagnostics.ok() ? options.components.scheduler.capacity_refresh.every
                            : std::optional<api::Duration>(-1ns);
  };
  EXPECT_EQ(refresh("status"), std::nullopt);
  EXPECT_EQ(refresh("90s"), 90s);
  EXPECT_EQ(refresh(10), 10s);
  EXPECT_EQ(refresh("-1s"), -1ns) << "refused";
  EXPECT_EQ(refresh("sometimes"), -1ns) << "refused";
}

TEST(KarmadaOptions, RefuseSettingsThatCannotBe) {
  const auto problems = [](const char* component, const char* setting, nlohmann::json value) {
    OptionSource source;
    source.components = {{component, {{setting, json(std::move(value))}}}};
    return problems_of(source);
  };
  const auto says = [](const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(says(problems("scheduler", "external", {{"command", {"./mine"}}}),
                   "/controlPlane/components/scheduler/external: components cannot be external"));
  EXPECT_TRUE(says(problems("scheduler", "estimators", {"accurate"}), "leaves out general"));
  EXPECT_TRUE(says(problems("scheduler", "estimators", {"general", "exact"}), "\"exact\""));
  EXPECT_TRUE(says(problems("scheduler", "cycletime", "1s"), "did you mean \"cycleTime\"?"));
  EXPECT_TRUE(says(problems("exec-controller", "workers", 3), "unknown component"));
  EXPECT_NE(problems("execution-controller", "workers", 0), "");
}

TEST(KarmadaOptions, SwitchSingleBehavioursByUpstreamIssue) {
  OptionSource source;
  source.behaviour = {{"karmada#7613", json("before")},
                      {"karmada#7483", json("after")},
                      {"karmada#6274", json({{"mode", "slow"}, {"minClusters", 3}})}};
  api::Diagnostics diagnostics;
  const Options options = read_options({}, source, "/controlPlane", diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.render();
  EXPECT_EQ(options.behaviour.tolerant_bindings_not_queued, Revision::before);
  EXPECT_EQ(options.behaviour.eviction_conflicts_retried_in_place, Revision::after);
  EXPECT_EQ(options.behaviour.threshold_for_client_errors, Revision::after);
  const EvictionBrake& brake = options.behaviour.eviction_brake;
  EXPECT_EQ(brake.mode, BrakeMode::slow);
  EXPECT_EQ(brake.min_clusters, 3);
  EXPECT_EQ(brake.unhealthy_share, 0.55);
}

TEST(KarmadaOptions, TakeABrakeByItsModeAlone) {
  OptionSource source;
  source.behaviour = {{"karmada#6274", json("halt")}};
  api::Diagnostics diagnostics;
  const Options options = read_options({}, source, "/controlPlane", diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.render();
  EXPECT_EQ(options.behaviour.eviction_brake.mode, BrakeMode::halt);
  EXPECT_EQ(options.behaviour.eviction_brake.secondary_rate, 0.1);
}

TEST(KarmadaOptions, TellOnlyTheSwitchesThatDeviate) {
  EXPECT_TRUE(effective(Options{}).behaviour.empty());
  Options options;
  options.behaviour.threshold_for_client_errors = Revision::before;
  options.behaviour.eviction_brake.mode = BrakeMode::halt;
  const Scalars told = effective(options).behaviour;
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told.at("karmada#7408").document(), "before");
  EXPECT_EQ(told.at("karmada#6274").document(), nlohmann::json({{"mode", "halt"},
                                                                {"unhealthyShare", 0.55},
                                                                {"minClusters", 10},
                                                                {"secondaryRate", 0.1}}));
}

TEST(KarmadaOptions, RefuseUnknownSwitchesWordsAndParameters) {
  const auto problems = [](const char* name, nlohmann::json value) {
    OptionSource source;
    source.behaviour = {{name, json(std::move(value))}};
    return problems_of(source);
  };
  EXPECT_NE(problems("karmada#7614", "before").find("did you mean \"karmada#7613\"?"),
            std::string::npos);
  EXPECT_NE(problems("karmada#7613", "off").find("/controlPlane/behaviour/karmada#7613"),
            std::string::npos);
  EXPECT_NE(problems("karmada#6274", {{"minCluster", 3}}).find("did you mean \"minClusters\"?"),
            std::string::npos);
  EXPECT_NE(problems("karmada#6274", {{"unhealthyShare", 1.5}}).find("unhealthyShare"),
            std::string::npos);
  EXPECT_NE(problems("karmada#7613", 1), "");
}

TEST(KarmadaOptions, ListSwitchesWithTheirParameters) {
  const auto table = behaviour_table({});
  const auto row = [&](const char* name) {
    return *std::ranges::find(table, name, &OptionInfo::name);
  };
  EXPECT_EQ(row("karmada#7613").usual, "after");
  EXPECT_EQ(row("karmada#7613").type, "before, after");
  EXPECT_EQ(row("karmada#7483").usual, "before");
  EXPECT_EQ(row("karmada#6274").usual, "off");
  EXPECT_EQ(row("karmada#6274.secondaryRate").usual, "0.1");
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
  const auto table = flag_table({});
  const auto is_frequency = [](const OptionInfo& row) {
    return row.name == "cluster-status-update-frequency";
  };
  ASSERT_EQ(std::ranges::count_if(table, is_frequency), 1);
  const OptionInfo& row = *std::ranges::find_if(table, is_frequency);
  EXPECT_EQ(row.components, "controller-manager, agent");
  EXPECT_EQ(row.usual, "10s");
  EXPECT_EQ(feature_gate_table({}).size(), effective(Options{}).feature_gates.size());
}

Options kairship_with(const Scalars& flags, std::string* problems) {
  OptionSource source;
  source.flags = flags;
  api::Diagnostics diagnostics;
  Options options = read_options(default_options("kairship"), source, "/controlPlane", diagnostics);
  *problems = diagnostics.render();
  return options;
}

TEST(KarmadaReleases, StartFromTheVendorsTwoTables) {
  const ControllerManagerFlags inferred = default_options("kairship").controller_manager;
  EXPECT_EQ(inferred.cluster_monitor_period, 5s);
  EXPECT_EQ(inferred.cluster_monitor_grace_period, 40s);
  EXPECT_EQ(inferred.cluster_startup_grace_period, 60s);
  EXPECT_EQ(inferred.failover_eviction_timeout, 30s);
  EXPECT_EQ(inferred.graceful_eviction_timeout, 600s);
  const ControllerManagerFlags literal =
      default_options("kairship-as-documented").controller_manager;
  EXPECT_EQ(literal.cluster_monitor_period, 60s);
  EXPECT_EQ(literal.cluster_monitor_grace_period, 40s);
  EXPECT_EQ(literal.cluster_startup_grace_period, 600s);
  EXPECT_EQ(literal.failover_eviction_timeout, 30s);
  EXPECT_EQ(literal.graceful_eviction_timeout, 5s);
  EXPECT_EQ(default_options("karmada"), Options{});
  EXPECT_FALSE(default_options("kairship").gates.failover);
  EXPECT_TRUE(release_defaults(Release::legacy).gates.failover);
}

TEST(KarmadaReleases, TakeTheVendorsNamesAndSayWhichIsMisleading) {
  std::string problems;
  const Options options = kairship_with({{"ClusterMonitorPeriod", json("7s")},
                                         {"FailoverEvictionTimeout", json("8s")},
                                         {"ClusterTaintEvictionRetryFrequency", json("9s")}},
                                        &problems);
  EXPECT_EQ(options.controller_manager.cluster_monitor_period, 7s);
  EXPECT_EQ(options.controller_manager.failover_eviction_timeout, 8s);
  EXPECT_EQ(options.controller_manager.graceful_eviction_timeout, 9s);
  EXPECT_EQ(options.components.taint_manager.period, 10s);
  EXPECT_NE(problems.find("\"ClusterTaintEvictionRetryFrequency\" is read as "
                          "graceful-eviction-timeout"),
            std::string::npos)
      << problems;
  EXPECT_EQ(problems.find("FailoverEvictionTimeout"), std::string::npos) << problems;
  static_cast<void>(kairship_with(
      {{"ClusterMonitorPeriod", json("7s")}, {"cluster-monitor-period", json("7s")}}, &problems));
  EXPECT_NE(problems.find("given twice"), std::string::npos) << problems;
}

TEST(KarmadaReleases, RefuseWhatTheyDoNotHave) {
  std::string problems;
  static_cast<void>(kairship_with({{"resource-eviction-rate", json(1)}}, &problems));
  EXPECT_NE(problems.find("unknown flag \"resource-eviction-rate\""), std::string::npos);
  EXPECT_NE(problems.find("firedrill profiles kairship"), std::string::npos) << problems;
  OptionSource source;
  source.flags = {{"failover-eviction-timeout", json("5m")}};
  EXPECT_NE(problems_of(source).find("unknown flag"), std::string::npos);
  source.flags = {{"ClusterMonitorPeriod", json("5s")}};
  EXPECT_NE(problems_of(source).find("unknown flag"), std::string::npos);
  source = {};
  source.feature_gates = {{"StatefulFailoverInjection", true}};
  api::Diagnostics diagnostics;
  static_cast<void>(read_options(default_options("kairship"), source, "", diagnostics));
  EXPECT_FALSE(diagnostics.ok());
}

TEST(KarmadaReleases, KnowTheirFlagsGatesAndSwitches) {
  EXPECT_TRUE(has_flag(Release::current, "resource-eviction-rate"));
  EXPECT_FALSE(has_flag(Release::legacy, "resource-eviction-rate"));
  EXPECT_TRUE(has_flag(Release::legacy, "ClusterMonitorPeriod"));
  EXPECT_FALSE(has_flag(Release::current, "ClusterMonitorPeriod"));
  EXPECT_TRUE(has_flag(Release::legacy, "agent/cluster-failure-threshold"));
  EXPECT_FALSE(has_flag(Release::legacy, "agent/cluster-monitor-period"));
  EXPECT_TRUE(has_gate(Release::legacy, "GracefulEviction"));
  EXPECT_FALSE(has_gate(Release::legacy, "ControllerPriorityQueue"));
  EXPECT_TRUE(has_switch(Release::legacy, "karmada#7408"));
  EXPECT_FALSE(has_switch(Release::legacy, "karmada#6274"));
}

TEST(KarmadaReleases, ShowOnlyWhatTheyHaveInTheHeader) {
  const EffectiveOptions shown = effective(default_options("kairship"));
  EXPECT_EQ(shown.flags.at("failover-eviction-timeout").document(), "30s");
  EXPECT_EQ(shown.flags.at("default-not-ready-toleration-seconds").document(), 300);
  EXPECT_FALSE(shown.flags.contains("resource-eviction-rate"));
  EXPECT_FALSE(shown.feature_gates.contains("ControllerPriorityQueue"));
  EXPECT_TRUE(shown.behaviour.empty());
  EXPECT_FALSE(effective(Options{}).flags.contains("failover-eviction-timeout"));
}

TEST(KarmadaReleases, StandInTheRegistryOfProfiles) {
  for (const Profile& profile : profiles) {
    EXPECT_EQ(find_profile(profile.name), &profile);
    if (profile.system == System::karmada)
      static_cast<void>(default_options(profile.name));
    else
      EXPECT_THROW(static_cast<void>(default_options(profile.name)), std::logic_error);
  }
  EXPECT_EQ(find_profile("mesos"), nullptr);
}

}  // namespace
}  // namespace firedrill::policy::karmada
