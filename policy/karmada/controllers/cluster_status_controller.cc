#include "policy/karmada/controllers/cluster_status_controller.h"

#include <algorithm>
#include <utility>

#include "policy/karmada/controllers/cluster_controller.h"
#include "policy/karmada/rounds.h"
#include "policy/karmada/status/resource_models.h"
#include "policy/karmada/status/summaries.h"

namespace firedrill::policy::karmada {

ClusterStatusController::ClusterStatusController(Ports& ports, ClusterStatusOptions options)
    : ports_(ports),
      options_(std::move(options)),
      conditions_(options_.thresholds),
      controller_(ports,
                  options_.controller,
                  [this](std::string name) { return reconcile(std::move(name)); }),
      watch_(ports.objects.clusters.watch(
          [this](const Change<api::Cluster>& change) { observe(change); })) {}

bool ClusterStatusController::serves(const api::Cluster& cluster) const {
  if (!options_.only.empty()) return cluster.metadata.name == options_.only;
  return cluster.spec.sync_mode == api::sync_push && cluster.spec.secret_ref.has_value();
}

void ClusterStatusController::observe(const Change<api::Cluster>& change) {
  if (!serves(change.any())) return;
  // Status writes, its own above all, do not wake it in releases that look at the generation; a
  // changed taint does.
  const bool same = !options_.probe_at_every_write && change.before && change.after &&
                    change.before->metadata.generation == change.after->metadata.generation;
  if (!same) controller_.enqueue(change.any().metadata.name, event_priority(change));
}

Task<Result> ClusterStatusController::reconcile(std::string name) {
  std::shared_ptr<const api::Cluster> cluster = ports_.objects.clusters.get({{}, name});
  if (!cluster) {
    conditions_.forget(name);
    leases_.erase(name);
    co_return Result::done();
  }
  if (std::ranges::find(cluster->metadata.finalizers, cluster_finalizer) ==
      cluster->metadata.finalizers.end()) {
    co_return Result::requeue();
  }
  const Timestamp began = ports_.clock.now();
  auto request = probe(name);
  const ProbeOutcome outcome = co_await request;
  const Timestamp now = ports_.clock.now();
  const api::Condition observed = observed_ready(outcome, now);
  const api::Condition* stored =
      api::find_condition(cluster->status.conditions, api::condition_ready);
  api::Condition reported = bypasses_thresholds(outcome, options_.client_errors)
                                ? observed
                                : conditions_.adjust(name, stored, observed, now);
  const bool collected = collects_status(outcome, reported);
  if (collected && cluster->spec.sync_mode == api::sync_pull && !leases_.contains(name)) {
    leases_.emplace(name, std::make_unique<ClusterLease>(ports_, name, options_.lease_interval));
  }
  // A threshold under way will be over some time, and a probe that took time keeps others waiting.
  const bool settled = reported.status == observed.status && began == now;
  auto task = write(std::move(cluster), std::move(reported), collected, settled);
  const Result result = co_await task;
  co_return result;
}

Task<ProbeOutcome> ClusterStatusController::probe(std::string name) {
  auto probing = ports_.members.probe(name, std::string(probe_path));
  ProbeAnswer answer = co_await probing;
  if (answer.kind == ProbeAnswer::Kind::http && retries_at_healthz(answer.http_status)) {
    auto asking_elsewhere = ports_.members.probe(name, std::string(probe_fallback_path));
    answer = co_await asking_elsewhere;
  }
  switch (answer.kind) {
    case ProbeAnswer::Kind::no_client:
      co_return ProbeOutcome::no_client;
    case ProbeAnswer::Kind::no_answer:
      co_return ProbeOutcome::unreachable;
    case ProbeAnswer::Kind::http:
      break;
  }
  co_return probe_outcome(answer.http_status);
}

void ClusterStatusController::collect(const api::Cluster& cluster,
                                      api::ClusterStatus& status) const {
  const std::string& name = cluster.metadata.name;
  status.kubernetes_version = ports_.members.version(name);
  status.api_enablements = ports_.members.api_enablements(name);
  const bool empty = status.api_enablements.empty();
  api::set_condition(status.conditions,
                     {.type = "CompleteAPIEnablements",
                      .status = std::string(empty ? api::status_false : api::status_true),
                      .reason = empty ? "Empty" : "Complete",
                      .message = {},
                      .last_transition_time = api::StoredTime::floor(ports_.clock.now())});
  if (!options_.resource_modeling) return;
  const Inventory inventory = ports_.members.inventory(name);
  status.node_summary = summarize_nodes(inventory.nodes);
  status.resource_summary = summarize_resources(inventory);
  if (options_.customized_models) {
    status.resource_summary->allocatable_modelings =
        count_nodes(cluster.spec.resource_models, inventory.nodes);
  }
}

Task<Result> ClusterStatusController::write(std::shared_ptr<const api::Cluster> cluster,
                                            api::Condition ready,
                                            bool collected,
                                            bool settled) {
  api::ClusterStatus next = cluster->status;
  api::set_condition(next.conditions, ready);
  if (collected) collect(*cluster, next);
  const bool news = next != cluster->status;
  if (news) {
    // Retried on conflict upstream, so that only what this controller owns is overwritten.
    auto writing = ports_.objects.clusters.patch_status(
        cluster->metadata.key(), [next, ready, collected](api::Cluster& stored) {
          if (collected) {
            stored.status = next;
          } else {
            api::set_condition(stored.status.conditions, ready);
          }
        });
    const auto written = co_await writing;
    if (!written.done()) co_return Result::error();
  }
  if (options_.update_frequency <= Duration::zero()) co_return Result::done();
  const std::string& name = cluster->metadata.name;
  Round round{.rank = status_round,
              .name = name,
              .period = options_.update_frequency,
              .look = settled && !news ? Round::Look::member : Round::Look::always,
              .member = name};
  co_return Result::in_a_round(std::move(round));
}

}  // namespace firedrill::policy::karmada
