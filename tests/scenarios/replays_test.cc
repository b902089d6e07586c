/// Whole replays: settings of `controlPlane.components`, which the reference hard-codes, set to
/// something else, and what a pasted object brings along. Times were worked out by hand.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "replay.h"

namespace firedrill::scenarios {
namespace {

using namespace std::chrono_literals;
using Assigned = std::map<std::string, std::int64_t>;

std::string set(const std::string& setting, const std::string& value) {
  return "/controlPlane/components/" + setting + "=" + value;
}

TEST(CapacityRefresh, NumbersOfTheStatusSendEverybodyToOnePlace) {
  const Replay stale("fifteen-to-move", {});
  EXPECT_EQ(stale.evictions("member1").back(), 47500ms);
  EXPECT_EQ(stale.assigned(), (Assigned{{"member2", 15}}));
}

TEST(CapacityRefresh, TheTruthSpreadsThemAsThereIsRoom) {
  const Replay fresh("fifteen-to-move", {set("scheduler/capacityRefresh", "0s")});
  EXPECT_EQ(fresh.assigned(), (Assigned{{"member2", 10}, {"member3", 5}}));
}

TEST(CapacityRefresh, APeriodIsAsStaleAsItIsLong) {
  // Read at 39, 42 and 45 s: three go by 10:5 to member2, six by 7:5 too, six by 1:5 to member3.
  const Replay lagging("fifteen-to-move", {set("scheduler/capacityRefresh", "3s")});
  EXPECT_EQ(lagging.assigned(), (Assigned{{"member2", 9}, {"member3", 6}}));
}

TEST(CycleTime, KeepsTheOnlyWorkerBusyForEachPass) {
  const Replay slow("fifteen-to-move", {set("scheduler/cycleTime", "100ms"), "/events=[]"});
  Instants expected;
  for (int i = 1; i <= 15; ++i)
    expected.push_back(11s + i * 100ms);
  EXPECT_EQ(slow.when<timeline::BindingScheduled>(), expected);
  const Replay quick("fifteen-to-move", {"/events=[]"});
  EXPECT_EQ(quick.when<timeline::BindingScheduled>(), Instants(15, 11s));
}

TEST(Controllers, OneThatIsOffLeavesItsWorkUndone) {
  const Replay on("fifteen-to-move", {});
  // All go to member2, where ten find room; the tasks of the others last till their timeout.
  EXPECT_EQ(on.when<timeline::GracefulEvictionTaskRemoved>().size(), 10U);
  const Replay off("fifteen-to-move",
                   {R"(/controlPlane/flags/controllers=["*", "-gracefulEviction"])"});
  EXPECT_EQ(off.evictions("member1").size(), 15U);
  EXPECT_EQ(off.when<timeline::GracefulEvictionTaskRemoved>().size(), 0U);
}

TEST(WorkerCounts, OfOneControllerLeaveTheOthersAlone) {
  const std::vector<std::string> slow_members{"/events=[]",
                                              "/controlPlane/latency={\"memberWrite\": \"1s\"}"};
  const Replay five("fifteen-to-move", slow_members);
  Instants by_fives;
  for (int i = 0; i < 15; ++i)
    by_fives.push_back(12s + i / 5 * 1s);
  EXPECT_EQ(five.when<timeline::ManifestDelivered>(), by_fives);

  std::vector<std::string> single = slow_members;
  single.push_back(set("execution-controller", "{\"workers\": 1}"));
  const Replay one("fifteen-to-move", single);
  Instants one_by_one;
  for (int i = 0; i < 15; ++i)
    one_by_one.push_back(12s + i * 1s);
  EXPECT_EQ(one.when<timeline::ManifestDelivered>(), one_by_one);
}

TEST(Estimators, TheAccurateOneCountsNodeByNode) {
  const Replay general("odd-nodes", {});
  EXPECT_EQ(general.assigned(), (Assigned{{"member1", 3}}));
  const Replay accurate("odd-nodes", {set("scheduler/estimators", R"(["general", "accurate"])")});
  EXPECT_EQ(accurate.assigned(), (Assigned{{"member1", 2}, {"member2", 1}}));
}

TEST(ClockSkew, AClockThatIsAheadEndsTolerationsEarly) {
  // The user's taint is stamped by the API server, its age is reckoned by the controller manager.
  const std::string tolerated = "/events/0/taint/key=later";
  const Replay right("fifteen-to-move", {tolerated, "/events/0/at=40s"});
  EXPECT_EQ(right.evictions("member1").front(), 70s);
  const Replay ahead("fifteen-to-move", {tolerated, "/events/0/at=40s",
                                         set("controller-manager", "{\"clockSkew\": \"3s\"}")});
  EXPECT_EQ(ahead.evictions("member1").front(), 67s);
}

TEST(ClockSkew, ShowsInTheStampsOfTheProcess) {
  const Replay ahead("fifteen-to-move",
                     {set("controller-manager", "{\"clockSkew\": \"-90s\"}"), "/events=[]"});
  for (const timeline::TimelineEvent& event : ahead.events) {
    const auto* added = std::get_if<timeline::TaintAdded>(&event.payload);
    if (added == nullptr) continue;
    ASSERT_TRUE(added->taint.time_added.has_value());
    EXPECT_EQ(api::format_rfc3339(*added->taint.time_added), "2025-12-31T23:58:30Z");
  }
  EXPECT_EQ(ahead.when<timeline::TaintAdded>().size(), 3U);
}

TEST(PastedService, IsHealthyOnceItsLoadBalancerHasAnAddress) {
  const auto healths = [](const Replay& replay, const char* wanted) {
    return replay.when<timeline::HealthChanged>(
        [&](const auto& changed) { return changed.health == wanted; });
  };
  const Replay balanced("load-balancer", {});
  EXPECT_EQ(healths(balanced, "Unhealthy").size(), 1U);
  EXPECT_EQ(healths(balanced, "Healthy"), (Instants{30s}));
  const Replay plain("load-balancer", {"/objects/0/spec/type=ClusterIP"});
  EXPECT_EQ(healths(plain, "Unhealthy").size(), 0U);
}

}  // namespace
}  // namespace firedrill::scenarios
