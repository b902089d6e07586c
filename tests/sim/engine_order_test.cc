// The engine against a plain model of itself: random programs must run in the same order on both.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::sim {
namespace {

// What the engine promises, as simply as it can be written.
class PlainEngine {
 public:
  using Handle = std::tuple<Time, Phase, std::uint64_t>;

  [[nodiscard]] Time now() const { return now_; }

  Handle at(Time time, Phase phase, std::function<void()> callable) {
    const Handle handle{time, phase, ++sequence_};
    pending_.emplace(handle, std::move(callable));
    return handle;
  }

  bool cancel(const Handle& handle) { return pending_.erase(handle) != 0; }

  void run_until(Time end) {
    run_through(end - Duration{1});
    now_ = end;
  }

  void run_through(Time end) {
    while (!pending_.empty() && std::get<Time>(pending_.begin()->first) <= end) {
      auto node = pending_.extract(pending_.begin());
      now_ = std::get<Time>(node.key());
      node.mapped()();
    }
    now_ = end;
  }

  [[nodiscard]] std::uint64_t pending() const { return pending_.size(); }

 private:
  std::map<Handle, std::function<void()>> pending_;
  Time now_ = start_time;
  std::uint64_t sequence_ = 0;
};

struct RealEngine : Engine {
  using Handle = EventHandle;
};

// A program whose events put on and cancel others, by one stream of random numbers: as soon as two
// engines differ in order, so do their logs. Features are switched on and off as a whole, so that
// rare mixtures are met.
template <class Loop>
class Program {
 public:
  explicit Program(std::uint64_t seed) : random_(seed) {
    delay_bits_max_ = static_cast<int>(random_.uniform(1, 50));
    coarse_ = random_.chance(0.3);
    zero_share_ = random_.chance(0.5) ? random_.uniform() * 0.4 : 0;
    cancel_share_ = random_.chance(0.5) ? random_.uniform() : 0;
    population_ = static_cast<std::uint64_t>(random_.uniform(1, 1 << random_.uniform(1, 13)));
    budget_ = 3 * population_ + 2000;
  }

  std::vector<std::uint64_t> run() {
    for (std::uint64_t i = 0; i < population_; ++i)
      put_on();
    for (int i = 0; i < 100; ++i) {
      const Time end = saturating_add(loop_.now(), delay());
      if (random_.chance(0.5)) {
        loop_.run_until(end > loop_.now() ? end : loop_.now() + Duration{1});
      } else {
        loop_.run_through(end);
      }
      log_.push_back(loop_.pending());
      // Between two runs: many at once, some of them earlier than all that is pending.
      if (random_.chance(0.3)) {
        for (std::uint64_t n = random_.below(200); n > 0; --n)
          put_on();
      }
    }
    budget_ = 0;
    loop_.run_through(latest_time);
    log_.push_back(loop_.pending());
    return log_;
  }

 private:
  Duration delay() {
    if (random_.chance(zero_share_)) return Duration::zero();
    const auto bits = random_.uniform(0, delay_bits_max_);
    const auto delay = random_.uniform(0, (std::int64_t{1} << bits) - 1);
    return Duration{coarse_ ? delay & ~std::int64_t{0xFFFF} : delay};
  }

  void put_on() {
    const auto phase = static_cast<Phase>(random_.below(5));
    const std::uint64_t id = handles_.size();
    const Time time = saturating_add(loop_.now(), delay());
    handles_.push_back(loop_.at(time, phase, [this, id] { event(id); }));
  }

  void event(std::uint64_t id) {
    log_.push_back(id);
    log_.push_back(static_cast<std::uint64_t>(to_nanoseconds(loop_.now())));
    while (budget_ > 0 && random_.chance(0.51)) {
      --budget_;
      put_on();
    }
    while (random_.chance(cancel_share_ * 0.7)) {
      const auto victim = static_cast<std::size_t>(random_.below(handles_.size()));
      log_.push_back(loop_.cancel(handles_[victim]) ? 1 : 0);
      if (budget_ > 0) put_on();
    }
  }

  Random random_;
  int delay_bits_max_;
  bool coarse_;
  double zero_share_;
  double cancel_share_;
  std::uint64_t population_;
  std::uint64_t budget_;
  std::vector<typename Loop::Handle> handles_;
  std::vector<std::uint64_t> log_;
  Loop loop_;
};

TEST(EngineOrder, IsThatOfThePlainModel) {
  std::size_t entries = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto expected = Program<PlainEngine>(seed).run();
    ASSERT_EQ(Program<RealEngine>(seed).run(), expected) << "seed " << seed;
    entries += expected.size();
  }
  EXPECT_GT(entries, 1'000'000U);  // the programs did run
}

// Timers that are put off again and again leave dead keys behind, which must not pile up.
TEST(EngineOrder, KeepsNoMoreKeysThanAFewTimesTheLiveOnes) {
  internal::EventPool pool;
  internal::PendingSet pending(pool);
  Random random(1);
  std::vector<internal::EventId> timers;
  for (int i = 0; i < 1000; ++i)
    timers.push_back(pool.emplace(0, [] {}));
  for (const auto id : timers)
    pending.push({random.below(1U << 30) + 1, id});
  for (int i = 0; i < 300'000; ++i) {
    auto& timer = timers[static_cast<std::size_t>(random.below(timers.size()))];
    pool.discard(timer);
    pending.count_dead();
    timer = pool.emplace(0, [] {});
    pending.push({random.below(std::uint64_t{1} << random.uniform(1, 60)) + 1, timer});
    ASSERT_LE(pending.size(), 10'000U);
  }
  std::size_t live = 0;
  std::uint64_t before = 0;
  internal::PendingSet::Key key{};
  while (pending.pop(~std::uint64_t{0}, key)) {
    ASSERT_GE(key.rank, before);
    before = key.rank;
    live += pool.contains(key.id) ? 1U : 0U;
  }
  EXPECT_EQ(live, 1000U);
}

}  // namespace
}  // namespace firedrill::sim
