#pragma once

/// The profiles of the Karmada code as options: which release each is and what it starts from, and
/// the parameters that Kairship's vendor documents under names of its own (spec/karmada-failover.md
/// 23.4).

#include <span>
#include <string_view>

#include "policy/karmada/options.h"

namespace firedrill::policy::karmada {

/// A parameter of Kairship's settings page.
struct VendorParameter {
  std::string_view name;   ///< "ClusterMonitorPeriod"
  std::string_view flag;   ///< What it is here, by the vendor's description of it.
  std::string_view field;  ///< Its label on the page.
  /// "": the name and the description say the same; else why it is not what its name says.
  std::string_view caveat;
};
[[nodiscard]] std::span<const VendorParameter> vendor_parameters();

/// The flag that a written one is: itself, or what a vendor's name stands for.
[[nodiscard]] std::string_view canonical_flag(std::string_view written);

/// What a release starts from, without a vendor's changes.
[[nodiscard]] Options release_defaults(Release release);

/// What a profile starts from; `profile` is one of System::karmada (policy/profiles.h).
[[nodiscard]] Options default_options(std::string_view profile);

/// Whether control planes of this release have the flag, which may be preceded by its component or
/// be a vendor's name; the gate; the behaviour switch.
[[nodiscard]] bool has_flag(Release release, std::string_view written);
[[nodiscard]] bool has_gate(Release release, std::string_view name);
[[nodiscard]] bool has_switch(Release release, std::string_view name);

}  // namespace firedrill::policy::karmada
