/// From probe to condition to taint: thresholds, the health monitor, NoSchedule taints, taint
/// policies.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/karmada/failover/taint_policy.h"
#include "policy/karmada/status/cluster_health.h"
#include "policy/karmada/status/condition_threshold.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

api::Timestamp at(api::Duration time) {
  return api::Timestamp(time);
}

api::Condition ready(const char* status) {
  return {
      .type = "Ready", .status = status, .reason = "r", .message = "", .last_transition_time = {}};
}

TEST(Probe, EveryStatusOutside200To206CountsAsNoAnswer) {
  EXPECT_EQ(probe_outcome(200), ProbeOutcome::ready);
  EXPECT_EQ(probe_outcome(201), ProbeOutcome::not_ready);
  EXPECT_EQ(probe_outcome(206), ProbeOutcome::not_ready);
  EXPECT_EQ(probe_outcome(207), ProbeOutcome::unreachable);
  EXPECT_EQ(probe_outcome(199), ProbeOutcome::unreachable);
  EXPECT_EQ(probe_outcome(503), ProbeOutcome::unreachable);
  EXPECT_TRUE(retries_at_healthz(404));
  EXPECT_FALSE(retries_at_healthz(500));
}

TEST(Probe, OutcomesAreConditionsWithTheReferencesReasons) {
  const api::Condition healthy = observed_ready(ProbeOutcome::ready, at(5500ms));
  EXPECT_EQ(healthy.status, "True");
  EXPECT_EQ(healthy.reason, "ClusterReady");
  EXPECT_EQ(healthy.last_transition_time, api::StoredTime::from_unix_seconds(5));
  EXPECT_EQ(observed_ready(ProbeOutcome::unreachable, at(0s)).reason, "ClusterNotReachable");
  EXPECT_EQ(observed_ready(ProbeOutcome::not_ready, at(0s)).reason, "ClusterNotReady");
  EXPECT_EQ(observed_ready(ProbeOutcome::no_client, at(0s)).reason, "StatusCollectionFailed");
  EXPECT_EQ(observed_ready(ProbeOutcome::no_client, at(0s)).status, "False");
}

TEST(Probe, OnlyBefore7408DidClientErrorsPassTheThresholds) {
  EXPECT_TRUE(bypasses_thresholds(ProbeOutcome::no_client, Revision::before));
  EXPECT_FALSE(bypasses_thresholds(ProbeOutcome::no_client, Revision::after));
  EXPECT_FALSE(bypasses_thresholds(ProbeOutcome::unreachable, Revision::before));
}

/// Feeds a cache and keeps what it reports, as the object would.
struct Watched {
  ConditionCache cache{{.success = 30s, .failure = 30s}};
  api::Condition stored = ready("True");

  std::string report(const char* observed, api::Duration time) {
    stored = cache.adjust("m", &stored, ready(observed), at(time));
    return stored.status;
  }
};

TEST(ConditionThreshold, FlipsOnTheFourthProbeOfTenSeconds) {
  Watched watched;
  EXPECT_EQ(watched.report("True", 0s), "True");
  EXPECT_EQ(watched.report("False", 10s), "True");
  EXPECT_EQ(watched.report("False", 20s), "True");
  EXPECT_EQ(watched.report("False", 30s), "True");
  EXPECT_EQ(watched.report("False", 40s), "False");
}

TEST(ConditionThreshold, AContraryProbeStartsTheWindowAnew) {
  Watched watched;
  EXPECT_EQ(watched.report("True", 0s), "True");
  EXPECT_EQ(watched.report("False", 10s), "True");
  EXPECT_EQ(watched.report("True", 20s), "True");
  EXPECT_EQ(watched.report("False", 30s), "True");
  EXPECT_EQ(watched.report("False", 59s), "True");
  EXPECT_EQ(watched.report("False", 60s), "False");
}

