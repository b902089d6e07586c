#include "analysis/explain/wording.h"

#include <algorithm>
#include <optional>
#include <variant>

#include <fmt/format.h>

#include "analysis/timeline/json_lines.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

/// "1 pod", "2 pods".
std::string some(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string names(const std::vector<std::string>& all) {
  constexpr std::size_t shown_max = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), shown_max); ++i)
    text += (i == 0 ? "" : ", ") + all[i];
  if (all.size() > shown_max) text += fmt::format(" and {} more", all.size() - shown_max);
  return text;
}

template <class Fault>
std::string fault_text(const Fault& fault, std::string_view verb) {
  std::string text = fmt::format("fault {} {}: {}", fault.fault, verb, fault.type);
  if (!fault.mode.empty()) text += fmt::format(" ({})", fault.mode);
  if (!fault.clusters.empty()) text += " of " + names(fault.clusters);
  if (!fault.links.empty()) text += " of " + names(fault.links);
  return text;
}

std::string taint_text(const api::Taint& taint) {
  return taint.value.empty() ? fmt::format("{}:{}", taint.key, taint.effect)
                             : fmt::format("{}={}:{}", taint.key, taint.value, taint.effect);
}

std::string feeds_text(const FeedsByCluster& clusters) {
  if (clusters.empty()) return "nowhere";
  std::string text;
  for (const auto& [cluster, feeds] : clusters) {
    api::Replicas sum = 0;
    for (const auto& [feed, replicas] : feeds)
      sum += replicas;
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", cluster, sum);
  }
  return text;
}

std::string component_text(std::string_view component, std::string_view cluster) {
  return cluster.empty() ? std::string(component) : fmt::format("{} of {}", component, cluster);
}

std::string instant_text(const Instant& instant) {
  return api::format_duration(instant.time.time_since_epoch());
}

