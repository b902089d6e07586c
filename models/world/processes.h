#pragma once

/// The processes of a world: where each runs, whether it does, whether it leads, how its link to
/// the control plane is. What is in them is their control plane's affair.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/timeline/header.h"
#include "models/process/leader_election.h"
#include "models/process/process.h"
#include "models/world/world_member.h"

namespace firedrill::models {

/// What a control plane wants to run.
struct ProcessPlan {
  using Make = std::function<std::unique_ptr<Process>(const ProcessSurroundings& surroundings,
                                                      const ProcessOptions& options)>;
  std::string name;
  std::string home;  ///< Member cluster of an agent; "" for components of the control plane.
  ElectionTerms election;
  ClientLimits limits;
  api::Duration clock_skew{};  ///< How far ahead its machine's clock is.
  Make make;                   ///< Called whenever it begins to work.
};

/// A process that the world keeps: its instance comes and goes, its counts stay.
struct ProcessSlot {
  ProcessPlan plan;
  std::unique_ptr<Process> process;  ///< Null while it is down, or waits to be the leader.
  std::unique_ptr<LeaderElection> election;
  int stops = 0;             ///< Reasons for it to be down: faults and events.
  int isolations = 0;        ///< Faults that cut its link to the control plane.
  std::uint64_t number = 0;  ///< In order of adding.
  std::string reason;        ///< Why it was last started; "" = it came with the world.
  bool cut = false;          ///< Whether a process of the control plane has no link.
  bool silent = true;        ///< Whether the control plane can hear nothing of it.
  timeline::ApiCounts counts;
};

class Processes {
 public:
  explicit Processes(const ProcessSurroundings& surroundings) : around_(surroundings) {}
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  /// Adds a process; it starts at once unless its home has no power. Requires: no other has its
  /// name and home, and its home is a member of the world.
  ProcessSlot& add(ProcessPlan plan);
  /// Null if there is none.
  [[nodiscard]] ProcessSlot* find(std::string_view name, std::string_view home = {}) const;
  /// What runs there now; null if nothing does.
  [[nodiscard]] Process* running(std::string_view name, std::string_view home = {}) const;

  /// It runs from now on; it works once it leads.
  void start(ProcessSlot& slot, std::string_view reason);
  /// It ends and loses its memory; nothing if it does not run.
  void stop(ProcessSlot& slot, std::string_view reason);
  /// What has changed for its link to the control plane takes effect.
  void link_changed(ProcessSlot& slot);
  /// What has changed for the ways to a member, and for the links of the processes in it, takes
  /// effect.
  void member_changed(const std::string& member);

  /// Requests so far, by name of the component.
  [[nodiscard]] timeline::ApiCountsByComponent counts() const;
  /// Ends all of them without a word.
  void clear();

 private:
  void work(ProcessSlot& slot);
  void stop_work(ProcessSlot& slot, std::string_view reason);
  /// Keeps what made an agent silent or heard, if that has changed.
  void note_silence(ProcessSlot& slot);
  [[nodiscard]] bool connected(const ProcessSlot& slot) const;
  [[nodiscard]] NetworkPath path_of(const ProcessSlot& slot);
  [[nodiscard]] WorldMember& home_of(const ProcessSlot& slot) const;

  ProcessSurroundings around_;
  std::vector<std::unique_ptr<ProcessSlot>> slots_;
  /// By home, in order of adding.
  std::map<std::string, std::vector<ProcessSlot*>, std::less<>> by_home_;
  int cut_ = 0;  ///< Slots that are.
};

}  // namespace firedrill::models
