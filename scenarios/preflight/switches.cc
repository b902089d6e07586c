#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "policy/api/duration.h"
#include "policy/karmada/controller_list.h"
#include "scenarios/preflight/karmada.h"
#include "scenarios/preflight/settings.h"

namespace firedrill::scenarios::preflight {
namespace {

namespace karmada = policy::karmada;
using analysis::Finding;
using analysis::Gravity;
using analysis::PreflightCode;
using analysis::Remedy;

/// What moves workloads off every cluster that is not Ready, for the short form of it.
constexpr std::string_view taint_policy_text =
    R"({"apiVersion":"policy.karmada.io/v1alpha1","kind":"ClusterTaintPolicy",)"
    R"("metadata":{"name":"evict-not-ready"},"spec":{)"
    R"("addOnConditions":[{"conditionType":"Ready","operator":"In","statusValues":["False","Unknown"]}],)"
    R"("removeOnConditions":[{"conditionType":"Ready","operator":"In","statusValues":["True"]}],)"
    R"("taints":[{"key":"cluster.karmada.io/not-ready","effect":"NoExecute"}]}})";

class SwitchCheck {
 public:
  SwitchCheck(const KarmadaFacts& facts, Findings& findings)
      : facts_(facts),
        findings_(findings),
        everyone_(all_workloads(facts.world.workloads.size())) {}

  void run() {
    check_gate();
    check_eviction();
    check_sources();
    check_periods();
  }

 private:
  [[nodiscard]] const models::ControlPlaneSpec& control_plane() const {
    return facts_.world.control_plane;
  }

  void check_gate() {
    if (facts_.options.gates.failover) return;
    findings_.add(
        {.code = PreflightCode::failover_gate_off,
         .gravity = Gravity::blocks,
         .workloads = everyone_,
         .clusters = {},
         .reason = facts_.legacy() ? "without the gate Failover no cluster that fails gets a "
                                     "NoExecute taint, and no application fails over"
                                   : "without the gate Failover neither the taint manager nor the "
                                     "controller of ClusterTaintPolicies runs",
         .remedies = {switch_gate_on(control_plane(), controller_manager.process, "Failover")},
         .pointer = gate_pointer(control_plane(), "Failover")});
  }

  /// Follows components.cc and the taint manager: it is started with the cluster controller, unless
  /// one flag says no, and does nothing unless another says yes.
  void check_eviction() {
    const karmada::ControllerManagerFlags& flags = facts_.options.controller_manager;
    Finding finding{.code = PreflightCode::eviction_disabled,
                    .gravity = Gravity::blocks,
                    .workloads = everyone_,
                    .clusters = {},
                    .reason = {},
                    .remedies = {},
                    .pointer = {}};
    const auto needs = [&](std::string_view flag, std::string_view value) {
      if (finding.pointer.empty())
        finding.pointer = flag_pointer(control_plane(), controller_manager, flag);
      finding.remedies.push_back(set_flag(control_plane(), controller_manager, flag, value));
    };
    if (!karmada::controller_enabled(flags.controllers, "cluster")) {
      finding.reason =
          "the taint manager runs with the controller \"cluster\", which is switched off";
      needs("controllers", "*");
      finding.remedies.back().set =
          flag_pointer(control_plane(), controller_manager, "controllers") + R"(=["*"])";
    }
    if (!flags.enable_taint_manager) {
      finding.reason = "no taint manager runs";
      needs("enable-taint-manager", "true");
    }
    if (!facts_.legacy() && !flags.enable_no_execute_taint_eviction) {
      finding.reason = "NoExecute taints evict nothing";
      needs("enable-no-execute-taint-eviction", "true");
    }
    if (!finding.remedies.empty()) findings_.add(std::move(finding));
  }

  /// Of clusters that an event brings down, those that nobody ever taints; without such an event it
  /// is all or none. The legacy release sets the taints itself.
  void check_sources() {
    if (facts_.legacy() || facts_.sources.uncertain()) return;
    ClusterSet concerned;
    for (const Loss& loss : facts_.losses) {
      if (!loss.fault || loss.event.empty()) continue;
      for (const std::size_t number : loss.clusters)
        concerned.push_back(number);
    }
    std::ranges::sort(concerned);
    concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
    const bool failing = !concerned.empty();
    if (!failing) concerned = facts_.clusters.all();
    const bool any = std::ranges::any_of(
        facts_.clusters.all(), [this](std::size_t number) { return facts_.sources.any(number); });
    if (!failing && any) return;
    std::erase_if(concerned, [this](std::size_t number) { return facts_.sources.any(number); });
    if (concerned.empty()) return;
    findings_.add({.code = PreflightCode::no_no_execute_source,
                   .gravity = Gravity::blocks,
                   .workloads = everyone_,
                   .clusters = facts_.clusters.names(concerned),
                   .reason = source_reason(any),
                   .remedies = source_remedies(),
                   .pointer = "/objects"});
  }

