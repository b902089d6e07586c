#pragma once

/// How a setting is spelled: as the system's components take it, and as `--set` does.

#include <string>
#include <string_view>

#include "analysis/preflight.h"
#include "models/spec/control_plane_spec.h"

namespace firedrill::scenarios::preflight {

/// A flag of a component. `process`: its name in the system; `component`: in this product.
struct FlagPlace {
  std::string_view process;
  std::string_view component;
};
inline constexpr FlagPlace controller_manager{"karmada-controller-manager", "controller-manager"};
inline constexpr FlagPlace webhook{"karmada-webhook", "webhook"};

/// Where the scenario says, or would say, what that flag of the component is.
[[nodiscard]] std::string flag_pointer(const models::ControlPlaneSpec& control_plane,
                                       const FlagPlace& place,
                                       std::string_view flag);
[[nodiscard]] std::string gate_pointer(const models::ControlPlaneSpec& control_plane,
                                       std::string_view gate);

/// `value` as it is written behind the flag, which is also how `--set` takes it.
[[nodiscard]] analysis::Remedy set_flag(const models::ControlPlaneSpec& control_plane,
                                        const FlagPlace& place,
                                        std::string_view flag,
                                        std::string_view value);
[[nodiscard]] analysis::Remedy switch_gate_on(const models::ControlPlaneSpec& control_plane,
                                              std::string_view process,
                                              std::string_view gate);

}  // namespace firedrill::scenarios::preflight
