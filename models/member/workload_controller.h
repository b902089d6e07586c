#pragma once

/// Stand-in for the controller manager inside a member: brings the pods of each object to its
/// replicas, and keeps the object's status true in the very instant in which the pods change.
///
/// Follows the stand-in that the end-to-end vectors were recorded with
/// (conformance/karmada-e2e/README.md, "Inside a member").

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "models/member/member_observer.h"
#include "models/member/pods.h"
#include "models/member/work_ledger.h"
#include "models/member/workload_model.h"
#include "models/process/delays.h"
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
};

struct MemberOptions {
  std::string name;
  std::vector<MemberNode> nodes;
  PodPlacement placement = PodPlacement::first_fit;
  Delays reaction;         ///< From a change of an object to its pods.
  api::Timestamp epoch{};  ///< Civil time at the start of the run.
  std::vector<api::ResourceQuota> quotas{};
};

/// An object in a member's API server.
struct ResidentObject {
  api::Manifest manifest;  ///< As last applied.
  bool managed = true;
  std::int64_t generation = 1;
  std::int64_t observed_generation = 0;
  std::int64_t ready_cap = -1;  ///< Most replicas that count as ready; -1: no bound.
  std::int64_t starts = 0;      ///< How often it started, this time included.
  bool starting = true;         ///< The phase.
  api::Json document;           ///< From the template, and from status events.
  api::ObjectStatus status;

  /// Pods that it wants: of a Job no more than it has completions to reach.
  [[nodiscard]] std::int64_t desired() const {
    const std::int64_t pods = manifest.replicas.value_or(1);
    return manifest.completions ? std::min(pods, *manifest.completions) : pods;
  }
};

/// All that a cluster knows of one workload. It stays when the object goes: pods may still be
/// ending, and the workload may return.
struct Resident : WorkloadPods {
  using WorkloadPods::WorkloadPods;

  api::ResourceReference workload;
  std::string name;  ///< As in timelines.
  std::optional<ResidentObject> object;
  std::int64_t reported_ready = 0;
  std::int64_t reported_pending = 0;
  std::uint64_t ticket =
      0;  ///< Of the present start of a document: what was due to an earlier one is void.
  mutable std::shared_ptr<const policy::MemberObject> snapshot;  ///< Made on demand.
  /// Pods of its further components. Those of the first, or all if it has none, are its own.
  std::deque<WorkloadPods> parts{};

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
  void spec_changed(Resident& resident);
  /// The object is gone: its pods end.
  void object_deleted(Resident& resident);

  /// Requires: the object exists.
  void set_ready_cap(Resident& resident, std::int64_t cap);
  void merge_document(Resident& resident, const nlohmann::json& patch);

  void power_off();
  void power_on();
  /// The node list changed: pods that were lost with a node are replaced after the reaction time.
  void nodes_moved(const NodeMoves& moves);

  /// Tells that the object, or its coming or going, can be seen in the member's API.
  void changed(Resident& resident);

 private:
  void nodes_filled(const NodePool& nodes, std::span<const NodeShare> shares) override;
  void pods_started(WorkloadPods& pods, std::int64_t count) override;
  void pods_stopped(WorkloadPods& pods, std::int64_t count, StopReason reason) override;
  void pods_settled(WorkloadPods& pods) override;

  void react_later(Resident& resident);
  void react(Resident& resident);
  void react(Resident& resident, WorkloadPods& pods);
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
