#include "policy/karmada/estimator/node_simulator.h"

#include <algorithm>

#include "policy/karmada/estimator/node_matching.h"
#include "policy/karmada/status/resource_models.h"

namespace firedrill::policy::karmada {
void NodeSimulator::add(const NodeView& node) {
  const std::int64_t pods = estimator_amount(node.allocatable, resource_pods) - node.pods;
  nodes_.push_back(
      {.capacity = &node.allocatable, .view = &node, .pods = std::max<std::int64_t>(pods, 0)});
}

void NodeSimulator::add(const api::ResourceList& capacity, std::int64_t pods, std::int64_t count) {
  const Node node{.capacity = &capacity, .view = nullptr, .pods = pods};
  nodes_.insert(nodes_.end(), static_cast<std::size_t>(std::max<std::int64_t>(count, 0)), node);
}

/// A resource gets its number, and every node its amount, when somebody first asks for it.
std::size_t NodeSimulator::number_of(std::string_view resource) {
  const auto found = std::ranges::find(resources_, resource);
  if (found != resources_.end()) return static_cast<std::size_t>(found - resources_.begin());
  resources_.emplace_back(resource);
  for (Node& node : nodes_) {
    std::int64_t left = estimator_amount(*node.capacity, resource);
    if (node.view != nullptr) left -= estimator_amount(node.view->requested, resource);
    node.left.push_back(std::max<std::int64_t>(left, 0));
  }
  return resources_.size() - 1;
}

NodeSimulator::Demand NodeSimulator::demand_of(const api::ResourceList& request,
                                               const api::NodeClaim* claim) {
  Demand demand{.items = {}, .claim = claim};
  for (const auto& [resource, quantity] : request) {
    const std::int64_t wanted = estimator_amount(resource, quantity);
    if (wanted > 0 && resource != resource_pods)
      demand.items.emplace_back(number_of(resource), wanted);
  }
  return demand;
}

NodeSimulator::Demand NodeSimulator::demand_of(const api::Component& component) {
  Demand demand;
  if (component.requirements) {
    const auto& claim = component.requirements->node_claim;
    demand = demand_of(component.requirements->resource_request, claim ? &*claim : nullptr);
  }
  demand.replicas = component.replicas;
  return demand;
}

std::int64_t NodeSimulator::room_on(const Node& node, const Demand& demand) {
  if (node.view != nullptr &&
      (!node.view->ready || !accepts(traits_of(*node.view), demand.claim))) {
    return 0;
  }
  std::int64_t room = node.pods;
  for (const auto& [resource, wanted] : demand.items) {
    room = std::min(room, node.left[resource] / wanted);
  }
  return room;
}

bool NodeSimulator::place_component(Demand& demand) {
  std::int64_t remaining = demand.replicas;
  for (; remaining > 0 && demand.first < nodes_.size(); ++demand.first) {
    Node& node = nodes_[demand.first];
    const std::int64_t taken = std::min(remaining, room_on(node, demand));
    node.pods -= taken;
    for (const auto& [resource, wanted] : demand.items)
      node.left[resource] -= wanted * taken;
    remaining -= taken;
    if (remaining == 0) break;  // There may be room for one more here.
  }
  return remaining <= 0;
}

std::int64_t NodeSimulator::place_sets(std::span<const api::Component> components,
                                       std::int64_t most) {
  std::vector<Demand> demands;
  demands.reserve(components.size());
  for (const api::Component& component : components)
    demands.push_back(demand_of(component));
  const bool empty =
      std::ranges::all_of(demands, [](const Demand& demand) { return demand.replicas <= 0; });
  if (empty) return most;
  std::int64_t sets = 0;
  while (sets < most &&
         std::ranges::all_of(demands, [this](Demand& demand) { return place_component(demand); })) {
    ++sets;
  }
  return sets;
}

void NodeSimulator::place(std::span<const AssumedWorkload> workloads) {
  for (const AssumedWorkload& workload : workloads)
    place_sets(workload.components, 1);
}

std::int64_t NodeSimulator::room(const api::ResourceList& request, const api::NodeClaim* claim) {
  const Demand demand = demand_of(request, claim);
  std::int64_t sum = 0;
  for (const Node& node : nodes_)
    sum += room_on(node, demand);
  return sum;
}

}  // namespace firedrill::policy::karmada
