#pragma once

/// A member cluster as it is: its nodes, the objects that its API server holds, the pods they bring
/// about. Nothing here knows of the network or of latencies on the way: a request acts in the
/// instant in which it arrives. What the control plane believes is another matter.
///
/// Everything happens in phase `world` of the run's engine, or within the call that causes it.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/member/workload_controller.h"
#include "policy/api/binding.h"
#include "policy/api/json_value.h"
#include "policy/api/quota.h"
#include "policy/api/work.h"
#include "policy/runtime/ports.h"

namespace firedrill::models {

/// Pods of a workload in a cluster, as they are.
struct PodTotals {
  std::int64_t running = 0;  ///< On a node with power, those that are ending included.
  std::int64_t ready = 0;
  std::int64_t pending = 0;

  friend bool operator==(const PodTotals&, const PodTotals&) = default;
};

class MemberCluster {
 public:
  MemberCluster(const MemberSurroundings& surroundings, const MemberOptions& options);
  MemberCluster(const MemberCluster&) = delete;
  MemberCluster& operator=(const MemberCluster&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

  // Requests to the API server. `unreachable` while the cluster has no power.

  /// Creates the object (generation 1) or updates it: the generation grows when replicas or
  /// template changed, labels alone don't count. `unmanaged` if an object of that name is there
  /// that is not ours, unless `overwrite`. Applying what is there already changes nothing.
  [[nodiscard]] policy::MemberOutcome apply(const api::Manifest& manifest, bool overwrite);
  /// Deletes a managed object at once; its pods end after their termination period. Done also if
  /// there is none, or one that is not ours.
  [[nodiscard]] policy::MemberOutcome remove(const api::ResourceReference& workload);
  /// Leaves the object in place, no longer ours. Done also if there is none.
  [[nodiscard]] policy::MemberOutcome release(const api::ResourceReference& workload);

  /// The managed object, or null. Equal answers share one value until the object changes.
  [[nodiscard]] std::shared_ptr<const policy::MemberObject> observe(
      const api::ResourceReference& workload) const;
  /// The managed objects, in order of arrival. O(workloads).
  [[nodiscard]] std::vector<api::ResourceReference> managed() const;
  /// Nodes and what is requested of them. O(nodes + workloads).
  [[nodiscard]] policy::Inventory inventory() const;
  /// Replicas of a managed workload that have been without a node since before that time.
  [[nodiscard]] std::int64_t unschedulable(const api::ResourceReference& workload,
                                           sim::Time since_before) const;

  // The truth, for whoever may know it.

  /// All objects that exist, ours or not, in order of arrival. O(workloads).
  [[nodiscard]] std::vector<api::ResourceReference> objects() const;
  /// Whether the object exists, ours or not.
  [[nodiscard]] bool holds(const api::ResourceReference& workload) const;
  [[nodiscard]] PodTotals totals(const api::ResourceReference& workload) const;
  [[nodiscard]] const NodePool& nodes() const { return controller_.pods().nodes(); }

  // Changes of the world.

  /// Without power all pods die and the API server is away; with it they start again. Nothing if it
  /// is so already.
  void set_power(bool powered);
  [[nodiscard]] bool powered() const { return powered_; }

  /// That many nodes more, like the last one.
  void add_nodes(std::int64_t count);
  /// The last ones go, with their pods.
  void remove_last_nodes(std::int64_t count);
  /// A new list. A node that keeps its name keeps its pods, even if it can't hold them any more.
  void set_nodes(const std::vector<MemberNode>& nodes);
  /// The first so many take no new pods, all others do.
  void cordon_first(std::int64_t count);

  /// Bounds the replicas that count as ready, for as long as the object exists; -1 lifts it. False
  /// if there is none.
  bool set_ready_cap(const api::ResourceReference& workload, std::int64_t cap);
  /// Merges a document (RFC 7386) into the object's status. False if there is no object.
  bool merge_status(const api::ResourceReference& workload, const api::Json& document);

 private:
  [[nodiscard]] const Resident* find(const api::ResourceReference& workload) const;
  [[nodiscard]] Resident* find(const api::ResourceReference& workload);
  [[nodiscard]] Resident& resident(const api::Manifest& manifest);
  [[nodiscard]] const WorkloadModel& model_of(const api::ResourceReference& workload,
                                              std::int64_t generation) const;
  bool take_manifest(Resident& at, const api::Manifest& manifest);
  void follow_background();
  void update(Resident& resident, const api::Manifest& manifest);
  void nodes_changed();
  [[nodiscard]] std::vector<policy::QuotaView> quota_views() const;

  MemberSurroundings surroundings_;
  std::string name_;
  std::vector<api::ResourceQuota> quotas_;
  std::optional<BackgroundSpec> background_;
  api::Timestamp epoch_;
  WorkloadModel plain_pods_;  // for workloads that nobody described
  WorkloadModel plain_inert_;
  WorkloadController controller_;
  std::deque<Resident> residents_;  // in order of arrival; addresses stay
  std::unordered_map<WorkloadKey, Resident*, WorkloadKey::Hash> by_name_;
  bool powered_ = true;
};

}  // namespace firedrill::models
