#include "models/world/user_actions.h"

#include <stdexcept>
#include <utility>
#include <variant>

#include "models/member/from_spec.h"

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

std::string kind_of(const api::ClusterTaintPolicy& /*object*/) {
  return "ClusterTaintPolicy";
}
std::string kind_of(const WorkloadRebalancer& /*object*/) {
  return "WorkloadRebalancer";
}
std::string kind_of(const api::FederatedResourceQuota& /*object*/) {
  return "FederatedResourceQuota";
}
std::string kind_of(const api::PropagationPolicy& /*object*/) {
  return "PropagationPolicy";
}
std::string kind_of(const policy::clusternet::Subscription& /*object*/) {
  return "Subscription";
}
std::string kind_of(const policy::clusternet::FeedInventory& /*object*/) {
  return "FeedInventory";
}

bool is_namespaced(const ScenarioObject& object) {
  return !std::holds_alternative<api::ClusterTaintPolicy>(object) &&
         !std::holds_alternative<WorkloadRebalancer>(object);
}

std::string object_target(const ScenarioObject& object) {
  return std::visit(
      [&](const auto& known) {
        return object_target(kind_of(known), is_namespaced(object) ? known.metadata.space : "",
                             known.metadata.name);
      },
      object);
}

}  // namespace

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

void UserActions::record(const ScenarioEvent& event,
                         std::string_view type,
                         std::string target,
                         bool applied) {
  world_.recorder_.record(
      timeline::ScenarioEvent{event.pointer, std::string(type), std::move(target), applied});
}

void UserActions::carry_out(const ScenarioEvent& event,
                            std::string_view type,
                            std::string target,
                            const Edit& edit) {
  record(event, type, std::move(target), edit != nullptr);
  if (edit) edit();
}

UserAccess& UserActions::users() {
  return world_.control_plane_->users();
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
  carry_out(event, "taint", taint_target(taint.cluster, taint.key, taint.effect),
            users().taint(taint));
}

void UserActions::act(const ScenarioEvent& event, const UntaintEvent& untaint) {
  carry_out(event, "untaint", taint_target(untaint.cluster, untaint.key, untaint.effect),
            users().untaint(untaint));
}

void UserActions::act(const ScenarioEvent& event, const LabelEvent& label) {
  carry_out(event, "label", label.cluster, users().label(label));
}

void UserActions::act(const ScenarioEvent& event, const ConditionEvent& condition) {
  carry_out(event, "condition", condition.cluster + " " + condition.type + "=" + condition.status,
            users().condition(condition));
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
  const bool absent = !world_.control_plane_->has_cluster(join.name);
  record(event, "join", join.name, absent);
  if (!absent) return;
  if (!world_.members_.contains(join.name)) world_.add_member(join);
  world_.control_plane_->join(join.name);
}

void UserActions::act(const ScenarioEvent& event, const UnjoinEvent& unjoin) {
  carry_out(event, "unjoin", unjoin.cluster, users().unjoin(unjoin));
}

// What users do to workloads and policies.

void UserActions::act(const ScenarioEvent& event, const ScaleEvent& scale) {
  const WorkloadInstance& instance = workload(scale.workload);
  carry_out(event, "scale", instance.full_name(), users().scale(instance, scale.replicas));
}

void UserActions::act(const ScenarioEvent& event, const RolloutEvent& rollout) {
  const WorkloadInstance& instance = workload(rollout.workload);
  WorkloadSpec next = *instance.spec;
  next.behaviour = rollout.behaviour;
  carry_out(event, "rollout", instance.full_name(), users().roll_out(instance, model_of(next)));
}

void UserActions::act(const ScenarioEvent& event, const ReadyCapEvent& cap) {
  const WorkloadInstance& instance = workload(cap.workload);
  MemberCluster& member = *world_.members_.find(cap.cluster)->second.cluster;
  const bool there = member.holds(instance.reference());
  record(event, "readyCap",
         instance.full_name() + " " + cap.cluster + " " + std::to_string(cap.ready), there);
  if (there) member.set_ready_cap(instance.reference(), cap.ready);
}

void UserActions::act(const ScenarioEvent& event, const StatusEvent& status) {
  const WorkloadInstance& instance = workload(status.workload);
  MemberCluster& member = *world_.members_.find(status.cluster)->second.cluster;
  const bool there = member.holds(instance.reference());
  record(event, "status", instance.full_name() + " " + status.cluster, there);
  if (there) member.merge_status(instance.reference(), status.document);
}

void UserActions::act(const ScenarioEvent& event, const ApplyEvent& applied) {
  if (!applied.typed) throw std::logic_error("an object to apply was not understood before");
  carry_out(event, "apply", object_target(*applied.typed), users().apply(*applied.typed));
}

void UserActions::act(const ScenarioEvent& event, const PatchEvent& patch) {
  const ObjectTarget& target = patch.target;
  carry_out(event, "patch", object_target(target.kind, target.space, target.name),
            users().patch(target, patch.patch));
}

void UserActions::act(const ScenarioEvent& event, const DeleteEvent& deletion) {
  const ObjectTarget& target = deletion.target;
  const std::string name = object_target(target.kind, target.space, target.name);
  const auto found = workloads_.find(name);
  carry_out(event, "delete", name,
            found == workloads_.end() ? users().remove(target) : users().remove(*found->second));
}

}  // namespace firedrill::models
