#include "models/world/clusternet/user_access.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "models/world/condition_edit.h"
#include "models/world/merge_patch.h"
#include "models/world/template_edit.h"

namespace firedrill::models::clusternet {
namespace {

using policy::clusternet::Feed;
using policy::clusternet::FeedInventory;
using policy::clusternet::ManagedCluster;
using policy::clusternet::Subscription;

bool is_registration_label(std::string_view key) {
  return key == policy::clusternet::label_cluster_name ||
         key == policy::clusternet::label_cluster_id;
}

}  // namespace

api::Key template_key(const WorkloadInstance& workload) {
  const WorkloadSpec& entry = *workload.spec;
  return policy::clusternet::template_key({.kind = entry.kind,
                                           .api_version = entry.api_version,
                                           .space = entry.space,
                                           .name = workload.name});
}

api::Key cluster_key(const ClusterSpec& spec) {
  return {spec.space.empty() ? policy::clusternet::dedicated_space(spec.name) : spec.space,
          spec.name};
}

std::shared_ptr<const ManagedCluster> ClusternetUserAccess::cluster(const std::string& name) const {
  const auto member = around_.members.find(name);
  if (member == around_.members.end()) return nullptr;
  return around_.server.clusters.find(cluster_key(member->second.spec));
}

// Clusters.

Edit ClusternetUserAccess::taint(const TaintEvent& event) {
  const auto found = cluster(event.cluster);
  const api::Taint added{event.key, event.value, event.effect, {}};
  const bool fresh =
      found && std::ranges::none_of(found->spec.taints, [&](const api::Taint& other) {
        return other.same_identity(added);
      });
  if (!fresh) return {};
  return [this, key = found->metadata.key(), added] {
    (void)around_.server.clusters.patch(
        key, [&](ManagedCluster& next) { next.spec.taints.push_back(added); });
  };
}

Edit ClusternetUserAccess::untaint(const UntaintEvent& event) {
  const auto found = cluster(event.cluster);
  const auto meant = [event](const api::Taint& taint) {
    return taint.key == event.key && (event.effect.empty() || taint.effect == event.effect);
  };
  if (!found || std::ranges::none_of(found->spec.taints, meant)) return {};
  return [this, key = found->metadata.key(), meant] {
    (void)around_.server.clusters.patch(
        key, [&](ManagedCluster& next) { std::erase_if(next.spec.taints, meant); });
  };
}

Edit ClusternetUserAccess::label(const LabelEvent& event) {
  const auto found = cluster(event.cluster);
  if (!found) return {};
  api::Labels labels = event.labels;
  for (const auto& [key, value] : found->metadata.labels) {
    if (is_registration_label(key)) labels.emplace(key, value);
  }
  return [this, key = found->metadata.key(), labels = std::move(labels)] {
    (void)around_.server.clusters.patch(
        key, [&](ManagedCluster& next) { next.metadata.labels = labels; });
  };
}

Edit ClusternetUserAccess::condition(const ConditionEvent& event) {
  const auto found = cluster(event.cluster);
  if (!found) return {};
  return [this, key = found->metadata.key(), event] {
    (void)around_.server.clusters.patch_status(key, [&](ManagedCluster& next) {
      put_condition(next.status.conditions, {event.type, event.status, event.reason},
                    around_.server.server_now());
    });
  };
}

Edit ClusternetUserAccess::unjoin(const UnjoinEvent& event) {
  const auto found = cluster(event.cluster);
  if (!found || found->metadata.deleting()) return {};
  return [this, key = found->metadata.key(), force = event.force] {
    if (force) {
      (void)around_.server.clusters.patch(
          key, [](ManagedCluster& next) { next.metadata.finalizers.clear(); });
    }
    (void)around_.server.clusters.remove(key);
  };
}

// Workloads.

Edit ClusternetUserAccess::scale(const WorkloadInstance& workload, api::Replicas replicas) {
  const api::Key key = template_key(workload);
  if (!around_.server.templates.find(key)) return {};
  return [this, key, replicas] {
    (void)around_.server.templates.patch(
        key, [&](api::ResourceTemplate& next) { next.replicas = replicas; });
  };
}

Edit ClusternetUserAccess::roll_out(const WorkloadInstance& workload, const WorkloadModel& model) {
  const api::Key key = template_key(workload);
  const auto resource = around_.server.templates.find(key);
  if (!resource) return {};
  return [this, key, &workload, model, next = resource->metadata.generation + 1] {
    around_.workload_models.change(workload.reference(), next, model);
    (void)around_.server.templates.patch(key, &change_pods);
  };
}

Edit ClusternetUserAccess::remove(const WorkloadInstance& workload) {
  const api::Key key = template_key(workload);
  if (!around_.server.templates.find(key)) return {};
  return [this, key] {
    (void)around_.server.templates.remove(key);
    std::vector<api::Key> done;
    for (const auto& [name, subscription] : around_.server.subscriptions.objects()) {
      const std::vector<Feed>& feeds = subscription->spec.feeds;
      if (feeds.size() == 1 && policy::clusternet::template_key(feeds.front()) == key)
        done.push_back(name);
    }
    for (const api::Key& name : done)
      (void)around_.server.subscriptions.remove(name);
  };
}

// Other objects.

Edit ClusternetUserAccess::apply(const ScenarioObject& object) {
  return std::visit(
      [this](const auto& known) -> Edit {
        if constexpr (requires { put(known); }) {
          return put(known);
        } else {
          return {};  // Of another system.
        }
      },
      object);
}

Edit ClusternetUserAccess::put(const Subscription& subscription) {
  return [this, &subscription] {
    auto& table = around_.server.subscriptions;
    if (table.create(subscription).done()) return;
    (void)table.patch(subscription.metadata.key(),
                      [&](Subscription& next) { next.spec = subscription.spec; });
  };
}

Edit ClusternetUserAccess::put(const FeedInventory& inventory) {
  return [this, &inventory] {
    auto& table = around_.server.inventories;
    if (table.create(inventory).done()) return;
    (void)table.patch(inventory.metadata.key(),
                      [&](FeedInventory& next) { next.feeds = inventory.feeds; });
  };
}

Edit ClusternetUserAccess::patch(const ObjectTarget& target, const api::Json& patch) {
  const api::Key key{target.space, target.name};
  if (target.kind == "Subscription" && around_.server.subscriptions.find(key)) {
    return [this, key, &patch] {
      (void)around_.server.subscriptions.patch(key, [&](Subscription& next) {
        next.spec = patched(next.spec, patch.document(), "spec");
      });
    };
  }
  const auto found = target.kind == "ManagedCluster" ? cluster(target.name) : nullptr;
  if (!found) return {};
  return [this, key = found->metadata.key(), &patch] {
    (void)around_.server.clusters.patch(key, [&](ManagedCluster& next) {
      next.spec = patched(next.spec, patch.document(), "spec");
      next.metadata.labels = patched(next.metadata, patch.document(), "metadata").labels;
    });
  };
}

Edit ClusternetUserAccess::remove(const ObjectTarget& target) {
  const api::Key key{target.space, target.name};
  if (target.kind == "Subscription" && around_.server.subscriptions.find(key))
    return [this, key] { (void)around_.server.subscriptions.remove(key); };
  if (target.kind == "FeedInventory" && around_.server.inventories.find(key))
    return [this, key] { (void)around_.server.inventories.remove(key); };
  return {};
}

}  // namespace firedrill::models::clusternet
