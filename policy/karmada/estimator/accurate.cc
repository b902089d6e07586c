#include "policy/karmada/estimator/accurate.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "policy/karmada/estimator/node_matching.h"
#include "policy/karmada/estimator/node_simulator.h"
#include "policy/karmada/status/resource_models.h"

namespace firedrill::policy::karmada {
namespace {

constexpr std::string_view requests_prefix = "requests.";
constexpr std::string_view limits_prefix = "limits.";
constexpr std::int64_t unlimited = std::numeric_limits<std::int32_t>::max();

std::int64_t room_on(const NodeView& node, const api::ResourceList& request) {
  std::int64_t room =
      std::max<std::int64_t>(0, estimator_amount(node.allocatable, resource_pods) - node.pods);
  for (const auto& [resource, quantity] : request) {
    const std::int64_t wanted = estimator_amount(resource, quantity);
    if (wanted <= 0 || resource == resource_pods) continue;
    const std::int64_t left =
        estimator_amount(node.allocatable, resource) - estimator_amount(node.requested, resource);
    room = std::min(room, std::max<std::int64_t>(0, left) / wanted);
  }
  return room;
}

/// The reference converts without a check.
api::Replicas as_int32(std::int64_t replicas) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(replicas));
}

const api::NodeClaim* claim_of(const api::Shared<api::ReplicaRequirements>& requirements) {
  return requirements && requirements->node_claim ? &*requirements->node_claim : nullptr;
}

const api::ResourceList& request_of(const api::Shared<api::ReplicaRequirements>& requirements) {
  static const api::ResourceList nothing;  // Constant.
  return requirements ? requirements->resource_request : nothing;
}

api::Replicas by_nodes(std::span<const NodeView> nodes,
                       const EstimateQuestion& question,
                       std::span<const AssumedWorkload> assumed) {
  if (nodes.empty()) return 0;
  if (question.components.empty() && assumed.empty())
    return node_estimate(nodes, question.requirements);
  NodeSimulator simulator;
  for (const NodeView& node : nodes)
    simulator.add(node);
  simulator.place(assumed);
  return as_int32(
      question.components.empty()
          ? simulator.room(request_of(question.requirements), claim_of(question.requirements))
          : simulator.place_sets(question.components, unlimited));
}

bool is_extended(std::string_view resource) {
  return resource.find('/') != std::string_view::npos &&
         resource.find("kubernetes.io/") == std::string_view::npos &&
         !resource.starts_with(requests_prefix);
}

/// What is left of the resources that pods request. "requests.cpu" is the same as "cpu".
api::ResourceList free_of(const QuotaView& quota) {
  api::ResourceList left;
  for (const auto& [name, hard] : quota.spec.hard) {
    if (name.starts_with(limits_prefix)) continue;
    std::string_view resource = name;
    if (resource.starts_with(requests_prefix)) resource.remove_prefix(requests_prefix.size());
    if (resource != "cpu" && resource != "memory" && !is_extended(resource)) continue;
    const auto used = quota.used.find(name);
    if (used == quota.used.end()) continue;
    left.insert_or_assign(std::string(resource), hard - used->second);
  }
  return left;
}

/// Any of the scopes will do, as in the reference; without scopes none does.
bool counts(const api::ResourceQuotaSpec& quota, std::string_view priority_class) {
  const bool in_scopes = std::ranges::any_of(quota.scopes, [&](const std::string& scope) {
    return in_scope({.scope = scope, .op = "Exists", .values = {}}, priority_class);
  });
  return in_scopes ||
         (quota.scope_selector && std::ranges::any_of(quota.scope_selector->match_expressions,
                                                      [&](const api::ScopeRequirement& condition) {
                                                        return in_scope(condition, priority_class);
                                                      }));
}

/// What pods of the components in a quota's scope request together, a set of them.
api::ResourceList request_in_scope(std::span<const api::Component> components,
                                   const api::ResourceQuotaSpec& quota) {
  api::ResourceList sum;
  for (const api::Component& component : components) {
    if (!component.requirements || !counts(quota, component.requirements->priority_class_name))
      continue;
    for (const auto& [name, amount] : component.requirements->resource_request)
      sum[name] += amount * component.replicas;
  }
  return sum;
}

std::int64_t replicas_within(const api::ResourceList& left, const api::ResourceList& request) {
  std::int64_t replicas = std::numeric_limits<std::int64_t>::max();
  for (const auto& [resource, quantity] : request) {
    const std::int64_t wanted = estimator_amount(resource, quantity);
    const auto found = left.find(resource);
    if (found == left.end() || wanted <= 0) continue;
    const std::int64_t had = std::max<std::int64_t>(0, estimator_amount(resource, found->second));
    replicas = std::min(replicas, had / wanted);
  }
  return replicas;
}

}  // namespace

api::Replicas accurate_estimate(const Inventory& inventory,
                                const EstimateQuestion& question,
                                std::span<const AssumedWorkload> assumed) {
  const api::Replicas on_nodes = by_nodes(inventory.nodes, question, assumed);
  if (!question.quotas) return on_nodes;
  return std::min(on_nodes, quota_estimate(inventory.quotas, question, assumed).value_or(on_nodes));
}

api::Replicas node_estimate(std::span<const NodeView> nodes,
                            const api::Shared<api::ReplicaRequirements>& requirements) {
  std::int64_t replicas = 0;
  for (const NodeView& node : nodes) {
    if (node.ready && accepts(traits_of(node), claim_of(requirements)))
      replicas += room_on(node, request_of(requirements));
  }
  return as_int32(replicas);
}

std::optional<api::Replicas> quota_estimate(std::span<const QuotaView> quotas,
                                            const EstimateQuestion& question,
                                            std::span<const AssumedWorkload> assumed) {
  std::int64_t least = unlimited;
  for (const QuotaView& quota : quotas) {
    if (quota.space != question.space) continue;
    const bool whole = question.components.empty();
    if (whole &&
        !counts(quota.spec,
                question.requirements ? question.requirements->priority_class_name : api::Name()))
      continue;
    api::ResourceList left = free_of(quota);
    for (const AssumedWorkload& workload : assumed) {
      if (workload.space != quota.space) continue;
      for (const auto& [name, amount] : request_in_scope(workload.components, quota.spec)) {
        const auto found = left.find(name);
        if (found != left.end()) found->second -= amount;
      }
    }
    least = std::min(
        least, replicas_within(left, whole ? request_of(question.requirements)
                                           : request_in_scope(question.components, quota.spec)));
  }
  if (least == unlimited) return std::nullopt;
  return least;
}

bool in_scope(const api::ScopeRequirement& condition, std::string_view priority_class) {
  if (condition.scope != api::scope_priority_class) return false;
  const bool named = !priority_class.empty() &&
                     std::ranges::find(condition.values, priority_class) != condition.values.end();
  if (condition.op == "Exists") return !priority_class.empty();
  if (condition.op == "DoesNotExist") return priority_class.empty();
  if (condition.op == "In") return named;
  return condition.op == "NotIn" && !condition.values.empty() && !named;
}

}  // namespace firedrill::policy::karmada
