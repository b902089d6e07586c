#include "models/world/karmada/process.h"

#include <algorithm>
#include <utility>

namespace firedrill::models::karmada {

KarmadaProcess::KarmadaProcess(const ProcessSurroundings& surroundings,
                               const ProcessOptions& options,
                               const KarmadaSurroundings& karmada,
                               const Start& start)
    : Process(surroundings, options),
      karmada_(karmada),
      recorder_(surroundings.recorder),
      clusters_(karmada.server.clusters, link(), requests<api::Cluster>("Cluster")),
      bindings_(karmada.server.bindings,
                link(),
                requests<api::ResourceBinding>(
                    "ResourceBinding", &Latency::api_write_binding, &Latency::api_write_work)),
      works_(karmada.server.works,
             link(),
             requests<api::Work>("Work", &Latency::api_write_work, &Latency::api_write_work)),
      leases_(karmada.server.leases, link(), requests<api::Lease>("Lease")),
      taint_policies_(karmada.server.taint_policies,
                      link(),
                      requests<api::ClusterTaintPolicy>("ClusterTaintPolicy")),
      templates_(
          karmada.server.templates, link(), requests<api::ResourceTemplate>("ResourceTemplate")),
      rebalancers_(karmada.server.rebalancers,
                   link(),
                   requests<api::WorkloadRebalancer>("WorkloadRebalancer")),
      execution_spaces_(
          karmada.server.execution_spaces, link(), requests<api::ExecutionSpace>("ExecutionSpace")),
      estimators_(own_requests(), surroundings.clock, surroundings.members, member_ways()),
      objects_{clusters_,       bindings_,  works_,       leases_,
               taint_policies_, templates_, rebalancers_, execution_spaces_},
      ports_{common_ports(), objects_, estimators_, *this},
      component_(start(ports_)) {}

std::string KarmadaProcess::workload(const api::Key& binding) const {
  const auto found = karmada_.server.bindings.find(binding);
  return found ? timeline::workload_name(found->spec.resource) : binding.space + "/" + binding.name;
}

void KarmadaProcess::eviction_queued(const policy::karmada::EvictionQueued& entry) {
  timeline::EvictionQueued event{.workload = workload(entry.binding),
                                 .cluster = entry.cluster,
                                 .queue = entry.queue,
                                 .depth = entry.depth};
  if (entry.ready_at) event.ready_at = virtual_time(*entry.ready_at);
  // The manager looks at a cluster again and again; what it finds is due to the taint, or to what
  // brought the binding there. An attempt that is repeated follows from the one before.
  const bool again = retried_ != 0 && recorder_.current_cause() == retried_;
  const std::uint64_t found = std::max(grounds(entry.cluster).no_execute,
                                       karmada_.observer.arrival(entry.binding, entry.cluster));
  recorder_.record(std::move(event), again ? 0 : found);
}

void KarmadaProcess::eviction_dequeued(const policy::karmada::EvictionDequeued& entry) {
  timeline::EvictionDequeued event{.workload = workload(entry.binding),
                                   .cluster = entry.cluster,
                                   .queue = entry.queue,
                                   .worker = entry.worker,
                                   .waited = entry.waited,
                                   .outcome = entry.outcome};
  if (entry.retry_at) event.retry_at = virtual_time(*entry.retry_at);
  const std::uint64_t seq = recorder_.record(std::move(event));
  retried_ = entry.retry_at ? seq : 0;
  karmada_.invariants.dequeued(entry);
}

void KarmadaProcess::task_ends(const api::Key& binding,
                               std::string_view cluster,
                               std::string_view reason) {
  karmada_.observer.announce_task_end(binding, cluster, reason);
  karmada_.invariants.task_ends(binding, cluster, reason);
}

void KarmadaProcess::decided(const api::Key& binding,
                             std::shared_ptr<const policy::Decision> decision) {
  karmada_.invariants.decided(bindings_.last_read(binding), decision);
  karmada_.observer.announce_decision(binding, std::move(decision));
}

void KarmadaProcess::works_synced(const api::Key& binding, std::int64_t generation) {
  karmada_.invariants.works_synced(binding, generation);
}

void KarmadaProcess::lease_expired(std::string_view cluster, api::Timestamp last_renewed) {
  recorder_.record(timeline::LeaseExpired{.cluster = std::string(cluster),
                                          .last_renewed = virtual_time(last_renewed)},
                   grounds(cluster).silence());
}

}  // namespace firedrill::models::karmada
