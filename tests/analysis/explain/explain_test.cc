// Explanations of timelines told by hand: what took how long, and which gate stopped what.

#include "analysis/explain/explain.h"

#include <chrono>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/explain/render.h"
#include "analysis/timeline/json_lines.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using namespace timeline;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* web = "Deployment/shop/web";

/// An event at a time, and the number of what led to it.
struct Told {
  sim::Duration at;
  std::uint64_t cause;
  Payload payload;
};

class ExplainTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = (std::filesystem::path(testing::TempDir()) / ("explain-" + std::string(test->name())))
                .string();
    header_.scenario = "told";
    header_.profile = "karmada";
    flag("cluster-status-update-frequency", "10s");
    flag("cluster-failure-threshold", "30s");
    flag("cluster-success-threshold", "30s");
    flag("cluster-monitor-period", "5s");
    flag("cluster-monitor-grace-period", "40s");
    flag("cluster-startup-grace-period", "1m0s");
    flag("resource-eviction-rate", 0.5);
    flag("enable-taint-manager", true);
    flag("enable-no-execute-taint-eviction", true);
    flag("allow-no-execute-taint-policy", true);
    flag("graceful-eviction-timeout", "10m0s");
    header_.feature_gates["Failover"] = true;
    header_.components.insert_or_assign(
        "taint-manager", api::Json(nlohmann::json{{"evictionWorkers", 3}, {"period", "10s"}}));
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void flag(const std::string& name, nlohmann::json value) {
    header_.flags.insert_or_assign(name, api::Json(std::move(value)));
  }

  [[nodiscard]] TimelineFile file(const std::vector<Told>& story, sim::Duration end = 1h) const {
    OutputFile output(path_);
    JsonLines lines(output);
    lines.begin(header_);
    Footer footer;
    footer.time = sim::start_time + end;
    for (const Told& told : story) {
      ++footer.events;
      lines.event({static_cast<std::uint64_t>(footer.events), sim::start_time + told.at, told.cause,
                   told.payload});
      ++footer.by_kind[std::string(kind_name(told.payload))];
    }
    lines.end(footer);
    output.commit();
    return TimelineFile(path_);
  }

  [[nodiscard]] Explanation ask(const std::vector<Told>& story,
                                const std::string& question,
                                sim::Duration end = 1h) const {
    const TimelineFile timeline = file(story, end);
    const auto read = read_question(question);
    EXPECT_TRUE(read.ok()) << question;
    auto answer = explain(timeline, *read);
    if (answer.ok()) return std::move(answer).value();
    ADD_FAILURE() << answer.problem();
    return {};
  }
  [[nodiscard]] std::string problem(const std::vector<Told>& story,
                                    const std::string& question) const {
    const TimelineFile timeline = file(story);
    const auto read = read_question(question);
    if (!read.ok()) return read.problem();
    const auto answer = explain(timeline, *read);
    return answer.ok() ? "" : answer.problem();
  }

  Header header_;
  std::string path_;
};

api::Taint down() {
  return {.key = "down", .value = "", .effect = "NoExecute", .time_added = {}};
}

EvictionTask evicted() {
  return {.purge_mode = "Gracefully", .reason = "TaintUntolerated", .producer = "TaintManager"};
}

/// Everything up to Ready=False at 70 s after a fault at 33 s: events 1 to 5.
std::vector<Told> lost_cluster() {
  return {
      {0s, 0, ClusterJoined{.cluster = "member1", .sync_mode = "Push"}},
      {0s, 0, BindingScheduled{.workload = web, .clusters = {{"member1", 2}}, .by = "scheduler"}},
      {33s, 0,
       FaultStarted{
           .fault = "/events/0", .type = "outage", .mode = "unreachable", .clusters = {"member1"}}},
      {40s, 3, ProbeFailed{.cluster = "member1", .answer = "refused"}},
      {70s, 4,
       ClusterConditionChanged{.cluster = "member1",
                               .condition = "Ready",
                               .status = "False",
                               .reason = "ClusterNotReachable"}}};
}

Payload no_execute() {
  return TaintAdded{.cluster = "member1", .taint = down()};
}

/// The same with the taint, event 6.
std::vector<Told> tainted_cluster() {
  std::vector<Told> story = lost_cluster();
  story.push_back({70s, 5, no_execute()});
  return story;
}

std::vector<std::string> shares(const Chain& chain) {
  std::vector<std::string> all;
  for (const Step& step : chain.steps) {
    for (const Share& share : step.shares) {
      all.push_back(std::to_string(share.length / 1ms) + " " + share.setting +
                    (share.value.empty() ? "" : "=" + share.value) +
                    (share.words.empty() ? "" : " " + share.words));
    }
  }
  return all;
}

