#pragma once

/// The invariants of a run: what must hold at every event, whatever the scenario. Their names are
/// words of the timeline's format (`InvariantViolated`) and of expectations; the checks stand in
/// models/world/invariants/. docs/reference/invariants.md lists the same table, and a test holds it
/// to this one.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace firedrill::timeline {

enum class Invariant : std::uint8_t {
  clock_never_back,
  seq_dense,
  cause_earlier,
  replicas_not_negative,
  observed_generation_not_ahead,
  no_return_while_evicting,
  evicted_is_no_target,
  one_task_per_cluster,
  task_ends_for_a_reason,
  eviction_needs_untolerated_taint,
  eviction_pause_kept,
  eviction_bucket_kept,
  key_processed_once_at_a_time,
  works_match_assignment,
  work_only_where_assigned,
  state_injected_only_directly,
  no_rejected_cluster_assigned,
  no_repelling_cluster_assigned,
  spread_max_groups_kept,
  divided_sum_within_desired,
  no_capacity_overcommit,
  heartbeat_lost_after_silence,
  subscriptions_taken_in_order,
  description_only_where_bound,
};

struct InvariantInfo {
  std::string_view name;
  std::string_view says;
  std::string_view why;
};

inline constexpr std::size_t invariant_count =
    static_cast<std::size_t>(Invariant::description_only_where_bound) + 1;

