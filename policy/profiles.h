#pragma once

/// The policy profiles: whose decisions a run makes. Whoever knows a profile's name (the loader,
/// `firedrill profiles`, `--profile`, a timeline's header) looks it up here.

#include <array>
#include <cstdint>
#include <string_view>

namespace firedrill::policy {

/// The systems whose control planes are built from code of their own.
enum class System : std::uint8_t { karmada, clusternet };

struct Profile {
  std::string_view name;
  System system = System::karmada;
  std::string_view meaning;  ///< A line for lists.
};

inline constexpr std::array<Profile, 4> profiles{{
    {"karmada", System::karmada, "Karmada v1.19: controllers and scheduler, with their defaults"},
    {"kairship", System::karmada,
     "Kairship on Karmada up to v1.13: two-stage taints, unpaced evictions; the vendor's "
     "parameters "
     "with the defaults that its two pages together imply"},
    {"kairship-as-documented", System::karmada,
     "The same with the defaults exactly as the vendor's page prints them"},
    {"clusternet", System::clusternet,
     "Clusternet: heartbeats, taints, and subscriptions scheduled anew by the gate FailOver"},
}};

/// Nothing when no profile has this name.
[[nodiscard]] constexpr const Profile* find_profile(std::string_view name) {
  for (const Profile& profile : profiles) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

}  // namespace firedrill::policy
