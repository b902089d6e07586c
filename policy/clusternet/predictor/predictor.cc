#include "policy/clusternet/predictor/predictor.h"

#include <algorithm>
#include <map>
#include <optional>

#include "policy/api/tolerations.h"

namespace firedrill::policy::clusternet {
namespace {

using Amounts = std::map<std::string, std::int64_t, std::less<>>;

constexpr std::string_view resource_cpu = "cpu";
constexpr std::string_view resource_pods = "pods";

/// CPU counts in thousandths, everything else in units.
std::int64_t amount(std::string_view resource, const api::Quantity& quantity) {
  return resource == resource_cpu ? quantity.milli_value() : quantity.value();
}

bool accepts(const PredictorNode& node, const FeedRequirements& requirements) {
  const auto has = [&node](const auto& label) {
    const auto found = node.labels.find(label.first);
    return found != node.labels.end() && found->second == label.second;
  };
  return std::ranges::all_of(requirements.node_selector, has) &&
         api::find_untolerated_taint(node.taints, requirements.tolerations) == nullptr;
}

/// What the pods on a node take. Init containers raise the sum over all pods so far to what they
/// ask for, where they should only raise their own pod's: a fault of the reference.
Amounts occupied(const PredictorNode& node) {
  Amounts taken;
  for (const PredictorPod& pod : node.pods) {
    if (pod.finished()) continue;
    for (const auto& [resource, quantity] : pod.requests)
      taken[resource] += amount(resource, quantity);
    for (const auto& [resource, quantity] : pod.init_container_requests) {
      std::int64_t& sum = taken[resource];
      sum = std::max(sum, amount(resource, quantity));
    }
    ++taken[std::string(resource_pods)];
  }
  return taken;
}

/// What is free, or nothing if that is less than nothing.
std::optional<Amounts> free_amounts(const PredictorNode& node) {
  Amounts left;
  for (const auto& [resource, quantity] : node.allocatable)
    left[resource] = amount(resource, quantity);
  for (const auto& [resource, taken] : occupied(node))
    left[resource] -= taken;
  const bool overdrawn = std::ranges::any_of(left, [](const auto& one) { return one.second < 0; });
  if (overdrawn) return std::nullopt;
  return left;
}

std::int64_t room(const Amounts& left, const api::ResourceList& requests) {
  const auto free_of = [&left](std::string_view resource) {
    const auto found = left.find(resource);
    return found == left.end() ? std::int64_t{0} : found->second;
  };
  std::int64_t replicas = free_of(resource_pods);
  for (const auto& [resource, quantity] : requests) {
    const std::int64_t wanted = amount(resource, quantity);
    if (wanted > 0) replicas = std::min(replicas, free_of(resource) / wanted);
  }
  return replicas;
}

}  // namespace

api::Result<std::int32_t> predict_replicas(std::span<const PredictorNode> nodes,
                                           const FeedRequirements& requirements) {
  std::uint32_t sum = 0;  // Wraps as the reference's 32 bits do.
  bool any = false;
  for (const PredictorNode& node : nodes) {
    if (!accepts(node, requirements)) continue;
    any = true;
    const std::optional<Amounts> left = free_amounts(node);
    if (!left) return api::Problem{"a node has less than nothing free"};
    sum += static_cast<std::uint32_t>(room(*left, requirements.resources.requests));
  }
  if (!any) return api::Problem{"no node accepts the replicas"};
  return static_cast<std::int32_t>(sum);
}

}  // namespace firedrill::policy::clusternet
