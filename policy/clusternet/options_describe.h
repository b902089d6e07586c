#pragma once

/// Descriptions of Clusternet's option structs: each flag's name, meaning and check, once. Included
/// where options are read and listed (options.cc) and nowhere else.

#include "policy/api/describe.h"
#include "policy/clusternet/options.h"

namespace firedrill::policy::clusternet {

inline constexpr Inert no_metrics{"a cluster's usage is informational and not simulated"};
inline constexpr Inert no_addresses{"a predictor is reached like the member beside it"};
inline constexpr Inert no_aggregation{"labels of nodes are not brought to their cluster"};
inline constexpr Inert no_registration{"clusters are registered as the scenario names them"};
inline constexpr Inert gate_not_simulated{"what it switches is not simulated in this version"};

template <class V>
void describe(V& v, AgentFlags& f) {
  v.begin("AgentFlags", "Flags of clusternet-agent.");
  v.field("cluster-status-update-frequency", f.cluster_status_update_frequency,
          "How often the agent reports; three of these periods, in whole seconds, is how long a "
          "cluster may be silent.");
  v.field("cluster-status-collect-frequency", f.cluster_status_collect_frequency,
          "How long after one look at its cluster the agent takes the next.", api::Above{0});
  v.field("cluster-sync-mode", f.cluster_sync_mode,
          "Who applies: Push (the hub), Pull (the agent), Dual (the hub if it may); without it as "
          "the cluster's syncMode says.",
          api::OneOf{"Push", "Pull", "Dual"});
  v.field("predictor-direct-access", f.predictor_direct_access,
          "The hub reaches the predictor at its address, not through the agent's websocket.");
  v.field("use-metrics-server", f.use_metrics_server, "Report the usage of the cluster.",
          no_metrics);
  v.field("predictor-addr", f.predictor_addr, "Address of an external predictor.", no_addresses);
  v.field("predictor-port", f.predictor_port, "Port of the built-in predictor.", no_addresses);
  v.field("labels-aggregate-threshold", f.labels_aggregate_threshold,
          "Share of the nodes that must bear a label for the cluster to get it.", no_aggregation);
  v.field("labels-aggregate-prefix", f.labels_aggregate_prefix, "Prefix of those labels.",
          no_aggregation);
  v.field("cluster-reg-name-prefix", f.cluster_reg_name_prefix, "Prefix of generated names.",
          no_registration);
  v.field("cluster-reg-type", f.cluster_reg_type, "StandardCluster or EdgeCluster.",
          api::OneOf{"StandardCluster", "EdgeCluster"}, no_registration);
  describe_process(v, f.process);
}

template <class V>
void describe(V& v, ControllerManagerFlags& f) {
  v.begin("ControllerManagerFlags", "Flags of clusternet-controller-manager.");
  v.field("threadiness", f.threadiness, "Workers of each controller.", api::AtLeast{1},
          api::AtMost{1000});
  describe_process(v, f.process);
}

template <class V>
void describe(V& v, SchedulerFlags& f) {
  v.begin("SchedulerFlags", "Flags of clusternet-scheduler.");
  describe_process(v, f.process);
}

template <class V>
void describe(V& v, FeatureGates& g) {
  v.begin("FeatureGates", "Feature gates of all components.");
  v.field("FailOver", g.fail_over,
          "Scheduler. A cluster that turns not ready queues its subscriptions at once; its taint "
          "does so anyhow.");
  v.field("FeasibleClustersToleration", g.feasible_clusters_toleration,
          "Scheduler. Predictors may fail; helps in no practical case.");
  v.field("Deployer", g.deployer, "Controller manager. Bindings are deployed.");
  v.field("FeedInventory", g.feed_inventory,
          "Controller manager. Replicas of feeds are known; Dividing needs it.");
  v.field("AppPusher", g.app_pusher, "Agent. The hub may apply objects in the member.");
  v.field("Predictor", g.predictor, "Agent. A predictor runs; Dynamic dividing needs it.");
  v.field("SocketConnection", g.socket_connection,
          "Agent, controller manager. A websocket from the agent leads to its predictor.");
  v.field("ClusterInit", g.cluster_init,
          "Controller manager. New clusters are tainted until their initialization is deployed.");
  v.field("Recovery", g.recovery, "Agent. What changes in the member is put right.",
          gate_not_simulated);
  v.field("FeedInUseProtection", g.feed_in_use_protection,
          "Controller manager. Resources in use cannot be deleted.", gate_not_simulated);
  v.field("ShadowAPI", g.shadow_api, "Hub. Resources are stored without being run.",
          gate_not_simulated);
  v.field("MultiClusterService", g.multi_cluster_service,
          "Controller manager, agent. Services over clusters.", gate_not_simulated);
}

template <class V>
void describe(V& v, AgentSettings& s) {
  v.begin("AgentSettings", "About the agents.");
  v.field("collectPhase", s.collect_phase,
          "How long after the start of its reports an agent first looks at its cluster.",
          api::Above{0});
  v.field("firstReportImmediate", s.first_report_immediate,
          "The first report goes out at the start; otherwise it finds nothing collected yet, and "
          "the second one is the first to arrive.");
}

template <class V>
void describe_clock_skew(V& v, api::Duration& skew) {
  v.field("clockSkew", skew, "How far ahead its machine's clock is; negative: behind.");
}

template <class V>
void describe(V& v, ControllerManagerSettings& s) {
  v.begin("ControllerManagerSettings", "About the controller manager.");
  describe_clock_skew(v, s.clock_skew);
}

template <class V>
void describe(V& v, SchedulerSettings& s) {
  v.begin("SchedulerSettings", "About the scheduler; the lower-case ones of its configuration.");
  v.field("profiles", s.profiles,
          "Names that a subscription's schedulerName may have; others are ignored.",
          api::NotEmpty{});
  v.field("percentageofclusterstoscore", s.percentage_of_clusters_to_score,
          "Share of the candidates to look for with Dividing among 100 and more; 0 adapts.");
  v.field("percentageofclusterstotolerate", s.percentage_of_clusters_to_tolerate,
          "Predictors that may fail, with FeasibleClustersToleration; any value above 0 means all.",
          api::AtLeast{0});
  v.field("cycleTime", s.cycle_time,
          "How long one pass over a subscription takes, during which its only worker is busy.",
          api::AtLeast{0});
  describe_clock_skew(v, s.clock_skew);
}

template <class V>
void describe(V& v, PredictorSettings& s) {
  v.begin("PredictorSettings", "About the predictors.");
  v.field("latency", s.latency, "How long one answer takes; past 20s it has failed.",
          api::AtLeast{0});
}

template <class V>
void describe(V& v, ControllerSettings& s) {
  v.begin("ControllerSettings", "About one controller.");
  v.field("workers", s.workers, "Its workers; without it as many as threadiness says.",
          api::AtLeast{1}, api::AtMost{1000});
}

}  // namespace firedrill::policy::clusternet