  [[nodiscard]] std::string source_reason(bool elsewhere) const {
    const karmada::ControllerManagerFlags& flags = facts_.options.controller_manager;
    if (!karmada::controller_enabled(flags.controllers, "clusterTaintPolicy"))
      return "the controller of ClusterTaintPolicies is switched off, and no event sets a "
             "NoExecute taint";
    if (elsewhere) return "no ClusterTaintPolicy or event ever gives them a NoExecute taint";
    if (facts_.world.taint_policies.empty())
      return "Karmada sets no NoExecute taint by itself, and no ClusterTaintPolicy or event does";
    return "no ClusterTaintPolicy can come to add a NoExecute taint, and no event sets one";
  }

  [[nodiscard]] std::vector<Remedy> source_remedies() const {
    const karmada::ControllerManagerFlags& flags = facts_.options.controller_manager;
    std::vector<Remedy> remedies;
    if (!karmada::controller_enabled(flags.controllers, "clusterTaintPolicy")) {
      Remedy remedy = set_flag(control_plane(), controller_manager, "controllers", "*");
      remedy.set = flag_pointer(control_plane(), controller_manager, "controllers") + R"(=["*"])";
      remedies.push_back(std::move(remedy));
      if (!facts_.world.taint_policies.empty()) return remedies;
    }
    if (!facts_.options.webhook.allow_no_execute_taint_policy) {
      remedies.push_back(
          set_flag(control_plane(), webhook, "allow-no-execute-taint-policy", "true"));
    }
    remedies.push_back(
        {"a ClusterTaintPolicy that adds a NoExecute taint where Ready is False or Unknown",
         fmt::format("/objects/-={}", taint_policy_text)});
    return remedies;
  }

  /// Only the leases of Pull clusters are looked at. In the legacy release a look is also when the
  /// second stage of the taints begins, whatever the cluster.
  void check_periods() {
    const karmada::ControllerManagerFlags& flags = facts_.options.controller_manager;
    if (facts_.legacy() && flags.cluster_monitor_period > flags.failover_eviction_timeout) {
      exceed(facts_.clusters.all(),
             fmt::format("clusters are looked at every {}, which is longer than "
                         "failover-eviction-timeout ({}): eviction begins up to a look later",
                         api::format_duration(flags.cluster_monitor_period),
                         api::format_duration(flags.failover_eviction_timeout)),
             "cluster-monitor-period", flags.failover_eviction_timeout / 2);
    }
    ClusterSet pull;
    for (const std::size_t number : facts_.clusters.all()) {
      if (facts_.clusters.spec(number).sync_mode == models::SyncMode::pull) pull.push_back(number);
    }
    if (pull.empty()) return;
    const api::Duration grace = flags.cluster_monitor_grace_period;
    if (flags.cluster_monitor_period > grace) {
      exceed(pull,
             fmt::format("clusters are looked at every {}, which is longer than the grace of {}: "
                         "one that is silent for a single look counts as lost",
                         api::format_duration(flags.cluster_monitor_period),
                         api::format_duration(grace)),
             "cluster-monitor-period", grace / 2);
    }
    check_leases(pull, grace);
  }

  /// A healthy agent must be heard in time. Each wait is up to 4 % longer than the interval.
  void check_leases(const ClusterSet& pull, api::Duration grace) {
    std::map<api::Duration, ClusterSet> late;
    for (const std::size_t number : pull) {
      api::Diagnostics unused;
      const karmada::AgentFlags agent = karmada::read_agent_flags(
          facts_.options, facts_.clusters.spec(number).agent.flags, "", unused);
      const auto lease = static_cast<double>(agent.cluster_lease_duration.count());
      const auto interval = api::Duration(
          static_cast<std::int64_t>(lease * agent.cluster_lease_renew_interval_fraction));
      if (interval + interval / 25 > grace) late[interval].push_back(number);
    }
    for (const auto& [interval, clusters] : late) {
      exceed(clusters,
             fmt::format("agents renew their lease every {} and up to 4 % more, which is longer "
                         "than the grace of {}: healthy clusters count as silent",
                         api::format_duration(interval), api::format_duration(grace)),
             "cluster-monitor-grace-period", interval * 4);
    }
  }

  void exceed(const ClusterSet& clusters,
              std::string reason,
              std::string_view flag,
              api::Duration better) {
    findings_.add({.code = PreflightCode::period_exceeds_grace,
                   .gravity = Gravity::differs,
                   .workloads = {},
                   .clusters = facts_.clusters.names(clusters),
                   .reason = std::move(reason),
                   .remedies = {set_flag(control_plane(), controller_manager, flag,
                                         api::format_duration(better))},
                   .pointer = flag_pointer(control_plane(), controller_manager, flag)});
  }

  const KarmadaFacts& facts_;
  Findings& findings_;
  std::vector<std::uint32_t> everyone_;
};

}  // namespace

void check_switches(const KarmadaFacts& facts, Findings& findings) {
  SwitchCheck(facts, findings).run();
}

}  // namespace firedrill::scenarios::preflight
