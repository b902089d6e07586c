#include "policy/karmada/admission/federated_quota.h"

#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace firedrill::policy::karmada {
namespace {

api::ResourceList request_of_set(const std::vector<api::Component>& components) {
  api::ResourceList sum;
  for (const api::Component& component : components) {
    if (!component.requirements) continue;
    for (const auto& [name, amount] : component.requirements->resource_request)
      sum[name] += amount * component.replicas;
  }
  return sum;
}

/// What is used more, as far as the quota bounds it; without zeros.
api::ResourceList bounded_delta(const api::ResourceList& before,
                                const api::ResourceList& after,
                                const api::ResourceList& bounds) {
  api::ResourceList delta;
  for (const auto& [name, bound] : bounds) {
    api::Quantity amount;
    if (const auto found = after.find(name); found != after.end()) amount += found->second;
    if (const auto found = before.find(name); found != before.end()) amount -= found->second;
    if (!amount.is_zero()) delta.emplace(name, amount);
  }
  return delta;
}

std::optional<std::string> excess(const api::FederatedResourceQuota& quota,
                                  const api::ResourceList& used) {
  for (const auto& [name, amount] : used) {
    const auto limit = quota.spec.overall.find(name);
    if (limit == quota.spec.overall.end() || amount <= limit->second) continue;
    return fmt::format(
        "FederatedResourceQuota({}/{}) exceeded for resource {}: requested sum {}, limit {}.",
        quota.metadata.space, quota.metadata.name, name, amount.text(), limit->second.text());
  }
  return std::nullopt;
}

}  // namespace

api::ResourceList quota_usage(const api::BindingSpec& spec) {
  api::ResourceList usage;
  if (!spec.components.empty()) {
    const auto clusters = static_cast<std::int64_t>(spec.clusters.size());
    for (const auto& [name, amount] : request_of_set(spec.components))
      usage.emplace(name, amount * clusters);
    return usage;
  }
  if (!spec.replica_requirements) return usage;
  api::Replicas replicas = 0;
  for (const api::TargetCluster& target : spec.clusters)
    replicas += target.replicas;
  for (const auto& [name, amount] : spec.replica_requirements->resource_request)
    usage.emplace(name, amount * replicas);
  return usage;
}

QuotaReview review_quotas(
    const api::ResourceBinding& before,
    const api::ResourceBinding& after,
    std::span<const std::shared_ptr<const api::FederatedResourceQuota>> quotas) {
  QuotaReview review;
  if (quotas.empty() || (before.spec.clusters == after.spec.clusters &&
                         before.spec.replica_requirements == after.spec.replica_requirements &&
                         before.spec.components == after.spec.components)) {
    return review;
  }
  const api::ResourceList was = quota_usage(before.spec);
  const api::ResourceList is = quota_usage(after.spec);
  for (std::size_t i = 0; i < quotas.size(); ++i) {
    const api::FederatedResourceQuota& quota = *quotas[i];
    const api::ResourceList delta = bounded_delta(was, is, quota.spec.overall);
    if (delta.empty()) continue;
    api::ResourceList used = quota.status.overall_used;
    for (const auto& [name, amount] : delta)
      used[name] += amount;
    std::erase_if(used, [](const auto& entry) { return entry.second.sign() <= 0; });
    review.refusal = excess(quota, used);
    if (review.refusal) {
      review.used.clear();
      return review;
    }
    review.used.emplace_back(i, std::move(used));
  }
  return review;
}

void add_usage(api::ResourceList& used,
               const api::ResourceList& usage,
               const api::FederatedResourceQuotaSpec& quota) {
  for (const auto& [name, amount] : usage) {
    if (quota.overall.contains(name) && amount.sign() > 0) used[name] += amount;
  }
}

}  // namespace firedrill::policy::karmada
