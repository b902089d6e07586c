// Where workloads may run: placements in Karmada's words, subscribers in Clusternet's.

#include <algorithm>
#include <utility>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios::random {
namespace {

using api::Placement;

/// A label selector that some clusters match, by either of its forms.
api::LabelSelector by_tier(Dice& dice) {
  api::LabelSelector selector;
  if (dice.chance(0.6)) {
    selector.match_labels.emplace(tier_label, dice.one_of(tiers));
  } else {
    const auto op = dice.one_of({"In", "NotIn", "Exists"});
    api::LabelSelectorRequirement requirement{std::string(tier_label), op, {}};
    if (requirement.op != "Exists") requirement.values.push_back(dice.one_of(tiers));
    selector.match_expressions.push_back(std::move(requirement));
  }
  return selector;
}

api::FieldSelector by_place(Dice& dice) {
  const bool region = dice.chance(0.6);
  api::LabelSelectorRequirement requirement;
  requirement.key = region ? "region" : "provider";
  requirement.op = dice.chance(0.7) ? "In" : "NotIn";
  requirement.values = region ? dice.some_of(regions, 2) : dice.some_of(providers, 1);
  api::FieldSelector selector;
  selector.match_expressions.push_back(std::move(requirement));
  return selector;
}

api::ClusterAffinity random_affinity(const Draft& draft, Dice& dice) {
  api::ClusterAffinity affinity;
  switch (dice.whole(0, 4)) {
    case 0:
      affinity.label_selector = by_tier(dice);
      break;
    case 1:
      affinity.field_selector = by_place(dice);
      break;
    case 2:
      affinity.cluster_names = dice.some_of(draft.clusters, dice.whole(1, 3));
      break;
    case 3:
      affinity.exclude = dice.some_of(draft.clusters, 1);
      break;
    default:
      affinity.label_selector = api::LabelSelector{};
      break;
  }
  return affinity;
}

void add_affinity_groups(const Draft& draft, Dice& dice, Placement& placement) {
  for (const char* name : {"primary", "secondary"}) {
    api::AffinityTerm term;
    term.name = name;
    term.affinity.cluster_names = dice.some_of(draft.clusters, dice.whole(1, 2));
    placement.cluster_affinities.push_back(std::move(term));
  }
}

/// Tiers count only where capacity divides.
void add_overflow(const Draft& draft, Dice& dice, Placement& placement) {
  api::AffinityTerm term;
  term.name = "home";
  term.affinity.cluster_names = dice.some_of(draft.clusters, 1);
  api::OverflowAffinity tier;
  tier.name = "overflow";
  tier.affinity = random_affinity(draft, dice);
  term.overflow.push_back(std::move(tier));
  placement.cluster_affinities.push_back(std::move(term));
}

api::ReplicaScheduling random_division(const Draft& draft, Dice& dice) {
  api::ReplicaScheduling division;
  division.type = api::scheduling_divided;
  const std::int64_t kind = dice.whole(0, 3);
  if (kind == 0) {
    division.preference = api::division_aggregated;
    return division;
  }
  division.preference = api::division_weighted;
  if (kind == 1) return division;
  division.weight_preference = api::WeightPreference{};
  if (kind == 2) {
    division.weight_preference->dynamic_weight = "AvailableReplicas";
    return division;
  }
  for (const std::string& cluster : dice.some_of(draft.clusters, dice.whole(1, 3))) {
    api::StaticWeight weight;
    weight.target_cluster.cluster_names = {cluster};
    weight.weight = dice.whole(1, 4);
    division.weight_preference->static_weights.push_back(std::move(weight));
  }
  return division;
}

bool by_capacity(const Placement& placement) {
  if (!placement.replica_scheduling ||
      placement.replica_scheduling->type != api::scheduling_divided)
    return false;
  const api::ReplicaScheduling& division = *placement.replica_scheduling;
  return division.preference == api::division_aggregated ||
         (division.weight_preference && !division.weight_preference->dynamic_weight.empty());
}

void add_spread(const Draft& draft, Dice& dice, Placement& placement) {
  const auto most = static_cast<std::int64_t>(draft.clusters.size());
  const std::int64_t least = dice.whole(1, std::min<std::int64_t>(2, most));
  const auto constrain = [&](std::string field, std::int64_t min, std::int64_t max) {
    api::SpreadConstraint constraint;
    constraint.field = std::move(field);
    constraint.min_groups = min;
    constraint.max_groups = max;
    placement.spread_constraints.push_back(std::move(constraint));
  };
  constrain("cluster", least, dice.whole(least, most));
  if (dice.chance(0.5)) constrain("region", 1, dice.whole(1, 3));
  if (dice.chance(0.1)) constrain(dice.one_of({"zone", "provider"}), 1, 2);
}

std::vector<api::Toleration> random_tolerations(Dice& dice) {
  std::vector<api::Toleration> tolerations;
  const auto tolerate = [&](std::string key, std::string effect, double limited) {
    api::Toleration toleration;
    toleration.key = std::move(key);
    toleration.op = "Exists";
    toleration.effect = std::move(effect);
    if (dice.chance(limited)) toleration.toleration_seconds = dice.whole(0, 300);
    tolerations.push_back(std::move(toleration));
  };
  if (dice.chance(0.5)) tolerate(policy_taint, "NoExecute", 0.85);
  if (dice.chance(0.4)) tolerate("cluster.karmada.io/not-ready", "NoExecute", 0.85);
  if (dice.chance(0.3)) tolerate("cluster.karmada.io/unreachable", "NoExecute", 0.85);
  if (dice.chance(0.3)) tolerate(dice.one_of(hand_taints), "NoExecute", 0.7);
  if (dice.chance(0.2)) tolerate(dice.one_of(hand_taints), "NoSchedule", 0);
  if (dice.chance(0.05)) tolerate("", "", 0);
  return tolerations;
}

/// What Clusternet has words for, so that it can be mapped.
Placement mapped_placement(const Draft& draft, Dice& dice) {
  Placement placement;
  if (dice.chance(0.7)) {
    placement.cluster_affinity = api::ClusterAffinity{};
    if (dice.chance(0.5)) {
      placement.cluster_affinity->label_selector = by_tier(dice);
    } else {
      placement.cluster_affinity->cluster_names = dice.some_of(draft.clusters, dice.whole(1, 3));
    }
  }
  if (dice.chance(0.4)) {
    placement.replica_scheduling = api::ReplicaScheduling{};
    placement.replica_scheduling->type = api::scheduling_divided;
    placement.replica_scheduling->preference = api::division_weighted;
    if (dice.chance(0.5)) {
      placement.replica_scheduling->weight_preference = api::WeightPreference{};
      placement.replica_scheduling->weight_preference->dynamic_weight = "AvailableReplicas";
    }
  }
  return placement;
}

}  // namespace

