#pragma once

/// Clusternet in the world: the API server of its hub, its controller manager and scheduler, an
/// agent in every member, and what it promises.

#include <string>

#include "models/world/clusternet/api_server.h"
#include "models/world/clusternet/invariants.h"
#include "models/world/clusternet/process.h"
#include "models/world/clusternet/store_observer.h"
#include "models/world/clusternet/user_access.h"
#include "models/world/control_plane.h"
#include "policy/clusternet/options.h"

namespace firedrill::models::clusternet {

class ClusternetControlPlane final : public ControlPlane {
 public:
  explicit ClusternetControlPlane(const ControlPlaneSurroundings& surroundings);
  ClusternetControlPlane(const ClusternetControlPlane&) = delete;
  ClusternetControlPlane& operator=(const ClusternetControlPlane&) = delete;

  [[nodiscard]] ApiServer& server() { return server_; }
  [[nodiscard]] const ApiServer& server() const { return server_; }

  void complete(timeline::Header& header) const override;
  void create_objects() override;
  void start() override;
  void create(const WorkloadInstance& workload) override;
  void join(const std::string& cluster) override;
  [[nodiscard]] bool has_cluster(const std::string& cluster) const override;
  /// Null: nobody in Clusternet watches what it deployed.
  [[nodiscard]] Process* watcher_of(const WorldMember& /*member*/) const override {
    return nullptr;
  }
  [[nodiscard]] UserAccess& users() override { return users_; }

 private:
  void add_agent(const std::string& cluster);
  void add_process(const std::string& name,
                   const std::string& home,
                   const ElectionTerms& election,
                   const policy::ProcessFlags& flags,
                   api::Duration clock_skew,
                   ClusternetProcess::Start start);

  ControlPlaneSurroundings around_;
  policy::clusternet::Options options_;
  ApiServer server_;
  StoreObserver observer_;
  Invariants invariants_;
  ClusternetUserAccess users_;
};

/// The API server of a control plane, for whoever looks at its objects or writes as a user. Throws
/// std::bad_cast if it is not Clusternet's.
[[nodiscard]] ApiServer& api_server(ControlPlane& control_plane);
[[nodiscard]] const ApiServer& api_server(const ControlPlane& control_plane);

}  // namespace firedrill::models::clusternet
