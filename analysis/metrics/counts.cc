#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "analysis/metrics/fold.h"

namespace firedrill::analysis {
namespace {

using timeline::ReplicasByCluster;

struct WorkloadCounts {
  api::Replicas moved = 0;
  std::map<std::string, api::Replicas> owed;  // taken away and not given back yet, by cluster
  std::int64_t state_preserved = 0;
  std::int64_t state_lost = 0;
  sim::Duration work_lost{};
  bool started = false;  // with state or without
};

struct ClusterCounts {
  std::string ready;  // status of the condition
  std::int64_t turns = 0;
};

/// Takes so many of what is owed, or all, from the first by name on. How many it took.
api::Replicas take(std::map<std::string, api::Replicas>& owed, api::Replicas wanted) {
  api::Replicas taken = 0;
  while (taken < wanted && !owed.empty()) {
    api::Replicas& first = owed.begin()->second;
    const api::Replicas some = std::min(first, wanted - taken);
    taken += some;
    first -= some;
    if (first == 0) owed.erase(owed.begin());
  }
  return taken;
}

class CountFold final : public Fold {
 public:
  void before(const timeline::TimelineEvent& event, RunState& state) override {
    std::visit([&](const auto& payload) { compare(payload, state); }, event.payload);
  }

  void after(const timeline::TimelineEvent& event, RunState& state) override {
    std::visit([&](const auto& payload) { see(payload, state); }, event.payload);
  }

  void finish(const timeline::Footer& footer, RunState& state, MetricTable& table) override {
    for (const WorkloadState& workload : state.workloads()) {
      const WorkloadCounts& counts = entry(workloads_, workload.index);
      const auto put = [&](Measure measure, std::int64_t count) {
        table.put(measure, Subject::workload, workload.name, count);
      };
      put(Measure::migrations, counts.moved);
      put(Measure::state_preserved, counts.state_preserved);
      put(Measure::state_lost, counts.state_lost);
      table.put(Measure::state_work_lost, Subject::workload, workload.name,
                Amount(counts.work_lost));
      table.put_priority(workload.name, workload.traits().priority);
    }
    for (const ClusterState& cluster : state.clusters()) {
      table.put(Measure::condition_changes, Subject::cluster, cluster.name,
                entry(clusters_, cluster.index).turns);
    }
    for (const auto& [component, counts] : footer.api) {
      table.put(Measure::api_writes, Subject::component, component, counts.writes);
      table.put(Measure::api_reads, Subject::component, component, counts.reads);
      table.put(Measure::api_conflicts, Subject::component, component, counts.conflicts);
    }
  }

 private:
  template <class Other>
  void compare(const Other&, RunState&) {}
  template <class Other>
  void see(const Other&, RunState&) {}

  void compare(const timeline::GracefulEvictionTaskAdded& e, RunState& state) {
    move(state.workload(e.workload), e.clusters);
  }
  void compare(const timeline::BindingScheduled& e, RunState& state) {
    move(state.workload(e.workload), e.clusters);
  }
  void compare(const timeline::SubscriptionScheduled& e, RunState& state) {
    const WorkloadState& workload = state.workload(e.workload);
    move(workload, assignment_of(e, workload));
  }
  void see(const timeline::StatePreserved& e, RunState& state) {
    ++entry(workloads_, state.workload(e.workload).index).state_preserved;
  }
  void see(const timeline::StateResumed& e, RunState& state) {
    WorkloadCounts& counts = entry(workloads_, state.workload(e.workload).index);
    if (counts.started && !e.from) ++counts.state_lost;
    counts.started = true;
    if (e.lost) counts.work_lost += e.lost->length;
  }
  void see(const timeline::ClusterConditionChanged& e, RunState& state) {
    if (e.condition != api::condition_ready) return;
    ClusterCounts& counts = entry(clusters_, state.cluster(e.cluster).index);
    if (!counts.ready.empty() && counts.ready != e.status) ++counts.turns;
    counts.ready = e.status;
  }

  // What one cluster loses and another gets has moved, be it in one step or, after an eviction, in
  // two. What is neither assigned nor desired any more will not come back.
  void move(const WorkloadState& workload, const ReplicasByCluster& next) {
    const bool has_replicas = workload.desired > 0;
    const auto weight = [&](api::Replicas replicas) { return has_replicas ? replicas : 1; };
    const auto in = [&](const ReplicasByCluster& clusters, const std::string& name) {
      const auto found = clusters.find(name);
      return found == clusters.end() ? 0 : weight(found->second);
    };
    WorkloadCounts& counts = entry(workloads_, workload.index);
    for (const auto& [name, replicas] : workload.assigned) {
      const api::Replicas lost = weight(replicas) - in(next, name);
      if (lost > 0) counts.owed[name] += lost;
    }
    api::Replicas gained = 0;
    api::Replicas assigned = 0;
    for (const auto& [name, replicas] : next) {
      assigned += weight(replicas);
      const api::Replicas more = weight(replicas) - in(workload.assigned, name);
      if (more > 0) gained += more - give_back(counts, name, more);
    }
    counts.moved += take(counts.owed, gained);
    if (!has_replicas) return;
    api::Replicas owed = 0;
    for (const auto& [name, replicas] : counts.owed)
      owed += replicas;
    (void)take(counts.owed, owed - std::max<api::Replicas>(0, workload.desired - assigned));
  }

  /// What a cluster gets back of its own has not moved. How many of `more` that is.
  static api::Replicas give_back(WorkloadCounts& counts,
                                 const std::string& cluster,
                                 api::Replicas more) {
    const auto owed = counts.owed.find(cluster);
    if (owed == counts.owed.end()) return 0;
    const api::Replicas back = std::min(more, owed->second);
    owed->second -= back;
    if (owed->second == 0) counts.owed.erase(owed);
    return back;
  }

  std::vector<WorkloadCounts> workloads_;
  std::vector<ClusterCounts> clusters_;
};

}  // namespace

std::unique_ptr<Fold> make_count_fold() {
  return std::make_unique<CountFold>();
}

}  // namespace firedrill::analysis
