#pragma once

/// How far the way from a fault to an eviction got, in each cluster that a workload was in. A part
/// of analysis/explain/inaction.h.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "analysis/run_state.h"
#include "analysis/timeline/events.h"

namespace firedrill::analysis {

enum class Stage : std::uint8_t {
  none,       ///< Nothing happened to the cluster.
  fault,      ///< A fault hit it.
  noticed,    ///< A probe failed; a Pull cluster's lease ran out, a heartbeat was missed.
  condition,  ///< It was not Ready any more.
  taint,      ///< It had a taint that could evict.
  queued,     ///< The workload was queued for eviction; with Clusternet, for the scheduler.
  decided,    ///< A worker, or the scheduler, was done with it, and left it there.
};

/// The farthest way of one cluster.
struct Progress {
  Stage stage = Stage::none;
  /// The event that brought it there first, and the last one of that stage.
  std::optional<timeline::TimelineEvent> reached = {};
  std::optional<timeline::TimelineEvent> last = {};
  /// What ended that stage afterwards: a repair, a good probe, Ready, a taint taken away.
  std::optional<timeline::TimelineEvent> undone = {};
  /// Longest stretch for which probes failed.
  sim::Duration failing_max{};
  bool failing = false;
  sim::Time failing_since{};
};

/// Follows a timeline: all events about the workload, and those about clusters and faults.
class ProgressFollower {
 public:
  ProgressFollower(std::string workload, bool clusternet)
      : name_(std::move(workload)), clusternet_(clusternet) {}

  void follow(const timeline::TimelineEvent& event);
  /// The run is over.
  void end(sim::Time time);

  /// Of each cluster that the workload was ever assigned to.
  [[nodiscard]] const std::map<std::string, Progress, std::less<>>& clusters() const {
    return clusters_;
  }
  /// Clusters that faults hit, whether or not the workload was there; a few of them.
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& hit() const {
    return hit_;
  }
  /// The last time it was bound or could not be.
  [[nodiscard]] const std::optional<timeline::TimelineEvent>& scheduled() const {
    return scheduled_;
  }
  [[nodiscard]] const std::optional<timeline::TimelineEvent>& failed() const { return failed_; }

 private:
  struct Note;  // visitor over payloads

  void reach(const std::string& cluster, Stage stage, const timeline::TimelineEvent& event);
  void undo(const std::string& cluster, Stage stage, const timeline::TimelineEvent& event);
  [[nodiscard]] bool present(const std::string& cluster);

  std::string name_;
  bool clusternet_;
  RunState run_;
  std::map<std::string, Progress, std::less<>> clusters_;
  std::map<std::string, std::uint64_t, std::less<>> hit_;
  std::optional<timeline::TimelineEvent> scheduled_;
  std::optional<timeline::TimelineEvent> failed_;
};

}  // namespace firedrill::analysis
