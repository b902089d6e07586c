#include "policy/karmada/failover/graceful_eviction.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

constexpr api::Duration timeout = 10min;

api::Timestamp at(api::Duration time) {
  return api::Timestamp(time);
}

api::GracefulEvictionTask task(const char* cluster, std::optional<std::int64_t> stamped) {
  api::GracefulEvictionTask task{.from_cluster = cluster};
  if (stamped) task.creation_timestamp = api::StoredTime::from_unix_seconds(*stamped);
  return task;
}

/// `b` is the target, `a` is left since second 100; the scheduler has seen everything.
api::ResourceBinding leaving(const char* health) {
  api::ResourceBinding binding;
  binding.metadata.generation = 4;
  binding.status.scheduler_observed_generation = 4;
  binding.spec.clusters = {{"b", 1}};
  binding.spec.graceful_eviction_tasks = {task("a", 100)};
  binding.status.aggregated_status = {{.cluster_name = "b", .health = health}};
  return binding;
}

std::vector<FinishedEviction> finished(const api::ResourceBinding& binding, api::Duration time) {
  return review_evictions(binding, timeout, ClockReading::exact(at(time))).finished;
}

using Finished = std::vector<FinishedEviction>;

TEST(GracefulEviction, StampsANewTaskAndLooksAtItNoFurther) {
  api::ResourceBinding binding = leaving("Healthy");
  binding.spec.graceful_eviction_tasks[0].creation_timestamp.reset();
  binding.spec.graceful_eviction_tasks[0].suppress_deletion = false;
  const EvictionReview review =
      review_evictions(binding, timeout, ClockReading::exact(at(105900ms)));
  EXPECT_TRUE(review.changed);
  ASSERT_EQ(review.kept.size(), 1U);
  EXPECT_EQ(review.kept[0].creation_timestamp, api::StoredTime::from_unix_seconds(105));
}

TEST(GracefulEviction, EndsWhenEveryTargetIsHealthyAndTheSchedulerIsUpToDate) {
  EXPECT_EQ(finished(leaving("Healthy"), 101s), (Finished{{"a", EvictionEnd::healthy}}));
  EXPECT_EQ(finished(leaving("Unknown"), 101s), Finished{});
  api::ResourceBinding behind = leaving("Healthy");
  behind.status.scheduler_observed_generation = 3;
  EXPECT_EQ(finished(behind, 101s), Finished{});
  EXPECT_EQ(review_evictions(behind, timeout, ClockReading::exact(at(101s)),
                             {.health_needs_scheduler = false})
                .finished,
            (Finished{{"a", EvictionEnd::healthy}}))
      << "up to v1.13";
  api::ResourceBinding no_item = leaving("Healthy");
  no_item.status.aggregated_status.clear();
  EXPECT_EQ(finished(no_item, 101s), Finished{});
}

TEST(GracefulEviction, HoldsNoTargetsForHealthy) {
  api::ResourceBinding binding = leaving("Unhealthy");
  binding.spec.clusters.clear();
  EXPECT_EQ(finished(binding, 101s), (Finished{{"a", EvictionEnd::healthy}}));
}

TEST(GracefulEviction, TimesOutStrictlyAfterTheGracePeriod) {
  const api::ResourceBinding binding = leaving("Unhealthy");
  EXPECT_EQ(finished(binding, 700s), Finished{});
  EXPECT_EQ(finished(binding, 700s + 1ns), (Finished{{"a", EvictionEnd::timeout}}));
  const ClockReading timer{at(700s), at(700s) + 1ns};
  EXPECT_EQ(review_evictions(binding, timeout, timer).finished.size(), 1U);
}

TEST(GracefulEviction, ATasksOwnGracePeriodReplacesTheFlag) {
  api::ResourceBinding binding = leaving("Unhealthy");
  binding.spec.graceful_eviction_tasks[0].grace_period_seconds = 5;
  EXPECT_EQ(finished(binding, 106s), (Finished{{"a", EvictionEnd::timeout}}));
}

TEST(GracefulEviction, SuppressedDeletionLastsUntilAUserReleasesIt) {
  api::ResourceBinding binding = leaving("Healthy");
  binding.spec.graceful_eviction_tasks[0].suppress_deletion = true;
  EXPECT_EQ(finished(binding, 100000s), Finished{});
  EXPECT_EQ(next_review(binding.spec.graceful_eviction_tasks, timeout, at(0s)), std::nullopt);
  binding.spec.graceful_eviction_tasks[0].suppress_deletion = false;
  EXPECT_EQ(finished(binding, 101s), (Finished{{"a", EvictionEnd::released}}));
}

TEST(GracefulEviction, ComesBackAtTheEarliestDeadline) {
  std::vector<api::GracefulEvictionTask> tasks = {task("a", 100), task("c", 50)};
  EXPECT_EQ(next_review(tasks, timeout, at(200s)), 450s);
  EXPECT_EQ(next_review(tasks, timeout, at(650s)), 0s);
  EXPECT_EQ(next_review({}, timeout, at(0s)), std::nullopt);
}

TEST(GracefulEviction, NamesTheEndsAsTheTimelineDoes) {
  EXPECT_EQ(to_string(EvictionEnd::healthy), "Healthy");
  EXPECT_EQ(to_string(EvictionEnd::timeout), "Timeout");
  EXPECT_EQ(to_string(EvictionEnd::released), "Released");
}

}  // namespace
}  // namespace firedrill::policy::karmada
