#include "models/world/detector.h"

#include <utility>

#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/controllers/binding_controller.h"
#include "policy/karmada/propagation/interpreter.h"

namespace firedrill::models {

api::Key Detector::key_of(const WorkloadInstance& workload) {
  return binding_key(workload.spec->kind, workload.spec->space, workload.name);
}

Detector::Governing Detector::defaulted(api::PropagationPolicy policy) {
  policy::karmada::default_propagation(policy);
  Governing governing;
  governing.placement = std::make_shared<const api::Placement>(policy.spec.placement);
  governing.policy = std::make_shared<const api::PropagationPolicy>(std::move(policy));
  return governing;
}

const Detector::Governing& Detector::governing(const WorkloadInstance& workload) {
  const auto [found, fresh] = by_entry_.try_emplace(workload.spec.get());
  if (fresh) found->second = defaulted(policy_of(*workload.spec, workload.policy));
  return found->second;
}

void Detector::govern(api::BindingSpec& spec,
                      const WorkloadSpec& workload,
                      const Governing& governing) {
  const api::PropagationSpec& policy = governing.policy->spec;
  spec.placement = governing.placement;
  spec.failover = policy.failover;
  spec.suspension = policy.suspension;
  spec.conflict_resolution = policy.conflict_resolution;
  spec.scheduler_name = policy.scheduler_name;
  spec.preserve_resources_on_deletion = policy.preserve_resources_on_deletion;
  spec.propagate_deps = policy.propagate_deps;
  spec.schedule_priority.reset();
  if (workload.priority != 0) spec.schedule_priority = api::SchedulePriority{workload.priority};
}

bool Detector::create(const WorkloadInstance& workload) {
  const WorkloadSpec& entry = *workload.spec;
  const api::Key key = key_of(workload);
  api::ResourceTemplate resource;
  resource.metadata.space = key.space;
  resource.metadata.name = key.name;
  resource.metadata.uid = workload.uid;
  resource.metadata.labels = entry.labels;
  resource.api_version = entry.api_version;
  resource.kind = entry.kind;
  const bool counted = entry.replicas > 0 || !entry.requests.empty();
  const bool revised = entry.interpreter
                           ? !entry.interpreter->replicas.empty()
                           : policy::karmada::ResourceInterpreter::native().revises_replicas(
                                 entry.api_version, entry.kind);
  if (counted && revised) resource.replicas = entry.replicas;
  resource.spec = entry.spec;
  resource.dependencies = dependencies_of(entry);
  create_missing(resource.dependencies);
  if (!server_.templates.create(std::move(resource)).done()) return false;

  api::ResourceBinding binding;
  binding.metadata.space = key.space;
  binding.metadata.name = key.name;
  binding.metadata.finalizers = {policy::karmada::binding_finalizer};
  binding.spec.resource = {entry.api_version, entry.kind, entry.space, workload.name, workload.uid};
  if (counted) binding.spec.replicas = entry.replicas;
  if (!entry.requests.empty()) {
    binding.spec.replica_requirements = api::ReplicaRequirements{entry.requests, entry.space, {}};
  }
  govern(binding.spec, entry, governing(workload));
  return server_.bindings.create(std::move(binding)).done();
}

void Detector::create_missing(const std::vector<api::ResourceReference>& resources) {
  for (const api::ResourceReference& reference : resources) {
    const api::Key key = binding_key(reference.kind, reference.space, reference.name);
    api::ResourceTemplate resource;
    resource.metadata.space = key.space;
    resource.metadata.name = key.name;
    resource.api_version = reference.api_version;
    resource.kind = reference.kind;
    (void)server_.templates.create(std::move(resource));
  }
}

bool Detector::scale(const WorkloadInstance& workload, api::Replicas replicas) {
  const api::Key key = key_of(workload);
  const auto changed = server_.templates.patch(
      key, [replicas](api::ResourceTemplate& next) { next.replicas = replicas; });
  if (!changed.done()) return false;
  return server_.bindings
      .patch(key, [replicas](api::ResourceBinding& next) { next.spec.replicas = replicas; })
      .done();
}

bool Detector::remove(const WorkloadInstance& workload) {
  const api::Key key = key_of(workload);
  if (!server_.templates.remove(key).done()) return false;
  return server_.bindings.remove(key).done();
}

bool Detector::apply_policy(const WorkloadInstance& workload,
                            const api::PropagationPolicy& policy) {
  const Governing governing = defaulted(policy);
  return server_.bindings
      .patch(key_of(workload),
             [&](api::ResourceBinding& next) { govern(next.spec, *workload.spec, governing); })
      .done();
}

}  // namespace firedrill::models
