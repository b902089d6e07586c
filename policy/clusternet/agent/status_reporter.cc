#include "policy/clusternet/agent/status_reporter.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "policy/clusternet/lifecycle/cluster_lifecycle.h"
#include "policy/runtime/conflict_retry.h"

namespace firedrill::policy::clusternet {
namespace {

constexpr int http_ok = 200;
/// Tries of one report; the reference's back-off is client-go's for conflicts.
constexpr int tries = 5;
constexpr std::array<const char*, 3> summed_resources{"cpu", "memory", "nvidia.com/gpu"};

/// Sum over the nodes of what counts in a ManagedCluster's status.
api::ResourceList allocatable(const Inventory& inventory) {
  api::ResourceList sum;
  for (const NodeView& node : inventory.nodes) {
    for (const char* resource : summed_resources) {
      const auto found = node.allocatable.find(resource);
      if (found == node.allocatable.end()) continue;
      const auto [entry, fresh] = sum.emplace(resource, found->second);
      if (!fresh) entry->second = entry->second + found->second;
    }
  }
  return sum;
}

}  // namespace

StatusReporter::StatusReporter(Ports& ports, StatusReporterOptions options)
    : ports_(ports), options_(std::move(options)) {}

void StatusReporter::run(bool on) {
  collecting_.reset();
  reporting_.reset();
  if (!on) return;
  reporting_.emplace(report_loop().start());
  collecting_.emplace(collect_loop().start());
}

Routine StatusReporter::collect_loop() {
  co_await ports_.timers.sleep(options_.collect_phase);
  while (true) {
    auto collecting = collect();
    (void)co_await collecting;
    co_await ports_.timers.sleep(options_.collect_period);
  }
}

Routine StatusReporter::report_loop() {
  if (options_.first_report_immediate && !seen_) {
    auto collecting = collect();
    (void)co_await collecting;
  }
  Timestamp next = ports_.clock.now();
  while (true) {
    auto reporting = report();
    (void)co_await reporting;
    // No catching up: a run that takes longer than a period swallows reports.
    const Timestamp now = ports_.clock.now();
    while (next <= now)
      next += options_.report_period;
    co_await ports_.timers.sleep(next - now);
  }
}

Task<bool> StatusReporter::healthy(std::string path) {
  auto probing = ports_.members.probe(options_.cluster, std::move(path));
  const ProbeAnswer answer = co_await probing;
  co_return answer.kind == ProbeAnswer::Kind::http&& answer.http_status == http_ok;
}

Task<bool> StatusReporter::collect() {
  auto asking_live = healthy("/livez");
  const bool live = co_await asking_live;
  auto asking_ready = healthy("/readyz");
  const bool ready = co_await asking_ready;
  bool healthz = true;
  if (!live || !ready) {
    auto asking = healthy("/healthz");
    healthz = co_await asking;
  }
  seen_ = Observation{.ready = (live && ready) || healthz, .at = ports_.clock.now()};
  co_return seen_->ready;
}

ManagedClusterStatus StatusReporter::status_to_post() const {
  const auto period =
      std::chrono::duration_cast<std::chrono::seconds>(options_.report_period).count();
  ManagedClusterStatus status =
      with_report(known_->status, {.ready = seen_->ready,
                                   .collected = seen_->at,
                                   .posted = ports_.clock.now(),
                                   .heartbeat_frequency_seconds = period});
  status.allocatable = allocatable(ports_.members.inventory(options_.cluster));
  status.capacity = status.allocatable;
  status.predictor_enabled = options_.predictor;
  status.predictor_direct_access = options_.predictor && options_.predictor_direct_access;
  status.use_socket = options_.socket;
  status.app_pusher = options_.app_pusher;
  return status;
}

std::shared_ptr<const ManagedCluster> StatusReporter::own_cluster() const {
  // Of a cache that holds no other; its namespace is the hub's choice.
  for (const auto& cluster : ports_.objects.clusters.list()) {
    if (cluster->metadata.name == options_.cluster)
      return ports_.objects.clusters.get(cluster->metadata.key());
  }
  return nullptr;
}

Task<bool> StatusReporter::report() {
  for (int tried = 0; tried < tries; ++tried) {
    if (tried > 0) co_await ports_.timers.sleep(ConflictRetry::pause(ports_.entropy));
    if (!seen_) continue;
    // The reference reads its cluster at its start, long after the hub's first pass over it.
    if (!known_) known_ = own_cluster();
    if (!known_) continue;
    ManagedCluster next = *known_;
    next.status = status_to_post();
    auto posting = ports_.objects.clusters.update_status(std::move(next));
    auto posted = co_await posting;
    if (posted.done()) {
      known_ = posted.object;
      co_return true;
    }
    if (posted.outcome == Outcome::conflict) known_ = own_cluster();
  }
  co_return false;
}

}  // namespace firedrill::policy::clusternet
