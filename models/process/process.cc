#include "models/process/process.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <utility>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

/// Timers shorter than this are the reference's work queues going about their business, not a
/// deadline.
constexpr sim::Duration late_from = 1s;

static_assert(sizeof(sim::EventHandle) == sizeof(std::uint64_t),
              "a timer's registration carries its handle");

}  // namespace

template <class Object>
typename Process::Stored<Object>::RequestLatency Process::requests(std::string_view list,
                                                                   WriteKind spec,
                                                                   WriteKind status) {
  return {.spec = write_delays(spec, "apiWrite"),
          .status = write_delays(status, "apiWrite/status"),
          .list = list_.next(list)};
}

Process::Process(const ProcessSurroundings& surroundings,
                 const ProcessOptions& options,
                 const Start& start)
    : around_(surroundings),
      clock_(surroundings.clock.ahead(options.clock_skew)),
      in_control_plane_(options.home.empty()),
      identity_(options.name + "/" + options.home),
      random_(surroundings.streams.stream(identity_, "jitter")),
      lateness_(delays(surroundings.latency.timer_lateness, "timerLateness")),
      list_(delays(
          in_control_plane_ ? surroundings.latency.api_read : surroundings.latency.member_write,
          "apiRead")),
      link_{.engine = surroundings.engine,
            .name = options.name,
            .scope = options.home,
            .watch = delays(
                in_control_plane_ ? surroundings.latency.watch : surroundings.latency.member_watch,
                "watch"),
            .path = options.path,
            .longest_back = options.path.back,
            .writes = options.writes,
            .conflicts = options.conflicts,
            .limiter = ClientLimiter(options.limits.control_plane)},
      clusters_(surroundings.server.clusters,
                link_,
                requests<api::Cluster>("Cluster", &Latency::api_write, &Latency::api_write)),
      bindings_(surroundings.server.bindings,
                link_,
                requests<api::ResourceBinding>(
                    "ResourceBinding", &Latency::api_write_binding, &Latency::api_write_work)),
      works_(surroundings.server.works,
             link_,
             requests<api::Work>("Work", &Latency::api_write_work, &Latency::api_write_work)),
      leases_(surroundings.server.leases,
              link_,
              requests<api::Lease>("Lease", &Latency::api_write, &Latency::api_write)),
      taint_policies_(surroundings.server.taint_policies,
                      link_,
                      requests<api::ClusterTaintPolicy>(
                          "ClusterTaintPolicy", &Latency::api_write, &Latency::api_write)),
      templates_(surroundings.server.templates,
                 link_,
                 requests<api::ResourceTemplate>(
                     "ResourceTemplate", &Latency::api_write, &Latency::api_write)),
      rebalancers_(surroundings.server.rebalancers,
                   link_,
                   requests<api::WorkloadRebalancer>(
                       "WorkloadRebalancer", &Latency::api_write, &Latency::api_write)),
      execution_spaces_(surroundings.server.execution_spaces,
                        link_,
                        requests<api::ExecutionSpace>(
                            "ExecutionSpace", &Latency::api_write, &Latency::api_write)),
      member_ways_(surroundings.engine,
                   surroundings.streams,
                   surroundings.latency,
                   identity_,
                   options.limits.members),
      members_(surroundings.engine,
               surroundings.recorder,
               surroundings.members,
               member_ways_,
               options.home),
      estimators_(surroundings.engine, surroundings.clock, surroundings.members, member_ways_),
      objects_{clusters_,       bindings_,  works_,       leases_,
               taint_policies_, templates_, rebalancers_, execution_spaces_},
      ports_{{*this, *this, members_, *this, *this}, objects_, estimators_, *this},
      component_(start(ports_)) {}

Delays Process::delays(const sim::Distribution& distribution, std::string purpose) const {
  return {distribution, around_.streams, identity_, std::move(purpose)};
}

Delays Process::write_delays(WriteKind kind, std::string purpose) const {
  if (!in_control_plane_) return delays(around_.latency.member_write, std::move(purpose));
  if (link_.name == "scheduler") kind = &Latency::api_write_scheduler;
  return delays(around_.latency.*kind, std::move(purpose));
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
  const bool late = !lateness_.varies() && lateness_.constant() > sim::Duration::zero();
  return late ? now() : now() + 1ns;
}

policy::Registration Process::after(api::Duration delay, std::function<void()> callback) {
  const sim::Time due = sim::saturating_add(around_.engine.now(), delay);
  const sim::Duration lateness = delay >= late_from ? lateness_.at(due) : sim::Duration::zero();
  const sim::EventHandle handle =
      around_.engine.after(delay + lateness, sim::Phase::control, std::move(callback));
  return {*this, std::bit_cast<std::uint64_t>(handle)};
}

api::Duration Process::work_time(std::string_view controller, const api::Key& key) {
  if (around_.latency.reconcile.empty()) return {};
  auto found = work_.find(controller);
  if (found == work_.end()) {
    const sim::Distribution* distribution = around_.latency.find_reconcile(controller);
    std::string name(controller);
    Delays work;
    if (distribution != nullptr) work = delays(*distribution, "reconcile/" + name);
    found = work_.emplace(std::move(name), std::move(work)).first;
  }
  return found->second.next(key);
}

void Process::release(std::uint64_t id) {
  around_.engine.cancel(std::bit_cast<sim::EventHandle>(id));
}

std::string Process::workload(const api::Key& binding) const {
  const auto found = around_.server.bindings.find(binding);
  return found ? timeline::workload_name(found->spec.resource) : binding.space + "/" + binding.name;
}

void Process::eviction_queued(const policy::karmada::EvictionQueued& entry) {
  timeline::EvictionQueued event{.workload = workload(entry.binding),
                                 .cluster = entry.cluster,
                                 .queue = entry.queue,
                                 .depth = entry.depth};
  if (entry.ready_at) event.ready_at = clock_.virtual_time(*entry.ready_at);
  around_.recorder.record(std::move(event));
}

void Process::eviction_dequeued(const policy::karmada::EvictionDequeued& entry) {
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
  const auto member = around_.members.find(cluster);
  if (member != around_.members.end() && member->second.last_fault != 0) {
    around_.engine.set_current_cause(member->second.last_fault);
  }
  around_.recorder.record(timeline::LeaseExpired{
      .cluster = std::string(cluster), .last_renewed = clock_.virtual_time(last_renewed)});
}

}  // namespace firedrill::models
