// One file under several profiles: whose settings count, what is left out, what is mapped.

#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "scenarios/loader.h"

namespace firedrill::scenarios {
namespace {

using namespace std::chrono_literals;

/// A scenario of two clusters with that control plane and those further parts.
std::string with(const std::string& control_plane, const std::string& parts) {
  return R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "test"},
             "simulation": {"duration": "10m", "seed": 7}, "controlPlane": {)" +
         control_plane + R"(}, "clusters": [{"name": "member1"}, {"name": "member2"}])" +
         (parts.empty() ? "" : ", " + parts) + "}";
}

struct Loaded {
  std::optional<Scenario> scenario;
  std::string report;
};

Loaded load(const std::string& text, const std::string& profile = "") {
  LoadOptions options;
  options.profile = profile;
  api::Diagnostics diagnostics;
  Loaded loaded;
  loaded.scenario = load_scenario_text(text, "test.json", options, diagnostics);
  loaded.report = diagnostics.render();
  return loaded;
}

const policy::clusternet::Options& clusternet_options(const Loaded& loaded) {
  return std::get<policy::clusternet::Options>(loaded.scenario->world.options);
}

TEST(Profiles, SettingsForOneLieOverTheSharedOnes) {
  const std::string text =
      with(R"("profile": "karmada", "flags": {"cluster-status-update-frequency": "20s"},
              "profiles": {"clusternet": {"flags": {"cluster-status-update-frequency": "30s"},
                                          "featureGates": {"FailOver": true}}})",
           "");
  const Loaded karmada = load(text);
  ASSERT_TRUE(karmada.scenario) << karmada.report;
  EXPECT_EQ(karmada.report, "");
  const auto& options = std::get<policy::karmada::Options>(karmada.scenario->world.options);
  EXPECT_EQ(options.controller_manager.cluster_status_update_frequency, 20s);
  const Loaded clusternet = load(text, "clusternet");
  ASSERT_TRUE(clusternet.scenario) << clusternet.report;
  EXPECT_EQ(clusternet.report, "");
  EXPECT_EQ(clusternet.scenario->world.control_plane.profile, "clusternet");
  EXPECT_EQ(clusternet_options(clusternet).agent.cluster_status_update_frequency, 30s);
  EXPECT_TRUE(clusternet_options(clusternet).gates.fail_over);
}

TEST(Profiles, AFlagOfOnesOwnWinsOverThatOfAComponent) {
  const Loaded loaded = load(with(R"("flags": {"agent/cluster-failure-threshold": "10s"},
                   "profiles": {"karmada": {"flags": {"cluster-failure-threshold": "50s"}}})",
                                  ""));
  ASSERT_TRUE(loaded.scenario) << loaded.report;
  const auto& options = std::get<policy::karmada::Options>(loaded.scenario->world.options);
  EXPECT_EQ(options.agent.cluster_failure_threshold, 50s);
}

TEST(Profiles, WhatOnlyOthersKnowIsLeftOutUnderAnotherProfile) {
  const std::string text =
      with(R"("flags": {"cluster-monitor-period": "5s", "agent/cluster-failure-threshold": "10s"},
              "featureGates": {"Failover": true}, "behaviour": {"karmada#7613": "before"},
              "components": {"taint-manager": {"evictionWorkers": 1}})",
           R"("objects": [{"apiVersion": "policy.karmada.io/v1alpha1", "kind": "ClusterTaintPolicy",
               "metadata": {"name": "evict"}, "spec": {"taints": [{"key": "a",
               "effect": "NoSchedule"}]}}],
              "workloads": [{"name": "web", "failover": {"cluster": {"purgeMode": "Directly"}}}],
              "events": [{"at": "1m", "id": "x", "component": {"name": "descheduler",
               "state": "down"}}, {"at": "2m", "end": "x"},
               {"at": "3m", "scale": {"workload": "default/web", "replicas": 3}}])");
  const Loaded loaded = load(text, "clusternet");
  ASSERT_TRUE(loaded.scenario) << loaded.report;
  EXPECT_NE(loaded.report.find("profile clusternet leaves out what it doesn't know: "
                               "agent/cluster-failure-threshold, cluster-monitor-period, Failover, "
                               "taint-manager.evictionWorkers, karmada#7613"),
            std::string::npos)
      << loaded.report;
  for (const char* what : {"ClusterTaintPolicy", "counterpart of failover", "descheduler"}) {
    const std::string words = "profile clusternet has no " + std::string(what);
    EXPECT_NE(loaded.report.find(words + ", so it is left out"), std::string::npos) << what;
  }
  const models::WorldSpec& world = loaded.scenario->world;
  EXPECT_TRUE(world.taint_policies.empty());
  ASSERT_EQ(world.events.size(), 1U) << "what ends nothing goes, too";
  EXPECT_EQ(world.events[0].pointer, "/events/2");
}

TEST(Profiles, ANameThatNobodyKnowsStaysAnError) {
  const Loaded loaded = load(with(R"("flags": {"cluster-monitr-period": "5s"})", ""), "clusternet");
  EXPECT_FALSE(loaded.scenario);
  EXPECT_NE(loaded.report.find("unknown flag \"cluster-monitr-period\""), std::string::npos)
      << loaded.report;
}

