#pragma once

/// The one who writes a run's timeline: numbers the events, knows their time and cause, and hands
/// them to the sinks as they happen. One recorder a run, on the run's thread.
///
/// Causes flow with the engine: what is put on an instant carries the cause that was current then,
/// and an event that is recorded becomes the current one. Where the flow divides (one write shows
/// in several events, one pass writes several objects) the branches are Siblings; where somebody
/// finds a state instead of being told of it, whoever records names the event that state is due to.

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

  /// The same, led to by `cause` if it isn't 0: the event to which the state found here is due.
  std::uint64_t record(Payload payload, std::uint64_t cause);

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
  /// The event that led to what happens now; 0 is the scenario itself.
  [[nodiscard]] std::uint64_t current_cause() const { return engine_.current_cause(); }

 private:
  friend class Siblings;

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

/// Events that stand side by side, as those of one write: while it lives, each is led to by what
/// led to the first, none by another. At its end the flow of causes goes on from the most telling
/// of them (a NoExecute taint before any other, an eviction before what it takes along, the Ready
/// condition before other news of the cluster), of equals the last; from where it was if there were
/// none.
class Siblings {
 public:
  /// The recorder must outlive it.
  explicit Siblings(Recorder& recorder);
  Siblings(const Siblings&) = delete;
  Siblings& operator=(const Siblings&) = delete;
  ~Siblings();

  /// Records one of them; `cause` as in Recorder::record. Returns its `seq`.
  std::uint64_t record(Payload payload, std::uint64_t cause = 0);

 private:
  Recorder& recorder_;
  std::uint64_t before_;
  std::uint64_t after_;
  int weight_ = 0;
};

}  // namespace firedrill::timeline
