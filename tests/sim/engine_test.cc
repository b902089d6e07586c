// The event engine: order, phases, cancelling, causes, limits.

#include "sim/engine.h"

#include <algorithm>
#include <array>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

constexpr Time instant(Duration since_start) {
  return start_time + since_start;
}

// Events append their names here.
struct Log {
  std::vector<std::string> names;
  auto entry(std::string name) {
    return [this, name = std::move(name)] { names.push_back(name); };
  }
};

TEST(Engine, RunsEventsInOrderOfTime) {
  Engine engine;
  Log log;
  engine.at(instant(3s), Phase::world, log.entry("c"));
  engine.at(instant(1s), Phase::observe, log.entry("a"));
  engine.at(instant(2s), Phase::control, log.entry("b"));
  engine.run_until(instant(10s));
  EXPECT_THAT(log.names, ElementsAre("a", "b", "c"));
  EXPECT_EQ(engine.now(), instant(10s));
}

TEST(Engine, RunsEqualTimesInOrderOfInsertion) {
  Engine engine;
  std::vector<int> order;
  std::vector<int> expected;
  for (int i = 0; i < 1000; ++i) {
    engine.at(instant(5s), Phase::control, [&order, i] { order.push_back(i); });
    expected.push_back(i);
  }
  engine.run_until(instant(6s));
  EXPECT_EQ(order, expected);
}

TEST(Engine, RunsPhasesOfAnInstantInTheirOrder) {
  Engine engine;
  Log log;
  engine.at(instant(1s), Phase::observe, log.entry("observe"));
  engine.at(instant(1s), Phase::round, log.entry("round"));
  engine.at(instant(1s), Phase::control, log.entry("control"));
  engine.at(instant(1s), Phase::delivery, log.entry("delivery"));
  engine.at(instant(1s), Phase::world, log.entry("world"));
  engine.run_until(instant(2s));
  EXPECT_THAT(log.names, ElementsAre("world", "delivery", "round", "control", "observe"));
}

TEST(Engine, RunsAnEventPutOnThePresentInstantInItAfterTheCurrentOne) {
  Engine engine;
  Log log;
  engine.at(instant(1s), Phase::control, [&] {
    engine.at(engine.now(), Phase::control, log.entry("control later"));
    engine.at(engine.now(), Phase::world, log.entry("world, though its phase was passed"));
    log.names.push_back("control first");
  });
  engine.at(instant(1s), Phase::control, log.entry("control second"));
  engine.at(instant(1s), Phase::observe, log.entry("observe"));
  engine.run_until(instant(2s));
  EXPECT_THAT(log.names, ElementsAre("control first", "world, though its phase was passed",
                                     "control second", "control later", "observe"));
}

TEST(Engine, RunUntilLeavesEventsAtTheEndPending) {
  Engine engine;
  Log log;
  engine.at(instant(1s), Phase::world, log.entry("at the end"));
  engine.run_until(instant(1s));
  EXPECT_TRUE(log.names.empty());
  engine.run_until(instant(1s));
  EXPECT_TRUE(log.names.empty());
  engine.at(instant(1s), Phase::world, log.entry("put on at the end"));
  engine.run_until(instant(1s) + 1ns);
  EXPECT_THAT(log.names, ElementsAre("at the end", "put on at the end"));
}

TEST(Engine, RunThroughRunsEventsAtTheEnd) {
  Engine engine;
  Log log;
  engine.at(start_time, Phase::world, log.entry("start"));
  engine.run_through(start_time);
  EXPECT_THAT(log.names, ElementsAre("start"));
  engine.at(instant(1s), Phase::world,
            [&] { engine.after(0s, Phase::observe, log.entry("meanwhile")); });
  engine.at(instant(1s) + 1ns, Phase::world, log.entry("past the end"));
  engine.run_through(instant(1s));
  EXPECT_THAT(log.names, ElementsAre("start", "meanwhile"));
  EXPECT_EQ(engine.pending(), 1U);
}

TEST(Engine, RejectsThePast) {
  Engine engine;
  engine.run_until(instant(5s));
  EXPECT_THROW(engine.at(instant(4s), Phase::world, [] {}), std::logic_error);
  EXPECT_THROW(engine.after(-1ns, Phase::world, [] {}), std::logic_error);
  EXPECT_THROW(engine.run_until(instant(4s)), std::logic_error);
  EXPECT_THROW(engine.at(latest_time + 1ns, Phase::world, [] {}), std::logic_error);
  EXPECT_EQ(engine.pending(), 0U);
}

