#pragma once

/// From a binding to what each cluster is to have: the Bases and Localizations that a subscription
/// wants, and the Description that they make. Pure functions.
///
/// Follows clusternet pkg/controllermanager/deployer/deployer.go and localizer; spec/clusternet.md
/// 8.1.

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/api/work.h"
#include "policy/clusternet/api/deployment.h"

namespace firedrill::policy::clusternet {

/// Namespace part of a cluster's identity.
[[nodiscard]] std::string space_of(std::string_view identity);

/// Key of the ManagedCluster of that identity.
[[nodiscard]] api::Key cluster_key(std::string_view identity);

/// The Base of the subscription in one of its clusters.
[[nodiscard]] Base desired_base(const Subscription& subscription, std::string_view identity);

/// The Localizations in the `index`-th bound cluster: one for each feed with replicas. A feed whose
/// replica list is too short for the cluster (`short_list` then says so) or empty gets none, and
/// runs with its template's replicas.
struct DesiredLocalizations {
  std::vector<Localization> list;
  bool short_list = false;
};
[[nodiscard]] DesiredLocalizations desired_localizations(const Subscription& subscription,
                                                         const FeedInventory& inventory,
                                                         std::size_t index);

using FindTemplate =
    std::function<std::shared_ptr<const api::ResourceTemplate>(const api::Key& key)>;
using FindLocalization = std::function<std::shared_ptr<const Localization>(const api::Key& key)>;

/// The Description of a Base, or nothing while one of its feeds does not exist.
[[nodiscard]] std::optional<Description> desired_description(
    const Base& base, const FindTemplate& find_template, const FindLocalization& find_localization);

/// Objects of `current` that `desired` has no more.
[[nodiscard]] std::vector<api::ResourceReference> pruned_objects(const Description& current,
                                                                 const Description& desired);

/// Who applies the Descriptions of a cluster (pkg/utils, DeployableByHub, DeployableByAgent).
[[nodiscard]] bool deployable_by_agent(std::string_view sync_mode, bool app_pusher);

}  // namespace firedrill::policy::clusternet
