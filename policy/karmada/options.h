#pragma once

/// Flags, feature gates and hard-coded settings of the Karmada components, as one typed value that
/// controllers are built from.
///
/// Each component's flags are a described struct, whose keys are the reference's flag names: the
/// reader, "did you mean", the tables of `firedrill profiles` and the timeline's header all come
/// from these descriptions. Defaults and checks follow karmada cmd/*/app/options and pkg/features
/// at v1.19, and as up to v1.13 for the legacy release (spec/karmada-failover.md 23.3); what the
/// reference does not check (thresholds, the graceful timeout, a period longer than its grace
/// period) is not checked here either.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/diagnostic.h"
#include "policy/api/json_value.h"
#include "policy/api/time.h"
#include "policy/karmada/behaviour.h"
#include "policy/karmada/component_settings.h"
#include "policy/karmada/release.h"
#include "policy/options/option_source.h"
#include "policy/runtime/rate_limiter.h"

namespace firedrill::policy::karmada {

using policy::EffectiveOptions;
using policy::Inert;
using policy::OptionInfo;
using policy::OptionSource;
using policy::ProcessFlags;
using policy::Scalars;

/// The four `rate-limiter-` flags of a component.
struct QueueFlags {
  api::Duration base_delay = std::chrono::milliseconds(5);
  api::Duration max_delay = std::chrono::seconds(1000);
  std::int64_t qps = 10;
  std::int64_t bucket_size = 100;

  /// With each value that is not positive replaced by its default, as the reference does.
  [[nodiscard]] RateLimiterOptions limiter() const;
  friend bool operator==(const QueueFlags&, const QueueFlags&) = default;
};

/// karmada-controller-manager.
struct ControllerManagerFlags {
  std::vector<std::string> controllers = {"*"};
  api::Duration cluster_status_update_frequency = std::chrono::seconds(10);
  api::Duration cluster_success_threshold = std::chrono::seconds(30);
  api::Duration cluster_failure_threshold = std::chrono::seconds(30);
  api::Duration cluster_monitor_period = std::chrono::seconds(5);
  api::Duration cluster_monitor_grace_period = std::chrono::seconds(40);
  api::Duration cluster_startup_grace_period = std::chrono::seconds(60);
  api::Duration failover_eviction_timeout = std::chrono::minutes(5);  ///< Legacy release.
  bool enable_taint_manager = true;
  bool enable_no_execute_taint_eviction = false;
  std::string no_execute_taint_eviction_purge_mode = "Gracefully";
  double resource_eviction_rate = 0.5;  ///< A second and worker; a float32 in the reference.
  api::Duration graceful_eviction_timeout = std::chrono::minutes(10);
  bool enable_cluster_resource_modeling = true;
  std::int64_t concurrent_cluster_syncs = 5;
  std::int64_t concurrent_resourcebinding_syncs = 5;
  std::int64_t concurrent_clusterresourcebinding_syncs = 5;
  std::int64_t concurrent_work_syncs = 5;
  std::int64_t concurrent_dependent_resource_syncs = 2;
  QueueFlags queues;
  // Not simulated.
  std::int64_t concurrent_resource_template_syncs = 5;
  std::int64_t concurrent_namespace_syncs = 1;
  std::int64_t concurrent_propagation_policy_syncs = 1;
  std::int64_t concurrent_cluster_propagation_policy_syncs = 1;
  api::Duration cluster_cache_sync_timeout = std::chrono::minutes(2);
  api::Duration resync_period{};
  double cluster_api_qps = 40;
  std::int64_t cluster_api_burst = 60;
  std::string skipped_propagating_namespaces = "kube-.*";
  ProcessFlags process;

  friend bool operator==(const ControllerManagerFlags&, const ControllerManagerFlags&) = default;
};

/// karmada-agent, in each Pull cluster.
struct AgentFlags {
  std::vector<std::string> controllers = {"*"};
  api::Duration cluster_status_update_frequency = std::chrono::seconds(10);
  api::Duration cluster_success_threshold = std::chrono::seconds(30);
  api::Duration cluster_failure_threshold = std::chrono::seconds(30);
  api::Duration cluster_lease_duration = std::chrono::seconds(40);
  double cluster_lease_renew_interval_fraction = 0.25;
  bool enable_cluster_resource_modeling = true;
  std::int64_t concurrent_cluster_syncs = 5;
  std::int64_t concurrent_work_syncs = 5;
  QueueFlags queues;
  // Not simulated.
  api::Duration cluster_cache_sync_timeout = std::chrono::minutes(2);
  api::Duration resync_period{};
  double cluster_api_qps = 40;
  std::int64_t cluster_api_burst = 60;
  ProcessFlags process;

  friend bool operator==(const AgentFlags&, const AgentFlags&) = default;
};

/// Where estimators are found. None of it is simulated: they are reached like their members.
struct EstimatorAddressFlags {
  std::int64_t scheduler_estimator_port = 10352;
  std::string scheduler_estimator_service_prefix = "karmada-scheduler-estimator";
  std::string scheduler_estimator_service_namespace = "karmada-system";

