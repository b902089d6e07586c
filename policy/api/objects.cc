/// Small behaviour of the API objects: look-ups, equality that knows shared parts, names.

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/meta.h"
#include "policy/api/placement.h"
#include "policy/api/tolerations.h"
#include "policy/api/work.h"

namespace firedrill::api {
namespace {

template <class Range, class Projection>
auto find_named(const Range& range, std::string_view name, Projection projection)
    -> decltype(&*range.begin()) {
  const auto found = std::ranges::find(range, name, projection);
  return found == range.end() ? nullptr : &*found;
}

}  // namespace

const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type) {
  return find_named(conditions, type, &Condition::type);
}

bool set_condition(std::vector<Condition>& conditions, Condition condition) {
  const auto found = std::ranges::find(conditions, condition.type, &Condition::type);
  if (found == conditions.end()) {
    conditions.push_back(std::move(condition));
    return true;
  }
  if (found->status == condition.status)
    condition.last_transition_time = found->last_transition_time;
  if (*found == condition) return false;
  *found = std::move(condition);
  return true;
}

std::string_view Cluster::ready() const {
  const Condition* condition = find_condition(status.conditions, condition_ready);
  return condition == nullptr ? std::string_view{} : std::string_view{condition->status};
}

bool tolerates(const Toleration& toleration, const Taint& taint) {
  if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
  if (!toleration.key.empty() && toleration.key != taint.key) return false;
  if (toleration.op.empty() || toleration.op == "Equal") return toleration.value == taint.value;
  return toleration.op == "Exists";
}

bool tolerated(std::span<const Toleration> tolerations, const Taint& taint) {
  return std::ranges::any_of(
      tolerations, [&taint](const Toleration& toleration) { return tolerates(toleration, taint); });
}

const Taint* find_untolerated_taint(std::span<const Taint> taints,
                                    std::span<const Toleration> tolerations) {
  const auto repels = [tolerations](const Taint& taint) {
    const bool counts = taint.effect == effect_no_schedule || taint.effect == effect_no_execute;
    return counts && !tolerated(tolerations, taint);
  };
  const auto found = std::ranges::find_if(taints, repels);
  return found == taints.end() ? nullptr : &*found;
}

std::string_view Placement::scheduling_type() const {
  return replica_scheduling ? std::string_view{replica_scheduling->type} : scheduling_duplicated;
}

const AffinityTerm* Placement::find_affinity_term(std::string_view name) const {
  return find_named(cluster_affinities, name, &AffinityTerm::name);
}

Json::Json(nlohmann::json document)
    : document_(std::make_shared<const nlohmann::json>(std::move(document))) {}

bool operator==(const Json& left, const Json& right) {
  if (left.document_ == right.document_) return true;
  return left.present() && right.present() && left.document() == right.document();
}

const TargetCluster* BindingSpec::find_target(std::string_view cluster) const {
  return find_named(clusters, cluster, &TargetCluster::name);
}

const GracefulEvictionTask* BindingSpec::find_eviction_task(std::string_view cluster) const {
  return find_named(graceful_eviction_tasks, cluster, &GracefulEvictionTask::from_cluster);
}

const AggregatedStatusItem* BindingStatus::find_item(std::string_view cluster) const {
  return find_named(aggregated_status, cluster, &AggregatedStatusItem::cluster_name);
}

bool same_placement(const std::shared_ptr<const Placement>& left,
                    const std::shared_ptr<const Placement>& right) {
  return left == right || (left && right && *left == *right);
}

bool operator==(const BindingSpec& left, const BindingSpec& right) {
  return left.clusters == right.clusters && left.replicas == right.replicas &&
         left.graceful_eviction_tasks == right.graceful_eviction_tasks &&
         same_placement(left.placement, right.placement) && left.resource == right.resource &&
         left.replica_requirements == right.replica_requirements &&
         left.components == right.components &&
         left.workload_affinity_groups == right.workload_affinity_groups &&
         left.required_by == right.required_by && left.failover == right.failover &&
         left.suspension == right.suspension && left.schedule_priority == right.schedule_priority &&
         left.reschedule_triggered_at == right.reschedule_triggered_at &&
         left.conflict_resolution == right.conflict_resolution &&
         left.scheduler_name == right.scheduler_name &&
         left.preserve_resources_on_deletion == right.preserve_resources_on_deletion &&
         left.propagate_deps == right.propagate_deps;
}

bool operator==(const ResourceBinding& left, const ResourceBinding& right) {
  return left.metadata == right.metadata && left.spec == right.spec &&
         left.status == right.status &&
         same_placement(left.applied_placement, right.applied_placement);
}

nlohmann::json ObjectStatus::to_json() const {
  if (document.present()) return document.document();
  nlohmann::json json = {{"observedGeneration", observed_generation}};
  const auto put = [&json](const char* field, Replicas count) {
    if (count != 0) json[field] = count;
  };
  put("replicas", replicas);
  put("updatedReplicas", updated);
  put("readyReplicas", ready);
  put("availableReplicas", available);
  put("unavailableReplicas", replicas - available);
  return json;
}

std::string execution_space(std::string_view cluster) {
  return "karmada-es-" + std::string(cluster);
}

std::string work_name(const ResourceReference& resource) {
  std::string name = resource.kind;
  if (!resource.space.empty()) name.append("/").append(resource.space);
  return name.append("/").append(resource.name);
}

}  // namespace firedrill::api
