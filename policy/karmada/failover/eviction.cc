#include "policy/karmada/failover/eviction.h"

#include <algorithm>
#include <utility>

#include "policy/karmada/failover/state_preservation.h"
#include "policy/karmada/failover/tolerations.h"

namespace firedrill::policy::karmada {
namespace {

using api::Duration;

/// The step once it is clear that the binding must go now.
EvictionStep evict_now(const api::ResourceBinding& binding,
                       std::string_view cluster,
                       const TaintManagerOptions& options) {
  const auto& failover = binding.spec.failover;
  if (!options.tasks) {
    Evict evict{binding.spec};
    evict_at_once(evict.spec, cluster);
    return evict;
  }
  EvictionRequest request{.purge_mode = options.plain_tasks ? std::string()
                                                            : std::string(cluster_purge_mode(
                                                                  failover, options.purge_mode)),
                          .producer = std::string(producer_taint_manager),
                          .reason = std::string(reason_taint_untolerated),
                          .message = {},
                          .grace_period_seconds = {},
                          .suppress_deletion = {},
                          .preserved_label_state = {},
                          .clusters_before_failover = {}};
  if (options.stateful_failover_injection && failover && failover->cluster) {
    api::Result<api::Labels> state =
        preserved_state(failover->cluster->state_preservation, binding.status, cluster);
    if (!state) return EvictionFailed{state.problem()};
    request.preserved_label_state = std::move(state).value();
  }
  Evict evict{binding.spec};
  evict_gracefully(evict.spec, cluster, std::move(request));
  return evict;
}

}  // namespace

bool evict_gracefully(api::BindingSpec& spec, std::string_view cluster, EvictionRequest request) {
  const auto target = std::ranges::find(spec.clusters, cluster, &api::TargetCluster::name);
  if (target == spec.clusters.end()) return false;
  const api::Replicas replicas = target->replicas;
  spec.clusters.erase(target);
  if (spec.find_eviction_task(cluster) != nullptr) return true;
  spec.graceful_eviction_tasks.push_back(
      {.from_cluster = std::string(cluster),
       .purge_mode = std::move(request.purge_mode),
       .replicas = replicas > 0 ? std::optional(replicas) : std::nullopt,
       .reason = std::move(request.reason),
       .message = std::move(request.message),
       .producer = std::move(request.producer),
       .grace_period_seconds = request.grace_period_seconds,
       .suppress_deletion = request.suppress_deletion,
       .preserved_label_state = std::move(request.preserved_label_state),
       .creation_timestamp = {},
       .clusters_before_failover = std::move(request.clusters_before_failover)});
  return true;
}

bool evict_at_once(api::BindingSpec& spec, std::string_view cluster) {
  return std::erase_if(spec.clusters, [cluster](const api::TargetCluster& target) {
           return target.name == cluster;
         }) != 0;
}

EvictionNeed eviction_need(std::span<const api::Taint> no_execute,
                           std::span<const api::Toleration> tolerations,
                           api::Timestamp now) {
  const TolerationMatch match = match_tolerations(no_execute, tolerations);
  if (!match.all_tolerated) return {.now = true, .tolerated_for = {}};
  const std::optional<Duration> remaining = remaining_toleration(no_execute, match.used, now);
  if (remaining == Duration::zero()) return {.now = true, .tolerated_for = {}};
  return {.now = false, .tolerated_for = remaining};
}

std::string_view cluster_purge_mode(const api::Shared<api::FailoverBehavior>& failover,
                                    std::string_view flag) {
  if (failover && failover->cluster) {
    const std::string& wish = failover->cluster->purge_mode;
    return wish.empty() ? api::purge_gracefully : std::string_view{wish};
  }
  return flag == api::purge_directly ? api::purge_directly : api::purge_gracefully;
}

std::optional<Duration> eviction_delay(const api::ResourceBinding& binding,
                                       std::span<const api::Taint> no_execute,
                                       api::Timestamp now,
                                       Revision routing) {
  if (routing == Revision::before || !binding.applied_placement) return Duration::zero();
  const EvictionNeed need =
      eviction_need(no_execute, binding.applied_placement->cluster_tolerations, now);
  return need.now ? std::optional(Duration::zero()) : need.tolerated_for;
}

EvictionStep decide_eviction(const api::ResourceBinding* binding,
                             std::string_view cluster_name,
                             const api::Cluster* cluster,
                             const TaintManagerOptions& options,
                             api::Timestamp now) {
  if (binding == nullptr || binding->metadata.deleting()) return EvictionNotNeeded{};
  if (binding->spec.find_target(cluster_name) == nullptr) return EvictionNotNeeded{};
  if (!binding->applied_placement) return EvictionFailed{"the binding has no applied placement"};
  if (cluster == nullptr) return EvictionNotNeeded{};
  const std::vector<api::Taint> no_execute = no_execute_taints(cluster->spec.taints);
  if (no_execute.empty()) return EvictionNotNeeded{};

  const EvictionNeed need =
      eviction_need(no_execute, binding->applied_placement->cluster_tolerations, now);
  if (need.now) return evict_now(*binding, cluster_name, options);
  if (need.tolerated_for) return EvictionWait{*need.tolerated_for};
  return EvictionNotNeeded{};
}

ClusterCensus count_unhealthy(std::span<const std::shared_ptr<const api::Cluster>> clusters) {
  const auto unhealthy = [](const std::shared_ptr<const api::Cluster>& cluster) {
    const api::Condition* ready =
        api::find_condition(cluster->status.conditions, api::condition_ready);
    return ready == nullptr || ready->status != api::status_true;
  };
  return {.total = static_cast<std::int64_t>(clusters.size()),
          .unhealthy = static_cast<std::int64_t>(std::ranges::count_if(clusters, unhealthy))};
}

float eviction_rate(float usual, const EvictionBrake& brake, const ClusterCensus& census) {
  if (brake.mode == BrakeMode::off || census.total == 0) return usual;
  const float share = static_cast<float>(census.unhealthy) / static_cast<float>(census.total);
  if (!(share > static_cast<float>(brake.unhealthy_share))) return usual;
  const bool goes_on = brake.mode == BrakeMode::slow && census.total > brake.min_clusters;
  return goes_on ? static_cast<float>(brake.secondary_rate) : 0.0F;
}

Duration eviction_pace(float evictions_per_second) {
  using namespace std::chrono_literals;
  if (evictions_per_second == 0.0F) return 1800s;
  const float nanoseconds = 1.0F / evictions_per_second * 1e9F;
  constexpr float limit = 9223372036854775808.0F;  // 2^63
  const bool fits = nanoseconds >= -limit && nanoseconds < limit;
  return fits ? Duration(static_cast<std::int64_t>(nanoseconds)) : Duration::min();
}

}  // namespace firedrill::policy::karmada
