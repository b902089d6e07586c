#include "models/world/event_driver.h"

#include <concepts>
#include <utility>

#include "models/world/faults/fault_limit.h"

namespace firedrill::models {
namespace {

template <class Action, class Actor>
concept DoneBy = requires(Actor& actor, const ScenarioEvent& event, const Action& action) {
  actor.act(event, action);
};

}  // namespace

EventDriver::EventDriver(World& world) : world_(world), faults_(world), users_(world, faults_) {
  put_on_initial_objects();
  for (const ScenarioEvent& event : world_.spec_.events)
    put_on(event);
}

void EventDriver::put_on_initial_objects() {
  const WorldSpec& spec = world_.spec_;
  world_.control_plane_->create_objects();
  for (const ClusterSpec& cluster : spec.clusters) {
    world_.engine_.at(sim::start_time + cluster.join_at, sim::Phase::world,
                      [this, &cluster] { world_.control_plane_->join(cluster.name); });
  }
  for (const WorkloadInstance& instance : spec.workloads) {
    world_.engine_.at(sim::start_time + instance.spec->create_at, sim::Phase::world,
                      [this, &instance] {
                        world_.engine_.set_current_cause(0);
                        world_.control_plane_->create(instance);
                      });
  }
}

void EventDriver::put_on(const ScenarioEvent& event) {
  if (event.on) return arm(event);
  if (!event.every) {
    world_.engine_.at(sim::start_time + event.at.value_or(api::Duration::zero()), sim::Phase::world,
                      [this, &event] { happen(event, {}); });
    return;
  }
  std::uint64_t number = 0;
  for (api::Duration at = *event.every; at <= *event.until && at <= world_.spec_.duration;
       at += *event.every) {
    ++number;
    world_.engine_.at(sim::start_time + at, sim::Phase::world,
                      [this, &event, number] { happen(event, {.number = number}); });
  }
}

void EventDriver::arm(const ScenarioEvent& event) {
  const sim::Time from = sim::start_time + event.at.value_or(api::Duration::zero());
  world_.triggers_.arm(*event.on, from, event.times, [this, &event](std::uint64_t seq) {
    const std::uint64_t number = event.times > 1 ? ++matches_[&event] : 0;
    const sim::Time when =
        sim::saturating_add(world_.engine_.now(), event.after.value_or(api::Duration::zero()));
    world_.engine_.at(when, sim::Phase::world, [this, &event, number, seq] {
      happen(event, {.number = number, .cause = seq});
    });
  });
}

void EventDriver::happen(const ScenarioEvent& event, const Occurrence& occurrence) {
  world_.engine_.set_current_cause(occurrence.cause);
  if (can_end(event.action)) return begin(event, occurrence);
  std::visit(
      [&]<class Action>(const Action& action) {
        if constexpr (DoneBy<Action, UserActions>) users_.act(event, action);
        if constexpr (std::same_as<Action, EndEvent>) act(event, action);
      },
      event.action);
}

void EventDriver::begin(const ScenarioEvent& event, const Occurrence& occurrence) {
  const std::uint64_t number = next_++;
  running_.emplace(number, Running{&event, start(event, occurrence)});
  if (!event.lasts) return;
  const sim::Time end = sim::saturating_add(world_.engine_.now(), *event.lasts);
  world_.engine_.at(end, sim::Phase::world, [this, number] { finish(number); });
}

EventDriver::Begun EventDriver::start(const ScenarioEvent& event, const Occurrence& occurrence) {
  FaultLabel label{event.id.empty() ? event.pointer : event.id, {}};
  if (occurrence.number > 0) label.name += "#" + std::to_string(occurrence.number);
  if (const auto fault = fault_of(event.action)) {
    label.type = type_of(*fault);
    std::vector<std::string> clusters = faults_.selected(*fault, label.name);
    return faults_.begin(*fault, std::move(label), std::move(clusters));
  }
  const auto count = [this] { count_random_fault(); };
  SourceSurroundings around{world_.engine_, world_.streams_, faults_, count};
  if (const auto* flap = std::get_if<FlapEvent>(&event.action)) {
    label.type = "flap";
    return start_flapping(std::move(around), std::move(label), *flap);
  }
  const auto& random = std::get<RandomEvent>(event.action);
  label.type = random.fault;
  return start_random_faults(std::move(around), std::move(label), random);
}

void EventDriver::finish(std::uint64_t number) {
  const auto node = running_.extract(number);
  if (node.empty()) return;
  const Begun& begun = node.mapped().begun;
  if (const auto* fault = std::get_if<FaultNumber>(&begun)) return faults_.end(*fault);
  std::get<std::unique_ptr<FaultSource>>(begun)->end();
}

void EventDriver::count_random_fault() {
  if (++random_faults_ > world_.random_faults_max_)
    throw RandomFaultLimitExceeded(world_.engine_.now(), world_.random_faults_max_);
}

void EventDriver::act(const ScenarioEvent& event, const EndEvent& end) {
  std::vector<std::uint64_t> ending;
  for (const auto& [number, running] : running_) {
    if (running.event->id == end.id) ending.push_back(number);
  }
  users_.record(event, "end", end.id, !ending.empty());
  for (const std::uint64_t number : ending)
    finish(number);
}

}  // namespace firedrill::models
