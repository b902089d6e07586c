#pragma once

/// The taint manager's decisions: what to do about a binding in a cluster with NoExecute taints,
/// and how an eviction changes the binding. Pure functions.
///
/// Follows karmada pkg/controllers/cluster/taint_manager.go, dynamic_rate_limiter.go and
/// pkg/apis/work/v1alpha2/binding_types_helper.go.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/placement.h"
#include "policy/api/time.h"
#include "policy/karmada/behaviour.h"

namespace firedrill::policy::karmada {

inline constexpr std::string_view producer_taint_manager = "TaintManager";
inline constexpr std::string_view reason_taint_untolerated = "TaintUntolerated";

/// Everything of a graceful eviction task that its producer decides.
struct EvictionRequest {
  api::Name purge_mode;
  api::Name producer;
  api::Name reason;
  api::Text message;
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<bool> suppress_deletion;
  api::Labels preserved_label_state;
  std::vector<api::Name> clusters_before_failover;
};

/// Takes `cluster` out of the assignment and appends a task for it, not yet stamped. A cluster that
/// already has a task keeps that one as it is. Returns whether the cluster was assigned; if not,
/// nothing changes. Follows GracefulEvictCluster.
bool evict_gracefully(api::BindingSpec& spec, std::string_view cluster, EvictionRequest request);

/// Takes `cluster` out of the assignment and leaves nothing behind. Returns whether it was
/// assigned. Follows RemoveCluster.
bool evict_at_once(api::BindingSpec& spec, std::string_view cluster);

/// How long a binding may stay.
struct EvictionNeed {
  bool now = false;  ///< Must leave at once.
  /// With `now` false: how much longer the taints are tolerated; empty: for ever.
  std::optional<api::Duration> tolerated_for;

  friend bool operator==(const EvictionNeed&, const EvictionNeed&) = default;
};

/// Taints and tolerations of one binding in one cluster, at one instant.
[[nodiscard]] EvictionNeed eviction_need(std::span<const api::Taint> no_execute,
                                         std::span<const api::Toleration> tolerations,
                                         api::Timestamp now);

/// The purge mode of a task for cluster failover: the binding's own wish (Gracefully when it has
/// one and says nothing), else `flag`, the value of `no-execute-taint-eviction-purge-mode`.
[[nodiscard]] std::string_view cluster_purge_mode(
    const api::Shared<api::FailoverBehavior>& failover, std::string_view flag);

/// Whether, and after what delay, the taint manager queues a binding for its eviction workers:
/// empty means not at all. A binding without applied placement is queued, for its step to fail.
/// `routing`: before karmada#7613 every binding was queued at once, whatever it tolerates.
[[nodiscard]] std::optional<api::Duration> eviction_delay(const api::ResourceBinding& binding,
                                                          std::span<const api::Taint> no_execute,
                                                          api::Timestamp now,
                                                          Revision routing = Revision::after);

struct TaintManagerOptions {
  std::string purge_mode = "Gracefully";  ///< `no-execute-taint-eviction-purge-mode`.
  bool stateful_failover_injection = false;
  /// Up to v1.11: tasks have no purge mode, policies say nothing about cluster failover.
  bool plain_tasks = false;
  bool tasks = true;  ///< Else the cluster is just taken out.
};

/// What an eviction worker's step on (binding, cluster) comes to.
struct EvictionNotNeeded {};  ///< Gone, not assigned, recovered, or tolerated for ever.
struct EvictionWait {
  api::Duration delay;
};  ///< Tolerated until then: queue again.
struct EvictionFailed {
  std::string problem;
};  ///< Retry with back-off; nothing is written.
struct Evict {
  api::BindingSpec spec;
};  ///< Write this spec.
using EvictionStep = std::variant<EvictionNotNeeded, EvictionWait, EvictionFailed, Evict>;

/// Decides a worker's step with what is known when it runs. `binding` and `cluster` are null when
/// gone.
[[nodiscard]] EvictionStep decide_eviction(const api::ResourceBinding* binding,
                                           std::string_view cluster_name,
                                           const api::Cluster* cluster,
                                           const TaintManagerOptions& options,
                                           api::Timestamp now);

/// What the eviction brake looks at.
struct ClusterCensus {
  std::int64_t total = 0;
  std::int64_t unhealthy = 0;  ///< Ready is not True, or was never reported.

  friend bool operator==(const ClusterCensus&, const ClusterCensus&) = default;
};
[[nodiscard]] ClusterCensus count_unhealthy(
    std::span<const std::shared_ptr<const api::Cluster>> clusters);

/// The eviction rate in force: `usual` unless the brake acts, which is while the share of unhealthy
/// clusters is strictly above its bound. Shares are float32 as in the proposal (karmada#6675,
/// getCurrentRate of dynamic_rate_limiter.go), so 11 of 20 are not above 0.55.
[[nodiscard]] float eviction_rate(float usual,
                                  const EvictionBrake& brake,
                                  const ClusterCensus& census);

/// How long a worker rests after each successful step.
///
/// A rate of 0 does not mean "never" but one step every 30 minutes. The division is done in float32
/// as in the reference, so 0.3/s is not exactly 3.333333333 s. Too large for 64 bits (rates below
/// about 1.1e-10) comes out as the most negative duration, which is no rest, as on amd64. Follows
/// karmada pkg/controllers/cluster/dynamic_rate_limiter.go, When.
[[nodiscard]] api::Duration eviction_pace(float evictions_per_second);

}  // namespace firedrill::policy::karmada
