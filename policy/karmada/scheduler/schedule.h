#pragma once

/// One scheduling pass over one binding: filter, score, estimate, select, assign. Pure.
///
/// The pass comes in two halves, because estimators may be far away: `find_candidates` says which
/// clusters are feasible, `place` goes on with the estimators' answers; `schedule` does both. With
/// several affinity groups a pass is a search, which `AffinitySearch` leads.
/// Follows karmada pkg/scheduler/core/generic_scheduler.go and pkg/scheduler/scheduler.go.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/karmada/scheduler/candidate.h"
#include "policy/karmada/scheduler/estimator.h"
#include "policy/karmada/scheduler/filter.h"
#include "policy/karmada/scheduler/options.h"
#include "policy/karmada/scheduler/outcome.h"
#include "policy/runtime/decision.h"

namespace firedrill::policy::karmada {

/// What a pass looks at. Refers to everything; nothing is copied.
struct SchedulingInput {
  std::span<const std::shared_ptr<const api::Cluster>> clusters;
  const api::BindingSpec& spec;  ///< Requires: with placement.
  const api::BindingStatus& status;
  std::string_view affinity_name;  ///< The affinity group that this attempt is for; may be empty.
  const SchedulerOptions& options;
  const WorkloadPeers* peers = nullptr;  ///< With the gate WorkloadAffinity.
};

/// Clusters that passed the filters, or the FitError. `decision`, when given, is filled with every
/// cluster in the order of names, with all reasons of all plugins.
using Feasible = std::variant<std::vector<Candidate>, ScheduleError>;
[[nodiscard]] Feasible find_candidates(const SchedulingInput& input, Decision* decision = nullptr);

/// The clusters of the candidates, to ask estimators about.
[[nodiscard]] std::vector<const api::Cluster*> clusters_of(std::span<const Candidate> candidates);

/// Whether estimators are asked at all: without replicas or components, room is unlimited.
[[nodiscard]] bool needs_estimates(const api::BindingSpec& spec);

/// Selects and assigns. `estimates` holds one estimator's answers each, aligned with `candidates`;
/// the least one counts; a cluster that nobody answers for has room for all replicas.
[[nodiscard]] ScheduleResult place(std::vector<Candidate> candidates,
                                   std::span<const Estimates> estimates,
                                   const SchedulingInput& input,
                                   Decision* decision = nullptr);

/// The whole pass for one affinity group.
[[nodiscard]] ScheduleResult schedule(const SchedulingInput& input,
                                      std::span<const Estimator* const> estimators,
                                      Decision* decision = nullptr);

/// The search through affinity groups: from the group last used onwards, never back, unless a fresh
/// start was asked for. Without groups it is a single attempt.
class AffinitySearch {
 public:
  /// Refers to the arguments. Requires: the binding has a placement.
  AffinitySearch(const api::BindingSpec& spec, const api::BindingStatus& status);

  /// Whether there is an attempt to make.
  [[nodiscard]] bool pending() const;
  /// The group that the attempt is for. Without groups what the status says. Requires: pending().
  [[nodiscard]] std::string_view affinity_name() const;
  /// Takes the attempt's result; goes on to the next group if it failed.
  void conclude(ScheduleResult result);

  /// The result of the pass: the first success, or the first failure of all. Requires: !pending().
  [[nodiscard]] const ScheduleResult& result() const { return *result_; }
  /// The group to note in the status after a success; empty when it stays as it is.
  [[nodiscard]] const std::optional<std::string>& observed_affinity_name() const {
    return observed_;
  }

 private:
  const api::Placement& placement_;
  const api::BindingStatus& status_;
  std::size_t next_ = 0;
  std::optional<ScheduleResult> result_;
  std::optional<std::string> observed_;
  bool succeeded_ = false;
};

/// What a pass changes in the binding.
struct PassOutcome {
  /// What spec.clusters becomes, together with the applied placement; nothing is written when
  /// absent.
  std::optional<std::vector<api::TargetCluster>> clusters;
  std::optional<std::string> observed_affinity_name;
  std::string_view status;  ///< Of the condition Scheduled.
  std::string_view reason;
  std::string message;
  Retry retry = Retry::none;
};

/// What follows from a finished search. Requires: !search.pending().
[[nodiscard]] PassOutcome outcome_of(const AffinitySearch& search, const SchedulerOptions& options);

/// The whole pass, each attempt made by `schedule_once`. `input.affinity_name` is not looked at.
using ScheduleOnce = std::function<ScheduleResult(const SchedulingInput& attempt)>;
[[nodiscard]] PassOutcome search_affinities(const SchedulingInput& input,
                                            const ScheduleOnce& schedule_once);

/// The whole pass with estimators at hand: every attempt, and what follows. `input.affinity_name`
/// is not looked at. `decision` holds the last attempt.
[[nodiscard]] PassOutcome schedule_with_affinities(const SchedulingInput& input,
                                                   std::span<const Estimator* const> estimators,
                                                   Decision* decision = nullptr);

}  // namespace firedrill::policy::karmada
