#pragma once

/// Timeline events that only Clusternet's control plane has. Fields stand in the order in which
/// they are written.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/timeline/values.h"
#include "policy/api/describe.h"

namespace firedrill::timeline {

/// Replicas by cluster and feed.
using FeedsByCluster = std::map<std::string, ReplicasByCluster, std::less<>>;

/// A cluster's heartbeat is overdue.
struct HeartbeatLost {
  static constexpr std::string_view kind = "HeartbeatLost";

  std::string cluster;
  Instant last_observed;

  friend bool operator==(const HeartbeatLost&, const HeartbeatLost&) = default;
};

template <class V>
void describe(V& v, HeartbeatLost& e) {
  v.begin(HeartbeatLost::kind, "A cluster's heartbeat is overdue.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("lastObserved", e.last_observed, "When it was last seen.");
}

/// A cluster's heartbeat is back.
struct HeartbeatSeen {
  static constexpr std::string_view kind = "HeartbeatSeen";

  std::string cluster;
  Instant last_observed;

  friend bool operator==(const HeartbeatSeen&, const HeartbeatSeen&) = default;
};

template <class V>
void describe(V& v, HeartbeatSeen& e) {
  v.begin(HeartbeatSeen::kind, "A cluster's heartbeat is back.");
  v.required("cluster", e.cluster, "Cluster.");
  v.required("lastObserved", e.last_observed, "When it was seen.");
}

/// A subscription waits for the scheduler.
struct SubscriptionQueued {
  static constexpr std::string_view kind = "SubscriptionQueued";

  std::string workload;
  std::string reason;
  std::int64_t attempts = 0;
  std::optional<Span> backoff = {};

  friend bool operator==(const SubscriptionQueued&, const SubscriptionQueued&) = default;
};

template <class V>
void describe(V& v, SubscriptionQueued& e) {
  v.begin(SubscriptionQueued::kind, "A subscription waits for the scheduler.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("reason", e.reason, "Why.");
  v.required("attempts", e.attempts, "Attempts so far.");
  v.field("backoff", e.backoff, "How long it waits.");
}

/// The target clusters of a subscription changed.
struct SubscriptionScheduled {
  static constexpr std::string_view kind = "SubscriptionScheduled";

  std::string workload;
  FeedsByCluster clusters;
  std::optional<Decision> decision = {};

  friend bool operator==(const SubscriptionScheduled&, const SubscriptionScheduled&) = default;
};

template <class V>
void describe(V& v, SubscriptionScheduled& e) {
  v.begin(SubscriptionScheduled::kind, "The target clusters of a subscription changed.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("clusters", e.clusters, "Replicas by cluster and feed.");
  v.field("decision", e.decision, "Why.");
}

/// A subscription could not be scheduled.
struct SubscriptionFailed {
  static constexpr std::string_view kind = "SubscriptionFailed";

  std::string workload;
  std::string reason;
  std::string message;

  friend bool operator==(const SubscriptionFailed&, const SubscriptionFailed&) = default;
};

template <class V>
void describe(V& v, SubscriptionFailed& e) {
  v.begin(SubscriptionFailed::kind, "A subscription could not be scheduled.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("reason", e.reason, "Why, as one word.");
  v.required("message", e.message, "Why, in prose.");
}

/// A Description was created: what a Work is to Karmada.
struct DescriptionCreated {
  static constexpr std::string_view kind = "DescriptionCreated";

  std::string workload;
  std::string cluster;

  friend bool operator==(const DescriptionCreated&, const DescriptionCreated&) = default;
};

template <class V>
void describe(V& v, DescriptionCreated& e) {
  v.begin(DescriptionCreated::kind, "A Description was created: what a Work is to Karmada.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
}

/// A Description is gone.
struct DescriptionDeleted {
  static constexpr std::string_view kind = "DescriptionDeleted";

  std::string workload;
  std::string cluster;

  friend bool operator==(const DescriptionDeleted&, const DescriptionDeleted&) = default;
};

template <class V>
void describe(V& v, DescriptionDeleted& e) {
  v.begin(DescriptionDeleted::kind, "A Description is gone.");
  v.required("workload", e.workload, "Kind/namespace/name of the template.");
  v.required("cluster", e.cluster, "Cluster.");
}
}  // namespace firedrill::timeline
