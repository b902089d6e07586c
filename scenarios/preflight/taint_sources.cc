#include "scenarios/preflight/taint_sources.h"

#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <variant>

#include "policy/karmada/controller_list.h"
#include "policy/karmada/failover/taint_policy.h"
#include "policy/karmada/failover/tolerations.h"

namespace firedrill::scenarios::preflight {
namespace {

namespace karmada = policy::karmada;
using Policies = std::vector<std::shared_ptr<const api::ClusterTaintPolicy>>;
/// Statuses by type of condition.
using Statuses = std::map<std::string, std::set<std::string>>;

/// Combinations of conditions that are tried; with more of them a policy is believed to act.
constexpr std::size_t combinations_max = 4096;

Policies policies_of(const models::WorldSpec& world, const karmada::Options& options) {
  Policies policies;
  const auto& controllers = options.controller_manager.controllers;
  if (!karmada::controller_enabled(controllers, "clusterTaintPolicy")) return policies;
  for (const api::ClusterTaintPolicy& policy : world.taint_policies)
    policies.push_back(std::make_shared<const api::ClusterTaintPolicy>(policy));
  for (const models::ScenarioEvent& event : world.events) {
    const auto* apply = std::get_if<models::ApplyEvent>(&event.action);
    if (apply == nullptr || !apply->typed) continue;
    if (const auto* policy = std::get_if<api::ClusterTaintPolicy>(&*apply->typed))
      policies.push_back(std::make_shared<const api::ClusterTaintPolicy>(*policy));
  }
  return policies;
}

bool sets_no_execute(const api::ClusterTaintPolicy& policy) {
  return std::ranges::any_of(policy.spec.taints, [](const api::Taint& taint) {
    return taint.effect == api::effect_no_execute;
  });
}

/// The statuses that the cluster's own conditions can have.
Statuses statuses_of(const models::ClusterSpec& cluster) {
  Statuses statuses;
  statuses["Ready"] = {"True", "False"};
  if (cluster.sync_mode == models::SyncMode::pull) statuses["Ready"].insert("Unknown");
  statuses["CompleteAPIEnablements"] = {"True", "False"};
  for (const models::ConditionSpec& condition : cluster.conditions)
    statuses[condition.type].insert(condition.status);
  return statuses;
}

/// The taint sets that the policies give a cluster of these possible conditions.
class Combinations {
 public:
  Combinations(Policies policies, const Statuses& possible, api::Cluster cluster)
      : policies_(std::move(policies)), cluster_(std::move(cluster)) {
    std::set<std::string> types;
    for (const auto& policy : policies_) {
      for (const auto* terms :
           {&policy->spec.add_on_conditions, &policy->spec.remove_on_conditions}) {
        for (const api::MatchCondition& term : *terms)
          types.insert(term.condition_type);
      }
    }
    for (const std::string& type : types) {
      const auto found = possible.find(type);
      if (found == possible.end()) continue;
      types_.emplace_back(type,
                          std::vector<std::string>(found->second.begin(), found->second.end()));
      count_ = std::min(combinations_max + 1, count_ * (found->second.size() + 1));
    }
  }

  std::vector<TaintSet> take() {
    if (count_ > combinations_max) {
      believe_all();
    } else {
      extend(0, false);
    }
    return std::move(sets_);
  }

 private:
  /// Gives the conditions from `index` on each of their statuses, and none at all. As deep as there
  /// are types.
  void extend(std::size_t index, bool unhealthy) {
    if (index == types_.size()) {
      try_out(unhealthy);
      return;
    }
    extend(index + 1, unhealthy);
    const auto& [type, statuses] = types_[index];
    for (const std::string& status : statuses) {
      api::Condition condition;
      condition.type = type;
      condition.status = status;
      cluster_.status.conditions.push_back(condition);
      const bool not_ready = type == api::condition_ready && status != api::status_true;
      extend(index + 1, unhealthy || not_ready);
      cluster_.status.conditions.pop_back();
    }
  }

  void try_out(bool unhealthy) {
    keep(karmada::apply_taint_policies(cluster_, policies_, api::Timestamp{}), unhealthy);
  }
  void believe_all() {
    for (const auto& policy : policies_)
      keep(policy->spec.taints, true);
  }
  void keep(const std::vector<api::Taint>& taints, bool unhealthy) {
    TaintSet set{karmada::no_execute_taints(taints), unhealthy};
    if (set.taints.empty() || !known_.emplace(karmada::list_taints(set.taints), unhealthy).second)
      return;
    for (api::Taint& taint : set.taints)
      taint.time_added = api::StoredTime();
    sets_.push_back(std::move(set));
  }

