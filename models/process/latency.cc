#include "models/process/latency.h"

#include <optional>
#include <stdexcept>

#include "models/member/from_spec.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

Latency recorded() {
  return {.api_read = {},
          .api_write = always(1ms),
          .api_write_work = always(2ms),
          .api_write_binding = always(2ms),
          .api_write_scheduler = always(3ms),
          .watch = always(1ms),
          .member_write = always(20ms),
          .member_probe = {},
          .member_watch = always(20ms),
          .member_reaction = always(50ms),
          .timer_lateness = always(1ms),
          .reconcile = {},
          .client_limits = false,
          .jitter = false};
}

/// Bounded, so that one draw in a million is no outage: a request of the reference has a time-out,
/// too.
sim::Distribution skewed(sim::Duration median, double sigma, sim::Duration max) {
  return {.shape = sim::LogNormal{.median = median, .sigma = sigma}, .max = max};
}

/// Where each number comes from: docs/latency.md, in this order. The 99th percentile of a lognormal
/// distribution is its median times exp(2.326 sigma).
Latency typical() {
  // p99 32 ms: one fsync of etcd on most of its members (p99 below 10 ms) in a commit (below 25 ms)
  // and the API server's own part; a thirtieth of the service level objective of 1 s.
  const sim::Distribution write = skewed(8ms, 0.6, 1s);
  // The same in the member, and a way within the region there and back: p99 48 ms.
  const sim::Distribution member_write = skewed(12ms, 0.6, 1s);
  return {// A list of some thousand objects: p99 255 ms.
          .api_read = skewed(50ms, 0.7, 5s),
          .api_write = write,
          .api_write_work = write,
          .api_write_binding = write,
          .api_write_scheduler = write,
          // From the store through the watch cache into an informer: p99 19 ms.
          .watch = skewed(3ms, 0.8, 1s),
          .member_write = member_write,
          .member_probe = member_write,
          // A watch, and one way within the region: p99 32 ms.
          .member_watch = skewed(5ms, 0.8, 1s),
          // Deployment, ReplicaSet and kube-scheduler, one after the other: p99 0.8 s.
          .member_reaction = skewed(200ms, 0.6, 5s),
          .timer_lateness = always(1ms),
          // Computing only; requests come on top of it.
          .reconcile = {{"*", skewed(2ms, 0.5, 1s)}, {"scheduler", skewed(5ms, 0.5, 1s)}},
          .client_limits = true};
}

void take(sim::Distribution& to, const std::optional<DurationModel>& from) {
  if (from) to = distribution_of(*from);
}

}  // namespace

const sim::Distribution* Latency::find_reconcile(std::string_view controller) const {
  auto found = reconcile.find(controller);
  if (found == reconcile.end()) found = reconcile.find("*");
  return found == reconcile.end() ? nullptr : &found->second;
}

Latency latency_preset(LatencyPreset preset) {
  switch (preset) {
    case LatencyPreset::none:
      return {};
    case LatencyPreset::reference:
      return recorded();
    case LatencyPreset::typical:
      return typical();
  }
  throw std::logic_error("a latency preset of no kind");
}

Latency latency_of(const LatencySpec& spec) {
  Latency latency = latency_preset(spec.preset);
  take(latency.api_read, spec.api_read);
  for (sim::Distribution* write : {&latency.api_write, &latency.api_write_work,
                                   &latency.api_write_binding, &latency.api_write_scheduler})
    take(*write, spec.api_write);
  take(latency.watch, spec.watch);
  take(latency.member_write, spec.member_write);
  if (spec.preset == LatencyPreset::typical) take(latency.member_probe, spec.member_write);
  take(latency.member_watch, spec.member_watch);
  take(latency.member_reaction, spec.member_reaction);
  take(latency.timer_lateness, spec.timer_lateness);
  take(latency.probe_timeout, spec.probe_timeout);
  for (const auto& [controller, model] : spec.reconcile)
    latency.reconcile.insert_or_assign(controller, distribution_of(model));
  latency.client_limits = spec.client_limits.value_or(latency.client_limits);
  return latency;
}

}  // namespace firedrill::models
