/// Whole worlds from tiny specs: what a lost cluster leads to, what a restart forgets, and that a
/// run is a value of its inputs.

#include "models/world/world.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/memory_sink.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using Events = std::vector<timeline::TimelineEvent>;

/// Two clusters with room, one Deployment of three replicas that stays in one cluster, and a policy
/// that evicts from clusters that are not ready.
WorldSpec two_clusters() {
  WorldSpec spec;
  spec.duration = 5min;
  spec.seed = 1;
  spec.start_time = api::Timestamp{std::chrono::hours(24 * 365)};
  const auto scalar = [](bool value) { return api::Json(nlohmann::json(value)); };
  spec.control_plane.flags = {{"enable-no-execute-taint-eviction", scalar(true)},
                              {"allow-no-execute-taint-policy", scalar(true)}};
  spec.control_plane.feature_gates = {{"Failover", true},
                                      {"CustomizedClusterResourceModeling", false}};

  NodeSpec node;
  for (const char* resource : {"cpu", "pods"})
    node.allocatable.emplace(resource, api::Quantity::parse("64").value());
  for (const char* name : {"member1", "member2"}) {
    ClusterSpec cluster;
    cluster.name = name;
    cluster.nodes = {node};
    spec.clusters.push_back(cluster);
  }

  WorkloadSpec entry;
  entry.name = "web";
  entry.api_version = "apps/v1";
  entry.replicas = 3;
  entry.create_at = 11s;
  entry.requests.emplace("cpu", api::Quantity::parse("1").value());
  entry.placement.replica_scheduling = api::ReplicaScheduling{};
  entry.placement.replica_scheduling->type = "Divided";
  entry.placement.replica_scheduling->preference = "Aggregated";
  entry.behaviour.startup = DurationModel::constant(5s);
  WorkloadInstance web;
  web.name = "web";
  web.uid = "00000000-0000-0000-0000-000000000001";
  web.policy = "web";
  web.spec = std::make_shared<const WorkloadSpec>(entry);
  spec.workloads.push_back(web);

  api::ClusterTaintPolicy policy;
  policy.metadata.name = "evict-not-ready";
  policy.spec.add_on_conditions = {{"Ready", "In", {"False", "Unknown"}}};
  policy.spec.remove_on_conditions = {{"Ready", "In", {"True"}}};
  policy.spec.taints = {{"example.io/not-running", {}, "NoExecute", {}}};
  spec.taint_policies.push_back(policy);
  return spec;
}

ScenarioEvent outage(api::Duration at, OutageMode mode, std::optional<api::Duration> lasts = {}) {
  ScenarioEvent event;
  event.at = at;
  event.lasts = lasts;
  event.pointer = "/events/0";
  OutageEvent action;
  action.clusters.names = {"member1"};
  action.mode = mode;
  event.action = action;
  return event;
}

Events play(const WorldSpec& spec, const WorldOptions& options = {}) {
  timeline::MemorySink sink;
  World world(spec, {&sink}, options);
  timeline::Header header;
  world.complete(header);
  (void)world.run(header);
  return sink.events();
}

template <class Event>
std::vector<timeline::TimelineEvent> all(const Events& events) {
  std::vector<timeline::TimelineEvent> found;
  for (const auto& event : events) {
    if (std::holds_alternative<Event>(event.payload)) found.push_back(event);
  }
  return found;
}

/// Clusters in which nothing ever happens, registered that way.
WorldSpec quiet(SyncMode mode, api::Duration duration) {
  WorldSpec spec = two_clusters();
  spec.workloads.clear();
  spec.taint_policies.clear();
  spec.duration = duration;
  for (ClusterSpec& cluster : spec.clusters)
    cluster.sync_mode = mode;
  return spec;
}

/// What such a run takes, and what its footer counts.
struct Cost {
  std::uint64_t events = 0;
  timeline::ApiCountsByComponent requests;
};

