#pragma once

/// The nodes of a member cluster and what is requested of them: tables of integer amounts, nodes by
/// resources, kept up to date with every pod that comes or goes. Nodes stand in listed order, which
/// is the order of first fit. What equal nodes have in common is kept once, as their class.
///
/// Load that is not ours takes room from new pods, but never from those that are there: it holds
/// what it wants as far as they leave it, and takes the rest when they go.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/pod_placement.h"
#include "policy/api/cluster.h"
#include "policy/api/node_claim.h"
#include "policy/api/quantity.h"
#include "policy/runtime/ports.h"

namespace firedrill::models {

/// Milli-units of cpu, units of anything else.
using Amount = std::int64_t;

/// Place of a node in the list.
using NodeIndex = std::uint32_t;
inline constexpr NodeIndex no_node = std::numeric_limits<NodeIndex>::max();

struct MemberNode {
  std::string name;
  api::ResourceList allocatable;
  api::Labels labels{};
  std::vector<api::Taint> taints{};
};

/// What one pod requests, by number of resource: itself, and amounts.
struct PodRequest {
  struct Item {
    std::size_t resource;
    Amount amount;
  };
  std::vector<Item> items;
  std::shared_ptr<const api::NodeClaim> claim{};  ///< What it asks of its node; may be null.
};

/// So many pods on that node.
struct NodeShare {
  NodeIndex node = no_node;
  std::int64_t pods = 0;
};

/// Load in a cluster that is not ours.
struct BackgroundLoad {
  /// Share of each resource but pods on each node, in millionths.
  std::int64_t millionths = 0;
  /// Or amounts over all nodes, spread by their size; more than there is, is all there is.
  api::ResourceList amounts{};

  friend bool operator==(const BackgroundLoad&, const BackgroundLoad&) = default;
};

/// Where each node of the old list went: its new place, or `no_node`.
using NodeMoves = std::vector<NodeIndex>;

class NodePool {
 public:
  explicit NodePool(PodPlacement placement);
  NodePool(NodePool&&) noexcept;
  NodePool& operator=(NodePool&&) noexcept;
  ~NodePool();

  /// Numbers the resources of a request. Resources that no node has are kept: such a pod fits
  /// nowhere.
  [[nodiscard]] PodRequest compile(const api::ResourceList& requests,
                                   const std::optional<api::NodeClaim>& claim = {});

  void add(const std::vector<MemberNode>& nodes);
  /// That many more like the last one (none if there is no node), under names not in use.
  void add_alike(std::int64_t count);
  /// Takes the last ones out; more than there are takes all. What their pods request goes with
  /// them.
  [[nodiscard]] NodeMoves remove_last(std::size_t count);
  /// A new list. A node that keeps its name keeps its pods, even if they are more than it can hold
  /// now.
  [[nodiscard]] NodeMoves replace(const std::vector<MemberNode>& nodes);
  /// The first so many take no new pods, the others do.
  void cordon(std::size_t count) { cordoned_ = count; }
  /// What the load that is not ours wants from now on. O(nodes · resources).
  void set_background(BackgroundLoad load);

  /// Puts up to `count` equal pods on nodes and says where; fewer if there is no room for more.
  /// O(nodes + pods).
  [[nodiscard]] std::vector<NodeShare> place(const PodRequest& request, std::int64_t count);
  /// The same on some nodes only, given in listed order.
  [[nodiscard]] std::vector<NodeShare> place(const PodRequest& request,
                                             std::int64_t count,
                                             std::span<const NodeIndex> nodes);
  /// At most one pod on each of the nodes, and none on those that are occupied.
  [[nodiscard]] std::vector<NodeShare> place_one_each(const PodRequest& request,
                                                      std::int64_t count,
                                                      std::span<const NodeIndex> nodes,
                                                      const std::vector<bool>& occupied);
  void release(const PodRequest& request, NodeShare share);
  /// Whether the node takes such a pod, be there room or not.
  [[nodiscard]] bool takes(NodeIndex node, const PodRequest& request) const;
  /// What so many such pods request.
  [[nodiscard]] api::ResourceList quantities(const PodRequest& request, std::int64_t pods) const;

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// Every node, in listed order.
  [[nodiscard]] std::vector<NodeIndex> all() const;
  [[nodiscard]] std::int64_t pods(NodeIndex node) const;
  /// What is left of a resource on a node; negative only where a node shrank under its pods.
  [[nodiscard]] Amount free(NodeIndex node, std::string_view resource) const;
  /// Whether the pods on a node request more of anything than it has. O(resources).
  [[nodiscard]] bool overcommitted(NodeIndex node) const;
  [[nodiscard]] const std::string& name(NodeIndex node) const { return nodes_.at(node).name; }

  [[nodiscard]] std::vector<policy::NodeView> views() const;
  /// Sum over the nodes.
  [[nodiscard]] api::ResourceList allocatable() const;

 private:
  /// What nodes have in common.
  struct NodeClass {
    api::ResourceList allocatable;
    api::Labels labels;
    std::vector<api::Taint> taints;
    std::int64_t nodes = 0;
  };
  struct Node {
    std::string name;
    std::size_t of_class;
  };
  struct Resource {
    std::string name;
    api::QuantityFormat format;  // of the first quantity seen: sums are shown in it
  };
  struct Tables;

  std::size_t number_of(std::string_view name, api::QuantityFormat format);
  std::size_t class_of(const MemberNode& spec);
  [[nodiscard]] MemberNode spec_of(const Node& node) const;
  void append(const MemberNode& spec);
  void spread_background();
  [[nodiscard]] std::int64_t room(NodeIndex index, const PodRequest& request) const;
  void take(NodeIndex index, const PodRequest& request, std::int64_t pods);
  [[nodiscard]] std::int64_t score(NodeIndex index, const PodRequest& request) const;
  [[nodiscard]] std::vector<NodeShare> place_least_allocated(const PodRequest& request,
                                                             std::int64_t count,
                                                             std::span<const NodeIndex> nodes);

  PodPlacement placement_;
  std::size_t cordoned_ = 0;
  BackgroundLoad background_;
  std::vector<Resource> resources_;
  std::vector<NodeClass> classes_;
  std::vector<Node> nodes_;
  std::unique_ptr<Tables> tables_;
};

}  // namespace firedrill::models
