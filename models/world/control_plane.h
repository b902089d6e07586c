#pragma once

/// What a system brings into the world that it is tried in: its API server, its processes, its
/// objects, its promises. Everything else (members, network, faults, links and elections of
/// processes, the timeline) is the world's and the same for all.

#include <map>
#include <string>

#include "analysis/timeline/header.h"
#include "analysis/timeline/recorder.h"
#include "models/member/workload_model.h"
#include "models/process/latency.h"
#include "models/process/process.h"
#include "models/spec/world_spec.h"
#include "models/store/api_server.h"
#include "models/world/invariants/violations.h"
#include "models/world/processes.h"
#include "models/world/user_access.h"
#include "models/world/world_member.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// What runs in place of a process's own component, by the process's name.
using Replacements = std::map<std::string, StartComponent, std::less<>>;

/// What the world gives to a control plane. All of it outlives that.
struct ControlPlaneSurroundings {
  const WorldSpec& spec;
  const Latency& latency;
  sim::Engine& engine;
  const CivilClock& clock;
  const sim::Streams& streams;
  timeline::Recorder& recorder;
  Violations& violations;
  WorldMembers& members;
  Processes& processes;
  Metronome& metronome;
  WorkloadModels& workload_models;
  const Replacements& replacements;
  bool check_invariants = true;
  /// Off where policies are told as the webhooks left them.
  bool default_tolerations = true;
};

class ControlPlane {
 public:
  virtual ~ControlPlane() = default;

  /// Fills in the effective settings.
  virtual void complete(timeline::Header& header) const = 0;

  // The run, in this order. The timeline is open.

  /// Objects of the scenario that are there from the start.
  virtual void create_objects() = 0;
  /// Its processes start; agents when their clusters join.
  virtual void start() = 0;

  /// A user creates the workload, with what governs it.
  virtual void create(const WorkloadInstance& workload) = 0;
  /// A member of the world is registered, and its agent, if it needs one, put into it.
  virtual void join(const std::string& cluster) = 0;
  /// Whether a cluster is registered, or leaves but is still there.
  [[nodiscard]] virtual bool has_cluster(const std::string& cluster) const = 0;
  /// The process whose informers watch objects in that member; null: none runs.
  [[nodiscard]] virtual Process* watcher_of(const WorldMember& member) const = 0;

  [[nodiscard]] virtual UserAccess& users() = 0;
};

}  // namespace firedrill::models
