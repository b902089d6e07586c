#include "policy/runtime/controller.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fake_surroundings.h"

namespace firedrill::policy {
namespace {

using namespace std::chrono_literals;

/// A controller whose reconciles return what a script says (its last line over and over).
class Scripted {
 public:
  explicit Scripted(std::vector<Result> script, ControllerOptions options = {})
      : script_(std::move(script)),
        controller_(around_.ports, options, [this](std::string key) { return run(this, key); }) {}

  static Task<Result> run(Scripted* self, std::string key) {
    self->keys.push_back(key);
    self->runs.push_back(self->time.since_start());
    const std::size_t line = std::min(self->next_++, self->script_.size() - 1);
    const Result result = self->script_[line];
    if (self->work > Duration::zero()) co_await self->time.sleep(self->work);
    co_return result;
  }

  void enqueue_at(Duration when, const std::string& key, int priority = priority_normal) {
    timers_.push_back(time.after(when - time.since_start(),
                                 [this, key, priority] { controller_.enqueue(key, priority); }));
  }

  FakeTime time;
  Duration work{};
  std::vector<std::string> keys;
  std::vector<Duration> runs;

 private:
  std::vector<Result> script_;
  std::size_t next_ = 0;
  HandMadePorts around_{time, time, time};
  std::vector<Registration> timers_;
  Controller<std::string> controller_;
};

// spec/karmada-failover.md 1.3, "Visible effect", as measured there.
TEST(Controller, AnExtraRunLeavesThePeriodOfTheClassicQueueAlone) {
  Scripted controller({Result::requeue_after(1s)}, {.priority_queue = false});
  controller.enqueue_at(0s, "a");
  controller.enqueue_at(300ms, "a");
  controller.time.run_to(2500ms);
  EXPECT_EQ(controller.runs, (std::vector<Duration>{0s, 300ms, 1s, 2s}));
}

TEST(Controller, AnExtraRunRestartsThePeriodOfThePriorityQueue) {
  Scripted controller({Result::requeue_after(1s)}, {.priority_queue = true});
  controller.enqueue_at(0s, "a");
  controller.enqueue_at(300ms, "a");
  controller.time.run_to(2500ms);
  EXPECT_EQ(controller.runs, (std::vector<Duration>{0s, 300ms, 1300ms, 2300ms}));
}

class ControllerResult : public testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] static ControllerOptions options() { return {.priority_queue = GetParam()}; }
};
INSTANTIATE_TEST_SUITE_P(Queues,
                         ControllerResult,
                         testing::Bool(),
                         [](const testing::TestParamInfo<bool>& queue) {
                           return queue.param ? std::string("Priority") : std::string("Classic");
                         });

// spec/karmada-failover.md 1.4: the prefix sums.
TEST_P(ControllerResult, ErrorsAreRetriedAtThePrefixSumsOfTheBackOff) {
  Scripted controller({Result::error()}, options());
  controller.enqueue_at(0s, "a");
  controller.time.run_to(4000s);
  const std::vector<Duration> expected = {
      0ms,     5ms,      15ms,     35ms,     75ms,      155ms,     315ms,
      635ms,   1275ms,   2555ms,   5115ms,   10235ms,   20475ms,   40955ms,
      81915ms, 163835ms, 327675ms, 655355ms, 1310715ms, 2310715ms, 3310715ms};
  EXPECT_EQ(controller.runs, expected);
}

TEST_P(ControllerResult, DoneForgetsTheFailures) {
  Scripted controller(
      {Result::error(), Result::error(), Result::done(), Result::error(), Result::done()},
      options());
  controller.enqueue_at(0s, "a");
  controller.enqueue_at(1s, "a");
  controller.time.run_to(1h);
  EXPECT_EQ(controller.runs, (std::vector<Duration>{0ms, 5ms, 15ms, 1s, 1005ms}));
}

TEST_P(ControllerResult, RequeueAfterForgetsTheFailures) {
  Scripted controller({Result::error(), Result::error(), Result::requeue_after(2s), Result::error(),
                       Result::done()},
                      options());
  controller.enqueue_at(0s, "a");
  controller.time.run_to(1h);
  EXPECT_EQ(controller.runs, (std::vector<Duration>{0ms, 5ms, 15ms, 2015ms, 2020ms}));
}

TEST_P(ControllerResult, RequeueBacksOffLikeAnError) {
  Scripted controller({Result::requeue(), Result::requeue(), Result::error(), Result::done()},
                      options());
  controller.enqueue_at(0s, "a");
  controller.time.run_to(1h);
  EXPECT_EQ(controller.runs, (std::vector<Duration>{0ms, 5ms, 15ms, 35ms}));
}

TEST_P(ControllerResult, ARequeueAfterNothingIsNone) {
  Scripted controller({Result::requeue_after(0s)}, options());
  controller.enqueue_at(0s, "a");
  controller.time.run_to(1h);
  EXPECT_EQ(controller.runs, (std::vector<Duration>{0s}));
}

TEST_P(ControllerResult, RunsAsManyKeysAtOnceAsItHasWorkers) {
  ControllerOptions two = options();
  two.workers = 2;
  Scripted controller({Result::done()}, two);
  controller.work = 10s;
  for (const char* key : {"a", "b", "c", "d", "e"})
    controller.enqueue_at(0s, key);
  controller.time.run_to(1h);
  EXPECT_EQ(controller.runs, (std::vector<Duration>{0s, 0s, 10s, 10s, 20s}));
}

TEST(Controller, ARetryKeepsThePriorityOfItsRun) {
  // The replayed "low" fails; its retry is due while "first" runs, and waits behind "normal".
  Scripted controller({Result::error(), Result::done()});
  controller.work = 1s;
  controller.enqueue_at(0s, "low", priority_low);
  controller.enqueue_at(500ms, "first");
  controller.enqueue_at(1500ms, "normal");
  controller.time.run_to(1h);
  EXPECT_EQ(controller.keys, (std::vector<std::string>{"low", "first", "normal", "low"}));
}

TEST(EventPriority, IsLowForReplaysAndForUpdatesThatChangedNothing) {
  auto first = std::make_shared<api::Cluster>();
  first->metadata.resource_version = 1;
  auto second = std::make_shared<api::Cluster>();
  second->metadata.resource_version = 2;
  EXPECT_EQ(event_priority<api::Cluster>({nullptr, first, true}), priority_low);
  EXPECT_EQ(event_priority<api::Cluster>({first, first}), priority_low);
  EXPECT_EQ(event_priority<api::Cluster>({nullptr, first}), priority_normal);
  EXPECT_EQ(event_priority<api::Cluster>({first, second}), priority_normal);
  EXPECT_EQ(event_priority<api::Cluster>({first, nullptr}), priority_normal);
}

}  // namespace
}  // namespace firedrill::policy
