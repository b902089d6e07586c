#pragma once

/// Resource models: nodes of a cluster counted by grade of free resources, and what room such
/// counts stand for. Pure functions, used by the cluster status controller and the general
/// estimator.
///
/// Follows karmada pkg/modeling/modeling.go and pkg/estimator/client/general.go.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/quantity.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

/// Pods that a node made of a grade takes: what kubelets take by default.
inline constexpr std::int64_t pods_per_model_node = 110;

/// The nine grades that a cluster gets when it is created without models: cores and memory double
/// (or quadruple) from grade to grade; the last one has no end.
/// Follows karmada pkg/apis/cluster/mutation, SetDefaultClusterResourceModels.
[[nodiscard]] std::vector<api::ResourceModel> default_resource_models();

/// Counts nodes into grades: one entry a model, in their order; empty without models.
///
/// A node's grade is the lowest that any resource of the models admits. A node below every grade is
/// not counted. The reference stops at the first node without a free pod slot and leaves out all
/// nodes after it; nodes are taken in order of names (there: in any order). O(n log n).
[[nodiscard]] std::vector<api::AllocatableModeling> count_nodes(
    std::span<const api::ResourceModel> models, std::span<const NodeView> nodes);

/// Replicas that fit on the counted nodes, each as large as its grade's lower bounds and with 110
/// pods. A resource that the models do not name cannot be had. Empty when there are no models or a
/// count is negative: the models don't apply then.
[[nodiscard]] std::optional<std::int64_t> replicas_on_models(
    std::span<const api::ResourceModel> models,
    std::span<const api::AllocatableModeling> counts,
    const api::ResourceList& request);

/// An amount as estimators count it: thousandths of a CPU, whole units (rounded up) of the rest.
[[nodiscard]] std::int64_t estimator_amount(std::string_view resource,
                                            const api::Quantity& quantity);
/// The same of one resource of a list; 0 if it is not in it.
[[nodiscard]] std::int64_t estimator_amount(const api::ResourceList& resources,
                                            std::string_view resource);

inline constexpr std::string_view resource_pods = "pods";

}  // namespace firedrill::policy::karmada
