// Clusternet's loops from the scenario file to the pods: each story is played whole, and the time
// of each of its lines is derived beside it (spec/clusternet.md 3 to 8).
//
// Common to all: clusters join at 0 and have f = 180 s. Their agents start at 0, collect at
// 0.1 + 20 n and report at 180 n (n > 0), each time what they saw 19.9 s before: the report at
// 180 n says 180 n - 20. The lifecycle controller looks at a cluster whenever it has reported and
// at 540 n: the creation's pass asks for 0 + 540, and 3 f is 540 as well. Silent is who was last
// seen more than 540 s ago.

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"
#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {
namespace {

using Lines = std::vector<std::string>;
using std::chrono_literals::operator""ms;

std::string told(const timeline::HeartbeatLost& e) {
  return "lost " + e.cluster;
}
std::string told(const timeline::HeartbeatSeen& e) {
  return "seen " + e.cluster;
}
std::string told(const timeline::TaintAdded& e) {
  return "taint " + e.cluster + " " + e.taint.value;
}
std::string told(const timeline::TaintRemoved& e) {
  return "untaint " + e.cluster;
}
std::string told(const timeline::SubscriptionQueued& e) {
  return e.backoff ? fmt::format("back off {}", e.attempts) : "queue " + e.reason;
}
std::string told(const timeline::SubscriptionFailed& e) {
  return "fail " + e.reason;
}
std::string told(const timeline::SubscriptionScheduled& e) {
  std::string text = "bind";
  for (const auto& [cluster, feeds] : e.clusters) {
    for (const auto& [feed, replicas] : feeds)
      text += fmt::format(" {}={}", cluster, replicas);
  }
  return text;
}
std::string told(const timeline::DescriptionCreated& e) {
  return "describe " + e.cluster;
}
std::string told(const timeline::DescriptionDeleted& e) {
  return "forget " + e.cluster;
}
std::string told(const timeline::PodsReady& e) {
  return fmt::format("ready {} {}", e.cluster, e.total);
}
std::string told(const timeline::PodsStopped& e) {
  return fmt::format("stop {} {}", e.cluster, e.total);
}

/// A scenario played to its end.
class Story {
 public:
  explicit Story(const std::string& text) {
    api::Diagnostics diagnostics;
    const auto scenario = load_scenario_text(text, "test.json", {}, diagnostics);
    if (!scenario) {
      ADD_FAILURE() << diagnostics.render();
      return;
    }
    timeline::MemorySink sink;
    const std::array<timeline::Sink*, 1> sinks{&sink};
    const RunResult result = run(*scenario, sinks);
    EXPECT_TRUE(result.passed());
    events_ = sink.events();
  }

  /// "1620 lost a" for each event of these kinds from that second on.
  template <class... Kinds>
  [[nodiscard]] Lines lines(std::int64_t from = 0) const {
    Lines lines;
    for (const timeline::TimelineEvent& event : events_) {
      const auto since = event.time.time_since_epoch();
      if (since < std::chrono::seconds(from)) continue;
      std::visit(
          [&]<class Event>(const Event& payload) {
            if constexpr ((std::is_same_v<Event, Kinds> || ...)) {
              lines.push_back(
                  fmt::format("{} {}", static_cast<double>(since / 1ms) / 1000, told(payload)));
            }
          },
          event.payload);
    }
    return lines;
  }
  /// All that the hub does about clusters and subscriptions.
  [[nodiscard]] Lines hub(std::int64_t from) const {
    return lines<timeline::HeartbeatLost, timeline::HeartbeatSeen, timeline::TaintAdded,
                 timeline::TaintRemoved, timeline::SubscriptionScheduled,
                 timeline::DescriptionCreated, timeline::DescriptionDeleted>(from);
  }

 private:
  std::vector<timeline::TimelineEvent> events_;
};

/// Clusters a, b, c in groups 1, 1, 2, each with 40 CPUs and an agent that applies.
std::string world(const std::string& control_plane, const std::string& parts) {
  std::string clusters;
  for (const auto& [name, group] :
       std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"b", "1"}, {"c", "2"}}) {
    if (!clusters.empty()) clusters += ",";
    clusters += R"({"name": ")" + name + R"(", "syncMode": "Pull", "labels": {"g": ")" + group +
                R"("}, "nodes": [{"allocatable": {"cpu": "40", "pods": "110"}}]})";
  }
  return R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "test"},
    "simulation": {"duration": "1h", "seed": 7},
    "controlPlane": {"profile": "clusternet", "latency": {"preset": "none"})" +
         control_plane + R"(}, "clusters": [)" + clusters + "], " + parts + "}";
}

