/// The pre-flight check: each code where it is true, and not in the scenario next to it. One base
/// without any finding; a row changes as little as it takes. Where a finding says what to set,
/// setting it must be the end of it.

#include "analysis/preflight.h"

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"
#include "preflight_support.h"
#include "scenarios/loader.h"
#include "scenarios/preflight/preflight.h"

namespace firedrill::scenarios {
namespace {

constexpr const char* base = R"({
  "apiVersion": "firedrill/v1", "kind": "Scenario",
  "metadata": {"name": "base"},
  "simulation": {"duration": "10m", "seed": 1},
  "controlPlane": {
    "flags": {"enable-no-execute-taint-eviction": true, "allow-no-execute-taint-policy": true},
    "featureGates": {"Failover": true, "CustomizedClusterResourceModeling": false}
  },
  "clusters": [
    {"name": "a", "region": "eu", "nodes": [{"allocatable": {"cpu": "16", "memory": "64Gi", "pods": "110"}}]},
    {"name": "b", "region": "us", "nodes": [{"allocatable": {"cpu": "16", "memory": "64Gi", "pods": "110"}}]}
  ],
  "objects": [
    {"apiVersion": "policy.karmada.io/v1alpha1", "kind": "ClusterTaintPolicy", "metadata": {"name": "evict"},
     "spec": {"addOnConditions": [{"conditionType": "Ready", "operator": "In", "statusValues": ["False", "Unknown"]}],
              "taints": [{"key": "x.io/down", "effect": "NoExecute"}]}}
  ],
  "workloads": [
    {"name": "web", "replicas": 3, "createAt": "11s", "requests": {"cpu": "500m"},
     "placement": {"replicaScheduling": {
       "replicaSchedulingType": "Divided", "replicaDivisionPreference": "Weighted",
       "weightPreference": {"staticWeightList": [
         {"targetCluster": {"clusterNames": ["a"]}, "weight": 2},
         {"targetCluster": {"clusterNames": ["b"]}, "weight": 1}]}}}}
  ],
  "events": [{"at": "33s", "outage": {"clusters": "a"}}]
})";

Scenario scenario_of(const char* text, const Sets& sets) {
  LoadOptions options;
  options.overrides = sets;
  api::Diagnostics diagnostics;
  auto scenario = load_scenario_text(text, "base.json", options, diagnostics);
  if (!scenario) throw std::invalid_argument(diagnostics.render());
  return *std::move(scenario);
}

