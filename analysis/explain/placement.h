#pragma once

/// Why a workload is where it is at a time. A part of analysis/explain/explain.h.

#include <string>

#include "analysis/explain/causes.h"
#include "analysis/explain/explanation.h"
#include "policy/api/result.h"

namespace firedrill::analysis {

/// Where the workload, named in full, is after all that happens at the time: for each cluster that
/// it is assigned to or has pods in, the chain that led to what is there now; and what is pending.
/// Reads the file up to that time.
[[nodiscard]] Explanation explain_placement(Causes& causes,
                                            const std::string& workload,
                                            sim::Time time);

}  // namespace firedrill::analysis