TEST(Engine, HoldsDelaysAtTheEndOfDays) {
  Engine engine;
  Log log;
  engine.after(Duration::max(), Phase::world, log.entry("last"));
  engine.at(latest_time, Phase::observe, log.entry("very last"));
  engine.run_until(latest_time);
  EXPECT_TRUE(log.names.empty());
  engine.run_through(latest_time);
  EXPECT_THAT(log.names, ElementsAre("last", "very last"));
}

TEST(Engine, NeverRunsACancelledEvent) {
  Engine engine;
  Log log;
  const EventHandle handle = engine.at(instant(1s), Phase::world, log.entry("cancelled"));
  EXPECT_TRUE(engine.is_pending(handle));
  EXPECT_TRUE(engine.cancel(handle));
  EXPECT_FALSE(engine.cancel(handle));
  EXPECT_FALSE(engine.is_pending(handle));
  engine.run_until(instant(2s));
  EXPECT_TRUE(log.names.empty());
  EXPECT_EQ(engine.cancelled(), 1U);
  EXPECT_EQ(engine.pending(), 0U);
}

TEST(Engine, CancelsAtTheSameInstant) {
  Engine engine;
  Log log;
  EventHandle earlier_put;
  EventHandle put_meanwhile;
  engine.at(instant(1s), Phase::world, [&] {
    put_meanwhile = engine.at(engine.now(), Phase::control, log.entry("put meanwhile"));
    EXPECT_TRUE(engine.cancel(earlier_put));
    EXPECT_TRUE(engine.cancel(put_meanwhile));
  });
  earlier_put = engine.at(instant(1s), Phase::world, log.entry("put earlier"));
  engine.run_until(instant(2s));
  EXPECT_TRUE(log.names.empty());
}

TEST(Engine, RefusesToCancelTheRunningEventOrOneThatRan) {
  Engine engine;
  EventHandle self;
  bool cancelled = true;
  self = engine.at(instant(1s), Phase::world, [&] { cancelled = engine.cancel(self); });
  engine.run_until(instant(2s));
  EXPECT_FALSE(cancelled);
  EXPECT_FALSE(engine.cancel(self));
  engine.at(instant(3s), Phase::world, [] {});  // takes the slot that `self` had
  EXPECT_FALSE(engine.cancel(self));
  EXPECT_EQ(engine.pending(), 1U);
  EXPECT_FALSE(engine.cancel(EventHandle{}));
}

TEST(Engine, ReleasesTheCallableOfACancelledEventAtOnce) {
  Engine engine;
  auto resource = std::make_shared<int>(7);
  const EventHandle handle = engine.at(instant(1s), Phase::world, [resource] {});
  EXPECT_EQ(resource.use_count(), 2);
  engine.cancel(handle);
  EXPECT_EQ(resource.use_count(), 1);
}

TEST(Engine, ReleasesACallableAfterItRan) {
  Engine engine;
  auto resource = std::make_shared<int>(7);
  engine.at(instant(1s), Phase::world, [resource] { EXPECT_EQ(resource.use_count(), 2); });
  engine.run_until(instant(2s));
  EXPECT_EQ(resource.use_count(), 1);
}

TEST(Engine, ReleasesPendingCallablesWhenItIsDestroyed) {
  auto resource = std::make_shared<int>(7);
  {
    Engine engine;
    for (int i = 0; i < 5000; ++i)
      engine.at(instant(std::chrono::milliseconds(i)), Phase::world, [resource] {});
    engine.run_until(instant(1s));
    EXPECT_EQ(resource.use_count(), 1 + 4000);
  }
  EXPECT_EQ(resource.use_count(), 1);
}

// Cancels another event when it is destroyed, as a handle that owns a timer does.
struct Canceller {
  Engine* engine;
  EventHandle other;
  Canceller(Engine& where, EventHandle event) : engine(&where), other(event) {}
  Canceller(Canceller&& from) noexcept
      : engine(std::exchange(from.engine, nullptr)), other(from.other) {}
  Canceller& operator=(Canceller&&) = delete;
  ~Canceller() {
    if (engine != nullptr) engine->cancel(other);
  }
  void operator()() {}
};

