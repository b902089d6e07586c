#pragma once

/// What a run's summary tells beyond its metrics: what struck first and when it was noticed, who
/// ran twice for how long, and what is still wrong when the run ends.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/run_state.h"
#include "analysis/timeline/sink.h"

namespace firedrill::analysis {

/// What struck, in words: "outage (unreachable) of member1".
struct Strike {
  sim::Time time{};
  std::string words = {};
};

/// A workload that lacks something at the end of the run.
struct Leftover {
  std::string workload = {};
  api::Replicas replicas = 0;  ///< That lack it.
  api::Replicas of = 0;        ///< Replicas that the workload wants.
  std::string why = {};        ///< As far as the control plane or the cluster said.
};

/// Follows a run. Memory grows with its workloads and clusters, not with its length.
class Aftermath final : public timeline::Sink {
 public:
  explicit Aftermath(ScenarioFacts facts = {}) : state_(std::move(facts)) {}

  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& footer) override;

  /// The first fault; without one the first entry of the scenario's events that had an effect.
  [[nodiscard]] const std::optional<Strike>& first_strike() const {
    return fault_ ? fault_ : entry_;
  }
  /// Faults that started after the first one.
  [[nodiscard]] std::int64_t more_faults() const { return faults_ > 0 ? faults_ - 1 : 0; }

  /// From the first strike on: the first probe, lease or heartbeat that failed; the first cluster
  /// that was no longer Ready; the first and the last eviction.
  [[nodiscard]] const std::optional<sim::Time>& noticed() const { return noticed_; }
  [[nodiscard]] const std::optional<sim::Time>& not_ready() const { return not_ready_; }
  [[nodiscard]] const std::optional<sim::Time>& first_eviction() const { return first_eviction_; }
  [[nodiscard]] const std::optional<sim::Time>& last_eviction() const { return last_eviction_; }
  /// What noticed it was a lease that expired, not a probe that failed.
  [[nodiscard]] bool by_lease() const { return by_lease_; }

  /// How long each workload ran beyond its desired number in clusters that it was no longer
  /// assigned to; by name.
  [[nodiscard]] const std::map<std::string, sim::Duration, std::less<>>& twice() const {
    return twice_;
  }

  /// At the end, by the most replicas first: fewer ready than desired; assigned where the control
  /// plane can't look (the cluster isn't Ready).
  [[nodiscard]] const std::vector<Leftover>& short_at_end() const { return short_; }
  [[nodiscard]] const std::vector<Leftover>& stranded_at_end() const { return stranded_; }

 private:
  struct Track {
    std::optional<sim::Time> twice_since = {};
    std::string why_not_scheduled = {};
    std::string why_pending = {};
  };

  void note_strike(const timeline::TimelineEvent& event);
  void note_progress(const timeline::TimelineEvent& event);
  void note_workload(const timeline::TimelineEvent& event, const WorkloadState& workload);
  void note_twice(const WorkloadState& workload, sim::Time now);
  [[nodiscard]] Track& track(const WorkloadState& workload) {
    if (tracks_.size() <= workload.index) tracks_.resize(state_.workloads().size());
    return tracks_[workload.index];
  }

  RunState state_;
  std::optional<Strike> fault_;
  std::optional<Strike> entry_;
  std::int64_t faults_ = 0;
  std::optional<sim::Time> noticed_;
  std::optional<sim::Time> not_ready_;
  std::optional<sim::Time> first_eviction_;
  std::optional<sim::Time> last_eviction_;
  bool by_lease_ = false;
  std::vector<Track> tracks_;  ///< By the workload's index.
  std::map<std::string, sim::Duration, std::less<>> twice_;
  std::vector<Leftover> short_;
  std::vector<Leftover> stranded_;
};

}  // namespace firedrill::analysis
