/// Controllers that drive small decisions, on a hand-made store: what they write, and when.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "../runtime/fake_surroundings.h"
#include "policy/karmada/controllers/dependencies_distributor.h"
#include "policy/karmada/controllers/graceful_eviction_controller.h"
#include "policy/karmada/controllers/workload_rebalancer_controller.h"
#include "policy/karmada/scheduler/descheduling_loop.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

const api::Key web_key{"ns", "web-deployment"};
const api::Key settings_key{"ns", "settings-configmap"};

api::StoredTime second(int count) {
  return api::StoredTime::floor(Timestamp(std::chrono::seconds(count)));
}

api::ResourceBinding web() {
  api::ResourceBinding binding;
  binding.metadata.space = web_key.space;
  binding.metadata.name = web_key.name;
  binding.spec.resource = {"apps/v1", "Deployment", "ns", "web", "uid"};
  binding.spec.replicas = 8;
  binding.spec.clusters = {{"a", 4}, {"b", 4}};
  return binding;
}

/// Answers what it is told to, and remembers what it was asked.
class ScriptedEstimators final : public Estimators {
 public:
  Await<Answers> available(std::vector<std::string> clusters,
                           EstimateQuestion /*question*/,
                           Duration /*timeout*/) override {
    return Answers(clusters.size());
  }
  Await<Answers> unschedulable(std::vector<std::string> clusters,
                               api::ResourceReference /*workload*/,
                               Duration /*threshold*/,
                               Duration /*timeout*/) override {
    questions.push_back(std::move(clusters));
    return answers;
  }

  Answers answers;
  std::vector<std::vector<std::string>> questions;
};

struct Bench {
  FakeTime time;
  HandMadePorts around{time, time, time};
  ScriptedEstimators estimators;
  Ports ports{{time, time, around.members, around.jitter, time},
              around.stores.objects,
              estimators,
              around.recorder};

  HandMadeStore<api::ResourceBinding>& bindings = around.stores.bindings;
  HandMadeStore<api::ResourceTemplate>& templates = around.stores.templates;
};

// WorkloadRebalancer.

api::WorkloadRebalancer rebalancer_of(int created) {
  api::WorkloadRebalancer rebalancer;
  rebalancer.metadata.name = "again";
  rebalancer.metadata.creation_timestamp = second(created);
  rebalancer.bindings = {{"ns", "nobody-deployment"}, web_key};
  return rebalancer;
}

TEST(WorkloadRebalancer, StampsItsBindingsWithItsOwnCreation) {
  Bench bench;
  bench.bindings.put(web());
  WorkloadRebalancerController controller(bench.ports, {});
  bench.around.stores.rebalancers.put(rebalancer_of(30));
  bench.time.run_to(40s);
  EXPECT_EQ(bench.bindings.get(web_key)->spec.reschedule_triggered_at, second(30));
}

TEST(WorkloadRebalancer, ActsOnceAndNeverTakesATriggerBack) {
  api::ResourceBinding binding = web();
  EXPECT_TRUE(awaits_rebalancing(binding, rebalancer_of(30)));
  binding.spec.reschedule_triggered_at = second(30);
  EXPECT_FALSE(awaits_rebalancing(binding, rebalancer_of(30)));
  EXPECT_FALSE(awaits_rebalancing(binding, rebalancer_of(29)));
  EXPECT_TRUE(awaits_rebalancing(binding, rebalancer_of(31)));
}

// Graceful eviction controller: conflicts (karmada#7483).

/// When a task that is new at 0 gets its stamp, if so many writes meet a conflict.
Duration stamped_after(ConflictRetry retry, int conflicts) {
  Bench bench;
  GracefulEvictionController controller(bench.ports, BindingScope::namespaced,
                                        {.controller = {}, .timeout = 10min, .conflicts = retry});
  bench.bindings.conflict_next(conflicts);
  api::ResourceBinding binding = web();
  binding.spec.graceful_eviction_tasks = {{.from_cluster = "c"}};
  bench.bindings.put(binding);
  for (Duration at{}; at < 1s; at += 1ms) {
    bench.time.run_to(at);
    if (bench.bindings.get(web_key)->spec.graceful_eviction_tasks[0].creation_timestamp) return at;
  }
  return 1s;
}

