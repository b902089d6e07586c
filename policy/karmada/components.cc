#include "policy/karmada/components.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/karmada/controller_list.h"
#include "policy/karmada/controllers/application_failover_controller.h"
#include "policy/karmada/controllers/binding_controller.h"
#include "policy/karmada/controllers/binding_status_controller.h"
#include "policy/karmada/controllers/cluster_controller.h"
#include "policy/karmada/controllers/cluster_status_controller.h"
#include "policy/karmada/controllers/dependencies_distributor.h"
#include "policy/karmada/controllers/execution_controller.h"
#include "policy/karmada/controllers/graceful_eviction_controller.h"
#include "policy/karmada/controllers/taint_manager.h"
#include "policy/karmada/controllers/taint_policy_controller.h"
#include "policy/karmada/controllers/work_status_controller.h"
#include "policy/karmada/controllers/workload_rebalancer_controller.h"
#include "policy/karmada/scheduler/descheduling_loop.h"
#include "policy/karmada/scheduler/scheduler.h"

namespace firedrill::policy::karmada {
namespace {

/// Makes the options of the controllers of one process.
struct ControllerFactory {
  const FeatureGates& gates;
  const QueueFlags& queues;

  /// With as many workers as the controller's own setting says, else as many as its flag.
  [[nodiscard]] ControllerOptions make(std::string name,
                                       const std::optional<std::int64_t>& own,
                                       std::int64_t flag) const {
    return {.name = std::move(name),
            .workers = own.value_or(flag),
            .priority_queue = gates.controller_priority_queue,
            .limiter = queues.limiter()};
  }
};

ControllerFactory in_manager(const Options& options) {
  return {options.gates, options.controller_manager.queues};
}

Duration lease_interval(const AgentFlags& flags) {
  const auto duration = static_cast<double>(flags.cluster_lease_duration.count());
  return Duration(
      static_cast<std::int64_t>(duration * flags.cluster_lease_renew_interval_fraction));
}

ClusterStatusOptions push_status_options(const Options& options) {
  const ControllerManagerFlags& flags = options.controller_manager;
  return {.controller = in_manager(options).make("cluster-status-controller",
                                                 options.components.cluster_status.workers,
                                                 flags.concurrent_cluster_syncs),
          .update_frequency = flags.cluster_status_update_frequency,
          .thresholds = {flags.cluster_success_threshold, flags.cluster_failure_threshold},
          .resource_modeling = flags.enable_cluster_resource_modeling,
          .customized_models = options.gates.customized_cluster_resource_modeling,
          .client_errors = options.behaviour.threshold_for_client_errors,
          .probe_at_every_write = mechanics(options.release).probe_at_every_write};
}

ClusterStatusOptions agent_status_options(const std::string& cluster,
                                          const AgentFlags& flags,
                                          const Options& options) {
  const ControllerFactory controllers{options.gates, flags.queues};
  return {.controller = controllers.make("cluster-status-controller",
                                         options.components.cluster_status.workers,
                                         flags.concurrent_cluster_syncs),
          .update_frequency = flags.cluster_status_update_frequency,
          .thresholds = {flags.cluster_success_threshold, flags.cluster_failure_threshold},
          .resource_modeling = flags.enable_cluster_resource_modeling,
          .customized_models = options.gates.customized_cluster_resource_modeling,
          .lease_interval = lease_interval(flags),
          .only = cluster,
          .probe_at_every_write = mechanics(options.release).probe_at_every_write};
}

ClusterControllerOptions cluster_options(const Options& options) {
  const ControllerManagerFlags& flags = options.controller_manager;
  const Mechanics fixed = mechanics(options.release);
  return {
      .controller = in_manager(options).make(
          "cluster-controller", options.components.cluster.workers, flags.concurrent_cluster_syncs),
      .monitor_period = flags.cluster_monitor_period,
      .grace = {flags.cluster_monitor_grace_period, flags.cluster_startup_grace_period},
      .second_stage =
          fixed.two_stage_taints ? std::optional(flags.failover_eviction_timeout) : std::nullopt,
      .failover = options.gates.failover,
      .terminating_taint = fixed.terminating_taint,
      // The taint manager is what empties a cluster with that taint.
      .wait_for_bindings = !fixed.terminating_taint || flags.enable_taint_manager};
}

ConflictRetry conflict_retry(const Options& options) {
  return options.behaviour.eviction_conflicts_retried_in_place == Revision::after
             ? ConflictRetry::in_place()
             : ConflictRetry{};
}

TaintManagerConfig taint_manager_config(const Options& options) {
  const ControllerManagerFlags& flags = options.controller_manager;
  const Mechanics fixed = mechanics(options.release);
  return {.controller =
              in_manager(options).make("taint-manager", options.components.taint_manager.workers,
                                       flags.concurrent_cluster_syncs),
          // The flag came with the gate.
          .evict = flags.enable_no_execute_taint_eviction || !fixed.taint_manager_needs_failover,
          .period = options.components.taint_manager.period,
          .workers = {.workers = options.components.taint_manager.eviction_workers,
                      .rate = static_cast<float>(flags.resource_eviction_rate),
                      .limiter = flags.queues.limiter(),
                      .brake = options.behaviour.eviction_brake,
                      .paced = fixed.paced_evictions},
          .decision = {.purge_mode = flags.no_execute_taint_eviction_purge_mode,
                       .stateful_failover_injection = options.gates.stateful_failover_injection,
                       .plain_tasks = !fixed.evictions_are_tasks,
                       .tasks = fixed.evictions_are_tasks || options.gates.graceful_eviction},
          .routing = options.behaviour.tolerant_bindings_not_queued,
          .conflicts = conflict_retry(options)};
}

/// The controllers that work on bindings, for one of the two scopes. `workers`: as the scope's flag
/// says.
struct BindingControllers {
  BindingControllers(Ports& ports,
                     const Options& options,
                     BindingScope scope,
                     const BindingControllerSettings& own,
                     std::int64_t workers,
                     const ResourceInterpreter& interpreter) {
    const ControllerFactory controllers = in_manager(options);
    const std::vector<std::string>& flag = options.controller_manager.controllers;
    const bool stateful = options.gates.stateful_failover_injection;
    const Mechanics fixed = mechanics(options.release);
    const bool namespaced = scope == BindingScope::namespaced;
    const std::string kind = namespaced ? "resource-binding" : "cluster-resource-binding";
    if (controller_enabled(flag, "binding")) {
      const std::string name = namespaced ? "binding-controller" : kind + "-controller";
      const BindingControllerOptions to_works{
          .controller = controllers.make(name, own.binding.workers, workers),
          .inject_state = stateful,
          .division = division_method(options.release)};
      binding.emplace(ports, scope, to_works, interpreter);
    }
    if (controller_enabled(flag, "bindingStatus")) {
      status.emplace(ports, scope,
                     controllers.make(kind + "-status-controller", own.status.workers, workers));
    }
    const bool leaves_tasks = fixed.evictions_are_tasks || options.gates.graceful_eviction;
    if (leaves_tasks && controller_enabled(flag, "gracefulEviction")) {
      const GracefulEvictionOptions reviewing{
          .controller = controllers.make(kind + "-graceful-eviction-controller",
                                         own.graceful_eviction.workers, workers),
          .timeout = options.controller_manager.graceful_eviction_timeout,
          .conflicts = conflict_retry(options),
          .after_scheduler = fixed.stamps_wait_for_scheduler,
          .locked = fixed.eviction_ends_locked};
      graceful_eviction.emplace(ports, scope, reviewing);
    }
    if (!controller_enabled(flag, "applicationFailover")) return;
    if (fixed.application_failover_needs_gate && !options.gates.failover) return;
    const ApplicationFailoverOptions decision{.graceful_eviction = options.gates.graceful_eviction,
                                              .stateful_failover_injection = stateful,
                                              .plain_tasks = !fixed.evictions_are_tasks};
    application_failover.emplace(ports, scope,
                                 controllers.make(kind + "-application-failover-controller",
                                                  own.application_failover.workers, workers),
                                 decision, interpreter);
  }

