#include "models/member/nodes.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <stdexcept>
#include <utility>

namespace firedrill::models {
namespace {

constexpr std::string_view resource_cpu = "cpu";
constexpr std::string_view resource_memory = "memory";
constexpr std::string_view resource_pods = "pods";

Amount amount_of(std::string_view resource, const api::Quantity& quantity) {
  return resource == resource_cpu ? quantity.milli_value() : quantity.value();
}

api::Quantity quantity_of(std::string_view resource, Amount amount, api::QuantityFormat format) {
  return resource == resource_cpu ? api::Quantity::from_milli(amount, format)
                                  : api::Quantity::from_units(amount, format);
}

Amount at(const std::vector<Amount>& amounts, std::size_t resource) {
  return resource < amounts.size() ? amounts[resource] : 0;
}

}  // namespace

std::size_t NodePool::number_of(std::string_view name, api::QuantityFormat format) {
  const auto found = std::ranges::find_if(
      resources_, [name](const Resource& resource) { return resource.name == name; });
  if (found != resources_.end()) return static_cast<std::size_t>(found - resources_.begin());
  resources_.push_back({std::string(name), format});
  return resources_.size() - 1;
}

PodRequest NodePool::compile(const api::ResourceList& requests) {
  PodRequest request;
  for (const auto& [name, quantity] : requests) {
    const Amount amount = amount_of(name, quantity);
    if (name == resource_pods || amount <= 0) continue;
    request.items.push_back({number_of(name, quantity.format()), amount});
  }
  return request;
}

NodePool::Node NodePool::make(const MemberNode& spec) {
  Node node{.spec = spec, .allocatable = {}, .requested = {}};
  for (const auto& [name, quantity] : spec.allocatable) {
    const Amount amount = amount_of(name, quantity);
    if (name == resource_pods) {
      node.pods_max = amount;
      continue;
    }
    const std::size_t resource = number_of(name, quantity.format());
    if (node.allocatable.size() <= resource) node.allocatable.resize(resource + 1);
    node.allocatable[resource] = amount;
  }
  return node;
}

void NodePool::add(const std::vector<MemberNode>& nodes) {
  nodes_.reserve(nodes_.size() + nodes.size());
  for (const MemberNode& spec : nodes)
    nodes_.push_back(make(spec));
}

void NodePool::add_alike(std::int64_t count) {
  if (nodes_.empty() || count <= 0) return;
  std::set<std::string, std::less<>> names;
  for (const Node& node : nodes_)
    names.insert(node.spec.name);
  MemberNode spec = nodes_.back().spec;
  for (std::size_t number = nodes_.size(); count > 0; ++number) {
    spec.name = "node-" + std::to_string(number);
    if (!names.insert(spec.name).second) continue;
    nodes_.push_back(make(spec));
    --count;
  }
}

NodeMoves NodePool::remove_last(std::size_t count) {
  NodeMoves moves = all();
  const std::size_t kept = nodes_.size() - std::min(count, nodes_.size());
  std::fill(moves.begin() + static_cast<std::ptrdiff_t>(kept), moves.end(), no_node);
  nodes_.resize(kept);
  return moves;
}

NodeMoves NodePool::replace(const std::vector<MemberNode>& nodes) {
  std::map<std::string_view, NodeIndex> old_places;
  for (NodeIndex i = 0; i < nodes_.size(); ++i)
    old_places.emplace(nodes_[i].spec.name, i);
  NodeMoves moves(nodes_.size(), no_node);
  std::vector<Node> next;
  next.reserve(nodes.size());
  for (const MemberNode& spec : nodes) {
    Node node = make(spec);
    const auto old_place = old_places.find(spec.name);
    if (old_place != old_places.end() && moves[old_place->second] == no_node) {
      Node& old = nodes_[old_place->second];
      node.requested = std::move(old.requested);
      node.pods = old.pods;
      moves[old_place->second] = static_cast<NodeIndex>(next.size());
    }
    next.push_back(std::move(node));
  }
  nodes_ = std::move(next);
  return moves;
}

std::int64_t NodePool::room(NodeIndex index, const PodRequest& request) const {
  const Node& node = nodes_.at(index);
  if (!node.spec.schedulable || index < cordoned_) return 0;
  std::int64_t pods = node.pods_max - node.pods;
  for (const PodRequest::Item& item : request.items) {
    if (pods <= 0) break;
    const Amount left = at(node.allocatable, item.resource) - at(node.requested, item.resource);
    pods = std::min(pods, left > 0 ? left / item.amount : 0);
  }
  return std::max<std::int64_t>(pods, 0);
}

void NodePool::take(Node& node, const PodRequest& request, std::int64_t pods) {
  for (const PodRequest::Item& item : request.items) {
    if (node.requested.size() <= item.resource) node.requested.resize(item.resource + 1);
    node.requested[item.resource] += item.amount * pods;
  }
  node.pods += pods;
}

void NodePool::release(const PodRequest& request, NodeShare share) {
  Node& node = nodes_.at(share.node);
  if (node.pods < share.pods) throw std::logic_error("more pods released than the node holds");
  take(node, request, -share.pods);
}

api::ResourceList NodePool::quantities(const PodRequest& request, std::int64_t pods) const {
  api::ResourceList list;
  for (const PodRequest::Item& item : request.items) {
    const Resource& resource = resources_[item.resource];
    list.emplace(resource.name, quantity_of(resource.name, item.amount, resource.format) * pods);
  }
  return list;
}

std::vector<NodeIndex> NodePool::all() const {
  std::vector<NodeIndex> indices(nodes_.size());
  std::iota(indices.begin(), indices.end(), NodeIndex{0});
  return indices;
}

std::vector<NodeShare> NodePool::place(const PodRequest& request, std::int64_t count) {
  return place(request, count, all());
}

std::vector<NodeShare> NodePool::place(const PodRequest& request,
                                       std::int64_t count,
                                       std::span<const NodeIndex> nodes) {
  if (placement_ == PodPlacement::least_allocated)
    return place_least_allocated(request, count, nodes);
  std::vector<NodeShare> shares;
  for (const NodeIndex index : nodes) {
    if (count <= 0) break;
    Node& node = nodes_.at(index);
    const std::int64_t pods = std::min(count, room(index, request));
    if (pods == 0) continue;
    take(node, request, pods);
    shares.push_back({index, pods});
    count -= pods;
  }
  return shares;
}

/// Mean of the shares of cpu and memory left after taking the pod, in percent.
///
/// Follows kubernetes pkg/scheduler/framework/plugins/noderesources/least_allocated.go, with the
/// request as it is: what a pod does not request counts nothing.
std::int64_t NodePool::score(const Node& node, const PodRequest& request) const {
  constexpr Amount percent = 100;
  std::int64_t sum = 0;
  std::int64_t weights = 0;
  for (std::size_t resource = 0; resource < resources_.size(); ++resource) {
    const std::string_view name = resources_[resource].name;
    if (name != resource_cpu && name != resource_memory) continue;
    const Amount capacity = at(node.allocatable, resource);
    if (capacity <= 0) continue;
    Amount left = capacity - at(node.requested, resource);
    for (const PodRequest::Item& item : request.items) {
      if (item.resource == resource) left -= item.amount;
    }
    left = std::max<Amount>(left, 0);
    const bool small = left <= std::numeric_limits<Amount>::max() / percent;
    sum += small ? left * percent / capacity : left / (capacity / percent);
    ++weights;
  }
  return weights == 0 ? 0 : sum / weights;
}

std::vector<NodeShare> NodePool::place_least_allocated(const PodRequest& request,
                                                       std::int64_t count,
                                                       std::span<const NodeIndex> nodes) {
  struct Candidate {
    std::int64_t score;
    NodeIndex node;
  };
  const auto worse = [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score < b.score : a.node > b.node;
  };
  std::priority_queue<Candidate, std::vector<Candidate>, decltype(worse)> candidates(worse);
  const auto offer = [&](NodeIndex index) {
    if (room(index, request) > 0) candidates.push({score(nodes_[index], request), index});
  };
  for (const NodeIndex index : nodes)
    offer(index);
  std::vector<NodeShare> shares;
  for (; count > 0 && !candidates.empty(); --count) {
    const NodeIndex best = candidates.top().node;
    candidates.pop();
    take(nodes_[best], request, 1);
    if (!shares.empty() && shares.back().node == best) {
      ++shares.back().pods;
    } else {
      shares.push_back({best, 1});
    }
    offer(best);
  }
  return shares;
}

Amount NodePool::free(NodeIndex node, std::string_view resource) const {
  const Node& of = nodes_.at(node);
  if (resource == resource_pods) return of.pods_max - of.pods;
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    if (resources_[i].name == resource) return at(of.allocatable, i) - at(of.requested, i);
  }
  return 0;
}

bool NodePool::overcommitted(NodeIndex node) const {
  const Node& of = nodes_.at(node);
  if (of.pods > of.pods_max) return true;
  for (std::size_t i = 0; i < of.requested.size(); ++i) {
    if (of.requested[i] > at(of.allocatable, i)) return true;
  }
  return false;
}

std::vector<policy::NodeView> NodePool::views() const {
  std::vector<policy::NodeView> views;
  views.reserve(nodes_.size());
  for (const Node& node : nodes_) {
    policy::NodeView view{
        .name = node.spec.name, .allocatable = node.spec.allocatable, .requested = {}};
    for (std::size_t i = 0; i < node.requested.size(); ++i) {
      if (node.requested[i] == 0) continue;
      const Resource& resource = resources_[i];
      view.requested.emplace(resource.name,
                             quantity_of(resource.name, node.requested[i], resource.format));
    }
    view.pods = node.pods;
    views.push_back(std::move(view));
  }
  return views;
}

api::ResourceList NodePool::allocatable() const {
  api::ResourceList sum;
  for (const Node& node : nodes_) {
    for (const auto& [name, quantity] : node.spec.allocatable)
      sum[name] += quantity;
  }
  return sum;
}

}  // namespace firedrill::models