  Policies policies_;
  api::Cluster cluster_;
  std::vector<std::pair<std::string, std::vector<std::string>>> types_;
  std::size_t count_ = 1;
  std::set<std::pair<std::string, bool>> known_;
  std::vector<TaintSet> sets_;
};

/// What happens to one cluster by hand.
struct ByHand {
  std::vector<api::Taint> taints;
  Statuses statuses;
};

std::map<std::string, ByHand, std::less<>> by_hand(const models::WorldSpec& world) {
  std::map<std::string, ByHand, std::less<>> hands;
  for (const models::ScenarioEvent& event : world.events) {
    if (const auto* taint = std::get_if<models::TaintEvent>(&event.action)) {
      if (taint->effect == api::effect_no_execute)
        hands[taint->cluster].taints.push_back(
            {taint->key, taint->value, taint->effect, api::StoredTime()});
    } else if (const auto* condition = std::get_if<models::ConditionEvent>(&event.action)) {
      hands[condition->cluster].statuses[condition->type].insert(condition->status);
    }
  }
  return hands;
}

/// Patches of clusters and of their policies may set any taint.
bool patches_taints(const models::ScenarioEvent& event) {
  const auto* patch = std::get_if<models::PatchEvent>(&event.action);
  return patch != nullptr &&
         (patch->target.kind == "Cluster" || patch->target.kind == "ClusterTaintPolicy");
}

/// What the cluster monitor of the legacy release sets by itself (spec/karmada-failover.md 23.1).
std::vector<TaintSet> automatic_sets(const models::ClusterSpec& cluster) {
  const auto set_of = [](std::string_view key) {
    return TaintSet{
        {{std::string(key), "", std::string(api::effect_no_execute), api::StoredTime()}}, true};
  };
  std::vector<TaintSet> sets{set_of(api::taint_not_ready)};
  if (cluster.sync_mode == models::SyncMode::pull) sets.push_back(set_of(api::taint_unreachable));
  return sets;
}

/// All that decides which taints a cluster may get.
struct Circumstances {
  Statuses statuses;
  std::vector<api::Taint> manual;  ///< From the start or by hand.
  Policies policies;               ///< Those that look at it, without saying at whom.
  bool automatic = false;
  std::string key;  ///< The same for clusters in the same circumstances.

  [[nodiscard]] std::vector<TaintSet> sets(const models::ClusterSpec& cluster) const {
    std::vector<TaintSet> all = Combinations(policies, statuses, {}).take();
    if (automatic) {
      for (TaintSet& set : automatic_sets(cluster))
        all.push_back(std::move(set));
    }
    for (api::Taint taint : manual) {
      taint.time_added = api::StoredTime();
      all.push_back({{std::move(taint)}, false});
    }
    return all;
  }
};

class Surroundings {
 public:
  Surroundings(const models::WorldSpec& world,
               const karmada::Options& options,
               const Clusters& clusters)
      : clusters_(clusters),
        hands_(by_hand(world)),
        policies_(policies_of(world, options)),
        automatic_(karmada::mechanics(options.release).two_stage_taints) {
    // Those that set none can still take away what others set.
    if (std::ranges::none_of(policies_, [](const auto& p) { return sets_no_execute(*p); }))
      policies_.clear();
  }

  [[nodiscard]] Circumstances of(std::size_t number) const {
    const models::ClusterSpec& spec = clusters_.spec(number);
    Circumstances c;
    c.automatic = automatic_;
    c.statuses = statuses_of(spec);
    c.manual = karmada::no_execute_taints(spec.taints);
    if (const auto hand = hands_.find(spec.name); hand != hands_.end()) {
      c.manual.insert(c.manual.end(), hand->second.taints.begin(), hand->second.taints.end());
      for (const auto& [type, more] : hand->second.statuses)
        c.statuses[type].insert(more.begin(), more.end());
    }
    c.key = karmada::list_taints(c.manual);
    for (const auto& policy : policies_) {
      const bool targeted = std::ranges::any_of(
          clusters_.looks(number),
          [&](const api::Cluster& look) { return karmada::targets_cluster(*policy, look); });
      c.key += targeted ? '1' : '0';
      if (!targeted) continue;
      auto anywhere = std::make_shared<api::ClusterTaintPolicy>(*policy);
      anywhere->spec.target_clusters.reset();
      c.policies.push_back(std::move(anywhere));
    }
    for (const auto& [type, values] : c.statuses) {
      c.key += '|' + type;
      for (const std::string& value : values)
        c.key += ',' + value;
    }
    return c;
  }

 private:
  const Clusters& clusters_;
  std::map<std::string, ByHand, std::less<>> hands_;
  Policies policies_;
  bool automatic_;
};

}  // namespace

TaintSources::TaintSources(const models::WorldSpec& world,
                           const karmada::Options& options,
                           const Clusters& clusters)
    : uncertain_(std::ranges::any_of(world.events, patches_taints)) {
  const Surroundings surroundings(world, options, clusters);
  std::map<std::string, std::size_t> known;
  for (const std::size_t number : clusters.all()) {
    const Circumstances circumstances = surroundings.of(number);
    const auto [place, fresh] = known.emplace(circumstances.key, classes_.size());
    class_of_.push_back(place->second);
    if (fresh) classes_.push_back(circumstances.sets(clusters.spec(number)));
  }
}

}  // namespace firedrill::scenarios::preflight