struct Row {
  const char* name;
  Sets sets;
  Codes codes;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

/// `profile`: what makes the base one of that profile.
void expect_findings(const Row& row, Sets profile) {
  profile.insert(profile.end(), row.sets.begin(), row.sets.end());
  const Scenario scenario = scenario_of(base, profile);
  const auto findings = preflight_findings(scenario);
  EXPECT_EQ(codes_of(findings), row.codes) << preflight_text(scenario, findings);
  for (const analysis::Finding& finding : findings) {
    EXPECT_FALSE(finding.reason.empty());
    EXPECT_FALSE(finding.remedies.empty());
    EXPECT_FALSE(finding.pointer.empty());
    EXPECT_TRUE(!finding.workloads.empty() || !finding.clusters.empty());
  }
  const Sets told = advice(findings);
  if (told.empty()) return;
  profile.insert(profile.end(), told.begin(), told.end());
  EXPECT_EQ(codes_of(preflight_findings(scenario_of(base, profile))), Codes{});
}

class KarmadaPreflight : public testing::TestWithParam<Row> {};

TEST_P(KarmadaPreflight, FindsExactlyThat) {
  expect_findings(GetParam(), {});
}

const Sets no_policy{"/objects=[]"};
const Sets drained{
    "/objects=[]",
    R"(/events=[{"at":"33s","taint":{"cluster":"a","key":"k","effect":"NoExecute"}}])"};

Sets with(Sets sets, std::initializer_list<std::string> more) {
  sets.insert(sets.end(), more);
  return sets;
}
std::string tolerating(const std::string& toleration) {
  return "/workloads/0/placement/clusterTolerations=[" + toleration + "]";
}
std::string statuses(const std::string& values) {
  return "/objects/0/spec/addOnConditions/0/statusValues=" + values;
}
const std::string third = R"(/clusters/-={"name":"c","region":"eu","nodes":[]})";
const std::string duplicated = "/workloads/0/placement/replicaScheduling=null";
std::string spread(const std::string& constraints) {
  return "/workloads/0/placement/spreadConstraints=" + constraints;
}
const std::string both_clusters =
    spread(R"([{"spreadByField":"cluster","minGroups":2,"maxGroups":2}])");
const std::string state =
    R"("statePreservation":{"rules":[{"aliasLabelName":"id","jsonPath":"{.id}"}]})";
std::string on_cluster_failure(const std::string& mode) {
  return R"(/workloads/0/failover={"cluster":{"purgeMode":")" + mode + R"(",)" + state + "}}";
}
const std::string injection = "/controlPlane/featureGates/StatefulFailoverInjection=true";
const Sets pull{R"(/clusters/0/syncMode=Pull)"};

const std::vector<Row> rows{
    {"Base", {}, {}},
    {"GateOff", {"/controlPlane/featureGates/Failover=false"}, {"FailoverGateOff"}},

    {"FlagOff",
     {"/controlPlane/flags/enable-no-execute-taint-eviction=false"},
     {"EvictionDisabled"}},
    {"FlagOffForTheManager",
     {"/controlPlane/flags/controller-manager~1enable-no-execute-taint-eviction=false"},
     {"EvictionDisabled"}},
    {"NoTaintManager", {"/controlPlane/flags/enable-taint-manager=false"}, {"EvictionDisabled"}},
    {"NoClusterController",
     {R"(/controlPlane/flags/controllers=["*","-cluster"])"},
     {"EvictionDisabled"}},
    {"NoRebalancer", {R"(/controlPlane/flags/controllers=["*","-workloadRebalancer"])"}, {}},

    {"NoPolicy", no_policy, {"NoNoExecuteSource"}},
    {"NoPolicyAllowed",
     {"/objects=[]", "/controlPlane/flags/allow-no-execute-taint-policy=false"},
     {"NoNoExecuteSource"}},
    {"NoPolicyAndNoEvent", {"/objects=[]", "/events=[]"}, {"NoNoExecuteSource"}},
    {"TaintByHand", drained, {}},
    {"TaintByHandElsewhere",
     with(no_policy,
          {R"(/events/-={"at":"5m","taint":{"cluster":"b","key":"k","effect":"NoExecute"}})"}),
     {"NoNoExecuteSource"}},
    {"TaintThatEvictsNobody",
     with(no_policy,
          {R"(/events/-={"at":"5m","taint":{"cluster":"a","key":"k","effect":"NoSchedule"}})"}),
     {"NoNoExecuteSource"}},
    {"TaintedFromTheStart",
     with(no_policy, {R"(/clusters/0/taints=[{"key":"k","effect":"NoExecute"}])"}),
     {"NoOtherCandidate"}},
    {"PolicyThatDoesNotEvict",
     {"/objects/0/spec/taints/0/effect=NoSchedule"},
     {"NoNoExecuteSource"}},
    {"PushIsNeverUnknown", {statuses(R"(["Unknown"])")}, {"NoNoExecuteSource"}},
    {"PullMayBeUnknown", with(pull, {statuses(R"(["Unknown"])")}), {}},
    {"NotTrue", {statuses(R"(["True"])"), "/objects/0/spec/addOnConditions/0/operator=NotIn"}, {}},
    {"UnknownOperator", {"/objects/0/spec/addOnConditions/0/operator=Is"}, {"NoNoExecuteSource"}},
    {"OtherCondition",
     {"/objects/0/spec/addOnConditions/0/conditionType=Disk"},
     {"NoNoExecuteSource"}},
    {"OtherConditionThatComes",
     {"/objects/0/spec/addOnConditions/0/conditionType=Disk",
      R"(/events/-={"at":"5m","condition":{"cluster":"a","type":"Disk","status":"False"}})"},
     {}},
    {"NeverBothAtOnce",
     {R"(/objects/0/spec/addOnConditions/-={"conditionType":"Ready","operator":"In","statusValues":["True"]})"},
     {"NoNoExecuteSource"}},
    {"TakenAwayAtOnce",
     {R"(/objects/0/spec/removeOnConditions=[{"conditionType":"Ready","operator":"NotIn","statusValues":["True"]}])"},
     {"NoNoExecuteSource"}},
    {"PolicyForAnother",
     {R"(/objects/0/spec/targetClusters={"clusterNames":["b"]})"},
     {"NoNoExecuteSource"}},
    {"PolicyForThis", {R"(/objects/0/spec/targetClusters={"clusterNames":["a"]})"}, {}},
    {"PolicyControllerOff",
     {R"(/controlPlane/flags/controllers=["*","-clusterTaintPolicy"])"},
     {"NoNoExecuteSource"}},
    {"PolicyAppliedLater",
     with(
         no_policy,
         {R"(/events/-={"at":"5m","apply":{"apiVersion":"policy.karmada.io/v1alpha1","kind":"ClusterTaintPolicy",)"
          R"("metadata":{"name":"late"},"spec":{"addOnConditions":[{"conditionType":"Ready","operator":"In",)"
          R"("statusValues":["False"]}],"taints":[{"key":"k","effect":"NoExecute"}]}}})"}),
     {}},

    {"Tolerates",
     {tolerating(R"({"key":"x.io/down","operator":"Exists","effect":"NoExecute"})")},
     {"ToleratesForever"}},
    {"ToleratesAll", {tolerating(R"({"operator":"Exists"})")}, {"ToleratesForever"}},
    {"ToleratesForAWhile",
     {tolerating(
         R"({"key":"x.io/down","operator":"Exists","effect":"NoExecute","tolerationSeconds":600})")},
     {}},
    {"ToleratesAnother",
     {tolerating(R"({"key":"x.io/up","operator":"Exists","effect":"NoExecute"})")},
     {}},
    {"ToleratesItsValueOnly",
     {tolerating(R"({"key":"x.io/down","value":"v","effect":"NoExecute"})")},
     {}},
    {"ToleratesSchedulingOnly",
     {tolerating(R"({"key":"x.io/down","operator":"Exists","effect":"NoSchedule"})")},
     {}},
    {"FirstMatchCounts",
     {tolerating(
         R"({"key":"x.io/down","operator":"Exists","tolerationSeconds":5},{"operator":"Exists"})")},
     {}},
    {"ToleratesWhatNobodySets",
     with(no_policy,
          {tolerating(R"({"key":"x.io/down","operator":"Exists","effect":"NoExecute"})")}),
     {"NoNoExecuteSource", "ToleratesForever"}},

    {"Pinned",
     {R"(/workloads/0/placement/clusterAffinity={"clusterNames":["a"]})"},
     {"NoOtherCandidate"}},
    {"PinnedToBoth", {R"(/workloads/0/placement/clusterAffinity={"clusterNames":["a","b"]})"}, {}},
    {"PinnedToNone",
     {R"(/workloads/0/placement/clusterAffinity={"labelSelector":{"matchLabels":{"t":"x"}}})"},
     {"NoOtherCandidate"}},
    {"LabelledLater",
     {R"(/workloads/0/placement/clusterAffinity={"labelSelector":{"matchExpressions":[{"key":"t","operator":"Exists"}]}})",
      R"(/clusters/0/labels={"t":"x"})",
      R"(/events/-={"at":"1m","label":{"cluster":"b","labels":{"t":"x"}}})"},
     {}},
    {"Groups",
     {R"(/workloads/0/placement/clusterAffinities=[{"affinityName":"p","clusterNames":["a"]},{"affinityName":"s","clusterNames":["b"]}])"},
     {}},
    {"EveryClusterLost", {R"(/events/0/outage/clusters=*)"}, {"NoOtherCandidate"}},
    {"OneAfterTheOther", {R"(/events/-={"at":"5m","outage":{"clusters":"b"}})"}, {}},
    {"OtherIsTainted",
     {R"(/clusters/1/taints=[{"key":"k","effect":"NoSchedule"}])"},
     {"NoOtherCandidate"}},
    {"OtherIsTaintedAtFirst",
     {R"(/clusters/1/taints=[{"key":"k","effect":"NoSchedule"}])",
      R"(/events/-={"at":"20s","untaint":{"cluster":"b","key":"k"}})"},
     {}},
    {"OtherLacksTheKind",
     {R"(/clusters/1/apiEnablements=[{"groupVersion":"v1","resources":[{"kind":"ConfigMap"}]}])"},
     {"NoOtherCandidate"}},
    {"OtherJoinsLater",
     {R"(/workloads/0/placement/clusterAffinity={"clusterNames":["a","c"]})",
      R"(/events/-={"at":"20s","join":{"name":"c","nodes":[]}})"},
     {}},

    {"SpreadOverBoth", {duplicated, both_clusters}, {"SpreadUnsatisfiable"}},
    {"SpreadOverTwoOfThree", {duplicated, both_clusters, third}, {}},
    {"SpreadOverMoreThanThereAre",
     {duplicated, spread(R"([{"spreadByField":"cluster","minGroups":3,"maxGroups":3}])")},
     {"SpreadUnsatisfiable"}},
    {"StaticWeightsKnowNoSpread", {both_clusters}, {}},
    {"SpreadWithoutEvents", {duplicated, both_clusters, "/events=[]"}, {"SpreadUnsatisfiable"}},
    {"SpreadOverRegions",
     {duplicated, third,
      spread(
          R"([{"spreadByField":"region","minGroups":2,"maxGroups":2},{"spreadByField":"cluster","minGroups":2,"maxGroups":3}])"),
      R"(/events/0/outage/clusters={"region":"eu"})"},
     {"SpreadUnsatisfiable"}},
    {"SpreadOverRegionsOneClusterLost",
     {duplicated, third,
      spread(
          R"([{"spreadByField":"region","minGroups":2,"maxGroups":2},{"spreadByField":"cluster","minGroups":2,"maxGroups":3}])")},
     {}},

    {"StateWithoutItsGate", with(drained, {on_cluster_failure("Directly")}), {"StateGateOff"}},
    {"State", with(drained, {on_cluster_failure("Directly"), injection}), {}},
    {"StateGracefully",
     with(drained, {on_cluster_failure("Gracefully"), injection}),
     {"StateNeedsDirectly"}},
    {"StateOfAnApplication",
     {R"(/workloads/0/failover={"application":{"purgeMode":"Directly",)" + state + "}}",
      "/workloads/0/propagateDeps=true"},
     {"StateGateOff"}},
    {"StateOfAnApplicationGracefully",
     {R"(/workloads/0/failover={"application":{)" + state + "}}", "/workloads/0/propagateDeps=true",
      injection},
     {"StateNeedsDirectly"}},

    {"Directly",
     {R"(/workloads/0/failover={"cluster":{"purgeMode":"Directly"}})"},
     {"DirectlyBlocksOnUnreachable"}},
    {"DirectlyByFlag",
     {"/controlPlane/flags/no-execute-taint-eviction-purge-mode=Directly"},
     {"DirectlyBlocksOnUnreachable"}},
    {"GracefullyInSpiteOfTheFlag",
     {"/controlPlane/flags/no-execute-taint-eviction-purge-mode=Directly",
      R"(/workloads/0/failover={"cluster":{}})"},
     {}},
    {"DirectlyFromAReadyCluster",
     with(drained, {R"(/workloads/0/failover={"cluster":{"purgeMode":"Directly"}})"}),
     {}},
    {"DirectlyElsewhere",
     {R"(/workloads/0/failover={"cluster":{"purgeMode":"Directly"}})", third,
      R"(/workloads/0/placement/clusterAffinity={"clusterNames":["b","c"]})"},
     {}},

    {"DependsOnWhatStays", {R"(/workloads/0/dependsOn=["ConfigMap/c"])"}, {"PropagateDepsOff"}},
    {"DependsOnWhatFollows",
     {R"(/workloads/0/dependsOn=["ConfigMap/c"])", "/workloads/0/propagateDeps=true"},
     {}},
    {"DependsOnWhatHasItsOwnPolicy",
     {R"(/workloads/0/dependsOn=["ConfigMap/c"])",
      R"(/workloads/-={"name":"c","kind":"ConfigMap"})"},
     {}},
    {"NothingFollowsWithoutTheGate",
     {"/workloads/0/propagateDeps=true", "/controlPlane/featureGates/PropagateDeps=false"},
     {"PropagateDepsOff"}},
    {"NothingIsToFollow", {"/controlPlane/featureGates/PropagateDeps=false"}, {}},

    {"PeriodAboveGrace",
     with(pull, {"/controlPlane/flags/cluster-monitor-period=41s"}),
     {"PeriodExceedsGrace"}},
    {"PeriodAtGrace", with(pull, {"/controlPlane/flags/cluster-monitor-period=40s"}), {}},
    {"PeriodOfPushClusters", {"/controlPlane/flags/cluster-monitor-period=41s"}, {}},
    {"LeaseAboveGrace",
     with(pull, {R"(/clusters/0/agent={"flags":{"cluster-lease-duration":"160s"}})"}),
     {"PeriodExceedsGrace"}},
    {"LeaseBelowGrace",
     with(pull, {R"(/clusters/0/agent={"flags":{"cluster-lease-duration":"150s"}})"}),
     {}},
};

INSTANTIATE_TEST_SUITE_P(Rows, KarmadaPreflight, testing::ValuesIn(rows), [](const auto& row) {
  return std::string(row.param.name);
});

class KairshipPreflight : public testing::TestWithParam<Row> {};

TEST_P(KairshipPreflight, FindsExactlyThat) {
  expect_findings(
      GetParam(),
      {R"(/controlPlane={"profile":"kairship","featureGates":{"Failover":true}})", "/objects=[]",
       R"(/workloads/0/placement/replicaScheduling={"replicaSchedulingType":"Divided","replicaDivisionPreference":"Aggregated"})"});
}

const std::string as_documented = "/controlPlane/profile=kairship-as-documented";

const std::vector<Row> kairship_rows{
    {"Base", {}, {}},
    {"GateOff", {"/controlPlane/featureGates={}"}, {"FailoverGateOff"}},
    {"GateOffForTheProfile",
     {R"(/controlPlane/profiles={"kairship":{"featureGates":{"Failover":false}}})"},
     {"FailoverGateOff"}},
    {"NoTaintManager", {"/controlPlane/flags/enable-taint-manager=false"}, {"EvictionDisabled"}},
    {"Tolerates",
     {tolerating(
         R"({"key":"cluster.karmada.io/not-ready","operator":"Exists","effect":"NoExecute"})")},
     {"ToleratesForever"}},
    {"ToleratesForAWhile",
     {tolerating(
         R"({"key":"cluster.karmada.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":9})")},
     {}},
    {"PushIsNeverUnreachable",
     {tolerating(
         R"({"key":"cluster.karmada.io/unreachable","operator":"Exists","effect":"NoExecute"})")},
     {}},
    {"PullMayBeUnreachable",
     with(
         pull,
         {tolerating(
             R"({"key":"cluster.karmada.io/unreachable","operator":"Exists","effect":"NoExecute"})")}),
     {"ToleratesForever"}},
    {"Pinned",
     {R"(/workloads/0/placement/clusterAffinity={"clusterNames":["a"]})"},
     {"NoOtherCandidate"}},
    {"Duplicated", {duplicated}, {"NotFailoverPlacement"}},
    {"StaticWeights",
     {R"(/workloads/0/placement/replicaScheduling={"replicaSchedulingType":"Divided","replicaDivisionPreference":"Weighted"})"},
     {"NotFailoverPlacement"}},
    {"DynamicWeights",
     {R"(/workloads/0/placement/replicaScheduling={"replicaSchedulingType":"Divided","replicaDivisionPreference":"Weighted",)"
      R"("weightPreference":{"dynamicWeight":"AvailableReplicas"}})"},
     {}},
    {"WithoutReplicas", {R"(/workloads/0={"name":"settings","kind":"ConfigMap"})"}, {}},
    {"AsDocumented", {as_documented}, {"PeriodExceedsGrace"}},
    {"AsDocumentedPull", with(pull, {as_documented}), {"PeriodExceedsGrace", "PeriodExceedsGrace"}},
    {"TheVendorsName", {as_documented, "/controlPlane/flags/ClusterMonitorPeriod=30s"}, {}},
    {"TheVendorsNameAndTooLong",
     {"/controlPlane/flags/ClusterMonitorPeriod=31s"},
     {"PeriodExceedsGrace"}},
    {"TheVendorsTimeout",
     {"/controlPlane/flags/FailoverEvictionTimeout=4s"},
     {"PeriodExceedsGrace"}},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         KairshipPreflight,
                         testing::ValuesIn(kairship_rows),
                         [](const auto& row) { return std::string(row.param.name); });

class ClusternetPreflight : public testing::TestWithParam<Row> {};

TEST_P(ClusternetPreflight, FindsExactlyThat) {
  expect_findings(
      GetParam(),
      {R"(/controlPlane={"profile":"clusternet","featureGates":{"FailOver":true}})", "/objects=[]",
       R"(/workloads/0={"name":"web","replicas":3,"subscribers":[{"clusterAffinity":{},"weight":1}]})"});
}

const Sets divided{"/workloads/0/schedulingStrategy=Dividing",
                   R"(/workloads/0/dividingScheduling={"type":"Static"})"};
std::string heartbeat(const std::string& period) {
  return R"(/controlPlane/flags={"cluster-status-update-frequency":")" + period + R"("})";
}
std::string putting_up_with(const std::string& key) {
  return R"(/workloads/0/clusterTolerations=[{"operator":"Exists","tolerationSeconds":9,"key":")" +
         key + R"("}])";
}

