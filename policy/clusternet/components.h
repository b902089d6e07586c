#pragma once

/// The processes of a Clusternet control plane. Each keeps references to what it is given, which
/// has to outlive it.

#include <memory>
#include <string>

#include "policy/clusternet/options.h"
#include "policy/clusternet/ports.h"
#include "policy/runtime/component.h"

namespace firedrill::policy::clusternet {

/// clusternet-controller-manager: lifecycle of clusters; with the gates Deployer and FeedInventory
/// the deployer and the inventories of feeds.
[[nodiscard]] std::unique_ptr<Component> start_controller_manager(Ports& ports,
                                                                  const Options& options);

/// clusternet-scheduler.
[[nodiscard]] std::unique_ptr<Component> start_scheduler(Ports& ports, const Options& options);

/// clusternet-agent of one cluster, named as its ManagedCluster. `flags` are its own, and so are
/// the gates of `options`.
[[nodiscard]] std::unique_ptr<Component> start_agent(Ports& ports,
                                                     const std::string& cluster,
                                                     const AgentFlags& flags,
                                                     const Options& options);

}  // namespace firedrill::policy::clusternet
