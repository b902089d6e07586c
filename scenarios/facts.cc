#include "scenarios/facts.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/scheduler/assignment.h"
#include "policy/karmada/scheduler/division.h"
#include "policy/karmada/scheduler/filter.h"
#include "policy/karmada/scheduler/options.h"
#include "policy/karmada/scheduler/selection.h"
#include "scenarios/cluster_object.h"
#include "scenarios/subscription_facts.h"

namespace firedrill::scenarios {
namespace {

namespace karmada = policy::karmada;
using Clusters = std::vector<std::shared_ptr<const api::Cluster>>;

/// Whether the policy alone says how many replicas each candidate gets. Elsewhere it depends on
/// capacity or scores.
bool leaves_no_choice(const api::Placement& placement) {
  for (const api::AffinityTerm& term : placement.cluster_affinities) {
    if (!term.overflow.empty()) return false;
  }
  if (placement.scheduling_type() == api::scheduling_duplicated)
    return placement.spread_constraints.empty();
  return karmada::ignores_spread(placement);
}

/// What assignment gives where it looks at neither capacity nor history.
class FreshScheduling final : public analysis::PolicyWish {
 public:
  FreshScheduling(const models::WorkloadSpec& workload,
                  std::shared_ptr<const api::Placement> placement,
                  const Clusters& clusters,
                  karmada::DivisionMethod division)
      : division_(division) {
    spec_.resource = {workload.api_version, workload.kind, workload.space, workload.name, {}};
    spec_.replicas = workload.replicas;
    if (!placement->cluster_affinities.empty())
      affinity_ = placement->cluster_affinities.front().name;
    spec_.placement = std::move(placement);
    const karmada::TargetIndex none(spec_.clusters);
    karmada::PluginSet plugins;
    const karmada::ClusterFilter filter(spec_, affinity_, none, plugins);
    plugins.set(karmada::Plugin::api_enablement, false);
    const karmada::ClusterFilter any_api(spec_, affinity_, none, plugins);
    for (const auto& cluster : clusters) {
      const bool offers_all = cluster->status.api_enablements.empty();
      if ((offers_all ? any_api : filter).passes(*cluster)) candidates_.push_back(cluster);
    }
  }

  [[nodiscard]] timeline::ReplicasByCluster assignment(api::Replicas replicas,
                                                       bool ties_descending,
                                                       const Joined& joined) const override {
    std::vector<karmada::Candidate> candidates;
    for (const auto& cluster : candidates_) {
      if (joined(cluster->metadata.name)) candidates.push_back({.cluster = cluster.get()});
    }
    if (candidates.empty()) return {};
    karmada::sort_candidates(candidates);
    api::BindingSpec spec = spec_;
    spec.replicas = replicas;
    spec.resource.uid = uid_of(ties_descending);
    const karmada::ScheduleResult result =
        karmada::assign_replicas(candidates, {.spec = spec,
                                              .status = {},
                                              .affinity_name = affinity_,
                                              .propagate_empty_workloads = false,
                                              .division = division_});
    const auto* targets = std::get_if<std::vector<api::TargetCluster>>(&result);
    return targets == nullptr ? timeline::ReplicasByCluster()
                              : timeline::replicas_by_cluster(*targets);
  }

 private:
  /// A uid that decides ties in that way; all that do are alike.
  static std::string uid_of(bool ties_descending) {
    const auto wanted =
        ties_descending ? karmada::TieBreak::name_descending : karmada::TieBreak::name_ascending;
    for (char c = 'a';; ++c) {
      std::string uid(1, c);
      if (karmada::tie_break(uid) == wanted) return uid;
    }
  }

  api::BindingSpec spec_;
  karmada::DivisionMethod division_;
  std::string affinity_;
  Clusters candidates_;
};

api::ResourceList allocatable_of(const models::ClusterSpec& spec) {
  api::ResourceList sum;
  for (const models::NodeSpec& nodes : spec.nodes) {
    for (const auto& [name, quantity] : nodes.allocatable)
      sum[name] += quantity * nodes.count;
  }
  return sum;
}

/// Of one pod, or of one of each component's.
api::ResourceList requests_of(const models::WorkloadSpec& workload) {
  if (workload.components.empty()) return workload.requests;
  api::ResourceList sum;
  for (const api::Component& component : workload.components) {
    if (!component.requirements) continue;
    for (const auto& [name, quantity] : component.requirements->resource_request)
      sum[name] += quantity * component.replicas;
  }
  return sum;
}

class Facts {
 public:
  explicit Facts(const models::WorldSpec& world) : world_(world) {
    for (const models::ClusterSpec& cluster : world.clusters)
      add(cluster);
    for (const models::ScenarioEvent& event : world.events) {
      if (const auto* joined = std::get_if<models::ClusterSpec>(&event.action)) add(*joined);
    }
    for (const models::ScenarioSubscription& subscription : world.subscriptions)
      subscriptions_.emplace(subscription.object->metadata.key(), subscription.object.get());
    managed_ = std::make_shared<const policy::clusternet::Clusters>(healthy_clusters(specs_));
    for (const models::WorkloadInstance& workload : world.workloads)
      add(workload);
    for (const models::ScenarioEvent& event : world.events)
      add(event);
  }

  analysis::ScenarioFacts take() { return std::move(facts_); }

 private:
  using Traits = std::shared_ptr<const analysis::WorkloadTraits>;
  using BySpec = std::map<const models::WorkloadSpec*, Traits>;

