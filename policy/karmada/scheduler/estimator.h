#pragma once

/// Estimators: how many replicas more a cluster could run.
///
/// The general estimator computes it from the cluster object, that is from what the status
/// controller last reported, not from what is; replicas assigned since then are not subtracted. The
/// node estimator computes it from the member's nodes, as the scheduler-estimator beside that
/// member does. Follows karmada pkg/estimator/client and pkg/estimator/server.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/quantity.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

/// An estimator's answer for a cluster it does not know: not counted.
inline constexpr api::Replicas no_estimate = -1;

/// Answers of one estimator, one a cluster that was asked about, in their order. Empty: the
/// estimator failed, which discards it for all clusters.
using Estimates = std::optional<std::vector<api::Replicas>>;

/// Something that estimates, called in the middle of a pass.
class Estimator {
 public:
  virtual ~Estimator() = default;
  [[nodiscard]] virtual Estimates estimate(std::span<const api::Cluster* const> clusters,
                                           const api::BindingSpec& spec) const = 0;
};

struct GeneralEstimatorOptions {
  /// Gate CustomizedClusterResourceModeling.
  bool resource_models = true;
};

/// Replicas that fit by the cluster's resource summary, or by its resource models where it has
/// counts of nodes. Absent requirements: as many as there are pods left.
/// As the reference returns an int32, larger numbers lose their high bits.
/// Follows karmada pkg/estimator/client/general.go, maxAvailableReplicas.
[[nodiscard]] api::Replicas general_estimate(
    const api::Cluster& cluster,
    const std::optional<api::ReplicaRequirements>& requirements,
    const GeneralEstimatorOptions& options = {});

class GeneralEstimator final : public Estimator {
 public:
  explicit GeneralEstimator(GeneralEstimatorOptions options = {}) : options_(options) {}
  [[nodiscard]] Estimates estimate(std::span<const api::Cluster* const> clusters,
                                   const api::BindingSpec& spec) const override;

 private:
  GeneralEstimatorOptions options_;
};

/// Replicas that fit on the nodes, node by node. A node that is not ready carries a taint that
/// keeps new pods away. Absent requirements are as good as empty ones: as many as there are free
/// pods. Follows karmada pkg/estimator/server/framework/plugins/noderesource.
[[nodiscard]] api::Replicas node_estimate(
    std::span<const NodeView> nodes, const std::optional<api::ReplicaRequirements>& requirements);

}  // namespace firedrill::policy::karmada
