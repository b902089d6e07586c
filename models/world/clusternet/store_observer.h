#pragma once

/// Writes down what shows in Clusternet's objects, by comparing each with what it was: policy code
/// does not report what it did, so it cannot misreport. The timeline speaks of workloads: what
/// happens to a subscription is told of each of its feeds.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/recorder.h"
#include "models/world/clusternet/api_server.h"
#include "models/world/world_member.h"
#include "policy/runtime/decision.h"

namespace firedrill::models::clusternet {

class StoreObserver final : private TableWatcher<policy::clusternet::ManagedCluster>,
                            private TableWatcher<policy::clusternet::Subscription>,
                            private TableWatcher<policy::clusternet::Description> {
 public:
  /// `full_detail`: scheduling decisions tell of every cluster.
  StoreObserver(ApiServer& server,
                WorldMembers& members,
                timeline::Recorder& recorder,
                bool full_detail);
  ~StoreObserver();
  StoreObserver(const StoreObserver&) = delete;
  StoreObserver& operator=(const StoreObserver&) = delete;

  /// The reasons behind the subscription's next binding.
  void announce_decision(const api::Key& subscription,
                         std::shared_ptr<const policy::Decision> decision);
  /// A scheduling pass failed.
  void scheduling_failed(const api::Key& subscription,
                         std::string_view reason,
                         std::string_view message);
  /// The workloads that the subscription feeds, as the timeline calls them; one of its own name if
  /// it is gone.
  [[nodiscard]] std::vector<std::string> workloads(const api::Key& subscription) const;

 private:
  void changed(const Change<policy::clusternet::ManagedCluster>& change) override;
  void changed(const Change<policy::clusternet::Subscription>& change) override;
  void changed(const Change<policy::clusternet::Description>& change) override;

  /// What one write shows: its events, side by side.
  using News = timeline::Siblings;

  void compare_conditions(const policy::clusternet::ManagedCluster& before,
                          const policy::clusternet::ManagedCluster& after,
                          News& news);
  void compare_taints(const policy::clusternet::ManagedCluster& before,
                      const policy::clusternet::ManagedCluster& after,
                      News& news);
  void compare_manifests(const policy::clusternet::Description& before,
                         const policy::clusternet::Description& after,
                         News& news);
  [[nodiscard]] MemberGrounds& grounds(const std::string& cluster);
  /// Replicas that the feed has in each bound cluster, by the cluster's name.
  [[nodiscard]] timeline::ReplicasByCluster assignment(
      const policy::clusternet::Subscription& subscription,
      const policy::clusternet::Feed& feed) const;
  [[nodiscard]] std::optional<timeline::Decision> take_decision(const api::Key& subscription);

  ApiServer& server_;
  WorldMembers& members_;
  timeline::Recorder& recorder_;
  bool full_detail_;
  std::map<api::Key, std::shared_ptr<const policy::Decision>> decisions_;
};

}  // namespace firedrill::models::clusternet
