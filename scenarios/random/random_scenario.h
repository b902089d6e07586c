#pragma once

/// Random worlds, policies and faults: scenarios that nobody would write, for whatever has to hold
/// of every run (docs/testing.md).
///
/// A pure function of the seed and the sizes, the same on every machine: each part of a scenario
/// draws from a stream of its own (sim::Streams), so that other sizes of one part leave the others
/// alone. Every scenario is valid by construction, though not without warnings, and most of its
/// time is quiet: faults come in bursts. The result is the file's own value type, so a shrinker
/// erases from its lists, or resets members, and asks the loader whether what is left is a
/// scenario.

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/api/time.h"
#include "scenarios/scenario_file.h"

namespace firedrill::scenarios {

/// How large random scenarios get; each is drawn anew up to these bounds.
struct RandomSizes {
  std::int64_t clusters = 5;   ///< Clusters from the start: 2 to this many. At least 2.
  std::int64_t workloads = 4;  ///< Entries of `workloads`: 1 to this many. At least 1.
  std::int64_t copies = 3;     ///< `count` of an entry: 1 to this. At least 1.
  std::int64_t replicas = 6;   ///< Replicas of each: up to this. At least 1.
  std::int64_t bursts = 2;     ///< Times at which faults gather: 1 to this many. At least 1.
  std::int64_t faults = 3;     ///< Faults of one burst: 1 to this many. At least 1.
  std::int64_t actions = 4;    ///< What people do meanwhile: 0 to this many.
  /// Longest run; one in two is a tenth of it or shorter. At least ten minutes.
  api::Duration duration = std::chrono::hours(4);
  std::string_view profile = {};  ///< The only profile; empty: any of them.
};

/// The scenario of that seed, which is also its `simulation.seed`. Throws std::logic_error for
/// sizes below their least.
[[nodiscard]] ScenarioFile random_scenario(std::uint64_t seed, const RandomSizes& sizes = {});

/// The scenario as a file: JSON with the format's own order of sections, an entry a line, and a
/// newline at the end.
[[nodiscard]] std::string scenario_text(const ScenarioFile& file);

}  // namespace firedrill::scenarios
