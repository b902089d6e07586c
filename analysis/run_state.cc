#include "analysis/run_state.h"

#include <algorithm>
#include <variant>

namespace firedrill::analysis {

using timeline::ReplicasByCluster;

api::Replicas WorkloadState::assigned_total() const {
  api::Replicas sum = 0;
  for (const auto& [cluster, replicas] : assigned)
    sum += replicas;
  return sum;
}

api::Replicas WorkloadState::ready_where_assigned() const {
  api::Replicas sum = 0;
  for (const auto& [cluster, copy] : copies) {
    if (assigned.contains(cluster)) sum += copy.ready;
  }
  return sum;
}

api::Replicas WorkloadState::running_elsewhere() const {
  api::Replicas sum = 0;
  for (const auto& [cluster, copy] : copies) {
    if (!assigned.contains(cluster)) sum += copy.running;
  }
  return sum;
}

const std::string* workload_of(const timeline::Payload& payload) {
  return std::visit(
      [](const auto& event) -> const std::string* {
        if constexpr (requires { event.workload; }) return &event.workload;
        return nullptr;
      },
      payload);
}

const std::string* cluster_of(const timeline::Payload& payload) {
  return std::visit(
      [](const auto& event) -> const std::string* {
        if constexpr (requires { event.cluster; }) return &event.cluster;
        return nullptr;
      },
      payload);
}

bool ClusterState::evicts() const {
  return std::ranges::any_of(taints,
                             [](const api::Taint& taint) { return taint.effect == "NoExecute"; });
}

bool ClusterState::looks_ready() const {
  const auto ready = conditions.find(api::condition_ready);
  return ready == conditions.end() || ready->second == api::status_true;
}

bool ClusterState::repels() const {
  return std::ranges::any_of(taints, [](const api::Taint& taint) {
    return taint.effect == "NoExecute" || taint.effect == "NoSchedule";
  });
}

ReplicasByCluster assignment_of(const timeline::SubscriptionScheduled& event,
                                const WorkloadState& workload) {
  ReplicasByCluster clusters;
  for (const auto& [cluster, feeds] : event.clusters) {
    api::Replicas& sum = clusters[cluster];
    for (const auto& [feed, replicas] : feeds)
      sum += replicas;
    if (sum == 0 && workload.traits().duplicated) sum = workload.replicas();
  }
  return clusters;
}

RunState::RunState(ScenarioFacts facts) : facts_(std::move(facts)) {
  for (ScenarioFacts::Workload& fact : facts_.workloads) {
    WorkloadState& state = workload(fact.name);
    state.known_ = true;
    state.ties_descending_ = fact.ties_descending;
    if (fact.traits) state.traits_ = std::move(fact.traits);
    state.replicas_ = fact.replicas;
    state.created_at = fact.created_at;
    refresh_desired(state);
  }
  facts_.workloads = {};
}

WorkloadState& RunState::workload(std::string_view name) {
  if (const auto found = workload_by_name_.find(name); found != workload_by_name_.end()) {
    return *found->second;
  }
  WorkloadState& state = workloads_.emplace_back();
  state.index = static_cast<std::uint32_t>(workloads_.size() - 1);
  state.name = name;
  state.traits_ = usual_traits_;
  workload_by_name_.emplace(state.name, &state);
  return state;
}

ClusterState& RunState::cluster(std::string_view name) {
  if (const auto found = cluster_by_name_.find(name); found != cluster_by_name_.end()) {
    return *found->second;
  }
  ClusterState& state = clusters_.emplace_back();
  state.index = static_cast<std::uint32_t>(clusters_.size() - 1);
  state.name = name;
  if (const auto found = facts_.allocatable.find(name); found != facts_.allocatable.end())
    state.allocatable = found->second;
  cluster_by_name_.emplace(state.name, &state);
  return state;
}

const WorkloadState* RunState::find_workload(std::string_view name) const {
  const auto found = workload_by_name_.find(name);
  return found == workload_by_name_.end() ? nullptr : found->second;
}

const ClusterState* RunState::find_cluster(std::string_view name) const {
  const auto found = cluster_by_name_.find(name);
  return found == cluster_by_name_.end() ? nullptr : found->second;
}

void RunState::refresh_desired(WorkloadState& workload) {
  if (workload.known_) {
    api::Replicas completed = 0;
    for (const auto& [cluster, copy] : workload.copies) {
      if (copy.completed > 0 && workload.assigned.contains(cluster)) completed += copy.completed;
    }
    const api::Replicas copies = workload.traits().duplicated ? workload.clusters_max_ : 1;
    workload.desired = std::max<api::Replicas>(0, workload.replicas_ * copies - completed);
  } else {
    workload.desired = std::max(workload.desired, workload.assigned_total());
  }
}

void RunState::assign(WorkloadState& workload, const ReplicasByCluster& clusters) {
  workload.assigned = clusters;
  workload.clusters_max_ =
      std::max(workload.clusters_max_, static_cast<api::Replicas>(clusters.size()));
  refresh_desired(workload);
}

std::span<const ScenarioFacts::Change> RunState::changes_of(
    const timeline::ScenarioEvent& event) const {
  const auto found = facts_.changes.find(event.event);
  if (!event.applied || found == facts_.changes.end()) return {};
  return found->second;
}

std::vector<std::string> RunState::evicted_without_task(const timeline::Payload& payload) const {
  const auto* binding = std::get_if<timeline::BindingScheduled>(&payload);
  const auto* subscription = std::get_if<timeline::SubscriptionScheduled>(&payload);
  // Schedulers, users and the descheduler change bindings too; of the controllers only evictors do.
  const bool struck = binding != nullptr && binding->by == "controller-manager";
  if (!struck && subscription == nullptr) return {};
  const WorkloadState* workload = find_workload(*workload_of(payload));
  if (workload == nullptr) return {};
  std::vector<std::string> clusters;
  for (const auto& [name, replicas] : workload->assigned) {
    if (struck ? binding->clusters.contains(name) : subscription->clusters.contains(name)) continue;
    const ClusterState* cluster = find_cluster(name);
    if (struck || (cluster != nullptr && cluster->repels())) clusters.push_back(name);
  }
  return clusters;
}

void RunState::change(const ScenarioFacts::Change& change) {
  WorkloadState& state = workload(change.workload);
  if (change.replicas) {
    state.known_ = true;
    state.replicas_ = *change.replicas;
  }
  if (change.traits) state.traits_ = change.traits;
  refresh_desired(state);
}

/// What each kind changes; most kinds change nothing that is kept.
struct RunState::Change {
  RunState& run;