TEST(GracefulEvictionController, LeavesConflictsToTheQueuesBackOff) {
  EXPECT_EQ(stamped_after({}, 0), 0ms);
  EXPECT_EQ(stamped_after({}, 1), 5ms);
  EXPECT_EQ(stamped_after({}, 4), 5ms + 10ms + 20ms + 40ms);
}

TEST(GracefulEvictionController, RetriesConflictsInPlaceWhereItIsTold) {
  const ConflictRetry in_place = ConflictRetry::in_place();
  EXPECT_EQ(stamped_after(in_place, 1), 10ms);
  EXPECT_EQ(stamped_after(in_place, 4), 40ms);
  // Five tries in all; then it is the queue's turn.
  EXPECT_EQ(stamped_after(in_place, 5), 45ms);
}

TEST(GracefulEvictionController, StampsOnlyWhatTheSchedulerHasDealtWithWhereItIsTold) {
  Bench bench;
  const GracefulEvictionController controller(
      bench.ports, BindingScope::namespaced,
      {.controller = {}, .timeout = 10min, .after_scheduler = true});
  api::ResourceBinding binding = web();
  binding.spec.graceful_eviction_tasks = {{.from_cluster = "c"}};
  bench.bindings.put(binding);  // Generation 1, which the scheduler has not observed.
  const auto stamp = [&] {
    return bench.bindings.get(web_key)->spec.graceful_eviction_tasks[0].creation_timestamp;
  };
  bench.time.run_to(1h);
  EXPECT_FALSE(stamp().has_value());
  bench.bindings.change_status(web_key, [](api::ResourceBinding& next) {
    next.status.scheduler_observed_generation = next.metadata.generation;
  });
  bench.time.run_to(1h + 1s);
  EXPECT_EQ(stamp(), api::StoredTime::from_unix_seconds(3600));
}

// Descheduler.

api::AggregatedStatusItem ready_in(const char* cluster, api::Replicas ready) {
  api::AggregatedStatusItem item;
  item.cluster_name = cluster;
  item.status = api::ObjectStatus{};
  item.status->ready = ready;
  return item;
}

api::ResourceBinding hanging() {
  api::Placement placement;
  placement.replica_scheduling = api::ReplicaScheduling{};
  placement.replica_scheduling->type = api::scheduling_divided;
  placement.replica_scheduling->preference = api::division_aggregated;
  api::ResourceBinding binding = web();
  binding.applied_placement = std::make_shared<const api::Placement>(placement);
  binding.status.aggregated_status = {ready_in("a", 4), ready_in("b", 1)};
  return binding;
}

constexpr DeschedulingOptions every_half_minute{.interval = 30s, .threshold = 45s, .timeout = 3s};

TEST(Descheduler, TakesAwayWhatHangsInTheNextRound) {
  Bench bench;
  bench.estimators.answers = {3};
  DeschedulingLoop loop(bench.ports, every_half_minute);
  bench.bindings.put(hanging());
  bench.time.run_to(29s);
  EXPECT_TRUE(bench.estimators.questions.empty()) << "the first round saw no binding yet";
  bench.time.run_to(30s);
  EXPECT_EQ(bench.bindings.get(web_key)->spec.clusters,
            (std::vector<api::TargetCluster>{{"a", 4}, {"b", 1}}));
  const std::vector<std::string> unready{"b"};
  ASSERT_EQ(bench.estimators.questions.size(), 1U);
  EXPECT_EQ(bench.estimators.questions.front(), unready);
}

