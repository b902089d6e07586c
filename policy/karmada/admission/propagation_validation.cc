/// Rules for policies and eviction tasks: validate_propagation and what goes with it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "policy/karmada/admission/name_rules.h"
#include "policy/karmada/admission/validation.h"
#include "policy/karmada/propagation/binding_name.h"

namespace firedrill::policy::karmada {
namespace {

using api::ClusterAffinity;
using api::Placement;

void report(FieldErrors& errors, FieldErrorType type, std::string field, std::string problem) {
  errors.push_back({type, std::move(field), std::move(problem)});
}

void report_invalid(FieldErrors& errors, std::string field, std::string problem) {
  report(errors, FieldErrorType::invalid, std::move(field), std::move(problem));
}

/// One error for each complaint about a label key.
void check_label_key(std::string_view key, const std::string& field, FieldErrors& errors) {
  for (std::string& problem : qualified_name_problems(key)) {
    report_invalid(errors, field, std::move(problem));
  }
}

void check_field_selector(const std::optional<api::FieldSelector>& selector,
                          const std::string& field,
                          FieldErrors& errors) {
  if (!selector) return;
  for (const api::LabelSelectorRequirement& term : selector->match_expressions) {
    const bool known_key = term.key == "provider" || term.key == "region" || term.key == "zone";
    const bool known_operator = term.op == "In" || term.op == "NotIn";
    if (known_key && known_operator) continue;
    report_invalid(errors, field,
                   known_key ? "the operator must be In or NotIn"
                             : "the key must be provider, region or zone");
    return;
  }
}

/// Overflow works only where capacity decides the division.
bool divides_by_capacity(const std::optional<api::ReplicaScheduling>& strategy) {
  if (!strategy || strategy->type != api::scheduling_divided) return false;
  if (strategy->preference == api::division_aggregated) return true;
  return strategy->preference == api::division_weighted && strategy->weight_preference &&
         !strategy->weight_preference->dynamic_weight.empty();
}

bool says_nothing(const ClusterAffinity& affinity) {
  return affinity == ClusterAffinity{};
}

void check_overflow(const api::AffinityTerm& term,
                    const Placement& placement,
                    const std::string& term_field,
                    FieldErrors& errors) {
  if (term.overflow.empty()) return;
  const std::string field = term_field + ".overflowAffinities";
  if (!divides_by_capacity(placement.replica_scheduling)) {
    report_invalid(errors, field, "needs dynamic weight or aggregated division");
  }
  if (says_nothing(term.affinity)) {
    report_invalid(errors, field, "needs an affinity to overflow from");
  }
  std::set<std::string_view> names{term.name};
  for (std::size_t i = 0; i < term.overflow.size(); ++i) {
    const api::OverflowAffinity& tier = term.overflow[i];
    const std::string tier_field = fmt::format("{}[{}]", field, i);
    check_label_key(tier.name, tier_field + ".affinityName", errors);
    if (!names.insert(tier.name).second) {
      report_invalid(errors, tier_field + ".affinityName", "the name is taken within this group");
    }
    check_field_selector(tier.affinity.field_selector, tier_field + ".fieldSelector", errors);
  }
}

void check_affinity_terms(const Placement& placement, FieldErrors& errors) {
  const std::string field = "spec.placement.clusterAffinities";
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < placement.cluster_affinities.size(); ++i) {
    const api::AffinityTerm& term = placement.cluster_affinities[i];
    const std::string term_field = fmt::format("{}[{}]", field, i);
    check_label_key(term.name, term_field, errors);
    if (!names.insert(term.name).second) {
      report_invalid(errors, field, "two groups have one name");
    }
    check_field_selector(term.affinity.field_selector, term_field + ".fieldSelector", errors);
    check_overflow(term, placement, term_field, errors);
  }
}

void check_spread_constraint(const api::SpreadConstraint& constraint,
                             const std::string& field,
                             FieldErrors& errors) {
  if (!constraint.field.empty() && !constraint.label.empty()) {
    report_invalid(errors, field, "spreadByField and spreadByLabel are both set");
  }
  if (constraint.min_groups < 0) report_invalid(errors, field, "minGroups must not be negative");
  if (constraint.max_groups < 0) report_invalid(errors, field, "maxGroups must not be negative");
  if (constraint.max_groups > 0 && constraint.max_groups < constraint.min_groups) {
    report_invalid(errors, field, "maxGroups must not be less than minGroups");
  }
}

void check_spread(const std::vector<api::SpreadConstraint>& constraints, FieldErrors& errors) {
  const std::string field = "spec.placement.spreadConstraints";
  std::set<std::string_view> fields;
  std::set<std::string_view> repeated;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const api::SpreadConstraint& constraint = constraints[i];
    check_spread_constraint(constraint, fmt::format("{}[{}]", field, i), errors);
    if (constraint.field.empty() || fields.insert(constraint.field).second) continue;
    if (repeated.insert(constraint.field).second) {
      report_invalid(errors, field, fmt::format("{} is constrained twice", constraint.field));
    }
  }
  if (!fields.empty() && !fields.contains(api::spread_by_cluster)) {
    report_invalid(errors, field, "one of the constraints must be on cluster");
  }
}

