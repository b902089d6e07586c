#pragma once

/// Enforcement of FederatedResourceQuotas (gate FederatedQuotaEnforcement): what a binding uses,
/// and whether a change of it stays within the quotas of its namespace. Pure functions.
///
/// Follows karmada pkg/webhook/resourcebinding/validating.go (spec/karmada-scheduler.md 14.1).

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/quantity.h"
#include "policy/api/quota.h"

namespace firedrill::policy::karmada {

/// What the binding's assignment requests over all clusters: the request of a replica times the
/// replicas, or that of a set of components times the clusters.
[[nodiscard]] api::ResourceList quota_usage(const api::BindingSpec& spec);

/// What comes of a change of a binding.
struct QuotaReview {
  /// Why it is refused; then nothing is used.
  std::optional<std::string> refusal;
  /// New overallUsed of the quotas that change, each with its place in the list.
  std::vector<std::pair<std::size_t, api::ResourceList>> used;
};

/// `quotas` are those of the binding's namespace. A change that uses no other amounts is always
/// allowed; one that lowers them is refused where it stays above the limit, as in the reference.
[[nodiscard]] QuotaReview review_quotas(
    const api::ResourceBinding& before,
    const api::ResourceBinding& after,
    std::span<const std::shared_ptr<const api::FederatedResourceQuota>> quotas);

/// Adds what a binding uses to a quota's sum, as far as the quota bounds it.
void add_usage(api::ResourceList& used,
               const api::ResourceList& usage,
               const api::FederatedResourceQuotaSpec& quota);

}  // namespace firedrill::policy::karmada
