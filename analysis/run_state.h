#pragma once

/// What a timeline says of the present: follows its events and keeps the state that they lead to,
/// of the control plane's objects as of the world. Metrics, expectations and summaries look at
/// this; it grows with clusters and workloads, never with the length of a run.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/preflight.h"
#include "analysis/timeline/events.h"
#include "policy/api/name.h"
#include "policy/api/placement.h"
#include "policy/api/quantity.h"

namespace firedrill::analysis {

/// Where a policy wishes replicas to be, whatever is the matter with clusters at the moment.
class PolicyWish {
 public:
  using Joined = std::function<bool(std::string_view cluster)>;

  PolicyWish() = default;
  PolicyWish(const PolicyWish&) = delete;
  PolicyWish& operator=(const PolicyWish&) = delete;
  virtual ~PolicyWish() = default;

  /// What a fresh scheduling would give if all clusters that have joined were healthy.
  [[nodiscard]] virtual timeline::ReplicasByCluster assignment(api::Replicas replicas,
                                                               bool ties_descending,
                                                               const Joined& joined) const = 0;
};

/// What workloads have in common that follow one policy.
struct WorkloadTraits {
  bool duplicated = false;  ///< Each cluster is to run all replicas.
  std::vector<api::SpreadConstraint> spread_constraints = {};
  /// Null: the policy leaves the choice to the scheduler.
  std::shared_ptr<const PolicyWish> wish = {};
  api::ResourceList requests = {};  ///< Of `pods_per_set` pods.
  api::Replicas pods_per_set = 1;   ///< Above 1: the pods are unlike, and come in sets.
  std::int32_t priority = 0;
};

/// What the scenario says and its timeline doesn't. All of it is optional: without it a workload is
/// known from its first event on, and wants as many replicas as it was ever assigned at once.
struct ScenarioFacts {
  struct Workload {
    api::Name name;              ///< As in the timeline: Kind/namespace/name.
    api::Replicas replicas = 0;  ///< Of the template.
    sim::Time created_at = {};
    std::shared_ptr<const WorkloadTraits> traits = {};  ///< Null: the default.
    bool ties_descending = false;  ///< How its uid decides between clusters with equal claims.
  };
  std::vector<Workload> workloads;

  /// What clusters offer when they join, by name.
  std::map<std::string, api::ResourceList, std::less<>> allocatable;

  /// What an entry of `events` changes, by the entry's JSON pointer: in force from the
  /// ScenarioEvent of that entry with `applied` true.
  struct Change {
    std::string workload;
    std::optional<api::Replicas> replicas = {};
    std::shared_ptr<const WorkloadTraits> traits = {};
  };
  std::map<std::string, std::vector<Change>, std::less<>> changes;

  /// What the pre-flight check found, workloads by their number in `workloads`.
  std::vector<Finding> preflight = {};
};

/// Pods of a workload in one cluster (the truth).
struct Copy {
  api::Replicas running = 0;
  api::Replicas ready = 0;
  api::Replicas pending = 0;
  api::Replicas completed = 0;  ///< Did their work, and need not run again.
};

struct WorkloadState {
  std::uint32_t index = 0;  ///< Dense, in the order of the facts, then of appearance.
  api::Name name;
  sim::Time created_at{};

  /// Replicas that should run: the template's, for a duplicated workload times the largest number
  /// of clusters that it was ever assigned to (at least one); less those that completed in clusters
  /// that it is assigned to.
  api::Replicas desired = 0;

  timeline::ReplicasByCluster assigned;               ///< spec.clusters of the binding.
  std::set<std::string, std::less<>> eviction_tasks;  ///< Clusters with an open one.
  std::map<std::string, Copy, std::less<>> copies;
  Copy total;  ///< Sum over all copies.

  [[nodiscard]] const WorkloadTraits& traits() const { return *traits_; }
  /// Of the template; 0 if nobody said.
  [[nodiscard]] api::Replicas replicas() const { return replicas_; }
  [[nodiscard]] bool ties_descending() const { return ties_descending_; }

