#include "scenarios/preflight/clusternet.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"
#include "policy/api/tolerations.h"
#include "policy/clusternet/api/registration.h"
#include "policy/clusternet/scheduler/feasible.h"
#include "scenarios/preflight/entries.h"
#include "scenarios/preflight/settings.h"

namespace firedrill::scenarios::preflight {
namespace {

namespace clusternet = policy::clusternet;
using analysis::Finding;
using analysis::Gravity;
using analysis::PreflightCode;
using analysis::Remedy;

constexpr FlagPlace agent{"clusternet-agent", "agent"};
constexpr std::string_view scheduler_process = "clusternet-scheduler";

class ClusternetCheck {
 public:
  ClusternetCheck(const ClusternetFacts& facts, Findings& findings)
      : facts_(facts), findings_(findings) {
    const auto& workloads = facts.scenario.world.workloads;
    for (std::size_t i = 0; i < workloads.size(); ++i)
      fed_[workloads[i].subscription].push_back(static_cast<std::uint32_t>(i));
    for (const std::size_t number : facts.clusters.all())
      add_cluster(number);
  }

  void run() {
    check_gate();
    check_heartbeats();
    for (const models::ScenarioSubscription& subscription : facts_.scenario.world.subscriptions) {
      const auto fed = fed_.find(subscription.object->metadata.key());
      if (fed == fed_.end()) continue;
      check(*subscription.object, fed->second);
    }
  }

 private:
  [[nodiscard]] const models::ControlPlaneSpec& control_plane() const {
    return facts_.scenario.world.control_plane;
  }

  /// As the hub registers it, so that its labels are all there.
  void add_cluster(std::size_t number) {
    const models::ClusterSpec& spec = facts_.clusters.spec(number);
    for (const api::Cluster& look : facts_.clusters.looks(number)) {
      constexpr bool initialized = false;
      auto cluster = std::make_shared<clusternet::ManagedCluster>(
          clusternet::register_cluster({.name = spec.name,
                                        .cluster_id = spec.cluster_id,
                                        .sync_mode = {},
                                        .labels = look.metadata.labels,
                                        .taints = look.spec.taints},
                                       initialized));
      if (!spec.space.empty()) cluster->metadata.space = spec.space;
      std::string identity = fmt::format("{}/{}", cluster->metadata.space, cluster->metadata.name);
      while (managed_.contains(identity))
        identity += '+';  // Another look of the same cluster.
      identities_.emplace(identity, number);
      managed_.emplace(std::move(identity), std::move(cluster));
    }
  }

  /// It decides which events make the scheduler look again, not what it finds: the taint comes and
  /// is heeded either way (spec/clusternet.md 7.1).
  void check_gate() {
    if (facts_.options.gates.fail_over) return;
    findings_.add({.code = PreflightCode::failover_gate_off,
                   .gravity = Gravity::note,
                   .workloads = all_workloads(facts_.scenario.world.workloads.size()),
                   .clusters = {},
                   .reason = "the gate FailOver is off, which changes little: a lost cluster is "
                             "tainted and Replication leaves it all the same; with the gate every "
                             "update of a cluster that is not ready brings a further pass",
                   .remedies = {switch_gate_on(control_plane(), scheduler_process, "FailOver")},
                   .pointer = gate_pointer(control_plane(), "FailOver")});
  }

  /// A heartbeat tells when its status was collected. It is believed for three periods.
  void check_heartbeats() {
    std::map<std::pair<api::Duration, api::Duration>, ClusterSet> late;
    for (const std::size_t number : facts_.clusters.all()) {
      api::Diagnostics unused;
      const clusternet::AgentFlags flags = clusternet::read_agent_flags(
          facts_.options.agent, facts_.clusters.spec(number).agent.flags, "", unused);
      const api::Duration beat = flags.cluster_status_update_frequency;
      const api::Duration collect = flags.cluster_status_collect_frequency;
      const api::Duration told = std::chrono::floor<std::chrono::seconds>(beat);
      if (3 * told <= collect + beat) late[{beat, collect}].push_back(number);
    }
    constexpr std::string_view flag = "cluster-status-collect-frequency";
    for (const auto& [periods, clusters] : late) {
      const auto& [beat, collect] = periods;
      findings_.add(
          {.code = PreflightCode::period_exceeds_grace,
           .gravity = Gravity::differs,
           .workloads = {},
           .clusters = facts_.clusters.names(clusters),
           .reason = fmt::format("a status is collected every {} and sent every {}, and believed "
                                 "for three times the latter: healthy clusters count as silent",
                                 api::format_duration(collect), api::format_duration(beat)),
           .remedies = {set_flag(control_plane(), agent, flag, api::format_duration(beat / 2))},
           .pointer = flag_pointer(control_plane(), agent, flag)});
    }
  }

  void check(const clusternet::Subscription& subscription,
             const std::vector<std::uint32_t>& workloads) {
    const std::string where = settings_of(subscription, workloads.front());
    if (subscription.spec.dividing()) {
      dividing(subscription, workloads, where);
    } else {
      check_tolerations(subscription, workloads, where);
    }
    check_candidates(subscription, workloads, where);
  }

  /// Where what the subscription says is written: in an object, or with the workload, maybe in
  /// Karmada's words.
  [[nodiscard]] std::string settings_of(const clusternet::Subscription& subscription,
                                        std::uint32_t number) const {
    const auto& pointers = facts_.scenario.spec_pointers;
    const auto pasted = pointers.find(
        fmt::format("Subscription/{}/{}", subscription.metadata.space, subscription.metadata.name));
    if (pasted != pointers.end()) return pasted->second;
    return policy_pointer(facts_.scenario, facts_.scenario.world.workloads[number]);
  }
  [[nodiscard]] bool is_mapped(const std::string& where, std::uint32_t number) const {
    const models::WorkloadInstance& workload = facts_.scenario.world.workloads[number];
    return where == policy_pointer(facts_.scenario, workload) &&
           !workload.spec->subscription.present();
  }

