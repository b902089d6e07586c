#pragma once

/// What a scenario's events are about must exist, and what a file shows to be impossible is an
/// error. Also reads the objects of `apply` events. Internal to the loader.

#include <string>
#include <vector>

#include "models/spec/world_spec.h"
#include "scenarios/manifests.h"
#include "scenarios/reading.h"
#include "scenarios/workload_reading.h"

namespace firedrill::scenarios {

/// Occurrences of one `every` event.
inline constexpr std::int64_t occurrences_max = 1'000'000;

/// Sets the pointers of `world.events`, completes the clusters that join, and leaves out what the
/// profile's system has no counterpart for.
void settle_events(models::WorldSpec& world, Reading& reading);

/// Sets the applied objects of `world.events`, and checks them all against the rest of the
/// world, which must be complete, its events settled.
void read_events(models::WorldSpec& world, const Workloads& workloads, Reading& reading);

}  // namespace firedrill::scenarios
