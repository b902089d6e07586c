#include "models/world/clusternet/store_observer.h"

#include <algorithm>
#include <utility>

#include "models/world/decision_summary.h"

namespace firedrill::models::clusternet {
namespace {

using policy::clusternet::Description;
using policy::clusternet::Feed;
using policy::clusternet::ManagedCluster;
using policy::clusternet::Subscription;

bool has_taint(const ManagedCluster& cluster, const api::Taint& taint) {
  return std::ranges::any_of(cluster.spec.taints,
                             [&](const api::Taint& other) { return other.same_identity(taint); });
}

std::string workload_of(const Feed& feed) {
  return timeline::workload_name({feed.api_version, feed.kind, feed.space, feed.name, {}});
}

const api::Manifest* find_manifest(const Description& description,
                                   const api::ResourceReference& resource) {
  const std::string name = timeline::workload_name(resource);
  const auto found = std::ranges::find_if(description.manifests, [&](const api::Manifest& other) {
    return timeline::workload_name(other.resource) == name;
  });
  return found == description.manifests.end() ? nullptr : &*found;
}

/// The scheduler knows clusters by identity, the timeline by name.
policy::Decision by_name(const policy::Decision& decision) {
  policy::Decision named = decision;
  for (policy::ConsideredCluster& cluster : named.clusters)
    cluster.cluster = name_of(cluster.cluster);
  return named;
}

}  // namespace

StoreObserver::StoreObserver(ApiServer& server,
                             WorldMembers& members,
                             timeline::Recorder& recorder,
                             bool full_detail)
    : server_(server), members_(members), recorder_(recorder), full_detail_(full_detail) {
  server_.clusters.add_watcher(*this);
  server_.subscriptions.add_watcher(*this);
  server_.descriptions.add_watcher(*this);
}

StoreObserver::~StoreObserver() {
  server_.clusters.remove_watcher(*this);
  server_.subscriptions.remove_watcher(*this);
  server_.descriptions.remove_watcher(*this);
}

void StoreObserver::announce_decision(const api::Key& subscription,
                                      std::shared_ptr<const policy::Decision> decision) {
  decisions_.insert_or_assign(subscription, std::move(decision));
}

std::optional<timeline::Decision> StoreObserver::take_decision(const api::Key& subscription) {
  const auto node = decisions_.extract(subscription);
  if (node.empty() || node.mapped() == nullptr) return std::nullopt;
  return summarize(by_name(*node.mapped()), full_detail_);
}

std::vector<std::string> StoreObserver::workloads(const api::Key& subscription) const {
  const auto found = server_.subscriptions.find(subscription);
  if (!found) return {"Subscription/" + subscription.space + "/" + subscription.name};
  std::vector<std::string> names;
  for (const Feed& feed : found->spec.feeds)
    names.push_back(workload_of(feed));
  return names;
}

void StoreObserver::scheduling_failed(const api::Key& subscription,
                                      std::string_view reason,
                                      std::string_view message) {
  News news(recorder_);
  for (std::string& workload : workloads(subscription)) {
    news.record(timeline::SubscriptionFailed{.workload = std::move(workload),
                                             .reason = std::string(reason),
                                             .message = std::string(message)});
  }
}

// Clusters.

void StoreObserver::changed(const Change<ManagedCluster>& change) {
  if (!change.after) {
    recorder_.record(timeline::ClusterRemoved{.cluster = change.before->metadata.name});
    return;
  }
  const ManagedCluster& after = *change.after;
  News news(recorder_);
  if (!change.before) {
    const ClusterSpec& spec = members_.find(after.metadata.name)->second.spec;
    const std::uint64_t seq = news.record(timeline::ClusterJoined{.cluster = after.metadata.name,
                                                                  .sync_mode = after.spec.sync_mode,
                                                                  .provider = spec.provider,
                                                                  .region = spec.region,
                                                                  .zones = spec.zones});
    // Until its agent has spoken, it is silent since it joined.
    MemberGrounds& known = grounds(after.metadata.name);
    if (known.heard == 0) known.silenced = seq;
  }
  static const ManagedCluster nothing;
  const ManagedCluster& before = change.before ? *change.before : nothing;
  compare_conditions(before, after, news);
  compare_taints(before, after, news);
  if (before.status.allocatable != after.status.allocatable) {
    api::ResourceSummary summary;
    summary.allocatable = after.status.allocatable;
    news.record(timeline::ResourceSummaryChanged{.cluster = after.metadata.name,
                                                 .resource_summary = std::move(summary)});
  }
}

void StoreObserver::compare_conditions(const ManagedCluster& before,
                                       const ManagedCluster& after,
                                       News& news) {
  MemberGrounds& known = grounds(after.metadata.name);
  const std::uint64_t reason = server_.writer() == "agent" ? known.report() : 0;
  for (const api::Condition& condition : after.status.conditions) {
    const api::Condition* old = api::find_condition(before.status.conditions, condition.type);
    if (old != nullptr && old->status == condition.status && old->reason == condition.reason)
      continue;
    const std::uint64_t seq =
        news.record(timeline::ClusterConditionChanged{.cluster = after.metadata.name,
                                                      .condition = condition.type,
                                                      .status = condition.status,
                                                      .reason = condition.reason},
                    reason);
    if (condition.type == api::condition_ready) known.ready = seq;
  }
}

void StoreObserver::compare_taints(const ManagedCluster& before,
                                   const ManagedCluster& after,
                                   News& news) {
  MemberGrounds& known = grounds(after.metadata.name);
  // A controller's taints mirror the condition: they follow from its change.
  const std::uint64_t reason = server_.writer() == "user" ? 0 : known.ready;
  for (const api::Taint& taint : before.spec.taints) {
    if (!has_taint(after, taint))
      news.record(timeline::TaintRemoved{after.metadata.name, taint}, reason);
  }
  for (const api::Taint& taint : after.spec.taints) {
    if (has_taint(before, taint)) continue;
    const std::uint64_t seq = news.record(timeline::TaintAdded{after.metadata.name, taint}, reason);
    if (taint.effect == api::effect_no_execute) known.no_execute = seq;
  }
}

MemberGrounds& StoreObserver::grounds(const std::string& cluster) {
  return members_.find(cluster)->second.grounds;
}

// Subscriptions.

timeline::ReplicasByCluster StoreObserver::assignment(const Subscription& subscription,
                                                      const Feed& feed) const {
  const policy::clusternet::TargetClusters& targets = subscription.status.targets;
  // Where nothing is divided each cluster has what the template asks for.
  api::Replicas replicas = 0;
  if (!subscription.spec.dividing()) {
    const auto resource = server_.templates.find(policy::clusternet::template_key(feed));
    if (resource) replicas = resource->replicas.value_or(0);
  }
  const auto divided = targets.replicas.find(policy::clusternet::feed_key(feed));
  timeline::ReplicasByCluster by_cluster;
  for (std::size_t i = 0; i < targets.binding_clusters.size(); ++i) {
    if (divided != targets.replicas.end())
      replicas = i < divided->second.size() ? divided->second[i] : 0;
    // Of a cluster that stands twice the last position counts: it is deployed last.
    by_cluster.insert_or_assign(std::string(name_of(targets.binding_clusters[i])), replicas);
  }
  return by_cluster;
}

void StoreObserver::changed(const Change<Subscription>& change) {
  if (!change.after) {
    decisions_.erase(change.before->metadata.key());
    return;
  }
  const Subscription& after = *change.after;
  static const policy::clusternet::SubscriptionStatus unbound;
  const auto& was = change.before ? change.before->status : unbound;
  if (was.targets == after.status.targets) return;
  const std::optional<timeline::Decision> decision = take_decision(after.metadata.key());
  News news(recorder_);
  for (const Feed& feed : after.spec.feeds) {
    timeline::SubscriptionScheduled event{
        .workload = workload_of(feed), .clusters = {}, .decision = decision};
    const std::string key = policy::clusternet::feed_key(feed);
    for (const auto& [cluster, replicas] : assignment(after, feed))
      event.clusters[cluster].emplace(key, replicas);
    news.record(std::move(event));
  }
}

// Descriptions.

void StoreObserver::changed(const Change<Description>& change) {
  static const Description nothing;
  const std::string cluster(name_of(change.any().cluster));
  const Description& before = change.before ? *change.before : nothing;
  const Description& after = change.after ? *change.after : nothing;
  News news(recorder_);
  for (const api::Manifest& manifest : before.manifests) {
    if (find_manifest(after, manifest.resource) != nullptr) continue;
    news.record(timeline::DescriptionDeleted{timeline::workload_name(manifest.resource), cluster});
  }
  for (const api::Manifest& manifest : after.manifests) {
    if (find_manifest(before, manifest.resource) != nullptr) continue;
    news.record(timeline::DescriptionCreated{timeline::workload_name(manifest.resource), cluster});
  }
  if (change.before && change.after) compare_manifests(before, after, news);
}

void StoreObserver::compare_manifests(const Description& before,
                                      const Description& after,
                                      News& news) {
  const std::string cluster(name_of(after.cluster));
  for (const api::Manifest& manifest : after.manifests) {
    const api::Manifest* was = find_manifest(before, manifest.resource);
    if (was == nullptr || was->replicas == manifest.replicas) continue;
    news.record(timeline::ReplicasChanged{timeline::workload_name(manifest.resource), cluster,
                                          was->replicas.value_or(0),
                                          manifest.replicas.value_or(0)});
  }
}

}  // namespace firedrill::models::clusternet
