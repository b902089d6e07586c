#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/metrics/fold.h"

namespace firedrill::analysis {
namespace {

using timeline::ReplicasByCluster;

/// Sum over clusters of how far one assignment is from the other.
api::Replicas distance(const ReplicasByCluster& a, const ReplicasByCluster& b) {
  api::Replicas sum = 0;
  for (const auto& [cluster, replicas] : a) {
    const auto other = b.find(cluster);
    sum += std::abs(replicas - (other == b.end() ? 0 : other->second));
  }
  for (const auto& [cluster, replicas] : b) {
    if (!a.contains(cluster)) sum += replicas;
  }
  return sum;
}

/// Something that holds for some of the time.
class Stopwatch {
 public:
  void set(bool holds, sim::Time now) {
    if (holds == since_.has_value()) return;
    if (holds) {
      since_ = now;
    } else {
      total_ += now - *since_;
      since_.reset();
    }
  }
  /// How long it held until now.
  [[nodiscard]] sim::Duration total(sim::Time now) const {
    return since_ ? total_ + (now - *since_) : total_;
  }
  [[nodiscard]] bool running() const { return since_.has_value(); }

 private:
  std::optional<sim::Time> since_;
  sim::Duration total_{};
};

/// How far the workload is from where its policy wishes it.
class Drift {
 public:
  void advance(sim::Time now) {
    if (now > until_ && distance_ > 0) {
      integral_ += Int128{(now - until_).count()} * distance_;
      max_ = std::max(max_, distance_);
    }
    until_ = now;
  }

  /// Requires: advanced to now.
  void look(const WorkloadState& workload, const PolicyWish::Joined& joined) {
    begun_ = begun_ || !workload.assigned.empty();
    if (!begun_ || workload.desired == 0) {
      distance_ = 0;
      return;
    }
    if (const auto& wish = workload.traits().wish) {
      distance_ = distance(workload.assigned, wish->assignment(workload.replicas(),
                                                               workload.ties_descending(), joined));
      return;
    }
    if (!choice_ && workload.assigned_total() >= workload.desired) choice_ = workload.assigned;
    distance_ = choice_ ? distance(workload.assigned, *choice_) : 0;
  }
  /// What the scheduler chose was meant for another policy, or for other replicas.
  void forget() { choice_.reset(); }

  void put(const std::string& workload, MetricTable& table) const {
    table.put(Measure::drift, Subject::workload, workload, Amount(integral_));
    table.put(Measure::drift_max, Subject::workload, workload, max_);
    table.put(Measure::drift_end, Subject::workload, workload, distance_);
  }
  [[nodiscard]] bool begun() const { return begun_; }

 private:
  bool begun_ = false;
  sim::Time until_{};
  api::Replicas distance_ = 0;
  api::Replicas max_ = 0;
  Int128 integral_ = 0;
  std::optional<ReplicasByCluster> choice_;
};

/// Whether the control plane reaches a cluster, and how many replicas are assigned there.
class Reach {
 public:
  std::int64_t cuts = 0;    ///< Faults under way that cut it off.
  bool unanswered = false;  ///< What the control plane last sent found nobody.
  Int128 stranded = 0;      ///< Replica-nanoseconds, counted as a workload's.

  void look(sim::Time now) { unreachable_.set(cuts > 0 || unanswered, now); }
  [[nodiscard]] std::int64_t unreachable(sim::Time now) const {
    return unreachable_.total(now).count();
  }

