#pragma once

/// A running process of the control plane, or an agent: its caches, its clock, its links, and the
/// component in it. Destroying it is a crash.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "models/process/client_limits.h"
#include "models/process/delays.h"
#include "models/process/estimator_access.h"
#include "models/process/latency.h"
#include "models/process/member_access.h"
#include "models/process/member_ways.h"
#include "models/process/process_store.h"
#include "models/store/api_server.h"
#include "models/world/invariants/invariants.h"
#include "models/world/store_observer.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/component.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// What all processes of a world share. All of it outlives them.
struct ProcessSurroundings {
  sim::Engine& engine;
  const CivilClock& clock;
  ApiServer& server;
  timeline::Recorder& recorder;
  StoreObserver& observer;
  Invariants& invariants;
  WorldMembers& members;
  const Latency& latency;
  const sim::Streams& streams;
};

struct ProcessOptions {
  std::string name;                ///< "controller-manager", "scheduler", "agent".
  std::string home;                ///< Member cluster of an agent.
  api::Duration clock_skew{};      ///< How far ahead its machine's clock is.
  NetworkPath path{};              ///< Of an agent's messages to the control plane.
  ClientLimits limits{};           ///< Of its clients.
  std::int64_t* writes = nullptr;  ///< Counts that outlive the process.
  std::int64_t* conflicts = nullptr;
};

class Process final : private policy::Clock,
                      private policy::Timers,
                      private policy::Tracing,
                      private policy::Entropy,
                      private policy::karmada::Recorder,
                      private policy::Registration::Owner {
 public:
  using Start = std::function<std::unique_ptr<policy::Component>(policy::karmada::Ports&)>;

  Process(const ProcessSurroundings& surroundings,
          const ProcessOptions& options,
          const Start& start);
  ~Process() override = default;

  [[nodiscard]] MemberAccess& members() { return members_; }
  /// Cuts or restores the link to the control plane, or leads it another way.
  void set_link(bool connected, const NetworkPath& path);

 private:
  template <class Object>
  using Stored = ProcessStore<Object>;
  using WriteKind = sim::Distribution Latency::*;

  [[nodiscard]] Delays delays(const sim::Distribution& distribution, std::string purpose) const;
  [[nodiscard]] Delays write_delays(WriteKind kind, std::string purpose) const;
  /// Latencies of requests about objects of one kind. `list`: what fills the cache.
  template <class Object>
  [[nodiscard]] typename Stored<Object>::RequestLatency requests(std::string_view list,
                                                                 WriteKind spec,
                                                                 WriteKind status);

  // Clock
  [[nodiscard]] api::Timestamp now() const override { return clock_.now(); }
  [[nodiscard]] api::Timestamp late_now() const override;
  // Timers
  [[nodiscard]] policy::Registration after(api::Duration delay,
                                           std::function<void()> callback) override;
  [[nodiscard]] api::Duration work_time(std::string_view controller, const api::Key& key) override;
  void release(std::uint64_t id) override;
  // Tracing
  [[nodiscard]] Baggage current() const override { return around_.engine.current_cause(); }
  void restore(Baggage baggage) override { around_.engine.set_current_cause(baggage); }
  // Entropy
  double uniform() override { return around_.latency.jitter ? random_.uniform() : 0; }
  // Recorder
  void eviction_queued(const policy::karmada::EvictionQueued& entry) override;
  void eviction_dequeued(const policy::karmada::EvictionDequeued& entry) override;
  void task_ends(const api::Key& binding,
                 std::string_view cluster,
                 std::string_view reason) override;
  [[nodiscard]] bool wants_decisions() const override { return around_.recorder.heard(); }
  void decided(const api::Key& binding, std::shared_ptr<const policy::Decision> decision) override;
  void lease_expired(std::string_view cluster, api::Timestamp last_renewed) override;
  void works_synced(const api::Key& binding, std::int64_t generation) override;

  [[nodiscard]] std::string workload(const api::Key& binding) const;

  ProcessSurroundings around_;
  CivilClock clock_;
  bool in_control_plane_;
  std::string identity_;  ///< Name and home: whose random streams.
  sim::Random random_;
  Delays lateness_;
  std::map<std::string, Delays, std::less<>> work_;  ///< By controller, as they first compute.
  Delays list_;
  ProcessLink link_;
  Stored<api::Cluster> clusters_;
  Stored<api::ResourceBinding> bindings_;
  Stored<api::Work> works_;
  Stored<api::Lease> leases_;
  Stored<api::ClusterTaintPolicy> taint_policies_;
  Stored<api::ResourceTemplate> templates_;
  Stored<api::WorkloadRebalancer> rebalancers_;
  Stored<api::ExecutionSpace> execution_spaces_;
  MemberWays member_ways_;
  MemberAccess members_;
  EstimatorAccess estimators_;
  policy::karmada::Objects objects_;
  policy::karmada::Ports ports_;
  std::unique_ptr<policy::Component> component_;
};

}  // namespace firedrill::models
