#pragma once

/// Why expectations failed, in the words of `explain`: for the messages of `run` and `test`. A run
/// keeps no timeline unless somebody wants it; since the same scenario gives the same timeline, one
/// that failed is played once more, into a file that has no name, and asked.

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/expect/expectations.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {

/// What explain says of one failed expectation.
struct FailureReason {
  std::size_t expectation = 0;          ///< Its index.
  std::vector<std::string> lines = {};  ///< None ends with a newline.
};

/// The first lines of the explanation of each expectation that failed, in their order; one of which
/// nothing can be asked is left out. Plays the scenario once more, and only if there is any. Throws
/// as `run` does. `options.timeline` doesn't count. Requires: the verdicts are of a run of this
/// scenario, `lines` >= 2.
[[nodiscard]] std::vector<FailureReason> explain_failures(
    const Scenario& scenario,
    const std::vector<analysis::Verdict>& verdicts,
    const RunOptions& options = {},
    std::size_t lines = 8);

}  // namespace firedrill::scenarios
