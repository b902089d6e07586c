#include "policy/karmada/status/summaries.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace firedrill::policy::karmada {
namespace {

using api::Quantity;
using api::ResourceList;

void add(ResourceList& sums, const ResourceList& amounts) {
  for (const auto& [name, amount] : amounts)
    sums[name] += amount;
}

void add_pods(ResourceList& sums, std::int64_t pods) {
  sums[std::string(resource_pods)] += Quantity::from_units(pods);
}

void keep_positive(ResourceList& sums) {
  std::erase_if(sums, [](const auto& entry) { return entry.second.sign() <= 0; });
}

}  // namespace

api::NodeSummary summarize_nodes(std::span<const NodeView> nodes) {
  const auto ready = std::ranges::count_if(nodes, &NodeView::ready);
  return {.total = static_cast<std::int32_t>(nodes.size()),
          .ready = static_cast<std::int32_t>(ready)};
}

api::ResourceSummary summarize_resources(const Inventory& inventory) {
  api::ResourceSummary summary;
  for (const NodeView& node : inventory.nodes) {
    add(summary.allocatable, node.allocatable);
    add(summary.allocated, node.requested);
    add_pods(summary.allocated, node.pods);
  }
  add(summary.allocating, inventory.pending);
  add_pods(summary.allocating, inventory.pending_pods);
  for (ResourceList* sums : {&summary.allocatable, &summary.allocating, &summary.allocated}) {
    keep_positive(*sums);
  }
  return summary;
}

}  // namespace firedrill::policy::karmada