std::string workload(const std::string& subscription, int replicas = 2) {
  return R"("workloads": [{"name": "web", "replicas": )" + std::to_string(replicas) +
         R"(, "requests": {"cpu": "1"}, )" + subscription + "}]";
}

std::string events(const std::string& list) {
  return R"(, "events": [)" + list + "]";
}

const std::string everywhere = R"("subscribers": [{"clusterAffinity": {}}])";
const std::string equal_weights = R"("schedulingStrategy": "Dividing",
    "dividingScheduling": {"type": "Static"},
    "subscribers": [{"clusterAffinity": {}, "weight": 1}])";
const std::string by_room = R"("schedulingStrategy": "Dividing",
    "dividingScheduling": {"type": "Dynamic", "dynamicDividing": {"strategy": "Spread"}},
    "subscribers": [{"clusterAffinity": {}}])";

std::string outage(const std::string& mode,
                   const std::string& at,
                   const std::string& lasts,
                   const std::string& more = "") {
  return R"({"at": ")" + at + R"(", "for": ")" + lasts +
         R"(", "outage": {"clusters": ["a"], "mode": ")" + mode + "\"" + more + "}}";
}

// Heartbeats and lifecycle: the last report decides how long it takes. Power is lost right after
// the reports at 720, 900 and 1080, which were seen at 700, 880 and 1060:
//   700 + 540 = 1240: not past at 1080, but at 1620, 900 s after the last report
//   880 + 540 = 1420: not past at 1080, but at 1620, 720 s after it
//  1060 + 540 = 1600: past at 1620,                  540 s after it
TEST(ClusternetStory, SilenceIsNoticedNineTwelveOrFifteenMinutesAfterTheLastReport) {
  for (const char* at : {"721s", "901s", "1081s"}) {
    const Story story(world("", workload(everywhere) + events(outage("powerloss", at, "40m"))));
    EXPECT_EQ((story.lines<timeline::HeartbeatLost, timeline::TaintAdded>()),
              (Lines{"1620 lost a", "1620 taint a ClusterStatusUnknown"}))
        << at;
  }
}

// A cluster whose agent starts after ten minutes: 540 s after its creation it counts as silent, and
// with its first report, at 600 + 180, as alive.
TEST(ClusternetStory, AClusterThatHasNotReportedInNineMinutesIsTainted) {
  std::string text = world("", workload(everywhere));
  text.replace(text.find(R"("syncMode")"), 0, R"("agent": {"phase": "10m"}, )");
  const Story story(text);
  EXPECT_EQ((story.lines<timeline::HeartbeatLost, timeline::HeartbeatSeen, timeline::TaintAdded,
                         timeline::TaintRemoved>()),
            (Lines{"540 lost a", "540 taint a ClusterStatusNeverUpdated", "780 seen a",
                   "780 untaint a"}));
}

// Scheduler and deployer, FailOver on and off: nobody reaches a from 1000 to 1900. Its last report
// is that of 900, seen at 880, so it is noticed at 1620; bound anew, described and forgotten at
// once. Its agent goes on at 180 n; the report at 1980 meets the hub's own write of 1620 and needs
// a second try, 10 ms later. The orphans ran all the time, so that nothing starts or stops.
TEST(ClusternetStory, APartitionedClusterIsReplacedAndAdoptedAgainWhateverTheGateSays) {
  for (const char* gate : {"true", "false"}) {
    const Story story(world(std::string(R"(, "featureGates": {"FailOver": )") + gate + "}",
                            workload(everywhere) + events(outage("unreachable", "1000s", "900s"))));
    EXPECT_EQ(story.hub(1000),
              (Lines{"1620 lost a", "1620 taint a ClusterStatusUnknown", "1620 bind b=2 c=2",
                     "1620 forget a", "1980.01 seen a", "1980.01 untaint a",
                     "1980.01 bind a=2 b=2 c=2", "1980.01 describe a"}))
        << gate;
    EXPECT_EQ((story.lines<timeline::PodsReady, timeline::PodsStopped>(1000)), Lines{}) << gate;
  }
}

