#include "models/member/workload_controller.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/member/status_template.h"

namespace firedrill::models {
namespace {

Resident& resident_of(WorkloadPods& pods) {
  return static_cast<Resident&>(pods);  // all pods here belong to residents
}

bool stateful(const WorkloadModel& model) {
  return !model.resumes_from.empty() || model.checkpoint_every.has_value();
}

api::Json merged(const api::Json& base, const nlohmann::json& patch) {
  nlohmann::json document = base.present() ? base.document() : nlohmann::json::object();
  document.merge_patch(patch);
  return api::Json(std::move(document));
}

}  // namespace

std::int64_t Resident::counted_ready() const {
  const bool capped = object && object->ready_cap >= 0;
  return capped ? std::min(ready, object->ready_cap) : ready;
}

WorkloadController::WorkloadController(const MemberSurroundings& surroundings,
                                       const MemberOptions& options)
    : surroundings_(surroundings),
      name_(options.name),
      reaction_(options.reaction),
      epoch_(options.epoch),
      pods_(surroundings.engine, options.name, options.placement, *this) {
  pods_.nodes().add(options.nodes);
}

void WorkloadController::adopt(Resident& resident) {
  residents_.push_back(&resident);
  pods_.adopt(resident);
}

void WorkloadController::object_created(Resident& resident) {
  switch (resident.model->shape) {
    case WorkloadShape::inert:
      return;
    case WorkloadShape::pods:
      return react_later(resident);
    case WorkloadShape::document:
      return start_document(resident);
  }
}

void WorkloadController::spec_changed(Resident& resident) {
  if (resident.model->shape == WorkloadShape::pods) react_later(resident);
}

void WorkloadController::object_deleted(Resident& resident) {
  ++resident.ticket;
  if (stateful(*resident.model))
    surroundings_.ledger.end(resident.name, name_, surroundings_.engine.now());
  if (resident.active() > 0) pods_.remove(resident, resident.active(), StopReason::deleted);
}

void WorkloadController::react_later(Resident& resident) {
  surroundings_.engine.after(reaction_, sim::Phase::world, [this, &resident] { react(resident); });
}

void WorkloadController::react(Resident& resident) {
  if (!resident.object || !powered_) return;
  resident.object->observed_generation = resident.object->generation;
  const std::int64_t missing = resident.object->desired() - resident.active();
  if (missing > 0) {
    pods_.create(resident, missing);
  } else if (missing < 0) {
    pods_.remove(resident, -missing, StopReason::scaled_down);
  } else {
    pods_settled(resident);
  }
}

void WorkloadController::nodes_filled(const NodePool& nodes, std::span<const NodeShare> shares) {
  surroundings_.observer.nodes_filled(name_, nodes, shares);
}

void WorkloadController::pods_started(WorkloadPods& pods, std::int64_t count) {
  Resident& resident = resident_of(pods);
  surroundings_.observer.pods_started(place(resident), count, resident.running());
  // Pods of an earlier object that are still ending don't count: this is a start of the present
  // one.
  if (resident.object && std::ssize(resident.bound) - resident.down == count) begin_start(resident);
}

void WorkloadController::pods_stopped(WorkloadPods& pods, std::int64_t count, StopReason reason) {
  Resident& resident = resident_of(pods);
  surroundings_.observer.pods_stopped(place(resident), count, resident.running(), reason);
}

void WorkloadController::pods_settled(WorkloadPods& pods) {
  Resident& resident = resident_of(pods);
  report_ready(resident);
  if (resident.pending != resident.reported_pending) {
    resident.reported_pending = resident.pending;
    surroundings_.observer.pods_pending(place(resident), resident.pending);
  }
  if (!resident.object) return;
  const bool complete =
      resident.reported_ready > 0 && resident.reported_ready >= resident.object->desired();
  if (resident.object->starting && complete) enter_phase(resident, true);
  refresh_status(resident);
}

void WorkloadController::report_ready(Resident& resident) {
  const std::int64_t ready = resident.counted_ready();
  const std::int64_t before = std::exchange(resident.reported_ready, ready);
  if (ready == before) return;
  surroundings_.observer.pods_ready(place(resident), std::max<std::int64_t>(ready - before, 0),
                                    ready);
  if (!stateful(*resident.model)) return;
  const sim::Time now = surroundings_.engine.now();
  if (before == 0) surroundings_.ledger.begin(resident.name, name_, now);
  if (ready == 0) surroundings_.ledger.end(resident.name, name_, now);
}

void WorkloadController::begin_start(Resident& resident) {
  const WorkloadModel& model = *resident.model;
  ResidentObject& object = *resident.object;
  ++object.starts;
  if (stateful(model)) {
    const auto label = object.manifest.injected_labels.find(model.resumes_from);
    const bool given = label != object.manifest.injected_labels.end();
    // A start in place finds the checkpoints that its own cluster kept.
    const bool kept = object.starts > 1 && model.checkpoint_every;
    const auto lost = surroundings_.ledger.resume(
        resident.name, name_,
        {.from_state = given || kept, .checkpoint_every = model.checkpoint_every},
        surroundings_.engine.now());
    std::optional<api::Labels> from;
    if (given) from = api::Labels{*label};
    surroundings_.observer.state_resumed(place(resident), from, lost);
  }
  enter_phase(resident, false);
}

void WorkloadController::start_document(Resident& resident) {
  const std::uint64_t ticket = ++resident.ticket;
  begin_start(resident);
  refresh_status(resident);
  const sim::Duration startup = resident.model->startup_in(name_).draw(resident.startup_random);
  surroundings_.engine.after(startup, sim::Phase::world, [this, &resident, ticket] {
    if (resident.ticket != ticket) return;
    enter_phase(resident, true);
    refresh_status(resident);
    if (stateful(*resident.model))
      surroundings_.ledger.begin(resident.name, name_, surroundings_.engine.now());
  });
}

void WorkloadController::enter_phase(Resident& resident, bool ready) {
  ResidentObject& object = *resident.object;
  object.starting = !ready;
  const StatusTemplate& pattern = resident.model->status;
  if (!pattern.document.present()) return;
  const api::Timestamp time = api::later(epoch_, surroundings_.engine.now() - sim::start_time);
  const TemplateWords words{.workload = resident.workload.name,
                            .cluster = name_,
                            .uid = resident.workload.uid,
                            .start = std::to_string(object.starts),
                            .time = api::format_rfc3339(api::StoredTime::floor(time)),
                            .phase = ready ? pattern.ready_word : pattern.starting_word,
                            .ready = ready};
  object.document = merged(object.document, fill_template(pattern.document.document(), words));
}

void WorkloadController::refresh_status(Resident& resident) {
  ResidentObject& object = *resident.object;
  api::ObjectStatus status;
  status.observed_generation = object.observed_generation;
  const bool counts = resident.model->shape == WorkloadShape::pods;
  if (counts) {
    status.replicas = resident.active();
    status.updated = status.replicas;
    status.ready = resident.counted_ready();
    status.available = status.ready;
  }
  if (object.document.present()) {
    api::Json document = object.document;
    if (counts) document = merged(api::Json(status.to_json()), object.document.document());
    status.document = std::move(document);
  }
  if (status == object.status) return;
  object.status = std::move(status);
  changed(resident);
}

void WorkloadController::changed(Resident& resident) {
  resident.snapshot.reset();
  surroundings_.observer.object_changed(place(resident));
}

void WorkloadController::set_ready_cap(Resident& resident, std::int64_t cap) {
  resident.object->ready_cap = cap;
  pods_settled(resident);
}

void WorkloadController::merge_document(Resident& resident, const nlohmann::json& patch) {
  resident.object->document = merged(resident.object->document, patch);
  refresh_status(resident);
}

void WorkloadController::power_off() {
  powered_ = false;
  pods_.power_off();
  for (Resident* resident : residents_) {
    ++resident->ticket;
    if (resident->object && stateful(*resident->model)) {
      surroundings_.ledger.end(resident->name, name_, surroundings_.engine.now());
    }
  }
}

void WorkloadController::power_on() {
  powered_ = true;
  pods_.power_on();
  const std::uint64_t cause = surroundings_.engine.current_cause();
  for (Resident* resident : residents_) {
    if (!resident->object) continue;
    object_created(*resident);
    surroundings_.engine.set_current_cause(cause);
  }
}

void WorkloadController::nodes_moved(const NodeMoves& moves) {
  for (WorkloadPods* pods : pods_.nodes_moved(moves))
    react_later(resident_of(*pods));
}

}  // namespace firedrill::models