  template <class Other>
  void operator()(const Other&) const {}

  void operator()(const timeline::ScenarioEvent& e) const {
    for (const ScenarioFacts::Change& change : run.changes_of(e))
      run.change(change);
  }
  void operator()(const timeline::FaultStarted& e) const {
    for (const std::string& name : e.clusters)
      ++run.cluster(name).faults;
  }
  void operator()(const timeline::FaultEnded& e) const {
    for (const std::string& name : e.clusters)
      --run.cluster(name).faults;
  }
  void operator()(const timeline::ClusterJoined& e) const {
    ClusterState& cluster = run.cluster(e.cluster);
    cluster.joined = true;
    cluster.provider = e.provider;
    cluster.region = e.region;
    cluster.zones = e.zones;
  }
  void operator()(const timeline::CapacityChanged& e) const {
    run.cluster(e.cluster).allocatable = e.allocatable;
  }
  void operator()(const timeline::ClusterRemoved& e) const {
    ClusterState& cluster = run.cluster(e.cluster);
    cluster.joined = false;
    cluster.conditions.clear();
    cluster.taints.clear();
  }
  void operator()(const timeline::ClusterConditionChanged& e) const {
    run.cluster(e.cluster).conditions.insert_or_assign(e.condition, e.status);
  }
  void operator()(const timeline::TaintAdded& e) const {
    remove_taint(e.cluster, e.taint);
    run.cluster(e.cluster).taints.push_back(e.taint);
  }
  void operator()(const timeline::TaintRemoved& e) const { remove_taint(e.cluster, e.taint); }
  void operator()(const timeline::BindingScheduled& e) const {
    run.assign(run.workload(e.workload), e.clusters);
  }
  void operator()(const timeline::GracefulEvictionTaskAdded& e) const {
    WorkloadState& workload = run.workload(e.workload);
    workload.eviction_tasks.insert(e.cluster);
    run.assign(workload, e.clusters);
  }
  void operator()(const timeline::GracefulEvictionTaskRemoved& e) const {
    WorkloadState& workload = run.workload(e.workload);
    workload.eviction_tasks.erase(e.cluster);
    run.assign(workload, e.clusters);
  }
  void operator()(const timeline::SubscriptionScheduled& e) const {
    WorkloadState& workload = run.workload(e.workload);
    run.assign(workload, assignment_of(e, workload));
  }
  void operator()(const timeline::PodsStarted& e) const {
    change_copy(e.workload, e.cluster, [&](Copy& copy) { copy.running = e.total; });
  }
  void operator()(const timeline::PodsReady& e) const {
    change_copy(e.workload, e.cluster, [&](Copy& copy) { copy.ready = e.total; });
  }
  void operator()(const timeline::PodsStopped& e) const {
    change_copy(e.workload, e.cluster, [&](Copy& copy) {
      copy.running = e.total;
      copy.ready = std::min(copy.ready, e.total);
      if (e.reason == "Completed") copy.completed += e.replicas;
    });
    if (e.reason == "Completed") run.refresh_desired(run.workload(e.workload));
  }
  void operator()(const timeline::ManifestDelivered& e) const {
    if (e.action != "delete") return;
    WorkloadState& workload = run.workload(e.workload);
    const auto found = workload.copies.find(e.cluster);
    if (found == workload.copies.end() || found->second.completed == 0) return;
    found->second.completed = 0;
    run.refresh_desired(workload);
  }
  void operator()(const timeline::PodsPending& e) const {
    change_copy(e.workload, e.cluster, [&](Copy& copy) { copy.pending = e.total; });
  }

 private:
  void remove_taint(std::string_view name, const api::Taint& taint) const {
    std::erase_if(run.cluster(name).taints,
                  [&](const api::Taint& other) { return other.same_identity(taint); });
  }

  template <class Edit>
  void change_copy(std::string_view name, const std::string& cluster, const Edit& edit) const {
    WorkloadState& workload = run.workload(name);
    Copy& copy = workload.copies[cluster];
    const Copy before = copy;
    edit(copy);
    workload.total.running += copy.running - before.running;
    workload.total.ready += copy.ready - before.ready;
    workload.total.pending += copy.pending - before.pending;
  }
};

void RunState::apply(const timeline::Payload& payload) {
  std::visit(Change{*this}, payload);
}

}  // namespace firedrill::analysis