TEST(ConditionThreshold, BelievesTheFirstObservationAtOnce) {
  Watched watched;
  EXPECT_EQ(watched.report("False", 0s), "False");
  watched.cache.forget("m");
  EXPECT_EQ(watched.report("True", 1s), "True");
}

TEST(ConditionThreshold, DoesNotDelayTheReturnFromUnknownOfAnAgentThatStayedAlive) {
  Watched watched;
  EXPECT_EQ(watched.report("True", 0s), "True");
  watched.stored = ready("Unknown");
  EXPECT_EQ(watched.report("True", 100s), "True");
}

TEST(ConditionThreshold, FullStatusIsCollectedOnlyWhileBelievedReady) {
  EXPECT_TRUE(collects_status(ProbeOutcome::ready, ready("True")));
  EXPECT_FALSE(collects_status(ProbeOutcome::ready, ready("False")));
  EXPECT_FALSE(collects_status(ProbeOutcome::unreachable, ready("True")));
}

api::Cluster cluster(const char* sync_mode, std::vector<api::Condition> conditions) {
  api::Cluster cluster;
  cluster.metadata.name = "m";
  cluster.metadata.creation_timestamp = api::StoredTime::from_unix_seconds(100);
  cluster.spec.sync_mode = sync_mode;
  cluster.status.conditions = std::move(conditions);
  return cluster;
}

api::Lease lease(api::Duration renewed) {
  api::Lease lease;
  lease.renew_time = at(renewed);
  return lease;
}

constexpr GracePeriods grace{.monitor = 40s, .startup = 60s};

/// A clock whose strict comparisons come true at the deadline itself, as on a timer.
ClockReading timer(api::Duration time) {
  return {at(time), at(time) + 1ns};
}

TEST(HealthMonitor, NeverJudgesAPushCluster) {
  const HealthTick tick = check_health(cluster("Push", {}), nullptr, nullptr, grace, timer(10000s));
  EXPECT_FALSE(tick.write.has_value());
  EXPECT_EQ(tick.entry.probe_timestamp, at(100s));
}

TEST(HealthMonitor, SetsUnknownOnceTheGracePeriodAfterTheLastRenewalSeenHasPassed) {
  const api::Cluster pull = cluster("Pull", {ready("True")});
  const api::Lease renewed = lease(200s);
  HealthTick tick = check_health(pull, nullptr, &renewed, grace, timer(202s));
  EXPECT_EQ(tick.entry.probe_timestamp, at(202s));
  tick = check_health(pull, &tick.entry, &renewed, grace, timer(241s));
  EXPECT_FALSE(tick.write.has_value());
  EXPECT_FALSE(check_health(pull, &tick.entry, &renewed, grace, ClockReading::exact(at(242s)))
                   .write.has_value());
  tick = check_health(pull, &tick.entry, &renewed, grace, timer(242s));
  ASSERT_TRUE(tick.write.has_value());
  EXPECT_EQ(tick.write->status, "Unknown");
  EXPECT_EQ(tick.write->reason, "ClusterStatusUnknown");
  EXPECT_EQ(tick.write->last_transition_time, api::StoredTime::from_unix_seconds(242));
}

TEST(HealthMonitor, GivesAClusterThatNeverReportedTheStartupGracePeriodFromItsCreation) {
  const api::Cluster pull = cluster("Pull", {});
  HealthTick tick = check_health(pull, nullptr, nullptr, grace, timer(159s));
  EXPECT_FALSE(tick.write.has_value());
  tick = check_health(pull, &tick.entry, nullptr, grace, timer(160s));
  ASSERT_TRUE(tick.write.has_value());
  EXPECT_EQ(tick.write->reason, "ClusterStatusNeverUpdated");
}

TEST(HealthMonitor, WritesUnknownOnlyOnce) {
  const api::Cluster pull = cluster("Pull", {ready("Unknown")});
  const HealthEntry entry{
      .ready = ready("Unknown"), .probe_timestamp = at(0s), .lease_renewed = {}};
  EXPECT_FALSE(check_health(pull, &entry, nullptr, grace, timer(5000s)).write.has_value());
}

