#pragma once

// Many deadlines that are put off again and again, and seldom met: leases, timeouts, watchdogs.
//
// With events alone, putting a deadline off costs a cancel and a new event. Here it costs writing
// down the new instant: the pending event stays where it was put, and when it comes out too early
// it moves on to the instant that holds by then. So a deadline of 40 s that is put off every second
// costs one event in 40 s. Only bringing a deadline forward to before its pending event cancels.
//
// What is seen from outside is what cancelling and putting on anew gives: a deadline is met at its
// instant, in its phase, under the cause that was current when it was last set, and never after it
// was cleared. Two things differ. Among events of equal time and phase its place is that of its
// pending event, that is, of the last time that one was moved, not of the last set(); and events
// that come out too early count as executed ones, and those of cleared deadlines as pending.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/engine.h"
#include "sim/time.h"

namespace firedrill::sim {

/// Deadlines numbered from 0 on. `Met` is called with the number of a deadline at its instant, when
/// it is not set any more; it may set any deadline anew. The engine must outlive this object, and
/// an event must not destroy it from within `Met`.
template <std::invocable<std::size_t> Met>
class Deadlines {
 public:
  Deadlines(Engine& engine, Phase phase, Met met)
      : engine_(engine), phase_(phase), met_(std::move(met)) {}
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  ~Deadlines() {
    for (const Entry& entry : entries_)
      engine_.cancel(entry.event);
  }

  /// One more deadline, not set yet; its number.
  std::size_t add() {
    entries_.emplace_back();
    return entries_.size() - 1;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  /// Sets a deadline, whether it was set before or not. Throws std::logic_error, and changes
  /// nothing, if `time` has passed or lies beyond `latest_time`. Requires: number < size().
  void set(std::size_t number, Time time) {
    Entry& entry = entries_[number];
    if (time < entry.event_time || time > latest_time) [[unlikely]] {
      put_event(number, time);
    }
    entry.time = time;
    entry.cause = engine_.current_cause();
  }

  /// Takes a deadline back; false if it was not set. Requires: number < size().
  bool clear(std::size_t number) {
    return std::exchange(entries_[number].time, not_set) != not_set;
  }

  /// The instant that a deadline is set to. Requires: number < size().
  [[nodiscard]] std::optional<Time> find(std::size_t number) const {
    const Time time = entries_[number].time;
    return time == not_set ? std::nullopt : std::optional(time);
  }

 private:
  static constexpr Time not_set = Time::max();

  struct Entry {
    Time time = not_set;
    Time event_time = not_set;  // of the pending event; not_set if there is none
    std::uint64_t cause = 0;
    EventHandle event;
  };

  void put_event(std::size_t number, Time time) {
    const EventHandle event = engine_.at(time, phase_, [this, number] { come_out(number); });
    Entry& entry = entries_[number];
    engine_.cancel(entry.event);
    entry.event = event;
    entry.event_time = time;
  }

  void come_out(std::size_t number) {
    Entry& entry = entries_[number];
    entry.event_time = not_set;
    if (entry.time == not_set) return;
    engine_.set_current_cause(entry.cause);
    if (entry.time > engine_.now()) {
      put_event(number, entry.time);
      return;
    }
    entry.time = not_set;
    met_(number);
  }

  Engine& engine_;
  Phase phase_;
  Met met_;
  std::vector<Entry> entries_;
};

}  // namespace firedrill::sim
