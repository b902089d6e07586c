#pragma once

/// Descriptions of the option structs: each flag's name, meaning and check, once. Included where
/// options are read and listed (options.cc) and nowhere else.

#include "policy/api/describe.h"
#include "policy/karmada/options.h"

namespace firedrill::policy::karmada {

inline constexpr Inert no_detector{"policies are matched when the scenario is read"};
inline constexpr Inert no_start_up{"caches are filled at once"};
inline constexpr Inert no_resync{"caches never miss a change"};
inline constexpr Inert gate_not_simulated{"what it switches is not simulated in this version"};
inline constexpr Inert no_addresses{"an estimator is reached like the member beside it"};
inline constexpr Inert only_logs{"it is about log output"};

/// For the tables.
inline std::string option_type_name(const CapacityRefresh&) {
  return "status, or duration";
}
inline std::string option_type_name(const EvictionBrake&) {
  return "off, slow, halt, or an object of parameters";
}

template <class V>
void describe_queues(V& v, QueueFlags& q) {
  v.field("rate-limiter-base-delay", q.base_delay, "First delay of a key that failed.");
  v.field("rate-limiter-max-delay", q.max_delay, "Longest delay of a key that keeps failing.");
  v.field("rate-limiter-qps", q.qps, "Delayed items a second of one queue, in the long run.");
  v.field("rate-limiter-bucket-size", q.bucket_size, "Delayed items of one queue in a burst.");
}

template <class V>
void describe_estimators(V& v, EstimatorAddressFlags& e) {
  v.field("scheduler-estimator-port", e.scheduler_estimator_port, "Port of the estimators.",
          no_addresses);
  v.field("scheduler-estimator-service-prefix", e.scheduler_estimator_service_prefix,
          "Prefix of the names of their services.", no_addresses);
  v.field("scheduler-estimator-service-namespace", e.scheduler_estimator_service_namespace,
          "Namespace of their services.", no_addresses);
}

template <class V>
void describe(V& v, ControllerManagerFlags& f) {
  using api::Above;
  using api::AtLeast;
  v.begin("ControllerManagerFlags", "Flags of karmada-controller-manager.");
  v.field("controllers", f.controllers, "Controllers that run: *, a name, or -name.");
  v.field("cluster-status-update-frequency", f.cluster_status_update_frequency,
          "How often a Push cluster is probed.", Above{0});
  v.field("cluster-success-threshold", f.cluster_success_threshold,
          "How long probes must succeed before Ready becomes True again.");
  v.field("cluster-failure-threshold", f.cluster_failure_threshold,
          "How long probes must fail before Ready becomes False.");
  v.field("cluster-monitor-period", f.cluster_monitor_period,
          "How often the leases of Pull clusters are looked at.", Above{0},
          InLegacy{"How often the leases of Pull clusters are looked at, and whether NoExecute "
                   "taints are due."});
  v.field("cluster-monitor-grace-period", f.cluster_monitor_grace_period,
          "How long a running Pull cluster may be silent before Ready becomes Unknown.", Above{0});
  v.field("cluster-startup-grace-period", f.cluster_startup_grace_period,
          "The same for one that never reported.", Above{0});
  v.field("failover-eviction-timeout", f.failover_eviction_timeout,
          "How long a cluster must not be ready before it gets its NoExecute taint, looked at once "
          "a cluster-monitor-period.",
          only_legacy);
  v.field("enable-taint-manager", f.enable_taint_manager,
          "Run the taint manager (needs the gate Failover too).",
          InLegacy{"Run the taint manager, whatever the gate Failover says."});
  v.field("enable-no-execute-taint-eviction", f.enable_no_execute_taint_eviction,
          "Evict workloads from clusters with a NoExecute taint.", only_current);
  v.field("no-execute-taint-eviction-purge-mode", f.no_execute_taint_eviction_purge_mode,
          "How old copies go when the policy doesn't say: Gracefully or Directly.", only_current);
  v.field("resource-eviction-rate", f.resource_eviction_rate,
          "Evictions a second of each eviction worker; 0 = one in 30 minutes.", AtLeast{0},
          only_current);
  v.field("graceful-eviction-timeout", f.graceful_eviction_timeout,
          "Longest wait for the replacement to be healthy.",
          InLegacy{"Longest wait for the replacement to be healthy, from when the scheduler has "
                   "found one."});
  v.field("enable-cluster-resource-modeling", f.enable_cluster_resource_modeling,
          "Sum up nodes and pods in the Cluster's status.");
  v.field("concurrent-cluster-syncs", f.concurrent_cluster_syncs,
          "Workers of each controller of Clusters.", AtLeast{1});
  v.field("concurrent-resourcebinding-syncs", f.concurrent_resourcebinding_syncs,
          "Workers of each controller of ResourceBindings.", AtLeast{1});
  v.field("concurrent-clusterresourcebinding-syncs", f.concurrent_clusterresourcebinding_syncs,
          "Workers of each controller of ClusterResourceBindings.", AtLeast{1});
  v.field("concurrent-work-syncs", f.concurrent_work_syncs, "Workers of each controller of Works.",
          AtLeast{1});
  describe_queues(v, f.queues);
  v.field("concurrent-resource-template-syncs", f.concurrent_resource_template_syncs,
          "Workers of the resource detector.", AtLeast{1}, no_detector);
  v.field("concurrent-namespace-syncs", f.concurrent_namespace_syncs,
          "Workers of the namespace controller.", AtLeast{1}, no_detector);
  v.field("concurrent-propagation-policy-syncs", f.concurrent_propagation_policy_syncs,
          "Workers for PropagationPolicies.", AtLeast{1}, no_detector);
  v.field("concurrent-cluster-propagation-policy-syncs",
          f.concurrent_cluster_propagation_policy_syncs, "Workers for ClusterPropagationPolicies.",
          AtLeast{1}, no_detector);
  v.field("concurrent-dependent-resource-syncs", f.concurrent_dependent_resource_syncs,
          "Workers of the dependencies distributor.", AtLeast{1});
  v.field("cluster-cache-sync-timeout", f.cluster_cache_sync_timeout,
          "Longest wait for the caches of a member.", no_start_up);
  v.field("resync-period", f.resync_period, "How often caches are gone through anew.", no_resync);
  v.field("cluster-api-qps", f.cluster_api_qps,
          "Requests a second to a member's API server, where latency.clientLimits is on.");
  v.field("cluster-api-burst", f.cluster_api_burst, "Requests to it in a burst; likewise.");
  v.field("skipped-propagating-namespaces", f.skipped_propagating_namespaces,
          "Namespaces that are not propagated.", no_detector);
  describe_process(v, f.process);
}

template <class V>
void describe(V& v, AgentFlags& f) {
  using api::Above;
  using api::AtLeast;
  using api::Below;
  v.begin("AgentFlags", "Flags of karmada-agent.");
  v.field("controllers", f.controllers, "Controllers that run: *, a name, or -name.");
  v.field("cluster-status-update-frequency", f.cluster_status_update_frequency,
          "How often the agent probes its cluster and posts the status.", AtLeast{0});
  v.field("cluster-success-threshold", f.cluster_success_threshold,
          "How long probes must succeed before Ready becomes True again.");
  v.field("cluster-failure-threshold", f.cluster_failure_threshold,
          "How long probes must fail before Ready becomes False.");
  v.field("cluster-lease-duration", f.cluster_lease_duration, "Length of the agent's lease.",
          AtLeast{0});
  v.field("cluster-lease-renew-interval-fraction", f.cluster_lease_renew_interval_fraction,
          "Share of the lease after which it is renewed.", Above{0}, Below{1});
  v.field("enable-cluster-resource-modeling", f.enable_cluster_resource_modeling,
          "Sum up nodes and pods in the Cluster's status.");
  v.field("concurrent-cluster-syncs", f.concurrent_cluster_syncs,
          "Workers of each controller of Clusters.", AtLeast{1});
  v.field("concurrent-work-syncs", f.concurrent_work_syncs, "Workers of each controller of Works.",
          AtLeast{1});
  describe_queues(v, f.queues);
  v.field("cluster-cache-sync-timeout", f.cluster_cache_sync_timeout,
          "Longest wait for the caches of the cluster.", no_start_up);
  v.field("resync-period", f.resync_period, "How often caches are gone through anew.", no_resync);
  v.field("cluster-api-qps", f.cluster_api_qps,
          "Requests a second to the cluster's API server, where latency.clientLimits is on.");
  v.field("cluster-api-burst", f.cluster_api_burst, "Requests to it in a burst; likewise.");
  describe_process(v, f.process);
}

template <class V>
void describe(V& v, SchedulerFlags& f) {
  v.begin("SchedulerFlags", "Flags of karmada-scheduler.");
  v.field("scheduler-name", f.scheduler_name, "Which bindings it schedules: those of this name.");
  v.field("plugins", f.plugins, "Plugins that run: *, a name, or -name.");
  v.field("enable-empty-workload-propagation", f.enable_empty_workload_propagation,
          "Clusters that get no replica become targets too.");
  v.field("enable-scheduler-estimator", f.enable_scheduler_estimator,
          "Ask an accurate estimator for each cluster, beside the general one.");
  v.field("disable-scheduler-estimator-in-pull-mode", f.disable_scheduler_estimator_in_pull_mode,
          "No accurate estimator for Pull clusters.");
  v.field("scheduler-estimator-timeout", f.scheduler_estimator_timeout,
          "Longest wait for an estimator.");
  describe_queues(v, f.queues);
  describe_estimators(v, f.estimators);
  describe_process(v, f.process);
}

template <class V>
void describe(V& v, DeschedulerFlags& f) {
  v.begin("DeschedulerFlags", "Flags of karmada-descheduler.");
  v.field("descheduling-interval", f.descheduling_interval, "How often it looks.", api::Above{0});
  v.field("unschedulable-threshold", f.unschedulable_threshold,
          "How long a pod must be pending before its replica is taken away.");
  v.field("scheduler-estimator-timeout", f.scheduler_estimator_timeout,
          "Longest wait for an estimator.");
  describe_estimators(v, f.estimators);
  describe_process(v, f.process);
}

template <class V>
void describe(V& v, WebhookFlags& f) {
  v.begin("WebhookFlags", "Flags of karmada-webhook.");
  v.field("allow-no-execute-taint-policy", f.allow_no_execute_taint_policy,
          "Admit ClusterTaintPolicies with the effect NoExecute.", only_current);
  v.field("default-not-ready-toleration-seconds", f.default_not_ready_toleration_seconds,
          "How long workloads whose policy doesn't say tolerate not-ready:NoExecute.", only_legacy);
  v.field("default-unreachable-toleration-seconds", f.default_unreachable_toleration_seconds,
          "The same for unreachable:NoExecute.", only_legacy);
}

template <class V>
void describe(V& v, FeatureGates& g) {
  v.begin("FeatureGates", "Karmada's feature gates.");
  v.field("Failover", g.failover, "Beta. Taint manager and ClusterTaintPolicy controller.",
          InLegacy{"Beta; the vendor ships it off. Automatic NoExecute taints and application "
                   "failover."});
  v.field("GracefulEviction", g.graceful_eviction,
          "Beta. Application failover with purge mode Gracefully.",
          InLegacy{"Beta. Evicted copies wait for their replacements; off: they go at once."});
  v.field("StatefulFailoverInjection", g.stateful_failover_injection,
          "Alpha. Preserved state travels to the new copy.", only_current);
  v.field("PropagateDeps", g.propagate_deps, "Beta. ConfigMaps, Secrets and the like follow.");
  v.field("CustomizedClusterResourceModeling", g.customized_cluster_resource_modeling,
          "Beta. Capacity by grades of nodes.");
  v.field("PriorityBasedScheduling", g.priority_based_scheduling,
          "Beta. The scheduler's queue goes by priority.", only_current);
  v.field("ControllerPriorityQueue", g.controller_priority_queue,
          "Beta. Controllers' queues put changes before resyncs.", only_current);
  v.field("WorkloadAffinity", g.workload_affinity,
          "Alpha. Placement by affinity between workloads.", only_current);
  v.field("PropagationPolicyPreemption", g.propagation_policy_preemption,
          "Alpha. Policies take resources over from others.", gate_not_simulated);
  v.field("MultiClusterService", g.multi_cluster_service, "Alpha. Services across clusters.",
          gate_not_simulated);
  v.field("ResourceQuotaEstimate", g.resource_quota_estimate,
          "Alpha. Quotas count in the estimated capacity.");
  v.field("FederatedQuotaEnforcement", g.federated_quota_enforcement,
          "Alpha. Results beyond a federated quota are refused.", only_current);
  v.field("MultiplePodTemplatesScheduling", g.multiple_pod_templates_scheduling,
          "Alpha. Workloads of several pod templates.", only_current);
  v.field("SchedulingOvercommitProtection", g.scheduling_overcommit_protection,
          "Alpha. What was just assigned counts before the status shows it.", only_current);
  v.field("LoggingAlphaOptions", g.logging_alpha_options, "Alpha.", only_logs, only_current);
  v.field("LoggingBetaOptions", g.logging_beta_options, "Beta.", only_logs, only_current);
  v.field("ContextualLogging", g.contextual_logging, "Beta.", only_logs, only_current);
}

}  // namespace firedrill::policy::karmada
