#include "policy/clusternet/scheduler/schedule.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "policy/api/labels.h"
#include "policy/clusternet/scheduler/dividing.h"
#include "policy/clusternet/scheduler/taints.h"

namespace firedrill::policy::clusternet {
namespace {

ScheduleFailure retry(std::string message) {
  return {.failure = FailureClass::retry, .message = std::move(message)};
}

/// A feasible cluster with what the later steps go by. `index` is its place among the feasible.
struct Scored {
  Candidate candidate;
  std::size_t index = 0;
  std::int64_t score = 0;
};

/// Best first. Sorted stably, as the reference sorts up to 12 clusters; above that its order of
/// equal ones is not defined.
std::vector<Scored> score(const FeasibleClusters& found,
                          const std::vector<api::Toleration>& tolerations) {
  std::vector<std::int64_t> scores;
  for (const Candidate& candidate : found.feasible)
    scores.push_back(count_unwelcome_taints(candidate.cluster->spec.taints, tolerations));
  normalize_scores(scores);
  std::vector<Scored> scored;
  for (std::size_t i = 0; i < scores.size(); ++i)
    scored.push_back({found.feasible[i], i, taint_score_weight * scores[i]});
  std::ranges::stable_sort(scored, std::ranges::greater{}, &Scored::score);
  return scored;
}

/// The first `minClusters` of each subscriber's group. A cluster that is in two groups is chosen by
/// both, and then bound twice, as in the reference.
api::Result<std::vector<Scored>> choose_by_subgroup(const std::vector<Subscriber>& subscribers,
                                                    const std::vector<Scored>& scored) {
  std::vector<Scored> chosen;
  for (const Subscriber& subscriber : subscribers) {
    if (!subscriber.sub_group_strategy) {
      return api::Problem{"schedulingBySubGroup needs a subGroupStrategy in each subscriber"};
    }
    std::int32_t left = subscriber.sub_group_strategy->min_clusters;
    for (const Scored& one : scored) {
      if (left <= 0) break;
      const auto match =
          api::match(subscriber.cluster_affinity, one.candidate.cluster->metadata.labels);
      if (match != api::SelectorMatch::matches) continue;
      chosen.push_back(one);
      --left;
    }
  }
  return chosen;
}

/// The first predictor's failure that ends the pass, or nothing.
std::optional<ScheduleFailure> judge_predictions(std::span<const Prediction> predictions,
                                                 const SchedulerOptions& options) {
  const auto count = static_cast<std::int64_t>(predictions.size());
  const std::int64_t tolerated =
      options.feasible_clusters_toleration
          ? count * std::max<std::int64_t>(0, options.percentage_of_clusters_to_tolerate)
          : 0;
  std::int64_t failures = 0;
  for (const Prediction& prediction : predictions) {
    if (prediction.ok() || ++failures <= tolerated) continue;
    return retry("a predictor failed: " + prediction.problem());
  }
  return std::nullopt;
}

/// Room by feed in the chosen clusters.
std::variant<TargetClusters, ScheduleFailure> available_room(
    const std::vector<Scored>& chosen,
    const FeedInventory& inventory,
    std::span<const Prediction> predictions) {
  TargetClusters available;
  for (const Scored& one : chosen) {
    available.binding_clusters.emplace_back(one.candidate.identity);
    const Prediction& prediction = predictions[one.index];
    for (std::size_t i = 0; i < inventory.feeds.size(); ++i) {
      const FeedOrder& order = inventory.feeds[i];
      if (!order.desired_replicas) continue;
      const std::string key = feed_key(order.feed);
      const bool known =
          prediction.ok() && i < prediction->size() && prediction.value()[i].has_value();
      if (!known) {
        return retry(
            fmt::format("unable to get replicas for feed {} in {}", key, one.candidate.identity));
      }
      available.replicas[key].push_back(*prediction.value()[i]);
    }
  }
  return available;
}

std::variant<TargetClusters, ScheduleFailure> assign_dynamically(
    const Subscription& subscription,
    const FeedInventory& inventory,
    const std::vector<Scored>& chosen,
    std::span<const Prediction> predictions) {
  auto room = available_room(chosen, inventory, predictions);
  if (std::holds_alternative<ScheduleFailure>(room)) return room;
  const std::optional<DynamicDividing>& dividing =
      subscription.spec.dividing_scheduling->dynamic_dividing;
  if (!dividing) return retry("type Dynamic needs dynamicDividing");
  const TargetClusters& current = subscription.status.targets;
  return divide_dynamically(current, deviations(inventory, current.replicas),
                            std::get<TargetClusters>(room), dividing->strategy);
}

TargetClusters all_of(const std::vector<Scored>& chosen) {
  TargetClusters targets;
  for (const Scored& one : chosen)
    targets.binding_clusters.emplace_back(one.candidate.identity);
  return targets;
}

std::variant<TargetClusters, ScheduleFailure> assign(const Subscription& subscription,
                                                     const FeedInventory* inventory,
                                                     const std::vector<Scored>& chosen,
                                                     std::span<const Prediction> predictions) {
  const SubscriptionSpec& spec = subscription.spec;
  if (!spec.dividing()) return all_of(chosen);
  if (inventory == nullptr) throw std::logic_error("a Dividing pass without a FeedInventory");
  if (spec.dividing_dynamically()) {
    return assign_dynamically(subscription, *inventory, chosen, predictions);
  }
  const bool by_weight =
      spec.dividing_scheduling && spec.dividing_scheduling->type == dividing_static;
  if (!by_weight) return retry("no plugin assigns: dividingScheduling names no known type");
  std::vector<const ManagedCluster*> clusters;
  for (const Scored& one : chosen)
    clusters.push_back(one.candidate.cluster);
  TargetClusters targets = all_of(chosen);
  targets.replicas = divide_statically(static_weights(spec.subscribers, clusters), *inventory);
  return targets;
}

}  // namespace

std::variant<FeasibleClusters, ScheduleFailure> find_feasible_clusters(
    const SubscriptionSpec& spec,
    const Clusters& clusters,
    const SchedulerOptions& options,
    std::size_t start) {
  if (clusters.empty()) return retry("there are no clusters");
  const auto candidates = find_candidates(spec, clusters);
  if (!candidates) return retry(candidates.problem());
  FeasibleClusters found =
      filter_candidates(spec, *candidates, options.percentage_of_clusters_to_score, start);
  if (!found.feasible.empty()) return found;
  return ScheduleFailure{.failure = FailureClass::no_feasible_cluster,
                         .message = no_cluster_message(clusters.size(), found.reasons)};
}

ScheduleResult select_targets(const Subscription& subscription,
                              const FeedInventory* inventory,
                              const FeasibleClusters& found,
                              std::span<const Prediction> predictions,
                              const SchedulerOptions& options) {
  const SubscriptionSpec& spec = subscription.spec;
  const std::size_t expected = spec.dividing_dynamically() ? found.feasible.size() : 0;
  if (predictions.size() != expected) {
    throw std::logic_error("predictions are for each feasible cluster of a Dynamic pass");
  }
  if (auto failure = judge_predictions(predictions, options)) return *std::move(failure);
  std::vector<Scored> chosen = score(found, spec.cluster_tolerations);
  if (spec.scheduling_by_sub_group) {
    auto groups = choose_by_subgroup(spec.subscribers, chosen);
    if (!groups) return retry(groups.problem());
    chosen = std::move(groups).value();
  }
  if (chosen.empty()) return retry("no subgroup takes a cluster");
  auto targets = assign(subscription, inventory, chosen, predictions);
  if (auto* failure = std::get_if<ScheduleFailure>(&targets)) return std::move(*failure);
  return Suggestion{.targets = std::get<TargetClusters>(std::move(targets)),
                    .evaluated = found.evaluated(),
                    .feasible = found.feasible.size()};
}

std::optional<TargetClusters> targets_to_bind(const ScheduleResult& result) {
  if (const auto* suggestion = std::get_if<Suggestion>(&result)) {
    return in_binding_order(suggestion->targets);
  }
  const auto& failure = std::get<ScheduleFailure>(result);
  if (failure.failure == FailureClass::no_feasible_cluster) return TargetClusters{};
  return std::nullopt;
}

SubscriptionStatus bound_status(const Subscription& subscription, TargetClusters targets) {
  SubscriptionStatus status = subscription.status;
  status.desired_releases = static_cast<std::int64_t>(targets.binding_clusters.size());
  status.targets = std::move(targets);
  // Kept if it is the same, as an equal hash would be: then there is nothing new to write.
  if (!status.scheduled_spec || !(*status.scheduled_spec == subscription.spec))
    status.scheduled_spec = std::make_shared<const SubscriptionSpec>(subscription.spec);
  return status;
}

}  // namespace firedrill::policy::clusternet
