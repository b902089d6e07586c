#pragma once

/// A process of Clusternet's hub, or an agent: caches of the hub's objects, the way to the
/// predictors, and what its component tells of itself.

#include <functional>
#include <memory>
#include <string_view>

#include "models/process/process.h"
#include "models/world/clusternet/api_server.h"
#include "models/world/clusternet/invariants.h"
#include "models/world/clusternet/predictor_access.h"
#include "models/world/clusternet/store_observer.h"
#include "models/world/processes.h"
#include "policy/clusternet/ports.h"

namespace firedrill::models::clusternet {

/// What all processes of one Clusternet share. All of it outlives them.
struct ClusternetSurroundings {
  ApiServer& server;
  StoreObserver& observer;
  Invariants& invariants;
  const Processes& processes;
  api::Duration predictor_latency{};
};

class ClusternetProcess final : public Process, private policy::clusternet::Recorder {
 public:
  using Start = std::function<std::unique_ptr<policy::Component>(policy::clusternet::Ports&)>;

  ClusternetProcess(const ProcessSurroundings& surroundings,
                    const ProcessOptions& options,
                    const ClusternetSurroundings& clusternet,
                    const Start& start);

 private:
  void heartbeat_lost(std::string_view cluster, api::Timestamp last_observed) override;
  void heartbeat_seen(std::string_view cluster, api::Timestamp observed) override;
  void subscription_queued(const policy::clusternet::SubscriptionQueued& entry) override;
  void subscription_taken(const api::Key& subscription) override;
  [[nodiscard]] bool wants_decisions() const override { return recorder_.heard(); }
  void decided(const api::Key& subscription,
               std::shared_ptr<const policy::Decision> decision) override;
  void scheduling_failed(const api::Key& subscription,
                         std::string_view reason,
                         std::string_view message) override;

  ClusternetSurroundings clusternet_;
  timeline::Recorder& recorder_;
  ProcessStore<policy::clusternet::ManagedCluster> clusters_;
  ProcessStore<policy::clusternet::Subscription> subscriptions_;
  ProcessStore<policy::clusternet::FeedInventory> inventories_;
  ProcessStore<policy::clusternet::Base> bases_;
  ProcessStore<policy::clusternet::Localization> localizations_;
  ProcessStore<policy::clusternet::Description> descriptions_;
  ProcessStore<api::ResourceTemplate> templates_;
  PredictorAccess predictors_;
  policy::clusternet::Objects objects_;
  policy::clusternet::Ports ports_;
  std::unique_ptr<policy::Component> component_;
};

}  // namespace firedrill::models::clusternet
