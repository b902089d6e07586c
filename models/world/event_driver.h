#pragma once

/// Makes the scenario happen: clusters join, workloads are created, faults begin and end, users
/// act, each at its time or when the timeline says what it waits for.

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <variant>

#include "models/spec/event_spec.h"
#include "models/world/faults/fault_driver.h"
#include "models/world/faults/fault_source.h"
#include "models/world/user_actions.h"
#include "models/world/world.h"

namespace firedrill::models {

class EventDriver {
 public:
  /// Puts everything of the world's spec on its engine.
  explicit EventDriver(World& world);

 private:
  /// Of an entry that happens several times, which; and what of the timeline led to it.
  struct Occurrence {
    std::uint64_t number = 0;  ///< From 1; 0 = it happens once.
    std::uint64_t cause = 0;
  };
  using Begun = std::variant<FaultNumber, std::unique_ptr<FaultSource>>;
  struct Running {
    const ScenarioEvent* event;
    Begun begun;
  };

  void put_on_initial_objects();
  void put_on(const ScenarioEvent& event);
  void arm(const ScenarioEvent& event);
  void happen(const ScenarioEvent& event, const Occurrence& occurrence);

  void begin(const ScenarioEvent& event, const Occurrence& occurrence);
  [[nodiscard]] Begun start(const ScenarioEvent& event, const Occurrence& occurrence);
  /// Ends what began; nothing if it has ended before.
  void finish(std::uint64_t number);
  void count_random_fault();
  void act(const ScenarioEvent& event, const EndEvent& end);

  World& world_;
  FaultDriver faults_;
  UserActions users_;
  std::map<std::uint64_t, Running> running_;
  std::uint64_t next_ = 1;
  std::unordered_map<const ScenarioEvent*, std::uint64_t> matches_;  ///< For look-up only.
  std::uint64_t random_faults_ = 0;
};

}  // namespace firedrill::models