  std::optional<BindingController> binding;
  std::optional<BindingStatusController> status;
  std::optional<GracefulEvictionController> graceful_eviction;
  std::optional<ApplicationFailoverController> application_failover;
};

/// The order of the members is that in which they start, and so in which they hear of changes.
class ControllerManager final : public Component {
 public:
  ControllerManager(Ports& ports, const Options& options, const ResourceInterpreter& interpreter) {
    const ControllerManagerFlags& flags = options.controller_manager;
    const ComponentSettings& own = options.components;
    if (enabled(flags, "cluster")) cluster_.emplace(ports, cluster_options(options));
    if (enabled(flags, "clusterStatus"))
      cluster_status_.emplace(ports, push_status_options(options));
    bindings_.emplace(ports, options, BindingScope::namespaced, own.bindings,
                      flags.concurrent_resourcebinding_syncs, interpreter);
    cluster_bindings_.emplace(ports, options, BindingScope::cluster, own.cluster_bindings,
                              flags.concurrent_clusterresourcebinding_syncs, interpreter);
    start_work_controllers(ports, options, interpreter);
    start_failover_controllers(ports, options);
  }

 private:
  static bool enabled(const ControllerManagerFlags& flags, std::string_view name) {
    return controller_enabled(flags.controllers, name);
  }

