#include "models/world/clusternet/invariants.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/timeline/values.h"
#include "models/world/invariants/toleration.h"

namespace firedrill::models::clusternet {
namespace {

using timeline::Invariant;
using namespace std::chrono_literals;

std::string identity_of(const api::ObjectMeta& metadata) {
  return metadata.space + "/" + metadata.name;
}

const api::Condition* ready_of(const policy::clusternet::ManagedCluster& cluster) {
  return api::find_condition(cluster.status.conditions, "Ready");
}

bool is_unknown(const api::Condition* condition) {
  return condition != nullptr && condition->status == "Unknown";
}

bool is_bound(const policy::clusternet::Subscription& subscription, std::string_view identity) {
  const auto& bound = subscription.status.targets.binding_clusters;
  return std::ranges::find(bound, identity) != bound.end();
}

std::string workload_of(const policy::clusternet::Subscription& subscription) {
  if (subscription.spec.feeds.empty()) return {};
  const policy::clusternet::Feed& feed = subscription.spec.feeds.front();
  return timeline::workload_name({feed.api_version, feed.kind, feed.space, feed.name, {}});
}

std::string workload_of(const policy::clusternet::Description& description) {
  if (description.manifests.empty()) return {};
  return timeline::workload_name(description.manifests.front().resource);
}

}  // namespace

Invariants::Invariants(ApiServer& server,
                       sim::Engine& engine,
                       Violations& violations,
                       const InvariantOptions& options,
                       bool enabled)
    : server_(server),
      engine_(engine),
      violations_(violations),
      options_(options),
      enabled_(enabled) {
  if (!enabled_) return;
  server_.clusters.add_watcher(*this);
  server_.subscriptions.add_watcher(*this);
  server_.descriptions.add_watcher(*this);
}

Invariants::~Invariants() {
  if (!enabled_) return;
  server_.clusters.remove_watcher(*this);
  server_.subscriptions.remove_watcher(*this);
  server_.descriptions.remove_watcher(*this);
}

// Clusters.

void Invariants::changed(const Change<ManagedCluster>& change) {
  const bool same = change.before && change.after &&
                    change.before->spec.taints == change.after->spec.taints &&
                    change.before->metadata.deleting() == change.after->metadata.deleting();
  if (!same) clusters_.changed(identity_of(change.any().metadata), change.after, engine_.now());
  if (change.before && change.after) check_silence(*change.before, *change.after);
}

void Invariants::check_silence(const ManagedCluster& before, const ManagedCluster& after) {
  if (server_.writer() != "controller-manager") return;
  if (is_unknown(ready_of(before)) || !is_unknown(ready_of(after))) return;
  const Basis<ManagedCluster>* basis = server_.clusters.basis();
  const ManagedCluster& known = basis != nullptr && basis->known ? *basis->known : before;
  const api::Duration grace =
      known.status.heartbeat_frequency_seconds
          ? 3 * std::chrono::seconds(*known.status.heartbeat_frequency_seconds)
          : api::Duration(540s);
  const api::StoredTime last = known.status.last_observed_time.value_or(
      known.metadata.creation_timestamp.value_or(api::StoredTime{}));
  const api::Timestamp now = server_.server_now() + options_.controller_manager_clock_skew;
  if (now >= last.timestamp() + grace) return;
  violations_.report(Invariant::heartbeat_lost_after_silence,
                     "declared unknown although its last heartbeat is not older than the grace "
                     "period",
                     {.cluster = after.metadata.name});
}

// Subscriptions.

void Invariants::changed(const Change<Subscription>& change) {
  const api::Key key = change.any().metadata.key();
  const bool same = change.before && change.after &&
                    change.before->status.targets.binding_clusters ==
                        change.after->status.targets.binding_clusters;
  if (!same) subscriptions_.changed(index_value(key), change.after, engine_.now());
  if (!change.after) return leave_queue(key);
  if (!change.before || server_.writer() != "scheduler") return;
  if (change.before->status.targets == change.after->status.targets) return;
  const Basis<Subscription>* basis = server_.subscriptions.basis();
  const Subscription& known = basis != nullptr && basis->known ? *basis->known : *change.before;
  check_targets(known, *change.after);
  check_sum(*change.after);
}

void Invariants::check_targets(const Subscription& known, const Subscription& after) {
  const Basis<Subscription>* basis = server_.subscriptions.basis();
  const Span decided =
      basis != nullptr ? Span{basis->seen_from, basis->sent} : Span{engine_.now(), engine_.now()};
  for (const std::string& identity : after.status.targets.binding_clusters) {
    // Dividing by room keeps what is bound already, lost or not.
    if (is_bound(known, identity)) continue;
    const bool fit = clusters_.was(identity, decided, [&](const ManagedCluster* cluster) {
      if (cluster == nullptr || cluster->metadata.deleting()) return false;
      return std::ranges::none_of(cluster->spec.taints, [&](const api::Taint& taint) {
        return repels(taint, known.spec.cluster_tolerations);
      });
    });
    if (fit) continue;
    violations_.report(Invariant::no_repelling_cluster_assigned,
                       "scheduler bound it although it is gone, being deleted, or has a taint that "
                       "is not tolerated",
                       {.cluster = std::string(name_of(identity)), .workload = workload_of(after)});
  }
}

void Invariants::check_sum(const Subscription& after) {
  // Dividing by room multiplies in 32 bits, as its reference: its sums may be anything.
  if (!after.spec.dividing() || after.spec.dividing_dynamically()) return;
  const auto inventory = server_.inventories.find(after.metadata.key());
  const Basis<Subscription>* basis = server_.subscriptions.basis();
  // Another inventory than the one decided upon may be there by now.
  if (!inventory || (basis != nullptr && basis->sent != basis->seen_from)) return;
  for (const policy::clusternet::FeedOrder& order : inventory->feeds) {
    const auto divided = after.status.targets.replicas.find(feed_key(order.feed));
    if (divided == after.status.targets.replicas.end()) continue;
    std::int64_t sum = 0;
    for (const std::int32_t replicas : divided->second)
      sum += replicas;
    const std::int64_t desired = order.desired_replicas.value_or(0);
    if (sum <= desired) continue;
    violations_.report(
        Invariant::divided_sum_within_desired,
        fmt::format("scheduler assigned {} replicas where {} are desired", sum, desired),
        {.cluster = {}, .workload = workload_of(after)});
  }
}

// Descriptions.

void Invariants::changed(const Change<Description>& change) {
  if (change.before || server_.writer() != "controller-manager") return;
  const Description& created = *change.after;
  // The deployer goes by Bases, which it makes by what it saw of the subscription; requests and
  // watches in between take time.
  constexpr api::Duration way_max = 10min;
  const Span lately{engine_.now() - way_max, engine_.now()};
  const bool bound = subscriptions_.was(
      index_value(created.subscription), lately, [&](const Subscription* subscription) {
        return subscription != nullptr && is_bound(*subscription, created.cluster);
      });
  if (bound) return;
  violations_.report(
      Invariant::description_only_where_bound,
      "created although its subscription was not bound to the cluster",
      {.cluster = std::string(name_of(created.cluster)), .workload = workload_of(created)});
}

// The scheduler's queue.

void Invariants::started(std::string_view component) {
  if (component != "scheduler") return;
  active_.clear();
  turns_.clear();
}

void Invariants::queued(const policy::clusternet::SubscriptionQueued& entry) {
  if (!enabled_) return;
  leave_queue(entry.subscription);
  // Whoever backs off comes when the pump finds it, and is not waited for.
  if (entry.backoff) return;
  Turn turn{-entry.priority, engine_.now(), entry.subscription};
  turns_.insert_or_assign(entry.subscription, turn);
  active_.insert(std::move(turn));
}

void Invariants::leave_queue(const api::Key& subscription) {
  const auto node = turns_.extract(subscription);
  if (!node.empty()) active_.erase(node.mapped());
}

void Invariants::taken(const api::Key& subscription) {
  if (!enabled_) return;
  const auto own = turns_.find(subscription);
  if (own != turns_.end() && !active_.empty() && active_.begin()->before(own->second)) {
    violations_.report(Invariant::subscriptions_taken_in_order,
                       fmt::format("taken before {}, which has the higher priority or came first",
                                   index_value(active_.begin()->subscription)),
                       {.cluster = {}, .workload = "Subscription/" + index_value(subscription)});
  }
  leave_queue(subscription);
}

}  // namespace firedrill::models::clusternet
