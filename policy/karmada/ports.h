#pragma once

/// Karmada's side of the waist: the objects of its API server, its scheduler-estimators, and what
/// its components tell of themselves.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/placement.h"
#include "policy/api/time.h"
#include "policy/api/work.h"
#include "policy/runtime/decision.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

/// The API server's objects, as far as one component sees them.
struct Objects {
  Store<api::Cluster>& clusters;
  Store<api::ResourceBinding>& bindings;
  Store<api::Work>& works;
  Store<api::Lease>& leases;
  Store<api::ClusterTaintPolicy>& taint_policies;
  Store<api::ResourceTemplate>& templates;  ///< Under the key of their binding.
  Store<api::WorkloadRebalancer>& rebalancers;
  Store<api::ExecutionSpace>& execution_spaces;
};

/// What a scheduler has just assigned to a cluster and cannot be seen there yet: pods of one
/// workload, by component (one without a name where there are no components).
struct AssumedWorkload {
  std::string space;
  std::vector<api::Component> components;
};

/// What estimators are asked for: replicas more, or complete sets of components if there are any.
struct EstimateQuestion {
  api::Shared<api::ReplicaRequirements> requirements{};
  std::string space{};  ///< Of the workload.
  std::vector<api::Component> components{};
  std::map<std::string, std::vector<AssumedWorkload>> assumed{};  ///< By cluster.
  bool quotas = false;  ///< Whether quotas of the members count.
};

/// The scheduler-estimators, one beside each member, which look at its nodes and pods as they are.
/// A question goes to all clusters side by side; whoever gets no answer within `timeout` has
/// failed.
class Estimators {
 public:
  /// One a cluster, in the order asked; absent: the call failed.
  using Answers = std::vector<std::optional<api::Replicas>>;

  virtual ~Estimators() = default;

  /// Replicas more, or complete sets, that the nodes could take.
  virtual Await<Answers> available(std::vector<std::string> clusters,
                                   EstimateQuestion question,
                                   Duration timeout) = 0;
  /// Replicas of the workload that have had no node for longer than `threshold`.
  virtual Await<Answers> unschedulable(std::vector<std::string> clusters,
                                       api::ResourceReference workload,
                                       Duration threshold,
                                       Duration timeout) = 0;
};

/// One eviction queue entry, for the timeline.
struct EvictionQueued {
  Key binding;
  std::string cluster;
  std::string queue;
  std::optional<Timestamp> ready_at{};  ///< Tolerated until then.
  std::int64_t depth = 0;               ///< Keys in the queue, this one included.
};

struct EvictionDequeued {
  Key binding;
  std::string cluster;
  std::string queue;
  std::int64_t worker = 0;
  Duration waited{};    ///< From when the key could have been taken.
  std::string outcome;  ///< Evicted, NotNeeded, Tolerated, Failed.
  std::optional<Timestamp> retry_at{};
  Timestamp taken_at{};  ///< When the worker took the key.
};

/// What no API object shows. Costs nothing when nobody listens.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void eviction_queued(const EvictionQueued& entry) = 0;
  virtual void eviction_dequeued(const EvictionDequeued& entry) = 0;
  /// Why the next removal of a task of this binding and cluster happens: Healthy, Timeout,
  /// Released, Gone.
  virtual void task_ends(const Key& binding, std::string_view cluster, std::string_view reason) = 0;
  [[nodiscard]] virtual bool wants_decisions() const = 0;
  /// Whether decisions are to list every cluster; else the chosen and the best of the others do.
  [[nodiscard]] virtual bool wants_every_cluster() const { return false; }
  /// The scheduler's reasons for the binding's next assignment or failure.
  virtual void decided(const Key& binding, std::shared_ptr<const Decision> decision) = 0;
  virtual void lease_expired(std::string_view cluster, Timestamp last_renewed) = 0;
  /// A pass of the binding controller brought all Works into line with that generation of the
  /// binding; upstream's Event SyncWorkSucceed.
  virtual void works_synced(const Key& /*binding*/, std::int64_t /*generation*/) {}
};

/// All of it, for one component of Karmada.
struct Ports : policy::Ports {
  Objects& objects;
  Estimators& estimators;
  Recorder& recorder;
};

}  // namespace firedrill::policy::karmada
