// Whole runs that are small enough to be computed by hand, to the nanosecond: what was missing
// while clusters and nodes were gone, and what ran twice after a partition.

#include <string>

#include <gtest/gtest.h>

#include "support.h"

namespace firedrill::scenarios {
namespace {

/// Clusters `a`, which joins at 3 s (its probes come at 3, 13, 23, … s), and `b`; one workload of 4
/// replicas from 10 s on, each ready 20 s after its start. Latency is none.
std::string world(const std::string& placement,
                  const std::string& flags,
                  const std::string& events,
                  const std::string& objects = "") {
  return R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "by-hand"},
    "simulation": {"duration": "600s", "seed": 1},
    "controlPlane": {"profile": "karmada", "flags": {)" +
         flags + R"(}, "featureGates": {"Failover": true}},
    "clusters": [
      {"name": "a", "joinAt": "3s", "nodes": [{"count": 2, "allocatable": {"cpu": "2", "pods": "50"}}]},
      {"name": "b", "nodes": [{"count": 4, "allocatable": {"cpu": "2", "pods": "50"}}]}],
    "objects": [)" +
         objects + R"(],
    "workloads": [{"name": "web", "replicas": 4, "createAt": "10s", "requests": {"cpu": "1"},
      "placement": )" +
         placement + R"(, "behaviour": {"startup": "20s"}}],
    "events": [)" +
         events + "]}";
}

const std::string only_a = R"({"clusterAffinity": {"clusterNames": ["a"]}})";
const std::string both = R"({"clusterAffinity": {"clusterNames": ["a", "b"]}})";
/// All in `a`, unless there is none to be had.
const std::string first_a = R"({"clusterAffinities": [
  {"affinityName": "first", "clusterNames": ["a"]},
  {"affinityName": "second", "clusterNames": ["b"]}]})";

const std::string evicting =
    R"("enable-no-execute-taint-eviction": true, "allow-no-execute-taint-policy": true)";
const std::string evict_not_ready = R"({
  "apiVersion": "policy.karmada.io/v1alpha1", "kind": "ClusterTaintPolicy",
  "metadata": {"name": "evict"}, "spec": {
    "addOnConditions": [{"conditionType": "Ready", "operator": "In", "statusValues": ["False"]}],
    "removeOnConditions": [{"conditionType": "Ready", "operator": "In", "statusValues": ["True"]}],
    "taints": [{"key": "not-ready", "effect": "NoExecute"}]}})";

