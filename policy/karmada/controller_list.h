#pragma once

/// The flag `controllers` of karmada-controller-manager and karmada-agent: which controllers a
/// process runs. Follows karmada pkg/controllers/context/context.go, IsControllerEnabled, and the
/// tables of cmd/controller-manager/app/controllermanager.go and cmd/agent/app/agent.go.

#include <span>
#include <string>
#include <string_view>

namespace firedrill::policy::karmada {

enum class ControllerHost { controller_manager, agent };

/// The names that the flag may hold, beside "*", for the controllers of a process; also those that
/// are not simulated.
[[nodiscard]] std::span<const std::string_view> controller_names(ControllerHost host);

/// Whether a flag of these words lets a controller run that is not off by default: the first word
/// that is its name ("-name": off) decides, else whether there is a "*".
[[nodiscard]] bool controller_enabled(std::span<const std::string> flag, std::string_view name);

/// The name in a word of the flag: without its "-".
[[nodiscard]] std::string_view controller_of(std::string_view word);

}  // namespace firedrill::policy::karmada
