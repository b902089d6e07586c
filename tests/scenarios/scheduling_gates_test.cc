// What the scheduler's feature gates and the estimators' claims change, from the file to the
// timeline: each world is played with its gate and without.

#include <string>

#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {
namespace {

/// Two clusters of 8 CPUs, told apart by name alone, and what else `parts` say.
std::string world(const std::string& control_plane, const std::string& parts) {
  return R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "test"},
    "simulation": {"duration": "3m", "seed": 7}, "controlPlane": {)" +
         control_plane + "}, " + parts + "}";
}

const std::string two_clusters = R"("clusters": [
    {"name": "member1", "nodes": [{"allocatable": {"cpu": "8", "memory": "64Gi", "pods": "110"}}]},
    {"name": "member2", "nodes": [{"allocatable": {"cpu": "8", "memory": "64Gi", "pods": "110"}}]}])";

std::string gate(const std::string& name, bool on) {
  return R"("featureGates": {"CustomizedClusterResourceModeling": false, ")" + name +
         "\": " + (on ? "true" : "false") + "}";
}

/// Plays it and fails for each expectation that does not hold.
void play(const std::string& text) {
  api::Diagnostics diagnostics;
  const auto scenario = load_scenario_text(text, "test.json", {}, diagnostics);
  ASSERT_TRUE(scenario.has_value()) << diagnostics.render();
  const RunResult result = run(*scenario);
  EXPECT_FALSE(result.verdicts.empty());
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    const analysis::Verdict& verdict = result.verdicts[i];
    EXPECT_TRUE(verdict.passed) << "expectation " << i << ": expected " << verdict.expected
                                << ", got " << verdict.actual;
  }
}

std::string aggregated(const std::string& more = "") {
  return R"("placement": {"replicaScheduling": {"replicaSchedulingType": "Divided",
            "replicaDivisionPreference": "Aggregated"})" +
         more + "}";
}

std::string expecting(const std::string& expectations) {
  return R"(, "expect": [)" + expectations + "]";
}

std::string assigned(const std::string& workload, const std::string& clusters) {
  return R"({"at": "2m", "workload": "default/)" + workload + R"(", "assignedReplicas": {)" +
         clusters + "}}";
}

TEST(WorkloadAffinity, KeepsApartWhatIsScheduledAtOneInstant) {
  const std::string apart =
      aggregated(R"(, "workloadAffinity": {"antiAffinity": {"groupByLabelKey": "app"}})");
  const auto text = [&apart](bool on) {
    // With latencies the second is scheduled before the watch tells of the first.
    return world(gate("WorkloadAffinity", on) + R"(, "latency": {"preset": "reference"})",
                 two_clusters + R"(, "workloads": [
      {"name": "a", "createAt": "11s", "requests": {"cpu": "1"}, "labels": {"app": "x"}, )" +
                     apart + R"(},
      {"name": "b", "createAt": "11s", "requests": {"cpu": "1"}, "labels": {"app": "x"}, )" +
                     apart + R"(},
      {"name": "c", "createAt": "11s", "requests": {"cpu": "1"}, "labels": {"app": "y"}, )" +
                     apart + "}]" +
                     expecting(assigned("a", R"("member1": 1)") + ", " +
                               assigned("b", on ? R"("member2": 1)" : R"("member1": 1)") + ", " +
                               assigned("c", R"("member1": 1)")));
  };
  play(text(true));
  play(text(false));
}

TEST(WorkloadAffinity, BringsTogether) {
  const std::string together = R"(, "workloadAffinity": {"affinity": {"groupByLabelKey": "app"}})";
  const auto text = [&together](bool on) {
    return world(
        gate("WorkloadAffinity", on),
        two_clusters + R"(, "workloads": [
      {"name": "a", "createAt": "11s", "requests": {"cpu": "1"}, "labels": {"app": "x"}, )" +
            aggregated(R"(, "clusterAffinity": {"clusterNames": ["member2"]})" + together) +
            R"(},
      {"name": "b", "createAt": "20s", "requests": {"cpu": "1"}, "labels": {"app": "x"}, )" +
            aggregated(together) + "}]" +
            expecting(assigned("b", on ? R"("member2": 1)" : R"("member1": 1)")));
  };
  play(text(true));
  play(text(false));
}

