// Deadlines: by example, and by random programs against cancelling and putting on anew.

#include "sim/deadlines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace firedrill::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr Time instant(Duration since_start) {
  return start_time + since_start;
}

struct Meeting {
  Time time;
  std::size_t number;
  std::uint64_t cause;
  auto key() const { return std::tie(time, number, cause); }
  friend bool operator==(const Meeting& a, const Meeting& b) { return a.key() == b.key(); }
  friend bool operator<(const Meeting& a, const Meeting& b) { return a.key() < b.key(); }
};

// Notes which deadlines are met when, under which cause.
struct Notes {
  Engine& engine;
  std::vector<Meeting>& meetings;
  void operator()(std::size_t number) const {
    meetings.push_back({engine.now(), number, engine.current_cause()});
  }
};

class DeadlinesTest : public testing::Test {
 protected:
  Engine engine_;
  std::vector<Meeting> meetings_;
  Deadlines<Notes> deadlines_{engine_, Phase::control, Notes{engine_, meetings_}};
};

TEST_F(DeadlinesTest, AreMetOnceAtTheirInstantAndNotSetAnyMoreThen) {
  deadlines_.add();
  const std::size_t number = deadlines_.add();
  engine_.set_current_cause(5);
  deadlines_.set(number, instant(3s));
  EXPECT_EQ(deadlines_.find(number), instant(3s));
  engine_.run_until(instant(9s));
  EXPECT_THAT(meetings_, ElementsAre(Meeting{instant(3s), 1, 5}));
  EXPECT_EQ(deadlines_.find(number), std::nullopt);
  EXPECT_FALSE(deadlines_.clear(number));
}

TEST_F(DeadlinesTest, ThatArePutOffCostOneEventAsLongAsTheDelay) {
  const std::size_t number = deadlines_.add();
  for (int second = 0; second < 400; ++second) {
    engine_.run_until(instant(std::chrono::seconds(second)));
    engine_.set_current_cause(static_cast<std::uint64_t>(second));
    deadlines_.set(number, engine_.now() + 40s);
  }
  EXPECT_THAT(meetings_, ElementsAre());
  EXPECT_LE(engine_.executed(), 11U);
  EXPECT_EQ(engine_.pending(), 1U);
  EXPECT_EQ(engine_.cancelled(), 0U);
  engine_.run_until(instant(1h));
  EXPECT_THAT(meetings_, ElementsAre(Meeting{instant(439s), 0, 399}));
}

TEST_F(DeadlinesTest, CanBeBroughtForward) {
  const std::size_t number = deadlines_.add();
  deadlines_.set(number, instant(9s));
  deadlines_.set(number, instant(2s));
  EXPECT_EQ(engine_.pending(), 1U);
  engine_.run_until(instant(20s));
  EXPECT_THAT(meetings_, ElementsAre(Meeting{instant(2s), 0, 0}));
}

TEST_F(DeadlinesTest, AreNotMetOnceCleared) {
  const std::size_t number = deadlines_.add();
  deadlines_.set(number, instant(2s));
  EXPECT_TRUE(deadlines_.clear(number));
  engine_.run_until(instant(1s));
  deadlines_.set(number, instant(4s));
  engine_.run_until(instant(3s));
  EXPECT_TRUE(deadlines_.clear(number));
  engine_.run_until(instant(9s));
  EXPECT_THAT(meetings_, ElementsAre());
}

TEST_F(DeadlinesTest, RejectWhatAnEventWouldReject) {
  const std::size_t number = deadlines_.add();
  engine_.run_until(instant(5s));
  EXPECT_THROW(deadlines_.set(number, instant(4s)), std::logic_error);
  deadlines_.set(number, instant(8s));
  EXPECT_THROW(deadlines_.set(number, latest_time + 1ns), std::logic_error);
  EXPECT_THROW(deadlines_.set(number, instant(4s)), std::logic_error);
  EXPECT_EQ(deadlines_.find(number), instant(8s));
  engine_.run_until(instant(9s));
  EXPECT_THAT(meetings_, ElementsAre(Meeting{instant(8s), 0, 0}));
}

