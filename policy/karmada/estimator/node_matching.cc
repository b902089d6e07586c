#include "policy/karmada/estimator/node_matching.h"

#include <algorithm>
#include <string>

#include "policy/karmada/failover/tolerations.h"

namespace firedrill::policy::karmada {
namespace {

constexpr std::string_view taint_unschedulable = "node.kubernetes.io/unschedulable";
constexpr std::string_view field_name = "metadata.name";

bool holds(const api::LabelSelectorRequirement& condition, const api::Labels& labels) {
  const auto op = api::find_label_operator(condition.op);
  if (!op) return false;
  const auto requirement = api::Requirement::make(condition.key, *op, condition.values);
  return requirement.ok() && requirement->matches(labels);
}

/// The only field is the name, and it is compared with In or NotIn one value.
bool holds_of_field(const api::LabelSelectorRequirement& condition, std::string_view name) {
  if (condition.key != field_name || condition.values.size() != 1) return false;
  const bool equal = condition.values.front() == name;
  return (condition.op == "In" && equal) || (condition.op == "NotIn" && !equal);
}

bool matches(const api::NodeSelectorTerm& term, const NodeTraits& node) {
  if (term.match_expressions.empty() && term.match_fields.empty()) return false;
  return std::ranges::all_of(
             term.match_expressions,
             [&node](const auto& condition) { return holds(condition, node.labels); }) &&
         std::ranges::all_of(term.match_fields, [&node](const auto& condition) {
           return holds_of_field(condition, node.name);
         });
}

bool selects(const api::NodeClaim& claim, const NodeTraits& node) {
  const bool labelled = std::ranges::all_of(claim.node_selector, [&node](const auto& wanted) {
    const auto label = node.labels.find(wanted.first);
    return label != node.labels.end() && label->second == wanted.second;
  });
  if (!labelled || !claim.hard_node_affinity) return labelled;
  return std::ranges::any_of(
      claim.hard_node_affinity->terms,
      [&node](const api::NodeSelectorTerm& term) { return matches(term, node); });
}

}  // namespace

NodeTraits traits_of(const NodeView& node) {
  return {.name = node.name,
          .labels = node.labels,
          .taints = node.taints,
          .unschedulable = node.unschedulable};
}

bool accepts(const NodeTraits& node, const api::NodeClaim* claim) {
  const std::span<const api::Toleration> tolerations =
      claim == nullptr ? std::span<const api::Toleration>() : claim->tolerations;
  if (node.unschedulable) {
    const api::Taint cordon{.key = std::string(taint_unschedulable),
                            .value = {},
                            .effect = std::string(api::effect_no_schedule),
                            .time_added = {}};
    if (find_untolerated_taint({&cordon, 1}, tolerations) != nullptr) return false;
  }
  if (find_untolerated_taint(node.taints, tolerations) != nullptr) return false;
  return claim == nullptr || selects(*claim, node);
}

}  // namespace firedrill::policy::karmada
