#include "models/world/invariants/member_checks.h"

#include <string>

#include <fmt/format.h>

#include "analysis/timeline/values.h"

namespace firedrill::models {

void MemberChecks::manifest_delivered(const WorkloadPlace& place, ManifestAction action) {
  next_.manifest_delivered(place, action);
}

void MemberChecks::pods_started(const WorkloadPlace& place,
                                std::int64_t count,
                                std::int64_t total) {
  next_.pods_started(place, count, total);
  check_count(place, total, "running");
}

void MemberChecks::pods_stopped(const WorkloadPlace& place,
                                std::int64_t count,
                                std::int64_t total,
                                StopReason reason) {
  next_.pods_stopped(place, count, total, reason);
  check_count(place, total, "running");
}

void MemberChecks::pods_ready(const WorkloadPlace& place, std::int64_t count, std::int64_t total) {
  next_.pods_ready(place, count, total);
  check_count(place, total, "ready");
}

void MemberChecks::pods_pending(const WorkloadPlace& place, std::int64_t total) {
  next_.pods_pending(place, total);
  check_count(place, total, "pending");
}

void MemberChecks::state_resumed(const WorkloadPlace& place,
                                 const std::optional<api::Labels>& from,
                                 std::optional<sim::Duration> lost) {
  next_.state_resumed(place, from, lost);
}

void MemberChecks::nodes_filled(std::string_view cluster,
                                const NodePool& nodes,
                                std::span<const NodeShare> shares) {
  next_.nodes_filled(cluster, nodes, shares);
  if (violations_ == nullptr) return;
  for (const NodeShare& share : shares) {
    if (!nodes.overcommitted(share.node)) continue;
    violations_->report(timeline::Invariant::no_capacity_overcommit,
                        fmt::format("pods on {} request more than it has", nodes.name(share.node)),
                        {.cluster = std::string(cluster)});
  }
}

void MemberChecks::capacity_changed(std::string_view cluster,
                                    std::int64_t nodes,
                                    const api::ResourceList& allocatable) {
  next_.capacity_changed(cluster, nodes, allocatable);
}

void MemberChecks::object_changed(const WorkloadPlace& place) {
  next_.object_changed(place);
}

void MemberChecks::check_count(const WorkloadPlace& place, std::int64_t count, const char* what) {
  if (violations_ == nullptr || count >= 0) return;
  violations_->report(
      timeline::Invariant::replicas_not_negative, fmt::format("{} pods {}", count, what),
      {.cluster = std::string(place.cluster), .workload = timeline::workload_name(place.workload)});
}

}  // namespace firedrill::models