  void add(PreflightCode code,
           const std::vector<std::uint32_t>& workloads,
           const ClusterSet& clusters,
           std::string reason,
           Remedy remedy,
           std::string pointer) {
    findings_.add({.code = code,
                   .gravity = Gravity::blocks,
                   .workloads = workloads,
                   .clusters = facts_.clusters.names(clusters),
                   .reason = std::move(reason),
                   .remedies = {std::move(remedy)},
                   .pointer = std::move(pointer)});
  }

  /// spec/clusternet.md 6.3: an admission test that looks at the spec and at sums of replicas.
  void dividing(const clusternet::Subscription& subscription,
                const std::vector<std::uint32_t>& workloads,
                const std::string& where) {
    const bool dynamic = subscription.spec.dividing_dynamically();
    add(PreflightCode::dividing_does_not_move, workloads, {},
        fmt::format("divided replicas stay with a lost cluster, whatever the gate FailOver says{}",
                    dynamic ? "; later ones go elsewhere" : ", until their number or spec changes"),
        is_mapped(where, workloads.front())
            ? Remedy{where + "/placement: no replicaScheduling, so that it is replicated",
                     where + "/placement/replicaScheduling=null"}
            : Remedy{where + ": schedulingStrategy: Replication",
                     where + "/schedulingStrategy=Replication"},
        where);
  }

  /// tolerationSeconds mean nothing here.
  void check_tolerations(const clusternet::Subscription& subscription,
                         const std::vector<std::uint32_t>& workloads,
                         const std::string& where) {
    constexpr std::array<std::string_view, 2> values{clusternet::reason_status_unknown,
                                                     clusternet::reason_cluster_not_ready};
    for (const std::string_view value : values) {
      const api::Taint taint{.key = std::string(clusternet::taint_unschedulable),
                             .value = std::string(value),
                             .effect = std::string(api::effect_no_schedule),
                             .time_added = {}};
      if (!api::tolerated(subscription.spec.cluster_tolerations, taint)) continue;
      add(PreflightCode::tolerates_forever, workloads, {},
          fmt::format("tolerates {}={}:{} for ever: tolerationSeconds mean nothing to Clusternet",
                      taint.key, taint.value, taint.effect),
          {where + ": clusterTolerations without it", ""}, where);
      return;
    }
  }

  void check_candidates(const clusternet::Subscription& subscription,
                        const std::vector<std::uint32_t>& workloads,
                        const std::string& where) {
    const ClusterSet candidates = feasible(subscription.spec);
    const Remedy wider{where + ": clusters for the subscribers that they don't select yet", ""};
    if (candidates.empty()) {
      add(PreflightCode::no_other_candidate, workloads, {}, "no cluster is feasible", wider, where);
      return;
    }
    if (candidates.size() == 1) {
      add(PreflightCode::no_other_candidate, workloads, candidates,
          fmt::format("may run in {} only", facts_.clusters.spec(candidates.front()).name), wider,
          where);
      return;
    }
    for (const Loss& loss : facts_.losses) {
      if (!without(candidates, loss.clusters).empty()) continue;
      add(PreflightCode::no_other_candidate, workloads, candidates,
          fmt::format("{} takes all clusters in which it may run", loss.event), wider, where);
    }
    if (subscription.spec.scheduling_by_sub_group && !subscription.spec.dividing())
      check_groups(subscription, workloads, wider, where);
  }

  /// What is lost of a group is replaced from the group.
  void check_groups(const clusternet::Subscription& subscription,
                    const std::vector<std::uint32_t>& workloads,
                    const Remedy& wider,
                    const std::string& where) {
    for (const clusternet::Subscriber& subscriber : subscription.spec.subscribers) {
      if (!subscriber.sub_group_strategy) continue;
      clusternet::SubscriptionSpec own = subscription.spec;
      own.subscribers = {subscriber};
      const ClusterSet group = feasible(own);
      const std::int32_t wanted = subscriber.sub_group_strategy->min_clusters;
      if (group.empty() || std::cmp_greater(group.size(), wanted)) continue;
      add(PreflightCode::no_other_candidate, workloads, group,
          fmt::format("a subgroup uses all of its clusters (minClusters {}), so that none replaces "
                      "a lost one",
                      wanted),
          wider, where);
    }
  }

  /// All clusters that the subscription may go to while all is well.
  [[nodiscard]] ClusterSet feasible(const clusternet::SubscriptionSpec& spec) const {
    const auto candidates = clusternet::find_candidates(spec, managed_);
    if (!candidates) return {};
    constexpr std::int32_t every_one = 100;
    ClusterSet set;
    for (const clusternet::Candidate& candidate :
         clusternet::filter_candidates(spec, candidates.value(), every_one, 0).feasible)
      set.push_back(identities_.find(candidate.identity)->second);
    std::ranges::sort(set);
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
  }

  const ClusternetFacts& facts_;
  Findings& findings_;
  std::map<api::Key, std::vector<std::uint32_t>> fed_;
  clusternet::Clusters managed_;
  std::map<std::string, std::size_t, std::less<>> identities_;
};

}  // namespace

void check_clusternet(const ClusternetFacts& facts, Findings& findings) {
  ClusternetCheck(facts, findings).run();
}

}  // namespace firedrill::scenarios::preflight