TEST(Components, FailOverAsAWholeToWhereASetFits) {
  const std::string text = world(
      R"("flags": {"enable-no-execute-taint-eviction": true, "allow-no-execute-taint-policy": true},
         "featureGates": {"Failover": true, "CustomizedClusterResourceModeling": false,
                          "MultiplePodTemplatesScheduling": true})",
      R"("clusters": [
        {"name": "member1", "nodes": [{"count": 2, "allocatable": {"cpu": "4", "pods": "110"}}]},
        {"name": "member2", "nodes": [{"count": 1, "allocatable": {"cpu": "4", "pods": "110"}}]},
        {"name": "member3", "nodes": [{"count": 2, "allocatable": {"cpu": "4", "pods": "110"}}]}],
      "objects": [{"apiVersion": "policy.karmada.io/v1alpha1", "kind": "ClusterTaintPolicy",
        "metadata": {"name": "evict"}, "spec": {
          "addOnConditions": [{"conditionType": "Ready", "operator": "In",
                               "statusValues": ["False", "Unknown"]}],
          "taints": [{"key": "not-running", "effect": "NoExecute"}]}}],
      "workloads": [{"name": "flink", "apiVersion": "flink.apache.org/v1beta1",
        "kind": "FlinkDeployment", "createAt": "11s",
        "components": [
          {"name": "jobManager", "replicas": 1,
           "replicaRequirements": {"resourceRequest": {"cpu": "2"}}},
          {"name": "taskManager", "replicas": 3,
           "replicaRequirements": {"resourceRequest": {"cpu": "1"}}}], )" +
          aggregated(R"(, "spreadConstraints": [{"spreadByField": "cluster", "minGroups": 1,
                                                 "maxGroups": 1}])") +
          R"(, "behaviour": {"startup": "5s"}}],
      "events": [{"at": "33s", "outage": {"clusters": "member1"}}])" +
          expecting(
              R"({"event": {"kind": "PodsReady", "cluster": "member1", "total": 4},
                  "within": {"after": "15.9s", "before": "16.1s"}},
                 {"event": {"kind": "GracefulEvictionTaskAdded", "cluster": "member1"}, "count": 1},
                 {"event": {"kind": "BindingScheduled", "clusters": {"member3": 0}}, "count": 1},
                 {"event": {"kind": "PodsReady", "cluster": "member3", "total": 4}, "count": 1},
                 {"never": {"kind": "WorkCreated", "cluster": "member2"}},
                 {"never": {"kind": "PodsPending"}})"));
  play(text);
}

