#pragma once

/// Whether a study can be begun: its changes fit its scenarios, and each scenario can be at the
/// first point. Internal to studies.

#include <vector>

#include "policy/api/diagnostic.h"
#include "scenarios/source/document.h"
#include "scenarios/study/scenario_files.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {

/// Tries the scenarios of a study whose parameters are right. What is wrong with the study goes to
/// `diagnostics` with pointers into it, what is wrong with a scenario anyway to `located`, with its
/// place in the scenario's file; warnings likewise.
void try_scenarios(const Study& study,
                   const std::vector<NamedScenario>& scenarios,
                   const LoadOptions& options,
                   api::Diagnostics& diagnostics,
                   api::Diagnostics& located);

}  // namespace firedrill::scenarios
