#pragma once

/// A cluster of a scenario as the object that a scheduler looks at.

#include "models/spec/cluster_spec.h"
#include "policy/api/cluster.h"

namespace firedrill::scenarios {

/// The cluster as it stands in the scenario: what is the matter with it later is left out, and so
/// are its conditions and resources. Without `api_enablements` it offers whatever is used.
[[nodiscard]] inline api::Cluster cluster_object(const models::ClusterSpec& spec) {
  api::Cluster cluster;
  cluster.metadata.name = spec.name;
  cluster.metadata.labels = spec.labels;
  cluster.spec.provider = spec.provider;
  cluster.spec.region = spec.region;
  cluster.spec.zones = spec.zones;
  cluster.spec.taints = spec.taints;
  if (spec.api_enablements) cluster.status.api_enablements = *spec.api_enablements;
  return cluster;
}

}  // namespace firedrill::scenarios