/// One overload a kind.
struct Words {
  std::string operator()(const ScenarioEvent& e) const {
    return fmt::format("event {}: {} {}{}", e.event, e.type, e.target,
                       e.applied ? "" : " (could not be done)");
  }
  std::string operator()(const FaultStarted& e) const { return fault_text(e, "starts"); }
  std::string operator()(const FaultEnded& e) const { return fault_text(e, "ends"); }
  std::string operator()(const ClusterJoined& e) const {
    return fmt::format("{} joins ({})", e.cluster, e.sync_mode);
  }
  std::string operator()(const ClusterRemoved& e) const { return e.cluster + " is gone"; }
  std::string operator()(const ComponentStopped& e) const {
    return fmt::format("{} stops ({})", component_text(e.component, e.cluster), e.reason);
  }
  std::string operator()(const ComponentStarted& e) const {
    return fmt::format("{} works again ({})", component_text(e.component, e.cluster), e.reason);
  }
  std::string operator()(const LeaseExpired& e) const {
    return fmt::format("the lease of {} is found expired, last renewed at {}", e.cluster,
                       instant_text(e.last_renewed));
  }
  std::string operator()(const ClusterConditionChanged& e) const {
    if (e.status.empty()) return fmt::format("{}: condition {} is gone", e.cluster, e.condition);
    return fmt::format("{}: {} is {} ({})", e.cluster, e.condition, e.status, e.reason);
  }
  std::string operator()(const TaintAdded& e) const {
    return fmt::format("{} is tainted {}", e.cluster, taint_text(e.taint));
  }
  std::string operator()(const TaintRemoved& e) const {
    return fmt::format("{} loses the taint {}", e.cluster, taint_text(e.taint));
  }
  std::string operator()(const ResourceSummaryChanged& e) const {
    return fmt::format("{} reports other resources", e.cluster);
  }
  std::string operator()(const EvictionQueued& e) const {
    std::string text =
        fmt::format("{} in {} enters the eviction queue", short_name(e.workload), e.cluster);
    if (e.ready_at) text += ", tolerated until " + instant_text(*e.ready_at);
    return text;
  }
  std::string operator()(const EvictionDequeued& e) const {
    return fmt::format("eviction worker {} is done with {} in {}: {}", e.worker,
                       short_name(e.workload), e.cluster, e.outcome);
  }
  std::string operator()(const GracefulEvictionTaskAdded& e) const {
    std::string text = fmt::format("{} is evicted from {}", short_name(e.workload), e.cluster);
    text += fmt::format(" ({}, {})", e.task.reason, e.task.producer);
    return text;
  }
  std::string operator()(const GracefulEvictionTaskRemoved& e) const {
    return fmt::format("the eviction of {} from {} is over: {}", short_name(e.workload), e.cluster,
                       e.reason);
  }
  std::string operator()(const StatePreserved& e) const {
    return fmt::format("the eviction of {} from {} carries state", short_name(e.workload),
                       e.cluster);
  }
  std::string operator()(const BindingScheduled& e) const {
    return fmt::format("{} is assigned to {} (by {})", short_name(e.workload),
                       replicas_text(e.clusters), e.by);
  }
  std::string operator()(const SchedulingFailed& e) const {
    return fmt::format("{} can't be scheduled: {}", short_name(e.workload), e.reason);
  }
  std::string operator()(const AffinityGroupChanged& e) const {
    return fmt::format("{} moves on to affinity group {}", short_name(e.workload), e.affinity_name);
  }
  std::string operator()(const WorkCreated& e) const {
    std::string text =
        fmt::format("Work of {} for {} is created", short_name(e.workload), e.cluster);
    if (e.replicas) text += ", " + some(*e.replicas, "replica");
    return text;
  }
  std::string operator()(const ReplicasChanged& e) const {
    return fmt::format("Work of {} for {} is changed from {} to {} replicas",
                       short_name(e.workload), e.cluster, e.from, e.replicas);
  }
  std::string operator()(const WorkLabelsChanged& e) const {
    return fmt::format("labels in the Work of {} for {} change", short_name(e.workload), e.cluster);
  }
  std::string operator()(const WorkDeleting& e) const {
    return fmt::format("Work of {} for {} is to be deleted", short_name(e.workload), e.cluster);
  }
  std::string operator()(const WorkDeleted& e) const {
    return fmt::format("Work of {} for {} is gone", short_name(e.workload), e.cluster);
  }
  std::string operator()(const HealthChanged& e) const {
    return e.health.empty()
               ? fmt::format("nothing is said of {} in {} any more", short_name(e.workload),
                             e.cluster)
               : fmt::format("{} in {} is seen as {}", short_name(e.workload), e.cluster, e.health);
  }
  std::string operator()(const CapacityChanged& e) const {
    return fmt::format("{} has {} nodes", e.cluster, e.nodes);
  }
  std::string operator()(const ProbeFailed& e) const {
    return fmt::format("first failed probe of {}: {}", e.cluster, e.answer);
  }
  std::string operator()(const ProbeRecovered& e) const {
    return fmt::format("first good probe of {}: {}", e.cluster, e.answer);
  }
  std::string operator()(const ManifestDelivered& e) const {
    const std::string_view done = e.action == "create"   ? "created"
                                  : e.action == "update" ? "updated"
                                  : e.action == "delete" ? "deleted"
                                                         : std::string_view(e.action);
    return fmt::format("{} is {} in {}", short_name(e.workload), done, e.cluster);
  }
  std::string operator()(const PodsStarted& e) const {
    return fmt::format("{} of {} started in {} ({} in all)", some(e.replicas, "pod"),
                       short_name(e.workload), e.cluster, e.total);
  }
  std::string operator()(const PodsReady& e) const {
    return fmt::format("{} of {} ready in {} ({} in all)", some(e.replicas, "pod"),
                       short_name(e.workload), e.cluster, e.total);
  }
  std::string operator()(const PodsStopped& e) const {
    return fmt::format("{} of {} ended in {}: {} ({} left)", some(e.replicas, "pod"),
                       short_name(e.workload), e.cluster, e.reason, e.total);
  }
  std::string operator()(const PodsPending& e) const {
    std::string text =
        fmt::format("{} pods of {} find no node in {}", e.total, short_name(e.workload), e.cluster);
    return e.reason.empty() ? text : text + ": " + e.reason;
  }
  std::string operator()(const StateResumed& e) const {
    return fmt::format("{} starts in {} {}", short_name(e.workload), e.cluster,
                       e.from ? "from preserved state" : "from nothing");
  }
  std::string operator()(const ExpectationFailed& e) const {
    return fmt::format("{} fails: {}", e.expect, e.actual);
  }
  std::string operator()(const InvariantViolated& e) const {
    return fmt::format("invariant {} is violated: {}", e.invariant, e.message);
  }
  std::string operator()(const HeartbeatLost& e) const {
    return fmt::format("{} is found silent, last seen at {}", e.cluster,
                       instant_text(e.last_observed));
  }
  std::string operator()(const HeartbeatSeen& e) const {
    return fmt::format("{} is heard again", e.cluster);
  }
  std::string operator()(const SubscriptionQueued& e) const {
    return fmt::format("{} is queued for the scheduler: {}", short_name(e.workload), e.reason);
  }
  std::string operator()(const SubscriptionScheduled& e) const {
    return fmt::format("{} is bound to {}", short_name(e.workload), feeds_text(e.clusters));
  }
  std::string operator()(const SubscriptionFailed& e) const {
    return fmt::format("{} can't be scheduled: {}", short_name(e.workload), e.reason);
  }
  std::string operator()(const DescriptionCreated& e) const {
    return fmt::format("Description of {} for {} is created", short_name(e.workload), e.cluster);
  }
  std::string operator()(const DescriptionDeleted& e) const {
    return fmt::format("Description of {} for {} is gone", short_name(e.workload), e.cluster);
  }
};