TEST(Profiles, AWorkloadGetsASubscriptionOfItsOwn) {
  const Loaded loaded =
      load(with(R"("profile": "clusternet")",
                R"("workloads": [{"name": "web", "namespace": "shop", "count": 2, "priority": 3,
               "createAt": "5s", "placement": {"clusterAffinity": {"clusterNames": ["member2"]}}}])"));
  ASSERT_TRUE(loaded.scenario) << loaded.report;
  const models::WorldSpec& world = loaded.scenario->world;
  ASSERT_EQ(world.subscriptions.size(), 2U);
  const auto& subscription = *world.subscriptions[1].object;
  EXPECT_EQ(subscription.metadata.key(), (api::Key{"shop", "web-1-deployment"}));
  EXPECT_EQ(world.workloads[1].subscription, subscription.metadata.key());
  EXPECT_EQ(world.subscriptions[1].create_at, 5s);
  EXPECT_EQ(subscription.spec.priority, 3);
  EXPECT_EQ(feed_key(subscription.spec.feeds.at(0)), "apps/v1/Deployment/shop/web-1");
}

TEST(Profiles, APastedSubscriptionFeedsWhatItNames) {
  const std::string text =
      with(R"("profile": "clusternet")",
           R"("objects": [{"apiVersion": "apps.clusternet.io/v1alpha1", "kind": "Subscription",
               "metadata": {"name": "both", "namespace": "team"}, "spec": {"schedulingStrategy":
               "Dividing", "dividingScheduling": {"type": "Static"}, "subscribers":
               [{"clusterAffinity": {}, "weight": 1}], "feeds": [
               {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "web"},
               {"apiVersion": "v1", "kind": "ConfigMap", "namespace": "shop", "name": "web"}]}},
               {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web",
               "namespace": "shop"}}],
              "workloads": [{"name": "web", "namespace": "shop", "createAt": "9s"}])");
  const Loaded clusternet = load(text);
  ASSERT_TRUE(clusternet.scenario) << clusternet.report;
  EXPECT_EQ(clusternet.report, "");
  const models::WorldSpec& world = clusternet.scenario->world;
  ASSERT_EQ(world.subscriptions.size(), 1U);
  EXPECT_EQ(world.subscriptions[0].create_at, 0s) << "the ConfigMap is there from the start";
  for (const models::WorkloadInstance& workload : world.workloads)
    EXPECT_EQ(workload.subscription, (api::Key{"team", "both"})) << workload.full_name();
  const Loaded karmada = load(text, "karmada");
  ASSERT_TRUE(karmada.scenario) << karmada.report;
  const api::Placement& placement = karmada.scenario->world.workloads[0].spec->placement;
  EXPECT_EQ(placement.scheduling_type(), api::scheduling_divided);
  EXPECT_EQ(karmada.scenario->world.workloads[1].spec->placement.scheduling_type(),
            api::scheduling_duplicated);
}

TEST(Profiles, APastedManagedClusterCompletesTheEntryOfItsName) {
  const Loaded loaded = load(
      with(R"("profile": "clusternet")",
           R"("objects": [{"apiVersion": "clusters.clusternet.io/v1beta1", "kind": "ManagedCluster",
               "metadata": {"name": "member2", "namespace": "clusternet-dhxfs",
               "labels": {"tier": "gold"}}, "spec": {"syncMode": "Dual",
               "clusterId": "dc91021d-2361-4f6d-a404-7c33b9e01118",
               "taints": [{"key": "slow", "effect": "PreferNoSchedule"}]}}])"));
  ASSERT_TRUE(loaded.scenario) << loaded.report;
  const models::ClusterSpec& plain = loaded.scenario->world.clusters[0];
  EXPECT_EQ(plain.space, "clusternet-member1");
  EXPECT_EQ(plain.labels.at(std::string(policy::clusternet::label_cluster_name)), "member1");
  const models::ClusterSpec& merged = loaded.scenario->world.clusters[1];
  EXPECT_EQ(merged.space, "clusternet-dhxfs");
  EXPECT_EQ(merged.cluster_id, "dc91021d-2361-4f6d-a404-7c33b9e01118");
  EXPECT_EQ(merged.sync_mode, models::SyncMode::dual);
  EXPECT_EQ(merged.labels.at("tier"), "gold");
  ASSERT_EQ(merged.taints.size(), 1U);
}

TEST(Profiles, WarnOfWhatClusternetTakesThoughNothingComesOfIt) {
  const Loaded loaded = load(with(R"("profile": "clusternet")",
                                  R"("workloads": [{"name": "web", "schedulingStrategy": "Dividing",
                    "subscribers": [{"clusterAffinity": {}}]}])"));
  ASSERT_TRUE(loaded.scenario) << loaded.report;
  EXPECT_NE(loaded.report.find("Dividing without dividingScheduling is retried for ever"),
            std::string::npos)
      << loaded.report;
}

}  // namespace
}  // namespace firedrill::scenarios
