/// Who may lead when: crashes, cuts that are short or long, and processes that start anew, with the
/// reference's 15 s, 10 s and 2 s.

#include "models/process/leader_election.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

class LeaderElectionTest : public testing::Test {
 protected:
  /// The process starts at once; later steps are put on the engine in phase `world`.
  LeaderElection& begin(const ElectionTerms& terms, std::optional<sim::Random> jitter = {}) {
    election.emplace(
        engine, terms, jitter, [this] { note("leads"); }, [this] { note("loses"); });
    election->start();
    return *election;
  }
  void crash(sim::Duration at) {
    step(at, [this] { election->stop(); });
  }
  void start(sim::Duration at) {
    step(at, [this] { election->start(); });
  }
  void cut(sim::Duration at, sim::Duration until) {
    step(at, [this] { election->set_connected(false); });
    step(until, [this] { election->set_connected(true); });
  }
  Lines play(sim::Duration until) {
    engine.run_through(sim::start_time + until);
    return lines;
  }

  static ElectionTerms usual() { return {.elects = true}; }

  sim::Engine engine;
  std::optional<LeaderElection> election;
  Lines lines;

 private:
  template <class Action>
  void step(sim::Duration at, Action action) {
    engine.at(sim::start_time + at, sim::Phase::world, action);
  }
  void note(const char* what) {
    lines.push_back(fmt::format("{} {}", (engine.now() - sim::start_time) / 1ms, what));
  }
};

TEST_F(LeaderElectionTest, TheFirstToComeLeadsAtOnceAndPutsNothingOnTheEngine) {
  begin(usual());
  EXPECT_EQ(play(1h), Lines({"0 leads"}));
  EXPECT_EQ(engine.executed(), 0U);
}

TEST_F(LeaderElectionTest, AfterACrashTheNextWaitsForTheLeaseAndItsNextTry) {
  begin(usual());
  crash(100s);
  start(100s);
  // Tries at 100, 102, …; the lease, seen at 100, counts until 115.
  EXPECT_EQ(play(200s), Lines({"0 leads", "116000 leads"}));
}

TEST_F(LeaderElectionTest, HowLongItWasAwayDoesNotMatter) {
  // Times in the lease are not believed: an old lease is as good as a new one.
  begin(usual());
  crash(100s);
  start(1h);
  EXPECT_EQ(play(2h), Lines({"0 leads", "3616000 leads"}));
}

TEST_F(LeaderElectionTest, ATryAtTheInstantOfTheExpiryLeads) {
  begin({.elects = true, .lease = 12s, .renew_deadline = 8s, .retry_period = 3s});
  crash(100s);
  start(100s);
  EXPECT_EQ(play(200s), Lines({"0 leads", "112000 leads"}));
}

TEST_F(LeaderElectionTest, TheLeaseKeepsWholeSeconds) {
  begin({.elects = true, .lease = 12900ms, .renew_deadline = 8s, .retry_period = 3s});
  crash(100s);
  start(100s);
  EXPECT_EQ(play(200s), Lines({"0 leads", "112000 leads"}));
}

TEST_F(LeaderElectionTest, WithoutElectionWhoeverStartsWorks) {
  begin({.elects = false});
  crash(100s);
  start(101s);
  cut(200s, 300s);
  EXPECT_EQ(play(400s), Lines({"0 leads", "101000 leads"}));
}

TEST_F(LeaderElectionTest, AnotherCrashStartsTheWaitAnew) {
  begin(usual());
  crash(100s);
  start(100s);
  crash(110s);
  start(110s);
  EXPECT_EQ(play(200s), Lines({"0 leads", "126000 leads"}));
}

TEST_F(LeaderElectionTest, AShortCutCostsNothing) {
  begin(usual());
  // Last renewal at 100; the round that begins at 102 has until 112 and gets through at 110.
  cut(101s, 109s);
  EXPECT_EQ(play(200s), Lines({"0 leads"}));
}

TEST_F(LeaderElectionTest, ALongCutEndsTheTermAfterTheRenewDeadline) {
  begin(usual());
  cut(101s, 400s);
  // It starts again at once, sees the lease when the link is back, and waits for it.
  EXPECT_EQ(play(500s), Lines({"0 leads", "112000 loses", "416000 leads"}));
}

TEST_F(LeaderElectionTest, ARenewalAtTheInstantOfTheCutFails) {
  begin(usual());
  cut(100s, 400s);
  EXPECT_EQ(play(200s), Lines({"0 leads", "110000 loses"}));
}

TEST_F(LeaderElectionTest, ACutThatHealsAfterTheLastTryEndsTheTermAllTheSame) {
  begin(usual());
  // Tries at 102 … 110 fail, the next would be at 112, which is the deadline.
  cut(101s, 111s);
  EXPECT_EQ(play(200s), Lines({"0 leads", "112000 loses", "128000 leads"}));
}

TEST_F(LeaderElectionTest, TwoCutsCountAsOneIfNoRenewalFitsBetween) {
  begin(usual());
  cut(101s, 104500ms);
  cut(105500ms, 200s);  // The try at 106 fails too: last renewal at 100.
  EXPECT_EQ(play(150s), Lines({"0 leads", "112000 loses"}));
}

TEST_F(LeaderElectionTest, ARenewalBetweenTwoCutsCounts) {
  begin(usual());
  cut(101s, 104500ms);
  cut(106500ms, 200s);  // Renewed at 106.
  EXPECT_EQ(play(150s), Lines({"0 leads", "118000 loses"}));
}

TEST_F(LeaderElectionTest, ACandidateThatIsCutOffTakesTheLeaseWhenItsLinkIsBack) {
  begin(usual());
  crash(100s);
  start(100s);
  cut(105s, 300s);
  EXPECT_EQ(play(400s), Lines({"0 leads", "300000 leads"}));
}

TEST_F(LeaderElectionTest, ACrashWhileCutOffLeavesNoTimerBehind) {
  begin(usual());
  cut(101s, 300s);
  crash(105s);
  EXPECT_EQ(play(400s), Lines({"0 leads"}));
  EXPECT_EQ(engine.pending(), 0U);
}

TEST_F(LeaderElectionTest, NobodyWorksBeforeItHasALink) {
  begin({.elects = false}).stop();
  lines.clear();
  election->set_connected(false);
  election->start();
  cut(1s, 50s);
  EXPECT_EQ(play(100s), Lines({"50000 leads"}));
}

TEST_F(LeaderElectionTest, JitterStretchesTheTriesByUpToTwentyTwoTenths) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    sim::Engine own;
    std::vector<sim::Duration> led;
    LeaderElection candidate(
        own, usual(), sim::Random(seed), [&] { led.push_back(own.now() - sim::start_time); },
        [] {});
    candidate.start();
    candidate.stop();
    candidate.start();
    own.run_through(sim::start_time + 1min);
    ASSERT_EQ(led.size(), 2U);
    EXPECT_GE(led[1], 15s) << seed;
    EXPECT_LT(led[1], 15s + 4400ms) << seed;
  }
}

TEST_F(LeaderElectionTest, AVeryLongLeaseAndAShortPeriodTakeNoTimeToCompute) {
  begin({.elects = true, .lease = 24h * 300, .renew_deadline = 1h, .retry_period = 1us},
        sim::Random(7));
  crash(1s);
  start(1s);
  EXPECT_EQ(play(24h * 301).size(), 2U);
}

}  // namespace
}  // namespace firedrill::models
