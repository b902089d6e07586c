#include "models/process/process.h"

#include <algorithm>
#include <bit>
#include <chrono>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

/// Timers shorter than this are the reference's work queues going about their business, not a
/// deadline.
constexpr sim::Duration late_from = 1s;

static_assert(sizeof(sim::EventHandle) == sizeof(std::uint64_t),
              "a timer's registration carries its handle");

}  // namespace

Process::Process(const ProcessSurroundings& surroundings,
                 const ProcessOptions& options,
                 const Start& start)
    : around_(surroundings),
      clock_(surroundings.clock.ahead(options.clock_skew)),
      in_control_plane_(options.home.empty()),
      random_(surroundings.streams.stream(options.name + "/" + options.home, "jitter")),
      link_{.engine = surroundings.engine,
            .name = options.name,
            .scope = options.home,
            .watch =
                in_control_plane_ ? surroundings.latency.watch : surroundings.latency.member_watch,
            .path = options.path,
            .longest_back = options.path.back,
            .writes = options.writes,
            .conflicts = options.conflicts},
      clusters_(surroundings.server.clusters,
                link_,
                {write_latency(&Latency::api_write), write_latency(&Latency::api_write)}),
      bindings_(
          surroundings.server.bindings,
          link_,
          {write_latency(&Latency::api_write_binding), write_latency(&Latency::api_write_work)}),
      works_(surroundings.server.works,
             link_,
             {write_latency(&Latency::api_write_work), write_latency(&Latency::api_write_work)}),
      leases_(surroundings.server.leases, link_, {write_latency(&Latency::api_write), {}}),
      taint_policies_(
          surroundings.server.taint_policies, link_, {write_latency(&Latency::api_write), {}}),
      templates_(surroundings.server.templates, link_, {write_latency(&Latency::api_write), {}}),
      rebalancers_(
          surroundings.server.rebalancers, link_, {write_latency(&Latency::api_write), {}}),
      execution_spaces_(
          surroundings.server.execution_spaces, link_, {write_latency(&Latency::api_write), {}}),
      members_(surroundings.engine,
               surroundings.recorder,
               surroundings.sites,
               surroundings.latency,
               options.home),
      estimators_(surroundings.engine, surroundings.clock, surroundings.sites),
      objects_{clusters_,       bindings_,  works_,       leases_,
               taint_policies_, templates_, rebalancers_, execution_spaces_},
      ports_{*this, *this, objects_, members_, estimators_, *this, *this, *this},
      component_(start(ports_)) {}

sim::Duration Process::write_latency(WriteKind kind) const {
  if (!in_control_plane_) return around_.latency.member_write;
  if (link_.name == "scheduler") return around_.latency.api_write_scheduler;
  return around_.latency.*kind;
}

void Process::set_link(bool connected, const NetworkPath& path) {
  if (link_.connected && !connected) link_.cut_at = around_.engine.now();
  link_.connected = connected;
  link_.path = path;
  link_.longest_back = std::max(link_.longest_back, path.back);
  if (!connected) return;
  clusters_.reconnect();
  bindings_.reconnect();
  works_.reconnect();
  leases_.reconnect();
  taint_policies_.reconnect();
  templates_.reconnect();
  rebalancers_.reconnect();
  execution_spaces_.reconnect();
}

api::Timestamp Process::late_now() const {
  // Where timers fire late by themselves, the reading is late enough.
  return around_.latency.timer_lateness > sim::Duration::zero() ? now() : now() + 1ns;
}

policy::Registration Process::after(api::Duration delay, std::function<void()> callback) {
  const sim::Duration lateness =
      delay >= late_from ? around_.latency.timer_lateness : sim::Duration::zero();
  const sim::EventHandle handle =
      around_.engine.after(delay + lateness, sim::Phase::control, std::move(callback));
  return {*this, std::bit_cast<std::uint64_t>(handle)};
}

void Process::release(std::uint64_t id) {
  around_.engine.cancel(std::bit_cast<sim::EventHandle>(id));
}

std::string Process::workload(const api::Key& binding) const {
  const auto found = around_.server.bindings.find(binding);
  return found ? timeline::workload_name(found->spec.resource) : binding.space + "/" + binding.name;
}

void Process::eviction_queued(const policy::EvictionQueued& entry) {
  timeline::EvictionQueued event{.workload = workload(entry.binding),
                                 .cluster = entry.cluster,
                                 .queue = entry.queue,
                                 .depth = entry.depth};
  if (entry.ready_at) event.ready_at = clock_.virtual_time(*entry.ready_at);
  around_.recorder.record(std::move(event));
}

void Process::eviction_dequeued(const policy::EvictionDequeued& entry) {
  timeline::EvictionDequeued event{.workload = workload(entry.binding),
                                   .cluster = entry.cluster,
                                   .queue = entry.queue,
                                   .worker = entry.worker,
                                   .waited = entry.waited,
                                   .outcome = entry.outcome};
  if (entry.retry_at) event.retry_at = clock_.virtual_time(*entry.retry_at);
  around_.recorder.record(std::move(event));
  around_.invariants.dequeued(entry);
}

void Process::task_ends(const api::Key& binding,
                        std::string_view cluster,
                        std::string_view reason) {
  around_.observer.announce_task_end(binding, cluster, reason);
  around_.invariants.task_ends(binding, cluster, reason);
}

void Process::decided(const api::Key& binding, std::shared_ptr<const policy::Decision> decision) {
  around_.invariants.decided(bindings_.last_read(binding), decision);
  around_.observer.announce_decision(binding, std::move(decision));
}

void Process::works_synced(const api::Key& binding, std::int64_t generation) {
  around_.invariants.works_synced(binding, generation);
}

void Process::lease_expired(std::string_view cluster, api::Timestamp last_renewed) {
  const auto site = around_.sites.find(cluster);
  if (site != around_.sites.end() && site->second.last_fault != 0) {
    around_.engine.set_current_cause(site->second.last_fault);
  }
  around_.recorder.record(timeline::LeaseExpired{
      .cluster = std::string(cluster), .last_renewed = clock_.virtual_time(last_renewed)});
}

}  // namespace firedrill::models
