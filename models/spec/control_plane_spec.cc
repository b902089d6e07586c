#include "models/spec/control_plane_spec.h"

#include "policy/karmada/component_settings.h"

namespace firedrill::models {

bool is_reconciler(std::string_view name) {
  if (name == "*") return true;
  if (name == "controller-manager") return false;  // A process; its controllers compute.
  bool known = false;
  policy::karmada::ComponentSettings settings;
  policy::karmada::for_each_setting_group(
      settings, [&](std::string_view group, const auto&) { known = known || group == name; });
  return known;
}

}  // namespace firedrill::models
