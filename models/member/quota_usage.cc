#include "models/member/quota_usage.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/karmada/estimator/accurate.h"

namespace firedrill::models {
namespace {

constexpr std::string_view requests_prefix = "requests.";
constexpr std::string_view resource_pods = "pods";

/// Pods of one template.
struct TemplatePods {
  const api::ResourceList& requests;
  std::string_view priority_class;
  std::int64_t count = 0;
};

bool requests_nothing(const api::ResourceList& requests) {
  return std::ranges::none_of(requests, [](const auto& entry) {
    return (entry.first == "cpu" || entry.first == "memory") && entry.second.sign() > 0;
  });
}

bool in_scope(const TemplatePods& pods, const api::ScopeRequirement& condition) {
  if (condition.scope == "BestEffort") return requests_nothing(pods.requests);
  if (condition.scope == "NotBestEffort") return !requests_nothing(pods.requests);
  if (condition.scope == "NotTerminating") return true;
  return policy::karmada::in_scope(condition, pods.priority_class);
}

bool counts(const api::ResourceQuotaSpec& quota, const TemplatePods& pods) {
  const bool in_scopes = std::ranges::all_of(quota.scopes, [&pods](const std::string& scope) {
    return in_scope(pods, {.scope = scope, .op = "Exists", .values = {}});
  });
  return in_scopes && (!quota.scope_selector ||
                       std::ranges::all_of(
                           quota.scope_selector->match_expressions,
                           [&pods](const auto& condition) { return in_scope(pods, condition); }));
}

void add(api::ResourceList& used, const api::ResourceQuotaSpec& quota, const TemplatePods& pods) {
  if (pods.count <= 0 || !counts(quota, pods)) return;
  for (auto& [name, sum] : used) {
    std::string_view resource = name;
    if (resource.starts_with(requests_prefix)) resource.remove_prefix(requests_prefix.size());
    if (resource == resource_pods) {
      sum += api::Quantity::from_units(pods.count);
    } else if (const auto found = pods.requests.find(resource); found != pods.requests.end()) {
      sum += found->second * pods.count;
    }
  }
}

}  // namespace

api::ResourceList used_of(const api::ResourceQuota& quota, const std::deque<Resident>& residents) {
  api::ResourceList used;
  for (const auto& [name, bound] : quota.spec.hard) {
    if (!name.starts_with("limits.")) used.emplace(name, api::Quantity{});
  }
  for (const Resident& resident : residents) {
    if (resident.workload.space != quota.metadata.space) continue;
    const WorkloadModel& model = *resident.model;
    if (model.components.empty()) {
      add(used, quota.spec, {model.requests, model.priority_class_name, resident.active()});
      continue;
    }
    for (std::size_t i = 0; i < model.components.size(); ++i) {
      const ComponentModel& component = model.components[i];
      const WorkloadPods& pods = i == 0 ? resident : resident.parts[i - 1];
      add(used, quota.spec, {component.requests, component.priority_class_name, pods.active()});
    }
  }
  return used;
}

}  // namespace firedrill::models
