#include "policy/karmada/failover/state_preservation.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_path.h"

namespace firedrill::policy::karmada {

api::Result<api::Labels> extract_state(std::span<const api::StatePreservationRule> rules,
                                       const nlohmann::json& status) {
  api::Labels labels;
  for (const api::StatePreservationRule& rule : rules) {
    const api::Result<api::JsonPath> path = api::JsonPath::parse(rule.json_path);
    if (!path) return api::Problem{path.problem()};
    api::Result<std::string> value = path->evaluate(status);
    if (!value) return api::Problem{value.problem()};
    labels[rule.alias_label_name] = std::move(value).value();
  }
  return labels;
}

api::Result<api::Labels> preserved_state(const std::optional<api::StatePreservation>& preservation,
                                         const api::BindingStatus& status,
                                         std::string_view cluster) {
  if (!preservation || preservation->rules.empty()) return api::Labels{};
  const api::AggregatedStatusItem* item = status.find_item(cluster);
  if (item == nullptr || !item->status) {
    return api::Problem{fmt::format("no status of cluster {} to preserve state from", cluster)};
  }
  return extract_state(preservation->rules, item->status->to_json());
}

const api::Labels* find_injected_state(const api::BindingSpec& spec,
                                       std::string_view target,
                                       std::size_t target_count) {
  if (target_count != 1 || spec.graceful_eviction_tasks.empty()) return nullptr;
  const api::GracefulEvictionTask& last = spec.graceful_eviction_tasks.back();
  if (last.purge_mode != api::purge_directly) return nullptr;
  const auto& before = last.clusters_before_failover;
  if (std::ranges::find(before, target) != before.end()) return nullptr;
  return last.preserved_label_state.empty() ? nullptr : &last.preserved_label_state;
}

}  // namespace firedrill::policy::karmada
