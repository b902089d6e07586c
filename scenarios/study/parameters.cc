#include "scenarios/study/parameters.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/duration.h"
#include "scenarios/study/levels.h"

namespace firedrill::scenarios {
namespace {

constexpr std::size_t parameters_max = 1'000;

/// Whether a part of a path says nothing by itself: *, a number, nothing.
bool says_nothing(std::string_view part) {
  return part == "*" || std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
}

std::string usual_name(const std::string& path) {
  const std::vector<std::string> parts = api::split_pointer(path);
  const auto named = std::find_if(parts.rbegin(), parts.rend(),
                                  [](const std::string& part) { return !says_nothing(part); });
  return named == parts.rend() ? path : *named;
}

bool parts_meet(const std::string& a, const std::string& b) {
  return a == b || a == "*" || b == "*";
}

/// What can't be varied, as the study has its own word on it.
void check_path(const std::string& path, const std::string& pointer, Reading& reading) {
  if (may_meet(path, "/simulation/seed")) {
    reading.diagnostics.error(pointer + "/path", "seeds are the same for all points",
                              "\"seeds\" of the design says how many each point is played with");
  }
  if (path == "/expect" || path.starts_with("/expect/")) {
    reading.diagnostics.error(pointer + "/path",
                              "what a scenario expects is no part of a study's runs",
                              "the study's own expect, objectives and constraints");
  }
}

std::vector<Level> listed_levels(const ParameterFile& file,
                                 analysis::ValueKind kind,
                                 const std::string& pointer,
                                 Reading& reading) {
  std::vector<Level> levels;
  for (std::size_t i = 0; i < file.values.size(); ++i) {
    Level level{.shown = shown_value(file.values[i].document(), kind),
                .value = file.values[i],
                .changes = {}};
    const bool known = std::ranges::any_of(levels, [&](const Level& other) {
      return other.shown.text == level.shown.text ||
             (level.shown.number && other.shown.number == level.shown.number);
    });
    if (known) {
      reading.diagnostics.error(api::child_pointer(pointer + "/values", i),
                                fmt::format("the value {} is there twice", level.shown.text),
                                "each value once");
    }
    levels.push_back(std::move(level));
  }
  return levels;
}

std::vector<Level> choice_levels(const ParameterFile& file) {
  std::vector<Level> levels;
  for (const auto& [label, changes] : *file.choices) {
    levels.push_back(
        {.shown = {.text = label, .number = std::nullopt}, .value = {}, .changes = changes});
  }
  return levels;
}

double number_of(const RangeEnd& end) {
  return end.is_duration ? static_cast<double>(end.duration.count()) : end.number;
}

std::string text_of(const RangeEnd& end) {
  return end.is_duration ? api::format_duration(end.duration) : fmt::format("{}", end.number);
}

/// Requires: two ends.
void check_range(const ParameterFile& file, const std::string& pointer, Reading& reading) {
  const RangeEnd& least = file.range[0];
  const RangeEnd& greatest = file.range[1];
  const std::string at = pointer + "/range";
  if (least.is_duration != greatest.is_duration) {
    reading.diagnostics.error(at, "one end is a number, the other a duration",
                              "two numbers, or two durations such as [\"10s\", \"2m\"]");
    return;
  }
  if (number_of(least) == number_of(greatest)) {
    reading.diagnostics.error(at,
                              fmt::format("the range is empty: both ends are {}", text_of(least)),
                              "two different ends; a single value needs no parameter");
  } else if (number_of(least) > number_of(greatest)) {
    reading.diagnostics.error(
        at,
        fmt::format("the range runs backwards, from {} to {}", text_of(least), text_of(greatest)),
        fmt::format("[{}, {}]", text_of(greatest), text_of(least)));
  }
  if (file.scale == Scale::log && number_of(least) <= 0) {
    reading.diagnostics.error(pointer + "/range/0",
                              fmt::format("a log scale can't begin at {}", text_of(least)),
                              "a least value above 0, or \"scale\": \"linear\"");
  }
  const double step = least.is_duration ? nanoseconds_a_second : 1;
  for (std::size_t i = 0; file.integer && i < 2; ++i) {
    const double number = number_of(file.range[i]) / step;
    if (std::floor(number) == number) continue;
    reading.diagnostics.error(api::child_pointer(at, i),
                              fmt::format("{} isn't whole", text_of(file.range[i])),
                              "whole numbers, or whole seconds, beside \"integer\": true");
  }
}

ParameterRange range_of(const ParameterFile& file, const DesignFile& design) {
  return {.least = number_of(file.range[0]),
          .greatest = number_of(file.range[1]),
          .scale = file.scale,
          .integer = file.integer,
          .is_duration = file.range[0].is_duration,
          .grid_points = file.points.value_or(design.points.value_or(0))};
}

Parameter read_parameter(const ParameterFile& file,
                         const StudyFile& study,
                         const std::string& pointer,
                         Reading& reading) {
  Parameter parameter;
  parameter.path = file.path;
  parameter.name = file.name.empty() ? usual_name(file.path) : file.name;
  if (!file.path.empty()) check_path(file.path, pointer, reading);
  if (file.choices) {
    parameter.levels = choice_levels(file);
  } else if (!file.range.empty()) {
    check_range(file, pointer, reading);
    parameter.range = range_of(file, study.design);
    parameter.kind =
        parameter.range->is_duration ? analysis::ValueKind::duration : analysis::ValueKind::number;
    if (study.design.method == Method::grid && parameter.range->grid_points == 0) {
      reading.diagnostics.error(pointer, "a grid doesn't know how many values of the range to take",
                                "\"points\" of the parameter, or of the design for all");
    }
  } else {
    parameter.kind = kind_of_values(file.values);
    parameter.levels = listed_levels(file, parameter.kind, pointer, reading);
  }
  return parameter;
}

void check_names(const std::vector<Parameter>& parameters, Reading& reading) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto [first, fresh] = seen.emplace(parameters[i].name, i);
    if (!fresh) {
      reading.diagnostics.error(parameter_pointer(i),
                                fmt::format("parameter {} of this name is {}", first->second + 1,
                                            api::in_quotes(parameters[i].name)),
                                "a \"name\" that tells them apart");
    }
    for (std::size_t other = 0; other < i; ++other) {
      if (parameters[i].is_choice() || parameters[other].is_choice()) continue;
      if (!may_meet(parameters[i].path, parameters[other].path)) continue;
      reading.diagnostics.error(parameter_pointer(i) + "/path",
                                fmt::format("{} sets the same", parameter_pointer(other)),
                                "one parameter for each place");
    }
  }
}

}  // namespace

std::string parameter_pointer(std::size_t index) {
  return api::child_pointer("/parameters", index);
}

bool may_meet(std::string_view a, std::string_view b) {
  return std::ranges::equal(api::split_pointer(a), api::split_pointer(b), parts_meet);
}

bool on_one_way(std::string_view path, std::string_view pointer) {
  const std::vector<std::string> a = api::split_pointer(path);
  const std::vector<std::string> b = api::split_pointer(pointer);
  const std::size_t common = std::min(a.size(), b.size());
  return common > 0 && std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common),
                                  b.begin(), parts_meet);
}

std::vector<Parameter> read_parameters(const StudyFile& file, Reading& reading) {
  std::vector<Parameter> parameters;
  if (file.parameters.size() > parameters_max) {
    reading.diagnostics.error("/parameters", fmt::format("more than {} parameters", parameters_max),
                              "those that matter");
    return parameters;
  }
  for (std::size_t i = 0; i < file.parameters.size(); ++i)
    parameters.push_back(read_parameter(file.parameters[i], file, parameter_pointer(i), reading));
  check_names(parameters, reading);
  return parameters;
}

}  // namespace firedrill::scenarios
