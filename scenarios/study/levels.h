#pragma once

/// Levels of parameters: how values of a file, of a range and of choices are written, and what they
/// are as numbers. Internal to studies.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "analysis/study/table.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {

/// What values are, all together: durations or numbers if every one is.
[[nodiscard]] analysis::ValueKind kind_of_values(const std::vector<api::Json>& values);

/// A value as tables show it: a text as it is, all else as JSON. A duration's number is in seconds.
[[nodiscard]] analysis::ParameterValue shown_value(const nlohmann::json& value,
                                                   analysis::ValueKind kind);

inline constexpr double nanoseconds_a_second = 1e9;

/// The level of a range at a number of it (nanoseconds of durations).
[[nodiscard]] Level level_of_range(const ParameterRange& range, double number);

/// The levels that a grid takes, each once: those of the file, or as many of the range as it says,
/// both ends among them.
[[nodiscard]] std::vector<Level> grid_levels(const Parameter& parameter);

}  // namespace firedrill::scenarios
