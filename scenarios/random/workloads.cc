// Workloads: kinds, sizes, behaviours, failover.

#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios::random {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr const char* state_label = "drill.example.io/job-id";

api::Json status_document(bool with_state) {
  nlohmann::json document;
  if (with_state) document["state"] = "{{phase}}";
  document["jobId"] = "{{workload}}-{{cluster}}-{{start}}";
  return api::Json(std::move(document));
}

void make_custom(Dice& dice, models::WorkloadSpec& workload) {
  workload.kind = "Engine";
  workload.api_version = "drill.example.io/v1";
  if (dice.chance(0.7)) {
    workload.interpreter = models::InterpreterSpec{
        "{.spec.replicas}", "{.status.readyReplicas}", "{.status.state}", {"Running"}};
    workload.behaviour.status = status_document(false);
    workload.behaviour.phases = models::PhaseWords{"Starting", "Running"};
  }
}

void add_components(Dice& dice, models::WorkloadSpec& workload) {
  workload.replicas = 0;
  workload.requests.clear();
  for (const char* name : {"leader", "worker"}) {
    api::Component component;
    component.name = name;
    component.replicas = dice.whole(1, 2);
    component.requirements = api::ComponentRequirements{};
    component.requirements->resource_request.emplace("cpu", quantity("200m"));
    workload.components.push_back(std::move(component));
  }
}

std::optional<api::StatePreservation> random_state(Dice& dice) {
  if (dice.chance(0.5)) return std::nullopt;
  api::StatePreservation state;
  state.rules.push_back({state_label, "{.jobId}"});
  return state;
}

api::FailoverBehavior random_failover(Draft& draft, Dice& dice) {
  api::FailoverBehavior failover;
  if (dice.chance(0.6)) {
    api::ApplicationFailover application;
    application.decision_conditions.toleration_seconds = dice.whole(0, 120);
    const auto mode = dice.one_of({"Directly", "Gracefully", "Gracefully", "Never"});
    const bool newest = draft.file.control_plane.profile == "karmada";
    application.purge_mode = newest ? mode : dice.one_of({"Immediately", "Graciously", "Never"});
    if (application.purge_mode == "Gracefully" || application.purge_mode == "Graciously")
      application.grace_period_seconds = dice.whole(1, 300);
    application.state_preservation = random_state(dice);
    failover.application = std::move(application);
  }
  if (draft.file.control_plane.profile == "karmada" && dice.chance(0.6)) {
    api::ClusterFailover cluster;
    cluster.purge_mode = dice.one_of({"Directly", "Gracefully"});
    cluster.state_preservation = random_state(dice);
    failover.cluster = std::move(cluster);
  }
  return failover;
}

api::Suspension random_suspension(const Draft& draft, Dice& dice) {
  api::Suspension suspension;
  switch (dice.whole(0, 2)) {
    case 0:
      suspension.dispatching = true;
      break;
    case 1:
      suspension.dispatching_on_clusters = api::SuspendClusters{dice.some_of(draft.clusters, 1)};
      break;
    default:
      suspension.scheduling = true;
      break;
  }
  return suspension;
}

api::NodeClaim random_claim(Dice& dice) {
  api::NodeClaim claim;
  if (dice.chance(0.5)) claim.node_selector.emplace("disk", "ssd");
  if (dice.chance(0.5)) {
    api::NodeSelectorTerm term;
    term.match_expressions.push_back({"disk", "NotIn", {"hdd"}});
    claim.hard_node_affinity = api::NodeSelector{};
    claim.hard_node_affinity->terms.push_back(std::move(term));
  }
  claim.tolerations.push_back({"dedicated", "Exists", "", "NoSchedule", {}});
  return claim;
}

/// What only Karmada has words for.
void add_karmadas(Draft& draft, Dice& dice, models::WorkloadSpec& workload) {
  if (dice.chance(0.35)) workload.failover = random_failover(draft, dice);
  if (workload.failover && workload.failover->application) workload.propagate_deps = true;
  if (dice.chance(0.15)) {
    workload.propagate_deps = true;
    workload.depends_on = {"ConfigMap/settings-" + workload.name, "Secret/keys"};
  }
  if (dice.chance(0.06)) workload.suspension = random_suspension(draft, dice);
  if (dice.chance(0.05)) workload.conflict_resolution = "Overwrite";
  if (dice.chance(0.08)) workload.preserve_resources_on_deletion = true;
  if (dice.chance(0.2)) workload.priority = static_cast<std::int32_t>(dice.whole(-10, 1000));
  if (workload.placement.workload_affinity)
    workload.labels.emplace("app.example.io/group", dice.one_of({"a", "b"}));
}

