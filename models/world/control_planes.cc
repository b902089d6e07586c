#include "models/world/control_planes.h"

#include <stdexcept>

#include "models/world/clusternet/control_plane.h"
#include "models/world/karmada/control_plane.h"
#include "policy/profiles.h"

namespace firedrill::models {

std::unique_ptr<ControlPlane> make_control_plane(const ControlPlaneSurroundings& surroundings) {
  const policy::Profile* profile = policy::find_profile(surroundings.spec.control_plane.profile);
  if (profile == nullptr) throw std::logic_error("a profile that was not checked before");
  switch (profile->system) {
    case policy::System::karmada:
      return std::make_unique<karmada::KarmadaControlPlane>(surroundings);
    case policy::System::clusternet:
      return std::make_unique<clusternet::ClusternetControlPlane>(surroundings);
  }
  throw std::logic_error("a system of no kind");
}

}  // namespace firedrill::models