void check_workload_affinity(const std::optional<api::WorkloadAffinity>& affinity,
                             FieldErrors& errors) {
  if (!affinity) return;
  const std::string field = "spec.placement.workloadAffinity";
  const auto check = [&](const auto& term, std::string_view name) {
    if (!term) return;
    check_label_key(term->group_by_label_key, fmt::format("{}.{}.groupByLabelKey", field, name),
                    errors);
  };
  check(affinity->affinity, "affinity");
  check(affinity->anti_affinity, "antiAffinity");
  if (affinity->affinity && affinity->anti_affinity &&
      *affinity->affinity == *affinity->anti_affinity) {
    report_invalid(errors, field, "affinity and antiAffinity group by one label");
  }
}

void check_tolerations(const std::vector<api::Toleration>& tolerations, FieldErrors& errors) {
  for (std::size_t i = 0; i < tolerations.size(); ++i) {
    if (tolerations[i].op != "Lt" && tolerations[i].op != "Gt") continue;
    report(errors, FieldErrorType::not_supported,
           fmt::format("spec.placement.clusterTolerations[{}].operator", i),
           "must be Equal or Exists");
  }
}

void check_placement(const Placement& placement, FieldErrors& errors) {
  if (placement.cluster_affinity && !placement.cluster_affinities.empty()) {
    report_invalid(errors, "spec.placement", "clusterAffinity and clusterAffinities are both set");
  }
  if (placement.cluster_affinity) {
    check_field_selector(placement.cluster_affinity->field_selector,
                         "spec.placement.clusterAffinity.fieldSelector", errors);
  }
  check_affinity_terms(placement, errors);
  check_spread(placement.spread_constraints, errors);
  check_workload_affinity(placement.workload_affinity, errors);
  check_tolerations(placement.cluster_tolerations, errors);
}

void check_state_rules(const std::optional<api::StatePreservation>& preservation,
                       std::string_view kind,
                       FieldErrors& errors) {
  if (!preservation) return;
  for (std::size_t i = 0; i < preservation->rules.size(); ++i) {
    check_label_key(
        preservation->rules[i].alias_label_name,
        fmt::format("spec.failover.{}.statePreservation.rules[{}].aliasLabelName", kind, i),
        errors);
  }
}

void check_grace_period(const api::ApplicationFailover& behavior, FieldErrors& errors) {
  const std::string field = "spec.failover.application.gracePeriodSeconds";
  const bool gracefully =
      behavior.purge_mode == api::purge_gracefully || behavior.purge_mode == api::purge_graciously;
  const auto& seconds = behavior.grace_period_seconds;
  if (seconds && !gracefully) report_invalid(errors, field, "goes with purge mode Gracefully only");
  if (!seconds && gracefully) report_invalid(errors, field, "purge mode Gracefully needs it");
  if (seconds && *seconds <= 0) report_invalid(errors, field, "must be greater than 0");
}