void choose_kind(Draft& draft, Dice& dice, models::WorkloadSpec& workload) {
  workload.kind = dice.one_of({"Deployment", "Deployment", "Deployment", "Deployment", "Deployment",
                               "StatefulSet", "StatefulSet", "ReplicaSet", "DaemonSet", "Job",
                               "ConfigMap", "ClusterRole", "Engine", "Engine"});
  const bool counts = workload.kind != "DaemonSet" && workload.kind != "ConfigMap" &&
                      workload.kind != "ClusterRole";
  workload.replicas = counts ? dice.whole(dice.chance(0.05) ? 0 : 1, draft.sizes.replicas) : 0;
  workload.behaviour = random_behaviour(draft, dice, workload.kind == "Job");
  if (workload.kind == "Job" && dice.chance(0.5)) workload.completions = dice.whole(1, 8);
  if (workload.kind == "ClusterRole") workload.space.clear();
  if (workload.kind == "Engine") make_custom(dice, workload);
}

models::WorkloadSpec random_workload(Draft& draft, Dice& dice, std::int64_t index) {
  models::WorkloadSpec workload;
  workload.name = fmt::format("app{}", index + 1);
  workload.count = dice.whole(1, draft.sizes.copies);
  if (dice.chance(0.3)) workload.space = "shop";
  choose_kind(draft, dice, workload);
  if (dice.chance(0.4)) workload.create_at = dice.instant(seconds(0), minutes(2));
  if (workload.replicas > 0 && dice.chance(0.7)) {
    workload.requests.emplace("cpu", quantity(dice.one_of({"100m", "250m", "500m", "1"})));
    if (dice.chance(0.5)) workload.requests.emplace("memory", quantity("512Mi"));
  }
  if (workload.replicas > 0 && dice.chance(0.08)) workload.node_claim = random_claim(dice);
  if (draft.karmada() && workload.kind == "Engine" && dice.chance(0.3))
    add_components(dice, workload);
  if (workload.count == 1 && dice.chance(0.1))
    workload.uid = fmt::format("00000000-0000-4000-8000-{:012d}", dice.whole(0, 999'999'999));
  const bool subscribes = dice.chance(draft.karmada() ? 0.05 : 0.6);
  if (subscribes && workload.components.empty() && workload.kind != "Job" &&
      workload.kind != "Engine") {
    workload.subscription = random_wish(draft, dice);
  } else if (dice.chance(0.9)) {
    workload.placement = random_placement(draft, dice);
    // Clusternet finds no replicas in these.
    if (!draft.karmada() && (workload.kind == "Job" || workload.kind == "Engine"))
      workload.placement.replica_scheduling.reset();
  }
  if (draft.karmada()) add_karmadas(draft, dice, workload);
  return workload;
}

}  // namespace

models::WorkloadBehaviour random_behaviour(Draft& draft, Dice& dice, bool job) {
  models::WorkloadBehaviour behaviour;
  if (dice.chance(0.85)) behaviour.startup = dice.length(seconds(dice.whole(1, 45)));
  if (dice.chance(0.15))
    behaviour.startup_by_cluster[dice.one_of(draft.clusters)] = dice.length(seconds(90));
  if (dice.chance(0.25)) behaviour.image_pull = dice.length(seconds(dice.whole(1, 30)));
  if (dice.chance(0.15)) behaviour.crash = dice.length(minutes(dice.whole(10, 120)));
  if (dice.chance(0.4)) behaviour.termination = dice.length(milliseconds(dice.whole(100, 30'000)));
  if (job) behaviour.runtime = dice.length(seconds(dice.whole(30, 900)));
  if (dice.chance(0.2)) {
    behaviour.status = status_document(false);
    behaviour.resumes_from = state_label;
    if (dice.chance(0.5)) behaviour.checkpoint_every = dice.seconds(5, 300);
  }
  return behaviour;
}

void draw_workloads(Draft& draft) {
  Dice count = draft.dice("workloads");
  const std::int64_t wanted = count.whole(1, draft.sizes.workloads);
  for (std::int64_t i = 0; i < wanted; ++i) {
    Dice dice = draft.dice(fmt::format("workload/{}", i));
    draft.file.workloads.push_back(random_workload(draft, dice, i));
  }
}

}  // namespace firedrill::scenarios::random
