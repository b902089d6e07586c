// The event engine: order, phases, cancelling, causes, limits.

#include "sim/engine.h"

#include <coroutine>
#include <cstdint>
#include <memory>
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
  engine.at(instant(1s), Phase::control, log.entry("control"));
  engine.at(instant(1s), Phase::delivery, log.entry("delivery"));
  engine.at(instant(1s), Phase::world, log.entry("world"));
  engine.run_until(instant(2s));
  EXPECT_THAT(log.names, ElementsAre("world", "delivery", "control", "observe"));
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
}  // namespace
}  // namespace firedrill::sim