void expect_exact(const Chain& chain) {
  sim::Duration sum{};
  for (std::size_t i = 0; i < chain.steps.size(); ++i) {
    const Step& step = chain.steps[i];
    const sim::Duration since = i == 0 ? 0ns : step.time - chain.steps[i - 1].time;
    EXPECT_EQ(step.duration, since) << step.seq;
    const sim::Duration of_shares =
        std::accumulate(step.shares.begin(), step.shares.end(), sim::Duration{},
                        [](sim::Duration all, const Share& share) { return all + share.length; });
    EXPECT_EQ(of_shares, step.duration) << step.seq;
    sum += step.duration;
  }
  EXPECT_EQ(sum, chain.total());
}

TEST_F(ExplainTest, NamesTheSettingOfEachStep) {
  std::vector<Told> story = tainted_cluster();
  story.push_back(
      {70s, 6, EvictionQueued{.workload = web, .cluster = "member1", .queue = "q", .depth = 3}});
  story.push_back(
      {70s, 6,
       EvictionQueued{
           .workload = "Deployment/shop/other", .cluster = "member1", .queue = "q", .depth = 4}});
  for (const char* other : {"Deployment/shop/a", "Deployment/shop/b"}) {
    story.push_back({72s, 6,
                     EvictionDequeued{.workload = other,
                                      .cluster = "member1",
                                      .queue = "q",
                                      .worker = 1,
                                      .waited = 2s,
                                      .outcome = "Evicted"}});
  }
  story.push_back({74s + 1ms, 7,
                   GracefulEvictionTaskAdded{
                       .workload = web, .cluster = "member1", .task = evicted(), .clusters = {}}});
  story.push_back({74s + 1ms, 11,
                   EvictionDequeued{.workload = web,
                                    .cluster = "member1",
                                    .queue = "q",
                                    .waited = 4s,
                                    .outcome = "Evicted"}});

  const Explanation answer = ask(story, "11");

  ASSERT_EQ(answer.chains.size(), 1u);
  const Chain& chain = answer.chains[0];
  expect_exact(chain);
  EXPECT_EQ(chain.steps.front().kind, "FaultStarted");
  EXPECT_THAT(shares(chain),
              ElementsAre("7000 cluster-status-update-frequency=10s until the next probe",
                          "30000 cluster-failure-threshold=30s",
                          "4000 resource-eviction-rate=0.5 3rd of 4 in the queue, "
                          "taint-manager.evictionWorkers=3",
                          "1  requests and watches (controlPlane.latency)"));
}

TEST_F(ExplainTest, SplitsAStepAtTheEndOfAToleration) {
  std::vector<Told> story = tainted_cluster();
  // As v1.10 does it: queued, found tolerated, queued again, each ten seconds.
  story.push_back(
      {70s, 6, EvictionQueued{.workload = web, .cluster = "member1", .queue = "q", .depth = 1}});
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto at = 70s + 10s * static_cast<std::int64_t>(i);
    const std::uint64_t queued = 7 + 2 * i;
    story.push_back({at, queued,
                     EvictionDequeued{.workload = web,
                                      .cluster = "member1",
                                      .queue = "q",
                                      .waited = 0s,
                                      .outcome = "Tolerated",
                                      .retry_at = sim::start_time + 370s}});
    story.push_back({at, queued + 1,
                     EvictionQueued{.workload = web,
                                    .cluster = "member1",
                                    .queue = "q",
                                    .ready_at = sim::start_time + 370s,
                                    .depth = 1}});
  }
  story.push_back({371s, 13,
                   GracefulEvictionTaskAdded{
                       .workload = web, .cluster = "member1", .task = evicted(), .clusters = {}}});

  const Explanation answer = ask(story, "14");

  const Chain& chain = answer.chains.at(0);
  expect_exact(chain);
  EXPECT_EQ(chain.steps.size(), 6u);
  EXPECT_THAT(shares(chain).back(), HasSubstr("1000 resource-eviction-rate=0.5 1st of 1"));
  EXPECT_THAT(shares(chain)[2], HasSubstr("300000  tolerationSeconds"));
}

TEST_F(ExplainTest, ReckonsLeasesFromTheirLastRenewal) {
  const std::vector<Told> story{
      {0s, 0, ClusterJoined{.cluster = "edge", .sync_mode = "Pull"}},
      {33s, 0, FaultStarted{.fault = "cut", .type = "outage", .clusters = {"edge"}}},
      {75s, 2, LeaseExpired{.cluster = "edge", .last_renewed = sim::start_time + 31s}}};
  const Explanation answer = ask(story, "3");
  expect_exact(answer.chains.at(0));
  EXPECT_THAT(shares(answer.chains.at(0)),
              ElementsAre("38000 cluster-monitor-grace-period=40s from the last renewal, 2s before",
                          "4000 cluster-monitor-period=5s until the monitor looks"));
}

