#pragma once

/// A member cluster of a scenario: what the control plane is told of it, and what it really has.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/background_spec.h"
#include "models/spec/pod_placement.h"
#include "policy/api/cluster.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"
#include "policy/api/quota.h"
#include "policy/api/time.h"

namespace firedrill::models {

enum class SyncMode : std::uint8_t { push, pull, dual };

template <class V>
void describe_values(V& v, SyncMode&) {
  v.begin("SyncMode", "Who reaches out to whom.");
  v.value("Push", SyncMode::push, "The control plane probes the cluster and writes to it.");
  v.value("Pull", SyncMode::pull, "An agent in the cluster renews a lease and fetches its Works.");
  v.value("Dual", SyncMode::dual,
          "Clusternet: the hub writes to the cluster where its agent offers that, else the agent.");
}

/// A condition that a cluster has from the start.
struct ConditionSpec {
  std::string type;
  std::string status;
  std::string reason;

  friend bool operator==(const ConditionSpec&, const ConditionSpec&) = default;
};

template <class V>
void describe(V& v, ConditionSpec& c) {
  v.begin("ClusterCondition", "A condition that a cluster has from the start.");
  v.required("type", c.type, "Its type.", api::NotEmpty{});
  v.required("status", c.status, "Its status.", api::OneOf{"True", "False", "Unknown"});
  v.field("reason", c.reason, "Its reason.");
}

/// The scheduler-estimator beside the control plane that knows a cluster.
struct EstimatorSpec {
  api::Duration latency{};

  friend bool operator==(const EstimatorSpec&, const EstimatorSpec&) = default;
};

template <class V>
void describe(V& v, EstimatorSpec& e) {
  v.begin("Estimator", "The scheduler-estimator of a cluster.");
  v.field("latency", e.latency, "How long it takes to answer.", api::AtLeast{0});
}

/// Some equal nodes.
struct NodeSpec {
  std::int64_t count = 1;
  std::string name;  ///< "" = numbered over the whole cluster.
  api::Labels labels;
  std::vector<api::Taint> taints;
  api::ResourceList allocatable;

  friend bool operator==(const NodeSpec&, const NodeSpec&) = default;
};

template <class V>
void describe(V& v, NodeSpec& n) {
  v.begin("Nodes", "Some equal nodes.");
  v.field("count", n.count, "How many.", api::AtLeast{0}, api::AtMost{1'000'000});
  v.field("name", n.name, "Name, or with a count the stem of the names (name-0, name-1, …).",
          api::DnsSubdomain{}, api::DefaultText{"node-N, numbered over the cluster"});
  v.field("labels", n.labels, "Labels of each.");
  v.field("taints", n.taints, "Taints of each.");
  v.required("allocatable", n.allocatable, "What each offers to pods: cpu, memory, pods, …");
}

/// Settings of one cluster's agent: of a Pull cluster's under Karmada, of any under Clusternet.
struct AgentSpec {
  std::map<std::string, api::Json> flags;  ///< Scalars.
  std::map<std::string, bool> feature_gates;
  api::Duration clock_skew{};
  api::Duration phase{};                       ///< From the cluster's joining to the agent's start.
  std::optional<api::Duration> collect_phase;  ///< Clusternet.
  std::optional<bool> first_report_immediate;  ///< Clusternet.

