#include "models/world/control_planes.h"

#include "models/world/karmada/control_plane.h"

namespace firedrill::models {

std::unique_ptr<ControlPlane> make_control_plane(const ControlPlaneSurroundings& surroundings) {
  return std::make_unique<karmada::KarmadaControlPlane>(surroundings);
}

}  // namespace firedrill::models
