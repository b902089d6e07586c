/// From Subscriptions to placements.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"
#include "policy/api/labels.h"
#include "policy/api/tolerations.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "scenarios/mapping.h"

namespace firedrill::scenarios {
namespace {

using policy::clusternet::Subscriber;
using policy::clusternet::SubscriptionSpec;

constexpr std::string_view own_words = "say a placement of its own beside it";

class SubscriptionMapping {
 public:
  SubscriptionMapping(const SubscriptionSpec& spec,
                      const MappedTemplate& mapped,
                      std::span<const api::Labels> clusters)
      : spec_(spec), mapped_(mapped), clusters_(clusters) {}

  MappedPlacement run() {
    map_tolerations();
    if (!spec_.dividing()) {
      replicate();
    } else if (!spec_.dividing_scheduling) {
      refuse_unscheduled("/dividingScheduling", "Dividing without dividingScheduling");
    } else if (!is_divisible(mapped_.api_version, mapped_.kind)) {
      follow_division();
    } else if (spec_.dividing_dynamically()) {
      divide_dynamically();
    } else {
      divide_statically();
    }
    return std::move(result_);
  }

 private:
  void refuse(std::string pointer, std::string problem, std::string remedy) {
    result_.refusals.push_back({std::move(pointer), std::move(problem), std::move(remedy)});
  }
  void refuse_unscheduled(std::string pointer, std::string_view what) {
    refuse(std::move(pointer), fmt::format("{} is never scheduled by Clusternet", what),
           std::string(own_words));
  }

  // Tolerations: as they are, for ever. To stay on a lost cluster means Karmada's own taints.

  void map_tolerations() {
    using policy::clusternet::taint_unschedulable;
    const api::Taint lost{
        std::string(taint_unschedulable), {}, std::string(api::effect_no_schedule), {}};
    auto& tolerations = result_.placement.cluster_tolerations;
    bool stays = false;
    for (const api::Toleration& toleration : spec_.cluster_tolerations) {
      stays = stays || api::tolerates(toleration, lost);
      if (toleration.key == taint_unschedulable) continue;
      api::Toleration copy = toleration;
      copy.toleration_seconds.reset();
      tolerations.push_back(std::move(copy));
    }
    if (!stays) return;
    for (const std::string_view key : {api::taint_not_ready, api::taint_unreachable}) {
      const api::Taint taint{std::string(key), {}, std::string(api::effect_no_execute), {}};
      if (!api::tolerated(tolerations, taint))
        tolerations.push_back({std::string(key), "Exists", {}, {}, {}});
    }
  }

  // Which clusters.

  static std::string pointer_of(std::size_t subscriber) {
    return fmt::format("/subscribers/{}/clusterAffinity", subscriber);
  }

  /// Conditions on the label of the name become names.
  std::optional<api::ClusterAffinity> affinity_of(std::size_t index) {
    const api::LabelSelector& selector = *spec_.subscribers[index].cluster_affinity;
    if (!api::requirements(selector).ok()) {
      refuse_unscheduled(pointer_of(index), "an invalid selector");
      return std::nullopt;
    }
    api::ClusterAffinity affinity;
    api::LabelSelector rest;
    std::optional<std::vector<std::string>> names;
    const auto only = [&names](const std::vector<std::string>& wanted) {
      if (!names) {
        names = wanted;
      } else {
        std::erase_if(
            *names, [&](const std::string& name) { return std::ranges::count(wanted, name) == 0; });
      }
    };
    for (const auto& [key, value] : selector.match_labels) {
      if (key == policy::clusternet::label_cluster_name) {
        only({value});
      } else {
        rest.match_labels.emplace(key, value);
      }
    }
    for (const api::LabelSelectorRequirement& term : selector.match_expressions) {
      if (term.key != policy::clusternet::label_cluster_name) {
        rest.match_expressions.push_back(term);
      } else if (term.op == "In") {
        only(term.values);
      } else if (term.op == "NotIn") {
        affinity.exclude.insert(affinity.exclude.end(), term.values.begin(), term.values.end());
      } else if (term.op == "DoesNotExist") {
        only({});
      }
    }
    if (names && names->empty()) {
      refuse(pointer_of(index), "selects no cluster", std::string(own_words));
      return std::nullopt;
    }
    if (names) affinity.cluster_names = std::move(*names);
    if (rest != api::LabelSelector{}) affinity.label_selector = std::move(rest);
    return affinity;
  }

  static bool is_names_alone(const api::ClusterAffinity& affinity) {
    return !affinity.label_selector && affinity.exclude.empty() && !affinity.cluster_names.empty();
  }

  /// All clusters that some subscriber means, if one affinity can say so.
  void select_union() {
    std::optional<api::ClusterAffinity> all;
    for (std::size_t i = 0; i < spec_.subscribers.size(); ++i) {
      if (!spec_.subscribers[i].cluster_affinity) continue;
      const std::optional<api::ClusterAffinity> one = affinity_of(i);
      if (!one) return;
      if (!all || *one == api::ClusterAffinity{}) {
        all = one;
      } else if (*all == api::ClusterAffinity{} || *all == *one) {
        continue;
      } else if (is_names_alone(*all) && is_names_alone(*one)) {
        for (const std::string& name : one->cluster_names) {
          if (std::ranges::count(all->cluster_names, name) == 0) all->cluster_names.push_back(name);
        }
      } else {
        refuse(pointer_of(i), "Karmada has no affinity that is either of two selectors",
               "one subscriber, subscribers by name, or " + std::string(own_words));
        return;
      }
    }
    if (!all) return refuse("/subscribers", "select no cluster", std::string(own_words));
    if (*all != api::ClusterAffinity{}) result_.placement.cluster_affinity = std::move(all);
  }

