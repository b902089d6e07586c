#pragma once

/// Makes the scenario happen: clusters join, workloads are created, faults begin and end, users
/// act.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/spec/event_spec.h"
#include "models/world/world.h"

namespace firedrill::models {

class EventDriver {
 public:
  /// Puts everything of the world's spec on its engine.
  explicit EventDriver(World& world);

 private:
  /// A fault under way.
  struct Fault {
    std::string name;  ///< Id or pointer, `#n` for the n-th of a repeated one.
    const ScenarioEvent* event = nullptr;
    std::vector<std::string> clusters;
    bool struck = false;  ///< Whether the component that it is about was there.
  };

  void put_on_initial_objects();
  void put_on(const ScenarioEvent& event);
  void happen(const ScenarioEvent& event, std::uint64_t occurrence);

  void begin_fault(const ScenarioEvent& event, std::uint64_t occurrence);
  void end_fault(std::uint64_t number);
  void begin(const OutageEvent& outage, std::uint64_t number, Fault& fault);
  void begin(const ClientErrorEvent& error, std::uint64_t number, Fault& fault);
  void begin(const ComponentEvent& component, Fault& fault);
  [[nodiscard]] std::vector<std::string> selected(const ClusterSelector& clusters) const;
  /// A fault of a component begins (1) or ends (-1). False if there is no such component.
  bool strike(const ComponentEvent& component, int times);
  void strike(EstimatorState& estimator, const ComponentEvent& component, int times);
  void stop(ProcessSlot& slot, std::string_view reason);
  void resume(ProcessSlot& slot, std::string_view reason);

  void restart(const ScenarioEvent& event,
               const ComponentEvent& component,
               const std::string& target);

  /// Records the event; what follows has it as its cause.
  void record(const ScenarioEvent& event, std::string_view type, std::string target, bool applied);
  void act(const ScenarioEvent& event, const OutageEvent& outage);
  void act(const ScenarioEvent& event, const ClientErrorEvent& error);
  void act(const ScenarioEvent& event, const TaintEvent& taint);
  void act(const ScenarioEvent& event, const UntaintEvent& untaint);
  void act(const ScenarioEvent& event, const LabelEvent& label);
  void act(const ScenarioEvent& event, const NodesEvent& nodes);
  void act(const ScenarioEvent& event, const ClusterSpec& join);
  void act(const ScenarioEvent& event, const UnjoinEvent& unjoin);
  void act(const ScenarioEvent& event, const ScaleEvent& scale);
  void act(const ScenarioEvent& event, const ReadyCapEvent& cap);
  void act(const ScenarioEvent& event, const StatusEvent& status);
  void act(const ScenarioEvent& event, const ApplyEvent& apply);
  void act(const ScenarioEvent& event, const PatchEvent& patch);
  void act(const ScenarioEvent& event, const DeleteEvent& deletion);
  void act(const ScenarioEvent& event, const ComponentEvent& component);
  void act(const ScenarioEvent& event, const EndEvent& end);

  void apply(const ScenarioEvent& event, const api::ClusterTaintPolicy& policy);
  void apply(const ScenarioEvent& event, const WorkloadRebalancer& rebalancer);
  void apply(const ScenarioEvent& event, const api::FederatedResourceQuota& quota);
  void apply(const ScenarioEvent& event, const api::PropagationPolicy& policy);

  [[nodiscard]] const WorkloadInstance& workload(std::string_view name) const;
  [[nodiscard]] static api::ResourceReference reference(const WorkloadInstance& workload);
  [[nodiscard]] std::shared_ptr<const api::Cluster> cluster(const std::string& name) const;

  World& world_;
  std::unordered_map<std::string, const WorkloadInstance*> workloads_;  ///< For look-up only.
  std::map<std::uint64_t, Fault> faults_;
  std::uint64_t next_fault_ = 1;
};

}  // namespace firedrill::models
