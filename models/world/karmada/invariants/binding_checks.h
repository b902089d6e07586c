#pragma once

/// Holds every write of a binding against what its writer could know: who is evicted and why, how
/// tasks end, who is assigned how much. Nothing here calls policy code: what is checked must not be
/// its own judge.

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "models/world/invariants/object_history.h"
#include "models/world/invariants/violations.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/api/binding.h"

namespace firedrill::models::karmada {

using ClusterHistory = ObjectHistory<api::Cluster>;

struct BindingCheckOptions {
  sim::Duration graceful_eviction_timeout{};  ///< The flag of that name.
  // Of the scheduler's plugins: which of these are on.
  bool taint_toleration = true;
  bool cluster_eviction = true;
  /// Whether health ends a task only when the scheduler has observed the generation.
  bool health_needs_scheduler = true;
};

class BindingChecks {
 public:
  BindingChecks(const ApiServer& server,
                const CivilClock& clock,
                const ClusterHistory& clusters,
                const BindingCheckOptions& options,
                Violations& violations);

  /// Why the graceful eviction controller is about to drop a task.
  void announce_task_end(const api::Key& binding,
                         std::string_view cluster,
                         std::string_view reason);
  /// A write of a binding. O(what changed).
  void changed(const Change<api::ResourceBinding>& change);

 private:
  using Binding = api::ResourceBinding;
  struct Write {
    const Binding& before;
    const Binding& after;
    const Binding& known;  ///< What its writer had read.
    Span decided;          ///< What its writer's caches can have shown.
  };

  void check_counts(const Binding& binding);
  void check_targets(const Write& write);
  void check_new_target(const Write& write, const api::TargetCluster& target);
  void check_sum(const Write& write);
  void check_tasks(const Write& write);
  void check_new_task(const Write& write, const api::GracefulEvictionTask& task);
  void check_ended_task(const Write& write, const api::GracefulEvictionTask& task);
  /// Why that end of the task is wrong, going by the binding at that time; empty if it isn't.
  [[nodiscard]] std::string problem_of_end(const Binding& binding,
                                           std::string_view cluster,
                                           std::string_view reason,
                                           sim::Time time) const;
  void report(timeline::Invariant invariant,
              const Binding& binding,
              std::string_view cluster,
              std::string message);

  const ApiServer& server_;
  CivilClock clock_;  ///< The controller manager's.
  const ClusterHistory& clusters_;
  BindingCheckOptions options_;
  Violations& violations_;
  std::map<std::pair<api::Key, std::string>, std::string> announced_;
};

}  // namespace firedrill::models::karmada
