#pragma once

/// The checks of one study file: that each of its cells can be played, and what it expects of them.

#include <cstddef>
#include <string>

#include "scenarios/suite/scenario_cases.h"

namespace firedrill::scenarios {

/// "cells", then each expectation. Of a study that can't be read one case, "loads", an error; of
/// one whose points are searched for (`tune`) one that is skipped. Keeps no result but those of
/// this call. Throws Interrupted and std::bad_alloc.
[[nodiscard]] Cases play_study(const std::string& path,
                               const PlayOptions& options,
                               std::size_t threads);

}  // namespace firedrill::scenarios