 private:
  Stopwatch unreachable_;
};

/// Whether a fault keeps the control plane from a cluster. Of a broken health endpoint it doesn't:
/// the API server behind it takes what is sent; if it doesn't, the probe tells.
bool cuts_off(std::string_view type, std::string_view mode) {
  return type == "partition" || type == "link" || type == "clientError" ||
         ((type == "outage" || type == "flap") && mode != "apiserver" && mode != "degraded");
}

std::int64_t groups(std::string_view field, const ReplicasByCluster& assigned, RunState& state) {
  std::set<std::string_view> names;
  for (const auto& [name, replicas] : assigned) {
    const ClusterState& cluster = state.cluster(name);
    if (field == api::spread_by_cluster) names.insert(name);
    if (field == api::spread_by_region && !cluster.region.empty()) names.insert(cluster.region);
    if (field == api::spread_by_provider && !cluster.provider.empty())
      names.insert(cluster.provider);
    if (field == api::spread_by_zone) names.insert(cluster.zones.begin(), cluster.zones.end());
  }
  return static_cast<std::int64_t>(names.size());
}

bool violates_spread(const WorkloadState& workload, RunState& state) {
  return std::ranges::any_of(
      workload.traits().spread_constraints, [&](const api::SpreadConstraint& constraint) {
        if (constraint.field.empty()) return false;
        const std::int64_t count = groups(constraint.field, workload.assigned, state);
        return count < constraint.min_groups || count > constraint.max_groups;
      });
}

struct WorkloadPlacement {
  Drift drift;
  Stopwatch excluded;
  Stopwatch violation;
  /// Replica-nanoseconds: each assigned replica counts, at its end less at its beginning, for how
  /// long its cluster has been unreachable up to then.
  Int128 stranded = 0;
};

class PlacementFold final : public Fold {
 public:
  void before(const timeline::TimelineEvent& event, RunState& state) override {
    if (assigns(event.payload)) count_stranded(workload_of(event), event.time, state, 1);
  }

  void after(const timeline::TimelineEvent& event, RunState& state) override {
    if (assigns(event.payload)) {
      count_stranded(workload_of(event), event.time, state, -1);
      look(state.workload(workload_of(event)), event.time, state);
    }
    std::visit([&](const auto& payload) { see(payload, event.time, state); }, event.payload);
  }

  void finish(const timeline::Footer& footer, RunState& state, MetricTable& table) override {
    const sim::Time now = footer.time.time;
    std::vector<Int128> by_cluster(state.clusters().size());
    for (const ClusterState& cluster : state.clusters())
      by_cluster[cluster.index] = entry(clusters_, cluster.index).stranded;
    for (const WorkloadState& workload : state.workloads()) {
      WorkloadPlacement& placement = entry(workloads_, workload.index);
      placement.drift.advance(now);
      placement.drift.put(workload.name, table);
      Int128 stranded = placement.stranded;
      for (const auto& [cluster, replicas] : workload.assigned) {
        const Int128 more = Int128{reach(cluster, state).unreachable(now)} * replicas;
        stranded += more;
        by_cluster.at(state.cluster(cluster).index) += more;
      }
      table.put(Measure::stranded, Subject::workload, workload.name, Amount(stranded));
      table.put(Measure::excluded, Subject::workload, workload.name,
                Amount(placement.excluded.total(now)));
      table.put(Measure::spread_violation, Subject::workload, workload.name,
                Amount(placement.violation.total(now)));
    }
    for (const ClusterState& cluster : state.clusters())
      table.put(Measure::stranded, Subject::cluster, cluster.name, by_cluster[cluster.index]);
  }

 private:
  static bool assigns(const timeline::Payload& payload) {
    return std::holds_alternative<timeline::BindingScheduled>(payload) ||
           std::holds_alternative<timeline::SubscriptionScheduled>(payload) ||
           std::holds_alternative<timeline::GracefulEvictionTaskAdded>(payload) ||
           std::holds_alternative<timeline::GracefulEvictionTaskRemoved>(payload);
  }
  static const std::string& workload_of(const timeline::TimelineEvent& event) {
    return *analysis::workload_of(event.payload);
  }

  template <class Other>
  void see(const Other&, sim::Time, RunState&) {}

  void see(const timeline::ScenarioEvent& e, sim::Time now, RunState& state) {
    for (const ScenarioFacts::Change& change : state.changes_of(e)) {
      const WorkloadState& workload = state.workload(change.workload);
      entry(workloads_, workload.index).drift.forget();
      look(workload, now, state);
    }
  }
  void see(const timeline::SchedulingFailed& e, sim::Time now, RunState& state) {
    exclude(e.workload, e.reason == "NoClusterFit", now, state);
  }
  void see(const timeline::BindingScheduled& e, sim::Time now, RunState& state) {
    if (!e.clusters.empty()) exclude(e.workload, false, now, state);
  }
  // Clusternet's scheduler binds to no cluster where none will do.
  void see(const timeline::SubscriptionScheduled& e, sim::Time now, RunState& state) {
    exclude(e.workload, e.clusters.empty(), now, state);
  }
  void see(const timeline::ClusterJoined&, sim::Time now, RunState& state) { look(now, state); }
  void see(const timeline::ClusterRemoved& e, sim::Time now, RunState& state) {
    reach(e.cluster, state).unanswered = false;
    reach(e.cluster, state).look(now);
    look(now, state);
  }

