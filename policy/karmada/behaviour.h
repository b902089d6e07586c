#pragma once

/// Switches of single reference behaviours, named by the upstream issue that changed them or asked
/// for a change: the same disaster before and after a fix, or under a proposal that was never
/// merged. The defaults are what the reference does. Keys, words and parameters stand in a
/// scenario's `controlPlane.behaviour`; controllers get them as plain options.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "policy/api/describe.h"
#include "policy/api/result.h"
#include "policy/karmada/release.h"

namespace firedrill::policy::karmada {

/// Which side of an upstream change.
enum class Revision : std::uint8_t { before, after };

template <class V>
void describe_values(V& v, Revision&) {
  v.begin("Revision", "Which side of an upstream change.");
  v.value("before", Revision::before, "As it was before the change.");
  v.value("after", Revision::after, "As it is with the change.");
}

/// What happens to the eviction rate while too many clusters look unhealthy at once.
enum class BrakeMode : std::uint8_t { off, slow, halt };

template <class V>
void describe_values(V& v, BrakeMode&) {
  v.begin("BrakeMode", "The eviction rate while too many clusters look unhealthy.");
  v.value("off", BrakeMode::off, "The usual one: nobody looks at the share.");
  v.value("slow", BrakeMode::slow,
          "secondaryRate with more than minClusters clusters, else one eviction in 30 minutes.");
  v.value("halt", BrakeMode::halt, "One eviction in 30 minutes and worker.");
}

/// The brake on mass evictions that karmada#6274 asked for; the parameters are the flags
/// unhealthy-cluster-threshold, large-cluster-num-threshold and secondary-resource-eviction-rate
/// of the proposal (karmada#6613, #6675, #6777), with its defaults.
struct EvictionBrake {
  BrakeMode mode = BrakeMode::off;
  double unhealthy_share = 0.55;  ///< Float32 in the proposal.
  std::int64_t min_clusters = 10;
  double secondary_rate = 0.1;  ///< A second and worker; float32 in the proposal.

  friend bool operator==(const EvictionBrake&, const EvictionBrake&) = default;
};

template <class V>
void describe(V& v, EvictionBrake& b) {
  using api::AtLeast;
  using api::AtMost;
  v.begin("EvictionBrake", "Evict slowly while too many clusters look unhealthy.");
  v.field("mode", b.mode, "off, slow (the proposal) or halt.");
  v.field("unhealthyShare", b.unhealthy_share,
          "Above this share of clusters whose Ready is not True the brake acts.", AtLeast{0},
          AtMost{1});
  v.field("minClusters", b.min_clusters,
          "With mode slow: with more clusters than this evictions go on at secondaryRate.",
          AtLeast{0});
  v.field("secondaryRate", b.secondary_rate,
          "With mode slow: evictions a second of each worker meanwhile; 0 = one in 30 minutes.",
          AtLeast{0});
}

[[nodiscard]] inline api::Result<EvictionBrake> brake_of_mode(BrakeMode mode) {
  return EvictionBrake{.mode = mode};
}
/// Without its parameters only a brake that is off can be told.
[[nodiscard]] inline std::optional<BrakeMode> mode_of_brake(const EvictionBrake& brake) {
  return brake == EvictionBrake{} ? std::optional(brake.mode) : std::nullopt;
}

template <class V>
void describe_forms(V& v, EvictionBrake& b) {
  v.begin("EvictionBrakeSwitch", "A word, or an object of parameters.");
  v.form(api::Form<BrakeMode>{"the mode, with the usual parameters"}, &brake_of_mode,
         &mode_of_brake);
  v.object_form(b, "mode and parameters");
}

/// All switches, each with the value of the reference.
struct Behaviour {
  Revision tolerant_bindings_not_queued = Revision::after;          ///< karmada#7613
  Revision threshold_for_client_errors = Revision::after;           ///< karmada#7408
  Revision eviction_conflicts_retried_in_place = Revision::before;  ///< karmada#7483
  EvictionBrake eviction_brake;                                     ///< karmada#6274

  friend bool operator==(const Behaviour&, const Behaviour&) = default;
};

template <class V>
void describe(V& v, Behaviour& b) {
  v.begin("Behaviour", "Switches of single reference behaviours, by upstream issue.");
  v.field("karmada#6274", b.eviction_brake,
          "A brake on evictions while too many clusters look unhealthy (proposed, not merged): "
          "slow is the proposal, halt stops them at any size.",
          only_current);
  v.field("karmada#7408", b.threshold_for_client_errors,
          "before: a failure to build a member's client makes it not ready at once; after: past "
          "cluster-failure-threshold, like a failed probe.");
  v.field("karmada#7483", b.eviction_conflicts_retried_in_place,
          "before: an eviction or its end that meets a conflict goes to the work queue's back-off; "
          "after (proposed in #7493 and #7494): it is tried again in place, up to 5 times, 10 ms "
          "apart.");
  v.field(
      "karmada#7613", b.tolerant_bindings_not_queued,
      "before (to v1.18): every binding of a tainted cluster enters the eviction queue on every "
      "look, and one that tolerates the taint takes a worker's rest; after: only when its "
      "toleration ends.",
      only_current);
}

}  // namespace firedrill::policy::karmada
