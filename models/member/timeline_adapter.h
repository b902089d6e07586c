#pragma once

/// Writes what happens inside members into a run's timeline, and passes changes of objects on to
/// whoever serves the watches on members. One for all clusters of a run.

#include <functional>

#include "analysis/timeline/recorder.h"
#include "models/member/member_observer.h"

namespace firedrill::models {

class TimelineAdapter final : public MemberObserver {
 public:
  /// Told of each change after it was recorded: what it does follows from that.
  using Watch = std::function<void(const WorkloadPlace& place)>;

  /// The recorder outlives the adapter.
  TimelineAdapter(timeline::Recorder& recorder, Watch watch);

  void manifest_delivered(const WorkloadPlace& place, ManifestAction action) override;
  void pods_started(const WorkloadPlace& place, std::int64_t count, std::int64_t total) override;
  void pods_stopped(const WorkloadPlace& place,
                    std::int64_t count,
                    std::int64_t total,
                    StopReason reason) override;
  void pods_ready(const WorkloadPlace& place, std::int64_t count, std::int64_t total) override;
  void pods_pending(const WorkloadPlace& place, std::int64_t total) override;
  void state_resumed(const WorkloadPlace& place,
                     const std::optional<api::Labels>& from,
                     std::optional<sim::Duration> lost) override;
  void capacity_changed(std::string_view cluster,
                        std::int64_t nodes,
                        const api::ResourceList& allocatable) override;
  void object_changed(const WorkloadPlace& place) override;

 private:
  timeline::Recorder& recorder_;
  Watch watch_;
};

}  // namespace firedrill::models
