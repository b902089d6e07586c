#pragma once

/// Clusternet's objects as a scenario shows them, pasted or in the short form: what the CRD schema
/// refuses (spec/clusternet.md 12; there is no admission webhook), and warnings of what it lets
/// pass although nothing comes of it. Internal to the loader.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "models/spec/cluster_spec.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

/// The spec of a Subscription as written at `pointer`: whole, or a workload's fields of these names
/// (`short_form`; there are no feeds, and subscribers may be left to the mapping of a placement).
void check_subscription(const policy::clusternet::SubscriptionSpec& spec,
                        const nlohmann::json& written,
                        bool short_form,
                        const std::string& pointer,
                        Reading& reading);

void check_inventory(const policy::clusternet::FeedInventory& inventory,
                     const std::string& pointer,
                     Reading& reading);

/// The object as written at `pointer`.
void check_managed_cluster(const policy::clusternet::ManagedCluster& cluster,
                           const std::string& pointer,
                           Reading& reading);

/// Completes the entry of a cluster by its pasted ManagedCluster, which stands at `pointer`. What
/// both say must be the same.
void merge(models::ClusterSpec& cluster,
           const policy::clusternet::ManagedCluster& object,
           const std::string& pointer,
           Reading& reading);

/// Whether a text is a UUID as the schema of ManagedCluster has it.
[[nodiscard]] bool is_cluster_id(std::string_view text);

}  // namespace firedrill::scenarios
