#pragma once

/// Which NoExecute taints a scenario's clusters may get, and through whom.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "models/spec/world_spec.h"
#include "policy/api/cluster.h"
#include "policy/karmada/options.h"
#include "scenarios/preflight/clusters.h"

namespace firedrill::scenarios::preflight {

/// NoExecute taints that a cluster may have at the same time.
struct TaintSet {
  std::vector<api::Taint> taints;
  bool unhealthy = false;  ///< They come of a cluster that is not Ready.
};

/// Found by applying the policies, as their controller would, to every combination of the
/// conditions that they look at and that the cluster can have: of Ready every status that its sync
/// mode allows (a Push cluster never becomes Unknown; spec/karmada-failover.md 4.2), of others
/// those that the scenario gives it. In the legacy release the control plane sets such taints by
/// itself.
class TaintSources {
 public:
  TaintSources(const models::WorldSpec& world,
               const policy::karmada::Options& options,
               const Clusters& clusters);

  /// Clusters with the same number may get the same taints; less than the number of clusters.
  [[nodiscard]] std::size_t class_of(std::size_t cluster) const { return class_of_[cluster]; }
  /// What the clusters of that number may get.
  [[nodiscard]] const std::vector<TaintSet>& sets(std::size_t number) const {
    return classes_[number];
  }
  [[nodiscard]] bool any(std::size_t cluster) const { return !sets(class_of(cluster)).empty(); }
  /// Whether something happens to taint policies in the course of the run that can't be foreseen.
  [[nodiscard]] bool uncertain() const { return uncertain_; }

 private:
  std::vector<std::size_t> class_of_;
  std::vector<std::vector<TaintSet>> classes_;
  bool uncertain_ = false;
};

}  // namespace firedrill::scenarios::preflight