/// In the order of the enumerators.
inline constexpr std::array<InvariantInfo, invariant_count> invariants{{
    {"clock-never-back", "No event of the timeline is earlier than the one before it.",
     "Every duration that a metric reports is a difference of two events."},
    {"seq-dense", "`seq` counts the events from 1 without a gap.",
     "`cause`, `explain` and `diff` go by it."},
    {"cause-earlier", "An event's `cause` is a smaller `seq` than its own.",
     "The walk from an event up its causes must end."},
    {"replicas-not-negative",
     "No binding, target, eviction task, Work or count of pods has fewer than 0 replicas.",
     "A subtraction that went wrong shows first as a negative count."},
    {"observed-generation-not-ahead",
     "A binding's `schedulerObservedGeneration` is at most its `generation`.",
     "The health test of a graceful eviction is their equality."},
    {"no-return-while-evicting",
     "No component puts a cluster into `spec.clusters` while an eviction task for it is kept, in "
     "the "
     "binding as that component last read it.",
     "The copy would be removed and wanted at once, and the eviction never end."},
    {"evicted-is-no-target",
     "The write that adds an eviction task takes the task's cluster out of `spec.clusters`.",
     "A cluster that is both is counted twice, and its Work is kept for two reasons "
     "(karmada-io/karmada#3283). Users may write what they like."},
    {"one-task-per-cluster", "No component writes a second eviction task for a cluster.",
     "Stamps and reasons are those of the first task; a second one would never be looked at."},
    {"task-ends-for-a-reason",
     "A component drops an eviction task only as `Healthy` (the scheduler has observed the "
     "binding's generation and every target reports Healthy), as `Timeout` (now is past its stamp "
     "and grace period) or as `Released` (`suppressDeletion` is false), and the binding that it "
     "read says so. What users and deleted bindings drop is `Gone`.",
     "The old copy goes with its task: ended too early, a graceful eviction is an outage."},
    {"eviction-needs-untolerated-taint",
     "The taint manager evicts only if, as it decided, the cluster had a NoExecute taint that the "
     "applied placement does not tolerate, or not any longer.",
     "An eviction without such a taint is needless: it moves what could have stayed."},
    {"eviction-pause-kept",
     "An eviction worker takes its next key no sooner than 1/`resource-eviction-rate` after a step "
     "that did not fail (1800 s at rate 0).",
     "The rate is what keeps a failover from becoming a stampede."},
    {"eviction-bucket-kept",
     "Since its process started, an eviction queue has not seen more successful steps than its "
     "workers, `rate-limiter-bucket-size` and `rate-limiter-qps` allow.",
     "It bounds the queue whatever the eviction rate."},
    {"key-processed-once-at-a-time",
     "No eviction worker takes a key that another one is processing or resting upon.",
     "Two decisions about one binding at once would be made on the same old state."},
    {"works-match-assignment",
     "When the binding controller has synced a binding, each target of the generation that it "
     "worked from has a Work, and no Work that was there before that generation is left in a "
     "cluster that is neither a target nor kept by a task, unless it is being deleted. Clusters "
     "that are leaving don't count.",
     "Works are what members get: one too few runs nowhere, one too many runs twice."},
    {"work-only-where-assigned",
     "The binding controller creates a Work only for a cluster that is a target, and deletes one "
     "only in a cluster that is neither a target nor kept by a task, in some generation since its "
     "last sync.",
     "Deleting a Work that a task still keeps cuts off the copy that should serve until the "
     "replacement is ready."},
    {"state-injected-only-directly",
     "Labels are injected into a Work only with the gate StatefulFailoverInjection, only if the "
     "binding has exactly one target, and only as the last eviction task preserved them, purging "
     "Directly. With other purge modes they are recorded, not injected.",
     "State given to two copies, or while the old copy still runs, forks it."},
    {"no-rejected-cluster-assigned",
     "The scheduler neither selects nor assigns a cluster that its own filter rejected in that "
     "pass.",
     "What the timeline gives as the reason of a decision must be what was decided."},
    {"no-repelling-cluster-assigned",
     "The scheduler adds to `spec.clusters` (Clusternet: `status.bindingClusters`) no cluster that "
     "was being deleted, or had a NoSchedule or NoExecute taint that the placement (the "
     "subscription) does not tolerate, all the while from its reading to its writing. Without "
     "Karmada's plugin TaintToleration only the deletion counts.",
     "A workload sent to a failed cluster is down although the scheduler says it is placed."},
    {"spread-max-groups-kept",
     "A scheduling pass selects at most `maxGroups` clusters of a spread by cluster, and clusters "
     "of at most `maxGroups` regions of a spread by region, where spread constraints are in force.",
     "Users cap the spread to bound cost and blast radius."},
    {"divided-sum-within-desired",
     "After a component wrote the assignment of a Divided binding, it gives out no more replicas "
     "than are desired, or were when that component read the binding. Of Clusternet's "
     "subscriptions "
     "it holds for those that are divided by weight.",
     "More replicas than desired are paid for and may work on the same thing twice."},
    {"no-capacity-overcommit",
     "No pod is put on a node so that the pods there request more of any resource than the node "
     "has.",
     "Capacity is what decides whether a failover succeeds. Nodes that shrink under their pods are "
     "no violation."},
    {"heartbeat-lost-after-silence",
     "Clusternet's hub declares a cluster unknown only when three of its heartbeat periods (nine "
     "minutes without one) have passed since the last observation that it read.",
     "A cluster that is declared lost too early is emptied without need."},
    {"subscriptions-taken-in-order",
     "Clusternet's scheduler takes no subscription while another waits, not backing off, that has "
     "the higher priority, or the same and came earlier.",
     "After the loss of a cluster the order of the queue decides what runs again first."},
    {"description-only-where-bound",
     "Clusternet's deployer creates a Description only in a cluster that its subscription was "
     "bound "
     "to lately.",
     "A Description is what a member gets: one too many runs where nobody wanted it."},
}};

[[nodiscard]] constexpr const InvariantInfo& info(Invariant invariant) {
  return invariants.at(static_cast<std::size_t>(invariant));
}

/// All names, in the order of the table.
[[nodiscard]] constexpr std::array<std::string_view, invariant_count> invariant_names() {
  std::array<std::string_view, invariant_count> names;
  for (std::size_t i = 0; i < invariant_count; ++i)
    names.at(i) = invariants.at(i).name;
  return names;
}

}  // namespace firedrill::timeline
