#pragma once

/// The control plane of a scenario: which policy profile, with which flags, feature gates, settings
/// and latencies. Names of flags and gates stay texts here; the profile's own tables
/// (policy/karmada/options.h) know and check them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/time.h"

namespace firedrill::models {

enum class LatencyPreset : std::uint8_t { none, reference };

template <class V>
void describe_values(V& v, LatencyPreset&) {
  v.begin("LatencyPreset", "A set of latencies to start from.");
  v.value("none", LatencyPreset::none, "Everything at one instant, ordered by cause.");
  v.value("reference", LatencyPreset::reference,
          "The small fixed numbers that the end-to-end vectors were recorded with.");
}

/// Latencies of the control plane and its members. What is absent comes from the preset.
struct LatencySpec {
  LatencyPreset preset = LatencyPreset::none;
  std::optional<api::Duration> api_read;
  std::optional<api::Duration> api_write;
  std::optional<api::Duration> watch;
  std::optional<api::Duration> member_write;
  std::optional<api::Duration> member_watch;
  std::optional<api::Duration> member_reaction;
  std::optional<api::Duration> timer_lateness;
  std::optional<api::Duration> probe_timeout;

  friend bool operator==(const LatencySpec&, const LatencySpec&) = default;
};

template <class V>
void describe(V& v, LatencySpec& l) {
  v.begin("Latency", "How long calls and messages take; numbers override the preset's.");
  v.field("preset", l.preset, "Where the numbers come from that are not given here.");
  v.field("apiRead", l.api_read, "A read from the control plane's API server.", api::AtLeast{0});
  v.field("apiWrite", l.api_write, "A write to the control plane's API server.", api::AtLeast{0});
  v.field("watch", l.watch, "From a write until the watchers of the control plane see it.",
          api::AtLeast{0});
  v.field("memberWrite", l.member_write, "A write to a member's API server.", api::AtLeast{0});
  v.field("memberWatch", l.member_watch, "From a change in a member until it is seen outside.",
          api::AtLeast{0});
  v.field("memberReaction", l.member_reaction,
          "From a changed workload in a member until its pods follow.", api::AtLeast{0});
  v.field("timerLateness", l.timer_lateness,
          "How late timers and periodic loops of a second or more fire.", api::AtLeast{0});
  v.field("probeTimeout", l.probe_timeout, "When a probe gives up whose packets are dropped.",
          api::Above{0}, api::DefaultText{"32s"});
}

struct ControlPlaneSpec {
  std::string profile = "karmada";
  std::map<std::string, api::Json> flags;  ///< Scalars, by the reference's flag name.
  std::map<std::string, bool> feature_gates;
  std::map<std::string, std::map<std::string, api::Json>> components;  ///< Scalars.
  std::map<std::string, api::Json> behaviour;  ///< Switches by upstream issue.
  LatencySpec latency;

  friend bool operator==(const ControlPlaneSpec&, const ControlPlaneSpec&) = default;
};

template <class V>
void describe(V& v, ControlPlaneSpec& c) {
  v.begin("ControlPlane", "Which policy code runs, and how it is set.");
  v.field("profile", c.profile, "Whose policies: karmada.");
  v.field("flags", c.flags,
          "Command-line flags by the reference's name, without dashes; component/flag sets one for "
          "one component (agent, controller-manager, scheduler, descheduler, webhook).");
  v.field("featureGates", c.feature_gates, "Feature gates by name.");
  v.field(
      "components", c.components,
      "What the reference hard-codes, by component and setting (firedrill profiles lists all).");
  v.field("behaviour", c.behaviour, "Switches of single behaviours, by upstream issue.");
  v.field("latency", c.latency, "How long calls and messages take.");
}

}  // namespace firedrill::models
