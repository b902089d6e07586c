#include "models/member/timeline_adapter.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/timeline/events.h"
#include "analysis/timeline/values.h"

namespace firedrill::models {
namespace {

std::string_view word_of(ManifestAction action) {
  switch (action) {
    case ManifestAction::created:
      return "create";
    case ManifestAction::updated:
      return "update";
    case ManifestAction::deleted:
      return "delete";
  }
  throw std::logic_error("a manifest action of no kind");
}

std::string_view word_of(StopReason reason) {
  switch (reason) {
    case StopReason::deleted:
      return "Deleted";
    case StopReason::scaled_down:
      return "ScaledDown";
    case StopReason::crashed:
      return "Crashed";
    case StopReason::power_loss:
      return "PowerLoss";
    case StopReason::node_lost:
      return "NodeLost";
    case StopReason::completed:
      return "Completed";
  }
  throw std::logic_error("a stop reason of no kind");
}

std::string workload_of(const WorkloadPlace& place) {
  return timeline::workload_name(place.workload);
}

std::string cluster_of(const WorkloadPlace& place) {
  return std::string(place.cluster);
}

}  // namespace

TimelineAdapter::TimelineAdapter(timeline::Recorder& recorder, Watch watch)
    : recorder_(recorder), watch_(std::move(watch)) {}

void TimelineAdapter::manifest_delivered(const WorkloadPlace& place, ManifestAction action) {
  recorder_.record(timeline::ManifestDelivered{.workload = workload_of(place),
                                               .cluster = cluster_of(place),
                                               .action = std::string(word_of(action))});
}

void TimelineAdapter::pods_started(const WorkloadPlace& place,
                                   std::int64_t count,
                                   std::int64_t total) {
  recorder_.record(timeline::PodsStarted{.workload = workload_of(place),
                                         .cluster = cluster_of(place),
                                         .replicas = count,
                                         .total = total});
}

void TimelineAdapter::pods_stopped(const WorkloadPlace& place,
                                   std::int64_t count,
                                   std::int64_t total,
                                   StopReason reason) {
  recorder_.record(timeline::PodsStopped{.workload = workload_of(place),
                                         .cluster = cluster_of(place),
                                         .replicas = count,
                                         .total = total,
                                         .reason = std::string(word_of(reason))});
}

void TimelineAdapter::pods_ready(const WorkloadPlace& place,
                                 std::int64_t count,
                                 std::int64_t total) {
  recorder_.record(timeline::PodsReady{.workload = workload_of(place),
                                       .cluster = cluster_of(place),
                                       .replicas = count,
                                       .total = total});
}

void TimelineAdapter::pods_pending(const WorkloadPlace& place, std::int64_t total) {
  recorder_.record(timeline::PodsPending{
      .workload = workload_of(place), .cluster = cluster_of(place), .total = total, .reason = {}});
}

void TimelineAdapter::state_resumed(const WorkloadPlace& place,
                                    const std::optional<api::Labels>& from,
                                    std::optional<sim::Duration> lost) {
  timeline::StateResumed event{
      .workload = workload_of(place), .cluster = cluster_of(place), .from = from, .lost = {}};
  if (lost) event.lost = timeline::Span{*lost};
  recorder_.record(std::move(event));
}

void TimelineAdapter::capacity_changed(std::string_view cluster,
                                       std::int64_t nodes,
                                       const api::ResourceList& allocatable) {
  recorder_.record(timeline::CapacityChanged{
      .cluster = std::string(cluster), .nodes = nodes, .allocatable = allocatable});
}

void TimelineAdapter::object_changed(const WorkloadPlace& place) {
  watch_(place);
}

}  // namespace firedrill::models
