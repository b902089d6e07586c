#include "policy/karmada/controllers/eviction_worker.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake_surroundings.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

EvictionWorker::Item item(int number) {
  return {"member1", {"ns", "b" + std::to_string(1000 + number)}};
}

/// Eviction workers whose steps take no time; keys of `failing` fail always.
struct Bench {
  explicit Bench(const EvictionWorkerOptions& options)
      : worker(around.ports, "ResourceBinding", options, [this](EvictionWorker::Item key) {
          return step(this, std::move(key));
        }) {}

  static Task<EvictionWorker::Outcome> step(Bench* bench, EvictionWorker::Item key) {
    bench->starts.push_back(bench->time.since_start());
    if (bench->failing.contains(key)) {
      bench->failures.push_back(bench->time.since_start());
      co_return EvictionWorker::Outcome{.name = "Failed", .failed = true};
    }
    if (bench->tolerated > Duration::zero()) {
      const Duration wait = std::exchange(bench->tolerated, 0s);
      co_return EvictionWorker::Outcome{.name = "Tolerated", .retry = wait};
    }
    co_return EvictionWorker::Outcome{.name = "Evicted"};
  }

  void add(int count) {
    for (int i = 0; i < count; ++i)
      worker.add(item(i));
  }
  [[nodiscard]] std::ptrdiff_t started_within(Duration from, Duration to) const {
    return std::ranges::count_if(starts, [&](Duration at) { return from <= at && at < to; });
  }

  FakeTime time;
  HandMadePorts around{time, time, time};
  std::set<EvictionWorker::Item> failing;
  Duration tolerated{};
  std::vector<Duration> starts;
  std::vector<Duration> failures;
  EvictionWorker worker;
};

// The measured vectors of spec/karmada-failover.md 8.3.

TEST(EvictionWorker, ThreeWorkersTakeThreeItemsAndRest) {
  Bench bench({.workers = 3, .rate = 0.5F});
  bench.add(12);
  bench.time.run_to(1min);
  EXPECT_EQ(bench.starts, (std::vector<Duration>{0s, 0s, 0s, 2s, 2s, 2s, 4s, 4s, 4s, 6s, 6s, 6s}));
}

TEST(EvictionWorker, OneWorkerTakesOneItemAndRests) {
  Bench bench({.workers = 1, .rate = 0.5F});
  bench.add(12);
  bench.time.run_to(1min);
  EXPECT_EQ(bench.starts,
            (std::vector<Duration>{0s, 2s, 4s, 6s, 8s, 10s, 12s, 14s, 16s, 18s, 20s, 22s}));
}

TEST(EvictionWorker, SixtyItemsAtFiveASecondGoThreeEveryFifthOfASecond) {
  Bench bench({.workers = 3, .rate = 5});
  bench.add(60);
  bench.time.run_to(1min);
  ASSERT_EQ(bench.starts.size(), 60U);
  for (std::size_t i = 0; i < 60; ++i)
    EXPECT_EQ(bench.starts[i], static_cast<std::int64_t>(i / 3) * 200ms) << i;
}

TEST(EvictionWorker, HighRatesEndAtTheTokenBucket) {
  Bench bench({.workers = 3, .rate = 100});
  bench.add(300);
  bench.time.run_to(1min);
  ASSERT_EQ(bench.starts.size(), 300U);
  // Measured: 105 within 0.38 s. How fast exactly the bucket empties is a race there, of how many
  // rests the back-off of their common key has seen.
  const std::ptrdiff_t burst = bench.started_within(0s, 450ms);
  EXPECT_GE(burst, 100);
  EXPECT_LE(burst, 107);
  for (Duration from = 1s; from < 19s; from += 1s)
    EXPECT_EQ(bench.started_within(from, from + 1s), 10) << from.count();
  EXPECT_GE(bench.starts.back(), 19600ms);
  EXPECT_LE(bench.starts.back(), 19800ms);
}

TEST(EvictionWorker, ARateOfZeroMeansOneItemInHalfAnHour) {
  Bench bench({.workers = 3, .rate = 0});
  bench.add(7);
  bench.time.run_to(2h);
  EXPECT_EQ(bench.starts, (std::vector<Duration>{0s, 0s, 0s, 1800s, 1800s, 1800s, 3600s}));
}

