#pragma once

/// Estimators: how many replicas more a cluster could run, or how many complete sets of components.
///
/// The general estimator computes it from the cluster object, that is from what the status
/// controller last reported, not from what is; replicas assigned since then are subtracted only
/// with the gate SchedulingOvercommitProtection. What the scheduler-estimator beside a member says
/// is in policy/karmada/estimator/accurate.h. Follows karmada pkg/estimator/client.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/quantity.h"
#include "policy/karmada/ports.h"

namespace firedrill::policy::karmada {

/// An estimator's answer for a cluster it does not know: not counted.
inline constexpr api::Replicas no_estimate = -1;

/// Answers of one estimator, one a cluster that was asked about, in their order. Empty: the
/// estimator failed, which discards it for all clusters.
using Estimates = std::optional<std::vector<api::Replicas>>;

/// What has just been assigned and cannot be seen yet, by cluster.
using AssumedByCluster = std::map<std::string, std::vector<AssumedWorkload>>;

/// Whether capacity is counted in complete sets of components: the workload has some, and goes to
/// exactly one cluster, which only a spread constraint can say.
/// Follows isMultiTemplateSchedulingApplicable in karmada pkg/scheduler/core/estimation.go.
[[nodiscard]] bool estimates_sets(const api::BindingSpec& spec);

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
  /// With the gate SchedulingOvercommitProtection; may be null. Counts as allocating, and is put on
  /// model nodes first.
  const AssumedByCluster* assumed = nullptr;
};

/// Replicas that fit by the cluster's resource summary, or by its resource models where it has
/// counts of nodes. Absent requirements: as many as there are pods left.
/// As the reference returns an int32, larger numbers lose their high bits.
/// Follows karmada pkg/estimator/client/general.go, maxAvailableReplicas.
[[nodiscard]] api::Replicas general_estimate(
    const api::Cluster& cluster,
    const api::Shared<api::ReplicaRequirements>& requirements,
    const GeneralEstimatorOptions& options = {});

/// Complete sets of the components that fit by the summary, and by the models. The reference
/// compares thousandths of what was written in decimal notation with units of what was written in
/// binary notation: 1G out of 64Gi is 0 sets.
/// Follows karmada pkg/estimator/client/general.go, maxAvailableComponentSets.
[[nodiscard]] api::Replicas general_set_estimate(const api::Cluster& cluster,
                                                 std::span<const api::Component> components,
                                                 const GeneralEstimatorOptions& options = {});

class GeneralEstimator final : public Estimator {
 public:
  explicit GeneralEstimator(GeneralEstimatorOptions options = {}) : options_(options) {}
  [[nodiscard]] Estimates estimate(std::span<const api::Cluster* const> clusters,
                                   const api::BindingSpec& spec) const override;

 private:
  GeneralEstimatorOptions options_;
};

}  // namespace firedrill::policy::karmada
