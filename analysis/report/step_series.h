#pragma once

/// Numbers that hold until they change, of any length, within a budget of memory. Nothing is lost
/// while all changes fit. When they don't, the longest series are made coarser: time is cut into
/// equal buckets, and of each bucket its lowest, highest and last value stay, at the instants at
/// which they were. So what a chart shows is the true envelope, and a peak never gets lost.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/time.h"

namespace firedrill::analysis {

/// From `time` on the value is `value`, since event `seq`.
struct SeriesStep {
  sim::Duration time{};  ///< Since the scenario's start.
  std::int64_t value = 0;
  std::uint64_t seq = 0;

  friend bool operator==(const SeriesStep&, const SeriesStep&) = default;
};

class StepSeries {
 public:
  /// Requires: times don't run backwards. Of changes at one instant the last one counts. Gives by
  /// how many steps the series grew: -1, 0 or 1.
  int set(const SeriesStep& step);

  /// Makes it so coarse that at most `steps_max` steps remain; twelve or more.
  void coarsen(std::size_t steps_max);

  [[nodiscard]] const std::vector<SeriesStep>& steps() const { return steps_; }
  /// Width of its buckets; zero: every change is there.
  [[nodiscard]] sim::Duration width() const { return width_; }

 private:
  void cut(sim::Duration width);

  std::vector<SeriesStep> steps_;
  sim::Duration width_{};
};

/// Series that share a budget. Amortised O(1) a change.
class SeriesSet {
 public:
  explicit SeriesSet(std::size_t steps_max) : steps_max_(steps_max) {}

  /// A new series, by its number.
  [[nodiscard]] std::size_t add();
  void set(std::size_t series, const SeriesStep& step);

  [[nodiscard]] std::size_t size() const { return series_.size(); }
  [[nodiscard]] const StepSeries& series(std::size_t number) const { return series_[number]; }
  /// The widest bucket of any series; zero: all are exact.
  [[nodiscard]] sim::Duration width() const;

 private:
  void coarsen();

  std::size_t steps_max_;
  std::size_t steps_ = 0;
  std::deque<StepSeries> series_;
};

}  // namespace firedrill::analysis
