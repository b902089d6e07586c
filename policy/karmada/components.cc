#include "policy/karmada/components.h"

#include <optional>

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

ControllerOptions controller_options(std::int64_t workers,
                                     const FeatureGates& gates,
                                     const QueueFlags& queues) {
  return {.workers = workers,
          .priority_queue = gates.controller_priority_queue,
          .limiter = queues.limiter()};
}

Duration lease_interval(const AgentFlags& flags) {
  const auto duration = static_cast<double>(flags.cluster_lease_duration.count());
  return Duration(
      static_cast<std::int64_t>(duration * flags.cluster_lease_renew_interval_fraction));
}

ClusterStatusOptions push_status_options(const Options& options) {
  const ControllerManagerFlags& flags = options.controller_manager;
  return {
      .controller = controller_options(flags.concurrent_cluster_syncs, options.gates, flags.queues),
      .update_frequency = flags.cluster_status_update_frequency,
      .thresholds = {flags.cluster_success_threshold, flags.cluster_failure_threshold},
      .resource_modeling = flags.enable_cluster_resource_modeling,
      .customized_models = options.gates.customized_cluster_resource_modeling,
      .client_errors = options.behaviour.threshold_for_client_errors};
}

ClusterStatusOptions agent_status_options(const std::string& cluster,
                                          const AgentFlags& flags,
                                          const FeatureGates& gates) {
  return {.controller = controller_options(flags.concurrent_cluster_syncs, gates, flags.queues),
          .update_frequency = flags.cluster_status_update_frequency,
          .thresholds = {flags.cluster_success_threshold, flags.cluster_failure_threshold},
          .resource_modeling = flags.enable_cluster_resource_modeling,
          .customized_models = gates.customized_cluster_resource_modeling,
          .lease_interval = lease_interval(flags),
          .only = cluster};
}

ClusterControllerOptions cluster_options(const Options& options) {
  const ControllerManagerFlags& flags = options.controller_manager;
  return {
      .controller = controller_options(flags.concurrent_cluster_syncs, options.gates, flags.queues),
      .monitor_period = flags.cluster_monitor_period,
      .grace = {flags.cluster_monitor_grace_period, flags.cluster_startup_grace_period}};
}

ConflictRetry conflict_retry(const Options& options) {
  return options.behaviour.eviction_conflicts_retried_in_place == Revision::after
             ? ConflictRetry::in_place()
             : ConflictRetry{};
}

TaintManagerConfig taint_manager_config(const Options& options) {
  const ControllerManagerFlags& flags = options.controller_manager;
  return {
      .controller = controller_options(flags.concurrent_cluster_syncs, options.gates, flags.queues),
      .evict = flags.enable_no_execute_taint_eviction,
      .period = options.components.taint_manager.period,
      .workers = {.workers = options.components.taint_manager.eviction_workers,
                  .rate = static_cast<float>(flags.resource_eviction_rate),
                  .limiter = flags.queues.limiter(),
                  .brake = options.behaviour.eviction_brake},
      .decision = {.purge_mode = flags.no_execute_taint_eviction_purge_mode,
                   .stateful_failover_injection = options.gates.stateful_failover_injection},
      .routing = options.behaviour.tolerant_bindings_not_queued,
      .conflicts = conflict_retry(options)};
}

/// The controllers that work on bindings, for one of the two scopes.
struct BindingControllers {
  BindingControllers(Ports& ports,
                     const Options& options,
                     BindingScope scope,
                     const ControllerOptions& controller,
                     const ResourceInterpreter& interpreter)
      : binding(ports, scope, controller, options.gates.stateful_failover_injection, interpreter),
        status(ports, scope, controller),
        graceful_eviction(ports,
                          scope,
                          controller,
                          options.controller_manager.graceful_eviction_timeout,
                          conflict_retry(options)),
        application_failover(
            ports,
            scope,
            controller,
            {.graceful_eviction = options.gates.graceful_eviction,
             .stateful_failover_injection = options.gates.stateful_failover_injection},
            interpreter) {}

  BindingController binding;
  BindingStatusController status;
  GracefulEvictionController graceful_eviction;
  ApplicationFailoverController application_failover;
};

class ControllerManager final : public Component {
 public:
  ControllerManager(Ports& ports, const Options& options, const ResourceInterpreter& interpreter)
      : ControllerManager(ports, options, options.controller_manager, interpreter) {}

 private:
  ControllerManager(Ports& ports,
                    const Options& options,
                    const ControllerManagerFlags& flags,
                    const ResourceInterpreter& interpreter)
      : cluster_(ports, cluster_options(options)),
        cluster_status_(ports, push_status_options(options)),
        bindings_(
            ports,
            options,
            BindingScope::namespaced,
            controller_options(flags.concurrent_resourcebinding_syncs, options.gates, flags.queues),
            interpreter),
        cluster_bindings_(
            ports,
            options,
            BindingScope::cluster,
            controller_options(
                flags.concurrent_clusterresourcebinding_syncs, options.gates, flags.queues),
            interpreter),
        execution_(ports,
                   controller_options(flags.concurrent_work_syncs, options.gates, flags.queues),
                   {}),
        work_status_(ports,
                     controller_options(flags.concurrent_work_syncs, options.gates, flags.queues),
                     {},
                     interpreter),
        workload_rebalancer_(ports, controller_options(1, options.gates, flags.queues)) {
    if (options.gates.propagate_deps) {
      dependencies_.emplace(ports, controller_options(flags.concurrent_dependent_resource_syncs,
                                                      options.gates, flags.queues));
    }
    if (!options.gates.failover) return;
    taint_policy_.emplace(
        ports, controller_options(flags.concurrent_cluster_syncs, options.gates, flags.queues));
    if (flags.enable_taint_manager) taint_manager_.emplace(ports, taint_manager_config(options));
  }

  ClusterController cluster_;
  ClusterStatusController cluster_status_;
  BindingControllers bindings_;
  BindingControllers cluster_bindings_;
  ExecutionController execution_;
  WorkStatusController work_status_;
  WorkloadRebalancerController workload_rebalancer_;
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
                         .resource_models = options.gates.customized_cluster_resource_modeling},
             .name = options.scheduler.scheduler_name,
             .priority_queue = options.gates.priority_based_scheduling,
             .limiter = options.scheduler.queues.limiter(),
             .accurate_estimators = options.scheduler.enable_scheduler_estimator,
             .no_estimators_in_pull = options.scheduler.disable_scheduler_estimator_in_pull_mode,
             .estimator_timeout = options.scheduler.scheduler_estimator_timeout,
             .estimator_quotas = options.gates.resource_quota_estimate,
             .workload_affinity = options.gates.workload_affinity,
             .overcommit_protection = options.gates.scheduling_overcommit_protection}) {}

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
        const FeatureGates& gates,
        const ResourceInterpreter& interpreter)
      : cluster_status_(ports, agent_status_options(cluster, flags, gates)),
        execution_(
            ports, controller_options(flags.concurrent_work_syncs, gates, flags.queues), cluster),
        work_status_(ports,
                     controller_options(flags.concurrent_work_syncs, gates, flags.queues),
                     cluster,
                     interpreter) {}

 private:
  ClusterStatusController cluster_status_;
  ExecutionController execution_;
  WorkStatusController work_status_;
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
                                       const FeatureGates& gates,
                                       const ResourceInterpreter& interpreter) {
  return std::make_unique<Agent>(ports, cluster, flags, gates, interpreter);
}

}  // namespace firedrill::policy::karmada
