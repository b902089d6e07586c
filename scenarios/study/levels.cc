#include "scenarios/study/levels.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "policy/api/duration.h"
#include "scenarios/study/design.h"
#include "sim/math.h"

namespace firedrill::scenarios {
namespace {

/// Digits of a number from a range: what a table can show whole, so that a setting can be copied
/// from it.
constexpr int digits = 6;

std::optional<api::Duration> duration_of(const nlohmann::json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto duration = api::parse_duration(value.get_ref<const std::string&>());
  if (!duration) return std::nullopt;
  return *duration;
}

/// The number of that many digits nearest to it; std::to_chars gives the same ones everywhere.
double rounded(double number) {
  std::array<char, 64> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number,
                                     std::chars_format::scientific, digits - 1);
  double result = number;
  std::from_chars(text.data(), written.ptr, result);
  return result;
}

Level number_level(double number, bool integer) {
  const nlohmann::json value =
      integer ? nlohmann::json(static_cast<std::int64_t>(number)) : nlohmann::json(number);
  return {.shown = shown_value(value, analysis::ValueKind::number),
          .value = api::Json(value),
          .changes = {}};
}

Level duration_level(double nanoseconds) {
  const api::Duration duration(static_cast<std::int64_t>(nanoseconds));
  const nlohmann::json value = api::format_duration(duration);
  return {.shown = shown_value(value, analysis::ValueKind::duration),
          .value = api::Json(value),
          .changes = {}};
}

/// The number at a place from 0 (least) to 1 (greatest) of what lies between the ends.
double between(double least, double greatest, Scale scale, double place) {
  if (scale == Scale::linear) return least + place * (greatest - least);
  return least * sim::exp(place * sim::log(greatest / least));
}

/// A range of whole numbers as one of shares: each of them has its own part. The step is a second
/// for durations.
double whole_number_at(const ParameterRange& range, double share) {
  const double step = range.is_duration ? nanoseconds_a_second : 1;
  const double least = range.least / step;
  const double greatest = range.greatest / step;
  const double number = std::floor(between(least, greatest + 1, range.scale, share));
  return std::clamp(number, least, greatest) * step;
}

}  // namespace

analysis::ValueKind kind_of_values(const std::vector<api::Json>& values) {
  const auto all = [&](auto is) {
    return std::ranges::all_of(values,
                               [&](const api::Json& value) { return is(value.document()); });
  };
  if (all([](const nlohmann::json& value) { return value.is_number(); }))
    return analysis::ValueKind::number;
  // A bare "0" reads as a duration, but a list of numbers in quotes is not meant so.
  if (all([](const nlohmann::json& value) { return value.is_number() || duration_of(value); }))
    return analysis::ValueKind::duration;
  return analysis::ValueKind::text;
}

analysis::ParameterValue shown_value(const nlohmann::json& value, analysis::ValueKind kind) {
  analysis::ParameterValue shown;
  shown.text = value.is_string()
                   ? value.get<std::string>()
                   : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (kind == analysis::ValueKind::number && value.is_number()) shown.number = value.get<double>();
  if (kind == analysis::ValueKind::duration) {
    if (const auto duration = duration_of(value)) {
      shown.number = static_cast<double>(duration->count()) / nanoseconds_a_second;
    } else if (value.is_number()) {
      shown.number = value.get<double>();
    }
  }
  return shown;
}

Level level_of_range(const ParameterRange& range, double number) {
  double value = number;
  if (number == range.least || number == range.greatest) {
    // The file's own number, whole.
  } else if (range.integer) {
    const double step = range.is_duration ? nanoseconds_a_second : 1;
    value = std::floor(value / step + 0.5) * step;
  } else {
    value = rounded(value);
    if (range.is_duration) value = std::floor(value + 0.5);
  }
  value = std::clamp(value, range.least, range.greatest);
  return range.is_duration ? duration_level(value) : number_level(value, range.integer);
}

std::vector<Level> grid_levels(const Parameter& parameter) {
  if (!parameter.range) return parameter.levels;
  const ParameterRange& range = *parameter.range;
  std::vector<Level> levels;
  for (std::uint64_t i = 0; i < range.grid_points; ++i) {
    const double place = range.grid_points == 1
                             ? 0.5
                             : static_cast<double>(i) / static_cast<double>(range.grid_points - 1);
    const double number = i + 1 == range.grid_points && i > 0
                              ? range.greatest
                              : between(range.least, range.greatest, range.scale, place);
    Level level = level_of_range(range, number);
    if (levels.empty() || levels.back() != level) levels.push_back(std::move(level));
  }
  return levels;
}

Level level_at(const Parameter& parameter, double share) {
  if (parameter.range) {
    const ParameterRange& range = *parameter.range;
    const double number = range.integer ? whole_number_at(range, share)
                                        : between(range.least, range.greatest, range.scale, share);
    return level_of_range(range, number);
  }
  const std::size_t count = parameter.levels.size();
  const auto index = static_cast<std::size_t>(share * static_cast<double>(count));
  return parameter.levels[std::min(index, count - 1)];
}

}  // namespace firedrill::scenarios
