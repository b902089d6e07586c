#include "policy/karmada/scheduler/estimator.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "policy/karmada/estimator/node_simulator.h"
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

std::span<const AssumedWorkload> assumed_in(const api::Cluster& cluster,
                                            const GeneralEstimatorOptions& options) {
  if (options.assumed == nullptr) return {};
  const auto found = options.assumed->find(cluster.metadata.name);
  if (found == options.assumed->end()) return {};
  return found->second;
}

/// Thousandths or units, by the notation: the reference's way to count where sets are concerned.
std::int64_t notated_amount(const api::Quantity& quantity) {
  return quantity.format() == api::QuantityFormat::binary_si ? quantity.value()
                                                             : quantity.milli_value();
}

/// Calls `visit(component)` for each component of the workloads that has replicas.
template <class Visit>
void for_each_component(std::span<const AssumedWorkload> workloads, Visit&& visit) {
  for (const AssumedWorkload& workload : workloads) {
    for (const api::Component& component : workload.components) {
      if (component.replicas > 0) visit(component);
    }
  }
}

/// The summary with what is assumed among the pods that wait for a node.
api::ResourceSummary with_assumed(api::ResourceSummary summary,
                                  std::span<const AssumedWorkload> workloads) {
  for_each_component(workloads, [&summary](const api::Component& component) {
    summary.allocating[std::string(pods)] += api::Quantity::from_units(component.replicas);
    if (!component.requirements) return;
    for (const auto& [resource, amount] : component.requirements->resource_request) {
      const std::int64_t sum = estimator_amount(resource, amount) * component.replicas;
      summary.allocating[resource] += resource == "cpu"
                                          ? api::Quantity::from_milli(sum, amount.format())
                                          : api::Quantity::from_units(sum, amount.format());
    }
  });
  return summary;
}

/// Nodes made of the counts of a cluster's grades.
struct ModelNodes {
  std::vector<api::ResourceList> grades;
  NodeSimulator simulator;
};

/// Empty where the models don't apply (replicas_on_models).
std::unique_ptr<ModelNodes> model_nodes(const api::Cluster& cluster,
                                        const api::ResourceSummary& summary) {
  const auto& models = cluster.spec.resource_models;
  const auto& counts = summary.allocatable_modelings;
  const bool negative = std::ranges::any_of(
      counts, [](const api::AllocatableModeling& modeling) { return modeling.count < 0; });
  if (models.empty() || negative) return nullptr;
  std::vector<const api::ResourceModel*> ordered;
  for (const api::ResourceModel& model : models)
    ordered.push_back(&model);
  std::ranges::stable_sort(ordered, {}, &api::ResourceModel::grade);
  auto nodes = std::make_unique<ModelNodes>();
  nodes->grades.reserve(ordered.size());
  for (const api::ResourceModel* model : ordered) {
    api::ResourceList& capacity = nodes->grades.emplace_back();
    for (const api::ResourceModelRange& range : model->ranges)
      capacity.insert_or_assign(range.name, range.min);
    for (const api::AllocatableModeling& modeling : counts) {
      if (modeling.grade == model->grade)
        nodes->simulator.add(capacity, pods_per_model_node, modeling.count);
    }
  }
  return nodes;
}

std::optional<std::int64_t> replicas_beside(const api::Cluster& cluster,
                                            const api::ResourceSummary& summary,
                                            const api::ResourceList& request,
                                            std::span<const AssumedWorkload> assumed) {
  if (assumed.empty())
    return replicas_on_models(cluster.spec.resource_models, summary.allocatable_modelings, request);
  const auto nodes = model_nodes(cluster, summary);
  if (!nodes) return std::nullopt;
  nodes->simulator.place(assumed);
  return nodes->simulator.room(request, nullptr);
}

using NotatedAmounts = std::map<std::string, std::int64_t, std::less<>>;

void add_notated(NotatedAmounts& sums, const api::Component& component, std::int64_t sign) {
  if (!component.requirements) return;
  for (const auto& [resource, amount] : component.requirements->resource_request)
    sums[resource] += sign * notated_amount(amount) * component.replicas;
}

