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

/// A loop that stamps an object, after pauses of 10 s and 11 s in turn.
class StandingTest : public testing::TestWithParam<bool> {
 protected:
  StandingTest() : metronome(engine, GetParam()) { put(); }
  ~StandingTest() override { next.reset(); }

  sim::Duration pause() { return ++pauses % 2 == 1 ? 10s : 11s; }
  void put() {
    next = metronome.put({.place = {1, 0, "lease"},
                          .period = pause(),
                          .lateness = {},
                          .skips = true,
                          .member = "member1",
                          .make_up =
                              [this](std::int64_t rounds, sim::Time last) {
                                stamps += rounds;
                                stamped = last;
                              },
                          .next_period = [this] { return pause(); },
                          .period_max = 11s},
                         [this] {
                           ++stamps;
                           stamped = engine.now();
                           put();
                         });
  }
  /// Reads the object in that phase of the instant.
  void read(sim::Duration time, sim::Phase phase = sim::Phase::world) {
    engine.at(sim::start_time + time, phase, [this] {
      metronome.catch_up("member1");
      lines.push_back(
          fmt::format("{} by {}", stamps, (stamped - sim::start_time) / std::chrono::seconds(1)));
    });
  }

  sim::Engine engine;
  Metronome metronome;
  policy::Registration next;
  int pauses = 0;
  std::int64_t stamps = 0;
  sim::Time stamped{};
  std::vector<std::string> lines;
};

TEST_P(StandingTest, IsMadeUpForBeforeItIsRead) {
  read(9s);
  read(21s);                        // Of what this instant brings, nothing has come yet,
  read(31s, sim::Phase::delivery);  // nor has it here;
  read(31s, sim::Phase::control);   // but here.
  read(1000s);
  engine.run_through(sim::start_time + 1000s);
  EXPECT_THAT(lines, ElementsAre("0 by 0", "1 by 10", "2 by 21", "3 by 31", "95 by 997"));
}

TEST_P(StandingTest, GoesOnWhereItWouldHaveBeenWhenStirred) {
  for (const auto time : {15s, 42s, 60s})
    engine.at(sim::start_time + time, sim::Phase::world, [this] { metronome.stir("member1"); });
  engine.at(sim::start_time + 70s, sim::Phase::control, [this] { next.reset(); });
  read(80s);
  engine.run_through(sim::start_time + 80s);
  EXPECT_THAT(lines, ElementsAre("6 by 63"));
}

TEST_P(StandingTest, IsMadeUpForToTheEndOfTheRun) {
  engine.run_through(sim::start_time + 42s);
  metronome.catch_up_all(true);
  EXPECT_EQ(stamps, 4);
}

// Whoever leans on it would be told by time alone that it has ended.
TEST_P(StandingTest, WakesWhoeverLeansOnItWhenItStandsNoLonger) {
  ASSERT_EQ(metronome.stands("member1", 12s), !GetParam());
  ASSERT_FALSE(metronome.stands("member1", 11s));
  ASSERT_FALSE(metronome.stands("member2", 12s));
  std::vector<sim::Duration> ran;
  policy::Registration monitor;
  const std::function<void()> look = [&] {
    if (stamps > 0 && !next.active()) ran.push_back(engine.now() - sim::start_time);
    const bool leans = metronome.stands("member1", 12s);
    monitor = metronome.put({.place = {2, 0, ""},
                             .period = 5s,
                             .lateness = {},
                             .skips = leans,
                             .member = {},
                             .leans = true},
                            look);
  };
  look();
  engine.at(sim::start_time + 63s, sim::Phase::world, [this] { next.reset(); });
  engine.run_through(sim::start_time + 70s);
  EXPECT_THAT(ran, ElementsAre(65s, 70s));
  EXPECT_EQ(engine.executed(), GetParam() ? 20U : 3U);
}

INSTANTIATE_TEST_SUITE_P(Modes, StandingTest, testing::Bool(), [](const auto& info) {
  return info.param ? "Dense" : "Sparse";
});

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
