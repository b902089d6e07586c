#include "models/world/karmada/server/detector.h"

#include <optional>
#include <string>
#include <utility>

#include "models/world/template_edit.h"
#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/controllers/binding_controller.h"
#include "policy/karmada/propagation/interpreter.h"

namespace firedrill::models::karmada {
namespace {

/// "key=value" of the label that a term groups by; "" without the term or the label.
std::string group_of(const std::optional<api::WorkloadAffinityTerm>& term,
                     const api::Labels& labels) {
  if (!term) return {};
  const auto label = labels.find(term->group_by_label_key);
  return label == labels.end() ? std::string() : label->first + "=" + label->second;
}

/// Follows karmada pkg/detector and docs/proposals/scheduling/workload-affinity: groups are named
/// when the binding is built.
std::optional<api::WorkloadAffinityGroups> groups_of(const api::Placement& placement,
                                                     const api::Labels& labels) {
  if (!placement.workload_affinity) return std::nullopt;
  api::WorkloadAffinityGroups groups{
      .affinity_group = group_of(placement.workload_affinity->affinity, labels),
      .anti_affinity_group = group_of(placement.workload_affinity->anti_affinity, labels)};
  if (groups == api::WorkloadAffinityGroups{}) return std::nullopt;
  return groups;
}

}  // namespace

api::Key Detector::key_of(const WorkloadInstance& workload) {
  return binding_key(workload.spec->kind, workload.spec->space, workload.name);
}

Detector::Governing Detector::defaulted(api::PropagationPolicy policy) const {
  policy::karmada::default_propagation(policy, tolerations_);
  Governing governing;
  governing.placement = std::make_shared<const api::Placement>(policy.spec.placement);
  governing.id =
      derived_uid(0, "PropagationPolicy/" + policy.metadata.space + "/" + policy.metadata.name);
  governing.policy = std::make_shared<const api::PropagationPolicy>(std::move(policy));
  return governing;
}

const Detector::Governing& Detector::governing(const WorkloadInstance& workload) {
  const auto [found, fresh] = by_entry_.try_emplace(workload.spec.get());
  if (fresh) found->second = defaulted(policy_of(*workload.spec, workload.policy));
  return found->second;
}

void Detector::govern(api::ResourceBinding& binding,
                      const WorkloadSpec& workload,
                      const Governing& governing) const {
  const api::PropagationSpec& policy = governing.policy->spec;
  api::BindingSpec& spec = binding.spec;
  binding.metadata.labels.insert_or_assign(std::string(policy::karmada::policy_id_label),
                                           governing.id);
  spec.workload_affinity_groups.reset();
  if (gates_.workload_affinity)
    spec.workload_affinity_groups = groups_of(*governing.placement, workload.labels);
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

void Detector::interpret(api::BindingSpec& spec, const WorkloadSpec& workload) const {
  if (gates_.multiple_pod_templates_scheduling) spec.components = workload.components;
  // The native interpreter knows no replicas of a DaemonSet, nor what they request.
  if (workload.kind == "DaemonSet" && workload.api_version == "apps/v1") return;
  // Replicas and requests of several templates say nothing in one number.
  if (spec.components.size() > 1) return;
  const bool claims = workload.node_claim && !workload.node_claim->empty();
  if (!workload.requests.empty() || claims) {
    spec.replica_requirements =
        api::ReplicaRequirements{.resource_request = workload.requests,
                                 .space = workload.space,
                                 .priority_class_name = workload.priority_class_name,
                                 .node_claim = workload.node_claim};
  }
  if (workload.replicas > 0 || spec.replica_requirements) spec.replicas = workload.replicas;
}

bool Detector::create(const WorkloadInstance& workload) {
  const WorkloadSpec& entry = *workload.spec;
  const api::Key key = key_of(workload);
  const bool revised = entry.interpreter
                           ? !entry.interpreter->replicas.empty()
                           : policy::karmada::ResourceInterpreter::native().revises_replicas(
                                 entry.api_version, entry.kind);
  api::ResourceTemplate resource = template_of(workload, revised);
  resource.metadata.space = key.space;
  resource.metadata.name = key.name;
  create_missing(resource.dependencies);
  if (!server_.templates.create(std::move(resource)).done()) return false;

  api::ResourceBinding binding;
  binding.metadata.space = key.space;
  binding.metadata.name = key.name;
  binding.metadata.finalizers = {policy::karmada::binding_finalizer};
  binding.spec.resource = {entry.api_version, entry.kind, entry.space, workload.name, workload.uid};
  interpret(binding.spec, entry);
  govern(binding, entry, governing(workload));
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

std::optional<std::int64_t> Detector::template_generation(const WorkloadInstance& workload) const {
  const auto resource = server_.templates.find(key_of(workload));
  if (resource == nullptr) return std::nullopt;
  return resource->metadata.generation;
}

void Detector::change_pods(const WorkloadInstance& workload) {
  const api::Key key = key_of(workload);
  const auto changed = server_.templates.patch(key, &models::change_pods);
  // The binding names the template's version, which is another now.
  if (changed.done()) (void)server_.bindings.renew(key);
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
             [&](api::ResourceBinding& next) { govern(next, *workload.spec, governing); })
      .done();
}

}  // namespace firedrill::models::karmada