// What FailOver does change: the write of Ready=Unknown queues the subscription as well, for a pass
// that finds no taint yet.
TEST(ClusternetStory, FailOverPassesOnceMore) {
  const auto queued = [](const std::string& gate) {
    const Story story(world(R"(, "featureGates": {"FailOver": )" + gate + "}",
                            workload(everywhere) + events(outage("unreachable", "1000s", "900s"))));
    return story.lines<timeline::SubscriptionQueued>(1000);
  };
  EXPECT_EQ(queued("true"), (Lines{"1620 queue ClusterNotReady", "1620 queue ClusterNotReady",
                                   "1980.01 queue ClusterUpdated"}));
  EXPECT_EQ(queued("false"), (Lines{"1620 queue ClusterUpdated", "1980.01 queue ClusterUpdated"}));
}

// Spare clusters: one of group 1 (a or b) and one of group 2. Power of a is lost at 1000 and comes
// back at 2000, when its agent starts anew: reports at 2180, 2360, …. The spare b is described
// before a is forgotten. The power stops a's pods; they run again with it, beside those in b, until
// the report at 2180 has a chosen again (by identity) and b forgotten.
TEST(ClusternetStory, ASpareClusterTakesOverAndGivesBack) {
  const Story story(world("", workload(R"("schedulingBySubGroup": true, "subscribers": [
      {"clusterAffinity": {"matchLabels": {"g": "1"}}, "subGroupStrategy": {"minClusters": 1}},
      {"clusterAffinity": {"matchLabels": {"g": "2"}}, "subGroupStrategy": {"minClusters": 1}}])") +
                                  events(outage("powerloss", "1000s", "1000s"))));
  EXPECT_EQ(story.hub(0),
            (Lines{"0 bind a=2 c=2", "0 describe a", "0 describe c", "1620 lost a",
                   "1620 taint a ClusterStatusUnknown", "1620 bind b=2 c=2", "1620 describe b",
                   "1620 forget a", "2180 seen a", "2180 untaint a", "2180 bind a=2 c=2",
                   "2180 describe a", "2180 forget b"}));
}

