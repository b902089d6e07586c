#pragma once

/// The systems that a world can be built around.

#include <memory>

#include "models/world/control_plane.h"

namespace firedrill::models {

/// The control plane of the profile that the spec names. Requires: a spec that the loader accepted.
[[nodiscard]] std::unique_ptr<ControlPlane> make_control_plane(
    const ControlPlaneSurroundings& surroundings);

}  // namespace firedrill::models
