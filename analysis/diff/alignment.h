#pragma once

/// Two timelines event by event: which of one is which of the other, and what is left over. Events
/// are matched by kind, object and order:
///
/// 1. the same instant and the same content: equal;
/// 2. the same content at another time, the oldest first: later or earlier;
/// 3. the same instant and object: other fields; else the same kind and workload with the same
///    content in another cluster;
/// 4. at the end, the same object at another time with other fields, then the same kind and
///    workload in another cluster; what still is without a partner is extra or missing.
///
/// Memory is bounded: so many events of each side wait for a partner at most. Past that the oldest
/// one is decided as by step 4, as if the timelines ended there.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/diff/difference.h"
#include "analysis/timeline/events.h"
#include "sim/time.h"

namespace firedrill::analysis {

struct AlignmentOptions {
  TimeAllowance allowance = {};
  /// Events of each side that may wait.
  std::size_t waiting_max = std::size_t{1} << 16;
  /// Differences that are kept; all are counted.
  std::size_t kept_max = 100;
};

/// Where a difference stands: its earlier event.
struct DifferencePlace {
  sim::Time time{};
  std::uint64_t seq = 0;
  bool right = false;  ///< `seq` counts in the right timeline.

  friend auto operator<=>(const DifferencePlace&, const DifferencePlace&) = default;
};

/// Differences of one sort among events of one kind.
struct DifferenceGroup {
  std::uint64_t count = 0;
  /// Smallest and largest distance in time of those that have two times.
  std::optional<std::pair<sim::Duration, sim::Duration>> shift = {};
};

/// What an alignment found.
struct AlignmentResult {
  std::uint64_t left_events = 0;
  std::uint64_t right_events = 0;
  std::uint64_t equal = 0;      ///< Pairs of events that are equal, or count as such.
  std::uint64_t differing = 0;  ///< Differences; a pair is one.
  /// Events that were decided before their time, since too many were waiting.
  std::uint64_t hurried = 0;
  /// By name of the kind and sort of difference.
  std::map<std::pair<std::string_view, DifferenceKind>, DifferenceGroup> groups = {};
  /// The first ones, in order.
  std::map<DifferencePlace, Difference> first = {};
};

/// Takes two timelines in lock-step, instant by instant.
class Alignment {
 public:
  explicit Alignment(AlignmentOptions options);
  Alignment(const Alignment&) = delete;
  Alignment& operator=(const Alignment&) = delete;
  ~Alignment();

  /// Pulls the timelines' next events by `next_left` and `next_right`, which give null at the end
  /// and whose event lasts until the next call, until both have ended, or `enough` says so.
  template <class NextLeft, class NextRight, class Enough>
  void run(NextLeft next_left, NextRight next_right, Enough enough);

  /// The first difference is known for certain.
  [[nodiscard]] bool first_decided() const;

  /// Decides what waits still. The result's differences have their words.
  [[nodiscard]] AlignmentResult finish();

 private:
  struct Sides;

  /// Both have this event now, with nothing left over in this instant before it.
  void same(const timeline::TimelineEvent& left, const timeline::TimelineEvent& right);
  void add(bool right, const timeline::TimelineEvent& event);
  void end_instant();

  std::unique_ptr<Sides> sides_;
};

template <class NextLeft, class NextRight, class Enough>
void Alignment::run(NextLeft next_left, NextRight next_right, Enough enough) {
  const timeline::TimelineEvent* left = next_left();
  const timeline::TimelineEvent* right = next_right();
  while ((left != nullptr || right != nullptr) && !enough()) {
    const sim::Time now = right == nullptr || (left != nullptr && left->time < right->time)
                              ? left->time
                              : right->time;
    const auto here = [now](const timeline::TimelineEvent* event) {
      return event != nullptr && event->time == now;
    };
    while (here(left) && here(right) && left->payload == right->payload) {
      same(*left, *right);
      left = next_left();
      right = next_right();
    }
    while (here(left) || here(right)) {
      if (here(left)) {
        add(false, *left);
        left = next_left();
      }
      if (here(right)) {
        add(true, *right);
        right = next_right();
      }
    }
    end_instant();
  }
}

}  // namespace firedrill::analysis
