#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "analysis/metrics/fold.h"

namespace firedrill::analysis {
namespace {

enum Stage : std::size_t { observed, condition, taint, queue, eviction, scheduled, ready };
constexpr std::size_t stage_count = 7;
constexpr std::array<Measure, stage_count> stage_measures{
    Measure::stage_observed, Measure::stage_condition, Measure::stage_taint, Measure::stage_queue,
    Measure::stage_eviction, Measure::stage_scheduled, Measure::stage_ready};

/// Signs that a cluster is in trouble, each the first of the present trouble.
struct Trouble {
  std::optional<sim::Time> fault;
  std::optional<sim::Time> observed;
  std::optional<sim::Time> condition;
  std::optional<sim::Time> taint;      // NoExecute
  std::optional<sim::Time> repulsion;  // or NoSchedule, which is all that Clusternet knows

  /// The control plane sees nothing wrong (any more).
  [[nodiscard]] bool unnoticed() const { return !observed && !condition && !taint; }
};

/// The way of a workload out of a cluster: when it began, and how long each stage took.
struct Waterfall {
  sim::Time begin{};
  sim::Time end{};
  std::array<sim::Duration, stage_count> lengths{};
  std::size_t reached = 0;  // stages with a length
  sim::Duration total{};    // set when it is settled

  /// Begins with the first sign of trouble that there is, or now.
  Waterfall(std::span<const std::optional<sim::Time>> signs, sim::Time now) {
    const auto first =
        std::ranges::find_if(signs, [](const auto& sign) { return sign.has_value(); });
    begin = first == signs.end() ? now : **first;
    end = begin;
  }

  /// The next stage ends now, or did: before the one ahead of it, then it took no time.
  void close(std::optional<sim::Time> time) {
    const sim::Time at = std::max(time.value_or(end), end);
    lengths[reached++] = at - end;
    end = at;
  }
  [[nodiscard]] bool complete() const { return reached == stage_count; }
};

struct Progress {
  std::map<std::string, sim::Time, std::less<>> queued;  // by cluster
  std::optional<Waterfall> current;
  std::optional<Waterfall> longest;
};

class StageFold final : public Fold {
 public:
  void before(const timeline::TimelineEvent& event, RunState& state) override {
    evicted_ = state.evicted_without_task(event.payload);
  }

  void after(const timeline::TimelineEvent& event, RunState& state) override {
    std::visit([&](const auto& payload) { see(payload, event.time, state); }, event.payload);
    const std::string* name = workload_of(event.payload);
    if (name == nullptr) return;
    const WorkloadState& workload = state.workload(*name);
    check_ready(event.time, workload);
  }

  void finish(const timeline::Footer& footer, RunState& state, MetricTable& table) override {
    for (const WorkloadState& workload : state.workloads()) {
      Progress& progress = entry(workloads_, workload.index);
      settle(progress, footer.time.time);
      if (progress.longest) put(*progress.longest, workload.name, table);
    }
  }

 private:
  template <class Other>
  void see(const Other&, sim::Time, RunState&) {}

  void see(const timeline::FaultStarted& e, sim::Time now, RunState& state) {
    for (const std::string& name : e.clusters) {
      note(entry(clusters_, state.cluster(name).index).fault, now);
    }
  }
  void see(const timeline::FaultEnded& e, sim::Time, RunState& state) {
    for (const std::string& name : e.clusters)
      calm_down(state.cluster(name));
  }
  void see(const timeline::ProbeFailed& e, sim::Time now, RunState& state) {
    note(trouble(e.cluster, state).observed, now);
  }
  void see(const timeline::LeaseExpired& e, sim::Time now, RunState& state) {
    note(trouble(e.cluster, state).observed, now);
  }
  void see(const timeline::HeartbeatLost& e, sim::Time now, RunState& state) {
    note(trouble(e.cluster, state).observed, now);
  }
  void see(const timeline::ProbeRecovered& e, sim::Time, RunState& state) {
    trouble(e.cluster, state).observed.reset();
    calm_down(state.cluster(e.cluster));
  }
  void see(const timeline::ClusterConditionChanged& e, sim::Time now, RunState& state) {
    if (e.condition != api::condition_ready) return;
    Trouble& trouble = this->trouble(e.cluster, state);
    if (e.status != api::status_true) {
      note(trouble.condition, now);
      return;
    }
    trouble.condition.reset();
    trouble.observed.reset();
    calm_down(state.cluster(e.cluster));
  }
  void see(const timeline::TaintAdded& e, sim::Time now, RunState& state) {
    Trouble& trouble = this->trouble(e.cluster, state);
    if (e.taint.effect == "NoExecute") note(trouble.taint, now);
    if (state.cluster(e.cluster).repels()) note(trouble.repulsion, now);
  }
  void see(const timeline::TaintRemoved& e, sim::Time, RunState& state) {
    const ClusterState& cluster = state.cluster(e.cluster);
    if (!cluster.repels()) trouble(e.cluster, state).repulsion.reset();
    if (cluster.evicts()) return;
    trouble(e.cluster, state).taint.reset();
    calm_down(cluster);
  }

