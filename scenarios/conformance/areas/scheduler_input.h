#pragma once

/// What the scheduler's vectors have in common: bindings, clusters, targets.

#include <memory>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/karmada/scheduler/outcome.h"

namespace firedrill::scenarios::conformance {

/// Throws `std::runtime_error` where the input cannot be read: vectors are complete.
[[nodiscard]] api::BindingSpec read_binding_spec(const nlohmann::json& input);
/// The fields that the scheduler looks at.
[[nodiscard]] api::BindingStatus read_binding_status(const nlohmann::json& input);
[[nodiscard]] api::Cluster read_cluster(const nlohmann::json& json);
[[nodiscard]] std::vector<std::shared_ptr<const api::Cluster>> read_clusters(
    const nlohmann::json& list);
[[nodiscard]] api::ClusterAffinity read_affinity(const nlohmann::json& json);
[[nodiscard]] api::ReplicaRequirements read_requirements(const nlohmann::json& json);

/// The binding of a descheduler case.
[[nodiscard]] api::ResourceBinding read_descheduled_binding(const nlohmann::json& input);

/// `{targets}` or `{error, errorKind}`.
[[nodiscard]] nlohmann::json write_result(const policy::karmada::ScheduleResult& result);

/// `{name, replicas}` in order of names, as the vectors have them.
[[nodiscard]] nlohmann::json write_targets(std::vector<api::TargetCluster> targets);

}  // namespace firedrill::scenarios::conformance