TEST(EvictionWorker, ReadsTheBrakeAnewBeforeEachRest) {
  Bench bench({.workers = 1,
               .rate = 0.5F,
               .limiter = {},
               .brake = {.mode = BrakeMode::slow, .min_clusters = 0}});
  api::Cluster cluster;
  cluster.metadata.name = "member1";
  cluster.status.conditions = {{.type = "Ready", .status = "False"}};
  bench.around.stores.clusters.put(cluster);
  bench.add(6);
  bench.time.run_to(25s);
  bench.around.stores.clusters.change_status(
      {{}, "member1"}, [](api::Cluster& next) { next.status.conditions[0].status = "True"; });
  bench.time.run_to(1min);
  // The rest under way is not cut short.
  EXPECT_EQ(bench.starts, (std::vector<Duration>{0s, 10s, 20s, 30s, 32s, 34s}));
}

TEST(EvictionWorker, AFailingItemComesBackAtThePaceAndHoldsNobodyUp) {
  Bench bench({.workers = 3, .rate = 0.5F});
  bench.failing.insert(item(0));
  bench.add(2);
  bench.time.run_to(11s);
  EXPECT_EQ(bench.failures, (std::vector<Duration>{0s, 2s, 4s, 6s, 8s, 10s}));
  EXPECT_EQ(bench.starts.size(), 7U);
}

TEST(EvictionWorker, ASuccessEndsTheBackOffOfItsItem) {
  Bench bench({.workers = 1, .rate = 1000});
  bench.failing.insert(item(0));
  bench.add(1);
  bench.time.run_to(20ms);
  EXPECT_EQ(bench.failures, (std::vector<Duration>{0ms, 5ms, 15ms}));
  bench.failing.clear();
  bench.time.run_to(1s);
  bench.failures.clear();
  bench.failing.insert(item(0));
  bench.add(1);
  bench.time.run_to(1020ms);
  EXPECT_EQ(bench.failures, (std::vector<Duration>{1000ms, 1005ms, 1015ms}));
}

TEST(EvictionWorker, AFailedStepDoesNotPauseItsWorker) {
  Bench bench({.workers = 1, .rate = 0.5F});
  bench.failing = {item(0), item(1)};
  bench.add(4);
  bench.time.run_to(1s);
  EXPECT_EQ(bench.starts, (std::vector<Duration>{0s, 0s, 0s}));
}

TEST(EvictionWorker, AnItemThatIsRestedOnWaitsForTheRest) {
  Bench bench({.workers = 3, .rate = 0.5F});
  bench.add(1);
  bench.time.run_to(500ms);
  bench.add(1);
  bench.time.run_to(10s);
  EXPECT_EQ(bench.starts, (std::vector<Duration>{0s, 2s}));
}

TEST(EvictionWorker, AfterAnIdleTimeAllWorkersStartTogether) {
  Bench bench({.workers = 3, .rate = 0.5F});
  bench.add(1);
  bench.time.run_to(1min);
  for (int i = 1; i <= 4; ++i)
    bench.worker.add(item(i));
  bench.time.run_to(2min);
  EXPECT_EQ(bench.starts, (std::vector<Duration>{0s, 60s, 60s, 60s, 62s}));
}

TEST(EvictionWorker, ATolerableItemComesBackWhenItsTimeIsOver) {
  Bench bench({.workers = 3, .rate = 0.5F});
  bench.tolerated = 30s;
  bench.add(1);
  bench.time.run_to(2min);
  EXPECT_EQ(bench.starts, (std::vector<Duration>{0s, 30s}));
}

TEST(EvictionWorker, TellsWhatItQueuedAndWhatBecameOfIt) {
  Bench bench({.workers = 1, .rate = 0.5F});
  bench.add(2);
  bench.worker.add(item(1));  // Known already: no news.
  bench.worker.add_after(item(2), 10s);
  bench.time.run_to(1min);
  const auto& queued = bench.around.recorder.queued;
  ASSERT_EQ(queued.size(), 3U);
  EXPECT_EQ(queued[1].binding, item(1).second);
  EXPECT_EQ(queued[1].depth, 2);
  EXPECT_FALSE(queued[1].ready_at.has_value());
  EXPECT_EQ(queued[2].ready_at, Timestamp{10s});
  const auto& dequeued = bench.around.recorder.dequeued;
  ASSERT_EQ(dequeued.size(), 3U);
  EXPECT_EQ(dequeued[0].outcome, "Evicted");
  EXPECT_EQ(dequeued[0].waited, 0s);
  EXPECT_EQ(dequeued[1].waited, 2s);
  EXPECT_EQ(dequeued[2].waited, 0s);
}

}  // namespace
}  // namespace firedrill::policy::karmada
