#pragma once

/// The clusters as the scheduler sees them, with capacities that may be more current than what the
/// status loop last brought: for studies of how much stale numbers cost. The reference knows only
/// the status.

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/karmada/component_settings.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/task.h"

namespace firedrill::policy::karmada {

class CapacityView {
 public:
  using Snapshot = std::shared_ptr<const api::Cluster>;

  /// `models`: gate CustomizedClusterResourceModeling.
  CapacityView(Ports& ports, const CapacityRefresh& refresh, bool models);

  /// The listed clusters, with refreshed capacities if any; in their order. Valid until the next
  /// call. O(1) as long as the status decides, else O(clusters), with a refresh of zero O(nodes).
  [[nodiscard]] std::span<const Snapshot> of(std::span<const Snapshot> listed);

 private:
  struct Reading {
    std::optional<api::NodeSummary> nodes;
    std::optional<api::ResourceSummary> resources;
  };

  Routine refresh();
  [[nodiscard]] Reading read(const api::Cluster& cluster) const;

  Ports& ports_;
  CapacityRefresh refresh_;
  bool models_;
  std::map<std::string, Reading> readings_;
  std::vector<Snapshot> view_;
  Registration next_;
  std::optional<Routine> loop_;
};

}  // namespace firedrill::policy::karmada
