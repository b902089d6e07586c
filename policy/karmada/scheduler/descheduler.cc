#include "policy/karmada/scheduler/descheduler.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace firedrill::policy::karmada {

api::Replicas ready_replicas(const std::optional<api::ObjectStatus>& status) {
  constexpr api::Replicas absent = -1;
  if (!status) return absent;
  if (!status->document.present()) return status->ready == 0 ? absent : status->ready;
  const nlohmann::json& document = status->document.document();
  if (!document.is_object()) return absent;
  const auto found = document.find("readyReplicas");
  if (found == document.end() || !found->is_number_integer()) return absent;
  return found->get<api::Replicas>();
}

bool considered_by_descheduler(const api::ResourceReference& resource,
                               const api::Placement* applied) {
  if (resource.api_version != "apps/v1" || resource.kind != "Deployment") return false;
  if (applied == nullptr || applied->scheduling_type() != api::scheduling_divided) return false;
  const api::ReplicaScheduling& scheduling = *applied->replica_scheduling;
  if (scheduling.preference == api::division_aggregated) return true;
  return scheduling.preference == api::division_weighted && scheduling.weight_preference &&
         !scheduling.weight_preference->dynamic_weight.empty();
}

std::vector<DeschedulingTarget> descheduling_targets(const api::ResourceBinding& binding) {
  std::vector<DeschedulingTarget> targets;
  targets.reserve(binding.spec.clusters.size());
  for (const api::TargetCluster& target : binding.spec.clusters) {
    const api::AggregatedStatusItem* item = binding.status.find_item(target.name);
    targets.push_back({.cluster = target.name,
                       .replicas = target.replicas,
                       .ready = item == nullptr ? -1 : ready_replicas(item->status)});
  }
  return targets;
}

Descheduling deschedule(std::span<const DeschedulingTarget> targets,
                        std::span<const UnschedulableReplicas> answers) {
  Descheduling result;
  std::string removals;
  for (const DeschedulingTarget& target : targets) {
    api::Replicas& kept =
        result.clusters.emplace_back(api::TargetCluster{target.cluster, target.replicas}).replicas;
    const auto answer = std::ranges::find(answers, target.cluster, &UnschedulableReplicas::cluster);
    if (!target.undesired() || answer == answers.end()) continue;
    if (answer->replicas <= 0 || answer->replicas > target.replicas) continue;
    kept = target.replicas - answer->replicas;
    if (kept < target.ready && target.ready <= target.replicas) kept = target.ready;
    if (kept == target.replicas) continue;
    result.removed += target.replicas - kept;
    removals +=
        fmt::format(" {} replica(s) in cluster({}),", target.replicas - kept, target.cluster);
  }
  if (result.removed > 0) {
    result.message = fmt::format("Binding has been descheduled,{} {} total descheduled replica(s)",
                                 removals, result.removed);
  }
  return result;
}

}  // namespace firedrill::policy::karmada
