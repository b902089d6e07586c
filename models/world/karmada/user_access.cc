#include "models/world/karmada/user_access.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "models/world/condition_edit.h"
#include "models/world/karmada/user_patch.h"

namespace firedrill::models::karmada {

api::WorkloadRebalancer stored_rebalancer(const WorkloadRebalancer& rebalancer) {
  api::WorkloadRebalancer object;
  object.metadata.name = rebalancer.metadata.name;
  for (const RebalanceTarget& target : rebalancer.spec.workloads)
    object.bindings.push_back(binding_key(target.kind, target.space, target.name));
  return object;
}

void set_condition(ApiServer& server, const std::string& cluster, const ConditionSpec& condition) {
  (void)server.clusters.patch_status({{}, cluster}, [&](api::Cluster& next) {
    put_condition(next.status.conditions, condition, server.server_now());
  });
}

std::shared_ptr<const api::Cluster> KarmadaUserAccess::cluster(const std::string& name) const {
  return around_.server.clusters.find({{}, name});
}

// Clusters.

Edit KarmadaUserAccess::taint(const TaintEvent& event) {
  const auto found = cluster(event.cluster);
  const api::Taint added{event.key, event.value, event.effect,
                         api::StoredTime::floor(around_.server.server_now())};
  const bool fresh =
      found && std::ranges::none_of(found->spec.taints, [&](const api::Taint& other) {
        return other.same_identity(added);
      });
  if (!fresh) return {};
  return [this, key = found->metadata.key(), added] {
    (void)around_.server.clusters.patch(
        key, [&](api::Cluster& next) { next.spec.taints.push_back(added); });
  };
}

Edit KarmadaUserAccess::untaint(const UntaintEvent& event) {
  const auto found = cluster(event.cluster);
  const auto meant = [event](const api::Taint& taint) {
    return taint.key == event.key && (event.effect.empty() || taint.effect == event.effect);
  };
  if (!found || std::ranges::none_of(found->spec.taints, meant)) return {};
  return [this, key = found->metadata.key(), meant] {
    (void)around_.server.clusters.patch(
        key, [&](api::Cluster& next) { std::erase_if(next.spec.taints, meant); });
  };
}

Edit KarmadaUserAccess::label(const LabelEvent& event) {
  const auto found = cluster(event.cluster);
  if (!found) return {};
  return [this, key = found->metadata.key(), labels = event.labels] {
    (void)around_.server.clusters.patch(key,
                                        [&](api::Cluster& next) { next.metadata.labels = labels; });
  };
}

Edit KarmadaUserAccess::condition(const ConditionEvent& event) {
  if (!cluster(event.cluster)) return {};
  return [this, event] {
    set_condition(around_.server, event.cluster, {event.type, event.status, event.reason});
  };
}

Edit KarmadaUserAccess::unjoin(const UnjoinEvent& event) {
  const auto found = cluster(event.cluster);
  if (!found || found->metadata.deleting()) return {};
  return [this, key = found->metadata.key(), force = event.force] {
    if (force) {
      (void)around_.server.clusters.patch(
          key, [](api::Cluster& next) { next.metadata.finalizers.clear(); });
    }
    (void)around_.server.clusters.remove(key);
  };
}

// Workloads of the scenario.

Edit KarmadaUserAccess::scale(const WorkloadInstance& workload, api::Replicas replicas) {
  if (!around_.detector.template_generation(workload)) return {};
  return [this, &workload, replicas] { (void)around_.detector.scale(workload, replicas); };
}

Edit KarmadaUserAccess::roll_out(const WorkloadInstance& workload, const WorkloadModel& model) {
  const auto generation = around_.detector.template_generation(workload);
  if (!generation) return {};
  return [this, &workload, model, next = *generation + 1] {
    around_.workload_models.change(workload.reference(), next, model);
    around_.detector.change_pods(workload);
  };
}

Edit KarmadaUserAccess::remove(const WorkloadInstance& workload) {
  if (!around_.detector.template_generation(workload)) return {};
  return [this, &workload] { (void)around_.detector.remove(workload); };
}

// Other objects.

Edit KarmadaUserAccess::apply(const ScenarioObject& object) {
  return std::visit(
      [this](const auto& known) -> Edit {
        if constexpr (requires { put(known); }) {
          return put(known);
        } else {
          return {};  // Of another system.
        }
      },
      object);
}

Edit KarmadaUserAccess::put(const api::ClusterTaintPolicy& policy) {
  return [this, &policy] {
    auto& table = around_.server.taint_policies;
    if (table.create(policy).done()) return;
    (void)table.patch(policy.metadata.key(),
                      [&](api::ClusterTaintPolicy& next) { next.spec = policy.spec; });
  };
}

Edit KarmadaUserAccess::put(const WorkloadRebalancer& rebalancer) {
  return [this, object = stored_rebalancer(rebalancer)] {
    auto& table = around_.server.rebalancers;
    if (table.create(object).done()) return;
    (void)table.patch(object.metadata.key(),
                      [&](api::WorkloadRebalancer& next) { next.bindings = object.bindings; });
  };
}

Edit KarmadaUserAccess::put(const api::FederatedResourceQuota& quota) {
  return [this, &quota] {
    auto& table = around_.server.federated_quotas;
    if (table.create(quota).done()) return;
    (void)table.patch(quota.metadata.key(),
                      [&](api::FederatedResourceQuota& next) { next.spec = quota.spec; });
  };
}

Edit KarmadaUserAccess::put(const api::PropagationPolicy& policy) {
  return [this, &policy] {
    const std::uint64_t cause = around_.engine.current_cause();
    for (const WorkloadInstance& instance : around_.workloads) {
      if (instance.policy != policy.metadata.name || instance.spec->space != policy.metadata.space)
        continue;
      around_.engine.set_current_cause(cause);
      around_.detector.apply_policy(instance, policy);
    }
  };
}

Edit KarmadaUserAccess::patch(const ObjectTarget& target, const api::Json& patch) {
  const UserPatch change(around_.server, target, patch);
  if (!change.applicable()) return {};
  return [change] { change.apply(); };
}

Edit KarmadaUserAccess::remove(const ObjectTarget& target) {
  const api::Key key{{}, target.name};
  if (target.kind != "ClusterTaintPolicy" || around_.server.taint_policies.find(key) == nullptr)
    return {};
  return [this, key] { (void)around_.server.taint_policies.remove(key); };
}

}  // namespace firedrill::models::karmada
