#pragma once

/// What several runs say of one number: its mean, and how far that may be from the truth.

#include <cstddef>
#include <optional>
#include <span>

namespace firedrill::analysis {

/// Of every interval: in so many of all cases it holds the true mean.
inline constexpr double confidence = 0.95;

/// How many standard errors lie between a mean and the ends of its two-sided interval, for so many
/// degrees of freedom: Student's t. Rounded to a billionth, so that no library's last bits reach a
/// result. Requires: at least one degree.
[[nodiscard]] double student_t(std::size_t degrees_of_freedom);

/// A mean over runs, with its interval.
struct Estimate {
  double mean = 0;
  std::size_t count = 0;                  ///< Runs.
  std::optional<double> half_width = {};  ///< Absent for one run, which says nothing of chance.

  [[nodiscard]] double low() const { return mean - half_width.value_or(0); }
  [[nodiscard]] double high() const { return mean + half_width.value_or(0); }

  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// Nothing without samples. Summed in their order.
[[nodiscard]] std::optional<Estimate> estimate(std::span<const double> samples);

}  // namespace firedrill::analysis
