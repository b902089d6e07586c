#pragma once

/// What a run came to, for people: a table of some twenty lines from its metrics.

#include <string>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/header.h"

namespace firedrill::analysis {

/// The stage waterfall, who lost what for how long, what ran twice, what is still pending, and what
/// the failovers cost. At most some 30 lines however large the run, each with its "\n"; what didn't
/// happen isn't listed. Same metrics, same text.
[[nodiscard]] std::string summarise(const timeline::Header& header,
                                    const timeline::Footer& footer,
                                    const MetricTable& table);

}  // namespace firedrill::analysis
