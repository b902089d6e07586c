// What a valid scenario is turned into.

#include "scenarios/loader.h"

#include <string>

#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"

namespace firedrill::scenarios {
namespace {

using namespace std::chrono_literals;

/// The parts of a scenario after its clusters, in a file with member1 and member2.
std::string with(const std::string& parts) {
  return R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "test"},
             "simulation": {"duration": "10m", "seed": 7},
             "clusters": [{"name": "member1", "region": "eu"}, {"name": "member2", "region": "us"}])" +
         (parts.empty() ? "" : ", " + parts) + "}";
}

Scenario load(const std::string& text) {
  api::Diagnostics diagnostics;
  auto scenario = load_scenario_text(text, "test.json", {}, diagnostics);
  EXPECT_TRUE(scenario.has_value()) << diagnostics.render();
  return scenario.value_or(Scenario{});
}

std::string problems(const std::string& text) {
  api::Diagnostics diagnostics;
  static_cast<void>(load_scenario_text(text, "test.json", {}, diagnostics));
  return diagnostics.render();
}

TEST(ScenarioLoader, FillsInWhatIsNotSaid) {
  const Scenario scenario = load(with(R"("workloads": [{"name": "web"}])"));
  const models::WorldSpec& world = scenario.world;
  EXPECT_EQ(world.duration, 10min);
  EXPECT_EQ(world.seed, 7U);
  EXPECT_EQ(world.control_plane.profile, "karmada");
  EXPECT_EQ(world.options, models::SystemOptions(policy::karmada::Options{}));
  ASSERT_EQ(world.workloads.size(), 1U);
  EXPECT_EQ(world.workloads[0].full_name(), "Deployment/default/web");
  EXPECT_EQ(world.workloads[0].spec->api_version, "apps/v1");
  EXPECT_EQ(world.workloads[0].spec->replicas, 1);
  EXPECT_EQ(world.workloads[0].policy, "web");
  EXPECT_TRUE(scenario.metadata.calm_twin);
}

TEST(ScenarioLoader, ExpandsTemplatesAndCounts) {
  const Scenario scenario = load(R"({
    "apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "test"},
    "simulation": {"duration": "1h"},
    "clusters": [{"name": "hub"}, {"template": {"region": "eu"}, "count": 3, "namePrefix": "edge-"}],
    "workloads": [{"name": "web", "namespace": "shop", "count": 2, "replicas": 5}]})");
  ASSERT_EQ(scenario.world.clusters.size(), 4U);
  EXPECT_EQ(scenario.world.clusters[3].name, "edge-2");
  EXPECT_EQ(scenario.world.clusters[3].region, "eu");
  ASSERT_EQ(scenario.world.workloads.size(), 2U);
  EXPECT_EQ(scenario.world.workloads[1].full_name(), "Deployment/shop/web-1");
  EXPECT_EQ(scenario.world.workloads[1].pointer, "/workloads/0");
  EXPECT_EQ(scenario.world.workloads[0].spec, scenario.world.workloads[1].spec) << "shared";
  EXPECT_NE(scenario.world.workloads[0].uid, scenario.world.workloads[1].uid);
}

TEST(ScenarioLoader, DerivesUidsFromSeedAndNameAlone) {
  const std::string one = R"("workloads": [{"name": "web"}])";
  const std::string two = R"("workloads": [{"name": "api"}, {"name": "web"}])";
  EXPECT_EQ(load(with(one)).world.workloads[0].uid, load(with(two)).world.workloads[1].uid);
  EXPECT_EQ(load(with(one)).world.workloads[0].uid.size(), 36U);
}

TEST(ScenarioLoader, GivesKindsWithoutReplicasNone) {
  const Scenario scenario = load(with(
      R"("workloads": [{"name": "viewer", "kind": "ClusterRole"},
                       {"name": "job", "kind": "FlinkDeployment", "apiVersion": "flink.apache.org/v1beta1"}])"));
  EXPECT_EQ(scenario.world.workloads[0].full_name(), "ClusterRole//viewer");
  EXPECT_EQ(scenario.world.workloads[0].spec->replicas, 0);
  EXPECT_EQ(scenario.world.workloads[1].spec->replicas, 0);
}

