#include "policy/karmada/scheduler/schedule.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include "policy/karmada/scheduler/assignment.h"
#include "policy/karmada/scheduler/selection.h"
#include "policy/karmada/scheduler/target_index.h"
#include "policy/karmada/scheduler/triggers.h"

namespace firedrill::policy::karmada {
namespace {

constexpr api::Replicas unlimited = std::numeric_limits<std::int32_t>::max();

void explain_filter(const SchedulingInput& input, const ClusterFilter& filter, Decision& decision) {
  decision.clusters.clear();
  decision.clusters.reserve(input.clusters.size());
  for (const auto& cluster : input.clusters) {
    ConsideredCluster& considered = decision.clusters.emplace_back();
    considered.cluster = cluster->metadata.name;
    considered.rejected = filter.reasons(*cluster);
  }
  std::ranges::sort(decision.clusters, {}, &ConsideredCluster::cluster);
}

/// The entry of that cluster. The decision holds every cluster of the pass.
ConsideredCluster& entry_of(Decision& decision, std::string_view cluster) {
  return *std::ranges::lower_bound(
      decision.clusters, cluster, {},
      [](const ConsideredCluster& considered) -> std::string_view { return considered.cluster; });
}

void explain_candidates(std::span<const Candidate> candidates, Decision& decision) {
  for (const Candidate& candidate : candidates) {
    ConsideredCluster& considered = entry_of(decision, candidate.name());
    considered.score = candidate.score;
    considered.available = candidate.available;
  }
}

void explain_selection(std::span<const Candidate> selected, Decision& decision) {
  for (const Candidate& candidate : selected) {
    entry_of(decision, candidate.name()).selected = true;
  }
}

void explain_assignment(const ScheduleResult& result, Decision& decision) {
  const auto* targets = std::get_if<std::vector<api::TargetCluster>>(&result);
  if (targets == nullptr) return;
  for (const api::TargetCluster& target : *targets) {
    ConsideredCluster& entry = entry_of(decision, target.name);
    entry.assigned = target.replicas;
    entry.chosen = true;
  }
}

/// Room in each cluster: the least answer of the estimators.
void estimate(std::vector<Candidate>& candidates,
              std::span<const Estimates> estimates,
              const api::BindingSpec& spec) {
  for (Candidate& candidate : candidates)
    candidate.allocatable = unlimited;
  for (const Estimates& answers : estimates) {
    if (!answers) continue;
    if (answers->size() != candidates.size()) {
      throw std::logic_error("an estimator must answer for each cluster that it was asked about");
    }
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const api::Replicas answer = (*answers)[i];
      if (answer == no_estimate) continue;
      candidates[i].allocatable = std::min(candidates[i].allocatable, answer);
    }
  }
  for (Candidate& candidate : candidates) {
    if (candidate.allocatable == unlimited && needs_estimates(spec)) {
      candidate.allocatable = spec.replicas;
    }
    candidate.available = candidate.allocatable + candidate.assigned();
  }
}

}  // namespace

Feasible find_candidates(const SchedulingInput& input, Decision* decision) {
  const TargetIndex targets(input.spec.clusters);
  const ClusterFilter filter(input.spec, input.affinity_name, targets, input.options.plugins,
                             input.peers);
  if (decision != nullptr) explain_filter(input, filter, *decision);
  const bool scores_locality = input.options.plugins.has(Plugin::cluster_locality);
  std::vector<Candidate> candidates;
  for (const auto& cluster : input.clusters) {
    if (!filter.passes(*cluster)) continue;
    Candidate& candidate = candidates.emplace_back();
    candidate.cluster = cluster.get();
    candidate.current = targets.find(cluster->metadata.name);
    candidate.score = candidate.current != nullptr && scores_locality ? locality_score : 0;
    candidate.overflow_order = filter.overflow_order(*cluster);
  }
  if (candidates.empty()) {
    return ScheduleError{ScheduleErrorKind::fit, fit_error_text(input.clusters, filter)};
  }
  return candidates;
}

std::vector<const api::Cluster*> clusters_of(std::span<const Candidate> candidates) {
  std::vector<const api::Cluster*> clusters;
  clusters.reserve(candidates.size());
  for (const Candidate& candidate : candidates)
    clusters.push_back(candidate.cluster);
  return clusters;
}

bool needs_estimates(const api::BindingSpec& spec) {
  return spec.replicas != 0 || !spec.components.empty();
}

