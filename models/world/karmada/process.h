#pragma once

/// A process of Karmada's control plane, or its agent: caches of Karmada's objects, estimators, and
/// what its component tells of itself.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "models/process/process.h"
#include "models/world/karmada/estimator_access.h"
#include "models/world/karmada/invariants/invariants.h"
#include "models/world/karmada/server/api_server.h"
#include "models/world/karmada/store_observer.h"
#include "policy/karmada/ports.h"

namespace firedrill::models::karmada {

/// What all processes of one Karmada share. All of it outlives them.
struct KarmadaSurroundings {
  ApiServer& server;
  StoreObserver& observer;
  Invariants& invariants;
};

class KarmadaProcess final : public Process, private policy::karmada::Recorder {
 public:
  using Start = std::function<std::unique_ptr<policy::Component>(policy::karmada::Ports&)>;

  KarmadaProcess(const ProcessSurroundings& surroundings,
                 const ProcessOptions& options,
                 const KarmadaSurroundings& karmada,
                 const Start& start);

 private:
  void eviction_queued(const policy::karmada::EvictionQueued& entry) override;
  void eviction_dequeued(const policy::karmada::EvictionDequeued& entry) override;
  void task_ends(const api::Key& binding,
                 std::string_view cluster,
                 std::string_view reason) override;
  [[nodiscard]] bool wants_decisions() const override { return recorder_.heard(); }
  [[nodiscard]] bool wants_every_cluster() const override {
    return karmada_.observer.full_detail();
  }
  void decided(const api::Key& binding, std::shared_ptr<const policy::Decision> decision) override;
  void lease_expired(std::string_view cluster, api::Timestamp last_renewed) override;
  void works_synced(const api::Key& binding, std::int64_t generation) override;

  [[nodiscard]] std::string workload(const api::Key& binding) const;

  KarmadaSurroundings karmada_;
  timeline::Recorder& recorder_;
  ProcessStore<api::Cluster> clusters_;
  ProcessStore<api::ResourceBinding> bindings_;
  ProcessStore<api::Work> works_;
  ProcessStore<api::Lease> leases_;
  ProcessStore<api::ClusterTaintPolicy> taint_policies_;
  ProcessStore<api::ResourceTemplate> templates_;
  ProcessStore<api::WorkloadRebalancer> rebalancers_;
  ProcessStore<api::ExecutionSpace> execution_spaces_;
  EstimatorAccess estimators_;
  std::uint64_t retried_ = 0;  ///< The last attempt at an eviction, if it is to be repeated.
  policy::karmada::Objects objects_;
  policy::karmada::Ports ports_;
  std::unique_ptr<policy::Component> component_;
};

}  // namespace firedrill::models::karmada
