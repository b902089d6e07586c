#include "policy/runtime/task.h"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake_surroundings.h"

namespace firedrill::policy {
namespace {

using namespace std::chrono_literals;

Task<int> number(int value) {
  co_return value;
}

Task<int> number_after(Timers* timers, Duration delay, int value) {
  co_await timers->sleep(delay);
  co_return value;
}

Task<void> fail() {
  throw std::runtime_error("no");
  co_return;
}

Task<void> fail_after(Timers* timers, Duration delay) {
  co_await timers->sleep(delay);
  throw std::runtime_error("too late");
}

Task<std::unique_ptr<int>> owned(int value) {
  auto result = std::make_unique<int>(value);
  co_return result;
}

Routine sum_of_ready(int count, long* sum) {
  for (int i = 0; i < count; ++i) {
    auto child = number(1);
    const int one = co_await child;
    auto outcome = Await<int>(1);
    const int two = co_await outcome;
    *sum += one + two;
  }
}

TEST(Task, AMillionAwaitsThatAreReadyDoNotGrowTheStack) {
  long sum = 0;
  const Routine routine = sum_of_ready(1'000'000, &sum).start();
  EXPECT_TRUE(routine.done());
  EXPECT_EQ(sum, 2'000'000);
}

Routine sleep_often(Timers* timers, int count, int* woken) {
  for (int i = 0; i < count; ++i) {
    auto child = number_after(timers, 1ms, 1);
    const int one = co_await child;
    *woken += one;
  }
}

TEST(Task, AHundredThousandAwaitsThatSuspendDoNotGrowTheStack) {
  FakeTime time;
  int woken = 0;
  const Routine routine = sleep_often(&time, 100'000, &woken).start();
  time.run_to(1000s);
  EXPECT_TRUE(routine.done());
  EXPECT_EQ(woken, 100'000);
}

Routine take_owned(int* result) {
  auto child = owned(7);
  const auto value = co_await child;
  *result = *value;
}

TEST(Task, HandsOverValuesThatOnlyMove) {
  int result = 0;
  const Routine routine = take_owned(&result).start();
  EXPECT_EQ(result, 7);
}

Routine catching(Timers* timers, std::vector<std::string>* caught) {
  try {
    auto child = fail();
    co_await child;
  } catch (const std::runtime_error& error) {
    caught->push_back(error.what());
  }
  try {
    auto child = fail_after(timers, 1s);
    co_await child;
  } catch (const std::runtime_error& error) {
    caught->push_back(error.what());
  }
}

TEST(Task, AnExceptionOfAChildArrivesWhereItIsAwaited) {
  FakeTime time;
  std::vector<std::string> caught;
  const Routine routine = catching(&time, &caught).start();
  EXPECT_EQ(caught, (std::vector<std::string>{"no"}));
  time.run_to(1s);
  EXPECT_EQ(caught, (std::vector<std::string>{"no", "too late"}));
}

Task<void> pass_on(Timers* timers) {
  auto child = fail_after(timers, 1s);
  co_await child;
}

Routine careless(Timers* timers) {
  auto child = pass_on(timers);
  co_await child;
}

/// Counts its copies out of the world.
struct Tally {
  int* destroyed;
  explicit Tally(int* count) : destroyed(count) {}
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  ~Tally() { ++*destroyed; }
};

Routine failing_at_once(int* destroyed) {
  const Tally local(destroyed);
  if (*destroyed == 0) throw std::runtime_error("at once");
  co_return;
}

TEST(Routine, AnExceptionBeforeTheFirstSuspensionLeavesThroughItsStart) {
  // Once destroyed twice by g++ 12, frame and all.
  int destroyed = 0;
  EXPECT_THROW(static_cast<void>(failing_at_once(&destroyed).start()), std::runtime_error);
  EXPECT_EQ(destroyed, 1);
}

TEST(Routine, DoesNothingBeforeItIsStarted) {
  int destroyed = 1;
  {
    Routine routine = failing_at_once(&destroyed);
    EXPECT_FALSE(routine.done());
    EXPECT_EQ(destroyed, 1);
    const Routine started = std::move(routine).start();
    EXPECT_TRUE(started.done());
  }
  EXPECT_EQ(destroyed, 2);
}

TEST(Routine, AnExceptionThatNobodyCatchesLeavesThroughTheEventLoop) {
  FakeTime time;
  const Routine routine = careless(&time).start();
  EXPECT_THROW(time.run_to(1s), std::runtime_error);
}

Task<int> nested(Timers* timers, int depth) {
  if (depth == 0) {
    auto leaf = number_after(timers, 1h, 1);
    const int value = co_await leaf;
    co_return value;
  }
  auto child = nested(timers, depth - 1);
  const int value = co_await child;
  co_return value + 1;
}

Routine count_levels(Timers* timers, int depth, int* result) {
  auto child = nested(timers, depth);
  *result = co_await child;
}

TEST(Routine, DestroyingItCancelsTheTimersOfEverythingBelow) {
  FakeTime time;
  int result = 0;
  {
    const Routine routine = count_levels(&time, 10, &result).start();
    EXPECT_EQ(time.pending(), 1U);
  }
  EXPECT_EQ(time.pending(), 0U);
  time.run_to(2h);
  EXPECT_EQ(result, 0);
}

TEST(Routine, ResultsPassUpThroughEveryLevel) {
  FakeTime time;
  int result = 0;
  const Routine routine = count_levels(&time, 10, &result).start();
  time.run_to(1h);
  EXPECT_EQ(result, 11);
}

/// A request that is answered when the test says so, and tells of its end.
class PendingRequest final : public Operation<int> {
 public:
  struct Seen {
    std::coroutine_handle<> waiting;
    int destroyed = 0;
  };
  explicit PendingRequest(Seen& seen) : seen_(seen) {}
  ~PendingRequest() override { ++seen_.destroyed; }
  void start(std::coroutine_handle<> resume) override { seen_.waiting = resume; }
  int take() override { return 42; }

 private:
  Seen& seen_;
};

Await<int> ask(PendingRequest::Seen& seen) {
  std::unique_ptr<Operation<int>> operation = std::make_unique<PendingRequest>(seen);
  return operation;
}

Routine asking(PendingRequest::Seen* seen, int* answer) {
  auto request = ask(*seen);
  *answer = co_await request;
}

TEST(Routine, TakesTheAnswerOfARequest) {
  PendingRequest::Seen seen;
  int answer = 0;
  const Routine routine = asking(&seen, &answer).start();
  EXPECT_FALSE(routine.done());
  seen.waiting.resume();
  EXPECT_TRUE(routine.done());
  EXPECT_EQ(answer, 42);
  EXPECT_EQ(seen.destroyed, 1);
}

TEST(Routine, DestroyingItGivesUpItsRequest) {
  PendingRequest::Seen seen;
  int answer = 0;
  { const Routine routine = asking(&seen, &answer).start(); }
  EXPECT_EQ(seen.destroyed, 1);
  EXPECT_EQ(answer, 0);
}

}  // namespace
}  // namespace firedrill::policy
