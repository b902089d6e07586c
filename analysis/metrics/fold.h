#pragma once

/// How amounts are found: folds over a timeline. Each keeps what it needs by workload or cluster,
/// nothing by event.

#include <memory>
#include <vector>

#include "analysis/metrics/metric.h"
#include "analysis/run_state.h"
#include "analysis/timeline/events.h"
#include "analysis/timeline/header.h"

namespace firedrill::analysis {

class Fold {
 public:
  Fold() = default;
  Fold(const Fold&) = delete;
  Fold& operator=(const Fold&) = delete;
  virtual ~Fold() = default;

  /// An event is about to change the state.
  virtual void before(const timeline::TimelineEvent& event, RunState& state) = 0;
  /// It has.
  virtual void after(const timeline::TimelineEvent& event, RunState& state) = 0;
  /// The run is over: puts the amounts.
  virtual void finish(const timeline::Footer& footer, RunState& state, MetricTable& table) = 0;
};

/// What runs and is ready, over time: replica-seconds, unavailability, running twice, pending.
[[nodiscard]] std::unique_ptr<Fold> make_availability_fold();
/// The stage waterfall.
[[nodiscard]] std::unique_ptr<Fold> make_stage_fold();
/// Eviction tasks and queues.
[[nodiscard]] std::unique_ptr<Fold> make_eviction_fold();
/// Assignments against what policies wish and what the control plane reaches: drift, stranded,
/// violated spread constraints, exclusion.
[[nodiscard]] std::unique_ptr<Fold> make_placement_fold();
/// What pods take of their clusters.
[[nodiscard]] std::unique_ptr<Fold> make_capacity_fold();
/// Migrations, preserved and lost state, turns of Ready, requests.
[[nodiscard]] std::unique_ptr<Fold> make_count_fold();

/// An element for each index, made when first asked for.
template <class T>
[[nodiscard]] T& entry(std::vector<T>& entries, std::uint32_t index) {
  if (index >= entries.size()) entries.resize(index + std::size_t{1});
  return entries[index];
}

}  // namespace firedrill::analysis
