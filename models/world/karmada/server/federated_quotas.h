#pragma once

/// FederatedResourceQuotas as the control plane enforces them: the webhook that looks at every
/// change of a binding, and the controller that sums up anew when a quota or a binding comes or
/// goes. Both take no time here. Only with the gate FederatedQuotaEnforcement.

#include <memory>
#include <string>
#include <vector>

#include "models/world/karmada/server/api_server.h"

namespace firedrill::models::karmada {

class FederatedQuotas final : private TableWatcher<api::ResourceBinding>,
                              private TableWatcher<api::FederatedResourceQuota> {
 public:
  /// Admits bindings from now on. The server must outlive it.
  explicit FederatedQuotas(ApiServer& server);
  FederatedQuotas(const FederatedQuotas&) = delete;
  FederatedQuotas& operator=(const FederatedQuotas&) = delete;
  ~FederatedQuotas();

 private:
  using Quota = std::shared_ptr<const api::FederatedResourceQuota>;

  void changed(const Change<api::ResourceBinding>& change) override;
  void changed(const Change<api::FederatedResourceQuota>& change) override;
  [[nodiscard]] AdmissionVerdict review(const api::ResourceBinding& before,
                                        const api::ResourceBinding& after);
  /// In order of names.
  [[nodiscard]] std::vector<Quota> quotas_in(const std::string& space) const;
  /// What the bindings of its namespace use.
  void sum_up(const api::Key& quota);

  ApiServer& server_;
};

}  // namespace firedrill::models::karmada
