#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/metrics/fold.h"

namespace firedrill::analysis {
namespace {

/// Counts by workload, and again by cluster.
struct EvictionCounts {
  std::int64_t started = 0;
  std::int64_t by_health = 0;
  std::int64_t by_timeout = 0;
  std::int64_t needless = 0;
  std::int64_t into_nothing = 0;
  std::optional<sim::Duration> longest_wait;
};

/// Whether what was the matter with a cluster is over.
struct Recovery {
  bool faulty = false;          ///< A fault struck since the cluster was last well.
  std::int64_t faults_end = 0;  ///< How often its last fault was over.
  std::int64_t taints_end = 0;  ///< How often its last NoExecute taint was gone.

  void look(const ClusterState& cluster) {
    if (cluster.faults == 0 && cluster.looks_ready() && !cluster.evicts()) faulty = false;
  }
};

/// A graceful eviction task that is not over.
struct OpenTask {
  bool by_fault = false;
  bool needless = false;  ///< From the beginning.
  std::int64_t recoveries = 0;
  bool removes_copy = false;
  bool removes_at_once = false;

  OpenTask(const timeline::EvictionTask& task,
           const ClusterState& cluster,
           const Recovery& recovery)
      : by_fault(recovery.faulty),
        needless(recovery.faulty && cluster.faults == 0),
        recoveries(count(recovery)),
        removes_copy(task.purge_mode != api::purge_never &&
                     !task.suppress_deletion.value_or(false)),
        removes_at_once(removes_copy && task.purge_mode == api::purge_directly) {}

  [[nodiscard]] bool is_needless(const Recovery& recovery) const {
    return needless || count(recovery) != recoveries;
  }

 private:
  [[nodiscard]] std::int64_t count(const Recovery& recovery) const {
    return by_fault ? recovery.faults_end : recovery.taints_end;
  }
};

/// For how long at least one key could be taken from an eviction queue.
class QueueClock {
 public:
  using Key = std::tuple<std::string, std::string, std::string>;  // queue, workload, cluster

  void enter(Key key, sim::Time now, sim::Time ready_at) {
    advance(now);
    leave_quietly(key);
    ready_times_.insert(ready_at);
    keys_.emplace(std::move(key), ready_at);
  }
  void leave(const Key& key, sim::Time now) {
    advance(now);
    leave_quietly(key);
  }
  /// Accounts for the time up to now.
  void advance(sim::Time now) {
    if (!ready_times_.empty()) {
      const sim::Time from = std::max(until_, *ready_times_.begin());
      if (from < now) busy_ += now - from;
    }
    until_ = now;
  }
  [[nodiscard]] sim::Duration busy() const { return busy_; }

 private:
  void leave_quietly(const Key& key) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return;
    ready_times_.erase(ready_times_.find(found->second));
    keys_.erase(found);
  }

  std::map<Key, sim::Time> keys_;
  std::multiset<sim::Time> ready_times_;
  sim::Time until_{};
  sim::Duration busy_{};
};

class EvictionFold final : public Fold {
 public:
  void before(const timeline::TimelineEvent& event, RunState& state) override {
    if (event.time > at_once_time_) count_into_nothing(state);
    evicted_ = state.evicted_without_task(event.payload);
  }

  void after(const timeline::TimelineEvent& event, RunState& state) override {
    std::visit([&](const auto& payload) { see(payload, event.time, state); }, event.payload);
    if (!evicted_.empty()) count_at_once(*workload_of(event.payload), event.time, state);
  }

