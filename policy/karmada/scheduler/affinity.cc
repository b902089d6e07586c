#include "policy/karmada/scheduler/affinity.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace firedrill::policy::karmada {
namespace {

std::vector<std::string_view> sorted_names(const std::vector<std::string>& names) {
  std::vector<std::string_view> sorted(names.begin(), names.end());
  std::ranges::sort(sorted);
  return sorted;
}

bool matches_zones(const std::vector<std::string>& zones,
                   const api::LabelSelectorRequirement& expression) {
  const auto listed = [&expression](const std::string& zone) {
    return std::ranges::find(expression.values, zone) != expression.values.end();
  };
  if (expression.op == "In") return std::ranges::any_of(zones, listed);
  if (expression.op == "NotIn") return std::ranges::none_of(zones, listed);
  if (expression.op == "Exists") return !zones.empty();
  if (expression.op == "DoesNotExist") return zones.empty();
  return false;
}

/// The operators of a field selector are those of node selectors.
std::optional<api::LabelOperator> find_field_operator(std::string_view text) {
  using enum api::LabelOperator;
  const std::optional<api::LabelOperator> op = api::find_label_operator(text);
  if (op == equals || op == double_equals || op == not_equals) return std::nullopt;
  return op;
}

/// Provider and region as labels; absent when not set.
api::Labels fields_of(const api::ClusterSpec& spec) {
  api::Labels fields;
  if (!spec.provider.empty()) fields.emplace("provider", spec.provider);
  if (!spec.region.empty()) fields.emplace("region", spec.region);
  return fields;
}

bool all_match(const std::vector<api::Requirement>& requirements, const api::Labels& labels) {
  return std::ranges::all_of(requirements, [&labels](const api::Requirement& requirement) {
    return requirement.matches(labels);
  });
}

}  // namespace

AffinityMatcher::AffinityMatcher(const api::ClusterAffinity& affinity)
    : names_(sorted_names(affinity.cluster_names)), excluded_(sorted_names(affinity.exclude)) {
  if (affinity.label_selector) {
    api::Result<std::vector<api::Requirement>> labels = api::requirements(*affinity.label_selector);
    if (labels) {
      labels_ = std::move(labels).value();
    } else {
      invalid_ = true;
    }
  }
  if (affinity.field_selector) read_fields(*affinity.field_selector);
}

void AffinityMatcher::read_fields(const api::FieldSelector& selector) {
  for (const api::LabelSelectorRequirement& expression : selector.match_expressions) {
    if (expression.key == api::spread_by_zone) {
      zones_.push_back(&expression);
      continue;
    }
    const std::optional<api::LabelOperator> op = find_field_operator(expression.op);
    if (!op) {
      invalid_ = true;
      return;
    }
    api::Result<api::Requirement> field =
        api::Requirement::make(expression.key, *op, expression.values);
    if (!field) {
      invalid_ = true;
      return;
    }
    fields_.push_back(std::move(field).value());
  }
}

bool AffinityMatcher::matches(const api::Cluster& cluster) const {
  if (invalid_) return false;
  const std::string_view name = cluster.metadata.name;
  if (std::ranges::binary_search(excluded_, name)) return false;
  if (!names_.empty() && !std::ranges::binary_search(names_, name)) return false;
  if (!all_match(labels_, cluster.metadata.labels)) return false;
  if (!std::ranges::all_of(zones_, [&cluster](const api::LabelSelectorRequirement* expression) {
        return matches_zones(cluster.spec.zones, *expression);
      })) {
    return false;
  }
  return fields_.empty() || all_match(fields_, fields_of(cluster.spec));
}

bool matches(const api::Cluster& cluster, const api::ClusterAffinity& affinity) {
  return AffinityMatcher(affinity).matches(cluster);
}

}  // namespace firedrill::policy::karmada
