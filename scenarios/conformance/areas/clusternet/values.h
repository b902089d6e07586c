#pragma once

/// Clusternet's objects out of and into the short forms that its vectors use.

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"
#include "policy/clusternet/scheduler/schedule.h"

namespace firedrill::scenarios::conformance::clusternet {

namespace policy = firedrill::policy::clusternet;

/// "namespace/name".
[[nodiscard]] api::ObjectMeta read_name(const std::string& text);

/// `{namespacedName, labels, taints, deleting}`.
[[nodiscard]] std::shared_ptr<policy::ManagedCluster> read_cluster(const nlohmann::json& json);
[[nodiscard]] policy::Clusters read_clusters(const nlohmann::json& list);

[[nodiscard]] policy::SubscriptionSpec read_spec(const nlohmann::json& json);

/// A feed by its key "apiVersion/kind[/namespace]/name".
[[nodiscard]] policy::Feed read_feed(const std::string& key);

/// List of `{feedKey, desiredReplicas}`.
[[nodiscard]] policy::FeedInventory read_inventory(const nlohmann::json& list);

/// `{bindingClusters, replicas}`, the latter null or absent when empty.
[[nodiscard]] policy::TargetClusters read_targets(const nlohmann::json& json);
[[nodiscard]] nlohmann::json write_targets(const policy::TargetClusters& targets);

/// What the predictors of the feasible clusters answer, by `predictedReplicas`: cluster -> feed key
/// -> number, or a text: the predictor failed.
[[nodiscard]] std::vector<policy::Prediction> read_predictions(
    const nlohmann::json& predicted,
    const policy::FeasibleClusters& found,
    const policy::FeedInventory& inventory);

}  // namespace firedrill::scenarios::conformance::clusternet
