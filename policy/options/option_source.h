#pragma once

/// Flags, feature gates and settings of a control plane, whichever system it is: how a scenario
/// tells them, how the timeline's header shows them, and how they are listed.
///
/// Each component's flags are a described struct (policy/api/describe.h) whose keys are the
/// reference's flag names: the reader, "did you mean", the tables of `firedrill profiles` and the
/// header all come from these descriptions (policy/options/visitors.h).

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "policy/api/json_value.h"
#include "policy/api/time.h"

namespace firedrill::policy {

/// Says of a flag why setting it changes nothing in a simulation; the reader then warns. Stands
/// among the constraints of a description.
struct Inert {
  std::string_view reason;
};

/// Which release of its system a control plane is, where one code base plays more than one.
enum class Release : std::uint8_t {
  current,
  legacy,  ///< Karmada up to v1.13, in detail v1.10; no other system has one.
};

/// Among the constraints of a description: only this release has it.
struct OnlyIn {
  Release release;
};

/// Among the constraints of a description: what it means in the legacy release, where that differs.
struct InLegacy {
  std::string_view meaning;
};

/// Whose names hold: the profile, whose list a message points at, and its release.
struct Edition {
  // NOLINTNEXTLINE(*-explicit-constructor): a system of one release just names its profile.
  constexpr Edition(std::string_view name, Release which = Release::current)
      : profile(name), release(which) {}

  std::string_view profile;
  Release release;
};

/// Client limits and leader election: the same flags in every component of a system.
struct ProcessFlags {
  double kube_api_qps = 40;
  std::int64_t kube_api_burst = 60;
  bool leader_elect = true;
  api::Duration leader_elect_lease_duration = std::chrono::seconds(15);
  api::Duration leader_elect_renew_deadline = std::chrono::seconds(10);
  api::Duration leader_elect_retry_period = std::chrono::seconds(2);

  friend bool operator==(const ProcessFlags&, const ProcessFlags&) = default;
};

template <class V>
void describe_process(V& v, ProcessFlags& p) {
  v.field("kube-api-qps", p.kube_api_qps,
          "Requests a second to the control plane's API server, where latency.clientLimits is on.");
  v.field("kube-api-burst", p.kube_api_burst, "Requests to it in a burst; likewise.");
  v.field("leader-elect", p.leader_elect, "Whether replicas elect a leader.");
  v.field("leader-elect-lease-duration", p.leader_elect_lease_duration,
          "How long a leader is believed in without a renewal; whole seconds count.");
  v.field("leader-elect-renew-deadline", p.leader_elect_renew_deadline,
          "When a leader that cannot renew gives up.");
  v.field("leader-elect-retry-period", p.leader_elect_retry_period,
          "How often the lease is tried and renewed.");
}

using Scalars = std::map<std::string, api::Json>;

/// The four maps of a scenario's `controlPlane`. A flag's name may be preceded by its component,
/// "agent/cluster-failure-threshold"; without it every component that has the flag gets it.
struct OptionSource {
  Scalars flags;
  std::map<std::string, bool> feature_gates;
  std::map<std::string, Scalars> components;
  Scalars behaviour;  ///< A word or an object each.
};

/// Every flag, gate and setting with the value in effect, for the timeline's header. A flag that
/// several components have stands once without a component, and again as "component/flag" for each
/// whose value differs from the first's. Of the behaviour switches only those stand there that are
/// not as the reference is: a run without any is one of the reference.
struct EffectiveOptions {
  Scalars flags;
  std::map<std::string, bool> feature_gates;
  std::map<std::string, Scalars> components;
  Scalars behaviour;
};

/// A row of the tables that `firedrill profiles` and the reference pages show.
struct OptionInfo {
  std::string name;        ///< "cluster-monitor-period", "Failover", "taint-manager.period"
  std::string components;  ///< "controller-manager, agent"; "" for gates and settings.
  std::string type;        ///< "duration", "boolean", "integer", "number", "text", "list of texts",
                           ///< or the words that it may be
  std::string usual;       ///< Default, as it would be written.
  std::string meaning;
  std::string inert;  ///< Why setting it changes nothing; "" = it counts.
};

}  // namespace firedrill::policy
