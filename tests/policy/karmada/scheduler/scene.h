#pragma once

/// A binding and the clusters around it, for tests that read like the reference's worked examples:
/// `scene.available({{"a", 3}})` is what an estimator answers, `scene.current({{"a", 5}})` what
/// spec.clusters holds before the pass, and a result is "a:2 b:4" or the text of the error.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policy/karmada/scheduler/schedule.h"

namespace firedrill::policy::karmada::testing {

using Counts = std::vector<std::pair<std::string, api::Replicas>>;

/// Answers from a table; clusters that are not in it are unknown to it.
class TableEstimator final : public Estimator {
 public:
  [[nodiscard]] Estimates estimate(std::span<const api::Cluster* const> clusters,
                                   const api::BindingSpec& spec) const override;

  std::map<std::string, api::Replicas> answers;
  bool failing = false;
};

class Scene {
 public:
  /// A Deployment of that many replicas, each of which requests something, with a uid of "".
  explicit Scene(api::Replicas replicas);

  /// Adds a cluster with the workload's API, and gives it to be changed.
  api::Cluster& cluster(const std::string& name, const std::string& region = "");
  /// Adds clusters with these answers of the estimator.
  Scene& available(const Counts& counts);
  Scene& current(const Counts& counts);
  Scene& duplicated();
  Scene& dynamic();
  Scene& aggregated();
  /// Clusters that match none of them have weight 0.
  Scene& static_weights(const Counts& counts);
  Scene& spread(const std::string& field, std::int64_t min, std::int64_t max);
  Scene& evicting(const std::string& cluster);
  Scene& fresh();

  [[nodiscard]] ScheduleResult result(Decision* decision = nullptr) const;
  /// The result as text.
  [[nodiscard]] std::string run() const;
  [[nodiscard]] PassOutcome outcome() const;

  api::BindingSpec spec;
  api::BindingStatus status;
  api::Placement placement;
  SchedulerOptions options;
  TableEstimator estimator;
  std::vector<std::shared_ptr<api::Cluster>> clusters;

 private:
  /// The spec with the placement as it stands.
  [[nodiscard]] api::BindingSpec finished_spec() const;
};

/// "a:5 b:3", in the order of the list.
[[nodiscard]] std::string text_of(const std::vector<api::TargetCluster>& targets);
[[nodiscard]] std::string text_of(const ScheduleResult& result);

/// An affinity that names clusters.
[[nodiscard]] api::ClusterAffinity named(std::vector<std::string> clusters);

[[nodiscard]] api::Taint taint(std::string key, std::string value, std::string effect);

}  // namespace firedrill::policy::karmada::testing
