#include "models/world/faults/fault_driver.h"

#include <concepts>
#include <utility>

namespace firedrill::models {
namespace {

/// The words of the format, which are those of the timeline.
template <class Event>
std::string mode_word(const Event& event) {
  if constexpr (std::same_as<Event, OutageEvent>) {
    switch (event.mode) {
      case OutageMode::unreachable:
        return "unreachable";
      case OutageMode::powerloss:
        return "powerloss";
      case OutageMode::apiserver:
        return "apiserver";
      case OutageMode::degraded:
        return "degraded";
    }
  }
  if constexpr (std::same_as<Event, ComponentEvent>)
    return event.state == ProcessState::isolated ? "isolated" : "";
  if constexpr (std::same_as<Event, EstimatorErrorEvent>)
    return event.how == EstimatorFailure::timeout ? "timeout" : "";
  if constexpr (std::same_as<Event, LinkEvent>) return event.state == LinkState::down ? "down" : "";
  return "";
}

constexpr const char* type_word(const OutageEvent&) {
  return "outage";
}
constexpr const char* type_word(const ClientErrorEvent&) {
  return "clientError";
}
constexpr const char* type_word(const ListerErrorEvent&) {
  return "listerError";
}
constexpr const char* type_word(const EstimatorErrorEvent&) {
  return "estimatorError";
}
constexpr const char* type_word(const PartitionEvent&) {
  return "partition";
}
constexpr const char* type_word(const LinkEvent&) {
  return "link";
}
constexpr const char* type_word(const ComponentEvent&) {
  return "component";
}

template <class Event>
concept SelectsClusters = requires(const Event& event) {
  { event.clusters } -> std::convertible_to<const ClusterSelector&>;
};

std::string mode_of(const Fault& fault) {
  return std::visit([](const auto& event) { return mode_word(event); }, fault);
}

std::vector<std::string> name_of(const LinkEnds& link) {
  return {link.from + "/" + link.to};
}

int& failures(EstimatorState& estimator, EstimatorFailure how) {
  return how == EstimatorFailure::timeout ? estimator.hangs : estimator.errors;
}

}  // namespace

std::string type_of(const Fault& fault) {
  return std::visit([](const auto& event) { return std::string(type_word(event)); }, fault);
}

FaultNumber FaultDriver::begin(const Fault& fault,
                               FaultLabel label,
                               std::vector<std::string> clusters) {
  const FaultNumber number = next_++;
  Active active{std::move(label), fault, std::move(clusters)};
  std::visit([&](const auto& event) { begin(event, number, active); }, fault);
  active_.emplace(number, std::move(active));
  return number;
}

void FaultDriver::end(FaultNumber number) {
  const auto node = active_.extract(number);
  if (node.empty()) return;
  world_.engine_.set_current_cause(0);
  std::visit([&](const auto& event) { end(event, number, node.mapped()); }, node.mapped().fault);
}

std::vector<std::string> FaultDriver::selected(const ClusterSelector& clusters,
                                               std::string_view entity) const {
  std::vector<ClusterSpec> specs;
  for (const auto& [name, member] : world_.members_)
    specs.push_back(member.spec);
  sim::Random random = world_.streams_.stream(entity, "pick");
  std::vector<std::string> names;
  for (const std::size_t index : select_clusters(clusters, specs, &random))
    names.push_back(specs[index].name);
  return names;
}

std::vector<std::string> FaultDriver::selected(const Fault& fault, std::string_view entity) const {
  return std::visit(
      [&](const auto& event) -> std::vector<std::string> {
        if constexpr (SelectsClusters<std::remove_cvref_t<decltype(event)>>) {
          return selected(event.clusters, entity);
        } else if constexpr (std::same_as<std::remove_cvref_t<decltype(event)>, ComponentEvent>) {
          // Without its agent a cluster is as good as silent.
          return event.name == "agent" ? std::vector{event.cluster} : std::vector<std::string>{};
        } else {
          return {};
        }
      },
      fault);
}

WorldMember& FaultDriver::member(const std::string& cluster) const {
  return world_.members_.find(cluster)->second;
}

std::uint64_t FaultDriver::record_start(const Active& active, std::vector<std::string> links) {
  return world_.recorder_.record(timeline::FaultStarted{.fault = active.label.name,
                                                        .type = active.label.type,
                                                        .mode = mode_of(active.fault),
                                                        .clusters = active.clusters,
                                                        .links = std::move(links)});
}

std::uint64_t FaultDriver::record_end(const Active& active, std::vector<std::string> links) {
  return world_.recorder_.record(timeline::FaultEnded{.fault = active.label.name,
                                                      .type = active.label.type,
                                                      .mode = mode_of(active.fault),
                                                      .clusters = active.clusters,
                                                      .links = std::move(links)});
}

void FaultDriver::touch(const Active& active, std::uint64_t seq) {
  for (const std::string& name : active.clusters) {
    member(name).grounds.fault = seq;
    world_.metronome_.stir(name);
  }
}

// Outages.

void FaultDriver::begin(const OutageEvent& outage, FaultNumber number, Active& active) {
  const std::uint64_t seq = record_start(active);
  touch(active, seq);
  for (const std::string& name : active.clusters) {
    WorldMember& hit = member(name);
    hit.outages.begin({.fault = number,
                       .mode = outage.mode,
                       .packets = outage.packets,
                       .answer = outage.answer,
                       .probability = outage.probability.value_or(0)});
    ProcessSlot* agent = world_.processes_.find("agent", name);
    if (outage.mode == OutageMode::powerloss && agent != nullptr) stop(*agent, "PowerLoss");
    world_.engine_.set_current_cause(seq);
    world_.member_changed(hit);
  }
}

void FaultDriver::end(const OutageEvent& outage, FaultNumber number, const Active& active) {
  const std::uint64_t seq = record_end(active);
  touch(active, seq);
  for (const std::string& name : active.clusters) {
    WorldMember& healed = member(name);
    healed.outages.end(number);
    world_.engine_.set_current_cause(seq);
    world_.member_changed(healed);
    ProcessSlot* agent = world_.processes_.find("agent", name);
    if (outage.mode == OutageMode::powerloss && agent != nullptr) resume(*agent, "PowerLoss");
  }
}

// Errors of those who ask: nothing in the world notices before it is asked.

void FaultDriver::begin(const ClientErrorEvent& /*error*/, FaultNumber number, Active& active) {
  touch(active, record_start(active));
  for (const std::string& name : active.clusters)
    member(name).outages.begin_client_error(number);
}

void FaultDriver::end(const ClientErrorEvent& /*error*/, FaultNumber number, const Active& active) {
  const std::uint64_t seq = record_end(active);
  touch(active, seq);
  for (const std::string& name : active.clusters) {
    member(name).outages.end(number);
    world_.engine_.set_current_cause(seq);
    world_.member_changed(member(name));
  }
}

void FaultDriver::begin(const ListerErrorEvent& /*error*/, FaultNumber number, Active& active) {
  touch(active, record_start(active));
  for (const std::string& name : active.clusters)
    member(name).outages.begin_lister_error(number);
}

void FaultDriver::end(const ListerErrorEvent& /*error*/, FaultNumber number, const Active& active) {
  touch(active, record_end(active));
  for (const std::string& name : active.clusters)
    member(name).outages.end(number);
}

void FaultDriver::begin(const EstimatorErrorEvent& error, FaultNumber /*number*/, Active& active) {
  record_start(active);
  for (const std::string& name : active.clusters)
    ++failures(member(name).estimator, error.how);
}

void FaultDriver::end(const EstimatorErrorEvent& error,
                      FaultNumber /*number*/,
                      const Active& active) {
  record_end(active);
  for (const std::string& name : active.clusters)
    --failures(member(name).estimator, error.how);
}

// The network.

void FaultDriver::reroute(const std::vector<std::string>& clusters, std::uint64_t seq) {
  for (const std::string& name : clusters) {
    WorldMember& moved = member(name);
    world_.metronome_.stir(name);
    moved.way = world_.network_.way(name);
    moved.grounds.fault = seq;
    world_.engine_.set_current_cause(seq);
    world_.member_changed(moved);
  }
}

void FaultDriver::begin(const PartitionEvent& partition, FaultNumber number, Active& active) {
  PartitionEvent resolved = partition;
  for (ClusterSelector& set : resolved.between) {
    if (!set.fraction) continue;
    ClusterSelector chosen;
    chosen.names = selected(set, active.label.name);
    set = std::move(chosen);
  }
  active.clusters = world_.network_.parted(resolved);
  const Network::Changed changed = world_.network_.begin(number, resolved);
  reroute(changed.ways, record_start(active));
}

void FaultDriver::end(const PartitionEvent& /*partition*/,
                      FaultNumber number,
                      const Active& active) {
  const Network::Changed changed = world_.network_.end(number);
  reroute(changed.ways, record_end(active));
}

void FaultDriver::begin(const LinkEvent& link, FaultNumber number, Active& active) {
  const Network::Changed changed = world_.network_.begin(number, link);
  active.clusters = changed.cut;
  reroute(changed.ways, record_start(active, name_of(link.link)));
}

void FaultDriver::end(const LinkEvent& link, FaultNumber number, const Active& active) {
  const Network::Changed changed = world_.network_.end(number);
  Active ended = active;
  ended.clusters = changed.linked;
  reroute(changed.ways, record_end(ended, name_of(link.link)));
}

// Processes.

void FaultDriver::begin(const ComponentEvent& component, FaultNumber /*number*/, Active& active) {
  record_start(active);
  active.struck = strike(component, 1);
}

void FaultDriver::end(const ComponentEvent& component,
                      FaultNumber /*number*/,
                      const Active& active) {
  record_end(active);
  if (active.struck) (void)strike(component, -1);
}

bool FaultDriver::strike(const ComponentEvent& component, int times) {
  if (component.name == estimator_name) {
    const auto found = world_.members_.find(component.cluster);
    if (found == world_.members_.end()) return false;
    strike(found->second.estimator, component, times);
    return true;
  }
  ProcessSlot* slot = world_.processes_.find(component.name, component.cluster);
  if (slot == nullptr) return false;
  if (component.state == ProcessState::isolated) {
    slot->isolations += times;
    world_.processes_.link_changed(*slot);
  } else if (times > 0) {
    stop(*slot, "Fault");
  } else {
    resume(*slot, "Fault");
  }
  return true;
}

void FaultDriver::strike(EstimatorState& estimator, const ComponentEvent& component, int times) {
  if (component.state == ProcessState::isolated) {
    estimator.isolations += times;
    return;
  }
  const bool ran = estimator.stops == 0;
  estimator.stops += times;
  const bool runs = estimator.stops == 0;
  if (ran && !runs)
    world_.recorder_.record(timeline::ComponentStopped{component.name, component.cluster, "Fault"});
  if (!ran && runs)
    world_.recorder_.record(timeline::ComponentStarted{component.name, component.cluster, "Fault"});
}

void FaultDriver::stop(ProcessSlot& slot, std::string_view reason) {
  if (slot.stops++ == 0) world_.processes_.stop(slot, reason);
}

void FaultDriver::resume(ProcessSlot& slot, std::string_view reason) {
  if (--slot.stops == 0) world_.processes_.start(slot, reason);
}

std::optional<FaultNumber> FaultDriver::what_stopped(const ComponentEvent& component) const {
  for (auto entry = active_.rbegin(); entry != active_.rend(); ++entry) {
    const auto* down = std::get_if<ComponentEvent>(&entry->second.fault);
    if (down != nullptr && down->name == component.name && down->cluster == component.cluster)
      return entry->first;
  }
  return std::nullopt;
}

bool FaultDriver::runs(const ComponentEvent& component) const {
  if (component.name == estimator_name) {
    const auto found = world_.members_.find(component.cluster);
    return found != world_.members_.end() && found->second.estimator.stops == 0;
  }
  const ProcessSlot* slot = world_.processes_.find(component.name, component.cluster);
  return slot != nullptr && slot->election->running();
}

void FaultDriver::restart(const ComponentEvent& component) {
  if (component.name == estimator_name) {
    // It remembers nothing, and answers again at once.
    world_.recorder_.record(
        timeline::ComponentStopped{component.name, component.cluster, "Restart"});
    world_.recorder_.record(
        timeline::ComponentStarted{component.name, component.cluster, "Restart"});
    return;
  }
  ProcessSlot* slot = world_.processes_.find(component.name, component.cluster);
  stop(*slot, "Restart");
  resume(*slot, "Restart");
}

}  // namespace firedrill::models
