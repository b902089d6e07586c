#include "policy/karmada/failover/application_failover.h"

#include <chrono>

#include <gtest/gtest.h>

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

ClockReading exactly(api::Duration time) {
  return ClockReading::exact(api::Timestamp(time));
}

/// An unhealthy copy in `a`, a healthy one in `b`, ten seconds of tolerance.
api::ResourceBinding unhealthy_in_a() {
  api::ResourceBinding binding;
  binding.metadata.space = "default";
  binding.spec.resource.api_version = "apps/v1";
  binding.spec.resource.kind = "Deployment";
  binding.spec.propagate_deps = true;
  binding.spec.clusters = {{"a", 2}, {"b", 2}};
  api::ApplicationFailover& behavior = binding.spec.failover.emplace().application.emplace();
  behavior.decision_conditions.toleration_seconds = 10;
  behavior.purge_mode = "Directly";
  binding.status.aggregated_status = {{.cluster_name = "a", .health = "Unhealthy"},
                                      {.cluster_name = "b", .health = "Healthy"}};
  return binding;
}

TEST(ApplicationFailover, LooksOnlyAfterBindingsThatItCanJudge) {
  EXPECT_TRUE(watches_application(unhealthy_in_a()));
  api::ResourceBinding binding = unhealthy_in_a();
  binding.spec.propagate_deps = false;
  EXPECT_FALSE(watches_application(binding));
  binding.metadata.space = {};
  EXPECT_TRUE(watches_application(binding)) << "cluster-scoped bindings need no propagateDeps";
  binding.spec.resource.kind = "ConfigMap";
  EXPECT_FALSE(watches_application(binding));
  binding = unhealthy_in_a();
  binding.status.aggregated_status.clear();
  EXPECT_FALSE(watches_application(binding));
  binding = unhealthy_in_a();
  binding.spec.failover.edit().application.reset();
  EXPECT_FALSE(watches_application(binding));
}

TEST(ApplicationFailover, EvictsStrictlyAfterTheTolerance) {
  const api::ResourceBinding binding = unhealthy_in_a();
  ApplicationFailoverStep step = check_application(binding, {}, {}, exactly(100500ms));
  EXPECT_EQ(step.requeue, 10s);
  EXPECT_FALSE(step.spec.has_value());

  step = check_application(binding, step.since, {}, exactly(105400ms));
  EXPECT_EQ(step.requeue, 6s) << "elapsed time counts in whole seconds";

  step = check_application(binding, step.since, {}, exactly(110500ms));
  EXPECT_TRUE(step.evicted.empty());
  EXPECT_EQ(step.requeue, 0s);

  step = check_application(binding, step.since, {}, exactly(110500ms + 1ns));
  EXPECT_EQ(step.evicted, std::vector<std::string>{"a"});
  ASSERT_TRUE(step.spec.has_value());
  const api::GracefulEvictionTask& task = step.spec->graceful_eviction_tasks.at(0);
  EXPECT_EQ(task.producer, "resource-binding-application-failover-controller");
  EXPECT_EQ(task.reason, "ApplicationFailure");
  EXPECT_EQ(task.purge_mode, "Directly");
  EXPECT_EQ(task.replicas, 2);
}

TEST(ApplicationFailover, ZeroToleranceNeedsASecondLook) {
  api::ResourceBinding binding = unhealthy_in_a();
  binding.spec.failover.edit().application->decision_conditions.toleration_seconds = 0;
  ApplicationFailoverStep step = check_application(binding, {}, {}, exactly(100s));
  EXPECT_TRUE(step.evicted.empty());
  EXPECT_EQ(step.requeue, 0s);
  step = check_application(binding, step.since, {}, exactly(100s + 1ns));
  EXPECT_EQ(step.evicted.size(), 1U);
}

TEST(ApplicationFailover, PurgeModesBecomeTaskFields) {
  api::ResourceBinding binding = unhealthy_in_a();
  const UnhealthySince since = {{"a", api::Timestamp(0s)}};
  api::ApplicationFailover& behavior = *binding.spec.failover.edit().application;

  behavior.purge_mode = "Gracefully";
  behavior.grace_period_seconds = 33;
  auto step = check_application(binding, since, {}, exactly(100s));
  EXPECT_EQ(step.spec->graceful_eviction_tasks[0].grace_period_seconds, 33);
  step = check_application(binding, since, {.graceful_eviction = false}, exactly(100s));
  EXPECT_TRUE(step.problem.has_value());
  EXPECT_FALSE(step.spec.has_value());

  behavior.purge_mode = "Never";
  step = check_application(binding, since, {}, exactly(100s));
  EXPECT_EQ(step.spec->graceful_eviction_tasks[0].suppress_deletion, true);
  EXPECT_FALSE(step.spec->graceful_eviction_tasks[0].grace_period_seconds.has_value());
}

TEST(ApplicationFailover, TheLegacyReleaseHasOldWordsAndTasksWithoutThem) {
  const ApplicationFailoverOptions legacy{.plain_tasks = true};
  api::ResourceBinding binding = unhealthy_in_a();
  const UnhealthySince since{{"a", api::Timestamp(0s)}};
  const auto evicted = [&](const char* mode) {
    binding.spec.failover.edit().application->purge_mode = mode;
    return *check_application(binding, since, legacy, exactly(1min)).spec;
  };
  binding.spec.failover.edit().application->grace_period_seconds = 7;
  EXPECT_TRUE(evicted("Immediately").graceful_eviction_tasks.empty());
  EXPECT_EQ(evicted("Immediately").clusters, (std::vector<api::TargetCluster>{{"b", 2}}));
  const api::GracefulEvictionTask graciously = evicted("Graciously").graceful_eviction_tasks.at(0);
  EXPECT_EQ(graciously.purge_mode, "");
  EXPECT_EQ(graciously.grace_period_seconds, 7);
  EXPECT_EQ(evicted("Never").graceful_eviction_tasks.at(0).suppress_deletion, true);
}

TEST(ApplicationFailover, AFailingStateRuleStopsTheWholeStep) {
  api::ResourceBinding binding = unhealthy_in_a();
  binding.spec.failover.edit().application->state_preservation.emplace().rules = {
      {"x", "{.missing}"}};
  const auto step = check_application(binding, {{"a", api::Timestamp(0s)}},
                                      {.stateful_failover_injection = true}, exactly(100s));
  EXPECT_TRUE(step.problem.has_value());
  EXPECT_TRUE(step.evicted.empty());
  EXPECT_TRUE(step.since.contains("a"));
}

TEST(ApplicationFailover, IgnoresClustersThatAreLeftAlready) {
  api::ResourceBinding binding = unhealthy_in_a();
  binding.spec.graceful_eviction_tasks = {{.from_cluster = "a"}};
  const auto step = check_application(binding, {}, {}, exactly(100s));
  EXPECT_TRUE(step.since.empty());
  EXPECT_EQ(step.requeue, 0s);
}

TEST(ApplicationFailover, ForgetsRecoveredAndUnassignedClustersButNotSilentOnes) {
  const api::ResourceBinding binding = unhealthy_in_a();
  const api::Timestamp start(0s);
  UnhealthySince since = {{"a", start}, {"b", start}, {"c", start}};
  forget_recovered(since, binding.spec, binding.status);
  EXPECT_EQ(since, (UnhealthySince{{"a", start}}));

  api::BindingStatus silent;
  forget_recovered(since, binding.spec, silent);
  EXPECT_TRUE(since.contains("a"));
}

}  // namespace
}  // namespace firedrill::policy::karmada
