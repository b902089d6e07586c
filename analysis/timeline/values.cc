#include "analysis/timeline/values.h"

namespace firedrill::timeline {
namespace detail {

api::Result<Span> span_of(double seconds) {
  return Span{sim::from_seconds(seconds)};
}

std::optional<double> seconds_of_span(const Span& span) {
  return sim::to_seconds(span.length);
}

api::Result<Instant> instant_of(double seconds) {
  return Instant{sim::Time{sim::from_seconds(seconds)}};
}

std::optional<double> seconds_of_instant(const Instant& instant) {
  return sim::to_seconds(instant.time.time_since_epoch());
}

}  // namespace detail

ReplicasByCluster replicas_by_cluster(const std::vector<api::TargetCluster>& targets) {
  ReplicasByCluster clusters;
  for (const api::TargetCluster& target : targets)
    clusters[target.name] = target.replicas;
  return clusters;
}

std::string workload_name(const api::ResourceReference& resource) {
  std::string name = resource.kind;
  name.append("/").append(resource.space).append("/").append(resource.name);
  return name;
}

EvictionTask eviction_task(const api::GracefulEvictionTask& task) {
  return {.purge_mode = task.purge_mode,
          .reason = task.reason,
          .producer = task.producer,
          .replicas = task.replicas,
          .grace_period_seconds = task.grace_period_seconds,
          .suppress_deletion = task.suppress_deletion,
          .preserved_label_state = task.preserved_label_state,
          .clusters_before_failover = task.clusters_before_failover,
          .message = task.message};
}

}  // namespace firedrill::timeline
