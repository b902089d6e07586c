#pragma once

/// The one who writes a run's timeline: numbers the events, knows their time and cause, and hands
/// them to the sinks as they happen. One recorder a run, on the run's thread.

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "analysis/timeline/sink.h"
#include "sim/engine.h"

namespace firedrill::timeline {

class Recorder {
 public:
  /// The engine and the sinks must outlive the recorder. Sinks are served in the given order.
  Recorder(sim::Engine& engine, std::vector<Sink*> sinks);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Opens the timeline. Requires: first call.
  void begin(const Header& header);

  /// Records what happens now, led to by the engine's current cause; it becomes the current cause.
  /// Returns its `seq`. Throws std::logic_error outside of begin and end.
  std::uint64_t record(Payload payload);

  /// Records what somebody found out by looking at the event being delivered (or, between events,
  /// at the last one): that one is its cause, and the flow of causes goes on as if it hadn't been
  /// said. Sinks may call this from `event`: the new event follows once the present one was handed
  /// to all.
  std::uint64_t remark(Payload payload);

  /// Closes the timeline at the present instant. Returns the footer that the sinks were given.
  Footer end(ApiCountsByComponent api);

  /// Whether anybody gets to see the events.
  [[nodiscard]] bool heard() const { return !sinks_.empty(); }
  /// Events recorded so far.
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  enum class State : std::uint8_t { fresh, open, closed };

  std::uint64_t add(std::uint64_t cause, Payload payload);
  void deliver();

  sim::Engine& engine_;
  std::vector<Sink*> sinks_;
  std::deque<TimelineEvent> waiting_;
  std::array<std::int64_t, kind_count> by_kind_{};
  std::uint64_t count_ = 0;
  std::uint64_t delivered_ = 0;  // seq of the event being, or last, handed to the sinks
  bool delivering_ = false;
  State state_ = State::fresh;
};

}  // namespace firedrill::timeline