  void start_work_controllers(Ports& ports,
                              const Options& options,
                              const ResourceInterpreter& interpreter) {
    const ControllerManagerFlags& flags = options.controller_manager;
    const ComponentSettings& own = options.components;
    const ControllerFactory controllers = in_manager(options);
    const std::int64_t workers = flags.concurrent_work_syncs;
    const std::string all_push_clusters;
    if (enabled(flags, "execution")) {
      execution_.emplace(ports,
                         controllers.make("execution-controller", own.execution.workers, workers),
                         all_push_clusters);
    }
    if (enabled(flags, "workStatus")) {
      work_status_.emplace(
          ports, controllers.make("work-status-controller", own.work_status.workers, workers),
          all_push_clusters, interpreter);
    }
    if (enabled(flags, "workloadRebalancer"))
      workload_rebalancer_.emplace(
          ports, controllers.make("workload-rebalancer", own.workload_rebalancer.workers, 1));
    // No controller of the flag upstream: the gate alone decides.
    if (!options.gates.propagate_deps) return;
    dependencies_.emplace(
        ports, controllers.make("dependencies-distributor", own.dependencies_distributor.workers,
                                flags.concurrent_dependent_resource_syncs));
  }

  /// The reference starts the taint manager with its cluster controller.
  void start_failover_controllers(Ports& ports, const Options& options) {
    const ControllerManagerFlags& flags = options.controller_manager;
    const Mechanics fixed = mechanics(options.release);
    // ClusterTaintPolicies came when the monitor stopped to add NoExecute taints.
    if (options.gates.failover && !fixed.two_stage_taints && enabled(flags, "clusterTaintPolicy"))
      taint_policy_.emplace(ports, in_manager(options).make("cluster-taint-policy-controller",
                                                            options.components.taint_policy.workers,
                                                            flags.concurrent_cluster_syncs));
    if (fixed.taint_manager_needs_failover && !options.gates.failover) return;
    if (enabled(flags, "cluster") && flags.enable_taint_manager)
      taint_manager_.emplace(ports, taint_manager_config(options));
  }

