#pragma once

// Small studies whose answers are computed by hand.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study/table.h"

namespace firedrill::analysis {

inline constexpr const char* needless = "eviction.needless.count";
inline constexpr const char* unavailable = "workload.unavailability.max";
inline constexpr double second = 1e9;

inline StudyCell cell(std::int64_t evictions, std::int64_t seconds) {
  return {.metrics = {{needless, Amount(evictions)},
                      {unavailable, Amount(std::chrono::seconds(seconds))}}};
}

/// Two thresholds and two policies, one scenario, two seeds; a point's figures are
///
///     0  30s none    5 needless evictions, 75 s unavailable
///     1  30s evict   8                     61 s
///     2  60s none    1                    102 s
///     3  60s evict   6                     77 s     point 0 is better, but seed by seed not surely
inline StudyTable two_by_two() {
  StudyTable table{.name = "flapping-link", .design = "grid", .seeds = 2};
  table.parameters = {
      {.name = "cluster-failure-threshold",
       .kind = ValueKind::duration,
       .pointers = {"/controlPlane/flags/cluster-failure-threshold"},
       .path = "/controlPlane/flags/cluster-failure-threshold",
       .flags = {{.process = "karmada-controller-manager", .flag = "--cluster-failure-threshold"}},
       .own = ParameterValue{.text = "60s", .number = 60}},
      {.name = "policy"}};
  const ParameterValue quick{.text = "30s", .number = 30};
  const ParameterValue slow{.text = "60s", .number = 60};
  table.points = {{.values = {quick, {.text = "none"}}},
                  {.values = {quick, {.text = "evict"}}},
                  {.values = {slow, {.text = "none"}}},
                  {.values = {slow, {.text = "evict"}}}};
  table.scenarios = {{.name = "flap", .path = "flap.json", .first_seed = 7}};
  table.objectives = {{.minimize = needless}, {.minimize = unavailable}};
  table.cells = {cell(4, 70),  cell(6, 80),  cell(8, 60), cell(8, 62),
                 cell(1, 100), cell(1, 104), cell(3, 70), cell(9, 84)};
  return table;
}

}  // namespace firedrill::analysis
