/// From placements to Subscriptions. The way back is in mapping_back.cc.

#include "scenarios/mapping.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"
#include "policy/api/labels.h"
#include "policy/api/tolerations.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/karmada/scheduler/selection.h"

namespace firedrill::scenarios {
namespace {

using policy::clusternet::Subscriber;

constexpr std::string_view own_words =
    "say subscribers (and schedulingStrategy) of its own beside the placement";

/// Adds what a second selector demands to the first.
void demand(api::LabelSelector& selector, const api::LabelSelector& more) {
  for (const auto& [key, value] : more.match_labels) {
    const auto [found, fresh] = selector.match_labels.emplace(key, value);
    if (!fresh && found->second != value)
      selector.match_expressions.push_back({key, "In", {value}});
  }
  selector.match_expressions.insert(selector.match_expressions.end(),
                                    more.match_expressions.begin(), more.match_expressions.end());
}

class PlacementMapping {
 public:
  PlacementMapping(const api::Placement& placement,
                   const MappedTemplate& mapped,
                   std::span<const api::Labels> clusters)
      : placement_(placement), mapped_(mapped), clusters_(clusters) {}

  MappedSubscription run() {
    const api::LabelSelector candidates = map_affinities();
    map_tolerations();
    map_strategy(candidates);
    if (placement_.workload_affinity) {
      refuse("/workloadAffinity", "Clusternet keeps no workloads together or apart",
             std::string(own_words));
    }
    return std::move(result_);
  }

 private:
  void refuse(std::string pointer, std::string problem, std::string remedy) {
    result_.refusals.push_back({std::move(pointer), std::move(problem), std::move(remedy)});
  }
  void differ(std::string pointer, std::string problem, std::string remedy) {
    result_.differences.push_back({std::move(pointer), std::move(problem), std::move(remedy)});
  }

  // Which clusters.

  api::LabelSelector map_affinities() {
    const auto& groups = placement_.cluster_affinities;
    if (groups.size() > 1) {
      refuse("/clusterAffinities", "Clusternet has no affinity groups that are tried in order",
             "one group, or " + std::string(own_words));
      return {};
    }
    if (groups.empty()) {
      return placement_.cluster_affinity
                 ? selector_of(*placement_.cluster_affinity, "/clusterAffinity")
                 : api::LabelSelector();
    }
    if (!groups.front().overflow.empty()) {
      refuse("/clusterAffinities/0/overflowAffinities",
             "Clusternet has no tiers that are used when others are full", std::string(own_words));
    }
    return selector_of(groups.front().affinity, "/clusterAffinities/0");
  }

  api::LabelSelector selector_of(const api::ClusterAffinity& affinity, const std::string& pointer) {
    if (affinity.field_selector && !affinity.field_selector->match_expressions.empty()) {
      refuse(pointer + "/fieldSelector",
             "a ManagedCluster has no provider, region or zone to select by",
             "a labelSelector on labels of the clusters");
    }
    api::LabelSelector selector;
    if (affinity.label_selector) selector = *affinity.label_selector;
    const std::string name(policy::clusternet::label_cluster_name);
    if (!affinity.cluster_names.empty())
      selector.match_expressions.push_back({name, "In", affinity.cluster_names});
    if (!affinity.exclude.empty())
      selector.match_expressions.push_back({name, "NotIn", affinity.exclude});
    return selector;
  }

  // Tolerations. Karmada's taints of a lost cluster are other taints than Clusternet's, and
  // tolerated for a time; Clusternet's toleration has no time.

  void map_tolerations() {
    bool stays = false;
    for (std::size_t i = 0; i < placement_.cluster_tolerations.size(); ++i) {
      const api::Toleration& toleration = placement_.cluster_tolerations[i];
      const std::string pointer = fmt::format("/clusterTolerations/{}", i);
      const bool own =
          toleration.key == api::taint_not_ready || toleration.key == api::taint_unreachable;
      stays = stays || (!toleration.toleration_seconds && stays_on_lost_clusters(toleration));
      if (own && toleration.toleration_seconds) {
        differ(pointer, "Clusternet waits no time after a cluster is lost",
               "nothing: its workloads are scheduled anew at once");
      }
      if (own) continue;
      api::Toleration copy = toleration;
      if (copy.toleration_seconds) {
        differ(pointer + "/tolerationSeconds", "Clusternet tolerates for ever, whatever the time",
               std::string("clusterTolerations of its own beside the placement"));
        copy.toleration_seconds.reset();
      }
      result_.spec.cluster_tolerations.push_back(std::move(copy));
    }
    if (stays) tolerate_lost_clusters();
  }

  static bool stays_on_lost_clusters(const api::Toleration& toleration) {
    return std::ranges::any_of(
        std::array{api::taint_not_ready, api::taint_unreachable}, [&](std::string_view key) {
          return api::tolerates(toleration,
                                {std::string(key), {}, std::string(api::effect_no_execute), {}});
        });
  }

  void tolerate_lost_clusters() {
    const std::string key(policy::clusternet::taint_unschedulable);
    const std::string effect(api::effect_no_schedule);
    auto& tolerations = result_.spec.cluster_tolerations;
    if (api::tolerated(tolerations, {key, {}, effect, {}})) return;
    tolerations.push_back({key, "Exists", {}, effect, {}});
  }

  // How many where.

