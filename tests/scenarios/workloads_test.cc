/// Kinds of workloads and load that is not ours, through the whole control plane. Times were worked
/// out by hand.

#include <chrono>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "replay.h"

namespace firedrill::scenarios {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* web = "Deployment/default/web";

class Kinds : public testing::Test {
 protected:
  template <class Payload>
  [[nodiscard]] Instants of(const std::string& workload, const std::string& cluster) const {
    return replay_.when<Payload>([&](const Payload& event) {
      return event.workload == workload && event.cluster == cluster;
    });
  }
  [[nodiscard]] std::int64_t stopped(const std::string& workload, const std::string& reason) const {
    std::int64_t sum = 0;
    for (const timeline::TimelineEvent& event : replay_.events) {
      const auto* stop = std::get_if<timeline::PodsStopped>(&event.payload);
      if (stop != nullptr && stop->workload == workload && stop->reason == reason)
        sum += stop->replicas;
    }
    return sum;
  }

  Replay replay_{"kinds", {}};
};

TEST_F(Kinds, ARolloutReachesEveryClusterAndLaterStarts) {
  for (const char* cluster : {"member1", "member2"}) {
    EXPECT_THAT(of<timeline::PodsStarted>(web, cluster), ElementsAre(11s, 60s, 70s, 120s));
    EXPECT_THAT(of<timeline::PodsStopped>(web, cluster), ElementsAre(70s, 80s));
  }
  EXPECT_EQ(stopped(web, "Deleted"), 4);
  const auto ready = replay_.when<timeline::PodsReady>(
      [](const auto& event) { return event.workload == web && event.total == 3; });
  EXPECT_EQ(ready.back(), 130s) << "a start after the rollout takes its 10 s";
}

TEST_F(Kinds, AStatefulSetStartsPodByPodAndIsHealthyAtItsEnd) {
  const std::string db = "StatefulSet/default/db";
  EXPECT_THAT(of<timeline::PodsReady>(db, "member1"), ElementsAre(15s, 19s, 23s));
  EXPECT_EQ(of<timeline::HealthChanged>(db, "member1").back(), 23s);
}

TEST_F(Kinds, ADaemonSetFollowsTheNodes) {
  const std::string agent = "DaemonSet/default/agent";
  EXPECT_THAT(of<timeline::PodsStarted>(agent, "member1"), ElementsAre(11s));
  EXPECT_THAT(of<timeline::PodsStarted>(agent, "member2"), ElementsAre(11s, 90s));
  const auto totals = replay_.when<timeline::PodsReady>(
      [&](const auto& event) { return event.workload == agent && event.total == 3; });
  EXPECT_THAT(totals, ElementsAre(11s, 90s));
  const auto scheduled = replay_.when<timeline::BindingScheduled>([&](const auto& event) {
    return event.workload == agent && event.clusters.at("member1") == 0;
  });
  EXPECT_THAT(scheduled, ElementsAre(11s)) << "it has no replicas";
}

TEST_F(Kinds, ADividedJobCompletesItsShareInEachCluster) {
  const std::string batch = "Job/default/batch";
  EXPECT_EQ(stopped(batch, "Completed"), 10);
  for (const char* cluster : {"member1", "member2"})
    EXPECT_THAT(of<timeline::PodsStopped>(batch, cluster), ElementsAre(21s, 31s, 41s));
}

TEST_F(Kinds, KeepTheInvariants) {
  EXPECT_THAT(replay_.when<timeline::InvariantViolated>(), IsEmpty());
}

TEST(ForeignLoad, TurnsTheDivisionAway) {
  using Assigned = std::map<std::string, std::int64_t>;
  EXPECT_EQ(Replay("foreign-load", {}).assigned(), (Assigned{{"member1", 1}, {"member2", 10}}))
      << "2 of 20 are left in member1, and 20 of 20 in member2";
  EXPECT_EQ(Replay("foreign-load", {"/workloads/0/createAt=\"91s\""}).assigned(),
            (Assigned{{"member1", 4}, {"member2", 7}}))
      << "10 and 20: 11 thirds";
}

TEST(ForeignLoad, ShowsInTheSummaryThatTheControlPlaneHas) {
  const Replay replay("foreign-load", {"/workloads=[]"});
  const auto allocated = [&](const std::string& cpu) {
    return replay.when<timeline::ResourceSummaryChanged>([&](const auto& event) {
      if (event.cluster != "member1") return false;
      const auto found = event.resource_summary.allocated.find("cpu");
      return found != event.resource_summary.allocated.end() && found->second.text() == cpu;
    });
  };
  EXPECT_EQ(allocated("18").size(), 1U);
  ASSERT_EQ(allocated("10").size(), 1U);
  EXPECT_GT(allocated("10").front(), 59s);
  EXPECT_LE(allocated("10").front(), 70s) << "a period of the status loop later at most";
}

}  // namespace
}  // namespace firedrill::scenarios
