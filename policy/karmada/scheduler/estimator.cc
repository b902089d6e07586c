#include "policy/karmada/scheduler/estimator.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "policy/karmada/status/resource_models.h"

namespace firedrill::policy::karmada {
namespace {

constexpr std::string_view pods = "pods";

const api::Quantity* find(const api::ResourceList& resources, std::string_view name) {
  const auto found = resources.find(name);
  return found == resources.end() ? nullptr : &found->second;
}

std::int64_t units_of(const api::ResourceList& resources, std::string_view name) {
  const api::Quantity* quantity = find(resources, name);
  return quantity == nullptr ? 0 : quantity->value();
}

std::int64_t pods_left(const api::ResourceSummary& summary) {
  return units_of(summary.allocatable, pods) - units_of(summary.allocated, pods) -
         units_of(summary.allocating, pods);
}

/// Replicas that the summary's room for one resource allows.
std::int64_t replicas_by_resource(const api::ResourceSummary& summary,
                                  std::string_view resource,
                                  std::int64_t wanted) {
  const api::Quantity* allocatable = find(summary.allocatable, resource);
  if (allocatable == nullptr) return 0;
  api::Quantity left = *allocatable;
  if (const api::Quantity* used = find(summary.allocated, resource)) left -= *used;
  if (const api::Quantity* waiting = find(summary.allocating, resource)) left -= *waiting;
  if (left.value() <= 0) return 0;
  return estimator_amount(resource, left) / wanted;
}

std::int64_t replicas_by_summary(const api::ResourceSummary& summary,
                                 const api::ResourceList& request) {
  std::int64_t replicas = std::numeric_limits<std::int64_t>::max();
  for (const auto& [resource, quantity] : request) {
    if (quantity.value() <= 0) continue;
    const std::int64_t wanted = estimator_amount(resource, quantity);
    replicas = std::min(replicas, replicas_by_resource(summary, resource, wanted));
  }
  return replicas;
}

/// The reference converts without a check.
api::Replicas as_int32(std::int64_t replicas) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(replicas));
}

std::int64_t replicas_on_node(const NodeView& node, const api::ResourceList& request) {
  std::int64_t replicas = std::max<std::int64_t>(0, units_of(node.allocatable, pods) - node.pods);
  for (const auto& [resource, quantity] : request) {
    const std::int64_t wanted = estimator_amount(resource, quantity);
    if (wanted <= 0 || resource == pods) continue;
    const api::Quantity* allocatable = find(node.allocatable, resource);
    const api::Quantity* requested = find(node.requested, resource);
    std::int64_t left = allocatable == nullptr ? 0 : estimator_amount(resource, *allocatable);
    if (requested != nullptr) left -= estimator_amount(resource, *requested);
    replicas = std::min(replicas, std::max<std::int64_t>(0, left) / wanted);
  }
  return replicas;
}

}  // namespace

api::Replicas general_estimate(const api::Cluster& cluster,
                               const std::optional<api::ReplicaRequirements>& requirements,
                               const GeneralEstimatorOptions& options) {
  if (!cluster.status.resource_summary) return 0;
  const api::ResourceSummary& summary = *cluster.status.resource_summary;
  const std::int64_t most = pods_left(summary);
  if (most <= 0) return 0;
  if (!requirements) return as_int32(most);
  const api::ResourceList& request = requirements->resource_request;
  if (options.resource_models && !summary.allocatable_modelings.empty()) {
    const std::optional<std::int64_t> on_models =
        replicas_on_models(cluster.spec.resource_models, summary.allocatable_modelings, request);
    if (on_models) return as_int32(std::min(most, *on_models));
  }
  return as_int32(std::min(most, replicas_by_summary(summary, request)));
}

Estimates GeneralEstimator::estimate(std::span<const api::Cluster* const> clusters,
                                     const api::BindingSpec& spec) const {
  std::vector<api::Replicas> answers;
  answers.reserve(clusters.size());
  for (const api::Cluster* cluster : clusters) {
    answers.push_back(general_estimate(*cluster, spec.replica_requirements, options_));
  }
  return answers;
}

api::Replicas node_estimate(std::span<const NodeView> nodes,
                            const std::optional<api::ReplicaRequirements>& requirements) {
  static const api::ResourceList nothing;
  const api::ResourceList& request = requirements ? requirements->resource_request : nothing;
  std::int64_t replicas = 0;
  for (const NodeView& node : nodes) {
    if (node.ready) replicas += replicas_on_node(node, request);
  }
  return as_int32(replicas);
}

}  // namespace firedrill::policy::karmada