TEST_F(ExplainTest, TakesTheAgentsOwnSettingForPullClusters) {
  flag("agent/cluster-failure-threshold", "1m0s");
  const auto story = [](const char* mode) {
    return std::vector<Told>{
        {0s, 0, ClusterJoined{.cluster = "c", .sync_mode = mode}},
        {10s, 0, ProbeFailed{.cluster = "c", .answer = "500"}},
        {75s, 2,
         ClusterConditionChanged{
             .cluster = "c", .condition = "Ready", .status = "False", .reason = "x"}}};
  };
  EXPECT_THAT(shares(ask(story("Pull"), "3").chains.at(0)).front(),
              "60000 agent/cluster-failure-threshold=1m0s");
  EXPECT_THAT(shares(ask(story("Push"), "3").chains.at(0)).front(),
              "30000 cluster-failure-threshold=30s");
}

TEST_F(ExplainTest, SaysWhereAWorkloadIsAndWhatIsPending) {
  std::vector<Told> story = tainted_cluster();
  story.push_back({70s, 6,
                   GracefulEvictionTaskAdded{
                       .workload = web, .cluster = "member1", .task = evicted(), .clusters = {}}});
  story.push_back(
      {70s, 7, BindingScheduled{.workload = web, .clusters = {{"member2", 2}}, .by = "scheduler"}});
  story.push_back({70s, 8, WorkCreated{.workload = web, .cluster = "member2", .replicas = 2}});
  story.push_back(
      {71s, 9, PodsStarted{.workload = web, .cluster = "member2", .replicas = 2, .total = 2}});
  story.push_back(
      {90s, 10, PodsReady{.workload = web, .cluster = "member2", .replicas = 1, .total = 1}});

  const Explanation before = ask(story, "shop/web@1m");
  EXPECT_THAT(before.answer, HasSubstr("member1: 2 assigned"));
  const Explanation after = ask(story, "web@100");
  ASSERT_EQ(after.chains.size(), 1u);
  EXPECT_EQ(after.chains[0].steps.front().kind, "FaultStarted");
  EXPECT_EQ(after.chains[0].steps.back().seq, 11u);
  EXPECT_THAT(after.pending, ElementsAre("member2: 1 pods run but are not ready"));
  EXPECT_THAT(ask(story, "shop/web").answer, HasSubstr("is evicted from member1"));
}

TEST_F(ExplainTest, NamesTheGateThatStoppedAnEviction) {
  const auto gate = [&](const std::vector<Told>& story, sim::Duration end = 1h) {
    const Explanation answer = ask(story, "shop/web", end);
    return answer.gates.empty() ? ""
                                : answer.gates.front().name + " " + answer.gates.front().setting;
  };
  std::vector<Told> calm{lost_cluster()[0], lost_cluster()[1]};
  EXPECT_EQ(gate(calm), "NoFault ");
  std::vector<Told> unseen(calm);
  unseen.push_back({33s, 0, FaultStarted{.fault = "f", .type = "outage", .clusters = {"member1"}}});
  EXPECT_EQ(gate(unseen), "NotNoticed cluster-status-update-frequency");
  std::vector<Told> brief(unseen);
  brief.push_back({40s, 3, ProbeFailed{.cluster = "member1", .answer = "refused"}});
  brief.push_back({60s, 3, ProbeRecovered{.cluster = "member1", .answer = "200"}});
  EXPECT_EQ(gate(brief), "BelowThreshold cluster-failure-threshold");
  EXPECT_THAT(ask(brief, "shop/web").answer, HasSubstr("probes failed for 20s"));

  EXPECT_EQ(gate(lost_cluster()), "NoNoExecuteSource allow-no-execute-taint-policy");
  EXPECT_EQ(gate(tainted_cluster()), "ToleratesForever ");
  flag("enable-no-execute-taint-eviction", false);
  EXPECT_EQ(gate(tainted_cluster()), "EvictionDisabled enable-no-execute-taint-eviction");
  header_.feature_gates["Failover"] = false;
  EXPECT_EQ(gate(lost_cluster()), "FailoverGateOff Failover");
  const Explanation both = ask(lost_cluster(), "shop/web");
  ASSERT_EQ(both.gates.size(), 2u);
  EXPECT_EQ(both.gates[1].name, "EvictionDisabled");
}

