#pragma once

/// What a scenario takes from a pasted resource template: its identity, replicas, and what a pod of
/// it asks for. The rest of the manifest (images, ports, probes) plays no part and is let pass.
/// Internal to the loader.

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "models/spec/workload_spec.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

/// Nothing if the manifest is wrong, which is reported at or below `pointer`.
///
/// Requests are summed as karmada pkg/util/helper GenerateReplicaRequirements does: the containers'
/// sum or the largest init container, whichever is more, and the overhead. Limits don't count.
[[nodiscard]] std::optional<models::WorkloadSpec> workload_of_manifest(
    const nlohmann::json& manifest, const std::string& pointer, Reading& reading);

}  // namespace firedrill::scenarios
