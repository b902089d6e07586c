#include "policy/karmada/admission/defaulting.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "policy/karmada/status/resource_models.h"

namespace firedrill::policy::karmada {
namespace {

constexpr std::int64_t default_toleration_seconds = 300;
constexpr std::int64_t default_grace_period_seconds = 600;
constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

void default_placement(api::Placement& placement) {
  for (api::SpreadConstraint& constraint : placement.spread_constraints) {
    if (constraint.field.empty() && constraint.label.empty()) {
      constraint.field = api::spread_by_cluster;
    }
    if (constraint.min_groups == 0) constraint.min_groups = 1;
  }
  auto& strategy = placement.replica_scheduling;
  if (strategy && strategy->type.empty()) strategy->type = api::scheduling_divided;
  if (strategy && strategy->type == api::scheduling_divided && strategy->preference.empty()) {
    strategy->preference = api::division_weighted;
  }
}

void default_failover(api::FailoverBehavior& failover) {
  if (failover.application) {
    api::ApplicationFailover& behavior = *failover.application;
    if (behavior.purge_mode.empty()) behavior.purge_mode = api::purge_gracefully;
    auto& tolerated = behavior.decision_conditions.toleration_seconds;
    tolerated = tolerated.value_or(default_toleration_seconds);
    const bool gracefully = behavior.purge_mode == api::purge_gracefully ||
                            behavior.purge_mode == api::purge_graciously;
    if (gracefully && !behavior.grace_period_seconds) {
      behavior.grace_period_seconds = default_grace_period_seconds;
    }
  }
  if (failover.cluster && failover.cluster->purge_mode.empty()) {
    failover.cluster->purge_mode = api::purge_gracefully;
  }
}

/// Follows karmada pkg/util/helper/policy.go up to v1.14, AddTolerations.
void add_toleration(api::Placement& placement, std::string_view key, std::int64_t seconds) {
  api::Toleration added;
  added.key = key;
  added.op = "Exists";
  added.effect = api::effect_no_execute;
  added.toleration_seconds = seconds;
  const auto same = [&added](const api::Toleration& other) {
    return other.key == added.key && other.op == added.op && other.effect == added.effect &&
           other.value == added.value;
  };
  if (std::ranges::none_of(placement.cluster_tolerations, same))
    placement.cluster_tolerations.push_back(std::move(added));
}

}  // namespace

std::optional<DefaultTolerations> default_tolerations(const Options& options) {
  if (!mechanics(options.release).default_tolerations) return std::nullopt;
  return DefaultTolerations{
      .not_ready_seconds = options.webhook.default_not_ready_toleration_seconds,
      .unreachable_seconds = options.webhook.default_unreachable_toleration_seconds};
}

void default_propagation(api::PropagationPolicy& policy,
                         const std::optional<DefaultTolerations>& tolerations) {
  api::PropagationSpec& spec = policy.spec;
  default_placement(spec.placement);
  if (spec.failover) default_failover(spec.failover.edit());
  if (tolerations) {
    add_toleration(spec.placement, api::taint_not_ready, tolerations->not_ready_seconds);
    add_toleration(spec.placement, api::taint_unreachable, tolerations->unreachable_seconds);
  }
  for (api::ResourceSelector& selector : spec.resource_selectors) {
    if (!policy.cluster_scoped() && selector.space.empty()) {
      selector.space = policy.metadata.space;
    }
    if (selector.kind == "ServiceImport") spec.propagate_deps = true;
  }
}

void default_cluster(api::Cluster& cluster, api::Timestamp now, bool customized_models) {
  api::ClusterSpec& spec = cluster.spec;
  for (api::Taint& taint : spec.taints) {
    if (taint.effect == api::effect_no_execute && !taint.time_added) {
      taint.time_added = api::StoredTime::floor(now);
    }
  }
  if (!spec.zone.empty() && spec.zones.empty()) {
    spec.zones.push_back(std::exchange(spec.zone, {}));
  }
  if (!customized_models) return;
  if (spec.resource_models.empty()) {
    spec.resource_models = default_resource_models();
  } else {
    standardize_resource_models(spec.resource_models);
  }
}

void standardize_resource_models(std::vector<api::ResourceModel>& models) {
  if (models.empty()) return;
  std::ranges::stable_sort(models, {}, &api::ResourceModel::grade);
  for (api::ResourceModelRange& range : models.front().ranges) {
    range.min = api::Quantity::from_units(0, range.min.format());
  }
  for (api::ResourceModelRange& range : models.back().ranges) {
    range.max = api::Quantity::from_units(unlimited, range.max.format());
  }
}

}  // namespace firedrill::policy::karmada
