#include "analysis/report/step_series.h"

#include <algorithm>
#include <bit>

namespace firedrill::analysis {

int StepSeries::set(const SeriesStep& step) {
  if (!steps_.empty()) {
    SeriesStep& last = steps_.back();
    if (last.value == step.value) return 0;
    if (last.time == step.time) {
      last = step;
      if (steps_.size() < 2 || steps_[steps_.size() - 2].value != step.value) return 0;
      steps_.pop_back();
      return -1;
    }
  }
  steps_.push_back(step);
  return 1;
}

void StepSeries::coarsen(std::size_t steps_max) {
  if (steps_.size() <= steps_max) return;
  // Three steps a bucket, and one bucket more than fits since the first begins before its first.
  const auto buckets = std::max<std::int64_t>(static_cast<std::int64_t>(steps_max / 3) - 1, 1);
  const sim::Duration span = steps_.back().time - steps_.front().time;
  // Powers of two: a wider bucket consists of whole narrower ones, so nothing gets lost in steps.
  const auto width = std::bit_ceil(static_cast<std::uint64_t>(span.count() / buckets + 1));
  cut(std::max(width_, sim::Duration(static_cast<std::int64_t>(width))));
}

void StepSeries::cut(sim::Duration width) {
  width_ = width;
  std::vector<SeriesStep> kept;
  for (std::size_t begin = 0; begin < steps_.size();) {
    const auto bucket = steps_[begin].time / width;
    std::size_t end = begin;
    std::size_t lowest = begin;
    std::size_t highest = begin;
    for (; end < steps_.size() && steps_[end].time / width == bucket; ++end) {
      if (steps_[end].value < steps_[lowest].value) lowest = end;
      if (steps_[end].value > steps_[highest].value) highest = end;
    }
    const auto [first, second] = std::minmax(lowest, highest);
    kept.push_back(steps_[first]);
    if (second != first) kept.push_back(steps_[second]);
    if (second != end - 1) kept.push_back(steps_[end - 1]);
    begin = end;
  }
  steps_ = std::move(kept);
}

std::size_t SeriesSet::add() {
  series_.emplace_back();
  return series_.size() - 1;
}

void SeriesSet::set(std::size_t series, const SeriesStep& step) {
  const int growth = series_[series].set(step);
  if (growth < 0) --steps_;
  if (growth > 0 && ++steps_ > steps_max_) coarsen();
}

void SeriesSet::coarsen() {
  std::size_t longest = 0;
  for (const StepSeries& series : series_)
    longest = std::max(longest, series.steps().size());
  constexpr std::size_t shortest = 12;
  while (steps_ > steps_max_ / 2 && longest > shortest) {
    longest = std::max(longest / 2, shortest);
    steps_ = 0;
    for (StepSeries& series : series_) {
      series.coarsen(longest);
      steps_ += series.steps().size();
    }
  }
  // All as short as they get: the budget is too small for so many.
  if (steps_ > steps_max_ / 2) steps_max_ = steps_ * 2;
}

sim::Duration SeriesSet::width() const {
  sim::Duration width{};
  for (const StepSeries& series : series_)
    width = std::max(width, series.width());
  return width;
}

}  // namespace firedrill::analysis