const std::vector<Row> clusternet_rows{
    {"Base", {}, {}},
    {"GateOff", {"/controlPlane/featureGates={}"}, {"FailoverGateOff"}},
    {"Dividing", divided, {"DividingDoesNotMove"}},
    {"DividingWithoutTheGate",
     with(divided, {"/controlPlane/featureGates={}"}),
     {"FailoverGateOff", "DividingDoesNotMove"}},
    {"DividingDynamically",
     {"/workloads/0/schedulingStrategy=Dividing",
      R"(/workloads/0/dividingScheduling={"type":"Dynamic","dynamicDividing":{"strategy":"Spread"}})"},
     {"DividingDoesNotMove"}},
    {"DividingInKarmadasWords",
     {R"(/workloads/0={"name":"web","replicas":3,"placement":{"replicaScheduling":{"replicaSchedulingType":"Divided",)"
      R"("replicaDivisionPreference":"Weighted","weightPreference":{"dynamicWeight":"AvailableReplicas"}}}})"},
     {"DividingDoesNotMove"}},
    {"ReplicatedInKarmadasWords", {R"(/workloads/0={"name":"web","replicas":3})"}, {}},
    {"Tolerates", {putting_up_with("clusters.clusternet.io/unschedulable")}, {"ToleratesForever"}},
    {"ToleratesAnother", {putting_up_with("maintenance")}, {}},
    {"Pinned",
     {R"(/workloads/0/subscribers/0/clusterAffinity={"matchLabels":{"clusters.clusternet.io/cluster-name":"a"}})"},
     {"NoOtherCandidate"}},
    {"PinnedToNone",
     {R"(/workloads/0/subscribers/0/clusterAffinity={"matchLabels":{"t":"x"}})"},
     {"NoOtherCandidate"}},
    {"EveryClusterLost", {R"(/events/0/outage/clusters=*)"}, {"NoOtherCandidate"}},
    {"WholeSubgroup",
     {"/workloads/0/schedulingBySubGroup=true",
      R"(/workloads/0/subscribers/0/subGroupStrategy={"minClusters":2})"},
     {"NoOtherCandidate"}},
    {"HalfASubgroup",
     {"/workloads/0/schedulingBySubGroup=true",
      R"(/workloads/0/subscribers/0/subGroupStrategy={"minClusters":1})"},
     {}},
    {"StatusTooOld", {heartbeat("10s")}, {"PeriodExceedsGrace"}},
    {"StatusNewEnough", {heartbeat("11s")}, {}},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         ClusternetPreflight,
                         testing::ValuesIn(clusternet_rows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Preflight, RowsHaveEveryCode) {
  std::set<std::string> seen;
  for (const auto* some : {&rows, &kairship_rows, &clusternet_rows}) {
    for (const Row& row : *some)
      seen.insert(row.codes.begin(), row.codes.end());
  }
  for (const std::string_view code : analysis::preflight_codes)
    EXPECT_TRUE(seen.contains(std::string(code))) << code;
}

TEST(Preflight, PutsWorkloadsOfOneFindingTogether) {
  const Scenario scenario = scenario_of(
      base, {R"(/workloads/0/placement={"clusterAffinity":{"clusterNames":["a"]}})",
             "/workloads/0/count=40",
             R"(/workloads/-={"name":"db","placement":{"clusterAffinity":{"clusterNames":["a"]}}})",
             R"(/workloads/-={"name":"free"})"});
  const auto findings = preflight_findings(scenario);
  ASSERT_EQ(codes_of(findings), Codes{"NoOtherCandidate"});
  EXPECT_EQ(findings.front().workloads.size(), 41U);
  EXPECT_EQ(findings.front().clusters, std::vector<std::string>{"a"});
  EXPECT_EQ(preflight_text(scenario, findings),
            "pre-flight: 41 of 42 workloads can't move when a cluster fails\n"
            "  NoOtherCandidate: Deployment/default/web-0, Deployment/default/web-1, "
            "Deployment/default/web-2 and 38 more\n"
            "    may run in a only\n"
            "    change: /workloads/0/placement: another cluster in the affinity, or a toleration "
            "without tolerationSeconds, to stay\n"
            "    change: /workloads/1/placement: another cluster in the affinity, or a toleration "
            "without tolerationSeconds, to stay\n");
}

TEST(Preflight, NamesWhereTheSettingStandsOfPastedPolicies) {
  const Scenario scenario = scenario_of(
      base,
      {"/workloads=[]",
       R"(/objects/-={"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"foo"},"spec":{"replicas":1,)"
       R"("selector":{"matchLabels":{"app":"foo"}},"template":{"metadata":{"labels":{"app":"foo"}},)"
       R"("spec":{"containers":[{"name":"foo","image":"nginx"}]}}}})",
       R"(/objects/-={"apiVersion":"policy.karmada.io/v1alpha1","kind":"PropagationPolicy","metadata":{"name":"foo"},)"
       R"("spec":{"resourceSelectors":[{"apiVersion":"apps/v1","kind":"Deployment","name":"foo"}],)"
       R"("placement":{"clusterTolerations":[{"operator":"Exists"}]}}})"});
  const auto findings = preflight_findings(scenario);
  ASSERT_EQ(codes_of(findings), Codes{"ToleratesForever"});
  EXPECT_EQ(findings.front().pointer, "/objects/2/spec/placement/clusterTolerations/0");
}

}  // namespace
}  // namespace firedrill::scenarios
