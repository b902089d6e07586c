#pragma once

/// Everything of one run: the control plane's API server and processes, the member clusters, and
/// what the scenario does to them. Two truths kept apart: member clusters are what is, objects in
/// the store are what the control plane believes; only probes and leases, collected status and
/// delivered work cross.
///
/// A run is a value of its inputs: the same spec and seed give the same timeline. One thread; runs
/// share nothing.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/header.h"
#include "analysis/timeline/recorder.h"
#include "models/member/member_cluster.h"
#include "models/member/timeline_adapter.h"
#include "models/network/network.h"
#include "models/process/leader_election.h"
#include "models/process/process.h"
#include "models/spec/world_spec.h"
#include "models/store/api_server.h"
#include "models/world/detector.h"
#include "models/world/execution_spaces.h"
#include "models/world/federated_quotas.h"
#include "models/world/invariants/invariants.h"
#include "models/world/invariants/member_checks.h"
#include "models/world/invariants/timeline_checks.h"
#include "models/world/store_observer.h"
#include "models/world/triggers.h"
#include "models/world/world_member.h"
#include "policy/karmada/options.h"
#include "policy/karmada/propagation/interpreter.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// A process that the world keeps: its instance comes and goes, its counts stay.
struct ProcessSlot {
  std::string name;
  std::string home;  ///< Member cluster of an agent.
  ClientLimits limits;
  Process::Start start;
  std::unique_ptr<Process> process;  ///< Null while it is down, or waits to be the leader.
  std::unique_ptr<LeaderElection> election;
  int stops = 0;       ///< Reasons for it to be down: faults and events.
  int isolations = 0;  ///< Faults that cut its link to the control plane.
  std::string reason;  ///< Why it was last started; "" = it came with the world.
  timeline::ApiCounts counts;
};

struct WorldOptions {
  sim::EngineOptions engine;
  /// Off only where their cost is measured.
  bool check_invariants = true;
  std::uint64_t random_faults_max = 1'000'000;  ///< Faults that chance may make in the run.
  /// What runs in place of a process's own component, by the process's name.
  std::map<std::string, Process::Start, std::less<>> replacements = {};
};

class World {
 public:
  /// The spec and the sinks must outlive the world. Requires: a spec that the loader accepted.
  World(const WorldSpec& spec,
        std::vector<timeline::Sink*> sinks,
        const WorldOptions& options = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  /// Fills in what the world knows of the header: profile, effective settings, seed, start.
  void complete(timeline::Header& header) const;
  /// Called when the scenario is over and its timeline still open, with the requests of the run.
  using BeforeEnd = std::function<void(const timeline::ApiCountsByComponent&)>;
  /// Plays the scenario to its end. Called once. Throws sim::InstantLimitExceeded and
  /// RandomFaultLimitExceeded.
  timeline::Footer run(const timeline::Header& header, const BeforeEnd& before_end = {});

  [[nodiscard]] const ApiServer& server() const { return server_; }
  /// For whoever plays a user whose actions depend on what is there at that instant, and cannot
  /// stand in a scenario: put on `engine()` in phase `world`.
  [[nodiscard]] ApiServer& server() { return server_; }
  [[nodiscard]] const WorldMembers& members() const { return members_; }
  [[nodiscard]] const sim::Engine& engine() const { return engine_; }
  /// What was violated so far; nothing, ever, unless a model or a policy is wrong.
  [[nodiscard]] const std::vector<Violation>& violations() const {
    return invariants_.violations().all();
  }
  /// For whoever looks at the run as it goes on, from phase `observe`: to be woken, and to remark.
  [[nodiscard]] sim::Engine& engine() { return engine_; }
  [[nodiscard]] timeline::Recorder& recorder() { return recorder_; }

 private:
  friend class EventDriver;
  friend class FaultDriver;
  friend class UserActions;

  void set_admission();
  void add_member(const ClusterSpec& spec);
  void add_model(const WorkloadInstance& workload);
  /// Creates the Cluster object, and the agent of a Pull cluster.
  void join(const std::string& cluster);
  void add_agent(const std::string& cluster);
  /// Somebody outside the control plane sets a condition of a cluster.
  void set_condition(const std::string& cluster, const ConditionSpec& condition);
  void add_process(std::string name,
                   std::string home,
                   const policy::karmada::ProcessFlags& flags,
                   const ClientLimits& limits,
                   Process::Start start);
  /// It runs from now on; it works once it leads.
  void start_process(ProcessSlot& slot, std::string_view reason);
  /// It ends and loses its memory; nothing if it does not run.
  void stop_process(ProcessSlot& slot, std::string_view reason);
  void work(ProcessSlot& slot);
  void stop_work(ProcessSlot& slot, std::string_view reason);
  /// What has changed for its link to the control plane takes effect.
  void link_changed(ProcessSlot& slot);
  [[nodiscard]] NetworkPath path_of(const ProcessSlot& slot);
  /// How far ahead the clock of the process's machine is.
  [[nodiscard]] api::Duration clock_skew(const ProcessSlot& slot) const;
  [[nodiscard]] ProcessSlot* find_process(std::string_view name, std::string_view home);
  void object_changed(const WorkloadPlace& place);
  /// What changed for a cluster's links, power or API server takes effect.
  void member_changed(WorldMember& member);

  const WorldSpec& spec_;
  std::map<std::string, Process::Start, std::less<>> replacements_;
  policy::karmada::Options options_;
  policy::karmada::ResourceInterpreter interpreter_;
  Latency latency_;
  sim::Engine engine_;
  CivilClock clock_;
  sim::Streams streams_;
  TimelineChecks timeline_checks_;
  Triggers triggers_;
  timeline::Recorder recorder_;
  ApiServer server_;
  StoreObserver observer_;
  Invariants invariants_;
  ExecutionSpaces execution_spaces_;
  std::optional<FederatedQuotas> federated_quotas_;
  Detector detector_;
  WorkloadModels workload_models_;
  WorkLedger ledger_;
  TimelineAdapter member_recorder_;
  MemberChecks member_checks_;
  Network network_;
  std::uint64_t random_faults_max_;
  WorldMembers members_;
  std::vector<std::unique_ptr<ProcessSlot>> processes_;
  std::unique_ptr<class EventDriver> events_;
};

}  // namespace firedrill::models
