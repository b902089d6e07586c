#include "models/world/event_driver.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/member/from_spec.h"
#include "models/world/user_patch.h"

namespace firedrill::models {
namespace {

const char* mode_word(OutageMode mode) {
  switch (mode) {
    case OutageMode::unreachable:
      return "unreachable";
    case OutageMode::powerloss:
      return "powerloss";
    case OutageMode::apiserver:
      return "apiserver";
  }
  return "";
}

const char* mode_word(const ComponentEvent& component) {
  return component.state == ProcessState::isolated ? "isolated" : "";
}

std::string taint_target(const std::string& cluster,
                         const std::string& key,
                         const std::string& effect) {
  return cluster + " " + key + (effect.empty() ? "" : ":" + effect);
}

std::string object_target(const std::string& kind,
                          const std::string& space,
                          const std::string& name) {
  return kind + "/" + space + "/" + name;
}

/// As the control plane stores it.
api::WorkloadRebalancer object_of(const WorkloadRebalancer& rebalancer) {
  api::WorkloadRebalancer object;
  object.metadata.name = rebalancer.metadata.name;
  for (const RebalanceTarget& target : rebalancer.spec.workloads)
    object.bindings.push_back(binding_key(target.kind, target.space, target.name));
  return object;
}

}  // namespace

EventDriver::EventDriver(World& world) : world_(world) {
  for (const WorkloadInstance& instance : world_.spec_.workloads) {
    workloads_.emplace(instance.full_name(), &instance);
    workloads_.emplace(instance.spec->space + "/" + instance.name, &instance);
  }
  put_on_initial_objects();
  for (const ScenarioEvent& event : world_.spec_.events)
    put_on(event);
}

void EventDriver::put_on_initial_objects() {
  const WorldSpec& spec = world_.spec_;
  for (const api::ClusterTaintPolicy& policy : spec.taint_policies) {
    (void)world_.server_.taint_policies.create(policy);
  }
  for (const api::FederatedResourceQuota& quota : spec.federated_quotas)
    (void)world_.server_.federated_quotas.create(quota);
  for (const WorkloadRebalancer& rebalancer : spec.rebalancers)
    (void)world_.server_.rebalancers.create(object_of(rebalancer));
  for (const ClusterSpec& cluster : spec.clusters) {
    world_.engine_.at(sim::start_time + cluster.join_at, sim::Phase::world,
                      [this, &cluster] { world_.join(cluster.name); });
  }
  for (const WorkloadInstance& instance : spec.workloads) {
    world_.engine_.at(sim::start_time + instance.spec->create_at, sim::Phase::world,
                      [this, &instance] {
                        world_.engine_.set_current_cause(0);
                        world_.detector_.create(instance);
                      });
  }
}

void EventDriver::put_on(const ScenarioEvent& event) {
  if (event.at) {
    world_.engine_.at(sim::start_time + *event.at, sim::Phase::world,
                      [this, &event] { happen(event, 0); });
    return;
  }
  std::uint64_t occurrence = 0;
  for (api::Duration at = *event.every; at <= *event.until && at <= world_.spec_.duration;
       at += *event.every) {
    ++occurrence;
    world_.engine_.at(sim::start_time + at, sim::Phase::world,
                      [this, &event, occurrence] { happen(event, occurrence); });
  }
}

void EventDriver::happen(const ScenarioEvent& event, std::uint64_t occurrence) {
  world_.engine_.set_current_cause(0);
  if (is_fault(event.action)) {
    begin_fault(event, occurrence);
  } else {
    std::visit([&](const auto& action) { act(event, action); }, event.action);
  }
}

const WorkloadInstance& EventDriver::workload(std::string_view name) const {
  const auto found = workloads_.find(std::string(name));
  if (found == workloads_.end()) throw std::logic_error("no workload " + std::string(name));
  return *found->second;
}

api::ResourceReference EventDriver::reference(const WorkloadInstance& instance) {
  const WorkloadSpec& entry = *instance.spec;
  return {entry.api_version, entry.kind, entry.space, instance.name, instance.uid};
}

std::shared_ptr<const api::Cluster> EventDriver::cluster(const std::string& name) const {
  return world_.server_.clusters.find({{}, name});
}

void EventDriver::record(const ScenarioEvent& event,
                         std::string_view type,
                         std::string target,
                         bool applied) {
  world_.recorder_.record(
      timeline::ScenarioEvent{event.pointer, std::string(type), std::move(target), applied});
}

// Faults.

void EventDriver::begin_fault(const ScenarioEvent& event, std::uint64_t occurrence) {
  const std::uint64_t number = next_fault_++;
  Fault fault{.name = event.id.empty() ? event.pointer : event.id,
              .event = &event,
              .clusters = {},
              .struck = false};
  if (occurrence > 0) fault.name += "#" + std::to_string(occurrence);
  if (const auto* outage = std::get_if<OutageEvent>(&event.action)) {
    begin(*outage, number, fault);
  } else if (const auto* error = std::get_if<ClientErrorEvent>(&event.action)) {
    begin(*error, number, fault);
  } else {
    begin(std::get<ComponentEvent>(event.action), fault);
  }
  faults_.emplace(number, std::move(fault));
  if (event.lasts)
    world_.engine_.after(*event.lasts, sim::Phase::world, [this, number] { end_fault(number); });
}

std::vector<std::string> EventDriver::selected(const ClusterSelector& clusters) const {
  std::vector<ClusterSpec> specs;
  for (const auto& [name, site] : world_.sites_)
    specs.push_back(site.spec);
  std::vector<std::string> names;
  for (const std::size_t index : select_clusters(clusters, specs))
    names.push_back(specs[index].name);
  return names;
}

void EventDriver::begin(const ComponentEvent& component, Fault& fault) {
  world_.recorder_.record(timeline::FaultStarted{
      .fault = fault.name, .type = "component", .mode = mode_word(component)});
  fault.struck = strike(component, 1);
}

// Nothing in the world notices before it is asked.
void EventDriver::begin(const ClientErrorEvent& error, std::uint64_t number, Fault& fault) {
  fault.clusters = selected(error.clusters);
  const std::uint64_t seq = world_.recorder_.record(timeline::FaultStarted{
      .fault = fault.name, .type = "clientError", .clusters = fault.clusters});
  for (const std::string& name : fault.clusters) {
    Site& site = world_.sites_.find(name)->second;
    site.outages.begin_client_error(number);
    site.last_fault = seq;
  }
}

void EventDriver::begin(const OutageEvent& outage, std::uint64_t number, Fault& fault) {
  fault.clusters = selected(outage.clusters);
  const std::uint64_t seq =
      world_.recorder_.record(timeline::FaultStarted{.fault = fault.name,
                                                     .type = "outage",
                                                     .mode = mode_word(outage.mode),
                                                     .clusters = fault.clusters});
  for (const std::string& name : fault.clusters) {
    Site& site = world_.sites_.find(name)->second;
    site.outages.begin({number, outage.mode, outage.packets, outage.answer});
    site.last_fault = seq;
    ProcessSlot* agent = world_.find_process("agent", name);
    if (outage.mode == OutageMode::powerloss && agent != nullptr) stop(*agent, "PowerLoss");
    world_.engine_.set_current_cause(seq);
    world_.site_changed(site);
  }
}

void EventDriver::end_fault(std::uint64_t number) {
  const auto node = faults_.extract(number);
  if (node.empty()) return;
  const Fault& fault = node.mapped();
  world_.engine_.set_current_cause(0);
  if (const auto* component = std::get_if<ComponentEvent>(&fault.event->action)) {
    world_.recorder_.record(timeline::FaultEnded{
        .fault = fault.name, .type = "component", .mode = mode_word(*component)});
    if (fault.struck) (void)strike(*component, -1);
    return;
  }
  const auto* outage = std::get_if<OutageEvent>(&fault.event->action);
  const std::uint64_t seq = world_.recorder_.record(
      timeline::FaultEnded{.fault = fault.name,
                           .type = outage != nullptr ? "outage" : "clientError",
                           .mode = outage != nullptr ? mode_word(outage->mode) : "",
                           .clusters = fault.clusters});
  for (const std::string& name : fault.clusters) {
    Site& site = world_.sites_.find(name)->second;
    site.outages.end(number);
    site.last_fault = seq;
    world_.engine_.set_current_cause(seq);
    world_.site_changed(site);
    ProcessSlot* agent = world_.find_process("agent", name);
    const bool lost_power = outage != nullptr && outage->mode == OutageMode::powerloss;
    if (lost_power && agent != nullptr) resume(*agent, "PowerLoss");
  }
}

bool EventDriver::strike(const ComponentEvent& component, int times) {
  if (component.name == estimator_name) {
    const auto site = world_.sites_.find(component.cluster);
    if (site == world_.sites_.end()) return false;
    strike(site->second.estimator, component, times);
    return true;
  }
  ProcessSlot* slot = world_.find_process(component.name, component.cluster);
  if (slot == nullptr) return false;
  if (component.state == ProcessState::isolated) {
    slot->isolations += times;
    world_.link_changed(*slot);
  } else if (times > 0) {
    stop(*slot, "Fault");
  } else {
    resume(*slot, "Fault");
  }
  return true;
}

void EventDriver::strike(EstimatorState& estimator, const ComponentEvent& component, int times) {
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

void EventDriver::stop(ProcessSlot& slot, std::string_view reason) {
  if (slot.stops++ == 0) world_.stop_process(slot, reason);
}

void EventDriver::resume(ProcessSlot& slot, std::string_view reason) {
  if (--slot.stops == 0) world_.start_process(slot, reason);
}

void EventDriver::act(const ScenarioEvent& /*event*/, const OutageEvent& /*outage*/) {
  throw std::logic_error("an outage is a fault");
}

void EventDriver::act(const ScenarioEvent& /*event*/, const ClientErrorEvent& /*error*/) {
  throw std::logic_error("a client error is a fault");
}

void EventDriver::act(const ScenarioEvent& event, const ComponentEvent& component) {
  const std::string target =
      component.cluster.empty() ? component.name : component.name + " " + component.cluster;
  if (component.restart) return restart(event, component, target);
  // Up: ends what took it down, if anything did.
  std::uint64_t number = 0;
  for (const auto& [candidate, fault] : faults_) {
    const auto* down = std::get_if<ComponentEvent>(&fault.event->action);
    if (down != nullptr && down->name == component.name && down->cluster == component.cluster)
      number = candidate;
  }
  record(event, "component", target, number != 0);
  if (number != 0) end_fault(number);
}

void EventDriver::restart(const ScenarioEvent& event,
                          const ComponentEvent& component,
                          const std::string& target) {
  if (component.name == estimator_name) {
    const auto site = world_.sites_.find(component.cluster);
    const bool runs = site != world_.sites_.end() && site->second.estimator.stops == 0;
    record(event, "component", target, runs);
    // It remembers nothing, and answers again at once.
    if (!runs) return;
    world_.recorder_.record(
        timeline::ComponentStopped{component.name, component.cluster, "Restart"});
    world_.recorder_.record(
        timeline::ComponentStarted{component.name, component.cluster, "Restart"});
    return;
  }
  ProcessSlot* slot = world_.find_process(component.name, component.cluster);
  const bool runs = slot != nullptr && slot->election->running();
  record(event, "component", target, runs);
  if (!runs) return;
  stop(*slot, "Restart");
  resume(*slot, "Restart");
}

void EventDriver::act(const ScenarioEvent& event, const EndEvent& end) {
  std::vector<std::uint64_t> ending;
  for (const auto& [number, fault] : faults_) {
    if (fault.event->id == end.id) ending.push_back(number);
  }
  record(event, "end", end.id, !ending.empty());
  for (const std::uint64_t number : ending)
    end_fault(number);
}

// What users do to clusters.

void EventDriver::act(const ScenarioEvent& event, const TaintEvent& taint) {
  const auto found = cluster(taint.cluster);
  const api::Taint added{taint.key, taint.value, taint.effect,
                         api::StoredTime::floor(world_.clock_.now())};
  const bool fresh =
      found && std::ranges::none_of(found->spec.taints, [&](const api::Taint& other) {
        return other.same_identity(added);
      });
  record(event, "taint", taint_target(taint.cluster, taint.key, taint.effect), fresh);
  if (!fresh) return;
  (void)world_.server_.clusters.patch(
      found->metadata.key(), [&](api::Cluster& next) { next.spec.taints.push_back(added); });
}

void EventDriver::act(const ScenarioEvent& event, const UntaintEvent& untaint) {
  const auto found = cluster(untaint.cluster);
  const auto meant = [&](const api::Taint& taint) {
    return taint.key == untaint.key && (untaint.effect.empty() || taint.effect == untaint.effect);
  };
  const bool there = found && std::ranges::any_of(found->spec.taints, meant);
  record(event, "untaint", taint_target(untaint.cluster, untaint.key, untaint.effect), there);
  if (!there) return;
  (void)world_.server_.clusters.patch(
      found->metadata.key(), [&](api::Cluster& next) { std::erase_if(next.spec.taints, meant); });
}

void EventDriver::act(const ScenarioEvent& event, const LabelEvent& label) {
  const auto found = cluster(label.cluster);
  record(event, "label", label.cluster, found != nullptr);
  if (!found) return;
  (void)world_.server_.clusters.patch(
      found->metadata.key(), [&](api::Cluster& next) { next.metadata.labels = label.labels; });
}

void EventDriver::act(const ScenarioEvent& event, const NodesEvent& nodes) {
  MemberCluster& member = *world_.sites_.find(nodes.cluster)->second.member;
  record(event, "nodes", nodes.cluster, true);
  if (nodes.set) {
    member.set_nodes(nodes_of(*nodes.set));
  } else if (nodes.cordon) {
    member.cordon_first(*nodes.cordon);
  } else if (*nodes.add >= 0) {
    member.add_nodes(*nodes.add);
  } else {
    member.remove_last_nodes(-*nodes.add);
  }
}

void EventDriver::act(const ScenarioEvent& event, const ClusterSpec& join) {
  const bool absent = cluster(join.name) == nullptr;
  record(event, "join", join.name, absent);
  if (!absent) return;
  if (!world_.sites_.contains(join.name)) world_.add_site(join);
  world_.join(join.name);
}

void EventDriver::act(const ScenarioEvent& event, const UnjoinEvent& unjoin) {
  const auto found = cluster(unjoin.cluster);
  const bool there = found && !found->metadata.deleting();
  record(event, "unjoin", unjoin.cluster, there);
  if (!there) return;
  if (unjoin.force) {
    (void)world_.server_.clusters.patch(
        found->metadata.key(), [](api::Cluster& next) { next.metadata.finalizers.clear(); });
  }
  (void)world_.server_.clusters.remove(found->metadata.key());
}

// What users do to workloads and policies.

void EventDriver::act(const ScenarioEvent& event, const ScaleEvent& scale) {
  const WorkloadInstance& instance = workload(scale.workload);
  const bool there = world_.server_.templates.find(binding_key(
                         instance.spec->kind, instance.spec->space, instance.name)) != nullptr;
  record(event, "scale", instance.full_name(), there);
  if (there) world_.detector_.scale(instance, scale.replicas);
}

void EventDriver::act(const ScenarioEvent& event, const ReadyCapEvent& cap) {
  const WorkloadInstance& instance = workload(cap.workload);
  MemberCluster& member = *world_.sites_.find(cap.cluster)->second.member;
  const bool there = member.holds(reference(instance));
  record(event, "readyCap",
         instance.full_name() + " " + cap.cluster + " " + std::to_string(cap.ready), there);
  if (there) member.set_ready_cap(reference(instance), cap.ready);
}

void EventDriver::act(const ScenarioEvent& event, const StatusEvent& status) {
  const WorkloadInstance& instance = workload(status.workload);
  MemberCluster& member = *world_.sites_.find(status.cluster)->second.member;
  const bool there = member.holds(reference(instance));
  record(event, "status", instance.full_name() + " " + status.cluster, there);
  if (there) member.merge_status(reference(instance), status.document);
}

void EventDriver::act(const ScenarioEvent& event, const ApplyEvent& applied) {
  if (!applied.typed) throw std::logic_error("an object to apply was not understood before");
  std::visit([&](const auto& object) { apply(event, object); }, *applied.typed);
}

void EventDriver::apply(const ScenarioEvent& event, const api::ClusterTaintPolicy& policy) {
  record(event, "apply", object_target("ClusterTaintPolicy", {}, policy.metadata.name), true);
  auto& table = world_.server_.taint_policies;
  if (table.create(policy).done()) return;
  (void)table.patch(policy.metadata.key(),
                    [&](api::ClusterTaintPolicy& next) { next.spec = policy.spec; });
}

void EventDriver::apply(const ScenarioEvent& event, const WorkloadRebalancer& rebalancer) {
  record(event, "apply", object_target("WorkloadRebalancer", {}, rebalancer.metadata.name), true);
  const api::WorkloadRebalancer object = object_of(rebalancer);
  auto& table = world_.server_.rebalancers;
  if (table.create(object).done()) return;
  (void)table.patch(object.metadata.key(),
                    [&](api::WorkloadRebalancer& next) { next.bindings = object.bindings; });
}

void EventDriver::apply(const ScenarioEvent& event, const api::FederatedResourceQuota& quota) {
  record(event, "apply",
         object_target("FederatedResourceQuota", quota.metadata.space, quota.metadata.name), true);
  auto& table = world_.server_.federated_quotas;
  if (table.create(quota).done()) return;
  (void)table.patch(quota.metadata.key(),
                    [&](api::FederatedResourceQuota& next) { next.spec = quota.spec; });
}

void EventDriver::apply(const ScenarioEvent& event, const api::PropagationPolicy& policy) {
  record(event, "apply",
         object_target("PropagationPolicy", policy.metadata.space, policy.metadata.name), true);
  const std::uint64_t cause = world_.engine_.current_cause();
  for (const WorkloadInstance& instance : world_.spec_.workloads) {
    if (instance.policy != policy.metadata.name || instance.spec->space != policy.metadata.space)
      continue;
    world_.engine_.set_current_cause(cause);
    world_.detector_.apply_policy(instance, policy);
  }
}

void EventDriver::act(const ScenarioEvent& event, const PatchEvent& patch) {
  const ObjectTarget& target = patch.target;
  const UserPatch change(world_.server_, target, patch.patch);
  record(event, "patch", object_target(target.kind, target.space, target.name),
         change.applicable());
  change.apply();
}

void EventDriver::act(const ScenarioEvent& event, const DeleteEvent& deletion) {
  const ObjectTarget& target = deletion.target;
  const std::string name = object_target(target.kind, target.space, target.name);
  if (const auto found = workloads_.find(name); found != workloads_.end()) {
    const WorkloadInstance& instance = *found->second;
    const bool there = world_.server_.templates.find(
                           binding_key(target.kind, target.space, target.name)) != nullptr;
    record(event, "delete", name, there);
    if (there) world_.detector_.remove(instance);
    return;
  }
  const bool policy = target.kind == "ClusterTaintPolicy" &&
                      world_.server_.taint_policies.find({{}, target.name}) != nullptr;
  record(event, "delete", name, policy);
  if (policy) (void)world_.server_.taint_policies.remove({{}, target.name});
}

}  // namespace firedrill::models
