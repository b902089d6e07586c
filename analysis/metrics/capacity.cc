#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/metrics/fold.h"

namespace firedrill::analysis {
namespace {

/// How long a level must last to count as sustained: as long as alerts of the kind usually wait.
constexpr sim::Duration sustained_for = std::chrono::minutes(5);

/// Thousandths of a core, else whole units: bytes, pods.
std::int64_t base_units(std::string_view resource, const api::Quantity& quantity) {
  return resource == "cpu" ? quantity.milli_value() : quantity.value();
}

/// The highest level that something had, and the highest that it kept for `sustained_for`. Holds
/// the levels of the last minutes, and of those only each that was not undercut since.
class Level {
 public:
  /// It was at `level` from the last call (at first from `from`) until now.
  void hold(const Amount& level, sim::Time from, sim::Time now) {
    if (!peak_ || *peak_ < level) peak_ = level;
    while (!steps_.empty() && !(steps_.back().level < level)) {
      from = steps_.back().since;
      steps_.pop_back();
    }
    steps_.push_back({from, level});
    // The lower ones ahead of a step that has lasted can't become the highest any more.
    while (steps_.size() > 1 && now - steps_[1].since >= sustained_for)
      steps_.pop_front();
    const Step& first = steps_.front();
    if (now - first.since >= sustained_for && (!sustained_ || *sustained_ < first.level))
      sustained_ = first.level;
  }
  [[nodiscard]] const std::optional<Amount>& peak() const { return peak_; }
  [[nodiscard]] std::optional<Amount> sustained() const {
    if (sustained_ || steps_.empty()) return sustained_;
    return steps_.front().level;
  }

 private:
  struct Step {
    sim::Time since;
    Amount level;  // or more since then
  };
  std::optional<Amount> peak_;
  std::optional<Amount> sustained_;
  std::deque<Step> steps_;  // ascending in both
};

struct ResourceUse {
  std::int64_t allocatable = 0;
  Int128 used = 0;      // by pods on nodes
  Int128 demanded = 0;  // and by those without
  Level level;
};

struct ClusterUse {
  std::optional<sim::Time> until;
  std::map<std::string, ResourceUse, std::less<>> resources;
  std::optional<Amount> overcommit;

  void advance(sim::Time now) {
    const sim::Time from = until.value_or(now);
    until = now;
    if (now <= from) return;
    for (auto& [name, use] : resources) {
      if (use.allocatable <= 0) continue;
      use.level.hold(Amount(use.used, use.allocatable), from, now);
      const Amount beyond(std::max<Int128>(0, use.demanded - use.allocatable), use.allocatable);
      if (!overcommit || *overcommit < beyond) overcommit = beyond;
    }
  }
};

class CapacityFold final : public Fold {
 public:
  void before(const timeline::TimelineEvent& event, RunState& state) override {
    count(event, state, -1);
  }

  void after(const timeline::TimelineEvent& event, RunState& state) override {
    count(event, state, 1);
    const bool changed = std::holds_alternative<timeline::ClusterJoined>(event.payload) ||
                         std::holds_alternative<timeline::CapacityChanged>(event.payload);
    if (!changed) return;
    const ClusterState& cluster = state.cluster(*cluster_of(event.payload));
    ClusterUse& use = entry(clusters_, cluster.index);
    use.advance(event.time);
    for (auto& [name, resource] : use.resources)
      resource.allocatable = 0;
    for (const auto& [name, quantity] : cluster.allocatable)
      use.resources[name].allocatable = base_units(name, quantity);
  }

  void finish(const timeline::Footer& footer, RunState& state, MetricTable& table) override {
    for (const ClusterState& cluster : state.clusters()) {
      ClusterUse& use = entry(clusters_, cluster.index);
      use.advance(footer.time.time);
      for (const auto& [name, resource] : use.resources) {
        if (const auto& peak = resource.level.peak())
          table.put(Measure::capacity_peak, Subject::cluster, cluster.name, *peak, name);
        if (const auto sustained = resource.level.sustained())
          table.put(Measure::capacity_sustained, Subject::cluster, cluster.name, *sustained, name);
      }
      if (use.overcommit)
        table.put(Measure::capacity_overcommit, Subject::cluster, cluster.name, *use.overcommit);
    }
  }

 private:
  /// Adds what the workload's pods in the cluster ask for, or takes it away.
  void count(const timeline::TimelineEvent& event, RunState& state, int sign) {
    const bool of_pods = std::holds_alternative<timeline::PodsStarted>(event.payload) ||
                         std::holds_alternative<timeline::PodsStopped>(event.payload) ||
                         std::holds_alternative<timeline::PodsPending>(event.payload);
    if (!of_pods) return;
    const WorkloadState& workload = state.workload(*workload_of(event.payload));
    const ClusterState& cluster = state.cluster(*cluster_of(event.payload));
    ClusterUse& use = entry(clusters_, cluster.index);
    use.advance(event.time);
    const auto found = workload.copies.find(cluster.name);
    if (found == workload.copies.end()) return;
    const Copy& copy = found->second;
    const WorkloadTraits& traits = workload.traits();
    const auto add = [&](const std::string& name, Int128 amount, api::Replicas set) {
      ResourceUse& resource = use.resources[name];
      resource.used += sign * (amount * copy.running / set);
      resource.demanded += sign * (amount * (copy.running + copy.pending) / set);
    };
    add("pods", 1, 1);
    for (const auto& [name, quantity] : traits.requests) {
      if (name != "pods")
        add(name, base_units(name, quantity), std::max<api::Replicas>(1, traits.pods_per_set));
    }
  }

  std::vector<ClusterUse> clusters_;
};

}  // namespace

std::unique_ptr<Fold> make_capacity_fold() {
  return std::make_unique<CapacityFold>();
}

}  // namespace firedrill::analysis