  [[nodiscard]] api::Replicas assigned_total() const;
  /// Ready replicas in clusters that it is assigned to.
  [[nodiscard]] api::Replicas ready_where_assigned() const;
  /// Running replicas in clusters that it is not assigned to (any more).
  [[nodiscard]] api::Replicas running_elsewhere() const;

 private:
  friend class RunState;
  bool known_ = false;  // from the facts
  bool ties_descending_ = false;
  std::shared_ptr<const WorkloadTraits> traits_;
  api::Replicas replicas_ = 0;
  api::Replicas clusters_max_ = 1;
};

struct ClusterState {
  std::uint32_t index = 0;  ///< Dense, in the order of appearance.
  api::Name name;
  bool joined = false;
  std::string provider;
  std::string region;
  std::vector<std::string> zones;
  api::ResourceList allocatable;                               ///< Of its nodes (the truth).
  std::map<std::string, std::string, std::less<>> conditions;  ///< Status by type.
  std::vector<api::Taint> taints;
  std::int64_t faults = 0;  ///< Under way.

  [[nodiscard]] bool evicts() const;  ///< It has a NoExecute taint.
  /// Nothing speaks against its being ready: the condition is True, or not there yet.
  [[nodiscard]] bool looks_ready() const;
  /// It has a taint that keeps replicas from being assigned there: NoSchedule or NoExecute.
  [[nodiscard]] bool repels() const;
};

/// The workload or cluster that an event is about; null if none.
[[nodiscard]] const std::string* workload_of(const timeline::Payload& payload);
[[nodiscard]] const std::string* cluster_of(const timeline::Payload& payload);

/// What a subscription assigns to clusters, all feeds of the workload summed up. Clusternet knows
/// the replicas of few kinds; of others a cluster that is to have a full copy has the template's.
[[nodiscard]] timeline::ReplicasByCluster assignment_of(
    const timeline::SubscriptionScheduled& event, const WorkloadState& workload);

class RunState {
 public:
  explicit RunState(ScenarioFacts facts = {});

  /// Follows an event. Amortised O(1) but for the size of the event.
  void apply(const timeline::Payload& payload);

  /// Knows the workload or cluster from now on, if it didn't. References stay valid.
  WorkloadState& workload(std::string_view name);
  ClusterState& cluster(std::string_view name);

  /// Null if it doesn't know the name.
  [[nodiscard]] const WorkloadState* find_workload(std::string_view name) const;
  [[nodiscard]] const ClusterState* find_cluster(std::string_view name) const;

  /// What the event will change about workloads.
  [[nodiscard]] std::span<const ScenarioFacts::Change> changes_of(
      const timeline::ScenarioEvent& event) const;

  /// Clusters that the event, which is about to be applied, evicts its workload from without a
  /// graceful eviction task: a Karmada controller strikes them off the binding (legacy, without
  /// graceful eviction), or Clusternet's scheduler finds another assignment without a cluster whose
  /// taint keeps replicas away.
  [[nodiscard]] std::vector<std::string> evicted_without_task(
      const timeline::Payload& payload) const;

  [[nodiscard]] const std::vector<Finding>& preflight() const { return facts_.preflight; }

  /// By index.
  [[nodiscard]] const std::deque<WorkloadState>& workloads() const { return workloads_; }
  [[nodiscard]] const std::deque<ClusterState>& clusters() const { return clusters_; }

 private:
  struct Change;  // visitor over payloads

  void assign(WorkloadState& workload, const timeline::ReplicasByCluster& clusters);
  void change(const ScenarioFacts::Change& change);
  static void refresh_desired(WorkloadState& workload);

  ScenarioFacts facts_;  // but for the workloads
  std::shared_ptr<const WorkloadTraits> usual_traits_ = std::make_shared<const WorkloadTraits>();
  std::deque<WorkloadState> workloads_;
  std::deque<ClusterState> clusters_;
  // For look-up only; the keys are views of the names above.
  std::unordered_map<std::string_view, WorkloadState*> workload_by_name_;
  std::unordered_map<std::string_view, ClusterState*> cluster_by_name_;
};

}  // namespace firedrill::analysis
