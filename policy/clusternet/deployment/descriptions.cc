#include "policy/clusternet/deployment/descriptions.h"

#include <algorithm>
#include <utility>

#include "policy/clusternet/api/managed_cluster.h"

namespace firedrill::policy::clusternet {
namespace {

api::ResourceReference reference_to(const Feed& feed) {
  return {.api_version = feed.api_version,
          .kind = feed.kind,
          .space = feed.space,
          .name = feed.name,
          .uid = {}};
}

}  // namespace

std::string space_of(std::string_view identity) {
  return std::string(identity.substr(0, identity.find('/')));
}

api::Key cluster_key(std::string_view identity) {
  const std::size_t slash = identity.find('/');
  if (slash == std::string_view::npos) return {{}, std::string(identity)};
  return {std::string(identity.substr(0, slash)), std::string(identity.substr(slash + 1))};
}

Base desired_base(const Subscription& subscription, std::string_view identity) {
  const api::Key key = subscription.metadata.key();
  Base base{.metadata = {},
            .subscription = key,
            .cluster = std::string(identity),
            .feeds = subscription.spec.feeds};
  base.metadata.space = space_of(identity);
  base.metadata.name = base_name(key);
  base.metadata.finalizers = {std::string(app_finalizer)};
  return base;
}

DesiredLocalizations desired_localizations(const Subscription& subscription,
                                           const FeedInventory& inventory,
                                           std::size_t index) {
  DesiredLocalizations desired;
  const TargetClusters& targets = subscription.status.targets;
  const api::Key key = subscription.metadata.key();
  for (const FeedOrder& order : inventory.feeds) {
    if (!order.desired_replicas) continue;
    const auto found = targets.replicas.find(feed_key(order.feed));
    if (found == targets.replicas.end() || found->second.empty()) continue;
    if (found->second.size() <= index) {
      desired.short_list = true;
      continue;
    }
    Localization localization{
        .metadata = {}, .subscription = key, .feed = order.feed, .replicas = found->second[index]};
    localization.metadata.space = space_of(targets.binding_clusters[index]);
    localization.metadata.name = localization_name(key, order.feed);
    desired.list.push_back(std::move(localization));
  }
  return desired;
}

std::optional<Description> desired_description(const Base& base,
                                               const FindTemplate& find_template,
                                               const FindLocalization& find_localization) {
  Description description{.metadata = {},
                          .subscription = base.subscription,
                          .cluster = base.cluster,
                          .base = base.metadata.name,
                          .manifests = {},
                          .status = {}};
  description.metadata.space = base.metadata.space;
  description.metadata.name = description_name(base.subscription);
  description.metadata.finalizers = {std::string(app_finalizer)};
  for (const Feed& feed : base.feeds) {
    const auto resource = find_template(template_key(feed));
    if (!resource) return std::nullopt;
    api::Manifest manifest{.resource = reference_to(feed),
                           .template_generation = resource->metadata.generation,
                           .replicas = resource->replicas,
                           .completions = {},
                           .spec = resource->spec,
                           .injected_labels = {}};
    const auto localization =
        find_localization({base.metadata.space, localization_name(base.subscription, feed)});
    if (localization) manifest.replicas = localization->replicas;
    description.manifests.push_back(std::move(manifest));
  }
  return description;
}

std::vector<api::ResourceReference> pruned_objects(const Description& current,
                                                   const Description& desired) {
  std::vector<api::ResourceReference> pruned;
  for (const api::Manifest& manifest : current.manifests) {
    if (std::ranges::find(desired.manifests, manifest.resource, &api::Manifest::resource) ==
        desired.manifests.end()) {
      pruned.push_back(manifest.resource);
    }
  }
  return pruned;
}

bool deployable_by_agent(std::string_view sync_mode, bool app_pusher) {
  return sync_mode == sync_mode_pull || (sync_mode == sync_mode_dual && !app_pusher);
}

}  // namespace firedrill::policy::clusternet