TEST(HealthMonitor, ForgetsTheLeaseWhenTheConditionChangedAndTakesItForFreshInTheNextTick) {
  const api::Lease old = lease(50s);
  const HealthEntry entry{
      .ready = ready("False"), .probe_timestamp = at(100s), .lease_renewed = at(50s)};
  const api::Cluster pull = cluster("Pull", {ready("True")});
  HealthTick tick = check_health(pull, &entry, &old, grace, timer(120s));
  EXPECT_EQ(tick.entry.probe_timestamp, at(120s));
  EXPECT_FALSE(tick.entry.lease_renewed.has_value());
  tick = check_health(pull, &tick.entry, &old, grace, timer(125s));
  EXPECT_EQ(tick.entry.probe_timestamp, at(125s));
  EXPECT_EQ(tick.entry.lease_renewed, at(50s));
}

api::Condition ready_since(const char* status, std::int64_t seconds) {
  api::Condition condition = ready(status);
  condition.last_transition_time = api::StoredTime::from_unix_seconds(seconds);
  return condition;
}

TEST(HealthMonitor, RemembersWhenItSawReadyChangeNotItsReason) {
  HealthTick tick =
      check_health(cluster("Push", {ready_since("True", 1)}), nullptr, nullptr, grace, timer(10s));
  EXPECT_EQ(tick.entry.ready_transition, at(10s)) << "at first sight";
  const api::Cluster lost = cluster("Push", {ready_since("False", 12)});
  tick = check_health(lost, &tick.entry, nullptr, grace, timer(15s));
  EXPECT_EQ(tick.entry.ready_transition, at(15s)) << "as the tick saw it";
  api::Condition reasoned = ready_since("False", 12);
  reasoned.reason = "another";
  tick = check_health(cluster("Push", {reasoned}), &tick.entry, nullptr, grace, timer(20s));
  EXPECT_EQ(tick.entry.ready_transition, at(15s));
  EXPECT_EQ(tick.entry.probe_timestamp, at(20s));
}

/// An entry whose last sign of life was seen at 100 s and whose last transition at 120 s.
HealthEntry silent_entry() {
  return {.ready = ready("Unknown"),
          .probe_timestamp = at(100s),
          .lease_renewed = {},
          .ready_transition = at(120s)};
}

/// "+key" for an added taint, "-key" for a removed one.
std::string second_stage(const api::Condition* observed, api::Duration time, bool failover = true) {
  const TaintChange change =
      second_stage_taints(observed, silent_entry(), 30s, failover, at(time) + 1ns);
  std::string text;
  for (const api::Taint& taint : change.add)
    text += "+" + taint.key.substr(taint.key.find('/') + 1) + ":" + taint.effect;
  for (const api::Taint& taint : change.remove)
    text += " -" + taint.key.substr(taint.key.find('/') + 1) + ":" + taint.effect;
  return text;
}

TEST(SecondStage, WaitsForTheTimeoutAfterTheTransitionOrTheLastSignOfLife) {
  const api::Condition is_false = ready("False");
  const api::Condition is_unknown = ready("Unknown");
  EXPECT_EQ(second_stage(&is_false, 149s), "");
  EXPECT_EQ(second_stage(&is_false, 150s), "+not-ready:NoExecute -unreachable:NoExecute");
  EXPECT_EQ(second_stage(&is_unknown, 129s), "");
  EXPECT_EQ(second_stage(&is_unknown, 130s), "+unreachable:NoExecute -not-ready:NoExecute");
  EXPECT_EQ(second_stage(nullptr, 130s), "+unreachable:NoExecute -not-ready:NoExecute")
      << "one that never reported counts as silent";
}

