#pragma once

/// What people and machines do to clusters, workloads, objects and processes in a scenario: all
/// that happens once and has no end of its own.

#include <string>
#include <string_view>
#include <unordered_map>

#include "models/spec/event_spec.h"
#include "models/world/faults/fault_driver.h"
#include "models/world/world.h"

namespace firedrill::models {

class UserActions {
 public:
  UserActions(World& world, FaultDriver& faults);

  /// Records the event; what follows has it as its cause.
  void record(const ScenarioEvent& event, std::string_view type, std::string target, bool applied);

  void act(const ScenarioEvent& event, const ComponentEvent& component);
  void act(const ScenarioEvent& event, const TaintEvent& taint);
  void act(const ScenarioEvent& event, const UntaintEvent& untaint);
  void act(const ScenarioEvent& event, const LabelEvent& label);
  void act(const ScenarioEvent& event, const ConditionEvent& condition);
  void act(const ScenarioEvent& event, const NodesEvent& nodes);
  void act(const ScenarioEvent& event, const ClusterSpec& join);
  void act(const ScenarioEvent& event, const UnjoinEvent& unjoin);
  void act(const ScenarioEvent& event, const ScaleEvent& scale);
  void act(const ScenarioEvent& event, const RolloutEvent& rollout);
  void act(const ScenarioEvent& event, const ReadyCapEvent& cap);
  void act(const ScenarioEvent& event, const StatusEvent& status);
  void act(const ScenarioEvent& event, const ApplyEvent& apply);
  void act(const ScenarioEvent& event, const PatchEvent& patch);
  void act(const ScenarioEvent& event, const DeleteEvent& deletion);

 private:
  /// The event stands in the timeline, then what there is to do is done.
  void carry_out(const ScenarioEvent& event,
                 std::string_view type,
                 std::string target,
                 const Edit& edit);
  [[nodiscard]] UserAccess& users();
  [[nodiscard]] const WorkloadInstance& workload(std::string_view name) const;

  World& world_;
  FaultDriver& faults_;
  std::unordered_map<std::string, const WorkloadInstance*> workloads_;  ///< For look-up only.
};

}  // namespace firedrill::models
