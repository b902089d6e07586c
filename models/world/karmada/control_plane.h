#pragma once

/// Karmada in the world: its API server with what admission, detector and namespace controller make
/// of objects, its controller manager, scheduler, descheduler and agents, and what it promises.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "models/world/control_plane.h"
#include "models/world/karmada/invariants/invariants.h"
#include "models/world/karmada/process.h"
#include "models/world/karmada/server/api_server.h"
#include "models/world/karmada/server/detector.h"
#include "models/world/karmada/server/execution_spaces.h"
#include "models/world/karmada/server/federated_quotas.h"
#include "models/world/karmada/store_observer.h"
#include "models/world/karmada/user_access.h"
#include "policy/karmada/options.h"
#include "policy/karmada/propagation/interpreter.h"

namespace firedrill::models::karmada {

class KarmadaControlPlane final : public ControlPlane {
 public:
  explicit KarmadaControlPlane(const ControlPlaneSurroundings& surroundings);
  KarmadaControlPlane(const KarmadaControlPlane&) = delete;
  KarmadaControlPlane& operator=(const KarmadaControlPlane&) = delete;

  [[nodiscard]] ApiServer& server() { return server_; }
  [[nodiscard]] const ApiServer& server() const { return server_; }

  void complete(timeline::Header& header) const override;
  void create_objects() override;
  void start() override;
  void create(const WorkloadInstance& workload) override { (void)detector_.create(workload); }
  void join(const std::string& cluster) override;
  [[nodiscard]] bool has_cluster(const std::string& cluster) const override;
  [[nodiscard]] Process* watcher_of(const WorldMember& member) const override;
  [[nodiscard]] UserAccess& users() override { return users_; }

 private:
  void set_admission();
  void customize(const WorkloadSpec& workload);
  void add_agent(const std::string& cluster);
  void add_process(const std::string& name,
                   const std::string& home,
                   const policy::karmada::ProcessFlags& flags,
                   const ClientLimits& limits,
                   api::Duration clock_skew,
                   KarmadaProcess::Start start);

  ControlPlaneSurroundings around_;
  policy::karmada::Options options_;
  policy::karmada::ResourceInterpreter interpreter_;
  ApiServer server_;
  StoreObserver observer_;
  Invariants invariants_;
  ExecutionSpaces execution_spaces_;
  std::optional<FederatedQuotas> federated_quotas_;
  Detector detector_;
  KarmadaUserAccess users_;
};

/// The API server of a control plane, for whoever looks at its objects or writes as a user. Throws
/// std::bad_cast if it is not Karmada's.
[[nodiscard]] ApiServer& api_server(ControlPlane& control_plane);
[[nodiscard]] const ApiServer& api_server(const ControlPlane& control_plane);

}  // namespace firedrill::models::karmada