  std::optional<ClusterController> cluster_;
  std::optional<ClusterStatusController> cluster_status_;
  std::optional<BindingControllers> bindings_;
  std::optional<BindingControllers> cluster_bindings_;
  std::optional<ExecutionController> execution_;
  std::optional<WorkStatusController> work_status_;
  std::optional<WorkloadRebalancerController> workload_rebalancer_;
  std::optional<DependenciesDistributor> dependencies_;
  std::optional<TaintPolicyController> taint_policy_;
  std::optional<TaintManager> taint_manager_;
};

class SchedulerProcess final : public Component {
 public:
  SchedulerProcess(Ports& ports, const Options& options)
      : scheduler_(
            ports,
            {.options = {.plugins = enabled_plugins(options.scheduler.plugins,
                                                    options.gates.workload_affinity),
                         .propagate_empty_workloads =
                             options.scheduler.enable_empty_workload_propagation,
                         .resource_models = options.gates.customized_cluster_resource_modeling,
                         .division = division_method(options.release),
                         .preference = mechanics(options.release).roomiest_clusters_first
                                           ? Preference::roomiest
                                           : Preference::none,
                         .tells_lack_of_capacity =
                             !mechanics(options.release).capacity_errors_backed_off},
             .name = options.scheduler.scheduler_name,
             .priority_queue = options.gates.priority_based_scheduling,
             .limiter = options.scheduler.queues.limiter(),
             .accurate_estimators = options.scheduler.enable_scheduler_estimator ||
                                    options.components.scheduler.has_estimator("accurate"),
             .no_estimators_in_pull = options.scheduler.disable_scheduler_estimator_in_pull_mode,
             .estimator_timeout = options.scheduler.scheduler_estimator_timeout,
             .estimator_quotas = options.gates.resource_quota_estimate,
             .workload_affinity = options.gates.workload_affinity,
             .overcommit_protection = options.gates.scheduling_overcommit_protection,
             .cycle_time = options.components.scheduler.cycle_time,
             .capacity_refresh = options.components.scheduler.capacity_refresh,
             .leaves_terminating_clusters =
                 mechanics(options.release).leaves_terminating_clusters}) {}

 private:
  Scheduler scheduler_;
};

class Descheduler final : public Component {
 public:
  Descheduler(Ports& ports, const DeschedulerFlags& flags)
      : loop_(ports,
              {.interval = flags.descheduling_interval,
               .threshold = flags.unschedulable_threshold,
               .timeout = flags.scheduler_estimator_timeout}) {}

 private:
  DeschedulingLoop loop_;
};

class Agent final : public Component {
 public:
  Agent(Ports& ports,
        const std::string& cluster,
        const AgentFlags& flags,
        const Options& options,
        const ResourceInterpreter& interpreter) {
    const ControllerFactory controllers{options.gates, flags.queues};
    const ComponentSettings& own = options.components;
    const std::int64_t workers = flags.concurrent_work_syncs;
    if (controller_enabled(flags.controllers, "clusterStatus"))
      cluster_status_.emplace(ports, agent_status_options(cluster, flags, options));
    if (controller_enabled(flags.controllers, "execution"))
      execution_.emplace(
          ports, controllers.make("execution-controller", own.execution.workers, workers), cluster);
    if (controller_enabled(flags.controllers, "workStatus")) {
      work_status_.emplace(
          ports, controllers.make("work-status-controller", own.work_status.workers, workers),
          cluster, interpreter);
    }
  }

 private:
  std::optional<ClusterStatusController> cluster_status_;
  std::optional<ExecutionController> execution_;
  std::optional<WorkStatusController> work_status_;
};

}  // namespace

std::unique_ptr<Component> start_controller_manager(Ports& ports,
                                                    const Options& options,
                                                    const ResourceInterpreter& interpreter) {
  return std::make_unique<ControllerManager>(ports, options, interpreter);
}

std::unique_ptr<Component> start_scheduler(Ports& ports, const Options& options) {
  return std::make_unique<SchedulerProcess>(ports, options);
}

std::unique_ptr<Component> start_descheduler(Ports& ports, const Options& options) {
  return std::make_unique<Descheduler>(ports, options.descheduler);
}

std::unique_ptr<Component> start_agent(Ports& ports,
                                       const std::string& cluster,
                                       const AgentFlags& flags,
                                       const Options& options,
                                       const ResourceInterpreter& interpreter) {
  return std::make_unique<Agent>(ports, cluster, flags, options, interpreter);
}

}  // namespace firedrill::policy::karmada
