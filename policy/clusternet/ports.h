#pragma once

/// What Clusternet's components ask of their surroundings beside what every system does
/// (policy/runtime/ports.h): the hub's objects, the predictors beside the members, and somebody who
/// listens.
///
/// `policy::Members` addresses a member by the name of its ManagedCluster. An agent holds the lease
/// that lets it report in its member's API server: it renews it by a probe of `lease_path`, which
/// succeeds when the write would.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clusternet/api/deployment.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"
#include "policy/clusternet/predictor/predictor.h"
#include "policy/runtime/decision.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::clusternet {

/// The agent's lease in its member.
inline constexpr std::string_view lease_path =
    "/apis/coordination.k8s.io/v1/namespaces/clusternet-system/leases/clusternet-agent";

/// The hub API server's objects, as far as one component sees them. ManagedClusters, Bases,
/// Localizations and Descriptions live in their cluster's namespace.
struct Objects {
  Store<ManagedCluster>& clusters;
  Store<Subscription>& subscriptions;
  Store<FeedInventory>& inventories;  ///< Under the key of their subscription.
  Store<Base>& bases;
  Store<Localization>& localizations;
  Store<Description>& descriptions;
  Store<api::ResourceTemplate>& templates;  ///< Under `template_key` of the feeds that name them.
};

/// What one member's predictor is asked: the feeds one after the other, those without replicas
/// left out.
struct PredictorQuestion {
  std::string cluster;  ///< Name of the ManagedCluster.
  bool direct = false;  ///< At its address; otherwise through the agent's websocket.
  std::vector<std::optional<FeedRequirements>> feeds;
};

/// The predictors, one beside each member. All members are asked side by side; each question about
/// one feed is a request of its own, which fails after `timeout`, and a member's first failure is
/// its answer.
class Predictors {
 public:
  using Answers = std::vector<Prediction>;  ///< In the order asked.

  virtual ~Predictors() = default;
  virtual Await<Answers> ask(std::vector<PredictorQuestion> questions, Duration timeout) = 0;
};

/// A subscription that entered the scheduler's queue, for the timeline.
struct SubscriptionQueued {
  api::Key subscription;
  std::string_view reason;
  std::int64_t attempts = 0;          ///< Passes that failed since it was put in anew.
  std::optional<Duration> backoff{};  ///< How long it waits first, after a failure.
  std::int64_t priority = 0;          ///< By which it waits in the queue.
};

/// What no object shows. Costs nothing when nobody listens.
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// The hub finds a cluster silent; `last_observed` is what its agent last reported, or when the
  /// cluster was created.
  virtual void heartbeat_lost(std::string_view cluster, Timestamp last_observed) = 0;
  /// The first report of a cluster that had been silent.
  virtual void heartbeat_seen(std::string_view cluster, Timestamp observed) = 0;
  virtual void subscription_queued(const SubscriptionQueued& entry) = 0;
  /// The scheduler takes it out of the queue for a pass.
  virtual void subscription_taken(const api::Key& /*subscription*/) {}
  [[nodiscard]] virtual bool wants_decisions() const = 0;
  /// The scheduler's reasons for the subscription's next binding or failure.
  virtual void decided(const api::Key& subscription, std::shared_ptr<const Decision> decision) = 0;
  /// A pass failed; upstream's Event FailedScheduling. `reason` is one word.
  virtual void scheduling_failed(const api::Key& subscription,
                                 std::string_view reason,
                                 std::string_view message) = 0;
};

/// All of it, for one component of Clusternet.
struct Ports : policy::Ports {
  Objects& objects;
  Predictors& predictors;
  Recorder& recorder;
};

}  // namespace firedrill::policy::clusternet
