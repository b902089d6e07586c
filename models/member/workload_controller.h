#pragma once

/// Stand-in for the controller manager inside a member: brings the pods of each object to its
/// replicas, and keeps the object's status true in the very instant in which the pods change.
///
/// Follows the stand-in that the end-to-end vectors were recorded with
/// (conformance/karmada-e2e/README.md, "Inside a member") for Deployments; for the other kinds
/// kubernetes pkg/controller/{statefulset,daemon,job} as far as one can see from outside.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/member/member_observer.h"
#include "models/member/pods.h"
#include "models/member/work_ledger.h"
#include "models/member/workload_model.h"
#include "models/process/delays.h"
#include "models/process/metronome.h"
#include "models/spec/background_spec.h"
#include "policy/api/binding.h"
#include "policy/api/json_value.h"
#include "policy/api/quota.h"
#include "policy/api/time.h"
#include "policy/api/work.h"
#include "policy/runtime/ports.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// What a member cluster finds around it. All of it outlives the cluster.
struct MemberSurroundings {
  sim::Engine& engine;
  const sim::Streams& streams;
  const WorkloadModels& models;
  WorkLedger& ledger;
  MemberObserver& observer;
  Metronome* metronome = nullptr;  ///< Told of every change; null: nobody looks in rounds.
};

struct MemberOptions {
  std::string name;
  std::vector<MemberNode> nodes;
  PodPlacement placement = PodPlacement::first_fit;
  Delays reaction;         ///< From a change of an object to its pods.
  api::Timestamp epoch{};  ///< Civil time at the start of the run.
  std::vector<api::ResourceQuota> quotas{};
  std::optional<BackgroundSpec> background{};
};

/// An object in a member's API server.
struct ResidentObject {
  api::Manifest manifest;  ///< As last applied.
  bool managed = true;
  std::int64_t generation = 1;
  std::int64_t observed_generation = 0;
  std::int64_t ready_cap = -1;             ///< Most replicas that count as ready; -1: no bound.
  std::int64_t starts = 0;                 ///< How often it started, this time included.
  std::int64_t completed = 0;              ///< Pods of a Job that ended by themselves.
  std::optional<sim::Time> first_pods_at;  ///< When a Job got pods.
  std::optional<sim::Time> completed_at;   ///< When a Job was complete.
  bool starting = true;                    ///< The phase.
  api::Json document;                      ///< From the template, and from status events.
  api::ObjectStatus status;

  std::optional<std::int64_t> completions{};  ///< That a Job has to reach.

  /// Pods that it wants: of a Job no more than have to complete yet.
  [[nodiscard]] std::int64_t desired() const {
    const std::int64_t pods = manifest.replicas.value_or(1);
    // Pods of one instant may complete more than was asked for.
    return completions ? std::clamp<std::int64_t>(*completions - completed, 0, pods) : pods;
  }
  /// Whether a Job has nothing left to do.
  [[nodiscard]] bool complete() const { return completions && completed >= *completions; }
};

/// What the controller does next for the pods of a workload.
struct PodStep {
  std::int64_t create = 0;
  std::int64_t remove = 0;  ///< The youngest.
  bool replace = false;     ///< The youngest of an earlier template goes.

  [[nodiscard]] bool nothing() const { return create == 0 && remove == 0 && !replace; }
};

/// With `wished` pods asked for; `all_ready`: whether all that are there count as ready. One step
/// at a time where the kind or a rollout goes pod by pod; while pods end, ordered ones wait.
[[nodiscard]] PodStep next_step(const WorkloadPods& pods, std::int64_t wished, bool all_ready);

/// All that a cluster knows of one workload. It stays when the object goes: pods may still be
/// ending, and the workload may return.
struct Resident : WorkloadPods {
  using WorkloadPods::WorkloadPods;

