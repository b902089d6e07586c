#pragma once

/// What Clusternet promises, checked at every event: observers of its objects and of what its
/// scheduler says through the Recorder port. No policy knows of them, and nothing here calls policy
/// code. Each check costs by what changed, so that they are always on;
/// docs/reference/invariants.md lists what they hold a run to.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "models/world/clusternet/api_server.h"
#include "models/world/invariants/object_history.h"
#include "models/world/invariants/violations.h"
#include "policy/clusternet/ports.h"
#include "sim/engine.h"

namespace firedrill::models::clusternet {

/// What the checks know of the settings.
struct InvariantOptions {
  api::Duration controller_manager_clock_skew{};
};

class Invariants final : private TableWatcher<policy::clusternet::ManagedCluster>,
                         private TableWatcher<policy::clusternet::Subscription>,
                         private TableWatcher<policy::clusternet::Description> {
 public:
  /// To be made after whoever records what changes in the store, so that a violation follows what
  /// led to it. All but the options must outlive it. Not `enabled`: checks nothing.
  Invariants(ApiServer& server,
             sim::Engine& engine,
             Violations& violations,
             const InvariantOptions& options,
             bool enabled = true);
  ~Invariants();
  Invariants(const Invariants&) = delete;
  Invariants& operator=(const Invariants&) = delete;

  // What components say.

  /// A component begins to work, without memory.
  void started(std::string_view component);
  /// A subscription entered the scheduler's queue.
  void queued(const policy::clusternet::SubscriptionQueued& entry);
  /// The scheduler took it out for a pass.
  void taken(const api::Key& subscription);

 private:
  using ManagedCluster = policy::clusternet::ManagedCluster;
  using Subscription = policy::clusternet::Subscription;
  using Description = policy::clusternet::Description;

  /// Order of the queue: the higher priority first, then who came first.
  struct Turn {
    std::int64_t minus_priority = 0;
    sim::Time since{};
    api::Key subscription;

    friend auto operator<=>(const Turn&, const Turn&) = default;
    /// Whether it must be taken before the other. Among equals either may be first.
    [[nodiscard]] bool before(const Turn& other) const {
      return std::tuple(minus_priority, since) < std::tuple(other.minus_priority, other.since);
    }
  };

  void changed(const Change<ManagedCluster>& change) override;
  void changed(const Change<Subscription>& change) override;
  void changed(const Change<Description>& change) override;

  void check_silence(const ManagedCluster& before, const ManagedCluster& after);
  void check_targets(const Subscription& before, const Subscription& after);
  void check_sum(const Subscription& after);
  void leave_queue(const api::Key& subscription);

  ApiServer& server_;
  sim::Engine& engine_;
  Violations& violations_;
  InvariantOptions options_;
  bool enabled_;
  ObjectHistory<ManagedCluster> clusters_;     ///< By identity.
  ObjectHistory<Subscription> subscriptions_;  ///< By namespace and name.
  std::set<Turn> active_;                      ///< Those that wait for no backoff.
  std::map<api::Key, Turn> turns_;
};

}  // namespace firedrill::models::clusternet
