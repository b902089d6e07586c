#pragma once

/// Cluster affinity: which clusters a placement, a weight or a taint policy means.
///
/// Follows karmada pkg/util/selector.go, ClusterMatches. All parts must hold and `exclude` wins; a
/// selector that is invalid matches nothing.

#include <string_view>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/labels.h"
#include "policy/api/placement.h"

namespace firedrill::policy::karmada {

/// An affinity made ready to be held against many clusters. Refers to the affinity, which must
/// outlive it.
class AffinityMatcher {
 public:
  explicit AffinityMatcher(const api::ClusterAffinity& affinity);

  [[nodiscard]] bool matches(const api::Cluster& cluster) const;

 private:
  void read_fields(const api::FieldSelector& selector);

  bool invalid_ = false;
  std::vector<api::Requirement> labels_;
  /// Expressions about `zone`, which is a list and hence no label.
  std::vector<const api::LabelSelectorRequirement*> zones_;
  std::vector<api::Requirement> fields_;    ///< About provider and region.
  std::vector<std::string_view> names_;     ///< Sorted.
  std::vector<std::string_view> excluded_;  ///< Sorted.
};

/// The same for a single cluster.
[[nodiscard]] bool matches(const api::Cluster& cluster, const api::ClusterAffinity& affinity);

}  // namespace firedrill::policy::karmada