NotatedAmounts notated_left(const api::ResourceSummary& summary) {
  NotatedAmounts left;
  for (const auto& [resource, allocatable] : summary.allocatable) {
    api::Quantity amount = allocatable;
    if (const api::Quantity* used = find(summary.allocated, resource)) amount -= *used;
    if (const api::Quantity* waiting = find(summary.allocating, resource)) amount -= *waiting;
    left.emplace(resource, notated_amount(amount));
  }
  return left;
}

/// Sets that the sums allow, at most `most`.
std::int64_t sets_by_summary(NotatedAmounts left,
                             std::span<const api::Component> components,
                             std::int64_t most) {
  NotatedAmounts wanted;
  for (const api::Component& component : components)
    add_notated(wanted, component, 1);
  for (const auto& [resource, amount] : wanted) {
    if (amount <= 0) continue;
    const std::int64_t had = left[resource];
    if (had <= 0) return 0;
    most = std::min(most, had / amount);
  }
  return most;
}

}  // namespace

api::Replicas general_estimate(const api::Cluster& cluster,
                               const api::Shared<api::ReplicaRequirements>& requirements,
                               const GeneralEstimatorOptions& options) {
  if (!cluster.status.resource_summary) return 0;
  const std::span<const AssumedWorkload> assumed = assumed_in(cluster, options);
  std::optional<api::ResourceSummary> adjusted;
  if (!assumed.empty()) adjusted = with_assumed(*cluster.status.resource_summary, assumed);
  const api::ResourceSummary& summary = adjusted ? *adjusted : *cluster.status.resource_summary;
  const std::int64_t most = pods_left(summary);
  if (most <= 0) return 0;
  if (!requirements) return as_int32(most);
  const api::ResourceList& request = requirements->resource_request;
  if (options.resource_models && !summary.allocatable_modelings.empty()) {
    const std::optional<std::int64_t> on_models =
        replicas_beside(cluster, summary, request, assumed);
    if (on_models) return as_int32(std::min(most, *on_models));
  }
  return as_int32(std::min(most, replicas_by_summary(summary, request)));
}

api::Replicas general_set_estimate(const api::Cluster& cluster,
                                   std::span<const api::Component> components,
                                   const GeneralEstimatorOptions& options) {
  if (!cluster.status.resource_summary) return 0;
  const api::ResourceSummary& summary = *cluster.status.resource_summary;
  const std::span<const AssumedWorkload> assumed = assumed_in(cluster, options);
  std::int64_t free_pods = pods_left(summary);
  NotatedAmounts left = notated_left(summary);
  for_each_component(assumed, [&](const api::Component& component) {
    free_pods -= component.replicas;
    add_notated(left, component, -1);
  });
  if (free_pods <= 0) return 0;
  std::int64_t pods_in_set = 0;
  for (const api::Component& component : components)
    pods_in_set += component.replicas;
  if (pods_in_set <= 0) return as_int32(free_pods);
  const std::int64_t sets = sets_by_summary(std::move(left), components, free_pods / pods_in_set);
  if (!options.resource_models || summary.allocatable_modelings.empty()) return as_int32(sets);
  const auto nodes = model_nodes(cluster, summary);
  if (!nodes) return as_int32(sets);
  nodes->simulator.place(assumed);
  return as_int32(std::min(sets, nodes->simulator.place_sets(components, sets)));
}

bool estimates_sets(const api::BindingSpec& spec) {
  if (spec.components.empty() || !spec.placement) return false;
  return std::ranges::any_of(spec.placement->spread_constraints,
                             [](const api::SpreadConstraint& constraint) {
                               return constraint.field == api::spread_by_cluster &&
                                      constraint.min_groups == 1 && constraint.max_groups == 1;
                             });
}

Estimates GeneralEstimator::estimate(std::span<const api::Cluster* const> clusters,
                                     const api::BindingSpec& spec) const {
  const bool sets = estimates_sets(spec);
  std::vector<api::Replicas> answers;
  answers.reserve(clusters.size());
  for (const api::Cluster* cluster : clusters) {
    answers.push_back(sets ? general_set_estimate(*cluster, spec.components, options_)
                           : general_estimate(*cluster, spec.replica_requirements, options_));
  }
  return answers;
}

}  // namespace firedrill::policy::karmada
