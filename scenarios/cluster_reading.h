#pragma once

/// From the entries of `clusters` to clusters: templates expanded, names unique, completed by what
/// is pasted of them, all that the system's admission would refuse reported. Internal to the
/// loader.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/cluster_spec.h"
#include "models/spec/network_spec.h"
#include "models/spec/world_spec.h"
#include "scenarios/manifests.h"
#include "scenarios/reading.h"
#include "scenarios/scenario_file.h"

namespace firedrill::scenarios {

struct ClusterSources {
  const std::vector<ClusterEntry>& entries;
  const std::vector<PastedCluster>& pasted;
  const models::SystemOptions& options;
  const std::optional<models::NetworkSpec>& network;
  std::uint64_t seed = 0;
};

[[nodiscard]] std::vector<models::ClusterSpec> expand_clusters(const ClusterSources& sources,
                                                               Reading& reading);

/// What a pod asks of nodes, as the API server would take it.
void check_node_claim(const api::NodeClaim& claim, const std::string& pointer, Reading& reading);

/// Gives a cluster what registration would: namespace, id and labels. Leaves out what only another
/// system's clusters have. Its fields stand at `pointer`.
void settle_cluster(models::ClusterSpec& cluster,
                    const models::SystemOptions& options,
                    std::uint64_t seed,
                    const std::string& pointer,
                    Reading& reading);

/// What is wrong with one cluster, whose fields stand at `pointer`.
void check_cluster(const models::ClusterSpec& cluster,
                   const models::SystemOptions& options,
                   const std::string& pointer,
                   Reading& reading);

/// Nodes of a cluster, also those of a later event.
void check_nodes(const std::vector<models::NodeSpec>& nodes,
                 const std::string& pointer,
                 Reading& reading);

/// Amounts of resources must not be negative, and their names be names.
void check_resources(const api::ResourceList& resources,
                     const std::string& pointer,
                     Reading& reading);

/// Label keys and values must be what the API server takes.
void check_labels(const api::Labels& labels, const std::string& pointer, Reading& reading);

}  // namespace firedrill::scenarios
