#pragma once

/// Plays a suite: scenarios and studies, in as many threads as there may be, each file once for all
/// its checks. The report is the same for any number of threads.

#include <cstddef>
#include <span>

#include "scenarios/suite/discovery.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/scenario_cases.h"

namespace firedrill::scenarios {

struct SuiteOptions {
  PlayOptions play = {};
  std::size_t threads = 1;
  /// The first file that fails ends the suite; those after it are skipped.
  bool fail_fast = false;
};

/// Plays the files. Throws Interrupted once all threads are at rest if told to stop, and what is
/// wrong with the machine (timeline::ResourceError, std::bad_alloc).
[[nodiscard]] SuiteReport play_suite(std::span<const SuiteEntry> entries,
                                     const SuiteOptions& options);

}  // namespace firedrill::scenarios
