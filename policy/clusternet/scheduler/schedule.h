#pragma once

/// A scheduling pass of Clusternet: from a subscription and the clusters to a binding. In two
/// halves, for in between the predictors of the feasible clusters are asked. Pure functions.
///
/// Follows clusternet pkg/scheduler/algorithm/generic.go and pkg/scheduler/scheduler.go;
/// spec/clusternet.md 5, 6.4.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "policy/clusternet/predictor/predictor.h"
#include "policy/clusternet/scheduler/feasible.h"

namespace firedrill::policy::clusternet {

struct SchedulerOptions {
  bool failover = false;                             ///< Gate FailOver.
  bool feasible_clusters_toleration = false;         ///< Gate FeasibleClustersToleration.
  std::int32_t percentage_of_clusters_to_score = 0;  ///< 0: adapts to the number of clusters.
  /// Predictors that may fail, with the gate. The reference forgets to divide by a hundred, so that
  /// any value above 0 tolerates them all.
  std::int32_t percentage_of_clusters_to_tolerate = 10;
};

/// What is done about a failed pass.
enum class FailureClass : std::uint8_t {
  no_feasible_cluster,  ///< The empty result is bound: the subscription runs nowhere. No retry.
  retry,                ///< Tried again after a backoff; bindings stay.
};

struct ScheduleFailure {
  FailureClass failure = FailureClass::retry;
  std::string message;

  friend bool operator==(const ScheduleFailure&, const ScheduleFailure&) = default;
};

/// Clusters in the order of scores, and how many were looked at.
struct Suggestion {
  TargetClusters targets;
  std::size_t evaluated = 0;
  std::size_t feasible = 0;
};

using ScheduleResult = std::variant<Suggestion, ScheduleFailure>;

/// First half: the feasible clusters, of which there is at least one, or why the pass fails.
[[nodiscard]] std::variant<FeasibleClusters, ScheduleFailure> find_feasible_clusters(
    const SubscriptionSpec& spec,
    const Clusters& clusters,
    const SchedulerOptions& options,
    std::size_t start);

/// Second half. `inventory` is null unless replicas are divided. `predictions` are those of the
/// feasible clusters, in their order, if `spec.dividing_dynamically()`; otherwise none.
[[nodiscard]] ScheduleResult select_targets(const Subscription& subscription,
                                            const FeedInventory* inventory,
                                            const FeasibleClusters& found,
                                            std::span<const Prediction> predictions,
                                            const SchedulerOptions& options);

/// What a pass leads to be written, in binding order: the suggestion, or no clusters at all where
/// none is feasible. Nothing if the pass is to be retried.
[[nodiscard]] std::optional<TargetClusters> targets_to_bind(const ScheduleResult& result);

/// The status that binds the subscription's present spec to the targets.
[[nodiscard]] SubscriptionStatus bound_status(const Subscription& subscription,
                                              TargetClusters targets);

}  // namespace firedrill::policy::clusternet