TEST(Engine, AllowsDestructorsOfCallablesToCancel) {
  auto resource = std::make_shared<int>(7);
  {
    Engine engine;
    const EventHandle first = engine.at(instant(1s), Phase::world, [resource] {});
    const EventHandle second = engine.at(instant(1s), Phase::world, Canceller(engine, first));
    engine.cancel(second);
    EXPECT_EQ(engine.pending(), 0U);
    EXPECT_EQ(engine.cancelled(), 2U);
    const EventHandle last = engine.at(instant(1s), Phase::world, [resource] {});
    engine.at(instant(1s), Phase::world, Canceller(engine, last));
    const EventHandle lower = engine.at(instant(1s), Phase::world, [resource] {});
    engine.at(instant(1s), Phase::world, Canceller(engine, lower));
  }
  EXPECT_EQ(resource.use_count(), 1);
}

// Puts an event on when it is destroyed.
struct Successor {
  Engine* engine;
  std::shared_ptr<int> ran;
  Successor(Engine& where, std::shared_ptr<int> count) : engine(&where), ran(std::move(count)) {}
  Successor(Successor&& from) noexcept
      : engine(std::exchange(from.engine, nullptr)), ran(std::move(from.ran)) {}
  Successor& operator=(Successor&&) = delete;
  ~Successor() {
    if (engine != nullptr) engine->after(1s, Phase::world, [count = ran] { ++*count; });
  }
  void operator()() {}
};

TEST(Engine, AllowsDestructorsOfCallablesToPutEventsOn) {
  Engine engine;
  auto ran = std::make_shared<int>(0);
  engine.cancel(engine.at(instant(1s), Phase::world, Successor(engine, ran)));
  engine.at(instant(3s), Phase::world, Successor(engine, ran));
  engine.run_until(instant(9s));
  EXPECT_EQ(*ran, 2);
  EXPECT_EQ(ran.use_count(), 1);
}

