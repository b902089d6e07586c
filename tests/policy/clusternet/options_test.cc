// Flags, gates and settings of Clusternet: defaults, what is refused, what is shown.

#include "policy/clusternet/options.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace firedrill::policy::clusternet {
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

OptionSource with_flag(const char* name, nlohmann::json value) {
  OptionSource source;
  source.flags = {{name, json(std::move(value))}};
  return source;
}

TEST(ClusternetOptions, HaveTheDefaultsOfTheReference) {
  const Options options;
  EXPECT_EQ(options.agent.cluster_status_update_frequency, 3min);
  EXPECT_EQ(options.agent.cluster_status_collect_frequency, 20s);
  EXPECT_EQ(options.controller_manager.threadiness, 10);
  EXPECT_EQ(options.scheduler.process.kube_api_qps, 50);
  EXPECT_EQ(options.scheduler.process.kube_api_burst, 100);
  EXPECT_EQ(options.components.scheduler.percentage_of_clusters_to_tolerate, 10);
  EXPECT_FALSE(options.gates.fail_over);
  EXPECT_TRUE(options.gates.deployer) << "off in the binary, on in the shipped manifests";
  EXPECT_EQ(problems_of({}), "");
}

TEST(ClusternetOptions, TakeTheKeysOfTheConfigurationFileInLowerCaseOnly) {
  OptionSource source;
  source.components = {{"scheduler", {{"percentageofclusterstoscore", json(30)}}}};
  api::Diagnostics diagnostics;
  const Options options = read_options(source, "/controlPlane", diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.render();
  EXPECT_EQ(options.components.scheduler.percentage_of_clusters_to_score, 30);
  source.components = {{"scheduler", {{"percentageOfClustersToScore", json(30)}}}};
  EXPECT_NE(problems_of(source).find("percentageofclusterstoscore"), std::string::npos)
      << problems_of(source);
}

TEST(ClusternetOptions, RefuseAPeriodBelowASecond) {
  EXPECT_NE(
      problems_of(with_flag("cluster-status-update-frequency", "900ms")).find("below a second"),
      std::string::npos);
  api::Diagnostics own;
  static_cast<void>(read_agent_flags({}, {{"cluster-status-update-frequency", json("0s")}},
                                     "/clusters/0/agent/flags", own));
  EXPECT_NE(own.render().find("/clusters/0/agent/flags/cluster-status-update-frequency"),
            std::string::npos);
}

TEST(ClusternetOptions, WarnOfPeriodsThatLetAHealthyClusterLookSilent) {
  const auto warnings = [](nlohmann::json period) {
    api::Diagnostics diagnostics;
    static_cast<void>(read_options(with_flag("cluster-status-update-frequency", std::move(period)),
                                   "/controlPlane", diagnostics));
    EXPECT_TRUE(diagnostics.ok());
    return diagnostics.warning_count();
  };
  EXPECT_EQ(warnings("10s"), 1U);    // 3 * 10 = 30 <= 20 + 10
  EXPECT_EQ(warnings("11s"), 0U);    // 33 > 31
  EXPECT_EQ(warnings("10.9s"), 1U);  // cut to 10: 30 <= 30.9
}

TEST(ClusternetOptions, KnowNoBehaviourSwitches) {
  OptionSource source;
  source.behaviour = {{"karmada#7613", json("before")}};
  EXPECT_NE(problems_of(source).find("unknown behaviour switch"), std::string::npos);
}

TEST(ClusternetOptions, PushNeedsTheGate) {
  OptionSource source = with_flag("cluster-sync-mode", "Push");
  EXPECT_EQ(problems_of(source), "");
  source.feature_gates = {{"AppPusher", false}};
  EXPECT_NE(problems_of(source).find("AppPusher"), std::string::npos);
}

TEST(ClusternetOptions, AreListedAndShown) {
  const EffectiveOptions shown = effective(Options{});
  EXPECT_EQ(shown.flags.at("cluster-status-update-frequency").document(), "3m0s");
  EXPECT_FALSE(shown.flags.contains("cluster-sync-mode")) << "the scenario's cluster says it";
  EXPECT_FALSE(shown.feature_gates.at("FailOver"));
  EXPECT_EQ(shown.components.at("agent").at("collectPhase").document(), "100ms");
  const auto flags = flag_table();
  const auto qps = std::ranges::find(flags, "kube-api-qps", &OptionInfo::name);
  ASSERT_NE(qps, flags.end());
  EXPECT_EQ(qps->components, "agent, controller-manager, scheduler");
  EXPECT_EQ(qps->usual, "50.0");
  EXPECT_EQ(feature_gate_table().size(), 12U);
  EXPECT_FALSE(component_table().empty());
}

}  // namespace
}  // namespace firedrill::policy::clusternet
