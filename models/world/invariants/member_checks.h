#pragma once

/// Holds pods against nodes, as they are, and passes on what it hears of members.

#include "models/member/member_observer.h"
#include "models/world/invariants/violations.h"

namespace firedrill::models {

class MemberChecks final : public MemberObserver {
 public:
  /// `next` is told of everything first. Without `violations` nothing is checked.
  MemberChecks(MemberObserver& next, Violations* violations)
      : next_(next), violations_(violations) {}

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
  void nodes_filled(std::string_view cluster,
                    const NodePool& nodes,
                    std::span<const NodeShare> shares) override;
  void capacity_changed(std::string_view cluster,
                        std::int64_t nodes,
                        const api::ResourceList& allocatable) override;
  void object_changed(const WorkloadPlace& place) override;

 private:
  void check_count(const WorkloadPlace& place, std::int64_t count, const char* what);

  MemberObserver& next_;
  Violations* violations_;
};

}  // namespace firedrill::models
