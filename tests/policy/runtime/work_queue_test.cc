#include "policy/runtime/work_queue.h"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fake_surroundings.h"

namespace firedrill::policy {
namespace {

using namespace std::chrono_literals;

/// A queue with one worker, which holds each key for a while and writes down when it took it.
template <class Queue>
struct Bench {
  struct Start {
    std::string key;
    Duration at{};
    friend bool operator==(const Start&, const Start&) = default;
  };
  using Starts = std::vector<Start>;

  explicit Bench(Duration work = 0s) : worker(run(this, work).start()) {}

  void at(Duration when, std::function<void()> action) {
    actions.push_back(time.after(when - time.since_start(), std::move(action)));
  }

  static Routine run(Bench* bench, Duration work) {
    while (true) {
      const auto taken = co_await bench->queue.get();
      bench->started.push_back({taken.item, bench->time.since_start()});
      bench->priorities.push_back(taken.priority);
      bench->causes.push_back(bench->time.current());
      if (work > Duration::zero()) co_await bench->time.sleep(work);
      bench->queue.done(taken.item);
    }
  }

  FakeTime time;
  Queue queue{time, time, time, RateLimiterOptions{}};
  Starts started;
  std::vector<int> priorities;
  std::vector<Tracing::Baggage> causes;
  std::vector<Registration> actions;
  Routine worker;
};

using Classic = Bench<ClassicQueue<std::string>>;
using Priority = Bench<PriorityQueue<std::string>>;

// What both queues have in common.

template <class Queue>
class AnyQueue : public testing::Test {};
using Queues = testing::Types<ClassicQueue<std::string>, PriorityQueue<std::string>>;
TYPED_TEST_SUITE(AnyQueue, Queues);

TYPED_TEST(AnyQueue, HandsKeysOverInOrderOfArrival) {
  Bench<TypeParam> bench;
  bench.queue.add("b");
  bench.queue.add("a");
  bench.queue.add("c");
  EXPECT_TRUE(bench.started.empty()) << "keys are handed over in a step of their own";
  bench.time.run_to(0s);
  EXPECT_EQ(bench.started, (typename Bench<TypeParam>::Starts{{"b", 0s}, {"a", 0s}, {"c", 0s}}));
}

TYPED_TEST(AnyQueue, KeepsOneEntryOfAKeyThatIsAddedAgain) {
  Bench<TypeParam> bench;
  bench.queue.add("a");
  bench.queue.add("a");
  EXPECT_EQ(bench.queue.depth(), 1U);
  bench.time.run_to(1s);
  EXPECT_EQ(bench.started, (typename Bench<TypeParam>::Starts{{"a", 0s}}));
}

TYPED_TEST(AnyQueue, TakesAKeyUpAgainThatWasAddedWhileItWasProcessed) {
  Bench<TypeParam> bench(2s);
  bench.queue.add("a");
  bench.at(1s, [&] {
    bench.queue.add("a");
    bench.queue.add("a");
    bench.queue.add("b");
  });
  bench.time.run_to(10s);
  // "a" was locked until 2 s, but had arrived before "b".
  const auto keys = [&] {
    std::vector<std::string> names;
    for (const auto& start : bench.started)
      names.push_back(start.key);
    return names;
  }();
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[0], "a");
  EXPECT_EQ(bench.started[1].at, 2s);
  EXPECT_EQ(bench.started[2].at, 4s);
}

TYPED_TEST(AnyQueue, NeverGivesOneKeyToTwoWorkers) {
  FakeTime time;
  TypeParam queue(time, time, time, RateLimiterOptions{});
  struct Workers {
    static Routine run(TypeParam* queue, FakeTime* time, int* inside, int* most, int* runs) {
      while (true) {
        const auto taken = co_await queue->get();
        ++*runs;
        *most = std::max(*most, ++*inside);
        co_await time->sleep(1s);
        --*inside;
        queue->done(taken.item);
      }
    }
  };
  int inside = 0;
  int most = 0;
  int runs = 0;
  const Routine one = Workers::run(&queue, &time, &inside, &most, &runs).start();
  const Routine two = Workers::run(&queue, &time, &inside, &most, &runs).start();
  queue.add("a");
  time.run_to(500ms);
  queue.add("a");
  time.run_to(5s);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(most, 1);
}

TYPED_TEST(AnyQueue, OfTwoDelaysTheEarlierEndCounts) {
  Bench<TypeParam> bench;
  bench.queue.add_after("a", 5s);
  bench.queue.add_after("a", 2s);
  bench.queue.add_after("a", 3s);
  bench.time.run_to(10s);
  EXPECT_EQ(bench.started, (typename Bench<TypeParam>::Starts{{"a", 2s}}));
}

TYPED_TEST(AnyQueue, ADelayThatIsNotPositiveAddsAtOnce) {
  Bench<TypeParam> bench;
  bench.queue.add_after("a", 0s);
  bench.queue.add_after("b", -1s);
  bench.time.run_to(0s);
  EXPECT_EQ(bench.started, (typename Bench<TypeParam>::Starts{{"a", 0s}, {"b", 0s}}));
}

TYPED_TEST(AnyQueue, RestoresTheCauseThatQueuedTheKey) {
  Bench<TypeParam> bench;
  bench.time.restore(7);
  bench.queue.add("a");
  bench.time.restore(8);
  bench.queue.add("b");
  bench.queue.add_after("c", 1s);
  bench.time.restore(9);
  bench.time.run_to(2s);
  EXPECT_EQ(bench.causes, (std::vector<Tracing::Baggage>{7, 8, 8}));
}

// What waits is read when it is taken, by then with what came last.
TYPED_TEST(AnyQueue, OfTwoCausesOfOneKeyTheLaterCounts) {
  Bench<TypeParam> bench;
  bench.time.restore(7);
  bench.queue.add("a");
  bench.queue.add("b");
  bench.time.restore(9);
  bench.queue.add("a");
  bench.time.restore(5);
  bench.queue.add("b");
  bench.time.run_to(1s);
  EXPECT_EQ(bench.causes, (std::vector<Tracing::Baggage>{9, 7}));
}

TYPED_TEST(AnyQueue, BacksOffKeyByKeyUntilForgotten) {
  Bench<TypeParam> bench;
  EXPECT_EQ(bench.queue.add_rate_limited("a"), 5ms);
  EXPECT_EQ(bench.queue.add_rate_limited("a"), 10ms);
  bench.queue.forget("a");
  EXPECT_EQ(bench.queue.add_rate_limited("a"), 5ms);
}

TYPED_TEST(AnyQueue, AWorkerThatIsGoneGetsNothing) {
  FakeTime time;
  TypeParam queue(time, time, time, RateLimiterOptions{});
  struct Worker {
    static Routine run(TypeParam* queue, int* runs) {
      while (true) {
        const auto taken = co_await queue->get();
        ++*runs;
        queue->done(taken.item);
      }
    }
  };
  int first = 0;
  int second = 0;
  {
    const Routine gone = Worker::run(&queue, &first).start();
    queue.add("a");
  }
  const Routine worker = Worker::run(&queue, &second).start();
  time.run_to(1s);
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

// Where they differ.

TEST(ClassicQueue, AnImmediateAddLeavesTheDelayedEntryInPlace) {
  Classic bench;
  bench.queue.add_after("a", 1s);
  bench.at(300ms, [&] { bench.queue.add("a"); });
  bench.time.run_to(10s);
  EXPECT_EQ(bench.started, (Classic::Starts{{"a", 300ms}, {"a", 1s}}));
}

TEST(PriorityQueue, AnImmediateAddCancelsTheDelayedEntry) {
  Priority bench;
  bench.queue.add_after("a", 1s);
  bench.at(300ms, [&] { bench.queue.add("a"); });
  bench.time.run_to(10s);
  EXPECT_EQ(bench.started, (Priority::Starts{{"a", 300ms}}));
}

TEST(ClassicQueue, IgnoresPriorities) {
  Classic bench;
  bench.queue.add("low", priority_low);
  bench.queue.add("high", 5);
  bench.time.run_to(0s);
  EXPECT_EQ(bench.started, (Classic::Starts{{"low", 0s}, {"high", 0s}}));
}

TEST(PriorityQueue, HandsOverHigherPrioritiesFirst) {
  Priority bench;
  bench.queue.add("replayed", priority_low);
  bench.queue.add("b");
  bench.queue.add("a");
  bench.queue.add("urgent", 5);
  bench.time.run_to(0s);
  EXPECT_EQ(bench.started,
            (Priority::Starts{{"urgent", 0s}, {"b", 0s}, {"a", 0s}, {"replayed", 0s}}));
  EXPECT_EQ(bench.priorities, (std::vector<int>{5, 0, 0, priority_low}));
}

TEST(PriorityQueue, RaisesThePriorityOfAWaitingKeyAndNeverLowersIt) {
  Priority bench;
  bench.queue.add("a", priority_low);
  bench.queue.add("b", priority_low);
  bench.queue.add("c", priority_normal);
  bench.queue.add("b", 1);
  bench.queue.add("c", priority_low);
  bench.time.run_to(0s);
  EXPECT_EQ(bench.started, (Priority::Starts{{"b", 0s}, {"c", 0s}, {"a", 0s}}));
  EXPECT_EQ(bench.priorities, (std::vector<int>{1, 0, priority_low}));
}

TEST(PriorityQueue, OrdersDelayedKeysByWhenTheyBecameReady) {
  Priority bench(10s);
  bench.queue.add("busy");
  bench.queue.add_after("later", 2s);
  bench.queue.add_after("sooner", 1s);
  bench.time.run_to(1min);
  EXPECT_EQ(bench.started, (Priority::Starts{{"busy", 0s}, {"sooner", 10s}, {"later", 20s}}));
}

TEST(PriorityQueue, AKeyThatIsDueWhileItIsProcessedWaitsForTheLock) {
  Priority bench(3s);
  bench.queue.add("a");
  bench.at(1s, [&] { bench.queue.add_after("a", 1s); });
  bench.time.run_to(1min);
  EXPECT_EQ(bench.started, (Priority::Starts{{"a", 0s}, {"a", 3s}}));
}

}  // namespace
}  // namespace firedrill::policy
