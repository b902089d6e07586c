#pragma once

/// The scheduler component: one worker that takes bindings off its queue, decides, and writes the
/// result (spec/karmada-scheduler.md 2 and 8; karmada pkg/scheduler/scheduler.go,
/// event_handler.go).

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/karmada/ports.h"
#include "policy/karmada/scheduler/affected_bindings.h"
#include "policy/karmada/scheduler/assigning_cache.h"
#include "policy/karmada/scheduler/capacity_view.h"
#include "policy/karmada/scheduler/options.h"
#include "policy/karmada/scheduler/outcome.h"
#include "policy/karmada/scheduler/schedule.h"
#include "policy/karmada/scheduler/scheduling_queue.h"
#include "policy/karmada/scheduler/shared_passes.h"
#include "policy/runtime/task.h"

namespace firedrill::policy::karmada {

struct SchedulerSettings {
  SchedulerOptions options;
  std::string name = "default-scheduler";   ///< scheduler-name.
  bool priority_queue = true;               ///< Gate PriorityBasedScheduling.
  RateLimiterOptions limiter;               ///< Of the queue that serves without the gate.
  bool accurate_estimators = false;         ///< enable-scheduler-estimator.
  bool no_estimators_in_pull = false;       ///< disable-scheduler-estimator-in-pull-mode.
  Duration estimator_timeout{};             ///< scheduler-estimator-timeout.
  bool estimator_quotas = false;            ///< Gate ResourceQuotaEstimate.
  bool workload_affinity = false;           ///< Gate WorkloadAffinity.
  bool overcommit_protection = false;       ///< Gate SchedulingOvercommitProtection.
  Duration cycle_time{};                    ///< How long the worker is busy with one pass.
  CapacityRefresh capacity_refresh;         ///< Of what the general estimator reckons with.
  bool leaves_terminating_clusters = true;  ///< Places anew what a cluster in deletion has.
};

/// Whether a scheduler of that name looks at the binding at all: it is addressed to it, not
/// suspended, and bears a mark of who governs it. Bindings that merely follow others have none.
/// Follows karmada pkg/scheduler/event_handler.go, resourceBindingEventFilter.
[[nodiscard]] bool handles_binding(const api::ResourceBinding& binding, std::string_view scheduler);

class Scheduler {
 public:
  Scheduler(Ports& ports, SchedulerSettings settings);

 private:
  void observe_binding(const Change<api::ResourceBinding>& change);
  void observe_cluster(const Change<api::Cluster>& change);
  void push_affected(const api::Cluster& cluster);
  void push(const api::ResourceBinding& binding);

  Routine work();
  void settle(const api::Key& key, Retry retry);
  Task<Retry> pass(api::Key key);
  /// How long the worker is busy with a pass over that binding.
  [[nodiscard]] Duration pass_time(const api::Key& key) const;
  Task<Retry> schedule_binding(std::shared_ptr<const api::ResourceBinding> binding, Duration busy);
  /// The other bindings of its workload affinity groups, as they are or will be.
  struct Peers {
    std::vector<std::shared_ptr<const api::ResourceBinding>> bindings;  ///< Holds what is used.
    WorkloadPeers targets;
  };
  [[nodiscard]] Peers peers_of(const api::ResourceBinding& binding) const;
  /// The whole pass, with the general estimator alone or also with the accurate ones. `decision`
  /// may be null.
  Task<PassOutcome> decide(std::shared_ptr<const api::ResourceBinding> binding,
                           std::shared_ptr<Decision> decision);
  /// What the accurate estimators say; empty when one of them fails, which discards all.
  Task<Estimates> ask_estimators(std::shared_ptr<const api::ResourceBinding> binding,
                                 std::vector<const api::Cluster*> clusters,
                                 AssumedByCluster assumed);
  /// Assignment and applied placement.
  Task<Written<api::ResourceBinding>> write_assignment(
      std::shared_ptr<const api::ResourceBinding> binding,
      std::vector<api::TargetCluster> clusters);
  /// Assignment, then status. An assignment that is refused changes the outcome; false: the status
  /// could not be written.
  Task<bool> write(std::shared_ptr<const api::ResourceBinding> binding, PassOutcome* outcome);

  Ports& ports_;
  SchedulerSettings settings_;
  CapacityView capacities_;
  AffectedBindings affected_;
  AssigningCache assigning_;
  SharedPasses shared_{settings_.options};
  std::unique_ptr<SchedulingQueue> by_priority_;
  std::unique_ptr<ClassicQueue<api::Key>> legacy_;
  Registration binding_watch_;
  Registration cluster_watch_;
  Routine worker_;
};

}  // namespace firedrill::policy::karmada
