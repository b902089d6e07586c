#include "policy/karmada/failover/application_failover.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "policy/api/cluster.h"
#include "policy/karmada/failover/eviction.h"
#include "policy/karmada/failover/state_preservation.h"
#include "policy/karmada/status/health.h"

namespace firedrill::policy::karmada {
namespace {

using api::ApplicationFailover;
using api::ResourceBinding;
using std::chrono::seconds;

/// What admission fills in when the policy does not say.
constexpr std::int64_t default_toleration_seconds = 300;

bool cluster_scoped(const ResourceBinding& binding) {
  return binding.metadata.space.empty();
}

seconds toleration(const ApplicationFailover& behavior) {
  return seconds(
      behavior.decision_conditions.toleration_seconds.value_or(default_toleration_seconds));
}

/// Requires: `late_now` is not before `start`.
seconds whole_seconds(api::Timestamp start, api::Timestamp now) {
  return std::chrono::floor<seconds>(api::elapsed(start, now));
}

/// Adds the stamps of this pass and finds the clusters whose tolerance is over.
void look_at_copies(const ResourceBinding& binding,
                    seconds tolerated,
                    ClockReading clock,
                    ApplicationFailoverStep& step) {
  std::optional<seconds> wait;
  const auto wait_at_most = [&wait](seconds left) { wait = wait ? std::min(*wait, left) : left; };
  for (const api::AggregatedStatusItem& item : binding.status.aggregated_status) {
    if (item.health != api::health_unhealthy) continue;
    if (binding.spec.find_eviction_task(item.cluster_name) != nullptr) continue;
    const auto [stamp, fresh] = step.since.try_emplace(item.cluster_name, clock.now);
    if (fresh) {
      wait_at_most(tolerated);
    } else if (clock.late > api::later(stamp->second, tolerated)) {
      step.evicted.push_back(item.cluster_name);
    } else {
      wait_at_most(tolerated - whole_seconds(stamp->second, clock.now));
    }
  }
  step.requeue = wait.value_or(seconds::zero());
}

/// What the policy says of the task for `cluster`, or why there can be none.
api::Result<EvictionRequest> request_for(const ResourceBinding& binding,
                                         std::string_view cluster,
                                         const ApplicationFailoverOptions& options) {
  const ApplicationFailover& behavior = *binding.spec.failover->application;
  EvictionRequest request;
  request.purge_mode =
      behavior.purge_mode.empty() ? std::string(api::purge_gracefully) : behavior.purge_mode;
  request.producer = cluster_scoped(binding) ? producer_cluster_application_failover
                                             : producer_application_failover;
  request.reason = reason_application_failure;
  if (options.stateful_failover_injection && behavior.state_preservation &&
      !behavior.state_preservation->rules.empty()) {
    auto state = preserved_state(behavior.state_preservation, binding.status, cluster);
    if (!state) return api::Problem{state.problem()};
    request.preserved_label_state = std::move(state).value();
    for (const api::TargetCluster& target : binding.spec.clusters) {
      request.clusters_before_failover.push_back(target.name);
    }
  }
  const bool gracefully =
      request.purge_mode == api::purge_gracefully || request.purge_mode == api::purge_graciously;
  if (gracefully) {
    if (!options.graceful_eviction) {
      return api::Problem{"purge mode " + request.purge_mode +
                          " needs the feature gate GracefulEviction"};
    }
    request.grace_period_seconds = behavior.grace_period_seconds;
  }
  if (request.purge_mode == api::purge_never) request.suppress_deletion = true;
  if (options.plain_tasks) request.purge_mode = {};
  return request;
}

/// Whether the copy goes without a task.
bool goes_at_once(const ApplicationFailover& behavior, const ApplicationFailoverOptions& options) {
  return options.plain_tasks && (behavior.purge_mode == api::purge_immediately ||
                                 behavior.purge_mode == api::purge_directly);
}

}  // namespace

bool watches_application(const ResourceBinding& binding, const ResourceInterpreter& interpreter) {
  if (!binding.spec.failover || !binding.spec.failover->application) return false;
  if (binding.status.aggregated_status.empty()) return false;
  if (!cluster_scoped(binding) && !binding.spec.propagate_deps) return false;
  return interpreter.has_health_rule(binding.spec.resource.api_version, binding.spec.resource.kind);
}

ApplicationFailoverStep check_application(const ResourceBinding& binding,
                                          UnhealthySince since,
                                          const ApplicationFailoverOptions& options,
                                          ClockReading clock) {
  ApplicationFailoverStep step;
  step.since = std::move(since);
  look_at_copies(binding, toleration(*binding.spec.failover->application), clock, step);
  if (step.evicted.empty()) return step;

  api::BindingSpec spec = binding.spec;
  for (const std::string& cluster : step.evicted) {
    if (goes_at_once(*binding.spec.failover->application, options)) {
      evict_at_once(spec, cluster);
      continue;
    }
    api::Result<EvictionRequest> request = request_for(binding, cluster, options);
    if (!request) {
      step.problem = request.problem();
      step.evicted.clear();
      return step;
    }
    evict_gracefully(spec, cluster, std::move(request).value());
  }
  step.spec = std::move(spec);
  return step;
}

void forget_recovered(UnhealthySince& since,
                      const api::BindingSpec& spec,
                      const api::BindingStatus& status) {
  std::erase_if(since, [&](const auto& entry) {
    const api::AggregatedStatusItem* item = status.find_item(entry.first);
    const bool recovered = item != nullptr && (item->health == api::health_healthy ||
                                               item->health == api::health_unknown);
    return recovered || spec.find_target(entry.first) == nullptr;
  });
}

}  // namespace firedrill::policy::karmada
