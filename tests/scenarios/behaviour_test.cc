/// Behaviour switches in whole replays: one file, played on both sides of an upstream change. What
/// must come of it was worked out by hand from the reference's rules.

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "replay.h"

namespace firedrill::scenarios {
namespace {

using namespace std::chrono_literals;
std::string switched(const std::string& name, const std::string& value) {
  return "/controlPlane/behaviour/" + name + "=" + value;
}

/// Three workers, each of which rests `pace` after an eviction.
Instants waves_of_three(sim::Duration first, sim::Duration pace, int count) {
  Instants instants;
  for (int i = 0; i < count; ++i)
    instants.push_back(first + i / 3 * pace);
  return instants;
}

TEST(BehaviourSwitches, StandInTheHeaderWhereTheyDeviate) {
  const Replay usual("client-error", {switched("karmada#7408", "after")});
  EXPECT_TRUE(usual.result.header.behaviour.empty());
  const Replay before("client-error", {switched("karmada#7408", "before")});
  ASSERT_EQ(before.result.header.behaviour.size(), 1U);
  EXPECT_EQ(before.result.header.behaviour.begin()->first, "karmada#7408");
}

TEST(Karmada7613, TolerantBindingsStayOutOfTheQueue) {
  const Replay after("tolerant-crowd", {});
  EXPECT_EQ(after.evictions("member1"), waves_of_three(40500ms, 2s, 3));
}

TEST(Karmada7613, BeforeItTolerantBindingsTookAWorkersRestEach) {
  // Nine of them come first: three workers, 2 s each, three times over.
  const Replay before("tolerant-crowd", {switched("karmada#7613", "before")});
  EXPECT_EQ(before.evictions("member1"), waves_of_three(46500ms, 2s, 3));
  const Instants no_ops = before.when<timeline::EvictionDequeued>([](const auto& dequeued) {
    return dequeued.cluster == "member1" && dequeued.outcome == "NotNeeded";
  });
  // And again at every look at the cluster: 40.5, 50.5, …
  EXPECT_GE(no_ops.size(), 9U * 5);
}

bool not_ready(const timeline::ClusterConditionChanged& change) {
  return change.cluster == "member1" && change.condition == "Ready" && change.status == "False" &&
         change.reason == "StatusCollectionFailed";
}
bool ready_again(const timeline::ClusterConditionChanged& change) {
  return change.cluster == "member1" && change.condition == "Ready" && change.status == "True";
}

TEST(Karmada7408, AClientErrorShorterThanTheThresholdGoesUnnoticed) {
  const Replay after("client-error", {});
  EXPECT_EQ(after.when<timeline::ProbeFailed>(
                [](const auto& failed) { return failed.answer == "clientError"; }),
            (Instants{60s}));
  EXPECT_EQ(after.when<timeline::ClusterConditionChanged>(not_ready), Instants{});
  EXPECT_EQ(after.evictions("member1"), Instants{});
}

TEST(Karmada7408, ALongClientErrorShowsPastTheThreshold) {
  // Probes at 60, 70, 80, 90: the fourth finds 30 s over.
  const Replay after("client-error", {"/events/0/for=60s"});
  EXPECT_EQ(after.when<timeline::ClusterConditionChanged>(not_ready), (Instants{90s}));
  EXPECT_EQ(after.evictions("member1"), (Instants{90s}));
}

TEST(Karmada7408, BeforeItOneClientErrorEvictedAtOnce) {
  const Replay before("client-error", {switched("karmada#7408", "before")});
  EXPECT_EQ(before.when<timeline::ClusterConditionChanged>(not_ready), (Instants{60s}));
  EXPECT_EQ(before.evictions("member1"), (Instants{60s}));
  // The thresholds never saw the failure, so the first good probe ends it at once.
  EXPECT_EQ(before.when<timeline::ClusterConditionChanged>(ready_again).back(), 70s);
}

/// Conflicts of the controller manager's writes.
std::int64_t conflicts(const Replay& replay) {
  return replay.result.footer.api.at("controller-manager").conflicts;
}

TEST(Karmada7483, AConflictWaitsForAPaceInTheQueue) {
  // Seen at 40.501, written 5 ms later; the loser's key comes back 1/rate after its failure.
  const Replay before("two-taints", {});
  EXPECT_EQ(before.evictions("member1"), (Instants{40506ms}));
  EXPECT_EQ(before.evictions("member2"), (Instants{42511ms}));
}

TEST(Karmada7483, ARetryInPlaceTakesMilliseconds) {
  const Replay after("two-taints", {switched("karmada#7483", "after")});
  EXPECT_EQ(after.evictions("member1"), (Instants{40506ms}));
  const Instants second = after.evictions("member2");
  ASSERT_EQ(second.size(), 1U);
  // Each try: 10 to 11 ms of waiting and 5 ms of writing; five in all.
  EXPECT_GE(second[0], 40506ms + 15ms);
  EXPECT_LE(second[0], 40506ms + 4 * 16ms);
  EXPECT_GE(conflicts(after), 1);
}

TEST(Karmada6274, WithoutABrakeTheRateStaysWhatItIs) {
  const Replay off("most-clusters-dark", {});
  EXPECT_EQ(off.evictions("c-0"), waves_of_three(100500ms, 2s, 16));
}

TEST(Karmada6274, SlowGoesOnAtTheSecondaryRateWhileMostLookUnhealthy) {
  // One eviction in 10 s and worker. At 140 s all are ready again; the rest after the wave of
  // 140.5 s is the usual one.
  const Replay slow("most-clusters-dark", {switched("karmada#6274", "slow")});
  Instants expected = waves_of_three(100500ms, 10s, 15);
  expected.push_back(142500ms);
  EXPECT_EQ(slow.evictions("c-0"), expected);
}

TEST(Karmada6274, SlowStopsWhereClustersAreFew) {
  const Replay few("most-clusters-dark",
                   {switched("karmada#6274", R"({"mode": "slow", "minClusters": 12})")});
  // The rest of 30 minutes that began at 100.5 s is not cut short by the recovery.
  Instants expected = waves_of_three(100500ms, 1800s, 3);
  for (const sim::Duration instant : waves_of_three(1900500ms, 2s, 13))
    expected.push_back(instant);
  EXPECT_EQ(few.evictions("c-0"), expected);
}

TEST(Karmada6274, HaltStopsAtAnySize) {
  const Replay halt("most-clusters-dark", {switched("karmada#6274", "halt")});
  Instants expected = waves_of_three(100500ms, 1800s, 3);
  for (const sim::Duration instant : waves_of_three(1900500ms, 2s, 13))
    expected.push_back(instant);
  EXPECT_EQ(halt.evictions("c-0"), expected);
}

TEST(Karmada6274, TheShareMustBeExceeded) {
  const Replay equal(
      "most-clusters-dark",
      {switched("karmada#6274", R"({"mode": "halt", "unhealthyShare": 0.5833333333333334})")});
  EXPECT_EQ(equal.evictions("c-0"), waves_of_three(100500ms, 2s, 16));
}

}  // namespace
}  // namespace firedrill::scenarios
