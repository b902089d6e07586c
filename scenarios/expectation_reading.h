#pragma once

/// What a scenario's expectations name must exist: one about a workload or an instant that never
/// comes could not fail. Internal to the loader.

#include <vector>

#include "analysis/expect/expectation.h"
#include "models/spec/world_spec.h"
#include "scenarios/reading.h"
#include "scenarios/workload_reading.h"

namespace firedrill::scenarios {

void check_expectations(const std::vector<analysis::Expectation>& expectations,
                        const models::WorldSpec& world,
                        const Workloads& workloads,
                        Reading& reading);

}  // namespace firedrill::scenarios
