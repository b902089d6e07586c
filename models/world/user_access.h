#pragma once

/// What users do to the objects of a control plane, as its own command line lets them.
///
/// Each action says first whether there is anything to do it to, and does it when told: the
/// timeline tells of the action before anything follows from it.

#include <functional>
#include <string>

#include "models/member/workload_model.h"
#include "models/spec/action_spec.h"
#include "models/spec/workload_spec.h"

namespace firedrill::models {

/// An action that can be done. Empty: it would change nothing.
using Edit = std::function<void()>;

class UserAccess {
 public:
  virtual ~UserAccess() = default;

  // Clusters.

  [[nodiscard]] virtual Edit taint(const TaintEvent& event) = 0;
  [[nodiscard]] virtual Edit untaint(const UntaintEvent& event) = 0;
  [[nodiscard]] virtual Edit label(const LabelEvent& event) = 0;
  [[nodiscard]] virtual Edit condition(const ConditionEvent& event) = 0;
  [[nodiscard]] virtual Edit unjoin(const UnjoinEvent& event) = 0;

  // Workloads of the scenario.

  [[nodiscard]] virtual Edit scale(const WorkloadInstance& workload, api::Replicas replicas) = 0;
  /// Pods of the template's next generation are as `model` says.
  [[nodiscard]] virtual Edit roll_out(const WorkloadInstance& workload,
                                      const WorkloadModel& model) = 0;
  [[nodiscard]] virtual Edit remove(const WorkloadInstance& workload) = 0;

  // Other objects. Those that an edit refers to outlive it.

  [[nodiscard]] virtual Edit apply(const ScenarioObject& object) = 0;
  [[nodiscard]] virtual Edit patch(const ObjectTarget& target, const api::Json& patch) = 0;
  [[nodiscard]] virtual Edit remove(const ObjectTarget& target) = 0;
};

}  // namespace firedrill::models
