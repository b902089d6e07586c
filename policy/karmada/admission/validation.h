#pragma once

/// What admission refuses: the rules of Karmada's webhooks and of its aggregated API server.
///
/// The `validate_` functions hold those rules and nothing else; what the OpenAPI schema of the
/// custom resources adds is in the `check_..._schema` functions. Field paths are the reference's
/// own, odd ones included ("spec.suspension.suspension", "spec.Zones", "spec.spec").
///
/// Follows karmada pkg/util/validation/validation.go, pkg/webhook/clustertaintpolicy,
/// pkg/webhook/propagationpolicy and pkg/apis/cluster/validation.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/placement.h"
#include "policy/api/propagation_policy.h"
#include "policy/karmada/release.h"

namespace firedrill::policy::karmada {

/// Kinds of field errors, as in apimachinery pkg/util/validation/field.
enum class FieldErrorType : std::uint8_t {
  required,
  invalid,
  type_invalid,
  not_supported,
  duplicate,
  forbidden,
};

/// "FieldValueRequired" and so on.
[[nodiscard]] std::string_view to_string(FieldErrorType type);

struct FieldError {
  FieldErrorType type = FieldErrorType::invalid;
  std::string field;    ///< "spec.taints[0].key"
  std::string problem;  ///< In words, without a full stop.

  friend bool operator==(const FieldError&, const FieldError&) = default;
};

using FieldErrors = std::vector<FieldError>;

/// PropagationPolicy (`space` is its namespace) and ClusterPropagationPolicy (`space` is empty).
[[nodiscard]] FieldErrors validate_propagation(const api::PropagationSpec& spec,
                                               std::string_view space);

/// What may not change in a policy: the scheduler and the permanent id, which must not go either.
[[nodiscard]] FieldErrors validate_propagation_update(const api::PropagationPolicy& before,
                                                      const api::PropagationPolicy& after);

/// Words that the schema restricts: purge modes. The legacy release has words of its own; the
/// current ones are let through there and mean the same.
[[nodiscard]] FieldErrors check_propagation_schema(const api::PropagationSpec& spec,
                                                   Release release = Release::current);

/// `allow_no_execute` is the webhook's flag `allow-no-execute-taint-policy`.
[[nodiscard]] FieldErrors validate_taint_policy(const api::ClusterTaintPolicySpec& spec,
                                                bool allow_no_execute);

/// The schema wants at least one taint.
[[nodiscard]] FieldErrors check_taint_policy_schema(const api::ClusterTaintPolicySpec& spec);

/// A Cluster as it is stored, that is after defaulting.
[[nodiscard]] FieldErrors validate_cluster(const api::Cluster& cluster);

/// Lengths and words of an eviction task. `index` is its place in spec.gracefulEvictionTasks.
[[nodiscard]] FieldErrors check_eviction_task_schema(const api::GracefulEvictionTask& task,
                                                     std::size_t index);

}  // namespace firedrill::policy::karmada