TEST(SecondStage, IsStrictAndNeedsTheGateButClearsReadyClustersWithoutIt) {
  const api::Condition is_false = ready("False");
  const api::Condition is_true = ready("True");
  EXPECT_TRUE(second_stage_taints(&is_false, silent_entry(), 30s, true, at(150s)).add.empty());
  EXPECT_EQ(second_stage(&is_false, 1h, false), "");
  EXPECT_EQ(second_stage(nullptr, 1h, false), "");
  EXPECT_EQ(second_stage(&is_true, 1s, false), " -not-ready:NoExecute -unreachable:NoExecute");
}

std::vector<std::string> keys(const std::vector<api::Taint>& taints) {
  std::vector<std::string> keys;
  for (const api::Taint& taint : taints)
    keys.push_back(taint.key);
  return keys;
}

TEST(NoScheduleTaints, FollowTheReadyCondition) {
  using Keys = std::vector<std::string>;
  const Keys not_ready = {"cluster.karmada.io/not-ready"};
  const Keys unreachable = {"cluster.karmada.io/unreachable"};
  const api::Condition is_false = ready("False");
  const api::Condition is_unknown = ready("Unknown");
  const api::Condition is_true = ready("True");
  EXPECT_EQ(keys(taints_for_ready(nullptr).add), not_ready);
  EXPECT_EQ(keys(taints_for_ready(nullptr).remove), Keys{});
  EXPECT_EQ(keys(taints_for_ready(&is_false).add), not_ready);
  EXPECT_EQ(keys(taints_for_ready(&is_false).remove), unreachable);
  EXPECT_EQ(keys(taints_for_ready(&is_unknown).add), unreachable);
  EXPECT_EQ(keys(taints_for_ready(&is_unknown).remove), not_ready);
  EXPECT_EQ(keys(taints_for_ready(&is_true).add), Keys{});
  EXPECT_EQ(taints_for_ready(&is_true).remove.size(), 2U);
}

TEST(TaintPolicy, AbsentConditionsMatchNeitherInNorNotIn) {
  const std::vector<api::Condition> conditions = {ready("False")};
  const auto match = [&](const char* type, const char* op) {
    return conditions_match(conditions, std::vector<api::MatchCondition>{{type, op, {"True"}}});
  };
  EXPECT_TRUE(match("Ready", "NotIn"));
  EXPECT_FALSE(match("Ready", "In"));
  EXPECT_FALSE(match("Disk", "NotIn"));
  EXPECT_FALSE(match("Disk", "In"));
  EXPECT_FALSE(match("Ready", "Exists"));
  EXPECT_FALSE(conditions_match(conditions, {}));
}

std::shared_ptr<const api::ClusterTaintPolicy> policy(const char* name,
                                                      std::int64_t created,
                                                      bool add) {
  api::ClusterTaintPolicy policy;
  policy.metadata.name = name;
  policy.metadata.creation_timestamp = api::StoredTime::from_unix_seconds(created);
  const std::vector<api::MatchCondition> down = {{"Ready", "In", {"False"}}};
  (add ? policy.spec.add_on_conditions : policy.spec.remove_on_conditions) = down;
  policy.spec.taints = {{.key = "down", .value = "", .effect = "NoExecute", .time_added = {}}};
  return std::make_shared<const api::ClusterTaintPolicy>(std::move(policy));
}

TEST(TaintPolicy, TheYoungestWinsAConflictWhateverTheOrderOfTheList) {
  const api::Cluster down = cluster("Push", {ready("False")});
  const auto taints = [&](auto first, auto second) {
    return keys(apply_taint_policies(down, std::vector{first, second}, at(7s)));
  };
  EXPECT_EQ(taints(policy("a", 2, true), policy("b", 1, false)), std::vector<std::string>{"down"});
  EXPECT_EQ(taints(policy("a", 1, true), policy("b", 2, false)), std::vector<std::string>{});
  EXPECT_EQ(taints(policy("b", 1, false), policy("a", 1, true)), std::vector<std::string>{});
}

}  // namespace
}  // namespace firedrill::policy::karmada