Cost cost(const WorldSpec& spec, bool dense = false) {
  timeline::MemorySink sink;
  WorldOptions options;
  options.dense = dense;
  World world(spec, {&sink}, options);
  timeline::Header header;
  world.complete(header);
  Cost cost;
  (void)world.run(header, [&cost](const timeline::ApiCountsByComponent& requests) {
    cost.requests = requests;
  });
  cost.events = world.engine().executed();
  return cost;
}

/// Where the replicas stand at the end of the run, by what the scheduler said last.
std::map<std::string, api::Replicas> assignment(const Events& events) {
  const auto scheduled = all<timeline::BindingScheduled>(events);
  if (scheduled.empty()) return {};
  const auto& clusters = std::get<timeline::BindingScheduled>(scheduled.back().payload).clusters;
  return {clusters.begin(), clusters.end()};
}

TEST(World, AQuietDayBringsTheWorkloadUpAndNothingElse) {
  const Events events = play(two_clusters());
  EXPECT_EQ(all<timeline::ClusterJoined>(events).size(), 2U);
  for (const auto& event : all<timeline::SchedulingFailed>(events)) {
    const auto& failed = std::get<timeline::SchedulingFailed>(event.payload);
    ADD_FAILURE() << failed.reason << ": " << failed.message;
  }
  EXPECT_EQ(all<timeline::BindingScheduled>(events).size(), 1U);
  EXPECT_EQ(all<timeline::WorkCreated>(events).size(), 1U);
  const auto ready = all<timeline::PodsReady>(events);
  ASSERT_FALSE(ready.empty());
  EXPECT_EQ(std::get<timeline::PodsReady>(ready.back().payload).total, 3);
  EXPECT_EQ(ready.back().time, sim::start_time + 16s);
  // Clusters are born not ready, with a taint that says so; it goes with their first status.
  EXPECT_EQ(all<timeline::TaintAdded>(events).size(), 2U);
  EXPECT_EQ(all<timeline::TaintRemoved>(events).size(), 2U);
  EXPECT_TRUE(all<timeline::EvictionQueued>(events).empty());
  EXPECT_TRUE(all<timeline::GracefulEvictionTaskAdded>(events).empty());
}

TEST(World, AClusterThatIsLostIsEvicted) {
  WorldSpec spec = two_clusters();
  spec.events.push_back(outage(33s, OutageMode::unreachable));
  const Events events = play(spec);
  const auto tasks = all<timeline::GracefulEvictionTaskAdded>(events);
  ASSERT_EQ(tasks.size(), 1U);
  // First failed probe at 40 s, threshold 30 s.
  EXPECT_EQ(tasks[0].time, sim::start_time + 70s);
  EXPECT_EQ(assignment(events), (std::map<std::string, api::Replicas>{{"member2", 3}}));
  ASSERT_EQ(all<timeline::GracefulEvictionTaskRemoved>(events).size(), 1U);
  EXPECT_TRUE(all<timeline::PodsStopped>(events).empty()) << "nothing reaches the old cluster";
}

TEST(World, APowerLossStopsPodsAndARepairStartsThemAgain) {
  WorldSpec spec = two_clusters();
  spec.events.push_back(outage(31s, OutageMode::powerloss, 5s));
  const Events events = play(spec);
  const auto stopped = all<timeline::PodsStopped>(events);
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].time, sim::start_time + 31s);
  EXPECT_EQ(std::get<timeline::PodsStopped>(stopped[0].payload).reason, "PowerLoss");
  const auto ready = all<timeline::PodsReady>(events);
  EXPECT_EQ(std::get<timeline::PodsReady>(ready.back().payload).total, 3);
  EXPECT_TRUE(all<timeline::GracefulEvictionTaskAdded>(events).empty()) << "it was too short";
}

