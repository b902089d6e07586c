#pragma once

/// The processes of a Karmada control plane, each started with its own ports. The interpreter
/// outlives them. A newly started process acts like one after a crash: it knows what its caches
/// list, and nothing else.

#include <memory>
#include <string>

#include "policy/karmada/options.h"
#include "policy/karmada/ports.h"
#include "policy/karmada/propagation/interpreter.h"
#include "policy/runtime/component.h"

namespace firedrill::policy::karmada {

/// karmada-controller-manager: all controllers but the scheduler; also the member-side controllers
/// of Push clusters.
[[nodiscard]] std::unique_ptr<Component> start_controller_manager(
    Ports& ports, const Options& options, const ResourceInterpreter& interpreter);

/// karmada-scheduler.
[[nodiscard]] std::unique_ptr<Component> start_scheduler(Ports& ports, const Options& options);

/// karmada-descheduler.
[[nodiscard]] std::unique_ptr<Component> start_descheduler(Ports& ports, const Options& options);

/// karmada-agent of one Pull cluster, with that cluster's own flags; `options.agent` is not looked
/// at.
[[nodiscard]] std::unique_ptr<Component> start_agent(Ports& ports,
                                                     const std::string& cluster,
                                                     const AgentFlags& flags,
                                                     const Options& options,
                                                     const ResourceInterpreter& interpreter);

}  // namespace firedrill::policy::karmada