TEST(ScenarioLoader, AdmitsPlacementsAsTheWebhookWould) {
  const Scenario scenario = load(with(R"("workloads": [{"name": "web", "placement": {
      "replicaScheduling": {"replicaSchedulingType": "Divided"},
      "spreadConstraints": [{"maxGroups": 1}]}}])"));
  const api::Placement& placement = scenario.world.workloads[0].spec->placement;
  EXPECT_EQ(placement.replica_scheduling->preference, "Weighted");
  EXPECT_EQ(placement.spread_constraints.at(0).field, "cluster");
  EXPECT_EQ(placement.spread_constraints.at(0).min_groups, 1);
}

std::string deployment(const std::string& name, const std::string& spec) {
  return R"({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": ")" + name +
         R"(", "namespace": "shop", "labels": {"app": "shop"}}, "spec": )" + spec + "}";
}

std::string policy(const std::string& name, const std::string& rest) {
  return R"({"apiVersion": "policy.karmada.io/v1alpha1", "kind": "PropagationPolicy",
             "metadata": {"name": ")" +
         name + R"(", "namespace": "shop"}, "spec": {)" + rest + "}}";
}

TEST(ScenarioLoader, TakesPastedManifestsForWorkloads) {
  const Scenario scenario = load(with(
      R"("objects": [)" + deployment("web", R"({"replicas": 4, "template": {"spec": {"priority": 9,
          "initContainers": [{"name": "i", "resources": {"requests": {"cpu": "2"}}}],
          "containers": [{"name": "a", "image": "nginx", "resources": {"requests": {"cpu": "500m"}, "limits": {"cpu": "9"}}},
                         {"name": "b", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]}}})") +
      "," +
      policy("gold", R"("resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment"}],
          "placement": {"clusterAffinity": {"clusterNames": ["member1"]}}, "propagateDeps": true)") +
      "]"));
  ASSERT_EQ(scenario.world.workloads.size(), 1U);
  const models::WorkloadInstance& web = scenario.world.workloads[0];
  EXPECT_EQ(web.full_name(), "Deployment/shop/web");
  EXPECT_EQ(web.policy, "gold");
  EXPECT_EQ(web.pointer, "/objects/0");
  EXPECT_EQ(web.spec->replicas, 4);
  EXPECT_EQ(web.spec->priority, 9);
  EXPECT_EQ(web.spec->requests.at("cpu").text(), "2") << "the init container asks for most";
  EXPECT_EQ(web.spec->requests.at("memory").text(), "1Gi");
  EXPECT_EQ(web.spec->placement.cluster_affinity->cluster_names.at(0), "member1");
  EXPECT_TRUE(web.spec->propagate_deps);
}

TEST(ScenarioLoader, TakesWhatPodTemplatesAskOfNodes) {
  const Scenario scenario = load(with(
      R"("objects": [)" + deployment("web", R"({"template": {"spec": {"priorityClassName": "gold",
          "nodeSelector": {"disk": "fast"}, "tolerations": [{"key": "gpu", "operator": "Exists"}],
          "affinity": {"nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
              {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}]},
            "preferredDuringSchedulingIgnoredDuringExecution": []}},
          "containers": [{"name": "a", "resources": {"limits": {"cpu": "2", "memory": "1Gi"},
                                                     "requests": {"cpu": "1"}}}]}}})") +
      "," +
      policy("gold", R"("resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment"}])") +
      "]"));
  ASSERT_EQ(scenario.world.workloads.size(), 1U);
  const models::WorkloadSpec& web = *scenario.world.workloads[0].spec;
  EXPECT_EQ(web.requests.at("cpu").text(), "1");
  EXPECT_EQ(web.requests.at("memory").text(), "1Gi") << "a limit stands for a missing request";
  EXPECT_EQ(web.priority_class_name, "gold");
  ASSERT_TRUE(web.node_claim.has_value());
  EXPECT_EQ(web.node_claim->node_selector.at("disk"), "fast");
  EXPECT_EQ(web.node_claim->tolerations.at(0).key, "gpu");
  EXPECT_EQ(web.node_claim->hard_node_affinity->terms.at(0).match_expressions.at(0).key, "zone");
}

