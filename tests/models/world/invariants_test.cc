/// Each invariant by hand-made sequences: one that violates it, and its neighbours that don't.

#include "models/world/karmada/invariants/invariants.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "invariants_fixture.h"
#include "models/world/invariants/member_checks.h"
#include "models/world/invariants/timeline_checks.h"

namespace firedrill::models::karmada {
namespace {

TEST_F(InvariantsTest, AViolationStandsInTheTimelineWithItsCauseAndIsCounted) {
  engine.set_current_cause(0);
  const std::uint64_t cause = recorder.record(timeline::ScenarioEvent{"/events/0", "x", "y", true});
  scheduler({{"a", -1}});
  scheduler({{"a", -2}});
  const timeline::TimelineEvent& event = sink.events()[1];
  const auto& violated = std::get<timeline::InvariantViolated>(event.payload);
  EXPECT_EQ(violated.invariant, "replicas-not-negative");
  EXPECT_EQ(violated.cluster, "a");
  EXPECT_EQ(violated.workload, "Deployment/default/web");
  EXPECT_EQ(event.cause, cause);
  EXPECT_EQ(engine.current_cause(), cause) << "what follows has other causes than the remark";
  ASSERT_EQ(violations.all().size(), 1U);
  EXPECT_EQ(violations.all()[0].count, 2);
}

TEST_F(InvariantsTest, CountsAreNotNegative) {
  user([](Binding& next) { next.spec.replicas = -1; });
  EXPECT_EQ(news(), Names{"replicas-not-negative"}) << "not even by a user";
  user([](Binding& next) { next.spec.replicas = 0; });
  EXPECT_EQ(news(), Names{});
}

TEST_F(InvariantsTest, TheObservedGenerationIsNotAhead) {
  const std::int64_t generation = stored()->metadata.generation;
  const auto observe = [&](std::int64_t observed) {
    (void)server.bindings.patch_status(
        web, [&](Binding& next) { next.status.scheduler_observed_generation = observed; });
  };
  observe(generation);
  EXPECT_EQ(news(), Names{});
  observe(generation + 1);
  EXPECT_EQ(news(), Names{"observed-generation-not-ahead"});
}

TEST_F(InvariantsTest, NobodyReturnsWhileItsEvictionIsUnderWay) {
  const auto unevicted = stored();
  taint("a", {no_execute()});
  manager([](Binding& next) { evict(next, "a", "TaintManager"); });
  taint("a", {});
  EXPECT_EQ(news(), Names{});
  scheduler({{"a", 4}}, unevicted);
  EXPECT_EQ(news(), Names{}) << "the pass had begun before the eviction";
  user([](Binding& next) { next.spec.clusters.clear(); });
  user([](Binding& next) { next.spec.clusters = {{"a", 4}}; });
  EXPECT_EQ(news(), Names{}) << "users may";
  user([](Binding& next) { next.spec.clusters.clear(); });
  scheduler({{"a", 4}});
  EXPECT_EQ(news(), Names{"no-return-while-evicting"});
}

TEST_F(InvariantsTest, WhatIsEvictedIsNoTarget) {
  manager([](Binding& next) { next.spec.graceful_eviction_tasks = {task("a")}; });
  EXPECT_EQ(news(), Names{"evicted-is-no-target"});
  user([](Binding& next) { next.spec.graceful_eviction_tasks.clear(); });
  manager([](Binding& next) { evict(next, "a", "someone"); });
  user([](Binding& next) { next.spec.clusters = {{"b", 4}}; });
  user([](Binding& next) { next.spec.graceful_eviction_tasks.push_back(task("b")); });
  EXPECT_EQ(news(), Names{}) << "users may";
}

TEST_F(InvariantsTest, AClusterHasOneTask) {
  manager([](Binding& next) { evict(next, "a", "someone"); });
  EXPECT_EQ(news(), Names{});
  manager([](Binding& next) { next.spec.graceful_eviction_tasks.push_back(task("a", "other")); });
  EXPECT_EQ(news(), Names{"one-task-per-cluster"});
}

TEST_F(InvariantsTest, AnEvictionNeedsATaintThatIsNotTolerated) {
  const auto evict_and_return = [&] {
    manager([](Binding& next) { evict(next, "a", "TaintManager"); });
    user([](Binding& next) {
      next.spec.clusters = {{"a", 4}};
      next.spec.graceful_eviction_tasks.clear();
    });
  };
  evict_and_return();
  EXPECT_EQ(news(), Names{"eviction-needs-untolerated-taint"}) << "no taint at all";
  taint("a", {{"gone", {}, "NoSchedule", {}}});
  evict_and_return();
  EXPECT_EQ(news(), Names{"eviction-needs-untolerated-taint"}) << "NoSchedule does not evict";
  taint("a", {no_execute()});
  evict_and_return();
  EXPECT_EQ(news(), Names{});
  user([](Binding& next) { next.applied_placement = divided({{"gone", "Exists", {}, {}, 60}}); });
  evict_and_return();
  EXPECT_EQ(news(), Names{"eviction-needs-untolerated-taint"}) << "tolerated for a minute";
  pass_time(59s);
  evict_and_return();
  EXPECT_EQ(news(), Names{"eviction-needs-untolerated-taint"});
  pass_time(1s);
  evict_and_return();
  EXPECT_EQ(news(), Names{});
  user([](Binding& next) { next.applied_placement = divided({{"gone", "Exists", {}, {}, {}}}); });
  evict_and_return();
  EXPECT_EQ(news(), Names{"eviction-needs-untolerated-taint"}) << "tolerated for ever";
}

TEST_F(InvariantsTest, AnEvictionGoesByWhatWasSeen) {
  taint("a", {no_execute()});
  pass_time(2ms);
  taint("a", {});
  pass_time(1ms);
  component(
      "controller-manager", [](Binding& next) { evict(next, "a", "TaintManager"); }, nullptr, 1ms);
  EXPECT_EQ(news(), Names{}) << "the cache lags by a millisecond";
  user([](Binding& next) {
    next.spec.clusters = {{"a", 4}};
    next.spec.graceful_eviction_tasks.clear();
  });
  pass_time(1ms);
  component(
      "controller-manager", [](Binding& next) { evict(next, "a", "TaintManager"); }, nullptr, 1ms);
  EXPECT_EQ(news(), Names{"eviction-needs-untolerated-taint"});
}

/// Tasks of binding `web`, one from cluster b, the target a being healthy or not.
class TaskEnds : public InvariantsTest {
 protected:
  void begin(std::optional<bool> suppress = {}) {
    user([&](Binding& next) {
      next.spec.graceful_eviction_tasks = {task("b")};
      next.spec.graceful_eviction_tasks[0].suppress_deletion = suppress;
      next.spec.graceful_eviction_tasks[0].creation_timestamp = api::StoredTime::floor(clock.now());
    });
  }
  void set_status(const std::string& health, bool observed) {
    (void)server.bindings.patch_status(web, [&](Binding& next) {
      next.status.aggregated_status = {{"a", {}, true, {}, health}};
      next.status.scheduler_observed_generation = observed ? next.metadata.generation : 0;
    });
  }
  Names end(std::string_view reason) {
    if (!reason.empty()) invariants.task_ends(web, "b", reason);
    manager([](Binding& next) { next.spec.graceful_eviction_tasks.clear(); });
    return news();
  }
  const Names wrong{"task-ends-for-a-reason"};
};

TEST_F(TaskEnds, AsHealthyOnlyIfItIs) {
  begin();
  set_status("Healthy", true);
  EXPECT_EQ(end("Healthy"), Names{});
  begin();
  set_status("Unhealthy", true);
  EXPECT_EQ(end("Healthy"), wrong);
  begin();
  set_status("Healthy", false);
  EXPECT_EQ(end("Healthy"), wrong) << "the scheduler has not seen it";
  begin(true);
  set_status("Healthy", true);
  EXPECT_EQ(end("Healthy"), wrong) << "suppressed";
  user([&](Binding& next) { next.spec.graceful_eviction_tasks = {task("b")}; });
  set_status("Healthy", true);
  EXPECT_EQ(end("Healthy"), wrong) << "never stamped";
}

TEST_F(TaskEnds, InTimeOnlyWhenTheTimeIsOver) {
  begin();
  pass_time(10min - 1ns);
  EXPECT_EQ(end("Timeout"), wrong);
  begin();
  pass_time(10min);
  EXPECT_EQ(end("Timeout"), Names{});
  begin();
  user([](Binding& next) { next.spec.graceful_eviction_tasks[0].grace_period_seconds = 5; });
  pass_time(5s);
  EXPECT_EQ(end("Timeout"), Names{}) << "its own grace period counts";
}

TEST_F(TaskEnds, AsReleasedOnlyByARelease) {
  begin(false);
  EXPECT_EQ(end("Released"), Names{});
  begin(true);
  EXPECT_EQ(end("Released"), wrong);
  begin();
  EXPECT_EQ(end({}), wrong) << "no reason given";
  begin();
  user([](Binding& next) { next.spec.graceful_eviction_tasks.clear(); });
  EXPECT_EQ(news(), Names{}) << "users may";
}

TEST_F(InvariantsTest, AWorkerRestsAfterASuccess) {
  dequeue(0, "one");
  dequeue(1, "two");
  pass_time(2s);
  dequeue(0, "three");
  EXPECT_EQ(news(), Names{});
  pass_time(1999ms);
  dequeue(0, "four");
  EXPECT_EQ(news(), Names{"eviction-pause-kept"});
  pass_time(2100ms);
  dequeue(0, "five", 200ms);
  EXPECT_EQ(news(), Names{"eviction-pause-kept"}) << "it was taken before, and took a while";
  invariants.started("controller-manager");
  dequeue(0, "six");
  EXPECT_EQ(news(), Names{}) << "a new process has rested workers";
}

TEST_F(InvariantsTest, AWorkerDoesNotRestAfterAFailure) {
  dequeue(0, "one", {}, "Failed");
  dequeue(0, "two", {}, "Failed");
  dequeue(0, "three", {}, "NotNeeded");
  EXPECT_EQ(news(), Names{});
  dequeue(0, "four", {}, "Failed");
  EXPECT_EQ(news(), Names{"eviction-pause-kept"}) << "a step that was not needed counts";
}

TEST_F(InvariantsTest, AKeyIsProcessedOnceAtATime) {
  dequeue(0, "one");
  pass_time(1s);
  dequeue(1, "one");
  EXPECT_EQ(news(), Names{"key-processed-once-at-a-time"}) << "worker 0 rests upon it";
  pass_time(10s);
  dequeue(0, "two", {}, "Failed");
  dequeue(1, "two", 1ms);
  EXPECT_EQ(news(), Names{"key-processed-once-at-a-time"}) << "both had it for a while";
}

TEST_F(InvariantsTest, TheBucketBoundsAQueueWhateverTheRate) {
  Invariants fast{server,
                  clock,
                  engine,
                  violations,
                  {.bindings = {},
                   .evictions = {.rate = 1000, .workers = 3, .qps = 10, .bucket_size = 4},
                   .inject_state = true}};
  int step = 0;
  const auto steps = [&](int count) {
    for (int i = 0; i < count; ++i, ++step) {
      policy::karmada::EvictionDequeued entry{.binding = {"default", std::to_string(step)},
                                              .cluster = "a",
                                              .queue = "ResourceBinding",
                                              .worker = step,
                                              .outcome = "Evicted"};
      entry.taken_at = clock.now();
      fast.dequeued(entry);
    }
  };
  steps(7);
  EXPECT_EQ(news(), Names{}) << "a burst of four and one by each worker";
  pass_time(1s);
  steps(7);
  EXPECT_EQ(news(), Names{});
  pass_time(300ms);
  steps(3);
  EXPECT_EQ(news(), Names{});
  steps(1);
  EXPECT_EQ(news(), Names{"eviction-bucket-kept"});
}

TEST_F(InvariantsTest, WorksMatchWhatWasSynced) {
  sync();
  EXPECT_EQ(news(), Names{"works-match-assignment"}) << "none for cluster a";
  write_work("a");
  sync();
  EXPECT_EQ(news(), Names{});
  user([](Binding& next) { next.spec.clusters = {{"b", 4}}; });
  write_work("b");
  sync();
  EXPECT_EQ(news(), Names{"works-match-assignment"}) << "a is left over";
  delete_work("a");
  sync();
  EXPECT_EQ(news(), Names{}) << "its deletion is under way";
}

TEST_F(InvariantsTest, WhatATaskKeepsIsNotLeftOver) {
  write_work("a");
  user([](Binding& next) { next.spec.clusters = {{"b", 4}}; });
  user([](Binding& next) { next.spec.graceful_eviction_tasks = {task("a")}; });
  write_work("b");
  sync();
  EXPECT_EQ(news(), Names{});
  user([](Binding& next) { next.spec.graceful_eviction_tasks[0].purge_mode = "Directly"; });
  sync();
  EXPECT_EQ(news(), Names{"works-match-assignment"});
}

TEST_F(InvariantsTest, ASyncIsHeldAgainstWhatItWasAbout) {
  write_work("a");
  const std::int64_t generation = stored()->metadata.generation;
  user([](Binding& next) { next.spec.clusters = {{"b", 4}}; });
  invariants.works_synced(web, generation);
  EXPECT_EQ(news(), Names{}) << "the pass could not know of cluster b";
  delete_work("a");
  write_work("b");
  sync();
  EXPECT_EQ(news(), Names{});
}

TEST_F(InvariantsTest, WorksComeAndGoOnlyWithTheAssignment) {
  write_work("a");
  sync();
  EXPECT_EQ(news(), Names{});
  write_work("b");
  EXPECT_EQ(news(), Names{"work-only-where-assigned"});
  delete_work("a");
  EXPECT_EQ(news(), Names{"work-only-where-assigned"});
  user([](Binding& next) { next.spec.clusters = {{"c", 4}}; });
  user([](Binding& next) { next.spec.clusters = {{"a", 4}}; });
  write_work("c");
  EXPECT_EQ(news(), Names{}) << "a pass that began in between may";
  sync();
  (void)news();
  (void)server.works.remove({api::execution_space("c"), "web"});
  EXPECT_EQ(news(), Names{}) << "users may";
}

TEST_F(InvariantsTest, AWorkThatATaskKeepsIsNotDeleted) {
  write_work("a");
  user([](Binding& next) { evict(next, "a", "someone"); });
  sync();
  delete_work("a");
  EXPECT_EQ(news(), Names{"work-only-where-assigned"});
}

TEST_F(InvariantsTest, StateIsInjectedOnlyDirectlyAndAlone) {
  const api::Labels state{{"job", "42"}};
  const auto migrate = [&](const char* mode, std::vector<api::TargetCluster> targets) {
    for (const auto& [key, work] : std::map(server.works.objects())) {
      (void)server.works.patch(key, [](api::Work& next) { next.metadata.finalizers.clear(); });
      (void)server.works.remove(key);
    }
    user([&](Binding& next) {
      next.spec.clusters = std::move(targets);
      next.spec.graceful_eviction_tasks = {task("a")};
      next.spec.graceful_eviction_tasks[0].purge_mode = mode;
      next.spec.graceful_eviction_tasks[0].preserved_label_state = state;
    });
    invariants.works_synced(web, stored()->metadata.generation);
    (void)news();
    write_work("b", state);
    return news();
  };
  const Names wrong{"state-injected-only-directly"};
  EXPECT_EQ(migrate("Directly", {{"b", 4}}), Names{});
  EXPECT_EQ(migrate("Gracefully", {{"b", 4}}), wrong);
  EXPECT_EQ(migrate("Directly", {{"b", 2}, {"c", 2}}), wrong);
}

TEST_F(InvariantsTest, StateIsNotInjectedWithTheGateOff) {
  Invariants closed{
      server, clock, engine, violations, {.bindings = {}, .evictions = {}, .inject_state = false}};
  const api::Labels state{{"job", "42"}};
  user([&](Binding& next) {
    next.spec.clusters = {{"b", 4}};
    next.spec.graceful_eviction_tasks = {task("a")};
    next.spec.graceful_eviction_tasks[0].purge_mode = "Directly";
    next.spec.graceful_eviction_tasks[0].preserved_label_state = state;
  });
  write_work("b", state);
  EXPECT_EQ(news(), Names{"state-injected-only-directly"}) << "by the closed gate's checks alone";
}

TEST_F(InvariantsTest, WhatTheFilterRejectedIsNotChosen) {
  const auto decide = [&](const char* rejected, bool selected) {
    policy::Decision decision;
    decision.clusters = {{.cluster = "a", .rejected = {}, .selected = true},
                         {.cluster = "b", .rejected = rejected, .selected = selected}};
    invariants.decided(stored(), std::make_shared<const policy::Decision>(decision));
  };
  decide("", true);
  scheduler({{"a", 2}, {"b", 2}});
  EXPECT_EQ(news(), Names{});
  user([](Binding& next) { next.spec.clusters = {{"a", 4}}; });
  decide("no API", true);
  EXPECT_EQ(news(), Names{"no-rejected-cluster-assigned"});
  decide("no API", false);
  EXPECT_EQ(news(), Names{});
  scheduler({{"a", 2}, {"b", 2}});
  EXPECT_EQ(news(), Names{"no-rejected-cluster-assigned"}) << "said one thing, did another";
}

TEST_F(InvariantsTest, NobodyIsSentToAClusterThatRepels) {
  const auto send = [&](sim::Duration took = {}) {
    scheduler({{"a", 2}, {"b", 2}}, nullptr, took);
    const Names found = news();
    user([](Binding& next) { next.spec.clusters = {{"a", 4}}; });
    return found;
  };
  const Names wrong{"no-repelling-cluster-assigned"};
  EXPECT_EQ(send(), Names{});
  pass_time(1s);
  taint("b", {{"full", {}, "NoSchedule", {}}});
  EXPECT_EQ(send(), Names{}) << "tainted in this instant";
  pass_time(3s);
  EXPECT_EQ(send(), wrong);
  EXPECT_EQ(send(3s), Names{}) << "the pass began before the taint";
  taint("b", {{"full", {}, "PreferNoSchedule", {}}});
  pass_time(1s);
  EXPECT_EQ(send(), Names{});
  (void)server.clusters.patch({{}, "b"},
                              [](api::Cluster& next) { next.metadata.finalizers = {"f"}; });
  (void)server.clusters.remove({{}, "b"});
  pass_time(1s);
  EXPECT_EQ(send(), wrong) << "being deleted";
  taint("a", {no_execute()});
  pass_time(1s);
  scheduler({{"a", 3}});
  EXPECT_EQ(news(), Names{}) << "who is there may stay";
}

TEST_F(InvariantsTest, ASelectionKeepsToMaxGroups) {
  const auto select = [&](std::vector<api::SpreadConstraint> spread,
                          const std::vector<std::string>& selected) {
    user([&](Binding& next) { next.spec.placement = divided({}, std::move(spread)); });
    policy::Decision decision;
    for (const std::string& name : selected)
      decision.clusters.push_back({.cluster = name, .rejected = {}, .selected = true});
    invariants.decided(stored(), std::make_shared<const policy::Decision>(decision));
    return news();
  };
  const Names wrong{"spread-max-groups-kept"};
  const auto by = [](const char* field, std::int64_t most) {
    return api::SpreadConstraint{.field = field, .label = {}, .max_groups = most, .min_groups = 1};
  };
  EXPECT_EQ(select({}, {"a", "b", "c"}), Names{});
  EXPECT_EQ(select({by("cluster", 2)}, {"a", "b"}), Names{});
  EXPECT_EQ(select({by("cluster", 2)}, {"a", "b", "c"}), wrong);
  EXPECT_EQ(select({by("region", 2), by("cluster", 9)}, {"a", "b", "c"}), wrong);
  EXPECT_EQ(select({by("region", 2), by("cluster", 2)}, {"a", "b"}), Names{});
}

TEST_F(InvariantsTest, ADividedBindingGivesOutWhatIsDesired) {
  const Names wrong{"divided-sum-within-desired"};
  scheduler({{"a", 2}, {"b", 2}});
  EXPECT_EQ(news(), Names{});
  scheduler({{"a", 3}, {"b", 2}});
  EXPECT_EQ(news(), wrong);
  const auto four = stored();
  user([](Binding& next) { next.spec.replicas = 2; });
  scheduler({{"a", 2}, {"b", 2}}, four);
  EXPECT_EQ(news(), Names{}) << "the pass did not know of the fewer replicas";
  manager([](Binding& next) { evict(next, "b", "someone"); });
  EXPECT_EQ(news(), Names{});
  scheduler({{"a", 3}});
  EXPECT_EQ(news(), wrong);
}

TEST_F(InvariantsTest, NodesAreNotOvercommitted) {
  struct Nobody final : MemberObserver {
    void manifest_delivered(const WorkloadPlace&, ManifestAction) override {}
    void pods_started(const WorkloadPlace&, std::int64_t, std::int64_t) override {}
    void pods_stopped(const WorkloadPlace&, std::int64_t, std::int64_t, StopReason) override {}
    void pods_ready(const WorkloadPlace&, std::int64_t, std::int64_t) override {}
    void pods_pending(const WorkloadPlace&, std::int64_t) override {}
    void state_resumed(const WorkloadPlace&,
                       const std::optional<api::Labels>&,
                       std::optional<sim::Duration>) override {}
    void capacity_changed(std::string_view, std::int64_t, const api::ResourceList&) override {}
    void object_changed(const WorkloadPlace&) override {}
  } nobody;
  MemberChecks checks(nobody, &violations);
  const auto list = [](const char* cpu) {
    return api::ResourceList{{"cpu", api::Quantity::parse(cpu).value()},
                             {"pods", api::Quantity::parse("9").value()}};
  };
  NodePool nodes(PodPlacement::first_fit);
  nodes.add({{.name = "n", .allocatable = list("4")}});
  const PodRequest request = nodes.compile(list("2"));
  const auto placed = nodes.place(request, 2);
  checks.nodes_filled("a", nodes, placed);
  EXPECT_EQ(news(), Names{});
  (void)nodes.replace({{.name = "n", .allocatable = list("3")}});
  EXPECT_EQ(news(), Names{}) << "that a node shrinks is no violation";
  checks.nodes_filled("a", nodes, placed);
  EXPECT_EQ(news(), Names{"no-capacity-overcommit"}) << "but filling it then is";
  const api::ResourceReference workload{"apps/v1", "Deployment", "default", "web", "uid"};
  checks.pods_ready({"a", workload}, 0, -1);
  EXPECT_EQ(news(), Names{"replicas-not-negative"});
}

TEST_F(InvariantsTest, TheTimelineKeepsItsRules) {
  TimelineChecks checks;
  checks.report_to(&violations);
  const auto event = [&](std::uint64_t seq, sim::Duration time, std::uint64_t cause) {
    checks.event({seq, sim::start_time + time, cause, timeline::TaintAdded{}});
    return news();
  };
  EXPECT_EQ(event(1, 1s, 0), Names{});
  EXPECT_EQ(event(2, 1s, 1), Names{});
  EXPECT_EQ(event(3, 999ms, 1), Names{"clock-never-back"});
  EXPECT_EQ(event(5, 2s, 1), Names{"seq-dense"});
  EXPECT_EQ(event(6, 2s, 6), Names{"cause-earlier"});
}

}  // namespace
}  // namespace firedrill::models::karmada