void check_failover(const api::Shared<api::FailoverBehavior>& failover, FieldErrors& errors) {
  if (!failover) return;
  if (failover->application) {
    const api::ApplicationFailover& behavior = *failover->application;
    if (behavior.decision_conditions.toleration_seconds.value_or(0) < 0) {
      report_invalid(errors, "spec.failover.application.decisionConditions.tolerationSeconds",
                     "must not be negative");
    }
    check_grace_period(behavior, errors);
    check_state_rules(behavior.state_preservation, "application", errors);
  }
  if (failover->cluster)
    check_state_rules(failover->cluster->state_preservation, "cluster", errors);
}

void check_selectors(const api::PropagationSpec& spec,
                     std::string_view space,
                     FieldErrors& errors) {
  for (std::size_t i = 0; i < spec.resource_selectors.size(); ++i) {
    const api::ResourceSelector& selector = spec.resource_selectors[i];
    const std::string field = fmt::format("spec.resourceSelectors[{}]", i);
    if (!space.empty() && selector.space != space) {
      report_invalid(errors, field + ".namespace", "must be the namespace of the policy");
    }
    if (spec.preemption == api::preemption_always && selector.name.empty()) {
      report_invalid(errors, field + ".name", "preemption Always needs a name");
    }
  }
}

void check_suspension(const std::optional<api::Suspension>& suspension, FieldErrors& errors) {
  if (!suspension || !suspension->dispatching.value_or(false)) return;
  if (!suspension->dispatching_on_clusters) return;
  if (suspension->dispatching_on_clusters->cluster_names.empty()) return;
  report_invalid(errors, "spec.suspension.suspension",
                 "dispatching and dispatchingOnClusters are both set");
}

/// Whether the text has the form of a task's reason: a letter, then letters, digits and "_,:",
/// ending in a letter, a digit or '_'.
bool is_task_reason(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto word = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && letter(text.front()) && word(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return word(c) || c == ',' || c == ':'; });
}

/// An enumeration of the schema; empty where nothing was said.
void check_word(std::string_view word,
                std::initializer_list<std::string_view> words,
                std::string field,
                FieldErrors& errors) {
  if (word.empty() || std::ranges::find(words, word) != words.end()) return;
  report(errors, FieldErrorType::not_supported, std::move(field),
         fmt::format("must be one of {}", fmt::join(words, ", ")));
}

void check_strategy_schema(const Placement& placement, FieldErrors& errors) {
  for (std::size_t i = 0; i < placement.spread_constraints.size(); ++i) {
    check_word(placement.spread_constraints[i].field,
               {api::spread_by_cluster, api::spread_by_region, api::spread_by_zone,
                api::spread_by_provider},
               fmt::format("spec.placement.spreadConstraints[{}].spreadByField", i), errors);
  }
  if (!placement.replica_scheduling) return;
  const api::ReplicaScheduling& strategy = *placement.replica_scheduling;
  const std::string field = "spec.placement.replicaScheduling";
  check_word(strategy.type, {api::scheduling_duplicated, api::scheduling_divided},
             field + ".replicaSchedulingType", errors);
  check_word(strategy.preference, {api::division_aggregated, api::division_weighted},
             field + ".replicaDivisionPreference", errors);
  if (!strategy.weight_preference) return;
  check_word(strategy.weight_preference->dynamic_weight, {"AvailableReplicas"},
             field + ".weightPreference.dynamicWeight", errors);
  const auto& weights = strategy.weight_preference->static_weights;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].weight >= 1) continue;
    report_invalid(errors, fmt::format("{}.weightPreference.staticWeightList[{}].weight", field, i),
                   "must be at least 1");
  }
}

}  // namespace

std::string_view to_string(FieldErrorType type) {
  switch (type) {
    case FieldErrorType::required:
      return "FieldValueRequired";
    case FieldErrorType::invalid:
      return "FieldValueInvalid";
    case FieldErrorType::type_invalid:
      return "FieldValueTypeInvalid";
    case FieldErrorType::not_supported:
      return "FieldValueNotSupported";
    case FieldErrorType::duplicate:
      return "FieldValueDuplicate";
    case FieldErrorType::forbidden:
      break;
  }
  return "FieldValueForbidden";
}

