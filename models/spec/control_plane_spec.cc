#include "models/spec/control_plane_spec.h"

#include <algorithm>
#include <array>

#include "policy/clusternet/options.h"
#include "policy/karmada/component_settings.h"

namespace firedrill::models {
namespace {

constexpr std::array clusternet_controllers{policy::clusternet::cluster_lifecycle_name,
                                            policy::clusternet::feed_inventory_name,
                                            policy::clusternet::subscription_name,
                                            policy::clusternet::base_controller_name,
                                            policy::clusternet::localization_controller_name,
                                            policy::clusternet::manifest_controller_name,
                                            policy::clusternet::description_controller_name};

}  // namespace

bool is_reconciler(std::string_view name) {
  if (name == "*") return true;
  if (name == "controller-manager") return false;  // A process; its controllers compute.
  if (std::ranges::find(clusternet_controllers, name) != clusternet_controllers.end()) return true;
  bool known = false;
  policy::karmada::ComponentSettings settings;
  policy::karmada::for_each_setting_group(
      settings, [&](std::string_view group, const auto&) { known = known || group == name; });
  return known;
}

}  // namespace firedrill::models
