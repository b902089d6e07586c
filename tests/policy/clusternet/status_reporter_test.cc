// An agent's two loops and its lease: when a report goes out, what it says, and when there is
// silence instead (spec/clusternet.md 3).

#include "policy/clusternet/agent/status_reporter.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "clusternet/hand_made_hub.h"
#include "policy/clusternet/components.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;
using Durations = std::vector<Duration>;

class Reporting : public testing::Test {
 protected:
  void start(const Options& options = {}) {
    hub.add_cluster("a");
    // The version changes with each write, so that reports are told from the hub's writes.
    watch = hub.clusters.watch([this](const Change<ManagedCluster>& change) {
      if (!change.before || change.before->status == change.after->status) return;
      posts.push_back(hub.time.since_start());
      observed.push_back(change.after->status.last_observed_time->timestamp().time_since_epoch());
    });
    agent = start_agent(hub.ports, "a", options.agent, options);
  }

  Hub hub;
  Registration watch;
  Durations posts;     ///< When reports were stored.
  Durations observed;  ///< Their lastObservedTime.
  std::unique_ptr<Component> agent;
};

// The first run at 0 finds nothing collected in its five tries (0 to 40 ms); the collector begins
// at 0.1 and looks every 20 s, so that a report at 180 carries the look at 160.1, stored as 160.
TEST_F(Reporting, BeginsOnePeriodAfterTheStart) {
  start();
  hub.time.run_to(541s);
  EXPECT_EQ(posts, (Durations{180s, 360s, 540s}));
  EXPECT_EQ(observed, (Durations{160s, 340s, 520s}));
  EXPECT_EQ(hub.cluster("a")->status.heartbeat_frequency_seconds, 180);
  EXPECT_EQ(hub.cluster("a")->status.app_pusher, true);
  EXPECT_EQ(hub.ready("a"), "True");
}

TEST_F(Reporting, BeginsAtOnceIfToldSo) {
  Options options;
  options.components.agent.first_report_immediate = true;
  start(options);
  hub.time.run_to(181s);
  EXPECT_EQ(posts, (Durations{0s, 180s}));
  EXPECT_EQ(observed, (Durations{0s, 160s}));
}

TEST_F(Reporting, CutsThePeriodToWholeSeconds) {
  Options options;
  options.agent.cluster_status_update_frequency = 1900ms;
  options.agent.cluster_status_collect_frequency = 1s;
  start(options);
  hub.time.run_to(2s);
  EXPECT_EQ(posts, Durations{1900ms});
  EXPECT_EQ(hub.cluster("a")->status.heartbeat_frequency_seconds, 1);
}

// The hub has written between two reports: the agent's version is old, the first try conflicts, and
// the second comes 10 ms later.
TEST_F(Reporting, RepeatsAReportThatMeetsAConflict) {
  start();
  hub.time.run_to(200s);
  hub.clusters.change(Hub::key_of("a"),
                      [](ManagedCluster& next) { next.metadata.labels["x"] = "y"; });
  hub.time.run_to(361s);
  EXPECT_EQ(posts, (Durations{180s, 360s + 10ms}));
  EXPECT_EQ(hub.cluster("a")->metadata.labels.count("x"), 1U);
}

// The API server goes down at 100.5. The renewal at 102 fails and may take until 112; then the
// agent stops. It tries to win the lease every 2 s from 112 and does at 300, when it reports what
// it saw last, at 100.1. The collector begins anew 0.1 s later; the grid of reports, too.
TEST_F(Reporting, IsSilentWhileTheApiServerOfItsClusterIsDown) {
  start();
  hub.time.run_to(100500ms);
  hub.members.down.insert("a");
  hub.time.run_to(299500ms);
  EXPECT_EQ(posts, Durations{});
  hub.members.down.erase("a");
  hub.time.run_to(500s);
  EXPECT_EQ(posts, (Durations{300s, 480s}));
  EXPECT_EQ(observed, (Durations{100s, 460s}));
  EXPECT_EQ(hub.ready("a"), "True");
}

// An outage shorter than the renew deadline: renewals at 102 to 110 fail, the one at 110.x does
// not, and the report at 180 goes out. Longer than that and shorter than a period: still silence.
TEST_F(Reporting, OutlastsAnOutageShorterThanTheRenewDeadline) {
  start();
  hub.time.run_to(100500ms);
  hub.members.down.insert("a");
  hub.time.run_to(109500ms);
  hub.members.down.erase("a");
  hub.time.run_to(200s);
  EXPECT_EQ(posts, Durations{180s});
}

// The API server answers, but says that it is not healthy; the lease is not its health's business,
// so the test keeps it by not electing a leader.
TEST_F(Reporting, SaysThatItsClusterIsNotReady) {
  Options options;
  options.agent.process.leader_elect = false;
  start(options);
  hub.members.unhealthy.insert("a");
  hub.time.run_to(180s);
  EXPECT_EQ(hub.ready("a"), "False");
}

}  // namespace
}  // namespace firedrill::policy::clusternet
