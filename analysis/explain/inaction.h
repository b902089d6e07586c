#pragma once

/// Why a workload was not evicted: the first gate that stopped it, read from how far the way to an
/// eviction got in the clusters that it was in, and from the settings that close the next gate. A
/// part of analysis/explain/explain.h.
///
/// Gates, in the order in which a failure passes them: `NeverScheduled`, `NoFault`, `NotNoticed`,
/// `BelowThreshold`, `FailoverGateOff`, `NoNoExecuteSource`, `BeforeEvictionTimeout`,
/// `EvictionDisabled`, `ToleratesForever`, `Tolerated`, `WaitingInQueue`, `NotNeeded`,
/// `EvictionFailed`; Clusternet's `DividingDoesNotMove`, `NowhereToGo`, `BoundAsBefore`. Names that
/// the pre-flight check has too mean the same there (docs/preflight.md).

#include <string>

#include "analysis/explain/causes.h"
#include "analysis/explain/explanation.h"

namespace firedrill::analysis {

/// Requires: the workload, named in full, was never evicted. Reads the file once.
[[nodiscard]] Explanation explain_inaction(Causes& causes, const std::string& workload);

}  // namespace firedrill::analysis
