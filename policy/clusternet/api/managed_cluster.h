#pragma once

/// ManagedCluster: a member cluster as Clusternet's hub knows it, in the shape of clusternet
/// pkg/apis/clusters/v1beta1. Texts that users may fill with anything stay texts.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"

namespace firedrill::policy::clusternet {

inline constexpr std::string_view taint_unschedulable = "clusters.clusternet.io/unschedulable";
inline constexpr std::string_view taint_initialization = "clusters.clusternet.io/initialization";
/// Labels that registration sets: the member's name and its identity.
inline constexpr std::string_view label_cluster_name = "clusters.clusternet.io/cluster-name";
inline constexpr std::string_view label_cluster_id = "clusters.clusternet.io/cluster-id";
inline constexpr std::string_view annotation_skip_init = "clusters.clusternet.io/skip-cluster-init";
inline constexpr std::string_view condition_cluster_init = "ClusterInit";
inline constexpr std::string_view reason_cluster_ready = "ManagedClusterReady";
inline constexpr std::string_view reason_cluster_not_ready = "ManagedClusterNotReady";
inline constexpr std::string_view reason_status_unknown = "ClusterStatusUnknown";
inline constexpr std::string_view reason_status_never_updated = "ClusterStatusNeverUpdated";
inline constexpr std::string_view reason_init_disabled = "ClusterInitDisabled";
inline constexpr std::string_view reason_init_done = "ClusterInitDone";
inline constexpr std::string_view reason_init_waiting = "ClusterInitWaiting";

struct ManagedClusterSpec {
  std::string cluster_id;
  std::string sync_mode;
  std::string cluster_init_base_name;
  std::vector<api::Taint> taints;

  friend bool operator==(const ManagedClusterSpec&, const ManagedClusterSpec&) = default;
};

template <class V>
void describe(V& v, ManagedClusterSpec& s) {
  v.begin("ManagedClusterSpec", "What is wanted of a Clusternet member.");
  v.field("clusterId", s.cluster_id, "Identity of the cluster, a UUID.");
  v.field("syncMode", s.sync_mode, "Push, Pull or Dual: who applies what is to run.");
  v.field("clusterInitBaseName", s.cluster_init_base_name,
          "Base whose deployment initializes the cluster (gate ClusterInit).");
  v.field("taints", s.taints, "Taints.");
}

struct ManagedClusterStatus {
  std::vector<api::Condition> conditions;
  std::optional<api::StoredTime> last_observed_time;
  std::optional<std::int64_t> heartbeat_frequency_seconds;
  bool livez = false;
  bool readyz = false;
  bool healthz = false;
  api::ResourceList capacity;
  api::ResourceList allocatable;
  bool predictor_enabled = false;
  bool predictor_direct_access = false;
  std::string predictor_address;
  bool use_socket = false;
  std::optional<bool> app_pusher;  ///< Absent until the agent reports.

  friend bool operator==(const ManagedClusterStatus&, const ManagedClusterStatus&) = default;
};

template <class V>
void describe(V& v, ManagedClusterStatus& s) {
  v.begin("ManagedClusterStatus", "What the agent and the hub observed of a Clusternet member.");
  v.field("conditions", s.conditions, "Ready and ClusterInit.");
  v.field("lastObservedTime", s.last_observed_time,
          "When the agent collected the status, by its own clock (whole seconds).");
  v.field("heartbeatFrequencySeconds", s.heartbeat_frequency_seconds,
          "The agent's report period in whole seconds; absent until it reports.");
  v.field("livez", s.livez, "The member's API server is live.");
  v.field("readyz", s.readyz, "The member's API server is ready.");
  v.field("healthz", s.healthz, "The member's API server is healthy.");
  v.field("capacity", s.capacity, "Sum over the nodes.");
  v.field("allocatable", s.allocatable, "Sum over the nodes.");
  v.field("predictorEnabled", s.predictor_enabled, "The member offers a predictor.");
  v.field("predictorDirectAccess", s.predictor_direct_access,
          "The hub reaches the predictor without the agent's websocket.");
  v.field("predictorAddress", s.predictor_address, "Where the predictor listens.");
  v.field("useSocket", s.use_socket, "The agent keeps a websocket open.");
  v.field("appPusher", s.app_pusher, "The hub may apply objects in the member.");
}

/// A member cluster as Clusternet's hub knows it.
struct ManagedCluster {
  api::ObjectMeta metadata;
  ManagedClusterSpec spec;
  ManagedClusterStatus status;

  friend bool operator==(const ManagedCluster&, const ManagedCluster&) = default;
};

template <class V>
void describe(V& v, ManagedCluster& c) {
  v.begin("ManagedCluster", "A member cluster as Clusternet's hub knows it.");
  v.field("metadata", c.metadata, "Object metadata.");
  v.field("spec", c.spec, "What is wanted of it.");
  v.field("status", c.status, "What was observed of it.");
}

inline constexpr std::string_view sync_mode_push = "Push";
inline constexpr std::string_view sync_mode_pull = "Pull";
inline constexpr std::string_view sync_mode_dual = "Dual";

/// "namespace/name": how bindings name a cluster. Ordered bytewise as one text, which is not the
/// order of keys: "-" comes before "/".
[[nodiscard]] std::string identity(const api::ObjectMeta& metadata);

/// Namespace that holds a member's ManagedCluster and everything deployed there. The reference adds
/// a random text instead of the name.
[[nodiscard]] std::string dedicated_space(std::string_view cluster);

/// The first condition of type Ready has status True.
[[nodiscard]] bool is_ready(const ManagedCluster& cluster);

/// Whether what is deployed there is given up without waiting for the cluster
/// (spec/clusternet.md 1.1, 8.3): it is gone (null) or not ready. A cluster without any condition
/// counts as not lost.
[[nodiscard]] bool is_lost(const ManagedCluster* cluster);

/// Clusters by identity: the order in which the scheduler lists them. The reference's own order is
/// random.
using Clusters = std::map<std::string, std::shared_ptr<const ManagedCluster>, std::less<>>;

}  // namespace firedrill::policy::clusternet
