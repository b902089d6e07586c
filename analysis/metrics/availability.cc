#include <algorithm>
#include <cstdint>
#include <utility>

#include "analysis/metrics/fold.h"

namespace firedrill::analysis {
namespace {

/// A workload's integrals up to `until`. Between its events nothing about it changes, so each
/// stretch is accounted for at its end, and states that last no time don't count.
class Account {
 public:
  /// Requires: `workload` is as it was since the last call.
  void advance(sim::Time now, const WorkloadState& workload) {
    if (!begun_) {
      begun_ = true;
      until_ = workload.created_at;
    }
    if (now <= until_) return;
    const std::int64_t length = (now - until_).count();
    until_ = now;
    const Copy& total = workload.total;
    desired_ += Int128{length} * workload.desired;
    running_ += Int128{length} * total.running;
    ready_ += Int128{length} * total.ready;
    pending_ += Int128{length} * total.pending;
    const api::Replicas beyond = std::max<api::Replicas>(0, total.running - workload.desired);
    twice_ += Int128{length} * std::min(beyond, workload.running_elsewhere());
    wanted_ = std::max(wanted_, workload.desired);
    if (workload.desired > 0) serve(length, workload);
  }

  void put(const WorkloadState& workload, MetricTable& table) const {
    const auto put = [&](Measure measure, Amount amount) {
      table.put(measure, Subject::workload, workload.name, amount);
    };
    put(Measure::replicas_desired, Amount(desired_));
    put(Measure::replicas_running, Amount(running_));
    put(Measure::replicas_ready, Amount(ready_));
    put(Measure::running_twice, Amount(twice_));
    put(Measure::replicas_wanted, wanted_);
    put(Measure::pending, workload.total.pending);
    put(Measure::pending_seconds, Amount(pending_));
    if (wanted_ == 0) return;
    put(Measure::unavailability, service_.unavailable);
    put(Measure::unavailability_replicas, Amount(service_.missing));
    put(Measure::unavailability_gap, service_.longest_gap);
    put(Measure::unavailability_outages, service_.outages);
    put(Measure::ready_share, service_.share);
  }

 private:
  struct Service {
    std::int64_t unavailable = 0;
    Int128 missing = 0;
    std::int64_t gap = 0;  // so far; 0 while nothing is missing
    std::int64_t longest_gap = 0;
    std::int64_t outages = 0;
    Amount share = 1;
  };

  void serve(std::int64_t length, const WorkloadState& workload) {
    const api::Replicas missing = workload.desired - workload.total.ready;
    if (missing <= 0) {
      // The first rollout is no outage.
      if (!std::exchange(complete_, true)) service_ = {};
      service_.gap = 0;
      return;
    }
    if (service_.gap == 0) ++service_.outages;
    service_.gap += length;
    service_.longest_gap = std::max(service_.longest_gap, service_.gap);
    service_.unavailable += length;
    service_.missing += Int128{length} * missing;
    service_.share = std::min(service_.share, Amount(workload.total.ready, workload.desired));
  }

  bool begun_ = false;
  bool complete_ = false;  // all desired replicas were ready once
  sim::Time until_{};
  Int128 desired_ = 0;
  Int128 running_ = 0;
  Int128 ready_ = 0;
  Int128 pending_ = 0;
  Int128 twice_ = 0;
  api::Replicas wanted_ = 0;
  Service service_;
};

class AvailabilityFold final : public Fold {
 public:
  void before(const timeline::TimelineEvent& event, RunState& state) override {
    if (const std::string* name = workload_of(event.payload)) {
      advance(event.time, state.workload(*name));
    } else if (const auto* entry = std::get_if<timeline::ScenarioEvent>(&event.payload)) {
      // It may change what a workload wants.
      for (const ScenarioFacts::Change& change : state.changes_of(*entry))
        advance(event.time, state.workload(change.workload));
    }
  }

  void after(const timeline::TimelineEvent&, RunState&) override {}

  void finish(const timeline::Footer& footer, RunState& state, MetricTable& table) override {
    for (const WorkloadState& workload : state.workloads()) {
      advance(footer.time.time, workload);
      entry(accounts_, workload.index).put(workload, table);
    }
  }

 private:
  void advance(sim::Time now, const WorkloadState& workload) {
    entry(accounts_, workload.index).advance(now, workload);
  }

  std::vector<Account> accounts_;
};

}  // namespace

std::unique_ptr<Fold> make_availability_fold() {
  return std::make_unique<AvailabilityFold>();
}

}  // namespace firedrill::analysis