  void map_strategy(const api::LabelSelector& candidates) {
    const bool divided =
        placement_.scheduling_type() == api::scheduling_divided && mapped_.counts_replicas;
    if (!divided) return replicate(candidates);
    const api::ReplicaScheduling& scheduling = *placement_.replica_scheduling;
    if (!is_divisible(mapped_.api_version, mapped_.kind)) {
      refuse("/replicaScheduling",
             fmt::format("Clusternet knows no replicas of a {} to divide", mapped_.kind),
             "Duplicated, or a Deployment, StatefulSet or ReplicaSet");
      return;
    }
    if (scheduling.preference != api::division_weighted) {
      refuse("/replicaScheduling/replicaDivisionPreference",
             fmt::format("Clusternet has no division {}", api::in_quotes(scheduling.preference)),
             "Weighted with dynamicWeight or staticWeightList, or " + std::string(own_words));
      return;
    }
    result_.spec.scheduling_strategy = policy::clusternet::strategy_dividing;
    const bool dynamic =
        scheduling.weight_preference && !scheduling.weight_preference->dynamic_weight.empty();
    if (!policy::karmada::ignores_spread(placement_)) {
      refuse_spread("bounds the clusters of a division, which Clusternet never gives up again");
    }
    dynamic ? divide_dynamically(candidates) : divide_statically(candidates);
  }

  void refuse_spread(std::string_view why) {
    for (std::size_t i = 0; i < placement_.spread_constraints.size(); ++i) {
      refuse(fmt::format("/spreadConstraints/{}", i), std::string(why),
             "leave it out, or " + std::string(own_words));
    }
  }

  void replicate(const api::LabelSelector& candidates) {
    Subscriber subscriber{candidates, 0, {}};
    for (std::size_t i = 0; i < placement_.spread_constraints.size(); ++i) {
      const api::SpreadConstraint& constraint = placement_.spread_constraints[i];
      const std::string pointer = fmt::format("/spreadConstraints/{}", i);
      if (constraint.field != api::spread_by_cluster) {
        refuse(pointer, "Clusternet spreads over clusters only, not over groups of them",
               "leave it out, or " + std::string(own_words));
        continue;
      }
      if (constraint.max_groups < 1) {
        refuse(pointer + "/maxGroups", "admits no cluster", "at least 1");
        continue;
      }
      if (constraint.min_groups > 1) {
        differ(pointer + "/minGroups", "Clusternet takes fewer clusters where it finds no more",
               "nothing: Karmada places nothing then");
      }
      constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
      subscriber.sub_group_strategy.emplace();
      subscriber.sub_group_strategy->min_clusters =
          static_cast<std::int32_t>(std::min(constraint.max_groups, most));
      result_.spec.scheduling_by_sub_group = true;
    }
    result_.spec.subscribers.push_back(std::move(subscriber));
  }

  void divide_dynamically(const api::LabelSelector& candidates) {
    auto& dividing = result_.spec.dividing_scheduling.emplace();
    dividing.type = policy::clusternet::dividing_dynamic;
    dividing.dynamic_dividing.emplace();
    result_.spec.subscribers.push_back({candidates, 0, {}});
  }

  void divide_statically(const api::LabelSelector& candidates) {
    result_.spec.dividing_scheduling.emplace();
    const auto& preference = placement_.replica_scheduling->weight_preference;
    if (!preference || preference->static_weights.empty()) {
      result_.spec.subscribers.push_back({candidates, 1, {}});
      return;
    }
    const std::string list = "/replicaScheduling/weightPreference/staticWeightList";
    for (std::size_t i = 0; i < preference->static_weights.size(); ++i) {
      const api::StaticWeight& weight = preference->static_weights[i];
      const std::string pointer = fmt::format("{}/{}", list, i);
      if (weight.weight > std::numeric_limits<std::int32_t>::max()) {
        refuse(pointer + "/weight", "a weight of Clusternet has 32 bits", "a smaller weight");
        continue;
      }
      api::LabelSelector selector = selector_of(weight.target_cluster, pointer + "/targetCluster");
      demand(selector, candidates);
      result_.spec.subscribers.push_back(
          {std::move(selector), static_cast<std::int32_t>(weight.weight), {}});
    }
    check_overlap(list);
  }

  /// Of several weights of one cluster the largest counts in Karmada, in Clusternet their sum.
  void check_overlap(const std::string& pointer) {
    for (const api::Labels& labels : clusters_) {
      const auto weighs = std::ranges::count_if(result_.spec.subscribers, [&](const Subscriber& s) {
        return s.weight > 0 &&
               api::match(s.cluster_affinity, labels) == api::SelectorMatch::matches;
      });
      if (weighs < 2) continue;
      refuse(pointer,
             fmt::format("several weights for cluster {}, which Clusternet would add up",
                         labels.at(std::string(policy::clusternet::label_cluster_name))),
             "targets that no cluster shares");
      return;
    }
  }

  const api::Placement& placement_;
  const MappedTemplate& mapped_;
  std::span<const api::Labels> clusters_;
  MappedSubscription result_;
};

}  // namespace

bool is_divisible(std::string_view api_version, std::string_view kind) {
  return api_version == "apps/v1" &&
         (kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicaSet");
}

MappedSubscription map_placement(const api::Placement& placement,
                                 const MappedTemplate& mapped,
                                 std::span<const api::Labels> clusters) {
  return PlacementMapping(placement, mapped, clusters).run();
}

}  // namespace firedrill::scenarios
