#pragma once

/// Looks up entries of spec.clusters by name: by scanning when they are few, else in a sorted
/// index, so that a pass over thousands of clusters with thousands of targets stays O(n log n).

#include <cstddef>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"

namespace firedrill::policy::karmada {

class TargetIndex {
 public:
  /// Refers to `targets`, which must outlive it.
  explicit TargetIndex(const std::vector<api::TargetCluster>& targets);

  /// The first entry of that name, or null.
  [[nodiscard]] const api::TargetCluster* find(std::string_view cluster) const;

 private:
  static constexpr std::size_t scanned_max = 8;

  const std::vector<api::TargetCluster>& targets_;
  std::vector<const api::TargetCluster*> by_name_;  ///< Empty when scanning.
};

}  // namespace firedrill::policy::karmada
