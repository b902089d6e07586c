#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "policy/api/duration.h"
#include "policy/karmada/failover/eviction.h"
#include "scenarios/preflight/karmada.h"
#include "scenarios/preflight/settings.h"

namespace firedrill::scenarios::preflight {
namespace {

namespace karmada = policy::karmada;
using analysis::Finding;
using analysis::Gravity;
using analysis::PreflightCode;
using analysis::Remedy;

bool has_rules(const std::optional<api::StatePreservation>& state) {
  return state && !state->rules.empty();
}

class BelongingsCheck {
 public:
  BelongingsCheck(const KarmadaFacts& facts, Findings& findings)
      : facts_(facts), findings_(findings) {}

  void run() {
    for (const Entry& entry : facts_.entries) {
      check_state(entry);
      check_direct_purge(entry);
      check_dependencies(entry);
    }
  }

 private:
  [[nodiscard]] const models::ControlPlaneSpec& control_plane() const {
    return facts_.world.control_plane;
  }
  void add(const Entry& entry,
           PreflightCode code,
           std::string reason,
           Remedy remedy,
           std::string pointer,
           std::vector<std::string> clusters = {}) {
    findings_.add({.code = code,
                   .gravity = Gravity::differs,
                   .workloads = entry.workloads,
                   .clusters = std::move(clusters),
                   .reason = std::move(reason),
                   .remedies = {std::move(remedy)},
                   .pointer = std::move(pointer)});
  }

  /// State is taken along by the gate, and handed over by tasks that purge Directly only
  /// (spec/karmada-failover.md 16).
  void check_state(const Entry& entry) {
    if (!entry.spec->failover) return;
    const api::FailoverBehavior& failover = *entry.spec->failover;
    const bool by_cluster = failover.cluster && has_rules(failover.cluster->state_preservation);
    const bool by_application =
        failover.application && has_rules(failover.application->state_preservation);
    if (!by_cluster && !by_application) return;
    if (facts_.legacy()) {
      const std::string at = entry.pointer + "/failover";
      add(entry, PreflightCode::state_gate_off, "this release of Karmada preserves no state",
          {"Karmada v1.12 for applications, v1.15 for cluster failover, with the gate "
           "StatefulFailoverInjection",
           "/controlPlane/profile=karmada"},
          at);
      return;
    }
    constexpr std::string_view gate = "StatefulFailoverInjection";
    if (!facts_.options.gates.stateful_failover_injection) {
      add(entry, PreflightCode::state_gate_off,
          "its statePreservation rules do nothing without the gate StatefulFailoverInjection",
          switch_gate_on(control_plane(), controller_manager.process, gate),
          gate_pointer(control_plane(), gate));
    }
    if (by_cluster && failover.cluster->purge_mode != api::purge_directly)
      needs_directly(entry, "cluster");
    if (by_application && failover.application->purge_mode != api::purge_directly)
      needs_directly(entry, "application");
  }

  void needs_directly(const Entry& entry, std::string_view kind) {
    const std::string at = fmt::format("{}/failover/{}/purgeMode", entry.pointer, kind);
    add(entry, PreflightCode::state_needs_directly,
        fmt::format(
            "state that failover.{} preserves reaches the new copy with purgeMode Directly only",
            kind),
        {at + ": Directly", at + "=Directly"}, at);
  }

  /// New copies wait until the old one's Work is gone, which a cluster that is not Ready can't be
  /// asked for (spec/karmada-failover.md 12).
  void check_direct_purge(const Entry& entry) {
    const karmada::ControllerManagerFlags& flags = facts_.options.controller_manager;
    const std::string_view mode = karmada::cluster_purge_mode(
        entry.spec->failover, flags.no_execute_taint_eviction_purge_mode);
    if (mode != api::purge_directly || facts_.legacy()) return;
    const ClusterSet blocking = common(entry.candidates, unhealthy_when_evicted());
    if (blocking.empty()) return;
    const bool own = entry.spec->failover && entry.spec->failover->cluster;
    const std::string at = own ? entry.pointer + "/failover/cluster/purgeMode"
                               : flag_pointer(control_plane(), controller_manager,
                                              "no-execute-taint-eviction-purge-mode");
    add(entry, PreflightCode::directly_blocks_on_unreachable,
        fmt::format("purge mode Directly: while the old cluster is not Ready no new copy starts, "
                    "for up to graceful-eviction-timeout ({})",
                    api::format_duration(flags.graceful_eviction_timeout)),
        own && has_rules(entry.spec->failover->cluster->state_preservation)
            ? set_flag(control_plane(), controller_manager, "graceful-eviction-timeout", "1m")
        : own ? Remedy{at + ": Gracefully", at + "=Gracefully"}
              : set_flag(control_plane(), controller_manager,
                         "no-execute-taint-eviction-purge-mode", "Gracefully"),
        at, facts_.clusters.names(blocking));
  }

  /// Clusters that events bring down; without any, those that a policy taints when they are not
  /// Ready.
  [[nodiscard]] ClusterSet unhealthy_when_evicted() const {
    ClusterSet set;
    for (const Loss& loss : facts_.losses) {
      if (loss.fault && !loss.event.empty())
        set.insert(set.end(), loss.clusters.begin(), loss.clusters.end());
    }
    if (set.empty()) {
      for (const std::size_t number : facts_.clusters.all()) {
        const auto& sets = facts_.sources.sets(facts_.sources.class_of(number));
        if (std::ranges::any_of(sets, &TaintSet::unhealthy)) set.push_back(number);
      }
    }
    std::ranges::sort(set);
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
  }

  void check_dependencies(const Entry& entry) {
    const bool gate = facts_.options.gates.propagate_deps;
    if (entry.spec->propagate_deps && !gate) {
      add(entry, PreflightCode::propagate_deps_off,
          "propagateDeps does nothing without the gate PropagateDeps: what its pods refer to stays "
          "behind",
          switch_gate_on(control_plane(), controller_manager.process, "PropagateDeps"),
          gate_pointer(control_plane(), "PropagateDeps"));
    }
    if (entry.spec->propagate_deps) return;
    const auto missing = std::ranges::find_if(entry.spec->depends_on, [&](const std::string& name) {
      return !has_own_policy(entry, name);
    });
    if (missing == entry.spec->depends_on.end()) return;
    const std::string at = entry.pointer + "/propagateDeps";
    add(entry, PreflightCode::propagate_deps_off,
        fmt::format("{}, on which it depends, stays behind without propagateDeps", *missing),
        {at + ": true", at + "=true"}, at);
  }

  /// Whether "Kind/name" is a workload of the scenario itself, in the entry's namespace.
  [[nodiscard]] bool has_own_policy(const Entry& entry, std::string_view name) {
    if (names_.empty()) {
      for (const models::WorkloadInstance& workload : facts_.world.workloads)
        names_.insert(workload.full_name());
    }
    const std::size_t slash = name.find('/');
    return names_.contains(
        fmt::format("{}/{}/{}", name.substr(0, slash), entry.spec->space, name.substr(slash + 1)));
  }

  const KarmadaFacts& facts_;
  Findings& findings_;
  std::unordered_set<std::string> names_;  // For look-up only.
};

}  // namespace

void check_belongings(const KarmadaFacts& facts, Findings& findings) {
  BelongingsCheck(facts, findings).run();
}

}  // namespace firedrill::scenarios::preflight
