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

/// Whether pods come and go one by one, so that what is settled calls for another look.
bool gradual(const Resident& resident) {
  const auto rolls = [](const WorkloadPods& pods) { return pods.outdated() > 0; };
  return resident.model->management != PodManagement::parallel || rolls(resident) ||
         std::ranges::any_of(resident.parts, rolls);
}

api::Json merged(const api::Json& base, const nlohmann::json& patch) {
  nlohmann::json document = base.present() ? base.document() : nlohmann::json::object();
  document.merge_patch(patch);
  return api::Json(std::move(document));
}

}  // namespace

PodStep next_step(const WorkloadPods& pods, std::int64_t wished, bool all_ready) {
  const bool outdated = pods.outdated() > 0;
  const PodManagement management = pods.model->management;
  const bool ordered = management == PodManagement::ordered;
  // Deployments replace a pod after its successor is ready, the others before it comes.
  const bool surges = outdated && wished > 0 && management == PodManagement::parallel;
  const std::int64_t missing = wished + (surges ? 1 : 0) - pods.active();
  if (ordered && !pods.leaving.empty()) return {};
  if (missing < 0) return {.remove = ordered ? 1 : -missing};
  if (missing > 0 && ordered) return {.create = all_ready ? 1 : 0};
  if (missing > 0) return {.create = missing};
  if (!outdated) return {};
  if (surges) return {.replace = pods.new_ones_ready()};
  return {.replace = all_ready && pods.leaving.empty()};
}

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
  if (model->management == PodManagement::per_node) return homes;
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
  if (components.size() > 1) resident.parts.reserve(components.size() - 1);
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

void WorkloadController::spec_changed(Resident& resident, bool new_model) {
  if (resident.model->shape == WorkloadShape::pods) react_later(resident);
  if (resident.model->shape == WorkloadShape::document && new_model) start_document(resident);
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
  resident.step_due = true;
  surroundings_.engine.after(reaction_.next(resident.name), sim::Phase::world,
                             [this, &resident] { react(resident); });
}

void WorkloadController::react(Resident& resident) {
  stir();
  resident.step_due = false;
  if (!resident.object || !powered_) return;
  if (resident.model->management == PodManagement::per_node) resident.homes = pods_.homes(resident);
  resident.object->observed_generation = resident.object->generation;
  note_completion(*resident.object);
  react(resident, resident);
  for (WorkloadPods& part : resident.parts)
    react(resident, part);
}

void WorkloadController::react(Resident& resident, WorkloadPods& pods) {
  const PodStep step = step_of(resident, pods);
  if (step.create > 0) {
    pods_.create(pods, step.create);
  } else if (step.remove > 0) {
    pods_.remove(pods, step.remove, StopReason::scaled_down);
  } else if (step.replace) {
    pods_.remove_outdated(pods);
  } else {
    pods_settled(pods);
  }
}

PodStep WorkloadController::step_of(const Resident& resident, const WorkloadPods& pods) const {
  const bool capped = resident.object->ready_cap >= 0;
  const bool all_ready =
      capped ? resident.counted_ready() == resident.all_active() : pods.ready == pods.active();
  return next_step(pods, resident.wished_of(pods), all_ready);
}

/// Looks at it again where the next pod waits for what has just settled.
void WorkloadController::follow_up(Resident& resident) {
  if (resident.step_due || !powered_ || !gradual(resident)) return;
  bool more = !step_of(resident, resident).nothing();
  for (const WorkloadPods& part : resident.parts)
    more = more || !step_of(resident, part).nothing();
  if (more) react_later(resident);
}

void WorkloadController::model_changed(Resident& resident, const WorkloadModel& model) {
  pods_.renew(resident, model);
  for (WorkloadPods& part : resident.parts)
    pods_.renew(part, model);
}

void WorkloadController::nodes_filled(const NodePool& nodes, std::span<const NodeShare> shares) {
  surroundings_.observer.nodes_filled(name_, nodes, shares);
}

