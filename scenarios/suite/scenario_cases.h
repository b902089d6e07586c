#pragma once

/// The checks of one scenario file. It is played once for its expectations, its golden and the
/// invariants, and once more without its events: its calm twin.

#include <functional>
#include <string>
#include <vector>

#include "scenarios/source/limits.h"
#include "scenarios/suite/golden.h"
#include "scenarios/suite/report.h"

namespace firedrill::scenarios {

/// How the files of a suite are played.
struct PlayOptions {
  Limits limits = {};
  GoldenOptions golden = {};
  /// Asked now and then, by any thread; true breaks off with Interrupted.
  std::function<bool()> stop = {};
  /// The machine's time in seconds since whenever, for any thread; absent: none is told.
  std::function<double()> seconds = {};
};

/// What one play gave.
struct Cases {
  std::vector<SuiteCase> cases = {};
  std::vector<std::string> notes = {};
  bool broken = false;  ///< A promise of the program's own code did not hold.
};

/// "invariants", each expectation, and "golden" if there is one or is to be one. Of a file that
/// can't be played one case, "loads" or "runs", an error. Throws Interrupted,
/// timeline::ResourceError, std::bad_alloc.
[[nodiscard]] Cases play_scenario(const std::string& path, const PlayOptions& options);

/// "calm twin": without its events the scenario sees no taint and no eviction. None of a file that
/// does not want it (metadata.calmTwin) or can't be loaded, which the other play tells.
[[nodiscard]] Cases play_calm_twin(const std::string& path, const PlayOptions& options);

}  // namespace firedrill::scenarios