  api::ResourceReference workload;
  api::Name name;  ///< As in timelines.
  std::optional<ResidentObject> object;
  std::int64_t reported_ready = 0;
  std::int64_t reported_pending = 0;
  std::int64_t homes = 0;  ///< Nodes that a DaemonSet is to run on.
  bool step_due = false;   ///< Whether the controller will look at it again anyhow.
  std::uint64_t ticket =
      0;  ///< Of the present start of a document: what was due to an earlier one is void.
  mutable std::shared_ptr<const policy::MemberObject> snapshot;  ///< Made on demand.
  /// Pods of its further components. Those of the first, or all if it has none, are its own.
  std::vector<WorkloadPods> parts{};  ///< As many as there will ever be: addresses stay.

  /// Sums over its own pods and its parts.
  [[nodiscard]] std::int64_t all_active() const;
  [[nodiscard]] std::int64_t all_running() const;
  [[nodiscard]] std::int64_t all_pending() const;
  /// Pods that its object asks for. Requires: the object exists.
  [[nodiscard]] std::int64_t wished() const;
  /// Of its own, or of a part. Requires: the object exists.
  [[nodiscard]] std::int64_t wished_of(const WorkloadPods& pods) const;

  /// Pods that are ready and allowed to count as such.
  [[nodiscard]] std::int64_t counted_ready() const;
};

class WorkloadController final : private PodListener {
 public:
  WorkloadController(const MemberSurroundings& surroundings, const MemberOptions& options);
  WorkloadController(const WorkloadController&) = delete;
  WorkloadController& operator=(const WorkloadController&) = delete;

  [[nodiscard]] PodRunner& pods() { return pods_; }
  [[nodiscard]] const PodRunner& pods() const { return pods_; }
  [[nodiscard]] WorkloadPlace place(const Resident& resident) const {
    return {name_, resident.workload};
  }

  /// Takes a workload into its care, for good, with a part for each further component. Its address
  /// must stay.
  void adopt(Resident& resident);

  /// The object was created, or its spec changed.
  void object_created(Resident& resident);
  void spec_changed(Resident& resident, bool new_model);
  /// What the workload's pods do is another from now on: those that are there are replaced one by
  /// one as long as the object exists.
  void model_changed(Resident& resident, const WorkloadModel& model);
  /// The object is gone: its pods end.
  void object_deleted(Resident& resident);

  /// Requires: the object exists.
  void set_ready_cap(Resident& resident, std::int64_t cap);
  void merge_document(Resident& resident, const nlohmann::json& patch);

  void power_off();
  void power_on();
  /// The node list changed: pods that were lost with a node are replaced after the reaction time.
  void nodes_moved(const NodeMoves& moves);
  /// Nodes came, or take other pods than before.
  void nodes_opened();
  void set_background(BackgroundLoad load);

  /// Tells that the object, or its coming or going, can be seen in the member's API.
  void changed(Resident& resident);

 private:
  void nodes_filled(const NodePool& nodes, std::span<const NodeShare> shares) override;
  void pods_started(WorkloadPods& pods, std::int64_t count) override;
  void pods_stopped(WorkloadPods& pods, std::int64_t count, StopReason reason) override;
  void pods_settled(WorkloadPods& pods) override;

  /// Nodes, pods or objects of the cluster may have changed: whoever looks at them in rounds does.
  void stir() const {
    if (surroundings_.metronome != nullptr) surroundings_.metronome->stir(name_);
  }
  void react_later(Resident& resident);
  void react(Resident& resident);
  void react(Resident& resident, WorkloadPods& pods);
  void follow_up(Resident& resident);
  [[nodiscard]] PodStep step_of(const Resident& resident, const WorkloadPods& pods) const;
  void revisit_homes();
  void job_ended_pods(Resident& resident, std::int64_t count);
  void note_completion(ResidentObject& object) const;
  [[nodiscard]] api::Json status_document(const Resident& resident,
                                          const api::ObjectStatus& counts) const;
  [[nodiscard]] std::string stamp(sim::Time time) const;
  void begin_start(Resident& resident);
  void start_document(Resident& resident);
  void enter_phase(Resident& resident, bool ready);
  void report_ready(Resident& resident);
  void refresh_status(Resident& resident);

  MemberSurroundings surroundings_;
  std::string name_;
  Delays reaction_;
  api::Timestamp epoch_;
  PodRunner pods_;
  std::vector<Resident*> residents_;
  bool powered_ = true;
};

}  // namespace firedrill::models
