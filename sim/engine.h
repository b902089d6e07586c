#pragma once

// The event engine: virtual time, and callables that run at instants of it. It knows nothing about
// what they do.
//
// Events run in the total order (time, phase, sequence of being put on). Phases order what is
// pending at one instant: an event put on the present instant runs in it, after the current one,
// first in first out within its phase; a phase that has been passed can be entered again. Two runs
// that put on the same events are equal, whatever the machine.
//
// The engine carries a cause with each event: an opaque number, the one current when the event was
// put on, current again when it runs.
//
// Callables of up to 32 bytes that move without throwing lie in pooled slots, and putting them on
// allocates nothing in the long run; larger ones cost one allocation. Putting on and running is
// amortised O(1), cancelling O(1). An engine belongs to one thread, and each run has its own.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>

#include "sim/event_pool.h"
#include "sim/pending_set.h"
#include "sim/random.h"
#include "sim/time.h"

namespace firedrill::sim {

/// What is pending at one instant runs in this order: the world changes, messages and watches
/// arrive, periodic loops begin their rounds, controllers act, samplers look.
enum class Phase : std::uint8_t { world, delivery, round, control, observe };

/// Names an event that was put on, to cancel it. The default names none. Stays valid (and harmless)
/// after the event ran.
using EventHandle = internal::EventId;

/// How events of equal time and phase are ordered.
class TieBreak {
 public:
  /// In the order in which they were put on.
  [[nodiscard]] static TieBreak in_order() { return {}; }

  /// In a random order, to find code that depends on the order above. For tests.
  [[nodiscard]] static TieBreak shuffled(std::uint64_t seed) { return TieBreak(Random(seed)); }

  /// The stream that picks among equals, or null.
  [[nodiscard]] Random* random() { return random_ ? &*random_ : nullptr; }

 private:
  TieBreak() = default;
  explicit TieBreak(Random random) : random_(random) {}

  std::optional<Random> random_;
};

struct EngineOptions {
  TieBreak tie_break = TieBreak::in_order();

  /// How many events may run at one instant before the run is given up as a loop without progress.
  std::uint64_t events_per_instant_max = 10'000'000;
};

/// A run made no progress in virtual time: more events at one instant than the options allow.
class InstantLimitExceeded : public std::runtime_error {
 public:
  InstantLimitExceeded(Time time, std::uint64_t count, std::uint64_t cause);

  [[nodiscard]] Time time() const { return time_; }
  /// Events run at that instant before the one refused.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The cause of the event refused (which is dropped): causes lead back to the loop.
  [[nodiscard]] std::uint64_t cause() const { return cause_; }

 private:
  Time time_;
  std::uint64_t count_;
  std::uint64_t cause_;
};

class Engine {
 public:
  explicit Engine(EngineOptions options = {});
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Destroys pending callables without running them. Coroutines waiting for the engine are not its
  /// own: their frames are left to their owners.
  ~Engine();

  /// The present instant: of the current event, or else the end of the last `run_*`.
  [[nodiscard]] Time now() const { return now_; }

  /// Puts a callable on an instant. A std::coroutine_handle is one: it resumes its coroutine.
  /// Throws std::logic_error if it has passed or lies beyond `latest_time`.
  template <std::invocable Callable>
  EventHandle at(Time time, Phase phase, Callable&& callable) {
    check(time);
    const EventHandle handle = pool_.emplace(cause_, std::forward<Callable>(callable));
    const internal::PendingSet::Key key{rank(time, phase), handle};
    if (time == now_) {
      pending_.push_present(key);
    } else {
      pending_.push(key);
    }
    ++added_;
    return handle;
  }

  /// Puts a callable on the instant `delay` from now, at most `latest_time`: a delay that would
  /// pass the end of days waits for it. Throws std::logic_error if the delay is negative.
  template <std::invocable Callable>
  EventHandle after(Duration delay, Phase phase, Callable&& callable) {
    if (delay < Duration::zero()) reject(now_ + delay);
    return at(saturating_add(now_, delay), phase, std::forward<Callable>(callable));
  }

  /// Takes an event back: it will not run, and its callable is destroyed before this returns. False
  /// if it ran, runs or was cancelled already.
  bool cancel(EventHandle handle);

  /// Whether the event is still to run.
  [[nodiscard]] bool is_pending(EventHandle handle) const { return pool_.contains(handle); }

  /// Runs every event of a time before `end`; then `end` is the present. What an event throws is
  /// passed on, with the present left at that event. Throws std::logic_error if `end` has passed,
  /// lies beyond `latest_time`, or if called by an event.
  void run_until(Time end);

  /// The same, with the events at `end` itself, including those put on it meanwhile.
  void run_through(Time end);

  /// The cause that events put on now will carry.
  [[nodiscard]] std::uint64_t current_cause() const { return cause_; }

  /// Sets it until the current event ends; outside of events, until set again.
  void set_current_cause(std::uint64_t cause) { cause_ = cause; }

  /// Whether an event of a later phase than that has run at the present instant, the current one
  /// included.
  [[nodiscard]] bool has_passed(Phase phase) const {
    return phases_run_ >> (static_cast<unsigned>(phase) + 1U) != 0;
  }

  /// Events that have run, including the current one.
  [[nodiscard]] std::uint64_t executed() const { return executed_; }
  /// Events taken back before they ran.
  [[nodiscard]] std::uint64_t cancelled() const { return cancelled_; }
  /// Events still to run.
  [[nodiscard]] std::uint64_t pending() const { return added_ - executed_ - cancelled_; }

 private:
  [[nodiscard]] static std::uint64_t rank(Time time, Phase phase) {
    return (static_cast<std::uint64_t>(to_nanoseconds(time)) << internal::PendingSet::phase_bits) |
           static_cast<std::uint64_t>(phase);
  }
  [[nodiscard]] static Time time_of(std::uint64_t rank) {
    return Time{Duration{static_cast<std::int64_t>(rank >> internal::PendingSet::phase_bits)}};
  }

  void check(Time time) const {
    if (time < now_ || time > latest_time) [[unlikely]]
      reject(time);
  }
  void check_end(Time end) const;
  [[noreturn]] void reject(Time time) const;
  void run(std::uint64_t limit);
  void advance_to(Time time);
  void execute(internal::PendingSet::Key key);

  EngineOptions options_;
  internal::EventPool pool_;
  internal::PendingSet pending_{pool_};
  Time now_ = start_time;
  std::uint64_t cause_ = 0;
  std::uint64_t added_ = 0;
  std::uint64_t executed_ = 0;
  std::uint64_t cancelled_ = 0;
  std::uint64_t instant_first_ = 0;  // executed_ when the present instant began
  bool running_ = false;
  std::uint8_t phases_run_ = 0;  // a bit for each phase that ran at the present instant
};

}  // namespace firedrill::sim
