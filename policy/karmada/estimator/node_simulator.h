#pragma once

/// Fills nodes with pods by first fit, to see how many complete sets of components fit beside what
/// is there. Used on real nodes by the accurate estimator and on nodes made of resource models by
/// the general one.
///
/// Follows karmada pkg/estimator/scheduling_simulator_components.go.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/quantity.h"
#include "policy/karmada/ports.h"

namespace firedrill::policy::karmada {

class NodeSimulator {
 public:
  /// A node of a member, less what is requested of it. Refers to the node. One that is not ready
  /// takes nothing.
  void add(const NodeView& node);
  /// So many nodes that offer `capacity` and that many pods, and take any claim. Refers to it.
  void add(const api::ResourceList& capacity, std::int64_t pods, std::int64_t count);

  /// Puts sets of the components on nodes, component by component, until one does not fit or there
  /// are `most`; how many are complete. What an incomplete set took stays taken, as in the
  /// reference. O(nodes * components + sets * components).
  std::int64_t place_sets(std::span<const api::Component> components, std::int64_t most);
  /// One set of each workload's components, as far as it fits.
  void place(std::span<const AssumedWorkload> workloads);

  /// How many pods with that request fit, each alone on what is left. Takes nothing.
  [[nodiscard]] std::int64_t room(const api::ResourceList& request, const api::NodeClaim* claim);

 private:
  struct Node {
    const api::ResourceList* capacity;
    const NodeView* view;              ///< Null for nodes made of models.
    std::int64_t pods;                 ///< Left.
    std::vector<std::int64_t> left{};  ///< By number of resource.
  };
  /// A component's pods, with resources by number. Nodes before `first` have no room for one.
  struct Demand {
    std::vector<std::pair<std::size_t, std::int64_t>> items;
    const api::NodeClaim* claim = nullptr;
    std::int64_t replicas = 0;
    std::size_t first = 0;
  };

  [[nodiscard]] Demand demand_of(const api::Component& component);
  [[nodiscard]] Demand demand_of(const api::ResourceList& request, const api::NodeClaim* claim);
  std::size_t number_of(std::string_view resource);
  [[nodiscard]] static std::int64_t room_on(const Node& node, const Demand& demand);
  [[nodiscard]] bool place_component(Demand& demand);

  std::vector<Node> nodes_;
  std::vector<std::string> resources_;
};

}  // namespace firedrill::policy::karmada
