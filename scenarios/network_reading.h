#pragma once

/// What a scenario's network and the sites of its clusters must be for messages to find a way.
/// Internal to the loader.

#include <optional>
#include <string>
#include <string_view>

#include "models/spec/world_spec.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

/// The network itself, and whether a way leads to the clusters. `world` must hold all of them.
void check_network(const models::WorldSpec& world, Reading& reading);

/// The site of a cluster. `pointer`: of the cluster's entry.
void check_site(const models::ClusterSpec& cluster,
                const std::optional<models::NetworkSpec>& network,
                const std::string& pointer,
                Reading& reading);

/// A link between two sites that an event names.
void check_link(const models::LinkEnds& link,
                const models::WorldSpec& world,
                const std::string& pointer,
                Reading& reading);

/// Whether events may name that site: one of the network, or without one the control plane's or a
/// cluster's.
[[nodiscard]] bool is_site(std::string_view name, const models::WorldSpec& world);

}  // namespace firedrill::scenarios
