#pragma once

/// What Karmada promises, checked at every event: observers of the object store and of what
/// components say through the Recorder port. No policy knows of them. Each check costs by what
/// changed, not by the number of objects, so that they are always on; docs/reference/invariants.md
/// lists what they hold a run to.

#include <memory>
#include <string_view>
#include <vector>

#include "models/world/invariants/violations.h"
#include "models/world/karmada/invariants/binding_checks.h"
#include "models/world/karmada/invariants/eviction_checks.h"
#include "models/world/karmada/invariants/scheduling_checks.h"
#include "models/world/karmada/invariants/work_checks.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/karmada/ports.h"

namespace firedrill::models::karmada {

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
  /// led to it. All but the clock, the
  /// controller manager's own, and the options must outlive it. Not `enabled`: watches nothing.
  Invariants(ApiServer& server,
             const CivilClock& clock,
             sim::Engine& engine,
             Violations& violations,
             const InvariantOptions& options,
             bool enabled = true);
  ~Invariants();
  Invariants(const Invariants&) = delete;
  Invariants& operator=(const Invariants&) = delete;

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
  ClusterHistory clusters_;
  BindingChecks bindings_;
  WorkChecks works_;
  EvictionChecks evictions_;
  SchedulingChecks scheduling_;
};

}  // namespace firedrill::models::karmada