TEST_F(DeadlinesTest, RunInTheirPhase) {
  const std::size_t number = deadlines_.add();
  std::size_t met_before_control = 1;
  std::size_t met_before_observe = 0;
  deadlines_.set(number, instant(2s));
  engine_.at(instant(2s), Phase::observe, [&] { met_before_observe = meetings_.size(); });
  engine_.at(instant(2s), Phase::delivery, [&] { met_before_control = meetings_.size(); });
  engine_.run_until(instant(3s));
  EXPECT_EQ(met_before_control, 0U);
  EXPECT_EQ(met_before_observe, 1U);
}

TEST(Deadlines, LeaveNothingPendingWhenTheyGo) {
  Engine engine;
  std::vector<Meeting> meetings;
  {
    Deadlines<Notes> deadlines(engine, Phase::world, Notes{engine, meetings});
    deadlines.set(deadlines.add(), instant(1s));
    deadlines.add();
  }
  EXPECT_EQ(engine.pending(), 0U);
  engine.run_until(instant(2s));
  EXPECT_TRUE(meetings.empty());
}

// The same by events alone.
class PlainDeadlines {
 public:
  PlainDeadlines(Engine& engine, Phase phase, Notes notes)
      : engine_(engine), phase_(phase), notes_(notes) {}

  void add() { events_.emplace_back(); }
  bool clear(std::size_t number) { return engine_.cancel(events_[number]); }
  void set(std::size_t number, Time time) {
    clear(number);
    events_[number] = engine_.at(time, phase_, [this, number] { notes_(number); });
  }

 private:
  Engine& engine_;
  Phase phase_;
  Notes notes_;
  std::vector<EventHandle> events_;
};

// One thing done to the deadlines: waits, then sets one to some time ahead (or clears it).
struct Step {
  std::uint64_t wait;
  std::size_t number;
  std::uint64_t ahead;
  bool clears;
};

constexpr std::size_t deadline_count = 5;

template <class Kind>
std::vector<Meeting> play(const std::vector<Step>& steps) {
  Engine engine;
  std::vector<Meeting> meetings;
  Kind deadlines(engine, Phase::control, Notes{engine, meetings});
  for (std::size_t i = 0; i < deadline_count; ++i)
    deadlines.add();
  Time time = start_time;
  std::uint64_t cause = 0;
  for (const Step& step : steps) {
    time += Duration{static_cast<std::int64_t>(step.wait)};
    // In both phases around that of the deadlines: they are set before and after those that are
    // due.
    const Phase phase = step.ahead % 2 == 0 ? Phase::delivery : Phase::observe;
    engine.set_current_cause(++cause);
    engine.at(time, phase, [&deadlines, &engine, step] {
      if (step.clears) {
        deadlines.clear(step.number);
      } else {
        deadlines.set(step.number, engine.now() + Duration{static_cast<std::int64_t>(step.ahead)});
      }
    });
  }
  engine.run_through(latest_time);
  std::sort(meetings.begin(), meetings.end());  // ties have no order that both would share
  return meetings;
}

RC_GTEST_PROP(DeadlinesProperty, AreMetAsIfCancelledAndPutOnAnew, ()) {
  // Small numbers, so that instants meet.
  const auto steps = *rc::gen::container<std::vector<Step>>(rc::gen::apply(
      [](std::uint64_t wait, std::size_t number, std::uint64_t ahead, int kind) {
        return Step{wait, number, ahead, kind == 0};
      },
      rc::gen::inRange<std::uint64_t>(0, 4), rc::gen::inRange<std::size_t>(0, deadline_count),
      rc::gen::inRange<std::uint64_t>(0, 12), rc::gen::inRange(0, 6)));
  RC_ASSERT(play<Deadlines<Notes>>(steps) == play<PlainDeadlines>(steps));
}

}  // namespace
}  // namespace firedrill::sim
