#include "models/member/from_spec.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace firedrill::models {
namespace {

sim::Distribution::Shape shape_of(const DurationModel& model) {
  switch (model.distribution) {
    case DistributionKind::constant:
      return sim::Constant{model.value};
    case DistributionKind::uniform:
      return sim::Uniform{.low = model.min.value(), .high = model.max.value()};
    case DistributionKind::exponential:
      return sim::Exponential{model.mean.value()};
    case DistributionKind::lognormal:
      return sim::LogNormal{.median = model.median.value(), .sigma = model.sigma.value()};
    case DistributionKind::weibull:
      return sim::Weibull{.shape = model.shape.value(), .scale = model.scale.value()};
    case DistributionKind::empirical:
      return sim::Empirical(model.values, model.p);
  }
  throw std::logic_error("a distribution of no kind");
}

WorkloadShape shape_of(const WorkloadSpec& workload) {
  if (!workload.components.empty()) return WorkloadShape::pods;
  const bool replicated =
      workload.replicas > 0 && (workload.interpreter || !workload.requests.empty());
  if (replicated || shape_of_kind(workload.kind) == WorkloadShape::pods) return WorkloadShape::pods;
  return workload.behaviour.status.present() ? WorkloadShape::document : WorkloadShape::inert;
}

ComponentModel component_of(const api::Component& component) {
  ComponentModel model{.name = component.name, .replicas = component.replicas};
  if (!component.requirements) return model;
  model.requests = component.requirements->resource_request;
  model.claim = component.requirements->node_claim;
  model.priority_class_name = component.requirements->priority_class_name;
  return model;
}

}  // namespace

sim::Distribution distribution_of(const DurationModel& model) {
  sim::Distribution distribution{.shape = shape_of(model)};
  if (model.min) distribution.min = *model.min;
  if (model.max) distribution.max = std::min(*model.max, sim::longest_draw);
  distribution.min = std::min(distribution.min, distribution.max);
  return distribution;
}

std::vector<MemberNode> nodes_of(const std::vector<NodeSpec>& entries) {
  std::vector<MemberNode> nodes;
  for (const NodeSpec& entry : entries) {
    for (std::int64_t i = 0; i < entry.count; ++i) {
      std::string name = entry.name;
      if (name.empty()) {
        name = "node-" + std::to_string(nodes.size());
      } else if (entry.count > 1) {
        name.append("-").append(std::to_string(i));
      }
      nodes.push_back({.name = std::move(name),
                       .allocatable = entry.allocatable,
                       .labels = entry.labels,
                       .taints = entry.taints});
    }
  }
  return nodes;
}

WorkloadModel model_of(const WorkloadSpec& workload) {
  const WorkloadBehaviour& behaviour = workload.behaviour;
  WorkloadModel model;
  model.shape = shape_of(workload);
  model.requests = workload.requests;
  model.claim = workload.node_claim;
  model.priority_class_name = workload.priority_class_name;
  for (const api::Component& component : workload.components)
    model.components.push_back(component_of(component));
  model.priority = workload.priority;
  model.startup = distribution_of(behaviour.startup);
  for (const auto& [cluster, startup] : behaviour.startup_by_cluster) {
    model.startup_by_cluster.emplace(cluster, distribution_of(startup));
  }
  model.termination = distribution_of(behaviour.termination);
  model.status.document = behaviour.status;
  if (behaviour.phases) {
    model.status.starting_word = behaviour.phases->starting;
    model.status.ready_word = behaviour.phases->ready;
  }
  model.resumes_from = behaviour.resumes_from;
  return model;
}

}  // namespace firedrill::models
