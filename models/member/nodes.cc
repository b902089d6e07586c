#include "models/member/nodes.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <stdexcept>
#include <utility>

#include <Eigen/Core>

#include "policy/karmada/estimator/node_matching.h"

namespace firedrill::models {
namespace {

constexpr std::string_view resource_cpu = "cpu";
constexpr std::string_view resource_memory = "memory";
constexpr std::string_view resource_pods = "pods";

/// Of the number of pods, as a resource: always the first one.
constexpr std::size_t pods_column = 0;

constexpr Amount million = 1'000'000;

/// Products of two amounts.
__extension__ using Wide = unsigned __int128;

/// `amount` times `part` by `whole`, rounded down. Requires: none is negative, 0 < whole.
Amount scaled(Amount amount, Wide part, Wide whole) {
  return static_cast<Amount>(static_cast<Wide>(amount) * part / whole);
}

Amount amount_of(std::string_view resource, const api::Quantity& quantity) {
  return resource == resource_cpu ? quantity.milli_value() : quantity.value();
}

api::Quantity quantity_of(std::string_view resource, Amount amount, api::QuantityFormat format) {
  return resource == resource_cpu ? api::Quantity::from_milli(amount, format)
                                  : api::Quantity::from_units(amount, format);
}

Eigen::Index at(std::size_t index) {
  return static_cast<Eigen::Index>(index);
}

using Table = Eigen::Array<Amount, Eigen::Dynamic, Eigen::Dynamic>;

/// Adds rows or columns of zeros, or drops the last ones.
void resize(Table& table, std::size_t nodes, std::size_t resources) {
  const Eigen::Index rows = table.rows();
  const Eigen::Index columns = table.cols();
  table.conservativeResize(at(nodes), at(resources));
  if (table.rows() > rows) table.bottomRows(table.rows() - rows).setZero();
  if (table.cols() > columns) table.rightCols(table.cols() - columns).setZero();
}

}  // namespace

/// Amounts, a row a node and a column a resource.
struct NodePool::Tables {
  Table allocatable;
  Table requested;  ///< By pods.
  Table wanted;     ///< By the load that is not ours.

