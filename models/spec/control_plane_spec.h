#pragma once

/// The control plane of a scenario: which policy profile, with which flags, feature gates, settings
/// and latencies. Names of flags and gates stay texts here; the profile's own tables
/// (policy/karmada/options.h, policy/clusternet/options.h) know and check them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "models/spec/duration_model.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/time.h"

namespace firedrill::models {

enum class LatencyPreset : std::uint8_t { none, reference, typical };

template <class V>
void describe_values(V& v, LatencyPreset&) {
  v.begin("LatencyPreset", "A set of latencies to start from.");
  v.value("none", LatencyPreset::none, "Everything at one instant, ordered by cause.");
  v.value("reference", LatencyPreset::reference,
          "The small fixed numbers that the end-to-end vectors were recorded with.");
  v.value("typical", LatencyPreset::typical,
          "What a healthy installation within one region shows; docs/latency.md has the numbers.");
}

/// Latencies of the control plane and its members. What is absent comes from the preset.
struct LatencySpec {
  LatencyPreset preset = LatencyPreset::none;
  std::optional<DurationModel> api_read;
  std::optional<DurationModel> api_write;
  std::optional<DurationModel> watch;
  std::optional<DurationModel> member_write;
  std::optional<DurationModel> member_watch;
  std::optional<DurationModel> member_reaction;
  std::map<std::string, DurationModel> reconcile;  ///< By the controller's name; "*": any other.
  std::optional<DurationModel> timer_lateness;
  std::optional<bool> client_limits;
  std::optional<DurationModel> probe_timeout;

  friend bool operator==(const LatencySpec&, const LatencySpec&) = default;
};

/// Whether something of that name computes: a controller as `components` names it, the scheduler,
/// the descheduler, or "*" for all of them.
[[nodiscard]] bool is_reconciler(std::string_view name);

[[nodiscard]] inline bool are_reconcilers(const std::map<std::string, DurationModel>& models) {
  for (const auto& [name, model] : models) {
    if (!is_reconciler(name)) return false;
  }
  return true;
}

template <class V>
void describe(V& v, LatencySpec& l) {
  v.begin("Latency",
          "How long calls, messages and computing take; what is given here replaces the preset's.");
  v.field("preset", l.preset, "Where the numbers come from that are not given here.");
  v.field("apiRead", l.api_read,
          "The list by which a starting process fills a cache; later reads are the caches'.");
  v.field("apiWrite", l.api_write, "A write to the control plane's API server.");
  v.field("watch", l.watch,
          "From a write until the watchers of the control plane see it; no event overtakes an "
          "earlier one.");
  v.field("memberWrite", l.member_write,
          "A write to a member's API server, and an agent's to the control plane; under typical "
          "also an answered probe. The network's latency comes on top.");
  v.field("memberWatch", l.member_watch,
          "From a change in a member until it is seen outside; from one in the control plane until "
          "an agent sees it.");
  v.field("memberReaction", l.member_reaction,
          "From a changed workload in a member until its pods follow.");
  v.field("reconcile", l.reconcile,
          "How long a worker computes over one key, by the controller's name as in `components` "
          "(taint-manager: an eviction worker's step, too), scheduler or descheduler; * is any "
          "other. The worker is busy meanwhile.");
  v.field("timerLateness", l.timer_lateness,
          "How late timers and periodic loops of a second or more fire.");
  v.field("clientLimits", l.client_limits,
          "Whether requests wait for their client's rate limit, as the flags kube-api-qps, "
          "kube-api-burst, cluster-api-qps and cluster-api-burst say.",
          api::DefaultText{"true with preset typical"});
  v.field("probeTimeout", l.probe_timeout, "When a request gives up whose packets are dropped.",
          api::DefaultText{"32s"});
  v.check("reconcile", are_reconcilers(l.reconcile), "names something that does not compute",
          "controllers as `firedrill profiles` lists them, scheduler, descheduler or *");
}

/// What only one profile is told.
struct ProfileSettings {
  std::map<std::string, api::Json> flags;
  std::map<std::string, bool> feature_gates;
  std::map<std::string, std::map<std::string, api::Json>> components;
  std::map<std::string, api::Json> behaviour;

  friend bool operator==(const ProfileSettings&, const ProfileSettings&) = default;
};

template <class V>
void describe(V& v, ProfileSettings& s) {
  v.begin("ProfileSettings", "Settings that one profile alone is told, beside the shared ones.");
  v.field("flags", s.flags, "Its flags.");
  v.field("featureGates", s.feature_gates, "Its feature gates.");
  v.field("components", s.components, "What its reference hard-codes.");
  v.field("behaviour", s.behaviour, "Switches of its behaviours.");
}

/// The loader makes one of a scenario's: `profile` is the one that runs, and the four maps hold
/// what it is told, its own settings laid over the shared ones.
struct ControlPlaneSpec {
  std::string profile = "karmada";
  std::map<std::string, api::Json> flags;  ///< Scalars, by the reference's flag name.
  std::map<std::string, bool> feature_gates;
  std::map<std::string, std::map<std::string, api::Json>> components;  ///< Scalars.
  std::map<std::string, api::Json> behaviour;  ///< Switches by upstream issue.
  std::map<std::string, ProfileSettings> profiles;
  LatencySpec latency;

  friend bool operator==(const ControlPlaneSpec&, const ControlPlaneSpec&) = default;
};

template <class V>
void describe(V& v, ControlPlaneSpec& c) {
  v.begin("ControlPlane", "Which policy code runs, and how it is set.");
  v.field("profile", c.profile,
          "Whose policies: karmada, kairship, kairship-as-documented or clusternet.");
  v.field("flags", c.flags,
          "Command-line flags by the reference's name, without dashes; component/flag sets one for "
          "one component (agent, controller-manager, scheduler, descheduler, webhook).");
  v.field("featureGates", c.feature_gates, "Feature gates by name.");
  v.field(
      "components", c.components,
      "What the reference hard-codes, by component and setting (firedrill profiles lists all).");
  v.field("behaviour", c.behaviour, "Switches of single behaviours, by upstream issue.");
  v.field("profiles", c.profiles,
          "By the name of a profile, what that one alone is told: laid over the settings above "
          "when it runs.");
  v.field("latency", c.latency, "How long calls and messages take.");
}

}  // namespace firedrill::models
