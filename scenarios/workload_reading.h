#pragma once

/// From the entries of `workloads`, and from pasted templates with their policies, to the workloads
/// of a world. Internal to the loader.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/spec/cluster_spec.h"
#include "models/spec/workload_spec.h"
#include "scenarios/manifests.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

struct Workloads {
  std::vector<models::WorkloadInstance> instances;
  std::vector<models::ScenarioSubscription> subscriptions;  ///< Clusternet: what feeds them.
  NameIndex names;                                          ///< "Kind/namespace/name" of each.
  NameIndex policies;  ///< "namespace/name" of each policy that a workload follows.
};

struct WorkloadSources {
  const std::vector<models::WorkloadSpec>& entries;
  /// The list as it was written, to tell absent fields from those that are as usual.
  const nlohmann::json& written;
  const PastedObjects& pasted;
  /// All of them, also those that join later.
  const std::vector<models::ClusterSpec>& clusters;
  const models::SystemOptions& options;
  std::uint64_t seed = 0;
};

/// What is wrong with a behaviour beyond its shape. `clusters`: all names, in order. `kind`: of the
/// workload.
void check_behaviour(const models::WorkloadBehaviour& behaviour,
                     std::string_view kind,
                     std::span<const std::string_view> clusters,
                     const std::string& pointer,
                     Reading& reading);

/// Expands and checks them all. `instances` is empty when a limit is passed.
[[nodiscard]] Workloads expand_workloads(const WorkloadSources& sources, Reading& reading);

}  // namespace firedrill::scenarios
