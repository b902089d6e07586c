#include "policy/karmada/scheduler/scheduling_queue.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake_surroundings.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

enum class End { success, unschedulable, failure };

/// The queue with the scheduler's one worker; `end` says how each pass ends.
struct Bench {
  struct Pass {
    std::string key;
    Duration at{};
    friend bool operator==(const Pass&, const Pass&) = default;
  };
  using Passes = std::vector<Pass>;

  explicit Bench(std::function<End(int pass)> end = [](int) { return End::success; })
      : end_of(std::move(end)) {}

  /// Lets the worker begin; until then keys pile up.
  void start(Duration work = 0s) { worker.emplace(run(this, work).start()); }
  void push(const std::string& name, int priority = 0) { queue.add({"ns", name}, priority); }
  void push_at(Duration when, const std::string& name, int priority = 0) {
    timers.push_back(
        time.after(when - time.since_start(), [this, name, priority] { push(name, priority); }));
  }

  static Routine run(Bench* bench, Duration work) {
    while (true) {
      const auto taken = co_await bench->queue.get();
      bench->passes.push_back({taken.item.name, bench->time.since_start()});
      bench->priorities.push_back(taken.priority);
      if (work > Duration::zero()) co_await bench->time.sleep(work);
      switch (bench->end_of(static_cast<int>(bench->passes.size()))) {
        case End::success:
          bench->queue.succeed(taken.item);
          break;
        case End::unschedulable:
          bench->queue.park(taken.item);
          break;
        case End::failure:
          bench->queue.back_off(taken.item);
          break;
      }
      bench->queue.done(taken.item);
    }
  }

  FakeTime time;
  SchedulingQueue queue{time, time, time};
  std::function<End(int pass)> end_of;
  Passes passes;
  std::vector<int> priorities;
  std::vector<Registration> timers;
  std::optional<Routine> worker;
};

// spec/karmada-scheduler.md 12, "Queue".
TEST(SchedulingQueue, BacksOffLongerWithEachAttemptUpToTenSeconds) {
  std::vector<Duration> waits;
  for (std::int64_t attempts = 0; attempts < 8; ++attempts)
    waits.push_back(scheduling_backoff(attempts));
  EXPECT_EQ(waits, (std::vector<Duration>{0s, 1s, 2s, 4s, 8s, 10s, 10s, 10s}));
}

TEST(SchedulingQueue, PopsByPriorityAndDropsThePriorityOfASecondPush) {
  Bench bench;
  bench.push("low1", 0);
  bench.push("low2", 0);
  bench.push("hi", 10);
  bench.push("low1", 99);
  bench.start();
  bench.time.run_to(0s);
  EXPECT_EQ(bench.passes, (Bench::Passes{{"hi", 0s}, {"low1", 0s}, {"low2", 0s}}));
  EXPECT_EQ(bench.priorities, (std::vector<int>{10, 0, 0}));
}

TEST(SchedulingQueue, APushWhileProcessingRerunsWithTheOldPriorityAndItsAttempts) {
  // The first pass of "a" succeeds; the re-run, its second attempt, fails once.
  Bench bench([](int pass) { return pass == 3 ? End::failure : End::success; });
  bench.push("a", 5);
  bench.start(100ms);
  bench.push_at(50ms, "a", 99);
  bench.push_at(60ms, "b", 50);
  bench.time.run_to(1min);
  // "b" (50) goes before the re-run of "a" (still 5). That became active at 0.1 s; a second attempt
  // waits 2 s from there, to be found by the look at 3 s (a first one: by the look at 2 s).
  EXPECT_EQ(bench.passes, (Bench::Passes{{"a", 0s}, {"b", 100ms}, {"a", 200ms}, {"a", 3s}}));
  EXPECT_EQ(bench.priorities, (std::vector<int>{5, 50, 5, 5}));
}

TEST(SchedulingQueue, AFailureComesBackWhenItsBackOffIsOver) {
  Bench bench([](int) { return End::failure; });
  bench.push("a");
  bench.start();
  bench.time.run_to(40s);
  // Waits of 1, 2, 4, 8, 10, 10 s, each counted from when the key became active.
  EXPECT_EQ(bench.passes,
            (Bench::Passes{
                {"a", 0s}, {"a", 1s}, {"a", 3s}, {"a", 7s}, {"a", 15s}, {"a", 25s}, {"a", 35s}}));
}

TEST(SchedulingQueue, TheBackOffIsLookedAtOnceASecond) {
  Bench bench([](int) { return End::failure; });
  bench.start();
  bench.push_at(300ms, "a");
  bench.time.run_to(5s);
  EXPECT_EQ(bench.passes, (Bench::Passes{{"a", 300ms}, {"a", 2s}, {"a", 4s}}));
}

TEST(SchedulingQueue, AnUnschedulableKeyComesBackAfterFiveMinutesAtTheNextHalfMinute) {
  Bench bench([](int pass) { return pass == 1 ? End::unschedulable : End::success; });
  bench.start();
  bench.push_at(10s, "a");
  bench.time.run_to(1h);
  EXPECT_EQ(bench.passes, (Bench::Passes{{"a", 10s}, {"a", 330s}}));
}

TEST(SchedulingQueue, AnEventFetchesAnUnschedulableKeyAndItsAttemptsStartAnew) {
  Bench bench([](int pass) {
    if (pass == 1) return End::unschedulable;
    return pass == 2 ? End::failure : End::success;
  });
  bench.start();
  bench.push("a");
  bench.push_at(20s, "a", 7);
  bench.time.run_to(1h);
  // One second of back-off: the pushed key is on its first attempt. Nothing is left at 5 min.
  EXPECT_EQ(bench.passes, (Bench::Passes{{"a", 0s}, {"a", 20s}, {"a", 21s}}));
  EXPECT_EQ(bench.priorities, (std::vector<int>{0, 7, 7}));
}

TEST(SchedulingQueue, AFailureOfAKeyThatIsDueAgainIsNotParked) {
  Bench bench([](int pass) { return pass == 1 ? End::unschedulable : End::success; });
  bench.start(1s);
  bench.push("a");
  bench.push_at(500ms, "a");
  bench.time.run_to(1h);
  EXPECT_EQ(bench.passes, (Bench::Passes{{"a", 0s}, {"a", 1s}}));
  EXPECT_EQ(bench.queue.depth(), 0U);
}

TEST(SchedulingQueue, KeysThatComeBackTogetherKeepTheActiveOrder) {
  Bench bench([](int pass) { return pass <= 3 ? End::failure : End::success; });
  bench.push("c", 1);
  bench.push("b", 2);
  bench.push("a", 1);
  bench.start();
  bench.time.run_to(10s);
  EXPECT_EQ(bench.passes,
            (Bench::Passes{{"b", 0s}, {"c", 0s}, {"a", 0s}, {"b", 1s}, {"c", 1s}, {"a", 1s}}));
}

TEST(SchedulingQueue, RefusesDelayedKeys) {
  Bench bench;
  EXPECT_THROW(bench.queue.add_after({"ns", "a"}, 1s, 0), std::logic_error);
}

}  // namespace
}  // namespace firedrill::policy::karmada