  void fit(std::size_t nodes, std::size_t resources) {
    for (Table* table : {&allocatable, &requested, &wanted})
      resize(*table, nodes, resources);
  }
  /// What new pods may still take; less than nothing where others want more than there is.
  [[nodiscard]] Amount left(NodeIndex node, std::size_t resource) const {
    const Eigen::Index row = at(node);
    const Eigen::Index column = at(resource);
    return allocatable(row, column) - requested(row, column) - wanted(row, column);
  }
  /// What the load that is not ours has of what it wants.
  [[nodiscard]] Amount held(NodeIndex node, std::size_t resource) const {
    const Eigen::Index row = at(node);
    const Eigen::Index column = at(resource);
    const Amount beside_pods = allocatable(row, column) - requested(row, column);
    return std::clamp<Amount>(beside_pods, 0, wanted(row, column));
  }
};

NodePool::NodePool(PodPlacement placement)
    : placement_(placement), tables_(std::make_unique<Tables>()) {
  (void)number_of(resource_pods, api::QuantityFormat::decimal_si);
}

NodePool::NodePool(NodePool&&) noexcept = default;
NodePool& NodePool::operator=(NodePool&&) noexcept = default;
NodePool::~NodePool() = default;

std::size_t NodePool::number_of(std::string_view name, api::QuantityFormat format) {
  const auto found = std::ranges::find(resources_, name, &Resource::name);
  if (found != resources_.end()) return static_cast<std::size_t>(found - resources_.begin());
  resources_.push_back({std::string(name), format});
  tables_->fit(nodes_.size(), resources_.size());
  return resources_.size() - 1;
}

PodRequest NodePool::compile(const api::ResourceList& requests,
                             const std::optional<api::NodeClaim>& claim) {
  PodRequest request;
  if (claim && !claim->empty()) request.claim = std::make_shared<const api::NodeClaim>(*claim);
  request.items.push_back({pods_column, 1});
  for (const auto& [name, quantity] : requests) {
    const Amount amount = amount_of(name, quantity);
    if (name == resource_pods || amount <= 0) continue;
    request.items.push_back({number_of(name, quantity.format()), amount});
  }
  return request;
}

std::size_t NodePool::class_of(const MemberNode& spec) {
  const auto known = std::ranges::find_if(classes_, [&spec](const NodeClass& node_class) {
    return node_class.allocatable == spec.allocatable && node_class.labels == spec.labels &&
           node_class.taints == spec.taints;
  });
  if (known != classes_.end()) return static_cast<std::size_t>(known - classes_.begin());
  classes_.push_back({spec.allocatable, spec.labels, spec.taints, 0});
  return classes_.size() - 1;
}

MemberNode NodePool::spec_of(const Node& node) const {
  const NodeClass& of = classes_[node.of_class];
  return {
      .name = node.name, .allocatable = of.allocatable, .labels = of.labels, .taints = of.taints};
}

/// Enters a node; the tables have no row for it yet.
void NodePool::append(const MemberNode& spec) {
  const std::size_t of_class = class_of(spec);
  ++classes_[of_class].nodes;
  nodes_.push_back({spec.name, of_class});
}

void NodePool::add(const std::vector<MemberNode>& nodes) {
  const std::size_t before = nodes_.size();
  nodes_.reserve(before + nodes.size());
  for (const MemberNode& spec : nodes) {
    append(spec);
    for (const auto& [name, quantity] : spec.allocatable)
      (void)number_of(name, quantity.format());
  }
  tables_->fit(nodes_.size(), resources_.size());
  for (std::size_t i = before; i < nodes_.size(); ++i) {
    for (const auto& [name, quantity] : classes_[nodes_[i].of_class].allocatable) {
      const std::size_t resource = number_of(name, quantity.format());
      tables_->allocatable(at(i), at(resource)) = amount_of(name, quantity);
    }
  }
  spread_background();
}

void NodePool::add_alike(std::int64_t count) {
  if (nodes_.empty() || count <= 0) return;
  std::set<std::string, std::less<>> names;
  for (const Node& node : nodes_)
    names.insert(node.name);
  std::vector<MemberNode> more;
  MemberNode spec = spec_of(nodes_.back());
  for (std::size_t number = nodes_.size(); count > 0; ++number) {
    spec.name = "node-" + std::to_string(number);
    if (!names.insert(spec.name).second) continue;
    more.push_back(spec);
    --count;
  }
  add(more);
}

NodeMoves NodePool::remove_last(std::size_t count) {
  NodeMoves moves = all();
  const std::size_t kept = nodes_.size() - std::min(count, nodes_.size());
  std::fill(moves.begin() + static_cast<std::ptrdiff_t>(kept), moves.end(), no_node);
  for (std::size_t i = kept; i < nodes_.size(); ++i)
    --classes_[nodes_[i].of_class].nodes;
  nodes_.resize(kept);
  tables_->fit(kept, resources_.size());
  spread_background();
  return moves;
}

NodeMoves NodePool::replace(const std::vector<MemberNode>& nodes) {
  std::map<std::string, NodeIndex, std::less<>> old_places;
  for (NodeIndex i = 0; i < nodes_.size(); ++i)
    old_places.emplace(nodes_[i].name, i);
  NodeMoves moves(nodes_.size(), no_node);
  const Table requested = tables_->requested;
  nodes_.clear();
  classes_.clear();
  tables_->fit(0, resources_.size());
  add(nodes);
  for (NodeIndex i = 0; i < nodes_.size(); ++i) {
    const auto old_place = old_places.find(nodes_[i].name);
    if (old_place == old_places.end() || moves[old_place->second] != no_node) continue;
    moves[old_place->second] = i;
    tables_->requested.row(at(i)).head(requested.cols()) = requested.row(at(old_place->second));
  }
  return moves;
}

void NodePool::set_background(BackgroundLoad load) {
  background_ = std::move(load);
  for (const auto& [name, quantity] : background_.amounts)
    (void)number_of(name, quantity.format());
  spread_background();
}

/// Who wants how much of which node.
void NodePool::spread_background() {
  Table& wanted = tables_->wanted;
  wanted.setZero();
  const Table& allocatable = tables_->allocatable;
  if (background_.millionths > 0) {
    wanted = allocatable.unaryExpr([share = background_.millionths](Amount amount) {
      return scaled(amount, static_cast<Wide>(share), static_cast<Wide>(million));
    });
    wanted.col(at(pods_column)).setZero();
    return;
  }
  for (const auto& [name, quantity] : background_.amounts) {
    const Eigen::Index column = at(number_of(name, quantity.format()));
    Wide whole = 0;
    for (const Amount amount : allocatable.col(column))
      whole += static_cast<Wide>(amount);
    const Wide asked = static_cast<Wide>(amount_of(name, quantity));
    const Amount total = static_cast<Amount>(std::min(asked, whole));
    // Each node gets what is due up to it less what is due before it: the sum is exact.
    Wide before = 0;
    for (Eigen::Index row = 0; row < allocatable.rows() && whole > 0; ++row) {
      const Wide up_to = before + static_cast<Wide>(allocatable(row, column));
      wanted(row, column) = scaled(total, up_to, whole) - scaled(total, before, whole);
      before = up_to;
    }
  }
}

/// Filters of the member's scheduler but for resources.
bool NodePool::takes(NodeIndex index, const PodRequest& request) const {
  const Node& node = nodes_.at(index);
  const NodeClass& of = classes_[node.of_class];
  const bool cordoned = index < cordoned_;
  if (!request.claim && !cordoned && of.taints.empty()) return true;
  return policy::karmada::accepts(
      {.name = node.name, .labels = of.labels, .taints = of.taints, .unschedulable = cordoned},
      request.claim.get());
}

std::int64_t NodePool::room(NodeIndex index, const PodRequest& request) const {
  if (!takes(index, request)) return 0;
  std::int64_t pods = std::numeric_limits<std::int64_t>::max();
  for (const PodRequest::Item& item : request.items) {
    const Amount left = tables_->left(index, item.resource);
    if (left < item.amount) return 0;
    pods = std::min(pods, left / item.amount);
  }
  return pods;
}

void NodePool::take(NodeIndex index, const PodRequest& request, std::int64_t pods) {
  for (const PodRequest::Item& item : request.items)
    tables_->requested(at(index), at(item.resource)) += item.amount * pods;
}

std::int64_t NodePool::pods(NodeIndex node) const {
  return tables_->requested(at(node), at(pods_column));
}

void NodePool::release(const PodRequest& request, NodeShare share) {
  if (pods(share.node) < share.pods)
    throw std::logic_error("more pods released than the node holds");
  take(share.node, request, -share.pods);
}

api::ResourceList NodePool::quantities(const PodRequest& request, std::int64_t pods) const {
  api::ResourceList list;
  for (const PodRequest::Item& item : request.items) {
    if (item.resource == pods_column) continue;
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
    const std::int64_t pods = std::min(count, room(index, request));
    if (pods == 0) continue;
    take(index, request, pods);
    shares.push_back({index, pods});
    count -= pods;
  }
  return shares;
}

std::vector<NodeShare> NodePool::place_one_each(const PodRequest& request,
                                                std::int64_t count,
                                                std::span<const NodeIndex> nodes,
                                                const std::vector<bool>& occupied) {
  std::vector<NodeShare> shares;
  for (const NodeIndex index : nodes) {
    if (std::ssize(shares) == count) break;
    if (occupied[index] || room(index, request) == 0) continue;
    take(index, request, 1);
    shares.push_back({index, 1});
  }
  return shares;
}

/// Mean of the shares of cpu and memory left after taking the pod, in percent.
///
/// Follows kubernetes pkg/scheduler/framework/plugins/noderesources/least_allocated.go, with the
/// request as it is: what a pod does not request counts nothing.
std::int64_t NodePool::score(NodeIndex index, const PodRequest& request) const {
  constexpr Amount percent = 100;
  std::int64_t sum = 0;
  std::int64_t weights = 0;
  for (std::size_t resource = 0; resource < resources_.size(); ++resource) {
    const std::string_view name = resources_[resource].name;
    if (name != resource_cpu && name != resource_memory) continue;
    const Amount capacity = tables_->allocatable(at(index), at(resource));
    if (capacity <= 0) continue;
    Amount left = tables_->left(index, resource);
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
    if (room(index, request) > 0) candidates.push({score(index, request), index});
  };
  for (const NodeIndex index : nodes)
    offer(index);
  std::vector<NodeShare> shares;
  for (; count > 0 && !candidates.empty(); --count) {
    const NodeIndex best = candidates.top().node;
    candidates.pop();
    take(best, request, 1);
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
  const auto found = std::ranges::find(resources_, resource, &Resource::name);
  if (found == resources_.end()) return 0;
  const auto column = static_cast<std::size_t>(found - resources_.begin());
  const Amount beside_pods =
      tables_->allocatable(at(node), at(column)) - tables_->requested(at(node), at(column));
  return beside_pods - tables_->held(node, column);
}

bool NodePool::overcommitted(NodeIndex node) const {
  return (tables_->requested.row(at(node)) > tables_->allocatable.row(at(node))).any();
}

std::vector<policy::NodeView> NodePool::views() const {
  std::vector<policy::NodeView> views;
  views.reserve(nodes_.size());
  for (NodeIndex index = 0; index < nodes_.size(); ++index) {
    const Node& node = nodes_[index];
    const NodeClass& of = classes_[node.of_class];
    policy::NodeView view{.name = node.name,
                          .allocatable = of.allocatable,
                          .requested = {},
                          .labels = of.labels,
                          .taints = of.taints,
                          .unschedulable = index < cordoned_};
    for (std::size_t i = pods_column + 1; i < resources_.size(); ++i) {
      const Amount used = tables_->requested(at(index), at(i)) + tables_->held(index, i);
      if (used == 0) continue;
      const Resource& resource = resources_[i];
      view.requested.emplace(resource.name, quantity_of(resource.name, used, resource.format));
    }
    view.pods = pods(index);
    views.push_back(std::move(view));
  }
  return views;
}

api::ResourceList NodePool::allocatable() const {
  api::ResourceList sum;
  for (const NodeClass& of : classes_) {
    if (of.nodes == 0) continue;
    for (const auto& [name, quantity] : of.allocatable)
      sum[name] += quantity * of.nodes;
  }
  return sum;
}

}  // namespace firedrill::models
