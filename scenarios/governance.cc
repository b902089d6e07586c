#include "scenarios/governance.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/clusternet/api/managed_cluster.h"
#include "scenarios/cluster_reading.h"
#include "scenarios/clusternet_objects.h"
#include "scenarios/kinds.h"

namespace firedrill::scenarios {
namespace {

using models::WorkloadSpec;
using nlohmann::json;
using policy::System;
using policy::clusternet::SubscriptionSpec;

constexpr std::string_view karmada_scheduler = "default-scheduler";
constexpr std::string_view clusternet_scheduler = "default";

std::string name_of_feed(const policy::clusternet::Feed& feed) {
  return fmt::format("{}/{}/{}", feed.kind, feed.space, feed.name);
}

bool counts_replicas(const WorkloadSpec& workload) {
  const BuiltInKind* kind = find_built_in_kind(workload.kind);
  if (kind != nullptr && kind->api_version == workload.api_version) return kind->has_replicas;
  return workload.replicas > 0 || !workload.components.empty() ||
         (workload.interpreter && !workload.interpreter->replicas.empty());
}

MappedTemplate mapped(const WorkloadSpec& workload) {
  return {workload.api_version, workload.kind, counts_replicas(workload)};
}

/// What an entry says in Clusternet's own words.
SubscriptionSpec own_spec(const WorkloadSpec& workload) {
  const models::SubscriptionWish& wish = workload.subscription;
  SubscriptionSpec spec;
  if (!wish.scheduling_strategy.empty()) spec.scheduling_strategy = wish.scheduling_strategy;
  if (wish.subscribers) spec.subscribers = *wish.subscribers;
  spec.scheduling_by_sub_group = wish.scheduling_by_sub_group;
  spec.dividing_scheduling = wish.dividing_scheduling;
  spec.cluster_tolerations = wish.cluster_tolerations;
  return spec;
}

/// Priority and scheduler, which both systems have.
void set_common(SubscriptionSpec& spec, const WorkloadSpec& workload) {
  if (workload.priority != 0) spec.priority = workload.priority;
  const std::string& scheduler = workload.scheduler_name;
  const bool usual = scheduler.empty() || scheduler == karmada_scheduler;
  spec.scheduler_name = usual ? std::string(clusternet_scheduler) : scheduler;
}

/// Fields of a workload that only a PropagationPolicy has, beside its placement.
struct PolicyField {
  const char* key;
  bool said;
};

}  // namespace

Governance::Governance(const PastedObjects& pasted,
                       const std::vector<models::ClusterSpec>& clusters,
                       Reading& reading)
    : pasted_(pasted), reading_(reading) {
  for (const models::ClusterSpec& cluster : clusters) {
    labels_.push_back(cluster.labels);
    labels_.back().insert_or_assign(std::string(policy::clusternet::label_cluster_name),
                                    cluster.name);
  }
  index_feeds();
}

void Governance::index_feeds() {
  for (const PastedSubscription& subscription : pasted_.subscriptions) {
    const auto& feeds = subscription.object.spec.feeds;
    for (std::size_t i = 0; i < feeds.size(); ++i) {
      const std::string name = name_of_feed(feeds[i]);
      const auto [first, fresh] = feeders_.emplace(name, &subscription);
      if (fresh || first->second == &subscription) continue;
      reading_.diagnostics.error(
          api::child_pointer(subscription.pointer + "/spec/feeds", i),
          fmt::format("a second Subscription feeds {}", name),
          fmt::format("feed it by one; the other is at {}", first->second->pointer));
    }
  }
}

const PastedSubscription* Governance::feeder(const WorkloadSpec& workload) const {
  const auto found =
      feeders_.find(fmt::format("{}/{}/{}", workload.kind, workload.space, workload.name));
  return found == feeders_.end() || workload.count > 1 ? nullptr : found->second;
}

void Governance::report(const MappingNote& note, const std::string& pointer, bool refused) {
  if (refused) {
    reading_.diagnostics.error(pointer + note.pointer, note.problem, note.remedy);
  } else {
    reading_.diagnostics.warning(pointer + note.pointer, note.problem, note.remedy);
  }
}

void Governance::report(const Notes& refusals,
                        const Notes& differences,
                        const std::string& pointer) {
  for (const MappingNote& note : refusals)
    report(note, pointer, true);
  for (const MappingNote& note : differences)
    report(note, pointer, false);
}

void Governance::leave_out(const WorkloadSpec& workload, const std::string& pointer) {
  const std::array fields{
      PolicyField{"failover", workload.failover.has_value()},
      PolicyField{"suspension", workload.suspension.has_value()},
      PolicyField{"propagateDeps", workload.propagate_deps},
      PolicyField{"conflictResolution", !workload.conflict_resolution.empty()},
      PolicyField{"preserveResourcesOnDeletion", workload.preserve_resources_on_deletion}};
  for (const PolicyField& field : fields) {
    if (!field.said) continue;
    report_lacking(reading_, api::child_pointer(pointer, field.key),
                   fmt::format("counterpart of {}", field.key),
                   "leave it out for Clusternet; docs/mapping.md says why");
  }
}

void Governance::map_to_placement(WorkloadSpec& workload,
                                  const SubscriptionSpec& spec,
                                  const std::string& pointer) {
  MappedPlacement result = map_subscription(spec, mapped(workload), labels_);
  report(result.refusals, result.differences, pointer);
  workload.placement = std::move(result.placement);
  if (workload.scheduler_name == clusternet_scheduler) workload.scheduler_name.clear();
}

SubscriptionSpec Governance::map_to_subscription(const WorkloadSpec& workload,
                                                 const std::string& pointer) {
  MappedSubscription result = map_placement(workload.placement, mapped(workload), labels_);
  report(result.refusals, result.differences, pointer);
  return std::move(result.spec);
}

Governed Governance::govern_entry(WorkloadSpec workload,
                                  const json& written,
                                  const std::string& pointer) {
  Governed governed;
  const bool own_words = workload.subscription.present();
  const PastedSubscription* fed = feeder(workload);
  if (own_words) check_subscription(own_spec(workload), written, true, pointer, reading_);
  if (own_words && fed != nullptr) {
    reading_.diagnostics.error(pointer, "a Subscription feeds it, and it has words of its own",
                               fmt::format("one of the two; the other is at {}", fed->pointer));
  }
  const bool clusternet = reading_.runs(System::clusternet);
  const bool own_placement = written.contains("placement");
  if (!clusternet && !own_placement && own_words) {
    map_to_placement(workload, own_spec(workload), pointer);
  } else if (!clusternet && !own_placement && fed != nullptr) {
    map_to_placement(workload, fed->object.spec, fed->pointer + "/spec");
  }
  const api::PropagationPolicy policy = models::policy_of(workload, workload.name);
  check_policy(policy, FieldBase::fields, pointer, reading_);
  if (clusternet) leave_out(workload, pointer);
  governed.workload = with_policy(std::move(workload), policy);
  if (!clusternet) return governed;
  if (fed != nullptr) {
    governed.subscription = fed;
    return governed;
  }
  governed.own =
      own_words ? own_spec(governed.workload)
                : map_to_subscription(governed.workload, api::child_pointer(pointer, "placement"));
  set_common(governed.own, governed.workload);
  return governed;
}

std::optional<Governed> Governance::govern_template(WorkloadSpec workload,
                                                    const std::string& pointer) {
  const bool clusternet = reading_.runs(System::clusternet);
  const PastedSubscription* fed = feeder(workload);
  const PastedPolicy* policy = find_policy(workload, pasted_.policies);
  Governed governed;
  if (fed != nullptr && (clusternet || policy == nullptr)) {
    const SubscriptionSpec& spec = fed->object.spec;
    if (clusternet) {
      governed.subscription = fed;
    } else {
      workload.priority = spec.priority.value_or(workload.priority);
      if (spec.scheduler_name != clusternet_scheduler)
        workload.scheduler_name = spec.scheduler_name;
      map_to_placement(workload, spec, fed->pointer + "/spec");
    }
    governed.workload = std::move(workload);
    return governed;
  }
  if (policy == nullptr) {
    reading_.diagnostics.warning(
        pointer,
        fmt::format("{} this {}, so it stays in the control plane",
                    clusternet ? "no Subscription feeds" : "no policy selects", workload.kind),
        clusternet ? "a Subscription with it among its feeds"
                   : "a PropagationPolicy whose resourceSelectors name it");
    return std::nullopt;
  }
  if (policy->policy.spec.schedule_priority) {
    reading_.diagnostics.warning(policy->pointer + "/spec/schedulePriority",
                                 "the priority of a class is not known",
                                 "write the number as priority of the template's pods");
  }
  governed.workload = with_policy(std::move(workload), policy->policy);
  governed.policy = policy;
  if (!clusternet) return governed;
  leave_out(governed.workload, policy->pointer + "/spec");
  governed.own = map_to_subscription(governed.workload, policy->pointer + "/spec/placement");
  set_common(governed.own, governed.workload);
  return governed;
}

void Governance::check_feeds(const NameIndex& workloads) {
  for (const PastedSubscription& subscription : pasted_.subscriptions) {
    const auto& feeds = subscription.object.spec.feeds;
    for (std::size_t i = 0; i < feeds.size(); ++i) {
      const std::string name = name_of_feed(feeds[i]);
      if (workloads.contains(name)) continue;
      const std::vector<std::string> known = workloads.samples();
      const std::vector<std::string_view> candidates(known.begin(), known.end());
      warn_unknown(reading_, "feed", name, candidates,
                   api::child_pointer(subscription.pointer + "/spec/feeds", i));
    }
  }
}

}  // namespace firedrill::scenarios