TEST(Descheduler, DropsAllAnswersWhenOneClusterIsSilent) {
  Bench bench;
  bench.estimators.answers = {2, std::nullopt};
  api::ResourceBinding binding = hanging();
  binding.status.aggregated_status = {ready_in("a", 1), ready_in("b", 1)};
  bench.bindings.put(binding);
  DeschedulingLoop loop(bench.ports, every_half_minute);
  bench.time.run_to(65s);
  EXPECT_EQ(bench.estimators.questions.size(), 3U);
  EXPECT_EQ(bench.bindings.get(web_key)->spec.clusters, binding.spec.clusters);
}

TEST(Descheduler, LooksAtBindingsOfNamespacesOnly) {
  Bench bench;
  bench.estimators.answers = {3};
  api::ResourceBinding binding = hanging();
  binding.metadata.space = {};
  bench.bindings.put(binding);
  DeschedulingLoop loop(bench.ports, every_half_minute);
  bench.time.run_to(30s);
  EXPECT_TRUE(bench.estimators.questions.empty());
}

// Dependencies distributor.

api::ResourceTemplate resource(const api::Key& key) {
  api::ResourceTemplate resource;
  resource.metadata.space = key.space;
  resource.metadata.name = key.name;
  return resource;
}

api::ResourceTemplate web_template() {
  api::ResourceTemplate template_of_web = resource(web_key);
  template_of_web.dependencies = {{"v1", "ConfigMap", "ns", "settings", {}}};
  return template_of_web;
}

api::ResourceBinding web_with_dependents() {
  api::ResourceBinding binding = web();
  binding.spec.propagate_deps = true;
  return binding;
}

/// Assignments that the ConfigMap's binding notes of web; none without a snapshot.
std::optional<std::vector<api::TargetCluster>> noted(const Bench& bench) {
  const auto dependent = bench.around.stores.bindings.get(settings_key);
  if (!dependent || dependent->spec.required_by.empty()) return std::nullopt;
  return dependent->spec.required_by.front().clusters;
}

TEST(DependenciesDistributor, FollowsEveryChangeOfTheAssignment) {
  Bench bench;
  bench.templates.put(web_template());
  bench.templates.put(resource(settings_key));
  bench.bindings.put(web_with_dependents());
  DependenciesDistributor distributor(bench.ports, {});
  bench.time.run_to(1s);
  EXPECT_EQ(noted(bench), web().spec.clusters);
  bench.bindings.change(web_key, [](api::ResourceBinding& next) { next.spec.clusters.clear(); });
  bench.time.run_to(2s);
  EXPECT_EQ(noted(bench), std::vector<api::TargetCluster>{});
}

TEST(DependenciesDistributor, WaitsForWhatIsNotThereYet) {
  Bench bench;
  bench.templates.put(web_template());
  bench.bindings.put(web_with_dependents());
  DependenciesDistributor distributor(bench.ports, {});
  bench.time.run_to(1s);
  EXPECT_EQ(bench.bindings.get(settings_key), nullptr);
  bench.templates.put(resource(settings_key));
  bench.time.run_to(2s);
  EXPECT_EQ(noted(bench), web().spec.clusters);
}

TEST(DependenciesDistributor, LetsGoWhenNothingIsToFollowAnyMore) {
  Bench bench;
  bench.templates.put(web_template());
  bench.templates.put(resource(settings_key));
  bench.bindings.put(web_with_dependents());
  DependenciesDistributor distributor(bench.ports, {});
  bench.time.run_to(1s);
  bench.bindings.change(web_key,
                        [](api::ResourceBinding& next) { next.spec.propagate_deps = false; });
  bench.time.run_to(2s);
  ASSERT_NE(bench.bindings.get(settings_key), nullptr);
  EXPECT_EQ(noted(bench), std::nullopt);
}

TEST(DependenciesDistributor, LeavesOthersAlone) {
  Bench bench;
  bench.templates.put(web_template());
  bench.templates.put(resource(settings_key));
  bench.bindings.put(web());
  DependenciesDistributor distributor(bench.ports, {});
  bench.time.run_to(1s);
  EXPECT_EQ(bench.bindings.get(settings_key), nullptr);
}

}  // namespace
}  // namespace firedrill::policy::karmada
