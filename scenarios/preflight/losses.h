#pragma once

/// What the events of a scenario take away: clusters that fail, are drained or leave, as sets that
/// go together.

#include <string>
#include <vector>

#include "models/spec/world_spec.h"
#include "scenarios/preflight/clusters.h"

namespace firedrill::scenarios::preflight {

/// Clusters that one event takes away at the same time.
struct Loss {
  ClusterSet clusters;
  std::string event;   ///< JSON pointer; "" = none: it is merely supposed.
  bool fault = false;  ///< They fail: they are not Ready, and can't be told anything.
};

/// One entry for each set, in the order of the events: what flaps and what chance brings down goes
/// alone. Faults that overlap are not put together, and the shares that chance picks are taken to
/// be the first by name. Without any such event each cluster is supposed to be lost in turn.
[[nodiscard]] std::vector<Loss> losses_of(const models::WorldSpec& world, const Clusters& clusters);

}  // namespace firedrill::scenarios::preflight
