#pragma once

/// Runs for comparison: each variant of a scenario with each seed, in as many threads as there may
/// be. Runs share nothing, and results stand where variant and seed say, so they don't depend on
/// the number of threads. The statistics are those of analysis/compare.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/api/diagnostic.h"
#include "scenarios/runner.h"
#include "scenarios/scenario.h"
#include "scenarios/source/document.h"

namespace firedrill::scenarios {

/// What to run instead of, or beside, a scenario.
struct Variant {
  std::string label;
  std::string path;  ///< "-" is standard input.
  LoadOptions load = {};
};

/// A variant that was read, or the reasons why it can't run.
struct LoadedVariant {
  Variant variant;
  std::optional<std::string> text;   ///< Of standard input, which can be read but once.
  std::optional<Scenario> scenario;  ///< With the first seed.
  api::Diagnostics diagnostics;

  /// The scenario read again, with that seed. Requires: it could be read before.
  [[nodiscard]] Scenario with_seed(std::uint64_t seed) const;
};

/// Reads all variants, with the seed that the first one has.
[[nodiscard]] std::vector<LoadedVariant> load_variants(std::vector<Variant> variants);

/// How the worlds of two scenarios differ, in clusters, workloads and length; "" if they don't.
/// What is only in one world meets no common random numbers.
[[nodiscard]] std::string world_difference(const Scenario& a, const Scenario& b);

/// One run: its place among the variants, and among the seeds.
struct RunPlace {
  std::size_t variant = 0;
  std::size_t seed_index = 0;
  std::uint64_t seed = 0;
};

/// Plays one run and keeps of it what is wanted. Called by several threads at a time.
using PlayRun = std::function<void(const Scenario& scenario, const RunPlace& place)>;

/// Plays each variant that could be read with each of the seeds from `first_seed` on. What the
/// first run by place throws is thrown here once all are at rest; none is begun after it.
void play_runs(const std::vector<LoadedVariant>& variants,
               std::uint64_t first_seed,
               std::size_t seeds,
               std::size_t threads,
               const PlayRun& play);

}  // namespace firedrill::scenarios
