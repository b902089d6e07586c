#pragma once

/// Which regions a workload is spread over, when a region constraint exists: the search for the
/// best subset. Follows karmada pkg/scheduler/core/spreadconstraint/select_groups.go, with its
/// oddities.

#include <cstdint>
#include <vector>

#include "policy/api/result.h"
#include "policy/karmada/scheduler/selection.h"

namespace firedrill::policy::karmada {

/// Bounds on the regions and, taken together, on their clusters.
struct RegionBounds {
  std::int64_t regions_min = 0;
  std::int64_t regions_max = 0;
  std::int64_t clusters_min = 0;
};

/// The regions to use, ordered by score descending, then name; a problem when no subset will do.
///
/// Smaller regions are tried first and a subset is not extended once it satisfies the bounds, so
/// supersets are never compared with it. The largest sum of scores wins, then most clusters, then
/// what was found first; a found prefix of the winner replaces it.
[[nodiscard]] api::Result<std::vector<const Group*>> choose_regions(
    const std::vector<Group>& groups, const RegionBounds& bounds);

}  // namespace firedrill::policy::karmada