TEST(World, ARestartOfTheControllerManagerForgetsItsThreshold) {
  WorldSpec spec = two_clusters();
  spec.events.push_back(outage(33s, OutageMode::unreachable));
  ScenarioEvent restart;
  restart.at = 55s;
  restart.pointer = "/events/1";
  ComponentEvent action;
  action.name = "controller-manager";
  action.restart = true;
  restart.action = action;
  spec.events.push_back(restart);
  const Events events = play(spec);
  ASSERT_EQ(all<timeline::ComponentStopped>(events).size(), 1U);
  ASSERT_EQ(all<timeline::ComponentStarted>(events).size(), 1U);
  const auto led = all<timeline::ComponentStarted>(events)[0].time - (sim::start_time + 55s);
  EXPECT_GE(led, 15s) << "its own lease from before has to expire";
  EXPECT_LT(led, 20s);
  const auto tasks = all<timeline::GracefulEvictionTaskAdded>(events);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_NE(tasks[0].time, sim::start_time + 70s) << "memory was lost, so the count began anew";
  EXPECT_EQ(assignment(events), (std::map<std::string, api::Replicas>{{"member2", 3}}));
}

TEST(World, WithoutASchedulerNothingIsPlacedUntilItIsBack) {
  WorldSpec spec = two_clusters();
  ScenarioEvent down;
  down.at = 1s;
  down.lasts = 1min;
  down.pointer = "/events/0";
  ComponentEvent action;
  action.name = "scheduler";
  action.state = ProcessState::down;
  down.action = action;
  spec.events.push_back(down);
  const auto scheduled = all<timeline::BindingScheduled>(play(spec));
  ASSERT_EQ(scheduled.size(), 1U);
  EXPECT_GE(scheduled[0].time, sim::start_time + 61s + 15s) << "it leads first";
  EXPECT_LT(scheduled[0].time, sim::start_time + 61s + 20s);
}

TEST(World, TwoRunsOfOneSpecAreEqual) {
  WorldSpec spec = two_clusters();
  spec.events.push_back(outage(33s, OutageMode::unreachable, 2min));
  const Events first = play(spec);
  EXPECT_EQ(first, play(spec));
  EXPECT_GT(first.size(), 20U);
}

TEST(World, ShuffledTiesLeadToTheSameEnd) {
  WorldSpec spec = two_clusters();
  spec.events.push_back(outage(33s, OutageMode::unreachable));
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    WorldOptions options;
    options.engine.tie_break = sim::TieBreak::shuffled(seed);
    const Events events = play(spec, options);
    EXPECT_EQ(assignment(events), (std::map<std::string, api::Replicas>{{"member2", 3}})) << seed;
    EXPECT_EQ(all<timeline::GracefulEvictionTaskAdded>(events).size(), 1U) << seed;
  }
}

TEST(World, EveryEventHasAnEarlierCauseAndTheEvictionLeadsBackToTheFault) {
  WorldSpec spec = two_clusters();
  spec.events.push_back(outage(33s, OutageMode::unreachable));
  const Events events = play(spec);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, i + 1);
    EXPECT_LT(events[i].cause, events[i].seq);
  }
  const auto tasks = all<timeline::GracefulEvictionTaskAdded>(events);
  ASSERT_FALSE(tasks.empty());
  const timeline::TimelineEvent* event = &tasks.front();
  while (event->cause != 0)
    event = &events[event->cause - 1];
  EXPECT_EQ(timeline::kind_name(event->payload), "FaultStarted");
}

/// The events that say nothing of that cluster: without numbers, by which others shift.
std::vector<std::string> beside(const Events& events, const std::string& cluster) {
  std::vector<std::string> lines;
  for (const auto& event : events) {
    std::string text;
    timeline::append_line(text, event);
    nlohmann::json line = nlohmann::json::parse(text);
    for (const char* field : {"seq", "cause", "decision"})  // A candidate more is no delay.
      line.erase(field);
    std::string said = line.dump();
    if (said.find(cluster) == std::string::npos) lines.push_back(std::move(said));
  }
  return lines;
}

TEST(World, TypicalLatenciesAreDrawnAndTwoRunsAreEqual) {
  WorldSpec spec = two_clusters();
  spec.control_plane.latency.preset = LatencyPreset::typical;
  spec.events.push_back(outage(33s, OutageMode::powerloss));
  const Events events = play(spec);
  EXPECT_EQ(play(spec), events);
  const auto tasks = all<timeline::GracefulEvictionTaskAdded>(events);
  ASSERT_EQ(tasks.size(), 1U);
  // The chain of 70 s without latencies, and what its steps take.
  EXPECT_GT(tasks[0].time, sim::start_time + 70s);
  EXPECT_LT(tasks[0].time, sim::start_time + 72s);
  EXPECT_EQ(assignment(events), (std::map<std::string, api::Replicas>{{"member2", 3}}));
  WorldSpec other = spec;
  other.seed = 2;
  EXPECT_NE(play(other), events);
}