  void finish(const timeline::Footer& footer, RunState& state, MetricTable& table) override {
    count_into_nothing(state);
    std::vector<EvictionCounts> by_workload = by_workload_;
    std::vector<EvictionCounts> by_cluster = by_cluster_;
    count_open_tasks(state, by_workload, by_cluster);
    for (const WorkloadState& workload : state.workloads()) {
      const EvictionCounts& counts = entry(by_workload, workload.index);
      put(counts, Subject::workload, workload.name, table);
      if (counts.longest_wait) {
        table.put(Measure::eviction_queue_wait, Subject::workload, workload.name,
                  Amount(*counts.longest_wait));
      }
    }
    for (const ClusterState& cluster : state.clusters()) {
      put(entry(by_cluster, cluster.index), Subject::cluster, cluster.name, table);
    }
    clock_.advance(footer.time.time);
    table.put(Measure::eviction_queue_depth, depth_max_);
    table.put(Measure::evictions_from_queue, from_queue_);
    table.put(Measure::eviction_queue_busy, Amount(clock_.busy()));
    if (last_end_ && open_.empty()) {
      const sim::Time event = first_event_.value_or(sim::start_time);
      table.put(Measure::eviction_end, Amount(*last_end_ - first_fault_.value_or(event)));
    }
  }

 private:
  template <class Other>
  void see(const Other&, sim::Time, RunState&) {}

  void see(const timeline::FaultStarted& e, sim::Time now, RunState& state) {
    if (!first_fault_) first_fault_ = now;
    for (const std::string& name : e.clusters)
      recovery(state.cluster(name)).faulty = true;
  }
  void see(const timeline::FaultEnded& e, sim::Time, RunState& state) {
    for (const std::string& name : e.clusters) {
      const ClusterState& cluster = state.cluster(name);
      if (cluster.faults == 0) ++recovery(cluster).faults_end;
      recovery(cluster).look(cluster);
    }
  }
  void see(const timeline::TaintRemoved& e, sim::Time, RunState& state) {
    const ClusterState& cluster = state.cluster(e.cluster);
    if (e.taint.effect == "NoExecute" && !cluster.evicts()) ++recovery(cluster).taints_end;
    recovery(cluster).look(cluster);
  }
  void see(const timeline::ClusterConditionChanged& e, sim::Time, RunState& state) {
    const ClusterState& cluster = state.cluster(e.cluster);
    recovery(cluster).look(cluster);
  }
  void see(const timeline::ScenarioEvent& e, sim::Time now, RunState&) {
    if (e.applied && !first_event_) first_event_ = now;
  }
  void see(const timeline::EvictionQueued& e, sim::Time now, RunState&) {
    depth_max_ = std::max(depth_max_, e.depth);
    const sim::Time ready_at = e.ready_at ? e.ready_at->time : now;
    clock_.enter({e.queue, e.workload, e.cluster}, now, std::max(now, ready_at));
  }
  void see(const timeline::EvictionDequeued& e, sim::Time now, RunState& state) {
    clock_.leave({e.queue, e.workload, e.cluster}, now);
    if (e.outcome == "Evicted") ++from_queue_;
    auto& longest = entry(by_workload_, state.workload(e.workload).index).longest_wait;
    longest = std::max(longest.value_or(sim::Duration{}), e.waited.length);
  }
  void see(const timeline::GracefulEvictionTaskAdded& e, sim::Time, RunState& state) {
    const ClusterState& cluster = state.cluster(e.cluster);
    open_.insert_or_assign({state.workload(e.workload).index, cluster.index},
                           OpenTask(e.task, cluster, recovery(cluster)));
    both(e.workload, e.cluster, state, [](EvictionCounts& counts) { ++counts.started; });
  }
  void see(const timeline::GracefulEvictionTaskRemoved& e, sim::Time now, RunState& state) {
    last_end_ = now;
    const ClusterState& cluster = state.cluster(e.cluster);
    const auto task = open_.extract({state.workload(e.workload).index, cluster.index});
    const bool needless = task && task.mapped().is_needless(recovery(cluster));
    const bool into_nothing =
        task && task.mapped().removes_copy && e.reason != "Gone" && e.clusters.empty();
    both(e.workload, e.cluster, state, [&](EvictionCounts& counts) {
      if (e.reason == "Healthy") ++counts.by_health;
      if (e.reason == "Timeout") ++counts.by_timeout;
      if (needless) ++counts.needless;
      if (into_nothing) ++counts.into_nothing;
    });
  }