ScheduleResult place(std::vector<Candidate> candidates,
                     std::span<const Estimates> estimates,
                     const SchedulingInput& input,
                     Decision* decision) {
  estimate(candidates, estimates, input.spec);
  if (decision != nullptr) explain_candidates(candidates, *decision);
  sort_candidates(candidates, input.options.preference);
  // One complete set is all that a workload of components needs.
  const api::Replicas needed = estimates_sets(input.spec) ? 1 : input.spec.replicas;
  const api::Result<std::vector<Candidate>> selected = select_clusters(
      std::move(candidates), *input.spec.placement, needed, input.options.preference);
  if (!selected) {
    return prefixed("failed to select clusters: ", ScheduleErrorKind::other, selected.problem());
  }
  if (decision != nullptr) explain_selection(*selected, *decision);
  ScheduleResult result = assign_replicas(
      *selected, {.spec = input.spec,
                  .status = input.status,
                  .affinity_name = input.affinity_name,
                  .propagate_empty_workloads = input.options.propagate_empty_workloads,
                  .division = input.options.division});
  if (const auto* error = std::get_if<ScheduleError>(&result)) {
    return prefixed("failed to assign replicas: ", error->kind, error->text);
  }
  if (decision != nullptr) explain_assignment(result, *decision);
  return result;
}

ScheduleResult schedule(const SchedulingInput& input,
                        std::span<const Estimator* const> estimators,
                        Decision* decision) {
  Feasible feasible = find_candidates(input, decision);
  if (auto* error = std::get_if<ScheduleError>(&feasible)) return std::move(*error);
  auto& candidates = std::get<std::vector<Candidate>>(feasible);
  std::vector<Estimates> estimates;
  if (needs_estimates(input.spec)) {
    const std::vector<const api::Cluster*> clusters = clusters_of(candidates);
    estimates.reserve(estimators.size());
    for (const Estimator* estimator : estimators) {
      estimates.push_back(estimator->estimate(clusters, input.spec));
    }
  }
  return place(std::move(candidates), estimates, input, decision);
}

AffinitySearch::AffinitySearch(const api::BindingSpec& spec, const api::BindingStatus& status)
    : placement_(*spec.placement), status_(status) {
  const auto& terms = placement_.cluster_affinities;
  const auto observed =
      std::ranges::find(terms, status.scheduler_observed_affinity_name, &api::AffinityTerm::name);
  if (observed != terms.end() && !reschedule_required(spec, status)) {
    next_ = static_cast<std::size_t>(observed - terms.begin());
  }
}

bool AffinitySearch::pending() const {
  if (succeeded_) return false;
  return placement_.cluster_affinities.empty() ? !result_
                                               : next_ < placement_.cluster_affinities.size();
}

std::string_view AffinitySearch::affinity_name() const {
  if (placement_.cluster_affinities.empty()) return status_.scheduler_observed_affinity_name;
  return placement_.cluster_affinities[next_].name;
}

void AffinitySearch::conclude(ScheduleResult result) {
  succeeded_ = std::holds_alternative<std::vector<api::TargetCluster>>(result);
  if (succeeded_ && !placement_.cluster_affinities.empty() &&
      affinity_name() != status_.scheduler_observed_affinity_name) {
    observed_ = std::string(affinity_name());
  }
  ++next_;
  if (succeeded_ || !result_) result_ = std::move(result);
}

PassOutcome outcome_of(const AffinitySearch& search, const SchedulerOptions& options) {
  PassOutcome outcome;
  if (const auto* targets = std::get_if<std::vector<api::TargetCluster>>(&search.result())) {
    outcome.clusters = *targets;
    outcome.observed_affinity_name = search.observed_affinity_name();
    outcome.status = api::status_true;
    outcome.reason = reason_success;
    outcome.message = message_scheduled;
    return outcome;
  }
  ScheduleError error = std::get<ScheduleError>(search.result());
  if (error.kind == ScheduleErrorKind::unschedulable && !options.tells_lack_of_capacity)
    error.kind = ScheduleErrorKind::other;
  if (error.kind == ScheduleErrorKind::fit) outcome.clusters.emplace();
  outcome.status = api::status_false;
  outcome.reason = condition_reason(error.kind);
  outcome.message = std::move(error.text);
  outcome.retry = retry_after(error.kind);
  return outcome;
}

PassOutcome search_affinities(const SchedulingInput& input, const ScheduleOnce& schedule_once) {
  AffinitySearch search(input.spec, input.status);
  while (search.pending()) {
    SchedulingInput attempt = input;
    attempt.affinity_name = search.affinity_name();
    search.conclude(schedule_once(attempt));
  }
  return outcome_of(search, input.options);
}

PassOutcome schedule_with_affinities(const SchedulingInput& input,
                                     std::span<const Estimator* const> estimators,
                                     Decision* decision) {
  return search_affinities(input, [estimators, decision](const SchedulingInput& attempt) {
    return schedule(attempt, estimators, decision);
  });
}

}  // namespace firedrill::policy::karmada