FieldErrors validate_propagation(const api::PropagationSpec& spec, std::string_view space) {
  FieldErrors errors;
  check_placement(spec.placement, errors);
  if (spec.failover && spec.failover->application && !spec.propagate_deps) {
    report_invalid(errors, "spec.propagateDeps", "application failover needs it to be true");
  }
  check_failover(spec.failover, errors);
  check_selectors(spec, space, errors);
  check_suspension(spec.suspension, errors);
  return errors;
}

FieldErrors validate_propagation_update(const api::PropagationPolicy& before,
                                        const api::PropagationPolicy& after) {
  FieldErrors errors;
  if (before.spec.scheduler_name != after.spec.scheduler_name) {
    report_invalid(errors, "spec.schedulerName", "must not change");
  }
  const std::string_view label = after.cluster_scoped() ? cluster_policy_id_label : policy_id_label;
  const auto id_before = before.metadata.labels.find(label);
  const auto id_after = after.metadata.labels.find(label);
  if (id_after == after.metadata.labels.end()) {
    report_invalid(errors, "metadata.labels", fmt::format("label {} is missing", label));
  } else if (id_before != before.metadata.labels.end() && id_before->second != id_after->second) {
    report_invalid(errors, "metadata.labels", fmt::format("label {} must not change", label));
  }
  return errors;
}

FieldErrors check_propagation_schema(const api::PropagationSpec& spec, Release release) {
  FieldErrors errors;
  check_strategy_schema(spec.placement, errors);
  check_word(spec.conflict_resolution, {"Abort", "Overwrite"}, "spec.conflictResolution", errors);
  check_word(spec.preemption, {api::preemption_always, api::preemption_never}, "spec.preemption",
             errors);
  if (spec.schedule_priority) {
    check_word(spec.schedule_priority->priority_class_source,
               {"KubePriorityClass", "PodPriorityClass", "FederatedPriorityClass"},
               "spec.schedulePriority.priorityClassSource", errors);
  }
  const auto old_word = [release](std::string_view word) {
    return release == Release::legacy &&
           (word == api::purge_immediately || word == api::purge_graciously);
  };
  if (spec.failover && spec.failover->application &&
      !old_word(spec.failover->application->purge_mode)) {
    check_word(spec.failover->application->purge_mode,
               {api::purge_directly, api::purge_gracefully, api::purge_never},
               "spec.failover.application.purgeMode", errors);
  }
  if (spec.failover && spec.failover->cluster) {
    check_word(spec.failover->cluster->purge_mode, {api::purge_directly, api::purge_gracefully},
               "spec.failover.cluster.purgeMode", errors);
  }
  return errors;
}

FieldErrors check_eviction_task_schema(const api::GracefulEvictionTask& task, std::size_t index) {
  constexpr std::size_t reason_length_max = 32;
  constexpr std::size_t message_length_max = 1024;
  FieldErrors errors;
  const std::string field = fmt::format("spec.gracefulEvictionTasks[{}]", index);
  if (task.reason.empty()) {
    report(errors, FieldErrorType::required, field + ".reason", "must be given");
  } else if (task.reason.size() > reason_length_max || !is_task_reason(task.reason)) {
    report_invalid(errors, field + ".reason",
                   "must be at most 32 letters, digits, '_', ',' and ':', starting with a letter");
  }
  if (task.message.size() > message_length_max) {
    report_invalid(errors, field + ".message", "is longer than 1024 characters");
  }
  constexpr std::array<std::string_view, 4> modes{"", api::purge_directly, api::purge_gracefully,
                                                  api::purge_never};
  if (std::ranges::find(modes, task.purge_mode) == modes.end()) {
    report(errors, FieldErrorType::not_supported, field + ".purgeMode",
           "must be Directly, Gracefully or Never");
  }
  return errors;
}

}  // namespace firedrill::policy::karmada
