#pragma once

/// What a scenario says of its workloads, policies and clusters and a timeline doesn't: the facts
/// that metrics and expectations need beside the timeline.

#include "analysis/run_state.h"
#include "scenarios/scenario.h"

namespace firedrill::scenarios {

/// The facts keep no reference to the scenario.
[[nodiscard]] analysis::ScenarioFacts facts_of(const Scenario& scenario);

}  // namespace firedrill::scenarios