  friend bool operator==(const EstimatorAddressFlags&, const EstimatorAddressFlags&) = default;
};

/// karmada-scheduler.
struct SchedulerFlags {
  std::string scheduler_name = "default-scheduler";
  std::vector<std::string> plugins = {"*"};
  bool enable_empty_workload_propagation = false;
  bool enable_scheduler_estimator = false;
  bool disable_scheduler_estimator_in_pull_mode = false;
  api::Duration scheduler_estimator_timeout = std::chrono::seconds(3);
  QueueFlags queues;
  EstimatorAddressFlags estimators;
  ProcessFlags process;

  friend bool operator==(const SchedulerFlags&, const SchedulerFlags&) = default;
};

/// karmada-descheduler.
struct DeschedulerFlags {
  api::Duration descheduling_interval = std::chrono::minutes(2);
  api::Duration unschedulable_threshold = std::chrono::minutes(5);
  api::Duration scheduler_estimator_timeout = std::chrono::seconds(3);
  EstimatorAddressFlags estimators;
  ProcessFlags process;

  friend bool operator==(const DeschedulerFlags&, const DeschedulerFlags&) = default;
};

/// karmada-webhook.
struct WebhookFlags {
  bool allow_no_execute_taint_policy = false;
  // Legacy release.
  std::int64_t default_not_ready_toleration_seconds = 300;
  std::int64_t default_unreachable_toleration_seconds = 300;

  friend bool operator==(const WebhookFlags&, const WebhookFlags&) = default;
};

struct FeatureGates {
  bool failover = false;
  bool graceful_eviction = true;
  bool stateful_failover_injection = false;
  bool propagate_deps = true;
  bool customized_cluster_resource_modeling = true;
  bool priority_based_scheduling = true;
  bool controller_priority_queue = true;
  bool workload_affinity = false;
  bool resource_quota_estimate = false;
  bool federated_quota_enforcement = false;
  bool multiple_pod_templates_scheduling = false;
  bool scheduling_overcommit_protection = false;
  // Not simulated.
  bool propagation_policy_preemption = false;
  bool multi_cluster_service = false;
  bool logging_alpha_options = false;
  bool logging_beta_options = true;
  bool contextual_logging = true;

  friend bool operator==(const FeatureGates&, const FeatureGates&) = default;
};

/// All that a Karmada control plane can be told. What its release doesn't have keeps the value that
/// the release behaves as, and can't be set.
struct Options {
  Release release = Release::current;
  ControllerManagerFlags controller_manager;
  AgentFlags agent;  ///< Of every agent; `read_agent_flags` adds one cluster's own.
  SchedulerFlags scheduler;
  DeschedulerFlags descheduler;
  WebhookFlags webhook;
  FeatureGates gates;
  ComponentSettings components;
  Behaviour behaviour;

  friend bool operator==(const Options&, const Options&) = default;
};

/// `defaults` (those of a profile: policy/karmada/profile_defaults.h), changed as the source says.
/// `pointer` is where the four maps stand ("/controlPlane"); names that the release doesn't know,
/// wrong types and values that the reference refuses at start-up are errors there, settings without
/// effect here are warnings. Where the release takes a vendor's names they are read as the flags
/// that they stand for; a flag under two names is an error.
[[nodiscard]] Options read_options(const Options& defaults,
                                   const OptionSource& source,
                                   std::string_view pointer,
                                   api::Diagnostics& diagnostics);

/// One cluster's agent: the flags of all agents changed by its own, which stand at `pointer`.
[[nodiscard]] AgentFlags read_agent_flags(const Options& options,
                                          const Scalars& flags,
                                          std::string_view pointer,
                                          api::Diagnostics& diagnostics);

/// One cluster's agent: the gates of all components changed by its own, which stand at `pointer`.
[[nodiscard]] FeatureGates read_agent_gates(const Options& options,
                                            const std::map<std::string, bool>& gates,
                                            std::string_view pointer,
                                            api::Diagnostics& diagnostics);

/// For the timeline's header; a behaviour switch stands there when it isn't as the release is.
[[nodiscard]] EffectiveOptions effective(const Options& options);

/// Of a profile with these defaults: what its release has.
[[nodiscard]] std::vector<OptionInfo> flag_table(const Options& defaults);
[[nodiscard]] std::vector<OptionInfo> feature_gate_table(const Options& defaults);
[[nodiscard]] std::vector<OptionInfo> component_table(const Options& defaults);
/// Behaviour switches, each followed by its parameters ("karmada#6274.unhealthyShare").
[[nodiscard]] std::vector<OptionInfo> behaviour_table(const Options& defaults);
/// What hangs on the release alone (release.h), with its values: nothing that can be set.
[[nodiscard]] std::vector<OptionInfo> mechanics_table(Release release);

}  // namespace firedrill::policy::karmada