Placement random_placement(Draft& draft, Dice& dice) {
  if (!draft.karmada()) return mapped_placement(draft, dice);
  Placement placement;
  if (dice.chance(0.25)) {
    placement.replica_scheduling = api::ReplicaScheduling{};
    placement.replica_scheduling->type = api::scheduling_duplicated;
  } else if (dice.chance(0.85)) {
    placement.replica_scheduling = random_division(draft, dice);
  }
  const bool newest = draft.file.control_plane.profile == "karmada";
  if (newest && by_capacity(placement) && dice.chance(0.2)) {
    add_overflow(draft, dice, placement);
  } else if (dice.chance(0.15)) {
    add_affinity_groups(draft, dice, placement);
  } else if (dice.chance(0.7)) {
    placement.cluster_affinity = random_affinity(draft, dice);
  }
  if (dice.chance(0.35)) add_spread(draft, dice, placement);
  if (dice.chance(0.45)) placement.cluster_tolerations = random_tolerations(dice);
  if (newest && dice.chance(0.08)) {
    placement.workload_affinity = api::WorkloadAffinity{};
    api::WorkloadAffinityTerm term{"app.example.io/group"};
    (dice.chance(0.5) ? placement.workload_affinity->affinity
                      : placement.workload_affinity->anti_affinity) = std::move(term);
  }
  return placement;
}

models::SubscriptionWish random_wish(Draft& draft, Dice& dice) {
  using policy::clusternet::Subscriber;
  models::SubscriptionWish wish;
  std::vector<Subscriber> subscribers;
  if (dice.chance(0.5)) {
    subscribers.push_back({api::LabelSelector{}, 0, {}});
  } else {
    for (const std::string& tier : dice.some_of(tiers, dice.whole(1, 2))) {
      api::LabelSelector selector;
      selector.match_labels.emplace(tier_label, tier);
      subscribers.push_back({std::move(selector), 0, {}});
    }
  }
  if (!draft.karmada() && dice.chance(0.6)) {
    wish.scheduling_strategy = "Dividing";
    wish.dividing_scheduling = policy::clusternet::DividingScheduling{};
    if (dice.chance(0.5)) {
      wish.dividing_scheduling->type = "Dynamic";
      wish.dividing_scheduling->dynamic_dividing = policy::clusternet::DynamicDividing{};
    }
    for (Subscriber& subscriber : subscribers)
      subscriber.weight = static_cast<std::int32_t>(dice.whole(1, 3));
  } else if (!draft.karmada() && dice.chance(0.2)) {
    wish.scheduling_by_sub_group = true;
    for (Subscriber& subscriber : subscribers)
      subscriber.sub_group_strategy = policy::clusternet::SubGroupStrategy{1};
  }
  if (draft.karmada()) subscribers.resize(1);
  wish.subscribers = std::move(subscribers);
  if (dice.chance(0.2))
    wish.cluster_tolerations.push_back({dice.one_of(hand_taints), "Exists", "", "", {}});
  return wish;
}

}  // namespace firedrill::scenarios::random
