#pragma once

/// How long the ways between components take (product.md 2.1, `latency`).
///
/// * none: nothing takes time; what happens in one instant is ordered by cause.
/// * reference: the small fixed numbers that the end-to-end vectors were recorded with
/// (conformance/karmada-e2e
///   README): they order simultaneous actions as in the recordings.

#include <string_view>

#include "policy/api/time.h"

namespace firedrill::models {

/// All in nanoseconds of virtual time.
struct Latency {
  api::Duration api_write{};            ///< A write to the API server, unless one of the next.
  api::Duration api_write_work{};       ///< Writes of Works and of binding status.
  api::Duration api_write_binding{};    ///< Patches of bindings.
  api::Duration api_write_scheduler{};  ///< Any write of the scheduler.
  api::Duration watch{};                ///< From a write to the caches.
  api::Duration
      member_write{};  ///< A write to a member's API; an agent's write to the control plane.
  api::Duration member_watch{};     ///< From a change in a member to the caches; likewise.
  api::Duration member_reaction{};  ///< From a change of an object in a member to its pods.
  api::Duration timer_lateness{};   ///< How late timers of a second or more fire.
  api::Duration probe_timeout = std::chrono::seconds(32);  ///< Of a request that nobody answers.

  bool jitter = true;  ///< Whether intervals are stretched at random where the reference does so.

  friend bool operator==(const Latency&, const Latency&) = default;
};

/// The numbers of a preset. Requires: "none" or "reference".
[[nodiscard]] Latency latency_preset(std::string_view name);

}  // namespace firedrill::models
