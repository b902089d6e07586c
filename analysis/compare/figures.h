#pragma once

/// Figures as people read them: rounded, with their intervals. Durations to the millisecond.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/compare/statistics.h"
#include "analysis/metrics/amount.h"

namespace firedrill::analysis {

/// A number as it is held (analysis/compare/comparison.h); below zero with a "-".
[[nodiscard]] std::string number_text(Unit unit, double held);

/// " ±2s"; empty for one run, and where nothing varies.
[[nodiscard]] std::string interval_text(Unit unit, const Estimate& estimate);

/// "+12%" of 0.12; one decimal below 10 %.
[[nodiscard]] std::string percent_text(double share);

/// A difference with its sign, interval and, where the reference isn't zero, percentage: "+12s ±1s
/// +20%"; "=" for none.
[[nodiscard]] std::string change_text(Unit unit,
                                      const Estimate& delta,
                                      std::optional<double> relative);

/// How many columns of a terminal the text takes: one a character.
[[nodiscard]] std::size_t width_of(std::string_view text);

}  // namespace firedrill::analysis
