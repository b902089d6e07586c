#pragma once

/// Why two timelines part: the causes of an event in both, step by step beside each other.

#include <cstdint>
#include <utility>
#include <vector>

#include "analysis/diff/diff.h"

namespace firedrill::analysis {

/// What led to the two events of the difference, the last step first found: at most so many rows,
/// and how many earlier steps are left out. Where one side lacks the event, its column shows how
/// far it came: which of the other side's steps it has at the same time. Throws
/// timeline::BadTimeline. O(steps · log size) reads.
[[nodiscard]] std::pair<std::vector<ChainRow>, std::uint64_t> side_by_side(
    const timeline::TimelineFile& left,
    const timeline::TimelineFile& right,
    const Difference& difference,
    std::size_t rows_max = 24);

}  // namespace firedrill::analysis
