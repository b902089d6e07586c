#pragma once

/// What users do to the objects of Clusternet's hub.

#include <memory>
#include <string>

#include "models/spec/workload_spec.h"
#include "models/world/clusternet/api_server.h"
#include "models/world/user_access.h"
#include "models/world/world_member.h"

namespace firedrill::models::clusternet {

/// What a user finds around. All of it outlives the access.
struct UserSurroundings {
  ApiServer& server;
  const WorldMembers& members;
  WorkloadModels& workload_models;
};

class ClusternetUserAccess final : public UserAccess {
 public:
  explicit ClusternetUserAccess(const UserSurroundings& surroundings) : around_(surroundings) {}

  // Clusters.

  [[nodiscard]] Edit taint(const TaintEvent& event) override;
  [[nodiscard]] Edit untaint(const UntaintEvent& event) override;
  /// Those that registration set stay.
  [[nodiscard]] Edit label(const LabelEvent& event) override;
  [[nodiscard]] Edit condition(const ConditionEvent& event) override;
  [[nodiscard]] Edit unjoin(const UnjoinEvent& event) override;

  // Workloads: the templates, which are stored under `template_key`.

  [[nodiscard]] Edit scale(const WorkloadInstance& workload, api::Replicas replicas) override;
  [[nodiscard]] Edit roll_out(const WorkloadInstance& workload,
                              const WorkloadModel& model) override;
  /// Together with the subscription that feeds nothing else.
  [[nodiscard]] Edit remove(const WorkloadInstance& workload) override;

  // Subscriptions, FeedInventories, ManagedClusters. There is nothing to do to Karmada's objects.

  [[nodiscard]] Edit apply(const ScenarioObject& object) override;
  [[nodiscard]] Edit patch(const ObjectTarget& target, const api::Json& patch) override;
  [[nodiscard]] Edit remove(const ObjectTarget& target) override;

 private:
  [[nodiscard]] Edit put(const policy::clusternet::Subscription& subscription);
  [[nodiscard]] Edit put(const policy::clusternet::FeedInventory& inventory);
  [[nodiscard]] std::shared_ptr<const policy::clusternet::ManagedCluster> cluster(
      const std::string& name) const;

  UserSurroundings around_;
};

/// Where the control plane keeps the template of a workload.
[[nodiscard]] api::Key template_key(const WorkloadInstance& workload);
/// Where it keeps the ManagedCluster of a member.
[[nodiscard]] api::Key cluster_key(const ClusterSpec& spec);

}  // namespace firedrill::models::clusternet
