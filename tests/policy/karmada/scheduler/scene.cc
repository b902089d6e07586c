#include "scene.h"

#include <fmt/format.h>

namespace firedrill::policy::karmada::testing {

Estimates TableEstimator::estimate(std::span<const api::Cluster* const> asked,
                                   const api::BindingSpec&) const {
  if (failing) return std::nullopt;
  std::vector<api::Replicas> estimates;
  for (const api::Cluster* cluster : asked) {
    const auto answer = answers.find(cluster->metadata.name);
    estimates.push_back(answer == answers.end() ? no_estimate : answer->second);
  }
  return estimates;
}

Scene::Scene(api::Replicas replicas) {
  spec.resource.api_version = "apps/v1";
  spec.resource.kind = "Deployment";
  spec.resource.name = "web";
  spec.replicas = replicas;
  spec.replica_requirements.emplace().resource_request["cpu"] = api::Quantity::from_units(1);
}

api::Cluster& Scene::cluster(const std::string& name, const std::string& region) {
  api::Cluster& cluster = *clusters.emplace_back(std::make_shared<api::Cluster>());
  cluster.metadata.name = name;
  cluster.spec.region = region;
  cluster.status.api_enablements = {
      {.group_version = "apps/v1", .resources = {{.name = "deployments", .kind = "Deployment"}}}};
  return cluster;
}

Scene& Scene::available(const Counts& counts) {
  for (const auto& [name, replicas] : counts) {
    cluster(name);
    estimator.answers[name] = replicas;
  }
  return *this;
}

Scene& Scene::current(const Counts& counts) {
  for (const auto& [name, replicas] : counts)
    spec.clusters.push_back({name, replicas});
  return *this;
}

Scene& Scene::duplicated() {
  placement.replica_scheduling.emplace().type = "Duplicated";
  return *this;
}

Scene& Scene::dynamic() {
  placement.replica_scheduling = {.type = "Divided",
                                  .preference = "Weighted",
                                  .weight_preference = api::WeightPreference{
                                      .static_weights = {}, .dynamic_weight = "AvailableReplicas"}};
  return *this;
}

Scene& Scene::aggregated() {
  placement.replica_scheduling = {
      .type = "Divided", .preference = "Aggregated", .weight_preference = std::nullopt};
  return *this;
}

Scene& Scene::static_weights(const Counts& counts) {
  placement.replica_scheduling = {
      .type = "Divided", .preference = "Weighted", .weight_preference = std::nullopt};
  for (const auto& [name, weight] : counts) {
    auto& preference = placement.replica_scheduling->weight_preference;
    if (!preference) preference.emplace();
    preference->static_weights.push_back({named({name}), weight});
  }
  return *this;
}

Scene& Scene::spread(const std::string& field, std::int64_t min, std::int64_t max) {
  placement.spread_constraints.push_back(
      {.field = field, .label = "", .max_groups = max, .min_groups = min});
  return *this;
}

Scene& Scene::evicting(const std::string& cluster) {
  spec.graceful_eviction_tasks.emplace_back().from_cluster = cluster;
  return *this;
}

Scene& Scene::fresh() {
  status.last_scheduled_time = api::StoredTime::from_unix_seconds(100);
  spec.reschedule_triggered_at = api::StoredTime::from_unix_seconds(101);
  return *this;
}

api::BindingSpec Scene::finished_spec() const {
  api::BindingSpec finished = spec;
  finished.placement = std::make_shared<const api::Placement>(placement);
  return finished;
}

ScheduleResult Scene::result(Decision* decision) const {
  const api::BindingSpec finished = finished_spec();
  const std::vector<std::shared_ptr<const api::Cluster>> snapshots(clusters.begin(),
                                                                   clusters.end());
  const Estimator* const estimators[] = {&estimator};
  return schedule({.clusters = snapshots,
                   .spec = finished,
                   .status = status,
                   .affinity_name = status.scheduler_observed_affinity_name,
                   .options = options},
                  estimators, decision);
}

std::string Scene::run() const {
  return text_of(result());
}

PassOutcome Scene::outcome() const {
  const api::BindingSpec finished = finished_spec();
  const std::vector<std::shared_ptr<const api::Cluster>> snapshots(clusters.begin(),
                                                                   clusters.end());
  const Estimator* const estimators[] = {&estimator};
  return schedule_with_affinities({.clusters = snapshots,
                                   .spec = finished,
                                   .status = status,
                                   .affinity_name = "",
                                   .options = options},
                                  estimators);
}

std::string text_of(const std::vector<api::TargetCluster>& targets) {
  std::string text;
  for (const api::TargetCluster& target : targets) {
    if (!text.empty()) text += ' ';
    text += fmt::format("{}:{}", target.name, target.replicas);
  }
  return text;
}

std::string text_of(const ScheduleResult& result) {
  if (const auto* error = std::get_if<ScheduleError>(&result)) return error->text;
  return text_of(std::get<std::vector<api::TargetCluster>>(result));
}

api::ClusterAffinity named(std::vector<std::string> clusters) {
  api::ClusterAffinity affinity;
  affinity.cluster_names = std::move(clusters);
  return affinity;
}

api::Taint taint(std::string key, std::string value, std::string effect) {
  return {std::move(key), std::move(value), std::move(effect), std::nullopt};
}

}  // namespace firedrill::policy::karmada::testing