  void see(const timeline::FaultStarted& e, sim::Time now, RunState& state) {
    if (!cuts_off(e.type, e.mode)) return;
    for (const std::string& name : e.clusters) {
      ++reach(name, state).cuts;
      reach(name, state).look(now);
    }
  }
  void see(const timeline::FaultEnded& e, sim::Time now, RunState& state) {
    if (!cuts_off(e.type, e.mode)) return;
    for (const std::string& name : e.clusters) {
      Reach& reach = this->reach(name, state);
      reach.cuts = std::max<std::int64_t>(0, reach.cuts - 1);
      if (reach.cuts == 0) reach.unanswered = false;
      reach.look(now);
    }
  }
  void see(const timeline::ProbeFailed& e, sim::Time now, RunState& state) {
    answer(e.cluster, e.answer == "refused" || e.answer == "timeout" || e.answer == "clientError",
           now, state);
  }
  void see(const timeline::ProbeRecovered& e, sim::Time now, RunState& state) {
    answer(e.cluster, false, now, state);
  }
  void see(const timeline::LeaseExpired& e, sim::Time now, RunState& state) {
    answer(e.cluster, true, now, state);
  }
  void see(const timeline::HeartbeatLost& e, sim::Time now, RunState& state) {
    answer(e.cluster, true, now, state);
  }
  void see(const timeline::HeartbeatSeen& e, sim::Time now, RunState& state) {
    answer(e.cluster, false, now, state);
  }
  void see(const timeline::ClusterConditionChanged& e, sim::Time now, RunState& state) {
    if (e.condition == api::condition_ready && e.status == api::status_true)
      answer(e.cluster, false, now, state);
  }

  void exclude(const std::string& name, bool excluded, sim::Time now, RunState& state) {
    entry(workloads_, state.workload(name).index).excluded.set(excluded, now);
  }
  void answer(const std::string& cluster, bool unanswered, sim::Time now, RunState& state) {
    Reach& reach = this->reach(cluster, state);
    reach.unanswered = unanswered;
    reach.look(now);
  }
  Reach& reach(std::string_view cluster, RunState& state) {
    return entry(clusters_, state.cluster(cluster).index);
  }

  void count_stranded(const std::string& name, sim::Time now, RunState& state, int sign) {
    const WorkloadState& workload = state.workload(name);
    Int128& stranded = entry(workloads_, workload.index).stranded;
    for (const auto& [cluster, replicas] : workload.assigned) {
      Reach& reach = this->reach(cluster, state);
      const Int128 counted = Int128{reach.unreachable(now)} * replicas * sign;
      stranded += counted;
      reach.stranded += counted;
    }
  }

  void look(const WorkloadState& workload, sim::Time now, RunState& state) {
    WorkloadPlacement& placement = entry(workloads_, workload.index);
    placement.drift.advance(now);
    const bool placed = placement.drift.begun();
    placement.drift.look(workload, [&state](std::string_view cluster) {
      const ClusterState* found = state.find_cluster(cluster);
      return found != nullptr && found->joined;
    });
    placement.violation.set(placement.drift.begun() && violates_spread(workload, state), now);
    if (!placed && placement.drift.begun()) placed_.push_back(workload.index);
  }
  /// Clusters come and go: what is wished changes for all that are assigned.
  void look(sim::Time now, RunState& state) {
    // None is added meanwhile: all of these are placed.
    for (const std::uint32_t index : placed_)
      look(state.workloads()[index], now, state);
  }

  std::vector<WorkloadPlacement> workloads_;
  std::vector<std::uint32_t> placed_;  ///< Workloads that were ever assigned, by index.
  std::vector<Reach> clusters_;
};

}  // namespace

std::unique_ptr<Fold> make_placement_fold() {
  return std::make_unique<PlacementFold>();
}

}  // namespace firedrill::analysis
