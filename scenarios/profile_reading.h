#pragma once

/// Which profile runs a scenario, and what it is told: the file's settings for all profiles, with
/// those for this one laid over them. Internal to the loader.

#include <string_view>
#include <vector>

#include "models/spec/cluster_spec.h"
#include "models/spec/control_plane_spec.h"
#include "models/spec/world_spec.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

/// Decides on the profile, `wanted` before the file's own, and tells `reading` of it. Reports an
/// unknown one, and takes the first of all then.
void settle_profile(models::ControlPlaneSpec& control_plane,
                    std::string_view wanted,
                    Reading& reading);

/// Lays the profile's own settings over the shared ones, and reads them by the tables of its
/// system. Shared names that only other profiles know are errors where the file chose the profile;
/// where it was chosen from outside they are left out, with one warning. `control_plane` holds what
/// is in force afterwards. The settings for other profiles are checked by their own tables.
[[nodiscard]] models::SystemOptions read_profile_options(models::ControlPlaneSpec& control_plane,
                                                         Reading& reading);

/// One cluster's agent, whose fields stand at `pointer`: checks its settings by the profile's
/// tables, and leaves out what only other profiles know, as above.
void read_agent(models::AgentSpec& agent,
                const models::SystemOptions& options,
                const std::string& pointer,
                Reading& reading);

}  // namespace firedrill::scenarios
