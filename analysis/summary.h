#pragma once

/// What a run came to, for people: the verdict first, then where the time went and who paid.

#include <string>

#include "analysis/aftermath.h"
#include "analysis/metrics/metric.h"
#include "analysis/timeline/header.h"

namespace firedrill::analysis {

/// What failed, when it was noticed, evicted and moved, and who is still short; the stages with
/// bars, the slowest one with the setting behind it; who lost what for how long, what ran twice,
/// what is still pending or out of reach, and what the failovers cost. At most some 30 lines
/// however large the run, each with its "\n"; what didn't happen isn't listed, and lengths of time
/// are rounded to three digits or so (metrics.json has them exactly). Same run, same text.
[[nodiscard]] std::string summarise(const timeline::Header& header,
                                    const timeline::Footer& footer,
                                    const MetricTable& table,
                                    const Aftermath& aftermath);

/// The workload that a reader will ask about first: the one that is most short at the end, else the
/// one whose failover took longest; "" if nothing happened to any.
[[nodiscard]] std::string worth_explaining(const MetricTable& table, const Aftermath& aftermath);

}  // namespace firedrill::analysis