TEST(World, AnotherClusterLeavesWhatOthersDrawAsItIs) {
  WorldSpec spec = two_clusters();
  LatencySpec& latency = spec.control_plane.latency;
  latency.preset = LatencyPreset::typical;
  latency.client_limits = false;  // Tokens are what a process's requests do share.
  latency.watch = DurationModel::constant(2ms);
  spec.events.push_back(outage(33s, OutageMode::powerloss, 100s));
  const Events before = play(spec);
  ClusterSpec more = spec.clusters[1];
  more.name = "unrelated";
  more.join_at = 3s;
  more.taints = {{"example.io/reserved", {}, "NoSchedule", {}}};
  spec.clusters.push_back(more);
  const Events after = play(spec);
  EXPECT_GT(after.size(), before.size());
  EXPECT_EQ(beside(after, "unrelated"), beside(before, "unrelated"));
}

TEST(World, AClientsLimitSpreadsARushOfRequests) {
  WorldSpec spec = two_clusters();
  LatencySpec& latency = spec.control_plane.latency;
  latency.client_limits = true;
  const WorkloadInstance web = spec.workloads[0];
  for (int i = 0; i < 30; ++i) {
    WorkloadInstance more = web;
    more.name = "web-" + std::to_string(i);
    more.uid = "00000000-0000-0000-0000-0000000001" + std::to_string(10 + i);
    spec.workloads.push_back(more);
  }
  spec.control_plane.flags["scheduler/kube-api-qps"] = api::Json(nlohmann::json(5));
  spec.control_plane.flags["scheduler/kube-api-burst"] = api::Json(nlohmann::json(1));
  spec.duration = 1min;
  const auto scheduled = all<timeline::BindingScheduled>(play(spec));
  ASSERT_GT(scheduled.size(), 20U);
  // The only worker waits for a token before each of its writes, and a pass takes two of them.
  for (std::size_t i = 1; i < scheduled.size(); ++i)
    EXPECT_GE(scheduled[i].time - scheduled[i - 1].time, 199ms);
}

TEST(World, AWorkerIsBusyWhileItComputes) {
  WorldSpec spec = two_clusters();
  spec.control_plane.latency.reconcile = {{"scheduler", DurationModel::constant(700ms)}};
  WorkloadInstance more = spec.workloads[0];
  more.name = "api";
  more.uid = "00000000-0000-0000-0000-000000000002";
  spec.workloads.push_back(more);
  const auto scheduled = all<timeline::BindingScheduled>(play(spec));
  ASSERT_EQ(scheduled.size(), 2U);
  EXPECT_GE(scheduled[0].time, sim::start_time + 11s + 700ms);
  EXPECT_GE(scheduled[1].time - scheduled[0].time, 700ms) << "one worker, one after the other";
}

class QuietTime : public testing::TestWithParam<SyncMode> {};

TEST_P(QuietTime, CostsNoEvents) {
  const std::uint64_t hour = cost(quiet(GetParam(), 1h)).events;
  EXPECT_EQ(cost(quiet(GetParam(), 24h)).events, hour);
  EXPECT_EQ(cost(quiet(GetParam(), 24h * 60)).events, hour);
  EXPECT_GT(cost(quiet(GetParam(), 1h), true).events, 4 * hour) << "dense";
}

TEST_P(QuietTime, CountsTheRequestsOfSkippedRounds) {
  const WorldSpec day = quiet(GetParam(), 24h);
  EXPECT_EQ(cost(day).requests, cost(day, true).requests);
}

INSTANTIATE_TEST_SUITE_P(Modes, QuietTime, testing::Values(SyncMode::push, SyncMode::pull));

}  // namespace
}  // namespace firedrill::models
