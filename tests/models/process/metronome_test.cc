/// Rounds of periodic loops: where they stand within an instant, and which of them are skipped.

#include "models/process/metronome.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// Loops with a period of 10 s that look at a member and find nothing, each noted when it runs.
class MetronomeTest : public testing::TestWithParam<bool> {
 protected:
  struct Loop {
    Metronome::Place place;
    bool idle = true;
    std::string member = "member1";
    std::function<void()> work = {};
    policy::Registration next = {};
  };

  MetronomeTest() : metronome(engine, GetParam()) {}
  ~MetronomeTest() override { loops.clear(); }

  Loop& loop(int rank, const std::string& name) {
    Loop& added = *loops.emplace_back(std::make_unique<Loop>());
    added.place = {rank, 0, name};
    put(added);
    return added;
  }
  void put(Loop& of) {
    of.next = metronome.put(
        {.place = of.place, .period = 10s, .lateness = {}, .skips = of.idle, .member = of.member},
        [this, &of] {
          // What finds nothing leaves no trace.
          if (const auto work = std::exchange(of.work, {})) {
            note(of.place.name);
            work();
          }
          put(of);
        });
  }
  void at(sim::Duration time, std::function<void()> action) {
    engine.at(sim::start_time + time, sim::Phase::world, std::move(action));
  }
  /// The loop has something to do from now on, and is told.
  void change(
      Loop& of, std::function<void()> work = [] {}) {
    of.work = std::move(work);
    metronome.stir(of.member);
  }
  void note(const std::string& what) {
    lines.push_back(fmt::format("{} {}", (engine.now() - sim::start_time) / 1s, what));
  }
  std::vector<std::string> play(sim::Duration until) {
    engine.run_through(sim::start_time + until);
    return lines;
  }

  sim::Engine engine;
  Metronome metronome;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::string> lines;
};

TEST_P(MetronomeTest, FindsAChangeAtTheNextPointInTime) {
  Loop& status = loop(1, "status");
  at(37s, [&] { change(status); });
  at(60s, [&] { change(status); });
  EXPECT_THAT(play(100s), ElementsAre("40 status", "60 status"));
}

TEST_P(MetronomeTest, OrdersAnInstantByPlaceNotByPuttingOn) {
  Loop& late = loop(2, "late");
  Loop& early = loop(1, "early");
  Loop& earlier = loop(1, "before");
  at(15s, [&] {
    change(late);
    change(early);
    change(earlier);
  });
  EXPECT_THAT(play(20s), ElementsAre("20 before", "20 early", "20 late"));
}

TEST_P(MetronomeTest, RunsAllRoundsOfAnInstantBeforeControllersAct) {
  Loop& first = loop(1, "first");
  Loop& second = loop(2, "second");
  at(15s, [&] {
    change(first, [&] {
      engine.after(0s, sim::Phase::control, [&] { note("control"); });
      engine.after(0s, sim::Phase::delivery, [&] { note("delivery"); });
    });
    change(second);
  });
  EXPECT_THAT(play(20s), ElementsAre("20 first", "20 delivery", "20 second", "20 control"));
}

TEST_P(MetronomeTest, WhatAControllerChangesAtAPointInTimeIsSeenAtTheNext) {
  Loop& status = loop(1, "status");
  engine.at(sim::start_time + 20s, sim::Phase::control, [&] {
    change(status);
    engine.after(0s, sim::Phase::world, [&] { metronome.stir("member1"); });
  });
  EXPECT_THAT(play(40s), ElementsAre("30 status"));
}

TEST_P(MetronomeTest, WhatARoundChangesIsSeenInTheInstantByThoseAfterIt) {
  Loop& before = loop(1, "before");
  Loop& middle = loop(2, "middle");
  Loop& after = loop(3, "after");
  at(15s, [&] {
    change(middle, [&] {
      change(before);
      change(after);
    });
  });
  EXPECT_THAT(play(40s), ElementsAre("20 middle", "20 after", "30 before"));
}

TEST_P(MetronomeTest, RunsARoundUnderTheCauseThatPutItOn) {
  engine.set_current_cause(7);
  Loop& status = loop(1, "status");
  engine.set_current_cause(0);
  std::uint64_t cause = 0;
  at(15s, [&] {
    engine.set_current_cause(9);
    change(status, [&] { cause = engine.current_cause(); });
  });
  play(20s);
  EXPECT_EQ(cause, 7U);
}

TEST_P(MetronomeTest, AReleasedLoopIsSilent) {
  Loop& gone = loop(1, "gone");
  Loop& stays = loop(2, "stays");
  at(15s, [&] {
    gone.next.reset();
    change(gone);
    change(stays);
  });
  EXPECT_THAT(play(40s), ElementsAre("20 stays"));
}

TEST_P(MetronomeTest, TellsHowFarAwayAStirredRoundIs) {
  Loop& status = loop(1, "status");
  at(34s, [&] { EXPECT_EQ(status.next.stir(), 6s); });
  at(50s, [&] { EXPECT_EQ(status.next.stir(), 0s); });
  play(60s);
}

INSTANTIATE_TEST_SUITE_P(Modes, MetronomeTest, testing::Bool(), [](const auto& info) {
  return info.param ? "Dense" : "Sparse";
});

TEST(MetronomeCost, ASkippedRoundCostsNothing) {
  for (const bool dense : {false, true}) {
    sim::Engine engine;
    Metronome metronome(engine, dense);
    policy::Registration next;
    const std::function<void()> again = [&] {
      next = metronome.put(
          {.place = {}, .period = 10s, .lateness = {}, .skips = true, .member = "a"}, again);
    };
    again();
    engine.run_through(sim::start_time + 1h);
    EXPECT_EQ(engine.executed(), dense ? 360U : 0U);
    next.reset();
  }
}

TEST(MetronomeDeadline, ComesAtTheFirstPointInTimeThatIsNotBefore) {
  sim::Engine engine;
  Metronome metronome(engine, false);
  std::vector<sim::Duration> ran;
  const policy::Registration next =
      metronome.put({.place = {},
                     .period = 10s,
                     .lateness = {},
                     .skips = true,
                     .member = {},
                     .deadline = sim::start_time + 31s},
                    [&] { ran.push_back(engine.now() - sim::start_time); });
  engine.run_through(sim::start_time + 1h);
  EXPECT_THAT(ran, ElementsAre(40s));
}

}  // namespace
}  // namespace firedrill::models