// Static division: the loss at 1620 queues the subscription and admission refuses it: a's share
// stays. A new number of replicas at 1800 divides anew, without a: 8 over two. a's return at 2160
// changes nothing, the next number at 2400 does: 9 over three.
TEST(ClusternetStory, AStaticDivisionStaysUntilReplicasChange) {
  const Story story(world(
      "", workload(equal_weights, 6) +
              events(outage("unreachable", "1000s", "1000s") +
                     R"(, {"at": "1800s", "scale": {"workload": "default/web", "replicas": 8}},
                              {"at": "2400s", "scale": {"workload": "default/web", "replicas": 9}})")));
  EXPECT_EQ(story.lines<timeline::SubscriptionScheduled>(),
            (Lines{"0 bind a=2 b=2 c=2", "1800 bind b=4 c=4", "2400 bind a=3 b=3 c=3"}));
}

// Dynamic division: predictors are known from the first reports at 180. The scheduler has failed
// since 0 at 0, 1, 3, 7, 15, 25, 35, …, 175; the next pass is due at 185 (no event comes before:
// a report is none). Each cluster has room for 40 less what runs. 6: 2 each. a is lost at 1620:
// nothing moves. 9 at 1800: 3 more over b and c (38 each): 1.5 each, the rest to b, the first.
TEST(ClusternetStory, ADynamicDivisionOnlyGrowsWhereThereIsAnswer) {
  const Story story(world(
      "", workload(by_room, 6) +
              events(outage("unreachable", "1000s", "1000s") +
                     R"(, {"at": "1800s", "scale": {"workload": "default/web", "replicas": 9}})")));
  EXPECT_EQ(story.lines<timeline::SubscriptionScheduled>(),
            (Lines{"185 bind a=2 b=2 c=2", "1800 bind a=2 b=4 c=3"}));
  Lines failures = story.lines<timeline::SubscriptionFailed>();
  ASSERT_GE(failures.size(), 7U);
  failures.resize(7);
  EXPECT_EQ(failures, (Lines{"0 fail Retry", "1 fail Retry", "3 fail Retry", "7 fail Retry",
                             "15 fail Retry", "25 fail Retry", "35 fail Retry"}));
}

// A predictor that does not answer fails the whole pass after 20 s, and the wait before the next
// begins then: passes begin at 1100, 1121, 1143, 1167, 1195, …, each 20 s long, with 1, 2, 4, 8 s
// between. The taint at 1620 queues the subscription anew; the pass under way (1610 to 1630) fails
// before, and its failure is dropped.
//   passes 1100-1120, 1121-1141, 1143-1163, 1167-1187, 1195-1215, then every 30 s: 1225, …,
//   1585-1605, 1615-1635; then the one without a, which binds 3 more over b and c.
TEST(ClusternetStory, APredictorOutOfReachHoldsUpEveryPass) {
  const Story story(world(
      "", workload(by_room, 6) +
              events(outage("unreachable", "1000s", "1000s", R"(, "packets": "dropped")") +
                     R"(, {"at": "1100s", "scale": {"workload": "default/web", "replicas": 9}})")));
  const Lines passes =
      story.lines<timeline::SubscriptionFailed, timeline::SubscriptionScheduled>(1100);
  ASSERT_GE(passes.size(), 6U);
  EXPECT_EQ(Lines(passes.begin(), passes.begin() + 5),
            (Lines{"1120 fail Retry", "1141 fail Retry", "1163 fail Retry", "1187 fail Retry",
                   "1215 fail Retry"}));
  EXPECT_EQ(passes[passes.size() - 2], "1635 fail Retry");
  EXPECT_EQ(passes.back(), "1635 bind a=2 b=4 c=3");
}

// The hub applies in Push clusters as soon as it knows that it may, which their first report says:
// at 180. Until then each try fails; they come 5 ms * (2^k - 1) after the first, at 163.835 and at
// 327.675.
TEST(ClusternetStory, PushClustersGetTheirFirstWorkloadAfterTheFirstReport) {
  std::string text = world("", workload(everywhere));
  for (std::size_t at = text.find("Pull"); at != std::string::npos; at = text.find("Pull"))
    text.replace(at, 4, "Push");
  EXPECT_EQ((Story(text).lines<timeline::PodsReady>()),
            (Lines{"327.675 ready a 2", "327.675 ready b 2", "327.675 ready c 2"}));
  const Story at_once(text.replace(text.find(R"("latency")"), 0,
                                   R"("components": {"agent": {"firstReportImmediate": true}}, )"));
  const Lines ready = at_once.lines<timeline::PodsReady>();
  ASSERT_EQ(ready.size(), 3U);
  EXPECT_TRUE(ready.front().starts_with("0")) << ready.front();
}

// The agent's loops go by the lease in its own cluster: its API server is down from 1005 to 1300.
// The renewal at 1006 fails, and at 1016 the agent gives up; it reports nothing at 1080 and 1260.
// It saw its cluster last at 1000.1, when all was well, and says so when it wins the lease again,
// trying every 2 s from 1016 on: at 1300. Nobody has noticed anything.
TEST(ClusternetStory, AShortOutageOfTheApiServerIsNotNoticed) {
  const Story story(world(
      "", workload(everywhere) + events(outage("apiserver", "1005s", "295s", R"(, "answer": 0)"))));
  EXPECT_EQ((story.lines<timeline::HeartbeatLost, timeline::TaintAdded>()), Lines{});
}

// No cluster is left: the three taints of 1620 make one pass, whose empty result is bound. From
// 1980 on, when the agents' second tries arrive (10 ms and up to 10 % more later), all come back.
TEST(ClusternetStory, AWorkloadWithoutAClusterIsForgottenEverywhere) {
  std::string text =
      world("", workload(everywhere) + events(outage("unreachable", "1000s", "900s")));
  const std::string one = R"("clusters": ["a"])";
  text.replace(text.find(one), one.size(), R"("clusters": ["a", "b", "c"])");
  const Story story(text);
  const Lines lines =
      story.lines<timeline::SubscriptionScheduled, timeline::SubscriptionFailed>(1000);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(Lines(lines.begin(), lines.begin() + 2),
            (Lines{"1620 fail NoFeasibleCluster", "1620 bind"}));
  EXPECT_EQ(lines.back(), "1980.01 bind a=2 b=2 c=2");
}

}  // namespace
}  // namespace firedrill::scenarios
