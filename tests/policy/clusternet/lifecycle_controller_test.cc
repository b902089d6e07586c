// The hub's lifecycle controller against hand-written reports: when silence is noticed, what is
// written then, and how a cluster comes back (spec/clusternet.md 4).

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "clusternet/hand_made_hub.h"
#include "policy/clusternet/controllers/cluster_lifecycle_controller.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

constexpr const char* unschedulable =
    "clusters.clusternet.io/unschedulable=ClusterStatusUnknown:NoSchedule";

class Lifecycle : public testing::Test {
 protected:
  void start(bool cluster_init = false) {
    controller.emplace(hub.ports, ControllerOptions{.workers = 10, .priority_queue = false},
                       cluster_init);
  }
  /// `count` reports of `cluster`, one a period, the first at `first`; then silence.
  void beat(Duration first, Duration period, int count) {
    for (int i = 0; i < count; ++i) {
      hub.time.run_to(first + i * period);
      hub.report("a", std::chrono::duration_cast<std::chrono::seconds>(period).count());
    }
  }
  /// How long after the last report silence is noticed.
  Duration detection(Duration since) {
    hub.time.run_to(since + 1h);
    return hub.record.lost.empty() ? Duration::zero() : hub.record.lost.front().second - since;
  }

  Hub hub;
  std::optional<ClusterLifecycleController> controller;
};

// f = 1 s, reports at 1.5, 2.5, ...; the status is of the same second, so that lastObservedTime is
// the whole second below. The first report's pass at 1.5 sets the wake to 1.5 + 3, which is earlier
// than that of the creation (0 + 540), and each wake sets the next: the grid is 4.5, 7.5, 10.5.
//   n = 0: last report 1.5, allowed to 1 + 3 = 4,  4.5 is past it:  3.0 s
//   n = 1: last report 2.5, allowed to 5, 4.5 is not, 7.5 is:       5.0 s
//   n = 2: last report 3.5, allowed to 6, 7.5 is past it:           4.0 s
//   n = 3, 4, 5: the same again, three seconds later.
TEST(LifecycleDetection, FollowsTheGridOfTheFirstReport) {
  const std::vector<Duration> expected{3s, 5s, 4s, 3s, 5s, 4s};
  for (int n = 0; n < 6; ++n) {
    Hub hub;
    const ClusterLifecycleController controller(hub.ports, {.workers = 10, .priority_queue = false},
                                                false);
    hub.add_cluster("a");
    for (int i = 0; i <= n; ++i) {
      hub.time.run_to(1500ms + i * 1s);
      hub.report("a", 1);
    }
    const Duration last = hub.time.since_start();
    hub.time.run_to(last + 10s);
    ASSERT_EQ(hub.record.lost.size(), 1U) << n;
    EXPECT_EQ(hub.record.lost.front().second - last, expected[static_cast<std::size_t>(n)]) << n;
  }
}

// f = 180 s. The controller starts at 1000 s, at the first report that counts: its pass asks for
// 1540. Statuses are 19.9 s old when they are posted (collected at 980.1: 980 stored).
//   n = 0: last report 1000, allowed to  980 + 540 = 1520, wake 1540:          540 s
//   n = 1: last report 1180, allowed to 1160 + 540 = 1700, wakes 1540, 2080:   900 s
//   n = 2: last report 1360, allowed to 1880, wake 2080:                       720 s
//   n = 3: last report 1540, allowed to 2060, wake 2080:                       540 s
TEST(LifecycleDetection, TakesNineTwelveOrFifteenMinutesByDefault) {
  const std::vector<Duration> expected{540s, 900s, 720s, 540s};
  for (int n = 0; n < 4; ++n) {
    Hub hub;
    hub.add_cluster("a");
    const auto post = [&hub] {
      hub.clusters.change_status(Hub::key_of("a"), [&hub](ManagedCluster& next) {
        next.status = with_report(next.status, {.ready = true,
                                                .collected = hub.time.now() - 19900ms,
                                                .posted = hub.time.now(),
                                                .heartbeat_frequency_seconds = 180});
      });
    };
    hub.time.run_to(1000s);
    post();
    const ClusterLifecycleController controller(hub.ports, {.workers = 10, .priority_queue = false},
                                                false);
    for (int i = 1; i <= n; ++i) {
      hub.time.run_to(1000s + i * 180s);
      post();
    }
    const Duration last = hub.time.since_start();
    hub.time.run_to(last + 1000s);
    ASSERT_EQ(hub.record.lost.size(), 1U) << n;
    EXPECT_EQ(hub.record.lost.front().second - last, expected[static_cast<std::size_t>(n)]) << n;
  }
}

// f = 180 s, created at 0, first report at 180. The wake of the creation's pass, 0 + 540, stands
// before that of the first report's, 180 + 540, and is kept: the grid is 540, 1080, 1620.
//   last report 180: allowed to 180 + 540 = 720, wakes 540, 1080:  900 s
//   last report 360: allowed to 900, wake 1080:                     720 s
//   last report 540: allowed to 1080, and 1080 is (a little) past:  540 s
TEST_F(Lifecycle, KeepsTheGridOfTheCreationWhileItsWakeIsEarlier) {
  start();
  hub.add_cluster("a");
  beat(180s, 180s, 1);
  EXPECT_EQ(detection(180s), 900s);
}
TEST_F(Lifecycle, KeepsTheGridOfTheCreationForTheSecondReport) {
  start();
  hub.add_cluster("a");
  beat(180s, 180s, 2);
  EXPECT_EQ(detection(360s), 720s);
}

