#include "models/world/user_actions.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/member/from_spec.h"
#include "models/world/user_patch.h"

namespace firedrill::models {
namespace {

std::string taint_target(const std::string& cluster,
                         const std::string& key,
                         const std::string& effect) {
  return cluster + " " + key + (effect.empty() ? "" : ":" + effect);
}

std::string object_target(const std::string& kind,
                          const std::string& space,
                          const std::string& name) {
  return kind + "/" + space + "/" + name;
}

}  // namespace

api::WorkloadRebalancer stored_rebalancer(const WorkloadRebalancer& rebalancer) {
  api::WorkloadRebalancer object;
  object.metadata.name = rebalancer.metadata.name;
  for (const RebalanceTarget& target : rebalancer.spec.workloads)
    object.bindings.push_back(binding_key(target.kind, target.space, target.name));
  return object;
}

UserActions::UserActions(World& world, FaultDriver& faults) : world_(world), faults_(faults) {
  for (const WorkloadInstance& instance : world_.spec_.workloads) {
    workloads_.emplace(instance.full_name(), &instance);
    workloads_.emplace(instance.spec->space + "/" + instance.name, &instance);
  }
}

const WorkloadInstance& UserActions::workload(std::string_view name) const {
  const auto found = workloads_.find(std::string(name));
  if (found == workloads_.end()) throw std::logic_error("no workload " + std::string(name));
  return *found->second;
}

api::ResourceReference UserActions::reference(const WorkloadInstance& instance) {
  const WorkloadSpec& entry = *instance.spec;
  return {entry.api_version, entry.kind, entry.space, instance.name, instance.uid};
}

std::shared_ptr<const api::Cluster> UserActions::cluster(const std::string& name) const {
  return world_.server_.clusters.find({{}, name});
}

void UserActions::record(const ScenarioEvent& event,
                         std::string_view type,
                         std::string target,
                         bool applied) {
  world_.recorder_.record(
      timeline::ScenarioEvent{event.pointer, std::string(type), std::move(target), applied});
}

// What users do to processes.

void UserActions::act(const ScenarioEvent& event, const ComponentEvent& component) {
  const std::string target =
      component.cluster.empty() ? component.name : component.name + " " + component.cluster;
  if (component.restart) {
    const bool runs = faults_.runs(component);
    record(event, "component", target, runs);
    if (runs) faults_.restart(component);
    return;
  }
  const std::optional<FaultNumber> fault = faults_.what_stopped(component);
  record(event, "component", target, fault.has_value());
  if (fault) faults_.end(*fault);
}

// What users do to clusters.

void UserActions::act(const ScenarioEvent& event, const TaintEvent& taint) {
  const auto found = cluster(taint.cluster);
  const api::Taint added{taint.key, taint.value, taint.effect,
                         api::StoredTime::floor(world_.clock_.now())};
  const bool fresh =
      found && std::ranges::none_of(found->spec.taints, [&](const api::Taint& other) {
        return other.same_identity(added);
      });
  record(event, "taint", taint_target(taint.cluster, taint.key, taint.effect), fresh);
  if (!fresh) return;
  (void)world_.server_.clusters.patch(
      found->metadata.key(), [&](api::Cluster& next) { next.spec.taints.push_back(added); });
}

void UserActions::act(const ScenarioEvent& event, const UntaintEvent& untaint) {
  const auto found = cluster(untaint.cluster);
  const auto meant = [&](const api::Taint& taint) {
    return taint.key == untaint.key && (untaint.effect.empty() || taint.effect == untaint.effect);
  };
  const bool there = found && std::ranges::any_of(found->spec.taints, meant);
  record(event, "untaint", taint_target(untaint.cluster, untaint.key, untaint.effect), there);
  if (!there) return;
  (void)world_.server_.clusters.patch(
      found->metadata.key(), [&](api::Cluster& next) { std::erase_if(next.spec.taints, meant); });
}

void UserActions::act(const ScenarioEvent& event, const LabelEvent& label) {
  const auto found = cluster(label.cluster);
  record(event, "label", label.cluster, found != nullptr);
  if (!found) return;
  (void)world_.server_.clusters.patch(
      found->metadata.key(), [&](api::Cluster& next) { next.metadata.labels = label.labels; });
}

void UserActions::act(const ScenarioEvent& event, const ConditionEvent& condition) {
  const auto found = cluster(condition.cluster);
  record(event, "condition", condition.cluster + " " + condition.type + "=" + condition.status,
         found != nullptr);
  if (!found) return;
  world_.set_condition(condition.cluster, {condition.type, condition.status, condition.reason});
}

void UserActions::act(const ScenarioEvent& event, const NodesEvent& nodes) {
  MemberCluster& member = *world_.members_.find(nodes.cluster)->second.cluster;
  record(event, "nodes", nodes.cluster, true);
  if (nodes.set) {
    member.set_nodes(nodes_of(*nodes.set));
  } else if (nodes.cordon) {
    member.cordon_first(*nodes.cordon);
  } else if (*nodes.add >= 0) {
    member.add_nodes(*nodes.add);
  } else {
    member.remove_last_nodes(-*nodes.add);
  }
}

void UserActions::act(const ScenarioEvent& event, const ClusterSpec& join) {
  const bool absent = cluster(join.name) == nullptr;
  record(event, "join", join.name, absent);
  if (!absent) return;
  if (!world_.members_.contains(join.name)) world_.add_member(join);
  world_.join(join.name);
}

void UserActions::act(const ScenarioEvent& event, const UnjoinEvent& unjoin) {
  const auto found = cluster(unjoin.cluster);
  const bool there = found && !found->metadata.deleting();
  record(event, "unjoin", unjoin.cluster, there);
  if (!there) return;
  if (unjoin.force) {
    (void)world_.server_.clusters.patch(
        found->metadata.key(), [](api::Cluster& next) { next.metadata.finalizers.clear(); });
  }
  (void)world_.server_.clusters.remove(found->metadata.key());
}

// What users do to workloads and policies.

void UserActions::act(const ScenarioEvent& event, const ScaleEvent& scale) {
  const WorkloadInstance& instance = workload(scale.workload);
  const bool there = world_.server_.templates.find(binding_key(
                         instance.spec->kind, instance.spec->space, instance.name)) != nullptr;
  record(event, "scale", instance.full_name(), there);
  if (there) world_.detector_.scale(instance, scale.replicas);
}

void UserActions::act(const ScenarioEvent& event, const RolloutEvent& rollout) {
  const WorkloadInstance& instance = workload(rollout.workload);
  const auto generation = world_.detector_.template_generation(instance);
  record(event, "rollout", instance.full_name(), generation.has_value());
  if (!generation) return;
  WorkloadSpec next = *instance.spec;
  next.behaviour = rollout.behaviour;
  world_.workload_models_.change(reference(instance), *generation + 1, model_of(next));
  world_.detector_.change_pods(instance);
}

void UserActions::act(const ScenarioEvent& event, const ReadyCapEvent& cap) {
  const WorkloadInstance& instance = workload(cap.workload);
  MemberCluster& member = *world_.members_.find(cap.cluster)->second.cluster;
  const bool there = member.holds(reference(instance));
  record(event, "readyCap",
         instance.full_name() + " " + cap.cluster + " " + std::to_string(cap.ready), there);
  if (there) member.set_ready_cap(reference(instance), cap.ready);
}

void UserActions::act(const ScenarioEvent& event, const StatusEvent& status) {
  const WorkloadInstance& instance = workload(status.workload);
  MemberCluster& member = *world_.members_.find(status.cluster)->second.cluster;
  const bool there = member.holds(reference(instance));
  record(event, "status", instance.full_name() + " " + status.cluster, there);
  if (there) member.merge_status(reference(instance), status.document);
}

void UserActions::act(const ScenarioEvent& event, const ApplyEvent& applied) {
  if (!applied.typed) throw std::logic_error("an object to apply was not understood before");
  std::visit(
      [&](const auto& object) {
        if constexpr (requires { apply(event, object); }) {
          apply(event, object);
        } else {
          throw std::logic_error("an object of another system");
        }
      },
      *applied.typed);
}

void UserActions::apply(const ScenarioEvent& event, const api::ClusterTaintPolicy& policy) {
  record(event, "apply", object_target("ClusterTaintPolicy", {}, policy.metadata.name), true);
  auto& table = world_.server_.taint_policies;
  if (table.create(policy).done()) return;
  (void)table.patch(policy.metadata.key(),
                    [&](api::ClusterTaintPolicy& next) { next.spec = policy.spec; });
}

void UserActions::apply(const ScenarioEvent& event, const WorkloadRebalancer& rebalancer) {
  record(event, "apply", object_target("WorkloadRebalancer", {}, rebalancer.metadata.name), true);
  const api::WorkloadRebalancer object = stored_rebalancer(rebalancer);
  auto& table = world_.server_.rebalancers;
  if (table.create(object).done()) return;
  (void)table.patch(object.metadata.key(),
                    [&](api::WorkloadRebalancer& next) { next.bindings = object.bindings; });
}

void UserActions::apply(const ScenarioEvent& event, const api::FederatedResourceQuota& quota) {
  record(event, "apply",
         object_target("FederatedResourceQuota", quota.metadata.space, quota.metadata.name), true);
  auto& table = world_.server_.federated_quotas;
  if (table.create(quota).done()) return;
  (void)table.patch(quota.metadata.key(),
                    [&](api::FederatedResourceQuota& next) { next.spec = quota.spec; });
}

void UserActions::apply(const ScenarioEvent& event, const api::PropagationPolicy& policy) {
  record(event, "apply",
         object_target("PropagationPolicy", policy.metadata.space, policy.metadata.name), true);
  const std::uint64_t cause = world_.engine_.current_cause();
  for (const WorkloadInstance& instance : world_.spec_.workloads) {
    if (instance.policy != policy.metadata.name || instance.spec->space != policy.metadata.space)
      continue;
    world_.engine_.set_current_cause(cause);
    world_.detector_.apply_policy(instance, policy);
  }
}

void UserActions::act(const ScenarioEvent& event, const PatchEvent& patch) {
  const ObjectTarget& target = patch.target;
  const UserPatch change(world_.server_, target, patch.patch);
  record(event, "patch", object_target(target.kind, target.space, target.name),
         change.applicable());
  change.apply();
}

void UserActions::act(const ScenarioEvent& event, const DeleteEvent& deletion) {
  const ObjectTarget& target = deletion.target;
  const std::string name = object_target(target.kind, target.space, target.name);
  if (const auto found = workloads_.find(name); found != workloads_.end()) {
    const WorkloadInstance& instance = *found->second;
    const bool there = world_.server_.templates.find(
                           binding_key(target.kind, target.space, target.name)) != nullptr;
    record(event, "delete", name, there);
    if (there) world_.detector_.remove(instance);
    return;
  }
  const bool policy = target.kind == "ClusterTaintPolicy" &&
                      world_.server_.taint_policies.find({{}, target.name}) != nullptr;
  record(event, "delete", name, policy);
  if (policy) (void)world_.server_.taint_policies.remove({{}, target.name});
}

}  // namespace firedrill::models
