#include "scenarios/preflight/settings.h"

#include <map>
#include <string>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"
#include "policy/karmada/profile_defaults.h"

namespace firedrill::scenarios::preflight {

namespace {

std::string profile_pointer(const models::ControlPlaneSpec& control_plane) {
  return api::child_pointer("/controlPlane/profiles", control_plane.profile);
}

}  // namespace

std::string flag_pointer(const models::ControlPlaneSpec& control_plane,
                         const FlagPlace& place,
                         std::string_view flag) {
  const auto said = [&](const std::map<std::string, api::Json>& flags) -> std::string {
    // What is said of one component counts before what is said of all.
    const std::string own = fmt::format("{}/{}", place.component, flag);
    if (flags.contains(own)) return own;
    if (flags.contains(std::string(flag))) return std::string(flag);
    for (const auto& [name, value] : flags) {
      if (name != flag && policy::karmada::canonical_flag(name) == flag) return name;
    }
    return {};
  };
  if (const auto own = control_plane.profiles.find(control_plane.profile);
      own != control_plane.profiles.end()) {
    if (const std::string name = said(own->second.flags); !name.empty())
      return api::child_pointer(profile_pointer(control_plane) + "/flags", name);
  }
  const std::string name = said(control_plane.flags);
  return api::child_pointer("/controlPlane/flags", name.empty() ? flag : std::string_view(name));
}

std::string gate_pointer(const models::ControlPlaneSpec& control_plane, std::string_view gate) {
  const auto own = control_plane.profiles.find(control_plane.profile);
  if (own != control_plane.profiles.end() && own->second.feature_gates.contains(std::string(gate)))
    return api::child_pointer(profile_pointer(control_plane) + "/featureGates", gate);
  return api::child_pointer("/controlPlane/featureGates", gate);
}

analysis::Remedy set_flag(const models::ControlPlaneSpec& control_plane,
                          const FlagPlace& place,
                          std::string_view flag,
                          std::string_view value) {
  return {fmt::format("{} --{}={}", place.process, flag, value),
          fmt::format("{}={}", flag_pointer(control_plane, place, flag), value)};
}

analysis::Remedy switch_gate_on(const models::ControlPlaneSpec& control_plane,
                                std::string_view process,
                                std::string_view gate) {
  return {fmt::format("{} --feature-gates={}=true", process, gate),
          fmt::format("{}=true", gate_pointer(control_plane, gate))};
}

}  // namespace firedrill::scenarios::preflight