  /// Evictions without a task are over when they begin. Of one that a cluster's silence led to, it
  /// matters whether the silence had a cause at that time.
  void count_at_once(const std::string& workload, sim::Time now, RunState& state) {
    last_end_ = now;
    at_once_time_ = now;
    for (const std::string& name : evicted_) {
      const ClusterState& cluster = state.cluster(name);
      const Recovery& recovery = this->recovery(cluster);
      const bool believed_lost = recovery.faulty || !cluster.looks_ready();
      const bool needless = cluster.faults == 0 && recovery.faults_end > 0 && believed_lost;
      both(workload, name, state, [&](EvictionCounts& counts) {
        ++counts.started;
        counts.needless += needless ? 1 : 0;
      });
      at_once_.emplace_back(workload, name);
    }
  }

  /// Another cluster may follow at the same instant.
  void count_into_nothing(RunState& state) {
    for (const auto& [workload, cluster] : at_once_) {
      if (state.workload(workload).assigned.empty())
        both(workload, cluster, state, [](EvictionCounts& counts) { ++counts.into_nothing; });
    }
    at_once_.clear();
  }

  /// What can be said of tasks that the run doesn't see end.
  void count_open_tasks(const RunState& state,
                        std::vector<EvictionCounts>& by_workload,
                        std::vector<EvictionCounts>& by_cluster) {
    for (const auto& [key, task] : open_) {
      const WorkloadState& workload = state.workloads()[key.first];
      const bool needless = task.is_needless(recovery(state.clusters()[key.second]));
      const bool into_nothing = task.removes_at_once && workload.assigned.empty();
      for (EvictionCounts* counts :
           {&entry(by_workload, key.first), &entry(by_cluster, key.second)}) {
        counts->needless += needless ? 1 : 0;
        counts->into_nothing += into_nothing ? 1 : 0;
      }
    }
  }
  Recovery& recovery(const ClusterState& cluster) { return entry(recoveries_, cluster.index); }

  template <class Edit>
  void both(const std::string& workload,
            const std::string& cluster,
            RunState& state,
            const Edit& edit) {
    edit(entry(by_workload_, state.workload(workload).index));
    edit(entry(by_cluster_, state.cluster(cluster).index));
  }

  static void put(const EvictionCounts& counts,
                  Subject subject,
                  const std::string& name,
                  MetricTable& table) {
    table.put(Measure::evictions_started, subject, name, counts.started);
    table.put(Measure::evictions_by_health, subject, name, counts.by_health);
    table.put(Measure::evictions_by_timeout, subject, name, counts.by_timeout);
    table.put(Measure::evictions_needless, subject, name, counts.needless);
    table.put(Measure::evictions_into_nothing, subject, name, counts.into_nothing);
  }

  std::vector<std::string> evicted_;  // by the present event, without a task
  /// What was so evicted at the last instant at which something was: workload and cluster.
  std::vector<std::pair<std::string, std::string>> at_once_;
  sim::Time at_once_time_{};
  std::vector<EvictionCounts> by_workload_;
  std::vector<EvictionCounts> by_cluster_;
  QueueClock clock_;
  std::int64_t depth_max_ = 0;
  std::int64_t from_queue_ = 0;
  std::vector<Recovery> recoveries_;                                  // by cluster
  std::map<std::pair<std::uint32_t, std::uint32_t>, OpenTask> open_;  // by workload and cluster
  std::optional<sim::Time> first_fault_;
  std::optional<sim::Time> first_event_;
  std::optional<sim::Time> last_end_;
};

}  // namespace

std::unique_ptr<Fold> make_eviction_fold() {
  return std::make_unique<EvictionFold>();
}

}  // namespace firedrill::analysis