  // How many where.

  void replicate() {
    result_.placement.replica_scheduling.emplace();
    result_.placement.replica_scheduling->type = api::scheduling_duplicated;
    select_union();
    if (!spec_.scheduling_by_sub_group) return;
    if (spec_.subscribers.size() > 1) {
      refuse("/schedulingBySubGroup",
             "Karmada has no number of clusters for each of several groups",
             "one subscriber, or " + std::string(own_words));
      return;
    }
    if (spec_.subscribers.empty()) return;  // Refused above.
    const auto& strategy = spec_.subscribers.front().sub_group_strategy;
    if (!strategy)
      return refuse_unscheduled("/subscribers/0", "a subscriber without subGroupStrategy");
    if (strategy->min_clusters < 1) {
      refuse("/subscribers/0/subGroupStrategy/minClusters", "keeps no cluster", "at least 1");
      return;
    }
    result_.placement.spread_constraints.push_back(
        {std::string(api::spread_by_cluster), {}, strategy->min_clusters, 1});
  }

  void refuse_sub_groups() {
    if (!spec_.scheduling_by_sub_group) return;
    refuse(
        "/schedulingBySubGroup",
        "Karmada bounds no division as subgroups do: it heeds no spread constraint where weights "
        "are fixed, and picks clusters by capacity where they are not",
        "leave it out, or " + std::string(own_words));
  }

  /// A template without replicas goes whole to each bound cluster; a Dynamic division binds
  /// clusters for the sake of the other feeds alone.
  void follow_division() {
    refuse_sub_groups();
    if (spec_.dividing_dynamically()) {
      refuse("/dividingScheduling",
             fmt::format("a {} goes where the division of other feeds leads", mapped_.kind),
             std::string(own_words));
      return;
    }
    result_.placement.replica_scheduling.emplace();
    result_.placement.replica_scheduling->type = api::scheduling_duplicated;
    select_union();
  }

  api::ReplicaScheduling& divide() {
    api::ReplicaScheduling& scheduling = result_.placement.replica_scheduling.emplace();
    scheduling.type = api::scheduling_divided;
    scheduling.preference = api::division_weighted;
    scheduling.weight_preference.emplace();
    return scheduling;
  }

  void divide_dynamically() {
    refuse_sub_groups();
    const auto& dynamic = spec_.dividing_scheduling->dynamic_dividing;
    if (!dynamic)
      return refuse_unscheduled("/dividingScheduling", "Dynamic without dynamicDividing");
    if (dynamic->strategy != policy::clusternet::dynamic_spread) {
      refuse("/dividingScheduling/dynamicDividing/strategy",
             "Clusternet has no code behind Binpack: it binds to no cluster",
             "Spread, or " + std::string(own_words));
      return;
    }
    select_union();
    divide().weight_preference->dynamic_weight = "AvailableReplicas";
  }

  void divide_statically() {
    refuse_sub_groups();
    api::ReplicaScheduling& scheduling = divide();
    for (std::size_t i = 0; i < spec_.subscribers.size(); ++i) {
      const Subscriber& subscriber = spec_.subscribers[i];
      if (subscriber.weight < 1 || !subscriber.cluster_affinity) continue;
      std::optional<api::ClusterAffinity> affinity = affinity_of(i);
      if (!affinity) return;
      scheduling.weight_preference->static_weights.push_back(
          {std::move(*affinity), subscriber.weight});
    }
    if (scheduling.weight_preference->static_weights.empty()) {
      refuse("/subscribers", "have no weight, so Clusternet runs no replica",
             "a positive weight, or " + std::string(own_words));
      return;
    }
    check_overlap();
  }

  void check_overlap() {
    for (const api::Labels& labels : clusters_) {
      const auto weighs = std::ranges::count_if(spec_.subscribers, [&](const Subscriber& s) {
        return s.weight > 0 &&
               api::match(s.cluster_affinity, labels) == api::SelectorMatch::matches;
      });
      if (weighs < 2) continue;
      refuse("/subscribers",
             fmt::format("weights of several subscribers add up in cluster {}; in Karmada the "
                         "largest would count",
                         labels.at(std::string(policy::clusternet::label_cluster_name))),
             "subscribers that share no cluster, or " + std::string(own_words));
      return;
    }
  }

  const SubscriptionSpec& spec_;
  const MappedTemplate& mapped_;
  std::span<const api::Labels> clusters_;
  MappedPlacement result_;
};

}  // namespace

MappedPlacement map_subscription(const SubscriptionSpec& spec,
                                 const MappedTemplate& mapped,
                                 std::span<const api::Labels> clusters) {
  return SubscriptionMapping(spec, mapped, clusters).run();
}

}  // namespace firedrill::scenarios
