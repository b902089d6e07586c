#pragma once

/// The faults under way: begins and ends them, one by one, and tells everything in the world that
/// is concerned. Who decides when (the scenario's schedule, a flap, chance) is elsewhere.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/fault_spec.h"
#include "models/world/world.h"
#include "models/world/world_member.h"

namespace firedrill::models {

/// A fault of the run, in order of beginning.
using FaultNumber = std::uint64_t;

/// How a fault stands in the timeline.
struct FaultLabel {
  std::string name;  ///< Id or pointer, `#n` for the n-th of several.
  std::string type;
};

/// Key of the event that a fault is.
[[nodiscard]] std::string type_of(const Fault& fault);

class FaultDriver {
 public:
  explicit FaultDriver(World& world) : world_(world) {}

  /// A fault begins, led to by the engine's current cause. `clusters`: those that it hits, for
  /// kinds that select clusters.
  FaultNumber begin(const Fault& fault, FaultLabel label, std::vector<std::string> clusters);
  /// It is over; nothing if it is already.
  void end(FaultNumber number);

  /// The last fault that took the process down or cut it off, if one did.
  [[nodiscard]] std::optional<FaultNumber> what_stopped(const ComponentEvent& component) const;
  [[nodiscard]] bool runs(const ComponentEvent& component) const;
  /// The process stops and starts at once. Requires: it runs.
  void restart(const ComponentEvent& component);

  /// Requires: the cluster is or was there.
  [[nodiscard]] const ClusterSpec& spec_of(const std::string& cluster) const {
    return member(cluster).spec;
  }
  /// Clusters that a selector means now, by name. `entity` names who asks, for random picks.
  [[nodiscard]] std::vector<std::string> selected(const ClusterSelector& clusters,
                                                  std::string_view entity) const;
  /// The clusters that the fault selects; none for kinds that select none.
  [[nodiscard]] std::vector<std::string> selected(const Fault& fault,
                                                  std::string_view entity) const;

 private:
  struct Active {
    FaultLabel label;
    Fault fault;
    std::vector<std::string> clusters;
    bool struck = false;  ///< Whether the process that it is about was there.
  };

  void begin(const OutageEvent& outage, FaultNumber number, Active& active);
  void begin(const ClientErrorEvent& error, FaultNumber number, Active& active);
  void begin(const ListerErrorEvent& error, FaultNumber number, Active& active);
  void begin(const EstimatorErrorEvent& error, FaultNumber number, Active& active);
  void begin(const PartitionEvent& partition, FaultNumber number, Active& active);
  void begin(const LinkEvent& link, FaultNumber number, Active& active);
  void begin(const ComponentEvent& component, FaultNumber number, Active& active);
  void end(const OutageEvent& outage, FaultNumber number, const Active& active);
  void end(const ClientErrorEvent& error, FaultNumber number, const Active& active);
  void end(const ListerErrorEvent& error, FaultNumber number, const Active& active);
  void end(const EstimatorErrorEvent& error, FaultNumber number, const Active& active);
  void end(const PartitionEvent& partition, FaultNumber number, const Active& active);
  void end(const LinkEvent& link, FaultNumber number, const Active& active);
  void end(const ComponentEvent& component, FaultNumber number, const Active& active);

  std::uint64_t record_start(const Active& active, std::vector<std::string> links = {});
  std::uint64_t record_end(const Active& active, std::vector<std::string> links = {});
  [[nodiscard]] WorldMember& member(const std::string& cluster) const;
  /// What changed for the clusters of the fault takes effect.
  void touch(const Active& active, std::uint64_t seq);
  /// Clusters have another way, for that reason.
  void reroute(const std::vector<std::string>& clusters, std::uint64_t seq);

  /// A fault of a component begins (1) or ends (-1). False if there is no such component.
  bool strike(const ComponentEvent& component, int times);
  void strike(EstimatorState& estimator, const ComponentEvent& component, int times);
  void stop(ProcessSlot& slot, std::string_view reason);
  void resume(ProcessSlot& slot, std::string_view reason);

  World& world_;
  std::map<FaultNumber, Active> active_;
  FaultNumber next_ = 1;
};

}  // namespace firedrill::models