  void add(const models::ClusterSpec& spec) {
    const bool fresh = facts_.allocatable.emplace(spec.name, allocatable_of(spec)).second;
    if (!fresh) return;
    clusters_.push_back(std::make_shared<const api::Cluster>(cluster_object(spec)));
    specs_.push_back(spec);
  }

  void add(const models::WorkloadInstance& workload) {
    const models::WorkloadSpec& spec = *workload.spec;
    Traits& traits = traits_[&spec];
    if (!traits) traits = traits_of(workload);
    const bool descending = karmada::tie_break(workload.uid) == karmada::TieBreak::name_descending;
    facts_.workloads.push_back({.name = workload.full_name(),
                                .replicas = models::total_replicas(spec),
                                .created_at = sim::start_time + spec.create_at,
                                .traits = traits,
                                .ties_descending = descending});
  }

  void add(const models::ScenarioEvent& event) {
    if (const auto* scale = std::get_if<models::ScaleEvent>(&event.action)) {
      for (const models::WorkloadInstance& workload : world_.workloads) {
        const std::string name = workload.full_name();
        if (name == scale->workload || name.substr(name.find('/') + 1) == scale->workload)
          facts_.changes[event.pointer].push_back({name, scale->replicas, {}});
      }
    } else if (const auto* apply = std::get_if<models::ApplyEvent>(&event.action)) {
      const auto* policy =
          apply->typed ? std::get_if<api::PropagationPolicy>(&*apply->typed) : nullptr;
      if (policy != nullptr) add(*policy, event.pointer);
      const auto* subscription =
          apply->typed ? std::get_if<policy::clusternet::Subscription>(&*apply->typed) : nullptr;
      if (subscription != nullptr) add(*subscription, event.pointer);
    }
  }

  void add(const api::PropagationPolicy& policy, const std::string& pointer) {
    BySpec traits;
    for (const models::WorkloadInstance& workload : world_.workloads) {
      const models::WorkloadSpec& spec = *workload.spec;
      if (workload.policy != policy.metadata.name || spec.space != policy.metadata.space) continue;
      Traits& changed = traits[&spec];
      if (!changed) changed = traits_of(spec, policy);
      facts_.changes[pointer].push_back({workload.full_name(), {}, changed});
    }
  }

  void add(const policy::clusternet::Subscription& subscription, const std::string& pointer) {
    BySpec traits;
    for (const models::WorkloadInstance& workload : world_.workloads) {
      if (workload.subscription != subscription.metadata.key()) continue;
      Traits& changed = traits[workload.spec.get()];
      if (!changed) changed = traits_of(*workload.spec, subscription.spec);
      facts_.changes[pointer].push_back({workload.full_name(), {}, changed});
    }
  }

  [[nodiscard]] Traits traits_of(const models::WorkloadInstance& workload) const {
    const auto subscription = subscriptions_.find(workload.subscription);
    if (subscription != subscriptions_.end())
      return traits_of(*workload.spec, subscription->second->spec);
    return traits_of(*workload.spec, models::policy_of(*workload.spec, workload.policy));
  }

  /// What a workload's traits have from its template.
  static analysis::WorkloadTraits template_traits(const models::WorkloadSpec& workload) {
    analysis::WorkloadTraits traits;
    traits.priority = workload.priority;
    traits.requests = requests_of(workload);
    if (!workload.components.empty()) traits.pods_per_set = models::total_replicas(workload);
    return traits;
  }

  [[nodiscard]] Traits traits_of(const models::WorkloadSpec& workload,
                                 const policy::clusternet::SubscriptionSpec& spec) const {
    analysis::WorkloadTraits traits = template_traits(workload);
    traits.duplicated = runs_everywhere(spec, workload);
    traits.priority = spec.priority.value_or(0);
    if (workload.components.empty()) traits.wish = subscription_wish(spec, workload, managed_);
    return std::make_shared<const analysis::WorkloadTraits>(std::move(traits));
  }

  [[nodiscard]] Traits traits_of(const models::WorkloadSpec& workload,
                                 api::PropagationPolicy policy) const {
    karmada::default_propagation(policy);
    const auto placement = std::make_shared<const api::Placement>(policy.spec.placement);
    analysis::WorkloadTraits traits = template_traits(workload);
    traits.duplicated = placement->scheduling_type() == api::scheduling_duplicated;
    traits.spread_constraints = placement->spread_constraints;
    if (leaves_no_choice(*placement) && workload.components.empty())
      traits.wish =
          std::make_shared<const FreshScheduling>(workload, placement, clusters_, division());
    return std::make_shared<const analysis::WorkloadTraits>(std::move(traits));
  }

  [[nodiscard]] karmada::DivisionMethod division() const {
    const auto* options = std::get_if<karmada::Options>(&world_.options);
    return karmada::division_method(options == nullptr ? policy::Release::current
                                                       : options->release);
  }

  const models::WorldSpec& world_;
  Clusters clusters_;
  std::vector<models::ClusterSpec> specs_;
  std::shared_ptr<const policy::clusternet::Clusters> managed_;
  std::map<api::Key, const policy::clusternet::Subscription*> subscriptions_;
  BySpec traits_;
  analysis::ScenarioFacts facts_;
};

}  // namespace

analysis::ScenarioFacts facts_of(const Scenario& scenario) {
  return Facts(scenario.world).take();
}

}  // namespace firedrill::scenarios
