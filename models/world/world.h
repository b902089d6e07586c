#pragma once

/// Everything of one run: the member clusters with their network, the processes, the control plane
/// that is tried, and what the scenario does to them. Two truths kept apart: member clusters are
/// what is, objects in the control plane's store are what it believes; only probes and leases,
/// collected status and delivered work cross.
///
/// A run is a value of its inputs: the same spec and seed give the same timeline. One thread; runs
/// share nothing.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analysis/timeline/header.h"
#include "analysis/timeline/recorder.h"
#include "models/member/member_cluster.h"
#include "models/member/timeline_adapter.h"
#include "models/network/network.h"
#include "models/process/metronome.h"
#include "models/spec/world_spec.h"
#include "models/store/api_server.h"
#include "models/world/control_plane.h"
#include "models/world/invariants/member_checks.h"
#include "models/world/invariants/timeline_checks.h"
#include "models/world/invariants/violations.h"
#include "models/world/processes.h"
#include "models/world/triggers.h"
#include "models/world/world_member.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

struct WorldOptions {
  sim::EngineOptions engine;
  /// Off only where their cost is measured.
  bool check_invariants = true;
  /// Off where policies are told as the webhooks left them: no toleration is added then.
  bool default_tolerations = true;
  std::uint64_t random_faults_max = 1'000'000;  ///< Faults that chance may make in the run.
  /// Runs every round of every loop, also those that find nothing: slower, with the same results.
  bool dense = false;
  Replacements replacements = {};
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

  [[nodiscard]] const ControlPlane& control_plane() const { return *control_plane_; }
  /// For whoever plays a user whose actions depend on what is there at that instant, and cannot
  /// stand in a scenario: put on `engine()` in phase `world`.
  [[nodiscard]] ControlPlane& control_plane() { return *control_plane_; }
  [[nodiscard]] const WorldMembers& members() const { return members_; }
  [[nodiscard]] const sim::Engine& engine() const { return engine_; }
  /// What was violated so far; nothing, ever, unless a model or a policy is wrong.
  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_.all(); }
  /// For whoever looks at the run as it goes on, from phase `observe`: to be woken, and to remark.
  [[nodiscard]] sim::Engine& engine() { return engine_; }
  [[nodiscard]] timeline::Recorder& recorder() { return recorder_; }

 private:
  friend class EventDriver;
  friend class FaultDriver;
  friend class UserActions;

  void set_models(std::span<const WorkloadInstance> workloads);
  void add_member(const ClusterSpec& spec);
  /// What changed for a member's links, power or API server takes effect.
  void member_changed(WorldMember& member);
  void object_changed(const WorkloadPlace& place);

  const WorldSpec& spec_;
  std::vector<api::ApiEnablement> kinds_used_;  ///< By its workloads.
  Latency latency_;
  sim::Engine engine_;
  CivilClock clock_;
  sim::Streams streams_;
  TimelineChecks timeline_checks_;
  Triggers triggers_;
  timeline::Recorder recorder_;
  Violations violations_;
  WorkloadModels workload_models_;
  WorkLedger ledger_;
  TimelineAdapter member_recorder_;
  MemberChecks member_checks_;
  Network network_;
  std::uint64_t random_faults_max_;
  Metronome metronome_;
  WorldMembers members_;
  Processes processes_;
  Replacements replacements_;
  std::unique_ptr<ControlPlane> control_plane_;
  std::unique_ptr<class EventDriver> events_;
};

}  // namespace firedrill::models
