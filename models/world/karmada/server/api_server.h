#pragma once

/// Karmada's API server: its objects, and what it knows of each kind.

#include "models/store/api_server.h"
#include "models/world/karmada/server/rules.h"

namespace firedrill::models::karmada {

class ApiServer final : public models::ApiServer {
 public:
  using models::ApiServer::ApiServer;

  ObjectTable<api::Cluster> clusters{*this};
  ObjectTable<api::ResourceBinding> bindings{*this};
  ObjectTable<api::Work> works{*this};
  ObjectTable<api::Lease> leases{*this};
  ObjectTable<api::ClusterTaintPolicy> taint_policies{*this};
  ObjectTable<api::ResourceTemplate> templates{*this};
  ObjectTable<api::WorkloadRebalancer> rebalancers{*this};
  ObjectTable<api::ExecutionSpace> execution_spaces{*this};
  ObjectTable<api::FederatedResourceQuota> federated_quotas{*this};
};

}  // namespace firedrill::models::karmada
