#pragma once

/// What a timeline says of the present: follows its events and keeps the state that they lead to,
/// of the control plane's objects as of the world. Metrics, expectations and summaries look at
/// this; it grows with clusters and workloads, never with the length of a run.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/timeline/events.h"

namespace firedrill::analysis {

/// What the scenario says and its timeline doesn't. All of it is optional: without it a workload is
/// known from its first event on, and wants as many replicas as it was ever assigned at once.
struct ScenarioFacts {
  struct Workload {
    std::string name;            ///< As in the timeline: Kind/namespace/name.
    api::Replicas replicas = 0;  ///< Of the template.
    bool duplicated = false;     ///< Each cluster is to run that many.
    sim::Time created_at = {};
  };
  std::vector<Workload> workloads;

  /// Replicas that an entry of `events` gives its target, by the entry's JSON pointer: in force
  /// from the ScenarioEvent of that entry with `applied` true.
  std::map<std::string, api::Replicas, std::less<>> replicas_by_event;
};

/// Pods of a workload in one cluster (the truth).
struct Copy {
  api::Replicas running = 0;
  api::Replicas ready = 0;
  api::Replicas pending = 0;
};

struct WorkloadState {
  std::uint32_t index = 0;  ///< Dense, in the order of the facts, then of appearance.
  std::string name;
  sim::Time created_at{};

  /// Replicas that should run: the template's, for a duplicated workload times the largest number
  /// of clusters that it was ever assigned to (at least one).
  api::Replicas desired = 0;

  timeline::ReplicasByCluster assigned;               ///< spec.clusters of the binding.
  std::set<std::string, std::less<>> eviction_tasks;  ///< Clusters with an open one.
  std::map<std::string, Copy, std::less<>> copies;
  Copy total;  ///< Sum over all copies.

  [[nodiscard]] api::Replicas assigned_total() const;
  /// Ready replicas in clusters that it is assigned to.
  [[nodiscard]] api::Replicas ready_where_assigned() const;
  /// Running replicas in clusters that it is not assigned to (any more).
  [[nodiscard]] api::Replicas running_elsewhere() const;

 private:
  friend class RunState;
  bool known_ = false;  // from the facts
  bool duplicated_ = false;
  api::Replicas replicas_ = 0;
  api::Replicas clusters_max_ = 1;
};

struct ClusterState {
  std::uint32_t index = 0;  ///< Dense, in the order of appearance.
  std::string name;
  bool joined = false;
  std::map<std::string, std::string, std::less<>> conditions;  ///< Status by type.
  std::vector<api::Taint> taints;
  std::int64_t faults = 0;  ///< Under way.
};

/// The workload or cluster that an event is about; null if none.
[[nodiscard]] const std::string* workload_of(const timeline::Payload& payload);
[[nodiscard]] const std::string* cluster_of(const timeline::Payload& payload);

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

  /// By index.
  [[nodiscard]] const std::deque<WorkloadState>& workloads() const { return workloads_; }
  [[nodiscard]] const std::deque<ClusterState>& clusters() const { return clusters_; }

 private:
  struct Change;  // visitor over payloads

  void assign(WorkloadState& workload, const timeline::ReplicasByCluster& clusters);
  void rescale(WorkloadState& workload, api::Replicas replicas);
  static void refresh_desired(WorkloadState& workload);

  std::map<std::string, api::Replicas, std::less<>> replicas_by_event_;
  std::deque<WorkloadState> workloads_;
  std::deque<ClusterState> clusters_;
  // For look-up only; the keys are views of the names above.
  std::unordered_map<std::string_view, WorkloadState*> workload_by_name_;
  std::unordered_map<std::string_view, ClusterState*> cluster_by_name_;
};

}  // namespace firedrill::analysis
