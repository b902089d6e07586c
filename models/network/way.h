#pragma once

/// How messages get from the control plane to a member cluster and back, as the network is now.

#include "sim/time.h"

namespace firedrill::models {

struct Way {
  bool outbound = true;  ///< What the control plane sends reaches the cluster.
  bool inbound = true;   ///< What the cluster sends reaches the control plane.
  bool drops = false;    ///< What is stopped vanishes; else its sender learns of it at once.
  sim::Duration out{};   ///< From the control plane to the cluster.
  sim::Duration in{};    ///< From the cluster to the control plane.
  double loss_out = 0;   ///< Share of the messages to the cluster that get lost.
  double loss_in = 0;    ///< The same of those from it.

  [[nodiscard]] bool open() const { return outbound && inbound; }
  /// Whether chance decides what becomes of messages.
  [[nodiscard]] bool loses() const { return loss_out > 0 || loss_in > 0; }
  friend bool operator==(const Way&, const Way&) = default;
};

}  // namespace firedrill::models