TEST(NodeClaims, TheAccurateEstimatorCountsNodesThatTheClaimAdmits) {
  const auto text = [](bool accurate) {
    return world(gate("Failover", false) + R"(, "flags": {"enable-scheduler-estimator": )" +
                     (accurate ? "true" : "false") + "}",
                 R"("clusters": [
          {"name": "member1", "nodes": [
            {"count": 4, "allocatable": {"cpu": "8", "pods": "110"}},
            {"allocatable": {"cpu": "8", "pods": "110"}, "labels": {"gpu": "yes"},
             "taints": [{"key": "broken", "effect": "NoSchedule"}]}]},
          {"name": "member2", "nodes": [
            {"allocatable": {"cpu": "8", "pods": "110"}, "labels": {"gpu": "yes"},
             "taints": [{"key": "gpu", "effect": "NoSchedule"}]}]}],
        "workloads": [{"name": "a", "replicas": 2, "createAt": "11s", "requests": {"cpu": "1"},
          "nodeClaim": {"nodeSelector": {"gpu": "yes"},
                        "tolerations": [{"key": "gpu", "operator": "Exists"}]}, )" +
                     aggregated() + "}]" +
                     expecting(assigned("a", accurate ? R"("member2": 2)" : R"("member1": 2)") +
                               (accurate ? R"(, {"never": {"kind": "PodsPending"}},
                                     {"event": {"kind": "PodsReady", "total": 2}})"
                                         : R"(, {"event": {"kind": "PodsPending", "total": 2}},
                                     {"never": {"kind": "PodsReady"}})")));
  };
  play(text(true));
  play(text(false));
}

TEST(OvercommitProtection, WhatWasJustAssignedIsNotAssignedAgain) {
  const auto text = [](bool on, bool accurate) {
    return world(gate("SchedulingOvercommitProtection", on) +
                     R"(, "flags": {"enable-scheduler-estimator": )" +
                     (accurate ? "true" : "false") +
                     R"(}, "latency": {"preset": "none", "memberWrite": "4s"})",
                 two_clusters + R"(, "workloads": [
      {"name": "a", "replicas": 6, "createAt": "11s", "requests": {"cpu": "1"}, )" +
                     aggregated() + R"(},
      {"name": "b", "replicas": 6, "createAt": "12s", "requests": {"cpu": "1"}, )" +
                     aggregated() + "}]" +
                     expecting(assigned("a", R"("member1": 6)") + ", " +
                               assigned("b", on ? R"("member2": 6)" : R"("member1": 6)") +
                               (on ? R"(, {"never": {"kind": "PodsPending"}})"
                                   : R"(, {"event": {"kind": "PodsPending", "total": 4}})")));
  };
  for (const bool accurate : {false, true}) {
    play(text(true, accurate));
    play(text(false, accurate));
  }
}

TEST(FederatedQuota, RefusesResultsUntilThereIsRoomAgain) {
  const auto text = [](bool on) {
    return world(gate("FederatedQuotaEnforcement", on), two_clusters + R"(, "objects": [
      {"apiVersion": "policy.karmada.io/v1alpha1", "kind": "FederatedResourceQuota",
       "metadata": {"name": "team", "namespace": "default"}, "spec": {"overall": {"cpu": "4"}}}],
      "workloads": [
      {"name": "a", "replicas": 3, "createAt": "11s", "requests": {"cpu": "1"}, )" +
                                                            aggregated() + R"(},
      {"name": "b", "replicas": 3, "createAt": "12s", "requests": {"cpu": "1"}, )" +
                                                            aggregated() + R"(}],
      "events": [{"at": "1m", "scale": {"workload": "default/a", "replicas": 1}}])" +
                                                            expecting(on ? R"(
      {"event": {"kind": "SchedulingFailed", "workload": "default/b", "reason": "QuotaExceeded",
        "message": "FederatedResourceQuota(default/team) exceeded for resource cpu: requested sum 6, limit 4."},
       "count": 1},
      {"event": {"kind": "BindingScheduled", "workload": "default/b"},
       "within": {"after": "1m", "before": "71s"}, "count": 1})"
                                                                         : R"(
      {"never": {"kind": "SchedulingFailed"}},
      {"event": {"kind": "BindingScheduled", "workload": "default/b"},
       "within": {"after": "11s", "before": "13s"}})"));
  };
  play(text(true));
  play(text(false));
}

TEST(ResourceQuotas, BoundTheAccurateEstimateByPriorityClass) {
  const auto text = [](bool on) {
    return world(
        gate("ResourceQuotaEstimate", on) + R"(, "flags": {"enable-scheduler-estimator": true})",
        R"("clusters": [
      {"name": "member1", "nodes": [{"allocatable": {"cpu": "8", "pods": "110"}}],
       "resourceQuotas": [{"metadata": {"name": "gold", "namespace": "default"}, "spec": {
         "hard": {"cpu": "2"}, "scopeSelector": {"matchExpressions": [
           {"scopeName": "PriorityClass", "operator": "In", "values": ["gold"]}]}}}]},
      {"name": "member2", "nodes": [{"allocatable": {"cpu": "8", "pods": "110"}}]}],
      "workloads": [
      {"name": "a", "replicas": 4, "createAt": "11s", "requests": {"cpu": "1"},
       "priorityClassName": "gold", )" +
            aggregated() + "}]" +
            expecting(assigned("a", on ? R"("member2": 4)" : R"("member1": 4)")));
  };
  play(text(true));
  play(text(false));
}

TEST(SchedulerName, BindingsForOthersAreLeftAlone) {
  play(world(gate("Failover", false), two_clusters + R"(, "workloads": [
      {"name": "a", "createAt": "11s", "schedulerName": "another", "requests": {"cpu": "1"}}])" +
                                          expecting(R"({"never": {"kind": "BindingScheduled"}},
                              {"never": {"kind": "SchedulingFailed"}})")));
}

}  // namespace
}  // namespace firedrill::scenarios
