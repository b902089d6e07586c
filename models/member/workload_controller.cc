#include "models/member/workload_controller.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/member/status_template.h"

namespace firedrill::models {
namespace {

Resident& resident_of(WorkloadPods& pods) {
  // All pods here belong to residents, or are parts of one.
  return static_cast<Resident&>(pods.whole == nullptr ? pods : *pods.whole);
}

std::int64_t started_of(const WorkloadPods& pods) {
  return std::ssize(pods.bound) - pods.down;
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

std::int64_t Resident::all_active() const {
  std::int64_t sum = active();
  for (const WorkloadPods& part : parts)
    sum += part.active();
  return sum;
}

std::int64_t Resident::all_running() const {
  std::int64_t sum = running();
  for (const WorkloadPods& part : parts)
    sum += part.running();
  return sum;
}

std::int64_t Resident::all_pending() const {
  std::int64_t sum = pending;
  for (const WorkloadPods& part : parts)
    sum += part.pending;
  return sum;
}

std::int64_t Resident::wished_of(const WorkloadPods& pods) const {
  const auto& components = model->components;
  if (components.empty()) return object->desired();
  if (&pods == this) {
    // A single template may have its replicas set.
    const std::int64_t own = components.front().replicas;
    return parts.empty() ? object->manifest.replicas.value_or(own) : own;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (&pods == &parts[i]) return components[i + 1].replicas;
  }
  return 0;
}

std::int64_t Resident::wished() const {
  std::int64_t sum = wished_of(*this);
  for (const WorkloadPods& part : parts)
    sum += wished_of(part);
  return sum;
}

std::int64_t Resident::counted_ready() const {
  std::int64_t sum = ready;
  for (const WorkloadPods& part : parts)
    sum += part.ready;
  const bool capped = object && object->ready_cap >= 0;
  return capped ? std::min(sum, object->ready_cap) : sum;
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
  const auto& components = resident.model->components;
  for (std::size_t i = 1; i < components.size(); ++i) {
    const ComponentModel& component = components[i];
    WorkloadPods& part = resident.parts.emplace_back(
        *resident.model, pods_.nodes().compile(component.requests, component.claim),
        surroundings_.streams, "pod/" + name_ + "/" + resident.name + "/" + component.name);
    part.whole = &resident;
    pods_.adopt(part);
  }
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
  for (WorkloadPods& part : resident.parts) {
    if (part.active() > 0) pods_.remove(part, part.active(), StopReason::deleted);
  }
}

void WorkloadController::react_later(Resident& resident) {
  surroundings_.engine.after(reaction_.next(resident.name), sim::Phase::world,
                             [this, &resident] { react(resident); });
}

void WorkloadController::react(Resident& resident) {
  if (!resident.object || !powered_) return;
  resident.object->observed_generation = resident.object->generation;
  react(resident, resident);
  for (WorkloadPods& part : resident.parts)
    react(resident, part);
}

void WorkloadController::react(Resident& resident, WorkloadPods& pods) {
  const std::int64_t missing = resident.wished_of(pods) - pods.active();
  if (missing > 0) {
    pods_.create(pods, missing);
  } else if (missing < 0) {
    pods_.remove(pods, -missing, StopReason::scaled_down);
  } else {
    pods_settled(pods);
  }
}

void WorkloadController::nodes_filled(const NodePool& nodes, std::span<const NodeShare> shares) {
  surroundings_.observer.nodes_filled(name_, nodes, shares);
}

void WorkloadController::pods_started(WorkloadPods& pods, std::int64_t count) {
  Resident& resident = resident_of(pods);
  surroundings_.observer.pods_started(place(resident), count, resident.all_running());
  // Pods of an earlier object that are still ending don't count: this is a start of the present
  // one.
  std::int64_t started = started_of(resident);
  for (const WorkloadPods& part : resident.parts)
    started += started_of(part);
  if (resident.object && started == count) begin_start(resident);
}

void WorkloadController::pods_stopped(WorkloadPods& pods, std::int64_t count, StopReason reason) {
  Resident& resident = resident_of(pods);
  surroundings_.observer.pods_stopped(place(resident), count, resident.all_running(), reason);
}

void WorkloadController::pods_settled(WorkloadPods& pods) {
  Resident& resident = resident_of(pods);
  report_ready(resident);
  if (const std::int64_t pending = resident.all_pending(); pending != resident.reported_pending) {
    resident.reported_pending = pending;
    surroundings_.observer.pods_pending(place(resident), pending);
  }
  if (!resident.object) return;
  const bool complete = resident.reported_ready > 0 && resident.reported_ready >= resident.wished();
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
    status.replicas = resident.all_active();
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