  void see(const timeline::EvictionQueued& e, sim::Time now, RunState& state) {
    progress(e.workload, state).queued.try_emplace(e.cluster, now);
  }
  void see(const timeline::EvictionDequeued& e, sim::Time, RunState& state) {
    if (e.outcome == "NotNeeded") progress(e.workload, state).queued.erase(e.cluster);
  }
  void see(const timeline::GracefulEvictionTaskAdded& e, sim::Time now, RunState& state) {
    begin(e.workload, e.cluster, now, state);
  }
  void see(const timeline::BindingScheduled& e, sim::Time now, RunState& state) {
    for (const std::string& cluster : evicted_)
      begin(e.workload, cluster, now, state);
    if (!evicted_.empty()) return;
    std::optional<Waterfall>& current = progress(e.workload, state).current;
    if (current && current->reached == scheduled) current->close(now);
  }
  // Clusternet has no queue of evictions and no tasks: what follows a taint is the scheduler's pass
  // that leaves the cluster out.
  void see(const timeline::SubscriptionScheduled& e, sim::Time now, RunState& state) {
    for (const std::string& cluster : evicted_) {
      Progress& progress = this->progress(e.workload, state);
      settle(progress, now);
      const Trouble& trouble = this->trouble(cluster, state);
      const std::array signs{trouble.fault, trouble.observed, trouble.condition, trouble.repulsion};
      Waterfall& waterfall = progress.current.emplace(Waterfall(signs, now));
      for (std::size_t i = 1; i < signs.size(); ++i)
        waterfall.close(signs.at(i));
      waterfall.close({});
      waterfall.close({});
      waterfall.close(now);
    }
  }

  /// A workload is evicted from a cluster by Karmada.
  void begin(const std::string& workload,
             const std::string& cluster,
             sim::Time now,
             RunState& state) {
    Progress& progress = this->progress(workload, state);
    settle(progress, now);
    const Trouble& trouble = this->trouble(cluster, state);
    std::optional<sim::Time> queued;
    if (const auto found = progress.queued.find(cluster); found != progress.queued.end()) {
      queued = found->second;
      progress.queued.erase(found);
    }
    const std::array signs{trouble.fault, trouble.observed, trouble.condition, trouble.taint,
                           queued};
    Waterfall& waterfall = progress.current.emplace(Waterfall(signs, now));
    for (std::size_t i = 1; i < signs.size(); ++i)
      waterfall.close(signs.at(i));
    waterfall.close(now);
  }

  // A failover ends once the replacement serves; a workload without replicas, once it is scheduled.
  void check_ready(sim::Time now, const WorkloadState& workload) {
    Progress& progress = entry(workloads_, workload.index);
    if (!progress.current || progress.current->reached != ready) return;
    if (workload.ready_where_assigned() < workload.desired) return;
    progress.current->close(now);
    settle(progress, now);
  }

  /// Keeps the current failover if it is the longest; one that isn't over counts up to now.
  static void settle(Progress& progress, sim::Time now) {
    if (!progress.current) return;
    Waterfall& current = *progress.current;
    current.total = (current.complete() ? current.end : now) - current.begin;
    if (!progress.longest || current.total > progress.longest->total) progress.longest = current;
    progress.current.reset();
  }

  static void put(const Waterfall& waterfall, const std::string& workload, MetricTable& table) {
    for (std::size_t i = 0; i < waterfall.reached; ++i) {
      table.put(stage_measures.at(i), Subject::workload, workload, Amount(waterfall.lengths.at(i)));
    }
    table.put(Measure::stage_total, Subject::workload, workload,
              Amount(waterfall.end - waterfall.begin));
  }

  // Several faults are one trouble as long as the control plane sees anything of it: a flap.
  void calm_down(const ClusterState& cluster) {
    Trouble& trouble = entry(clusters_, cluster.index);
    if (cluster.faults == 0 && trouble.unnoticed()) trouble.fault.reset();
  }
  static void note(std::optional<sim::Time>& first, sim::Time now) {
    if (!first) first = now;
  }
  Trouble& trouble(const std::string& cluster, RunState& state) {
    return entry(clusters_, state.cluster(cluster).index);
  }
  Progress& progress(const std::string& workload, RunState& state) {
    return entry(workloads_, state.workload(workload).index);
  }

  std::vector<std::string> evicted_;  // by the present event, without a task
  std::vector<Trouble> clusters_;
  std::vector<Progress> workloads_;
};

}  // namespace

std::unique_ptr<Fold> make_stage_fold() {
  return std::make_unique<StageFold>();
}

}  // namespace firedrill::analysis
