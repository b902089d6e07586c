#pragma once

/// How long the ways between components take (product.md 2.1, `latency`).
///
/// * none: nothing takes time; what happens in one instant is ordered by cause.
/// * reference: the small fixed numbers that the end-to-end vectors were recorded with
///   (conformance/karmada-e2e README): they order simultaneous actions as in the recordings.
/// * typical: what a healthy installation within one region shows. Each number and where it comes
///   from stands in latency.cc and in docs/latency.md.

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "models/spec/control_plane_spec.h"
#include "sim/distributions.h"
#include "sim/time.h"

namespace firedrill::models {

/// A distribution that is always the same.
[[nodiscard]] inline sim::Distribution always(sim::Duration length) {
  return {.shape = sim::Constant{length}};
}

struct Latency {
  sim::Distribution api_read;             ///< The list that fills a cache of a starting process.
  sim::Distribution api_write;            ///< A write to the API server, unless one of the next.
  sim::Distribution api_write_work;       ///< Writes of Works and of binding status.
  sim::Distribution api_write_binding;    ///< Patches of bindings.
  sim::Distribution api_write_scheduler;  ///< Any write of the scheduler.
  sim::Distribution watch;                ///< From a write to the caches.
  /// A write to a member's API; an agent's write to the control plane, or its list.
  sim::Distribution member_write;
  sim::Distribution member_probe;     ///< A probe that is answered, or a question to an estimator.
  sim::Distribution member_watch;     ///< From a change in a member to the caches; likewise.
  sim::Distribution member_reaction;  ///< From a change of an object in a member to its pods.
  sim::Distribution timer_lateness;   ///< How late timers of a second or more fire.
  sim::Distribution probe_timeout = always(std::chrono::seconds(32));  ///< Nobody answers.

  /// How long a worker computes over one key, by the controller's name; "*": any other.
  std::map<std::string, sim::Distribution, std::less<>> reconcile;
  bool client_limits = false;  ///< Whether the kube-api-… and cluster-api-… flags count.
  bool jitter = true;  ///< Whether intervals are stretched at random where the reference does so.

  /// Null: that controller computes in no time.
  [[nodiscard]] const sim::Distribution* find_reconcile(std::string_view controller) const;

  friend bool operator==(const Latency&, const Latency&) = default;
};

/// The numbers of a preset.
[[nodiscard]] Latency latency_preset(LatencyPreset preset);

/// The preset's numbers, and those that a scenario puts in their place.
[[nodiscard]] Latency latency_of(const LatencySpec& spec);

}  // namespace firedrill::models