TEST(ScenarioLoader, CountsTheReplicasOfComponents) {
  const std::string components = R"("workloads": [{"name": "job", "kind": "Flink",
      "apiVersion": "x.io/v1", "components": [{"name": "a", "replicas": 1},
                                              {"name": "b", "replicas": 3}]}])";
  const Scenario scenario = load(with(components));
  EXPECT_EQ(models::total_replicas(*scenario.world.workloads.at(0).spec), 4);
  EXPECT_NE(problems(with(components)).find("without their gate"), std::string::npos);
}

TEST(ScenarioLoader, LetsPriorityThenClosenessThenNameDecideBetweenPolicies) {
  const std::string all =
      R"("resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment"}])";
  const std::string labelled =
      R"("resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment",
      "labelSelector": {"matchLabels": {"app": "shop"}}}])";
  const std::string named =
      R"("resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}])";
  const auto winner = [](const std::string& policies) {
    return load(with(R"("objects": [)" + deployment("web", "{}") + "," + policies + "]"))
        .world.workloads.at(0)
        .policy;
  };
  EXPECT_EQ(winner(policy("b", all) + "," + policy("a", all)), "a");
  EXPECT_EQ(winner(policy("a", all) + "," + policy("b", labelled)), "b");
  EXPECT_EQ(winner(policy("a", labelled) + "," + policy("b", named)), "b");
  EXPECT_EQ(winner(policy("a", named) + "," + policy("b", all + R"(, "priority": 1)")), "b");
}

TEST(ScenarioLoader, WarnsOfTemplatesThatNoPolicySelects) {
  const std::string report = problems(with(R"("objects": [)" + deployment("web", "{}") + "]"));
  EXPECT_NE(report.find("/objects/0: warning: no policy selects this Deployment"),
            std::string::npos)
      << report;
}

TEST(ScenarioLoader, WarnsOfEventsThatTheProfileNeverWrites) {
  const std::string foreign = problems(with(R"("expect": [{"never": {"kind": "BindingScheduled"}},
                         {"order": [{"kind": "TaintAdded"}, {"kind": "HeartbeatLost"}]}])"));
  EXPECT_NE(foreign.find("/expect/1/order/1/kind: warning: can never match: profile karmada writes "
                         "no event of this kind"),
            std::string::npos)
      << foreign;
  EXPECT_EQ(foreign.find("/expect/0"), std::string::npos) << foreign;
  EXPECT_EQ(foreign.find("/expect/1/order/0"), std::string::npos) << foreign;
}

TEST(ScenarioLoader, WarnsOfUnknownKeysInPastedObjectsOnly) {
  const std::string report = problems(
      with(R"("objects": [)" + policy("p", R"("resourceSelectors": [], "placment": {})") + "]"));
  EXPECT_NE(report.find("warning"), std::string::npos) << report;
  EXPECT_NE(report.find("/objects/0/spec/placment"), std::string::npos) << report;
}