TEST_F(Lifecycle, FindsAClusterSilentThatNeverReportedAfterNineMinutes) {
  start();
  hub.add_cluster("a");
  hub.time.run_to(539s);
  EXPECT_EQ(hub.ready("a"), "");
  hub.time.run_to(540s);
  EXPECT_EQ(hub.ready("a"), "Unknown");
  EXPECT_EQ(hub.taints("a"),
            Strings{"clusters.clusternet.io/unschedulable=ClusterStatusNeverUpdated:NoSchedule"});
}

TEST_F(Lifecycle, WritesTheStatusFirstAndThenTheTaint) {
  start();
  hub.add_cluster("a");
  beat(1500ms, 1s, 1);
  Strings events;
  const Registration watch = hub.clusters.watch([&](const Change<ManagedCluster>& change) {
    if (change.replay) return;
    events.push_back(hub.ready("a") + " " + std::to_string(change.after->spec.taints.size()));
    if (change.after->spec.taints.empty()) {
      EXPECT_FALSE(is_ready(*change.after) && !hub.record.lost.empty());
    }
  });
  hub.time.run_to(4499ms);
  EXPECT_TRUE(hub.record.lost.empty());
  events.clear();
  hub.time.run_to(4500ms);
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(events[0], "Unknown 0");  // the status alone
  EXPECT_EQ(events[1], "Unknown 1");  // then the taint
  EXPECT_EQ(hub.taints("a"), Strings{unschedulable});
  EXPECT_FALSE(hub.cluster("a")->status.livez);
}

// The pass that a report triggers takes the taint off, in the same instant.
TEST_F(Lifecycle, TakesTheTaintOffAtTheFirstGoodReport) {
  start();
  hub.add_cluster("a");
  beat(1500ms, 1s, 1);
  hub.time.run_to(20s);
  ASSERT_EQ(hub.taints("a"), Strings{unschedulable});
  hub.report("a", 1);
  hub.time.run_to(20s);
  EXPECT_EQ(hub.ready("a"), "True");
  EXPECT_EQ(hub.taints("a"), Strings{});
  ASSERT_EQ(hub.record.seen.size(), 1U);
  EXPECT_EQ(hub.record.seen.front().second, 20s);
}

TEST_F(Lifecycle, TaintsAClusterThatReportsItselfNotReadyAtOnce) {
  start();
  hub.add_cluster("a");
  hub.time.run_to(10s);
  hub.report("a", 180, false);
  hub.time.run_to(10s);
  EXPECT_EQ(hub.taints("a"),
            Strings{"clusters.clusternet.io/unschedulable=ManagedClusterNotReady:NoSchedule"});
  EXPECT_TRUE(hub.record.lost.empty());
}

// A taint under the controller's own key goes at the next status event, whoever set it.
TEST_F(Lifecycle, TakesAwayAManualTaintOfItsOwnKey) {
  start();
  hub.add_cluster("a");
  hub.time.run_to(10s);
  hub.report("a", 180);
  hub.time.run_to(11s);
  hub.clusters.change(Hub::key_of("a"), [](ManagedCluster& next) {
    next.spec.taints = {{.key = std::string(taint_unschedulable), .effect = "NoSchedule"},
                        {.key = "maintenance", .effect = "NoSchedule"}};
  });
  hub.time.run_to(100s);
  EXPECT_EQ(hub.taints("a").size(), 2U) << "a change of taints alone is not looked at";
  hub.report("a", 180);
  hub.time.run_to(100s);
  EXPECT_EQ(hub.taints("a"), Strings{"maintenance=:NoSchedule"});
}

// Reports at 1.5 and 2.5; the wake at 4.5 finds nothing, as 2 + 3 = 5 is not past, and asks for
// 7.5. The report at 7.0 would ask for 10.0, which is later and dropped; at 7.5 it is 7 + 3 = 10
// that is not past: a silence of 4.5 s, longer than 3f, was never noticed.
TEST_F(Lifecycle, OverlooksAnInterruptionShorterThanSixPeriods) {
  start();
  hub.add_cluster("a");
  beat(1500ms, 1s, 2);  // 1.5, 2.5; silence would be noticed at 7.5
  hub.time.run_to(7s);
  hub.report("a", 1);
  hub.time.run_to(9s);
  EXPECT_TRUE(hub.record.lost.empty());
}

TEST_F(Lifecycle, KeepsANewClusterTaintedUntilItsInitializationIsDeployed) {
  start(true);
  hub.add_cluster("a");
  hub.clusters.change(Hub::key_of("a"), [](ManagedCluster& next) {
    next.spec.cluster_init_base_name = "clusternet-system.init";
  });
  hub.time.run_to(1s);
  EXPECT_EQ(hub.taints("a"),
            Strings{"clusters.clusternet.io/initialization=ClusterInitWaiting:NoSchedule"});
  Base base;
  base.metadata.space = dedicated_space("a");
  base.metadata.name = "clusternet-system.init";
  base.subscription = {"clusternet-system", "init"};
  hub.bases.put(base);
  Description description;
  description.metadata.space = dedicated_space("a");
  description.metadata.name = "clusternet-system.init-generic";
  description.status.phase = phase_success;
  hub.descriptions.put(description);
  // Looked at every 30 s; nothing else wakes the controller.
  hub.time.run_to(29s);
  EXPECT_EQ(hub.taints("a").size(), 1U);
  hub.time.run_to(30s);
  EXPECT_EQ(hub.taints("a"), Strings{});
}

}  // namespace
}  // namespace firedrill::policy::clusternet
