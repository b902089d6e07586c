#pragma once

/// A member cluster as the world keeps it: what it is, what ails it and its estimator, how the
/// network leads to it, and what the last probe saw.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "models/member/member_cluster.h"
#include "models/network/way.h"
#include "models/spec/cluster_spec.h"
#include "models/world/faults/outages.h"
#include "sim/random.h"

namespace firedrill::models {

/// What stands beside a member and tells how many more replicas it can take: Karmada's
/// scheduler-estimator, Clusternet's predictor. It keeps nothing in mind, so it is no process of
/// its own: it answers, or calls to it fail.
struct EstimatorState {
  int stops = 0;       ///< Faults that keep it down.
  int isolations = 0;  ///< Faults that cut it off from those who ask.
  int errors = 0;      ///< Faults by which calls to it fail.
  int hangs = 0;       ///< Faults by which calls to it get no answer.

  [[nodiscard]] bool answers() const {
    return stops == 0 && isolations == 0 && errors == 0 && hangs == 0;
  }
};

/// Timeline events (`seq`; 0: none yet) to which a member's present state is due. Somebody who
/// finds that state, by a timer or because something else woke him, was led to what he does by
/// them.
struct MemberGrounds {
  std::uint64_t fault = 0;       ///< The last change by a fault.
  std::uint64_t probe = 0;       ///< The last turn of what probes are answered.
  std::uint64_t silenced = 0;    ///< What last kept its agent from the control plane.
  std::uint64_t heard = 0;       ///< What last let it through again.
  std::uint64_t ready = 0;       ///< The last change of its Ready condition.
  std::uint64_t no_execute = 0;  ///< The last NoExecute taint added.

  /// Why its agent reports another condition than the one known: the last turn, of its answers or
  /// of its voice, that doesn't show yet; 0 if all do.
  [[nodiscard]] std::uint64_t report() const {
    const std::uint64_t turn = probe > heard ? probe : heard;
    return turn > ready ? turn : 0;
  }
  /// Why nothing is heard of it.
  [[nodiscard]] std::uint64_t silence() const {
    return silenced > heard || fault < heard ? silenced : fault;
  }
  /// Why it is heard again.
  [[nodiscard]] std::uint64_t voice() const { return heard != 0 ? heard : fault; }
};

struct WorldMember {
  ClusterSpec spec;
  std::unique_ptr<MemberCluster> cluster;
  Outages outages = {};
  Way way = {};  ///< Between it and the control plane.
  EstimatorState estimator = {};
  sim::Random probe_random{0};  ///< Decides which probes fail while it is degraded.
  sim::Random loss_random{0};   ///< Decides which messages get lost.
  MemberGrounds grounds = {};
  std::string last_answer = "200";  ///< Of the last probe, as the timeline writes it.

  /// Whether messages pass both ways between it and the control plane.
  [[nodiscard]] bool connected() const { return outages.connected() && way.open(); }
  /// Whether requests that don't get through end by time-out, not at once.
  [[nodiscard]] bool drops_packets() const { return outages.drops_packets() || way.drops; }
};

/// The members of the world, by name. They never go.
using WorldMembers = std::map<std::string, WorldMember, std::less<>>;

}  // namespace firedrill::models
