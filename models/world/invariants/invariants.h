#pragma once

/// The invariants of a run, checked at every event: observers of the object store, of what
/// components say through the Recorder port, of the members and of the timeline. No policy knows of
/// them. Each check costs by what changed, not by the number of objects, so that they are always
/// on; docs/reference/invariants.md lists what they hold a run to.

#include <memory>
#include <string_view>
#include <vector>

#include "models/store/api_server.h"
#include "models/world/invariants/binding_checks.h"
#include "models/world/invariants/cluster_history.h"
#include "models/world/invariants/eviction_checks.h"
#include "models/world/invariants/scheduling_checks.h"
#include "models/world/invariants/violations.h"
#include "models/world/invariants/work_checks.h"
#include "policy/karmada/ports.h"

namespace firedrill::models {

/// What the checks know of the settings.
struct InvariantOptions {
  BindingCheckOptions bindings;
  EvictionLimits evictions;
  bool inject_state = false;  ///< Gate StatefulFailoverInjection.
};

class Invariants final : private TableWatcher<api::Cluster>,
                         private TableWatcher<api::ResourceBinding>,
                         private TableWatcher<api::Work> {
 public:
  /// To be made after whoever records what changes in the store, so that a violation follows what
  /// led to it. All but the options must outlive it. Not `enabled`: watches nothing.
  Invariants(ApiServer& server,
             const CivilClock& clock,
             sim::Engine& engine,
             timeline::Recorder& recorder,
             const InvariantOptions& options,
             bool enabled = true);
  ~Invariants();
  Invariants(const Invariants&) = delete;
  Invariants& operator=(const Invariants&) = delete;

  [[nodiscard]] bool enabled() const { return enabled_; }
  [[nodiscard]] Violations& violations() { return violations_; }
  [[nodiscard]] const Violations& violations() const { return violations_; }

  // What components say.

  void started(std::string_view component);
  void dequeued(const policy::karmada::EvictionDequeued& entry);
  void task_ends(const api::Key& binding, std::string_view cluster, std::string_view reason);
  /// `binding` as the scheduler read it; null: it was gone.
  void decided(const std::shared_ptr<const api::ResourceBinding>& binding,
               std::shared_ptr<const policy::Decision> decision);
  void works_synced(const api::Key& binding, std::int64_t generation);

 private:
  void changed(const Change<api::Cluster>& change) override;
  void changed(const Change<api::ResourceBinding>& change) override;
  void changed(const Change<api::Work>& change) override;

  ApiServer& server_;
  sim::Engine& engine_;
  bool enabled_;
  Violations violations_;
  ClusterHistory clusters_;
  BindingChecks bindings_;
  WorkChecks works_;
  EvictionChecks evictions_;
  SchedulingChecks scheduling_;
};

}  // namespace firedrill::models
