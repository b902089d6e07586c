#pragma once

/// A cluster on its way through one scheduling pass: it passed the filters, and now collects what
/// selection and division look at. Points into the objects of the pass; copies no cluster.

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"

namespace firedrill::policy::karmada {

struct Candidate {
  const api::Cluster* cluster = nullptr;
  const api::TargetCluster* current = nullptr;  ///< Its entry in spec.clusters, or null.
  std::int32_t score = 0;
  std::int32_t overflow_order = 0;  ///< 0: the affinity itself; n: its n-th overflow affinity.
  api::Replicas allocatable = 0;    ///< Further replicas that fit, by the estimators (int32).
  api::Replicas available = 0;      ///< `allocatable` and what it has already; rules selection.

  [[nodiscard]] std::string_view name() const { return cluster->metadata.name; }
  [[nodiscard]] api::Replicas assigned() const {
    return current == nullptr ? 0 : current->replicas;
  }
};

/// What decides between candidates of equal score, before their names.
enum class Preference : std::uint8_t {
  roomiest,  ///< Available replicas; regions are weighed by what they can take.
  none,      ///< Nothing, as up to v1.12: a region counts as much as its best cluster.
};

/// Score of a cluster that the binding is in already; of others 0.
inline constexpr std::int32_t locality_score = 100;

/// Whether `a` comes first in the scheduler's order: overflow order ascending, score descending,
/// available descending (if that is preferred), name. Follows karmada
/// pkg/scheduler/core/spreadconstraint/util.go, sortClusters.
[[nodiscard]] bool precedes(const Candidate& a, const Candidate& b, Preference preference);

/// Puts candidates in the scheduler's order.
void sort_candidates(std::vector<Candidate>& candidates,
                     Preference preference = Preference::roomiest);

}  // namespace firedrill::policy::karmada
