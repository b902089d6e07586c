#include "models/member/from_spec.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

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

/// Kinds of the same name in other groups are not the built-in ones.
bool is_built_in(const WorkloadSpec& workload) {
  return workload.api_version == "apps/v1" || workload.api_version == "batch/v1";
}

PodManagement management_of(const WorkloadSpec& workload) {
  const PodManagement usual = management_of_kind(workload.kind);
  if (usual != PodManagement::ordered || !workload.spec.present()) return usual;
  const nlohmann::json& spec = workload.spec.document();
  const bool parallel = spec.is_object() && spec.value("podManagementPolicy", nlohmann::json()) ==
                                                nlohmann::json("Parallel");
  return parallel ? PodManagement::parallel : usual;
}

/// What every DaemonSet's pods tolerate (kubernetes pkg/controller/daemon/util/daemonset_util.go).
api::NodeClaim daemon_claim(const std::optional<api::NodeClaim>& own) {
  api::NodeClaim claim = own.value_or(api::NodeClaim{});
  const auto tolerate = [&claim](const char* key, std::string_view effect) {
    api::Toleration toleration;
    toleration.key = std::string("node.kubernetes.io/") + key;
    toleration.op = "Exists";
    toleration.effect = effect;
    claim.tolerations.push_back(std::move(toleration));
  };
  for (const char* key : {"not-ready", "unreachable"})
    tolerate(key, api::effect_no_execute);
  for (const char* key : {"disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"})
    tolerate(key, api::effect_no_schedule);
  return claim;
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
  if (is_built_in(workload)) model.management = management_of(workload);
  model.requests = workload.requests;
  model.claim = workload.node_claim;
  if (model.management == PodManagement::per_node) model.claim = daemon_claim(workload.node_claim);
  model.priority_class_name = workload.priority_class_name;
  for (const api::Component& component : workload.components)
    model.components.push_back(component_of(component));
  model.priority = workload.priority;
  model.startup = distribution_of(behaviour.startup);
  for (const auto& [cluster, startup] : behaviour.startup_by_cluster) {
    model.startup_by_cluster.emplace(cluster, distribution_of(startup));
  }
  if (behaviour.image_pull) model.image_pull = distribution_of(*behaviour.image_pull);
  if (behaviour.crash) model.crash = distribution_of(*behaviour.crash);
  model.termination = distribution_of(behaviour.termination);
  model.runtime = distribution_of(behaviour.runtime);
  model.status.document = behaviour.status;
  if (behaviour.phases) {
    model.status.starting_word = behaviour.phases->starting;
    model.status.ready_word = behaviour.phases->ready;
  }
  model.resumes_from = behaviour.resumes_from;
  model.checkpoint_every = behaviour.checkpoint_every;
  return model;
}

}  // namespace firedrill::models