TEST_F(ExplainTest, NamesTheGateOfAKeyThatIsStillQueued) {
  std::vector<Told> story = tainted_cluster();
  story.push_back({70s, 6,
                   EvictionQueued{.workload = web,
                                  .cluster = "member1",
                                  .queue = "q",
                                  .ready_at = sim::start_time + 370s,
                                  .depth = 7}});
  EXPECT_EQ(ask(story, "shop/web", 5min).gates.at(0).name, "Tolerated");
  EXPECT_EQ(ask(story, "shop/web", 1h).gates.at(0).name, "WaitingInQueue");
  story.push_back({300s, 0, TaintRemoved{.cluster = "member1", .taint = down()}});
  EXPECT_EQ(ask(story, "shop/web", 1h).gates.at(0).name, "Tolerated");
  story.push_back({380s, 7,
                   EvictionDequeued{.workload = web,
                                    .cluster = "member1",
                                    .queue = "q",
                                    .waited = 0s,
                                    .outcome = "NotNeeded"}});
  EXPECT_EQ(ask(story, "shop/web", 1h).gates.at(0).name, "NotNeeded");
}

TEST_F(ExplainTest, AFaultElsewhereIsNone) {
  std::vector<Told> story{lost_cluster()[0], lost_cluster()[1]};
  story.push_back({33s, 0, FaultStarted{.fault = "f", .type = "outage", .clusters = {"member9"}}});
  const Explanation answer = ask(story, "shop/web");
  EXPECT_EQ(answer.gates.at(0).name, "NoFault");
  EXPECT_THAT(answer.answer, HasSubstr("reached member1, where it was; the faults hit member9"));
}

TEST_F(ExplainTest, TellsWhatCanNeverMatch) {
  const std::vector<Told> story = tainted_cluster();
  EXPECT_EQ(problem(story, "7"), "there is no event 7: they are numbered 1 to 6");
  EXPECT_EQ(problem(story, "shop/wep"),
            "the timeline names no workload \"shop/wep\"; did you mean shop/web?");
  EXPECT_EQ(problem(story, "shop/web@2h"), "2h0m0s is after the end of the run, 1h0m0s");
  EXPECT_EQ(problem(story, "shop/web@noon"),
            "\"noon\" is no time: a Go duration (14m, 1h30m) or seconds");
  EXPECT_THAT(problem(story, R"({"kind": "TaintAddde"})"),
              HasSubstr("did you mean \"TaintAdded\""));
  EXPECT_THAT(problem(story, R"({"kind": "TaintAdded", "cluster": "membre1"})"),
              HasSubstr("can never match: the timeline names no cluster \"membre1\"; did you mean "
                        "member1?"));
  EXPECT_THAT(problem(story, R"({"kind": "TaintRemoved"})"),
              HasSubstr("no event of kind TaintRemoved"));
  EXPECT_THAT(problem(story, R"({"kind": "ProbeFailed", "answer": "500"})"),
              testing::StartsWith("no event matches"));
  EXPECT_THAT(problem(story, "{"), HasSubstr("not a JSON object"));
  EXPECT_EQ(ask(story, R"({"kind": "TaintAdded"})").chains.at(0).steps.back().seq, 6u);
}

TEST_F(ExplainTest, SaysTheSameAsTextAsMarkdownAndAsJson) {
  const Explanation answer = ask(tainted_cluster(), "5");
  const std::string text = text_of(answer);
  EXPECT_THAT(text, HasSubstr("  1m10s  +30s  #5  member1: Ready is False (ClusterNotReachable)  "
                              "[threshold-adjusted readiness]\n"
                              "                   30s: cluster-failure-threshold=30s\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(markdown_of(answer), HasSubstr("| 1m10s | +30s | 5 ClusterConditionChanged |"));
  const auto json = nlohmann::json::parse(json_of(answer));
  const auto& step = json["chains"][0]["steps"][2];
  EXPECT_EQ(step["duration"], 30);
  EXPECT_EQ(step["shares"][0]["setting"], "cluster-failure-threshold");
  EXPECT_EQ(step["rule"]["name"], "threshold-adjusted readiness");
  const auto lines = first_lines(answer, 3);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], answer.answer);
}

TEST_F(ExplainTest, ShortensWhatRepeatsAndStaysExact) {
  std::vector<Told> story{{0s, 0, ClusterJoined{.cluster = "c", .sync_mode = "Push"}}};
  for (std::uint64_t i = 1; i <= 12'000; ++i) {
    story.push_back({std::chrono::seconds(10 * i), i,
                     ResourceSummaryChanged{.cluster = "c", .resource_summary = {}}});
  }
  const Explanation answer = ask(story, "12001", 40h);
  const Chain& chain = answer.chains.at(0);
  EXPECT_EQ(chain.steps.front().kind, "ClusterJoined");
  EXPECT_LE(chain.steps.size(), 4u);
  EXPECT_EQ(chain.left_out, 2'000u);
  expect_exact(chain);
}

}  // namespace
}  // namespace firedrill::analysis
