#include "models/world/clusternet/process.h"

#include <string>
#include <utility>

namespace firedrill::models::clusternet {

using policy::clusternet::Base;
using policy::clusternet::Description;
using policy::clusternet::FeedInventory;
using policy::clusternet::Localization;
using policy::clusternet::ManagedCluster;
using policy::clusternet::Subscription;

ClusternetProcess::ClusternetProcess(const ProcessSurroundings& surroundings,
                                     const ProcessOptions& options,
                                     const ClusternetSurroundings& clusternet,
                                     const Start& start)
    : Process(surroundings, options),
      clusternet_(clusternet),
      recorder_(surroundings.recorder),
      clusters_(clusternet.server.clusters, link(), requests<ManagedCluster>("ManagedCluster")),
      subscriptions_(
          clusternet.server.subscriptions, link(), requests<Subscription>("Subscription")),
      inventories_(clusternet.server.inventories, link(), requests<FeedInventory>("FeedInventory")),
      bases_(clusternet.server.bases, link(), requests<Base>("Base")),
      localizations_(
          clusternet.server.localizations, link(), requests<Localization>("Localization")),
      descriptions_(clusternet.server.descriptions, link(), requests<Description>("Description")),
      templates_(clusternet.server.templates, link(), requests<api::ResourceTemplate>("Manifest")),
      predictors_(own_requests(),
                  surroundings.members,
                  clusternet.processes,
                  member_ways(),
                  clusternet.predictor_latency),
      objects_{clusters_,      subscriptions_, inventories_, bases_,
               localizations_, descriptions_,  templates_},
      ports_{common_ports(), objects_, predictors_, *this},
      component_(start(ports_)) {}

void ClusternetProcess::heartbeat_lost(std::string_view cluster, api::Timestamp last_observed) {
  recorder_.record(
      timeline::HeartbeatLost{.cluster = std::string(cluster),
                              .last_observed = around().clock.virtual_time(last_observed)},
      grounds(cluster).silence());
}

void ClusternetProcess::heartbeat_seen(std::string_view cluster, api::Timestamp observed) {
  recorder_.record(timeline::HeartbeatSeen{.cluster = std::string(cluster),
                                           .last_observed = around().clock.virtual_time(observed)},
                   grounds(cluster).voice());
}

void ClusternetProcess::subscription_queued(const policy::clusternet::SubscriptionQueued& entry) {
  clusternet_.invariants.queued(entry);
  timeline::Siblings siblings(recorder_);
  for (std::string& workload : clusternet_.observer.workloads(entry.subscription)) {
    timeline::SubscriptionQueued event{.workload = std::move(workload),
                                       .reason = std::string(entry.reason),
                                       .attempts = entry.attempts};
    if (entry.backoff) event.backoff = *entry.backoff;
    siblings.record(std::move(event));
  }
}

void ClusternetProcess::subscription_taken(const api::Key& subscription) {
  clusternet_.invariants.taken(subscription);
}

void ClusternetProcess::decided(const api::Key& subscription,
                                std::shared_ptr<const policy::Decision> decision) {
  clusternet_.observer.announce_decision(subscription, std::move(decision));
}

void ClusternetProcess::scheduling_failed(const api::Key& subscription,
                                          std::string_view reason,
                                          std::string_view message) {
  clusternet_.observer.scheduling_failed(subscription, reason, message);
}

}  // namespace firedrill::models::clusternet
