#pragma once

/// Where a run left its workloads, and how that differs from another run: product.md 2.4, `final`.
/// Plain data, since whoever compares must not know how the other run came about.

#include <cstddef>
#include <map>
#include <string>

#include "analysis/run_state.h"
#include "analysis/timeline/sink.h"

namespace firedrill::analysis {

/// Where one workload is.
struct EndState {
  timeline::ReplicasByCluster assigned = {};
  timeline::ReplicasByCluster ready = {};  ///< (the truth) Clusters without one are left out.

  friend bool operator==(const EndState&, const EndState&) = default;
};

/// By the workload's full name.
using EndStates = std::map<std::string, EndState>;

/// How the runs of other scenarios ended, by what `final.sameAs` calls them.
using Endings = std::map<std::string, EndStates>;

[[nodiscard]] EndStates end_states(const RunState& state);

/// Follows a run to its end.
class EndStateSink final : public timeline::Sink {
 public:
  explicit EndStateSink(ScenarioFacts facts) : state_(std::move(facts)) {}

  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override { state_.apply(event.payload); }
  void end(const timeline::Footer&) override {}

  [[nodiscard]] EndStates states() const { return end_states(state_); }

 private:
  RunState state_;
};

/// What a comparison found. The words name the first workloads that differ, by name, and say how
/// many more there are; all are empty if none does.
struct EndComparison {
  std::size_t compared = 0;  ///< Workloads that both have.
  std::string first_workload = {};
  std::string expected = {};
  std::string actual = {};
};

/// Compares the workloads that both have and that the glob fits; an empty one fits all.
[[nodiscard]] EndComparison compare_ends(const EndStates& actual,
                                         const EndStates& expected,
                                         const std::string& workload);

}  // namespace firedrill::analysis
