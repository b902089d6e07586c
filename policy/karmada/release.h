#pragma once

/// Which release of Karmada a control plane is, and what hangs on that: which flags and gates there
/// are (tags of their descriptions), and how its controllers work where no flag says so (Mechanics,
/// which controllers get as plain options). Sources: spec/karmada-failover.md 23 for the legacy
/// release, karmada v1.19 for the current one.

#include "policy/options/option_source.h"

namespace firedrill::policy::karmada {

using policy::Release;

inline constexpr OnlyIn only_current{Release::current};
inline constexpr OnlyIn only_legacy{Release::legacy};

/// What a release does that no flag tells it. The values are those of the current release.
struct Mechanics {
  bool two_stage_taints = false;
  bool terminating_taint = false;
  bool paced_evictions = true;
  bool taint_manager_needs_failover = true;
  bool evictions_are_tasks = true;
  bool default_tolerations = false;
  bool stamps_wait_for_scheduler = false;
  bool probe_at_every_write = false;
  bool application_failover_needs_gate = false;
  bool eviction_ends_locked = true;
  bool capacity_errors_backed_off = false;
  bool leaves_terminating_clusters = true;
  bool roomiest_clusters_first = true;
  bool webster_division = true;

  friend bool operator==(const Mechanics&, const Mechanics&) = default;
};

template <class V>
void describe(V& v, Mechanics& m) {
  v.begin("Mechanics", "What hangs on the release alone.");
  v.field("twoStageTaints", m.two_stage_taints,
          "The cluster monitor adds the NoExecute taint itself, failover-eviction-timeout after it "
          "saw the cluster change, and takes it away in the first tick that sees it ready.");
  v.field("terminatingTaint", m.terminating_taint,
          "A cluster that is being unjoined is tainted terminating:NoExecute, and waits with the "
          "taint manager on until no workload is placed on it.");
  v.field("pacedEvictions", m.paced_evictions,
          "Evictions keep to resource-eviction-rate; else only their own writes take time.");
  v.field("taintManagerNeedsFailover", m.taint_manager_needs_failover,
          "The taint manager runs only with the gate Failover; else enable-taint-manager decides.");
  v.field(
      "evictionsAreTasks", m.evictions_are_tasks,
      "Every eviction leaves a task with a purge mode; else tasks have none, and there is none "
      "without the gate GracefulEviction or with purge mode Immediately: the cluster just leaves "
      "the binding, and its copy goes as the new one comes.");
  v.field("defaultTolerations", m.default_tolerations,
          "Policies get tolerations of not-ready and unreachable:NoExecute when they are stored.");
  v.field("stampsWaitForScheduler", m.stamps_wait_for_scheduler,
          "An eviction task gets its time, and so its timeout, only when the scheduler has dealt "
          "with the binding: without a substitute never.");
  v.field("probeAtEveryWrite", m.probe_at_every_write,
          "Every write of a Cluster brings an extra probe; else those of its spec do.");
  v.field("applicationFailoverNeedsGate", m.application_failover_needs_gate,
          "Application failover only with the gate Failover.");
  v.field("evictionEndsLocked", m.eviction_ends_locked,
          "An eviction task is ended only in the binding as it was read; else whatever was written "
          "meanwhile.");
  v.field(
      "capacityErrorsBackedOff", m.capacity_errors_backed_off,
      "A binding that capacity is short for is tried again as after any error (5 ms, doubled up "
      "to 1000 s; reason SchedulerError); else after 5 minutes (reason Unschedulable).");
  v.field("leavesTerminatingClusters", m.leaves_terminating_clusters,
          "The scheduler places anew what stands in a cluster that is being unjoined.");
  v.field("roomiestClustersFirst", m.roomiest_clusters_first,
          "Spread constraints take, of clusters of equal score, the roomiest, and weigh regions by "
          "the replicas that fit; else clusters go by name, and a region is its best cluster.");
  v.field("websterDivision", m.webster_division,
          "Replicas are divided by Webster's method; else each gets its share rounded down, and "
          "what is left goes one each by falling weight, previous replicas and name.");
}

[[nodiscard]] constexpr Mechanics mechanics(Release release) {
  if (release == Release::current) return {};
  return {.two_stage_taints = true,
          .terminating_taint = true,
          .paced_evictions = false,
          .taint_manager_needs_failover = false,
          .evictions_are_tasks = false,
          .default_tolerations = true,
          .stamps_wait_for_scheduler = true,
          .probe_at_every_write = true,
          .application_failover_needs_gate = true,
          .eviction_ends_locked = false,
          .capacity_errors_backed_off = true,
          .leaves_terminating_clusters = false,
          .roomiest_clusters_first = false,
          .webster_division = false};
}

}  // namespace firedrill::policy::karmada