  friend bool operator==(const AgentSpec&, const AgentSpec&) = default;
};

template <class V>
void describe(V& v, AgentSpec& a) {
  v.begin("Agent", "The agent of a Pull cluster, or of any cluster under Clusternet.");
  v.field("flags", a.flags, "Its command-line flags, before those for every agent.");
  v.field("featureGates", a.feature_gates, "Its feature gates, before those of the control plane.");
  v.field("clockSkew", a.clock_skew,
          "How far ahead the clock of its machine is; negative: behind.");
  v.field("phase", a.phase, "How long after the cluster joins it starts: the phase of its loops.",
          api::AtLeast{0});
  v.field("collectPhase", a.collect_phase,
          "Clusternet: how long after its first heartbeat is due it collects its first status.",
          api::AtLeast{0}, api::DefaultText{"as for every agent"});
  v.field("firstReportImmediate", a.first_report_immediate,
          "Clusternet: a status is there when the first heartbeat is due.",
          api::DefaultText{"as for every agent"});
}

struct ClusterSpec {
  std::string name;
  api::Labels labels;
  std::string provider;
  std::string region;
  std::vector<std::string> zones;
  SyncMode sync_mode = SyncMode::push;
  std::vector<api::Taint> taints;
  api::Duration join_at{};  ///< After the start; fixes the phase of its status loop.
  std::vector<NodeSpec> nodes;
  std::vector<api::ResourceModel> resource_models;
  std::optional<std::vector<api::ApiEnablement>> api_enablements;  ///< Absent = every kind used.
  AgentSpec agent;
  std::optional<api::Duration> probe_latency;
  std::vector<api::ResourceQuota> resource_quotas;
  std::string site;                       ///< Of the network; "" = the one of its own name.
  std::vector<ConditionSpec> conditions;  ///< Beside those that the control plane sets.
  EstimatorSpec estimator;
  std::optional<BackgroundSpec> background;
  PodPlacement pod_placement = PodPlacement::first_fit;
  // Clusternet.
  std::string space;               ///< Of its ManagedCluster; never empty in a valid scenario.
  std::string cluster_id;          ///< A UUID; never empty in a valid scenario.
  bool skip_cluster_init = false;  ///< Annotation of its ManagedCluster.

  friend bool operator==(const ClusterSpec&, const ClusterSpec&) = default;
};

/// Where in the network it is.
[[nodiscard]] inline const std::string& site_of(const ClusterSpec& cluster) {
  return cluster.site.empty() ? cluster.name : cluster.site;
}

/// All of a cluster but its name: what a template says.
template <class V>
void describe_cluster(V& v, ClusterSpec& c) {
  v.field("labels", c.labels, "Labels of the Cluster object.");
  v.field("provider", c.provider, "Cloud provider.");
  v.field("region", c.region, "Region.");
  v.field("zones", c.zones, "Zones.");
  v.field("syncMode", c.sync_mode, "Who reaches out to whom.");
  v.field("taints", c.taints, "Taints from the start.");
  v.field("joinAt", c.join_at, "When it joins; fixes the phase of its status loop.",
          api::AtLeast{0});
  v.field("nodes", c.nodes, "Its nodes.");
  v.field("resourceModels", c.resource_models,
          "Grades that nodes are counted into, for CustomizedClusterResourceModeling.");
  v.field("apiEnablements", c.api_enablements, "Kinds that its API server offers.",
          api::DefaultText{"every kind of the scenario"});
  v.field("agent", c.agent, "Its agent, if it is a Pull cluster.");
  v.field("probeLatency", c.probe_latency, "How long its health endpoint takes to answer.",
          api::AtLeast{0}, api::DefaultText{"the latency preset's"});
  v.field("resourceQuotas", c.resource_quotas,
          "ResourceQuotas in it; accurate estimators heed them with the gate "
          "ResourceQuotaEstimate.");
  v.field("site", c.site, "Its site in the network.", api::DefaultText{"the site of its name"});
  v.field("conditions", c.conditions,
          "Conditions that it has beside those that the control plane sets; taint policies may "
          "look at them.");
  v.field("estimator", c.estimator, "Its scheduler-estimator.");
  v.field("background", c.background, "Load in it that is not ours.");
  v.field("podPlacement", c.pod_placement, "Which of its nodes takes a pod.");
  v.field("namespace", c.space, "Clusternet: dedicated namespace of its ManagedCluster.",
          api::DefaultText{"clusternet-NAME"});
  v.field("clusterId", c.cluster_id, "Clusternet: identity of the cluster, a UUID.",
          api::DefaultText{"derived from seed and name"});
  v.field("skipClusterInit", c.skip_cluster_init,
          "Clusternet: it needs no initialization, even with the gate ClusterInit.");
}

template <class V>
void describe(V& v, ClusterSpec& c) {
  v.begin("ScenarioCluster", "A member cluster.");
  v.required("name", c.name, "Its name, unique in the scenario.", api::DnsLabel{});
  describe_cluster(v, c);
}

}  // namespace firedrill::models
