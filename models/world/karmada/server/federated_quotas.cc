#include "models/world/karmada/server/federated_quotas.h"

#include <utility>

#include "policy/karmada/admission/federated_quota.h"

namespace firedrill::models::karmada {

FederatedQuotas::FederatedQuotas(ApiServer& server) : server_(server) {
  server_.bindings.set_admission(
      [this](const api::ResourceBinding* before, api::ResourceBinding& next) -> AdmissionVerdict {
        if (before == nullptr) return true;
        return review(*before, next);
      });
  server_.bindings.add_watcher(*this);
  server_.federated_quotas.add_watcher(*this);
}

FederatedQuotas::~FederatedQuotas() {
  server_.federated_quotas.remove_watcher(*this);
  server_.bindings.remove_watcher(*this);
  server_.bindings.set_admission({});
}

std::vector<FederatedQuotas::Quota> FederatedQuotas::quotas_in(const std::string& space) const {
  std::vector<Quota> quotas;
  const auto& all = server_.federated_quotas.objects();
  for (auto entry = all.lower_bound({space, {}}); entry != all.end() && entry->first.space == space;
       ++entry) {
    quotas.push_back(entry->second);
  }
  return quotas;
}

AdmissionVerdict FederatedQuotas::review(const api::ResourceBinding& before,
                                         const api::ResourceBinding& after) {
  const std::vector<Quota> quotas = quotas_in(after.metadata.space);
  if (quotas.empty()) return true;
  policy::karmada::QuotaReview review = policy::karmada::review_quotas(before, after, quotas);
  if (review.refusal) return {Outcome::over_quota, std::move(*review.refusal)};
  for (auto& [place, used] : review.used) {
    (void)server_.federated_quotas.patch_status(quotas[place]->metadata.key(),
                                                [&used = used](api::FederatedResourceQuota& next) {
                                                  next.status.overall_used = std::move(used);
                                                });
  }
  return true;
}

void FederatedQuotas::changed(const Change<api::ResourceBinding>& change) {
  if (change.after) return;
  for (const Quota& quota : quotas_in(change.before->metadata.space))
    sum_up(quota->metadata.key());
}

void FederatedQuotas::changed(const Change<api::FederatedResourceQuota>& change) {
  if (!change.after || (change.before && change.before->spec == change.after->spec)) return;
  sum_up(change.after->metadata.key());
}

void FederatedQuotas::sum_up(const api::Key& quota) {
  const auto found = server_.federated_quotas.find(quota);
  api::ResourceList used;
  const auto& bindings = server_.bindings.objects();
  for (auto entry = bindings.lower_bound({quota.space, {}});
       entry != bindings.end() && entry->first.space == quota.space; ++entry) {
    policy::karmada::add_usage(used, policy::karmada::quota_usage(entry->second->spec),
                               found->spec);
  }
  (void)server_.federated_quotas.patch_status(quota, [&](api::FederatedResourceQuota& next) {
    next.status.overall = next.spec.overall;
    next.status.overall_used = std::move(used);
  });
}

}  // namespace firedrill::models::karmada