void add_decision(const Decision& decision, std::vector<std::string>& lines) {
  std::int64_t told = 0;
  // Where every cluster gets a full copy, nobody asks how much room it has.
  const bool copies = std::ranges::all_of(decision.considered, [](const Considered& seen) {
    return seen.available == 0 && seen.assigned == 0;
  });
  for (const Considered& seen : decision.considered) {
    if (!seen.reason.empty()) {
      ++told;
      lines.push_back(fmt::format("{}: refused, {}", seen.cluster, seen.reason));
    } else if (copies) {
      lines.push_back(fmt::format("{}: score {}", seen.cluster, seen.score));
    } else {
      lines.push_back(fmt::format("{}: score {}, room for {}, gets {}", seen.cluster, seen.score,
                                  seen.available, seen.assigned));
    }
  }
  std::int64_t refused = 0;
  for (const auto& [reason, count] : decision.rejected)
    refused += count;
  if (refused <= told) return;
  for (const auto& [reason, count] : decision.rejected)
    lines.push_back(fmt::format("{} refused, {}", count, reason));
  lines.emplace_back("which ones: run with --detail full");
}

ReferenceRule clusternet_rule(const TimelineEvent& event) {
  const Payload& payload = event.payload;
  const auto is = [&]<class T>(std::type_identity<T>) {
    return std::holds_alternative<T>(payload);
  };
  if (is(std::type_identity<HeartbeatLost>{}) || is(std::type_identity<HeartbeatSeen>{}) ||
      is(std::type_identity<ClusterConditionChanged>{}) || is(std::type_identity<TaintAdded>{}) ||
      is(std::type_identity<TaintRemoved>{})) {
    return {"cluster lifecycle", "clusternet pkg/controllers/clusters/clusterlifecycle"};
  }
  if (is(std::type_identity<SubscriptionQueued>{}))
    return {"scheduling queue", "clusternet pkg/scheduler/internal/queue"};
  if (is(std::type_identity<SubscriptionScheduled>{}) ||
      is(std::type_identity<SubscriptionFailed>{}))
    return {"scheduler", "clusternet pkg/scheduler/algorithm"};
  if (is(std::type_identity<DescriptionCreated>{}) || is(std::type_identity<DescriptionDeleted>{}))
    return {"deployer", "clusternet pkg/controllermanager/deployer"};
  if (is(std::type_identity<ManifestDelivered>{}))
    return {"description applied", "clusternet pkg/controllermanager/deployer/generic"};
  return {};
}

ReferenceRule taint_rule(const api::Taint& taint, bool two_stages) {
  if (!taint.key.starts_with("cluster.karmada.io/")) {
    return taint.effect == api::effect_no_execute
               ? ReferenceRule{"cluster taint policy",
                               "karmada pkg/controllers/taint/clustertaintpolicy_controller.go"}
               : ReferenceRule{};
  }
  if (taint.effect == api::effect_no_execute && two_stages) {
    return {"NoExecute taint, second stage",
            "karmada v1.10 pkg/controllers/cluster/cluster_controller.go, "
            "processTaintBaseEviction"};
  }
  return {"taint by condition",
          "karmada pkg/controllers/cluster/cluster_controller.go, taintClusterByCondition"};
}

ReferenceRule condition_rule(const ClusterConditionChanged& event) {
  if (event.status == "Unknown") {
    return {"health monitor",
            "karmada pkg/controllers/cluster/cluster_controller.go, monitorClusterHealth"};
  }
  return {"threshold-adjusted readiness",
          "karmada pkg/controllers/status/cluster_condition_cache.go"};
}

/// One overload a kind that a rule of Karmada brings about.
struct KarmadaRule {
  bool two_stages;

