#pragma once

/// Flags, feature gates and hard-coded settings of the Clusternet components, as one typed value
/// that the components are built from.
///
/// Names, defaults and what is refused at start-up follow clusternet cmd/*, pkg/agent/options,
/// pkg/features and pkg/scheduler/apis (spec/clusternet.md 10 to 12, 14). The gates' defaults are
/// not those of the binaries, where all are off, but those of the manifests that the project ships,
/// as far as nothing at all would run without them; FailOver stays off, as a user has to switch it
/// on (docs/fidelity.md).

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/diagnostic.h"
#include "policy/api/time.h"
#include "policy/options/option_source.h"

namespace firedrill::policy::clusternet {

/// clusternet-agent, in each member.
struct AgentFlags {
  api::Duration cluster_status_update_frequency = std::chrono::minutes(3);
  api::Duration cluster_status_collect_frequency = std::chrono::seconds(20);
  std::optional<std::string> cluster_sync_mode;  ///< Absent: as the scenario's cluster says.
  bool predictor_direct_access = false;
  // Not simulated.
  bool use_metrics_server = false;
  std::string predictor_addr;
  std::int64_t predictor_port = 8080;
  double labels_aggregate_threshold = 0.8;
  std::string labels_aggregate_prefix = "node.clusternet.io/";
  std::string cluster_reg_name_prefix = "clusternet-cluster";
  std::string cluster_reg_type = "StandardCluster";
  ProcessFlags process{.kube_api_qps = 50, .kube_api_burst = 100};

  friend bool operator==(const AgentFlags&, const AgentFlags&) = default;
};

/// clusternet-controller-manager.
struct ControllerManagerFlags {
  std::int64_t threadiness = 10;
  ProcessFlags process{.kube_api_qps = 50, .kube_api_burst = 100};

  friend bool operator==(const ControllerManagerFlags&, const ControllerManagerFlags&) = default;
};

/// clusternet-scheduler.
struct SchedulerFlags {
  ProcessFlags process{.kube_api_qps = 50, .kube_api_burst = 100};

  friend bool operator==(const SchedulerFlags&, const SchedulerFlags&) = default;
};

struct FeatureGates {
  bool fail_over = false;
  bool feasible_clusters_toleration = false;
  bool deployer = true;
  bool feed_inventory = true;
  bool app_pusher = true;
  bool predictor = true;
  bool socket_connection = true;
  bool cluster_init = false;
  // Not simulated.
  bool recovery = false;
  bool feed_in_use_protection = false;
  bool shadow_api = false;
  bool multi_cluster_service = false;

  friend bool operator==(const FeatureGates&, const FeatureGates&) = default;
};

/// What is not told by flags about the agents.
struct AgentSettings {
  api::Duration collect_phase = std::chrono::milliseconds(100);
  bool first_report_immediate = false;

  friend bool operator==(const AgentSettings&, const AgentSettings&) = default;
};

/// Of clusternet-controller-manager as a process.
struct ControllerManagerSettings {
  api::Duration clock_skew{};

  friend bool operator==(const ControllerManagerSettings&,
                         const ControllerManagerSettings&) = default;
};

/// The scheduler's configuration file and its pace.
struct SchedulerSettings {
  std::vector<std::string> profiles = {"default"};
  std::int32_t percentage_of_clusters_to_score = 0;
  std::int32_t percentage_of_clusters_to_tolerate = 10;
  api::Duration cycle_time{};
  api::Duration clock_skew{};

  friend bool operator==(const SchedulerSettings&, const SchedulerSettings&) = default;
};

/// The predictors beside the members.
struct PredictorSettings {
  api::Duration latency{};

  friend bool operator==(const PredictorSettings&, const PredictorSettings&) = default;
};

/// One controller.
struct ControllerSettings {
  std::optional<std::int64_t> workers;  ///< Absent: as `threadiness` says.

  friend bool operator==(const ControllerSettings&, const ControllerSettings&) = default;
};

struct ComponentSettings {
  AgentSettings agent;
  ControllerManagerSettings controller_manager;
  SchedulerSettings scheduler;
  PredictorSettings predictor;
  ControllerSettings cluster_lifecycle;
  ControllerSettings feed_inventory;
  ControllerSettings subscription;
  ControllerSettings base;
  ControllerSettings localization;
  ControllerSettings manifest;
  ControllerSettings description;

  friend bool operator==(const ComponentSettings&, const ComponentSettings&) = default;
};

/// Names of the controllers: of their settings, and by which the time that they compute is asked
/// for.
inline constexpr std::string_view cluster_lifecycle_name = "cluster-lifecycle-controller";
inline constexpr std::string_view feed_inventory_name = "feedinventory-controller";
inline constexpr std::string_view subscription_name = "subscription-controller";
inline constexpr std::string_view base_controller_name = "base-controller";
inline constexpr std::string_view localization_controller_name = "localization-controller";
inline constexpr std::string_view manifest_controller_name = "manifest-controller";
inline constexpr std::string_view description_controller_name = "description-controller";

/// All that a Clusternet control plane can be told.
struct Options {
  AgentFlags agent;  ///< Of every agent; `read_agent_flags` adds one cluster's own.
  ControllerManagerFlags controller_manager;
  SchedulerFlags scheduler;
  FeatureGates gates;
  ComponentSettings components;

  friend bool operator==(const Options&, const Options&) = default;
};

/// Defaults, changed as the source says. `pointer` is where the maps stand ("/controlPlane");
/// unknown names, wrong types and values that the reference refuses, or that make a cluster look
/// dead for ever, are errors there; settings without effect here are warnings. There are no
/// behaviour switches.
[[nodiscard]] Options read_options(const OptionSource& source,
                                   std::string_view pointer,
                                   api::Diagnostics& diagnostics);

/// One cluster's agent: `base` changed by its own flags, which stand at `pointer`.
[[nodiscard]] AgentFlags read_agent_flags(const AgentFlags& base,
                                          const Scalars& flags,
                                          std::string_view pointer,
                                          api::Diagnostics& diagnostics);

/// One cluster's agent: `base` changed by its own gates, which stand at `pointer`.
[[nodiscard]] FeatureGates read_agent_gates(FeatureGates base,
                                            const std::map<std::string, bool>& gates,
                                            std::string_view pointer,
                                            api::Diagnostics& diagnostics);

/// Every flag, gate and setting with the value in effect, for the timeline's header.
[[nodiscard]] EffectiveOptions effective(const Options& options);

/// The tables that `firedrill profiles` and the reference pages show.
[[nodiscard]] std::vector<OptionInfo> flag_table();
[[nodiscard]] std::vector<OptionInfo> feature_gate_table();
[[nodiscard]] std::vector<OptionInfo> component_table();

}  // namespace firedrill::policy::clusternet
