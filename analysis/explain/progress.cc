#include "analysis/explain/progress.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace firedrill::analysis {
namespace {

using namespace timeline;

constexpr std::string_view lost_cluster_taint = "clusters.clusternet.io/unschedulable";

}  // namespace

/// One overload a kind that is a step on the way, or a step back.
struct ProgressFollower::Note {
  ProgressFollower& self;
  const TimelineEvent& event;

  template <class T>
  void operator()(const T&) const {}

  void operator()(const FaultStarted& e) const {
    for (const std::string& cluster : e.clusters) {
      ++self.hit_[cluster];
      self.reach(cluster, Stage::fault, event);
    }
  }
  void operator()(const FaultEnded& e) const {
    for (const std::string& cluster : e.clusters)
      self.undo(cluster, Stage::fault, event);
  }
  void operator()(const ProbeFailed& e) const {
    self.reach(e.cluster, Stage::noticed, event);
    const auto found = self.clusters_.find(e.cluster);
    if (found == self.clusters_.end()) return;
    Progress& progress = found->second;
    if (!std::exchange(progress.failing, true)) progress.failing_since = event.time;
  }
  void operator()(const ProbeRecovered& e) const {
    self.undo(e.cluster, Stage::noticed, event);
    const auto found = self.clusters_.find(e.cluster);
    if (found == self.clusters_.end()) return;
    Progress& progress = found->second;
    if (std::exchange(progress.failing, false))
      progress.failing_max = std::max(progress.failing_max, event.time - progress.failing_since);
  }
  void operator()(const LeaseExpired& e) const { self.reach(e.cluster, Stage::noticed, event); }
  void operator()(const HeartbeatLost& e) const { self.reach(e.cluster, Stage::noticed, event); }
  void operator()(const HeartbeatSeen& e) const { self.undo(e.cluster, Stage::noticed, event); }
  void operator()(const ClusterConditionChanged& e) const {
    if (e.condition != "Ready" || e.status.empty()) return;
    if (e.status == "True")
      self.undo(e.cluster, Stage::condition, event);
    else
      self.reach(e.cluster, Stage::condition, event);
  }
  void operator()(const TaintAdded& e) const {
    if (evicts(e.taint)) self.reach(e.cluster, Stage::taint, event);
  }
  void operator()(const TaintRemoved& e) const {
    if (evicts(e.taint)) self.undo(e.cluster, Stage::taint, event);
  }
  void operator()(const EvictionQueued& e) const {
    if (e.workload == self.name_) self.reach(e.cluster, Stage::queued, event);
  }
  void operator()(const EvictionDequeued& e) const {
    if (e.workload != self.name_ || e.outcome == "Tolerated") return;
    self.reach(e.cluster, Stage::decided, event);
  }
  void operator()(const SubscriptionQueued& e) const {
    if (e.workload != self.name_) return;
    for (auto& [cluster, progress] : self.clusters_) {
      if (progress.stage >= Stage::condition && self.present(cluster) && !progress.undone)
        self.reach(cluster, Stage::queued, event);
    }
  }
  void operator()(const BindingScheduled& e) const { bound(e.workload); }
  void operator()(const SubscriptionScheduled& e) const { bound(e.workload); }
  void operator()(const SchedulingFailed& e) const { unbound(e.workload); }
  void operator()(const SubscriptionFailed& e) const {
    unbound(e.workload);
    if (e.workload != self.name_) return;
    for (auto& [cluster, progress] : self.clusters_) {
      if (progress.stage >= Stage::queued && !progress.undone)
        self.reach(cluster, Stage::decided, event);
    }
  }

 private:
  [[nodiscard]] bool evicts(const api::Taint& taint) const {
    return self.clusternet_ ? taint.key == lost_cluster_taint
                            : taint.effect == api::effect_no_execute;
  }
  void bound(const std::string& workload) const {
    if (workload != self.name_) return;
    self.scheduled_ = event;
    self.failed_.reset();
    for (const auto& [cluster, replicas] : self.run_.workload(self.name_).assigned) {
      if (replicas > 0) self.clusters_.try_emplace(cluster);
    }
  }
  void unbound(const std::string& workload) const {
    if (workload == self.name_) self.failed_ = event;
  }
};

bool ProgressFollower::present(const std::string& cluster) {
  const auto& assigned = run_.workload(name_).assigned;
  const auto found = assigned.find(cluster);
  return found != assigned.end() && found->second > 0;
}

void ProgressFollower::reach(const std::string& cluster, Stage stage, const TimelineEvent& event) {
  const auto found = clusters_.find(cluster);
  // What happens to a cluster while the workload isn't there doesn't concern it.
  if (found == clusters_.end() || !present(cluster)) return;
  Progress& progress = found->second;
  if (stage < progress.stage) return;
  if (stage > progress.stage) {
    progress.stage = stage;
    progress.reached = event;
    progress.undone.reset();
  }
  progress.last = event;
}

void ProgressFollower::undo(const std::string& cluster, Stage stage, const TimelineEvent& event) {
  const auto found = clusters_.find(cluster);
  if (found == clusters_.end() || found->second.stage == Stage::none) return;
  // The first step back after the last step forward ends the way, whichever stage it is of.
  Progress& progress = found->second;
  const bool same = stage == progress.stage ||
                    (stage == Stage::taint && progress.stage >= Stage::taint) ||
                    (clusternet_ && stage == Stage::condition && progress.stage >= stage);
  if (same && !progress.undone) progress.undone = event;
}

void ProgressFollower::follow(const TimelineEvent& event) {
  const std::string* workload = workload_of(event.payload);
  if (workload != nullptr && *workload == name_) run_.apply(event.payload);
  std::visit(Note{*this, event}, event.payload);
}

void ProgressFollower::end(sim::Time time) {
  for (auto& [cluster, progress] : clusters_) {
    if (progress.failing)
      progress.failing_max = std::max(progress.failing_max, time - progress.failing_since);
  }
}

}  // namespace firedrill::analysis