TEST(ScenarioLoader, FindsEveryMistakeInOneGo) {
  const std::string report = problems(with(
      R"("controlPlane": {"flags": {"cluster-monitor-perod": "5s"}, "featureGates": {"Fallover": true}},
         "workloads": [{"name": "web", "failover": {"cluster": {"purgeMode": "Never"}}}],
         "events": [{"at": "1m", "outage": {"clusters": "member3"}},
                    {"at": "1m", "scale": {"workload": "default/wep", "replicas": 1}}])"));
  for (const char* part :
       {"/controlPlane/flags/cluster-monitor-perod", "/controlPlane/featureGates/Fallover",
        "/workloads/0/failover/cluster/purgeMode", "/events/0/outage/clusters",
        "/events/1/scale/workload"}) {
    EXPECT_NE(report.find(part), std::string::npos) << part << " in\n" << report;
  }
}

TEST(ScenarioLoader, SelectsClustersInEveryForm) {
  const auto selected = [](const std::string& selector) {
    const Scenario scenario =
        load(with(R"("events": [{"at": "1m", "outage": {"clusters": )" + selector + "}}]"));
    const auto& outage = std::get<models::OutageEvent>(scenario.world.events.at(0).action);
    std::string names;
    for (const std::size_t i : models::select_clusters(outage.clusters, scenario.world.clusters)) {
      names += scenario.world.clusters[i].name + " ";
    }
    return names;
  };
  EXPECT_EQ(selected(R"("*")"), "member1 member2 ");
  EXPECT_EQ(selected(R"("member2")"), "member2 ");
  EXPECT_EQ(selected(R"("*1")"), "member1 ");
  EXPECT_EQ(selected(R"(["member2", "member1"])"), "member1 member2 ");
  EXPECT_EQ(selected(R"({"region": "us"})"), "member2 ");
  EXPECT_EQ(selected(R"({"fraction": 0.5})"), "member1 ");
  EXPECT_EQ(selected(R"({"fraction": 0.51, "pick": "first"})"), "member1 member2 ");
}

TEST(ScenarioLoader, KnowsClustersThatJoinLater) {
  const Scenario scenario = load(with(R"("events": [
      {"at": "1m", "join": {"name": "member3"}},
      {"at": "2m", "taint": {"cluster": "member3", "key": "k", "effect": "NoExecute"}},
      {"at": "3m", "untaint": {"cluster": "member3", "key": "k"}},
      {"at": "4m", "unjoin": {"cluster": "member3"}}])"));
  ASSERT_EQ(scenario.world.events.size(), 4U);
  EXPECT_EQ(scenario.world.events[2].pointer, "/events/2");
}

TEST(ScenarioLoader, TypesTheObjectsThatAreApplied) {
  const Scenario scenario = load(with(R"("workloads": [{"name": "web"}], "events": [
      {"at": "1m", "apply": {"apiVersion": "policy.karmada.io/v1alpha1", "kind": "ClusterTaintPolicy",
        "metadata": {"name": "t"}, "spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}}},
      {"at": "2m", "apply": {"apiVersion": "policy.karmada.io/v1alpha1", "kind": "PropagationPolicy",
        "metadata": {"name": "web"}, "spec": {"placement": {"clusterAffinity": {"clusterNames": ["member2"]}}}}},
      {"at": "3m", "delete": {"kind": "ClusterTaintPolicy", "name": "t"}},
      {"at": "4m", "patch": {"kind": "ResourceBinding", "namespace": "default", "name": "web-deployment",
        "patch": {"spec": {"suspension": {"scheduling": true}}}}}])"));
  const auto& taints = std::get<models::ApplyEvent>(scenario.world.events.at(0).action);
  EXPECT_TRUE(std::holds_alternative<api::ClusterTaintPolicy>(taints.typed.value()));
  const auto& policy = std::get<models::ApplyEvent>(scenario.world.events.at(1).action);
  EXPECT_TRUE(std::holds_alternative<api::PropagationPolicy>(policy.typed.value()));
}

TEST(ScenarioLoader, RefusesPatchesThatDoNotFitTheObject) {
  const std::string report = problems(with(R"("workloads": [{"name": "web"}], "events": [
      {"at": "4m", "patch": {"kind": "ResourceBinding", "namespace": "default", "name": "web-deployment",
        "patch": {"spec": {"replicas": "two"}}}}])"));
  EXPECT_NE(report.find("/events/0/patch/patch/spec/replicas"), std::string::npos) << report;
}

TEST(ScenarioLoader, NamesTheDocumentByItsEffectiveText) {
  const std::string text = with(R"("workloads": [{"name": "web"}])");
  const std::string spaced = "// A comment.\n" + text + "\n\n";
  EXPECT_EQ(load(text).sha256, load(spaced).sha256);
  EXPECT_NE(load(text).sha256, load(with("")).sha256);
}

TEST(ScenarioLoader, SetsFlagsForOneComponentAfterThoseForAll) {
  const Scenario scenario = load(with(R"("controlPlane": {"flags": {
      "agent/cluster-failure-threshold": "1m", "cluster-failure-threshold": "20s"}})"));
  const auto& options = std::get<policy::karmada::Options>(scenario.world.options);
  EXPECT_EQ(options.agent.cluster_failure_threshold, 1min);
  EXPECT_EQ(options.controller_manager.cluster_failure_threshold, 20s);
}

}  // namespace
}  // namespace firedrill::scenarios
