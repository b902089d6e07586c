#pragma once

/// The scenarios that a scenario's expectations compare its end with (`final.sameAs`). Internal to
/// the loader.

#include "scenarios/reading.h"
#include "scenarios/scenario.h"
#include "scenarios/source/document.h"
#include "scenarios/source/limits.h"

namespace firedrill::scenarios {

/// Reads each of them once, with the scenario's seed and nothing else of the command. They lie in
/// the folder of the document's first file, or below it, as includes do. Their own expectations
/// are left out, so none asks for a third scenario. One that can't be read, that is the scenario
/// itself, or that has none of the workloads meant is an error.
void read_compared_scenarios(Scenario& scenario,
                             const Document& document,
                             const Limits& limits,
                             Reading& reading);

}  // namespace firedrill::scenarios
