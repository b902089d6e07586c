#pragma once

/// What users do to Karmada's objects.

#include <memory>
#include <string>
#include <vector>

#include "models/spec/workload_spec.h"
#include "models/world/karmada/server/api_server.h"
#include "models/world/karmada/server/detector.h"
#include "models/world/user_access.h"
#include "sim/engine.h"

namespace firedrill::models::karmada {

/// As the control plane stores it.
[[nodiscard]] api::WorkloadRebalancer stored_rebalancer(const WorkloadRebalancer& rebalancer);

/// Somebody outside the control plane sets a condition of a cluster.
void set_condition(ApiServer& server, const std::string& cluster, const ConditionSpec& condition);

/// What a user finds around. All of it outlives the access.
struct UserSurroundings {
  sim::Engine& engine;
  ApiServer& server;
  Detector& detector;
  WorkloadModels& workload_models;
  const std::vector<WorkloadInstance>& workloads;
};

class KarmadaUserAccess final : public UserAccess {
 public:
  explicit KarmadaUserAccess(const UserSurroundings& surroundings) : around_(surroundings) {}

  [[nodiscard]] Edit taint(const TaintEvent& event) override;
  [[nodiscard]] Edit untaint(const UntaintEvent& event) override;
  [[nodiscard]] Edit label(const LabelEvent& event) override;
  [[nodiscard]] Edit condition(const ConditionEvent& event) override;
  [[nodiscard]] Edit unjoin(const UnjoinEvent& event) override;
  [[nodiscard]] Edit scale(const WorkloadInstance& workload, api::Replicas replicas) override;
  [[nodiscard]] Edit roll_out(const WorkloadInstance& workload,
                              const WorkloadModel& model) override;
  [[nodiscard]] Edit remove(const WorkloadInstance& workload) override;
  [[nodiscard]] Edit apply(const ScenarioObject& object) override;
  [[nodiscard]] Edit patch(const ObjectTarget& target, const api::Json& patch) override;
  [[nodiscard]] Edit remove(const ObjectTarget& target) override;

 private:
  // Creates or replaces; no overload for other systems' objects.
  [[nodiscard]] Edit put(const api::ClusterTaintPolicy& policy);
  [[nodiscard]] Edit put(const WorkloadRebalancer& rebalancer);
  [[nodiscard]] Edit put(const api::FederatedResourceQuota& quota);
  [[nodiscard]] Edit put(const api::PropagationPolicy& policy);

  [[nodiscard]] std::shared_ptr<const api::Cluster> cluster(const std::string& name) const;

  UserSurroundings around_;
};

}  // namespace firedrill::models::karmada