// Pods run from 10 to 100 s and from 400 to 600 s, ready 20 s after each start.
TEST(ByHand, PowerLossThatNothingReactsTo) {
  const RunResult result = run(scenario_of(world(only_a, "", R"({"at": "100s", "for": "300s",
                            "outage": {"clusters": "a", "mode": "powerloss"}})")));
  EXPECT_EQ(value(result, "workload.replicaSeconds.desired"), "2360");  // 4 · 590
  EXPECT_EQ(value(result, "workload.replicaSeconds.running"), "1160");  // 4 · (90 + 200)
  EXPECT_EQ(value(result, "workload.replicaSeconds.ready"), "1000");    // 4 · (70 + 180)
  EXPECT_EQ(value(result, "workload.unavailability.total"), "320");     // 100 to 420
  EXPECT_EQ(value(result, "workload.unavailability.replicaSeconds"), "1280");
  EXPECT_EQ(value(result, "workload.unavailability.outages"), "1");
  EXPECT_EQ(value(result, "workload.readyShare.min"), "0");
  EXPECT_EQ(value(result, "stranded"), "1200");  // 4 · 300: nothing takes them away
  EXPECT_EQ(value(result, "drift"), "0");
}

// The first probe to fail is at 103 s, the threshold of 30 s is passed at 133 s; taint, eviction
// and assignment follow at once, the new pods are ready at 153 s.
TEST(ByHand, PowerLossThatIsFailedOver) {
  const RunResult result = run(scenario_of(world(
      first_a, evicting, R"({"at": "100s", "outage": {"clusters": "a", "mode": "powerloss"}})",
      evict_not_ready)));
  EXPECT_EQ(value(result, "workload.unavailability.total"), "53");
  EXPECT_EQ(value(result, "workload.unavailability.replicaSeconds"), "212");
  EXPECT_EQ(value(result, "workload.replicaSeconds.running"), "2228");  // 4 · (90 + 467)
  EXPECT_EQ(value(result, "workload.replicaSeconds.ready"), "2068");    // 4 · (70 + 447)
  EXPECT_EQ(value(result, "workload.runningTwice"), "0");
  EXPECT_EQ(value(result, "stage.observed.max"), "3");
  EXPECT_EQ(value(result, "stage.condition.max"), "30");
  EXPECT_EQ(value(result, "stage.ready.max"), "20");
  EXPECT_EQ(value(result, "stage.total.max"), "53");
  EXPECT_EQ(value(result, "eviction.end"), "53");
  EXPECT_EQ(value(result, "stranded"), "132");  // 4 · 33
  EXPECT_EQ(value(result, "drift"), "3736");    // 4 too few in a, 4 too many in b, for 467 s
  EXPECT_EQ(value(result, "eviction.needless.count"), "0");
}

// A Duplicated workload wants 4 replicas in either cluster; half of them are gone from 100 to 320
// s.
TEST(ByHand, HalfOfADuplicatedWorkload) {
  const RunResult result = run(scenario_of(world(both, "", R"({"at": "100s", "for": "200s",
                          "outage": {"clusters": "a", "mode": "powerloss"}})")));
  EXPECT_EQ(value(result, "workload.replicaSeconds.desired"), "4720");  // 8 · 590
  EXPECT_EQ(value(result, "workload.replicaSeconds.ready"), "3680");  // 4 · 570 + 4 · (70 + 280)
  EXPECT_EQ(value(result, "workload.unavailability.total"), "220");
  EXPECT_EQ(value(result, "workload.unavailability.replicaSeconds"), "880");
  EXPECT_EQ(value(result, "workload.readyShare.min"), "0.5");
}

// One of two nodes with two pods each goes at 100 s and comes back at 250 s.
TEST(ByHand, PodsWithoutANode) {
  const RunResult result = run(scenario_of(world(only_a, "", R"(
      {"at": "100s", "nodes": {"cluster": "a", "add": -1}},
      {"at": "250s", "nodes": {"cluster": "a", "add": 1}})")));
  EXPECT_EQ(value(result, "replicas.pending.seconds"), "300");  // 2 · 150
  EXPECT_EQ(value(result, "replicas.pending.count"), "0");
  EXPECT_EQ(value(result, "workload.unavailability.total"), "170");  // 100 to 270
  EXPECT_EQ(value(result, "workload.unavailability.replicaSeconds"), "340");
  EXPECT_EQ(value(result, "capacity.peak.cpu"), "1");    // 4 of 4 cores, 2 of 2
  EXPECT_EQ(value(result, "capacity.overcommit"), "1");  // 4 cores wanted of 2
}

// The partition is a partition, not an outage: pods in `a` run on. They are given up at 133 s, when
// `b` starts its own, and replaced at 153 s, when those are ready and the Work in `a` is deleted.
//
// That deletion fails and is tried again after 5 ms, 10 ms, 20 ms, …: the k-th time again at
// 153 s + 5 ms · (2^k - 1). The link heals at 300 s, the first good probe is at 303 s, the cluster
// is Ready 30 s later, at 333 s; until then no deletion is sent. The first attempt after that is
// the 16th, at 153 s + 327.675 s. So 4 replicas run twice for 480.675 s - 133 s.
TEST(ByHand, SplitBrain) {
  const RunResult result = run(scenario_of(world(first_a, evicting, R"({"at": "100s", "for": "200s",
                                   "partition": {"between": [["control-plane"], ["a"]]}})",
                                                 evict_not_ready)));
  EXPECT_EQ(value(result, "workload.runningTwice"), "1390.7");            // 4 · 347.675
  EXPECT_EQ(value(result, "workload.replicaSeconds.running"), "3750.7");  // 4 · 590 and those
  EXPECT_EQ(value(result, "workload.unavailability.total"), "0");
  EXPECT_EQ(value(result, "stranded", {.cluster = "a"}), "132");  // 4 · 33
  EXPECT_EQ(value(result, "eviction.needless.count"), "0")
      << "it ended before the cluster was back";
  EXPECT_EQ(value(result, "conditions.changes"), "2");
}

// The same partition, healed while the replacement is still starting: the eviction was needless.
TEST(ByHand, APartitionThatHealsDuringTheEviction) {
  const RunResult result = run(scenario_of(world(first_a, evicting, R"({"at": "100s", "for": "40s",
                                   "partition": {"between": [["control-plane"], ["a"]]}})",
                                                 evict_not_ready)));
  EXPECT_EQ(value(result, "eviction.needless.count"), "1");
  EXPECT_EQ(value(result, "eviction.intoNothing.count"), "0");
}

// Nowhere to go: the copy in `a` is given up at 133 s and its task ends after 600 s of grace, at
// 733 s, beyond this run; with 60 s of grace at 193 s, with no other copy anywhere. No cluster is a
// candidate from 133 s, until `a` has lost its taints at 433 s.
TEST(ByHand, NowhereToGo) {
  const std::string outage =
      R"({"at": "100s", "for": "300s", "outage": {"clusters": "a", "mode": "unreachable"}})";
  const RunResult patient = run(scenario_of(world(only_a, evicting, outage, evict_not_ready)));
  EXPECT_EQ(value(patient, "eviction.intoNothing.count"), "0");
  const RunResult hasty = run(scenario_of(world(
      only_a, evicting + R"(, "graceful-eviction-timeout": "60s")", outage, evict_not_ready)));
  EXPECT_EQ(value(hasty, "eviction.intoNothing.count"), "1");
  EXPECT_EQ(value(hasty, "eviction.byTimeout.count"), "1");
  EXPECT_EQ(value(hasty, "workload.excluded"), "300");
}

}  // namespace
}  // namespace firedrill::scenarios