void WorkloadController::pods_started(WorkloadPods& pods, std::int64_t count) {
  stir();
  Resident& resident = resident_of(pods);
  surroundings_.observer.pods_started(place(resident), count, resident.all_running());
  // Pods of an earlier object that are still ending don't count: this is a start of the present
  // one.
  std::int64_t started = started_of(resident);
  for (const WorkloadPods& part : resident.parts)
    started += started_of(part);
  if (!resident.object) return;
  if (!resident.object->first_pods_at) resident.object->first_pods_at = surroundings_.engine.now();
  if (started == count) begin_start(resident);
}

void WorkloadController::pods_stopped(WorkloadPods& pods, std::int64_t count, StopReason reason) {
  stir();
  Resident& resident = resident_of(pods);
  surroundings_.observer.pods_stopped(place(resident), count, resident.all_running(), reason);
  if (reason == StopReason::completed) job_ended_pods(resident, count);
}

void WorkloadController::job_ended_pods(Resident& resident, std::int64_t count) {
  resident.object->completed += count;
  note_completion(*resident.object);
  // What is completed can't be lost any more.
  if (stateful(*resident.model)) surroundings_.ledger.finish(resident.name);
}

void WorkloadController::note_completion(ResidentObject& object) const {
  if (object.complete() && !object.completed_at) object.completed_at = surroundings_.engine.now();
}

void WorkloadController::pods_settled(WorkloadPods& pods) {
  stir();
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
  follow_up(resident);
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
    status.updated = status.replicas - resident.outdated();
    for (const WorkloadPods& part : resident.parts)
      status.updated -= part.outdated();
    status.ready = resident.counted_ready();
    status.available = status.ready;
  }
  if (counts) {
    status.document = status_document(resident, status);
  } else if (object.document.present()) {
    status.document = object.document;
  }
  if (status == object.status) return;
  object.status = std::move(status);
  changed(resident);
}

std::string WorkloadController::stamp(sim::Time time) const {
  return api::format_rfc3339(api::StoredTime::floor(api::later(epoch_, time - sim::start_time)));
}

/// The status of a kind whose fields are others than a Deployment's, with what the scenario adds;
/// absent where the counts say all.
api::Json WorkloadController::status_document(const Resident& resident,
                                              const api::ObjectStatus& counts) const {
  const ResidentObject& object = *resident.object;
  nlohmann::json document;
  switch (resident.model->management) {
    case PodManagement::per_node:
      document = {{"observedGeneration", counts.observed_generation},
                  {"desiredNumberScheduled", resident.homes},
                  {"currentNumberScheduled", counts.replicas - resident.all_pending()},
                  {"updatedNumberScheduled", counts.updated},
                  {"numberReady", counts.ready},
                  {"numberAvailable", counts.available},
                  {"numberUnavailable", std::max<std::int64_t>(resident.homes - counts.ready, 0)},
                  {"numberMisscheduled", 0}};
      break;
    case PodManagement::to_completion:
      document = {
          {"active", counts.replicas}, {"ready", counts.ready}, {"succeeded", object.completed}};
      if (object.first_pods_at) document["startTime"] = stamp(*object.first_pods_at);
      if (object.completed_at) {
        const std::string time = stamp(*object.completed_at);
        document["completionTime"] = time;
        document["conditions"] = {
            {{"type", "Complete"}, {"status", "True"}, {"lastTransitionTime", time}}};
      }
      break;
    case PodManagement::ordered:
    case PodManagement::parallel:
      if (!object.document.present()) return {};
      document = counts.to_json();
      break;
  }
  if (object.document.present()) document.merge_patch(object.document.document());
  return api::Json(std::move(document));
}

void WorkloadController::changed(Resident& resident) {
  stir();
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
  stir();
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
  stir();
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
  stir();
  for (WorkloadPods* pods : pods_.nodes_moved(moves))
    react_later(resident_of(*pods));
  revisit_homes();
}

void WorkloadController::nodes_opened() {
  stir();
  pods_.bind_pending();
  revisit_homes();
}

void WorkloadController::set_background(BackgroundLoad load) {
  stir();
  pods_.nodes().set_background(std::move(load));
  pods_.bind_pending();
}

/// DaemonSets follow the nodes.
void WorkloadController::revisit_homes() {
  for (Resident* resident : residents_) {
    if (resident->model->management != PodManagement::per_node || !resident->object) continue;
    if (!resident->step_due) react_later(*resident);
  }
}

}  // namespace firedrill::models
