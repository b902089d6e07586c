#pragma once

/// The nodes of a member cluster and what is requested of them: integer amounts by resource, kept
/// up to date with every pod that comes or goes. Nodes stand in listed order, which is the order of
/// first fit.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  bool schedulable = true;  ///< False: its taints keep new pods away.
};

/// Which node with room takes a pod.
enum class PodPlacement : std::uint8_t {
  first_fit,        ///< The first in listed order.
  least_allocated,  ///< The one with the largest share of cpu and memory left; the first of equals.
};

/// What one pod requests, by number of resource.
struct PodRequest {
  struct Item {
    std::size_t resource;
    Amount amount;
  };
  std::vector<Item> items;
};

/// So many pods on that node.
struct NodeShare {
  NodeIndex node = no_node;
  std::int64_t pods = 0;
};

/// Where each node of the old list went: its new place, or `no_node`.
using NodeMoves = std::vector<NodeIndex>;

class NodePool {
 public:
  explicit NodePool(PodPlacement placement) : placement_(placement) {}

  /// Numbers the resources of a request. Resources that no node has are kept: such a pod fits
  /// nowhere.
  [[nodiscard]] PodRequest compile(const api::ResourceList& requests);

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

  /// Puts up to `count` equal pods on nodes and says where; fewer if there is no room for more.
  /// O(nodes + pods).
  [[nodiscard]] std::vector<NodeShare> place(const PodRequest& request, std::int64_t count);
  /// The same on some nodes only, given in listed order.
  [[nodiscard]] std::vector<NodeShare> place(const PodRequest& request,
                                             std::int64_t count,
                                             std::span<const NodeIndex> nodes);
  void release(const PodRequest& request, NodeShare share);
  /// What so many such pods request.
  [[nodiscard]] api::ResourceList quantities(const PodRequest& request, std::int64_t pods) const;

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// Every node, in listed order.
  [[nodiscard]] std::vector<NodeIndex> all() const;
  [[nodiscard]] std::int64_t pods(NodeIndex node) const { return nodes_.at(node).pods; }
  /// What is left of a resource on a node; negative only where a node shrank under its pods.
  [[nodiscard]] Amount free(NodeIndex node, std::string_view resource) const;
  /// Whether the pods on a node request more of anything than it has. O(resources).
  [[nodiscard]] bool overcommitted(NodeIndex node) const;
  [[nodiscard]] const std::string& name(NodeIndex node) const { return nodes_.at(node).spec.name; }

  [[nodiscard]] std::vector<policy::NodeView> views() const;
  /// Sum over the nodes.
  [[nodiscard]] api::ResourceList allocatable() const;

 private:
  struct Node {
    MemberNode spec;
    std::vector<Amount> allocatable;  // by resource; what is missing at the end is zero
    std::vector<Amount> requested;
    std::int64_t pods = 0;
    Amount pods_max = 0;
  };
  struct Resource {
    std::string name;
    api::QuantityFormat format;  // of the first quantity seen: sums are shown in it
  };

  std::size_t number_of(std::string_view name, api::QuantityFormat format);
  [[nodiscard]] Node make(const MemberNode& spec);
  [[nodiscard]] std::int64_t room(NodeIndex index, const PodRequest& request) const;
  void take(Node& node, const PodRequest& request, std::int64_t pods);
  [[nodiscard]] std::int64_t score(const Node& node, const PodRequest& request) const;
  [[nodiscard]] std::vector<NodeShare> place_least_allocated(const PodRequest& request,
                                                             std::int64_t count,
                                                             std::span<const NodeIndex> nodes);

  PodPlacement placement_;
  std::size_t cordoned_ = 0;
  std::vector<Resource> resources_;
  std::vector<Node> nodes_;
};

}  // namespace firedrill::models