TEST(Engine, TakesMoveOnlyAndLargeCallables) {
  Engine engine;
  std::vector<int> seen;
  engine.at(instant(1s), Phase::world,
            [&seen, value = std::make_unique<int>(1)] { seen.push_back(*value); });
  std::array<int, 100> large{};
  large[99] = 2;
  engine.at(instant(2s), Phase::world, [&seen, large] { seen.push_back(large[99]); });
  const EventHandle cancelled =
      engine.at(instant(3s), Phase::world, [&seen, large] { seen.push_back(large[0]); });
  engine.cancel(cancelled);
  engine.run_until(instant(4s));
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST(Engine, RestoresTheCauseUnderWhichAnEventWasPutOn) {
  Engine engine;
  std::vector<std::uint64_t> causes;
  const auto note = [&] { causes.push_back(engine.current_cause()); };
  engine.set_current_cause(7);
  engine.at(instant(1s), Phase::world, [&] {
    note();
    engine.set_current_cause(8);
    engine.after(1s, Phase::world, note);
  });
  engine.set_current_cause(9);
  engine.at(instant(1s), Phase::world, note);
  engine.run_until(instant(5s));
  EXPECT_THAT(causes, ElementsAre(7, 9, 8));
  EXPECT_EQ(engine.current_cause(), 9U);
}

TEST(Engine, CountsEvents) {
  Engine engine;
  for (int i = 1; i <= 5; ++i)
    engine.at(instant(std::chrono::seconds(i)), Phase::world, [] {});
  engine.cancel(engine.at(instant(9s), Phase::world, [] {}));
  engine.run_through(instant(3s));
  EXPECT_EQ(engine.executed(), 3U);
  EXPECT_EQ(engine.cancelled(), 1U);
  EXPECT_EQ(engine.pending(), 2U);
}

struct Repeater {
  Engine& engine;
  void operator()() const { engine.at(engine.now(), Phase::control, Repeater{engine}); }
};

TEST(Engine, GivesUpWhenAnInstantDoesNotEnd) {
  Engine engine({.events_per_instant_max = 100});
  engine.set_current_cause(42);
  engine.at(instant(1s), Phase::control, Repeater{engine});
  try {
    engine.run_until(instant(2s));
    FAIL() << "the instant ended";
  } catch (const InstantLimitExceeded& error) {
    EXPECT_EQ(error.time(), instant(1s));
    EXPECT_EQ(error.count(), 100U);
    EXPECT_EQ(error.cause(), 42U);
    EXPECT_STREQ(error.what(), "more than 100 events at the virtual time 1000000000 ns");
  }
  EXPECT_EQ(engine.now(), instant(1s));
  EXPECT_EQ(engine.executed(), 100U);
}

TEST(Engine, CountsEachInstantByItself) {
  Engine engine({.events_per_instant_max = 3});
  for (int second = 1; second <= 3; ++second) {
    for (int i = 0; i < 3; ++i)
      engine.at(instant(std::chrono::seconds(second)), Phase::world, [] {});
  }
  engine.run_through(instant(2s));
  engine.run_until(instant(4s));
  EXPECT_EQ(engine.executed(), 9U);
  for (int i = 0; i < 3; ++i)
    engine.at(instant(4s), Phase::world, [] {});  // after events at 3s, a new instant
  EXPECT_NO_THROW(engine.run_through(instant(4s)));
}

TEST(Engine, RefusesToBeRunByAnEvent) {
  Engine engine;
  engine.at(instant(1s), Phase::world, [&] { engine.run_until(instant(2s)); });
  EXPECT_THROW(engine.run_until(instant(3s)), std::logic_error);
}

TEST(Engine, GoesOnAfterAnEventThrew) {
  Engine engine;
  Log log;
  engine.set_current_cause(3);
  engine.at(instant(1s), Phase::world, [&] {
    engine.set_current_cause(4);
    throw std::runtime_error("domain");
  });
  engine.at(instant(1s), Phase::world, log.entry("next"));
  EXPECT_THROW(engine.run_until(instant(2s)), std::runtime_error);
  EXPECT_EQ(engine.now(), instant(1s));
  EXPECT_EQ(engine.current_cause(), 3U);
  engine.run_until(instant(2s));
  EXPECT_THAT(log.names, ElementsAre("next"));
}

std::vector<int> order_of_equals(TieBreak tie_break) {
  Engine engine({.tie_break = tie_break});
  std::vector<int> order;
  for (int i = 0; i < 20; ++i)
    engine.at(instant(1s), Phase::control, [&order, i] { order.push_back(i); });
  engine.at(instant(1s), Phase::world, [&] {
    order.push_back(-1);
    for (int i = 20; i < 40; ++i)
      engine.at(engine.now(), Phase::control, [&order, i] { order.push_back(i); });
  });
  engine.at(instant(2s), Phase::world, [&order] { order.push_back(-2); });
  engine.run_until(instant(3s));
  return order;
}

TEST(Engine, ShufflesEqualTimeAndPhaseAndNothingElse) {
  const std::vector<int> in_order = order_of_equals(TieBreak::in_order());
  const std::vector<int> shuffled = order_of_equals(TieBreak::shuffled(1));
  EXPECT_TRUE(std::ranges::is_sorted(in_order.begin(), in_order.end() - 1));
  EXPECT_NE(shuffled, in_order);
  EXPECT_NE(shuffled, order_of_equals(TieBreak::shuffled(2)));
  EXPECT_EQ(shuffled, order_of_equals(TieBreak::shuffled(1)));
  EXPECT_THAT(shuffled, UnorderedElementsAreArray(in_order));
  EXPECT_EQ(shuffled.front(), -1);
  EXPECT_EQ(shuffled.back(), -2);
  // Events put on at the instant itself mix with those that had waited for it.
  EXPECT_TRUE(std::ranges::any_of(shuffled.begin() + 1, shuffled.begin() + 21,
                                  [](int i) { return i >= 20; }));
}

TEST(Engine, ShufflesEvenly) {
  // Of three equals, each comes first in about a third of 3000 runs: 1000, standard deviation 26.
  std::array<int, 3> first{};
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Engine engine({.tie_break = TieBreak::shuffled(seed)});
    std::optional<std::size_t> winner;
    for (std::size_t i = 0; i < 3; ++i) {
      engine.at(instant(1s), Phase::world, [&winner, i] {
        if (!winner) winner = i;
      });
    }
    engine.run_until(instant(2s));
    ++first[*winner];
  }
  for (const int count : first)
    EXPECT_NEAR(count, 1000, 130);
}

// A coroutine that starts at once and frees itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

struct Sleep {
  Engine& engine;
  Duration delay;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> sleeper) const {
    engine.after(delay, Phase::control, sleeper);
  }
  void await_resume() const noexcept {}
};

Detached sleep_thrice(Engine& engine, std::vector<Time>& wakes) {
  for (int i = 0; i < 3; ++i) {
    co_await Sleep{engine, 2s};
    wakes.push_back(engine.now());
  }
}

TEST(Engine, ResumesCoroutines) {
  Engine engine;
  std::vector<Time> wakes;
  sleep_thrice(engine, wakes);
  EXPECT_TRUE(wakes.empty());
  engine.run_until(instant(10s));
  EXPECT_THAT(wakes, ElementsAre(instant(2s), instant(4s), instant(6s)));
}

}  // namespace
}  // namespace firedrill::sim
