#pragma once

/// The pre-flight check: what of a scenario can move when a cluster fails, what can't, and which
/// setting is in its way (product page, 2.5; docs/preflight.md). Looks at the scenario alone and
/// plays nothing; where it can't know, it keeps quiet.

#include <span>
#include <string>
#include <vector>

#include "analysis/preflight.h"
#include "scenarios/scenario.h"

namespace firedrill::scenarios {

/// Everything that is found, by code. Costs the workloads' entries times the clusters.
[[nodiscard]] std::vector<analysis::Finding> preflight_findings(const Scenario& scenario);

/// The verdict for people: a line on what can move, and of each finding what, why, and what to
/// change. Ends in a newline.
[[nodiscard]] std::string preflight_text(const Scenario& scenario,
                                         std::span<const analysis::Finding> findings);

}  // namespace firedrill::scenarios
