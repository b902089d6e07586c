#pragma once

/// A random fault says what an event of its kind says, beside when. Internal to the loader.

#include <string>

#include "models/spec/fault_spec.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

/// Sets `event.made` to the fault that its fields describe, or says at its pointer why they don't.
void read_random_fault(models::RandomEvent& event, const std::string& at, Reading& reading);

}  // namespace firedrill::scenarios
