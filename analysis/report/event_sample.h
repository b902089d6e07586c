#pragma once

/// The events that a report lists: all of them up to a number, and of more a sample in which what
/// tells most is the last to go.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "analysis/timeline/events.h"

namespace firedrill::analysis {

/// An event as a table shows it.
struct EventRow {
  std::uint64_t seq = 0;
  sim::Duration time{};     ///< Since the scenario's start.
  std::uint64_t cause = 0;  ///< As recorded.
  std::size_t kind = 0;     ///< Index into timeline::kind_names.
  std::string cluster;      ///< Empty: it is about none, or about several.
  std::string workload;     ///< Likewise.
  std::string words;        ///< What happened, for people.
  std::string fields;       ///< Its payload, as JSON.
};

/// Keeps at most so many events. When there are too many, of the kinds that tell least only every
/// second one is kept, then every fourth and so on; kinds that tell more follow when those have
/// shrunk to a twentieth of all. Which stay depends on nothing but the order of events.
class EventSample {
 public:
  /// How much kinds tell: 0 what strikes, and checks that failed; 1 what shows it: conditions,
  /// taints, components; 2 what follows: evictions, placements, pods that are ready or gone; 3 what
  /// merely reports, and pods that start.
  static constexpr std::size_t rank_count = 4;
  [[nodiscard]] static std::size_t rank_of(std::size_t kind);

  /// Requires: at least 100.
  explicit EventSample(std::size_t rows_max) : rows_max_(rows_max) {}

  void add(const timeline::TimelineEvent& event);

  /// In order of `seq`.
  [[nodiscard]] const std::vector<EventRow>& rows() const { return rows_; }
  /// Of this rank every n-th is there.
  [[nodiscard]] std::uint64_t every(std::size_t rank) const { return ranks_.at(rank).every; }

  /// For each row the number of the nearest cause that is itself in a row; 0 if there is none.
  /// O(events), once: then nothing can be added.
  [[nodiscard]] std::vector<std::uint64_t> kept_causes();

 private:
  struct Rank {
    std::uint64_t seen = 0;
    std::uint64_t every = 1;
    std::size_t rows = 0;
  };

  void thin();

  std::size_t rows_max_;
  std::array<Rank, rank_count> ranks_;
  std::vector<EventRow> rows_;
  std::vector<std::uint64_t> ordinals_;  // of each row within its rank
  // Distance of each event to its cause, 0 for none; of all events, since chains lead through those
  // that are not kept.
  std::deque<std::uint32_t> causes_;
};

}  // namespace firedrill::analysis