  template <class T>
  ReferenceRule operator()(const T&) const {
    return {};
  }
  ReferenceRule operator()(const ProbeFailed&) const { return probe(); }
  ReferenceRule operator()(const ProbeRecovered&) const { return probe(); }
  ReferenceRule operator()(const LeaseExpired&) const {
    return {"lease monitor",
            "karmada pkg/controllers/cluster/cluster_controller.go, monitorClusterHealth"};
  }
  ReferenceRule operator()(const ClusterConditionChanged& e) const { return condition_rule(e); }
  ReferenceRule operator()(const TaintAdded& e) const { return taint_rule(e.taint, two_stages); }
  ReferenceRule operator()(const EvictionQueued&) const {
    return {"taint manager, tolerations",
            "karmada pkg/controllers/cluster/taint_manager.go; pkg/util/helper/taint.go"};
  }
  ReferenceRule operator()(const GracefulEvictionTaskAdded& e) const {
    if (e.task.producer == "TaintManager")
      return {"eviction worker", "karmada pkg/controllers/cluster/eviction_worker.go"};
    return {"application failover",
            "karmada pkg/controllers/applicationfailover/rb_application_failover_controller.go"};
  }
  ReferenceRule operator()(const GracefulEvictionTaskRemoved&) const {
    return {"graceful eviction", "karmada pkg/controllers/gracefuleviction/evictiontask.go"};
  }
  ReferenceRule operator()(const BindingScheduled& e) const {
    return e.by == "scheduler" ? scheduling() : ReferenceRule{};
  }
  ReferenceRule operator()(const SchedulingFailed&) const { return scheduling(); }
  ReferenceRule operator()(const WorkCreated&) const { return binding(); }
  ReferenceRule operator()(const ReplicasChanged&) const { return binding(); }
  ReferenceRule operator()(const WorkDeleting&) const { return binding(); }
  ReferenceRule operator()(const ManifestDelivered&) const {
    return {"execution", "karmada pkg/controllers/execution/execution_controller.go"};
  }
  ReferenceRule operator()(const HealthChanged&) const {
    return {"work status", "karmada pkg/controllers/status/work_status_controller.go"};
  }

 private:
  static ReferenceRule probe() {
    return {"cluster status", "karmada pkg/controllers/status/cluster_status_controller.go"};
  }
  static ReferenceRule scheduling() {
    return {"scheduler", "karmada pkg/scheduler/core/generic_scheduler.go"};
  }
  static ReferenceRule binding() { return {"binding", "karmada pkg/controllers/binding"}; }
};

}  // namespace

std::string short_name(std::string_view workload) {
  const std::size_t slash = workload.find('/');
  if (slash == std::string_view::npos) return std::string(workload);
  workload.remove_prefix(slash + 1);
  if (workload.starts_with('/')) workload.remove_prefix(1);
  return std::string(workload);
}

std::string clock_text(sim::Time time) {
  return api::format_duration(time.time_since_epoch());
}

std::string ordinal(std::uint64_t number) {
  const std::uint64_t last = number % 10;
  const bool teen = number % 100 >= 11 && number % 100 <= 13;
  const std::string_view ending = teen        ? "th"
                                  : last == 1 ? "st"
                                  : last == 2 ? "nd"
                                  : last == 3 ? "rd"
                                              : "th";
  return fmt::format("{}{}", number, ending);
}

std::string replicas_text(const ReplicasByCluster& clusters) {
  if (clusters.empty()) return "nowhere";
  std::string text;
  for (const auto& [cluster, replicas] : clusters)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", cluster, replicas);
  return text;
}

std::string words_of(const TimelineEvent& event) {
  return std::visit(Words{}, event.payload);
}

std::vector<std::string> details_of(const TimelineEvent& event) {
  std::vector<std::string> lines;
  const std::optional<Decision>* decision = nullptr;
  if (const auto* scheduled = std::get_if<BindingScheduled>(&event.payload)) {
    decision = &scheduled->decision;
  } else if (const auto* failed = std::get_if<SchedulingFailed>(&event.payload)) {
    lines.push_back(failed->message);
    decision = &failed->decision;
  } else if (const auto* bound = std::get_if<SubscriptionScheduled>(&event.payload)) {
    decision = &bound->decision;
  } else if (const auto* refused = std::get_if<SubscriptionFailed>(&event.payload)) {
    lines.push_back(refused->message);
  } else if (const auto* task = std::get_if<GracefulEvictionTaskAdded>(&event.payload)) {
    std::string text;
    if (!task->task.purge_mode.empty()) text = "purge mode " + task->task.purge_mode;
    if (task->task.replicas) {
      text += fmt::format("{}{} had been there", text.empty() ? "" : ", ",
                          some(*task->task.replicas, "replica"));
    }
    text += fmt::format("{}still assigned: {}", text.empty() ? "" : ", ",
                        replicas_text(task->clusters));
    lines.push_back(std::move(text));
  }
  if (decision != nullptr && *decision) add_decision(**decision, lines);
  return lines;
}

ReferenceRule rule_of(const TimelineEvent& event, bool clusternet, bool two_stages) {
  if (clusternet) return clusternet_rule(event);
  return std::visit(KarmadaRule{two_stages}, event.payload);
}

}  // namespace firedrill::analysis
