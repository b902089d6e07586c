#pragma once

/// Health of a copy, and what the binding makes of its copies' status. Pure functions.
///
/// Follows karmada pkg/resourceinterpreter/default/native/healthy.go, pkg/util/helper/workstatus.go
/// and pkg/controllers/status/common.go.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/json_value.h"
#include "policy/api/time.h"
#include "policy/api/work.h"

namespace firedrill::policy::karmada {

inline constexpr std::string_view condition_applied = "Applied";
inline constexpr std::string_view reason_fully_applied = "FullyAppliedSuccess";
inline constexpr std::string_view reason_not_fully_applied = "FullyAppliedFailed";

/// An object in a member, as far as its health is concerned.
struct HealthSubject {
  std::string_view api_version;
  std::string_view kind;
  std::int64_t generation = 0;            ///< The member's own.
  std::optional<api::Replicas> replicas;  ///< spec.replicas.
  api::Json spec;                         ///< The rest of the spec; absent counts as {}.
  api::ObjectStatus status;
};

/// Whether a rule of the reference says what healthy means for the kind. Kinds without one are
/// never looked at by application failover.
[[nodiscard]] bool has_health_rule(std::string_view api_version, std::string_view kind);

/// Healthy or Unhealthy by the kind's rule; Healthy for kinds without one; Unknown when the rule
/// can't read the object, for instance a status with a text where a number belongs.
[[nodiscard]] std::string_view interpret_health(const HealthSubject& subject);

/// One item for each Work that is not being deleted, in order of clusters. A Work that is not
/// applied has health Unknown and no status, one that is applied but not collected yet has health
/// Unknown.
[[nodiscard]] std::vector<api::AggregatedStatusItem> aggregate_status(
    std::span<const std::shared_ptr<const api::Work>> works);

/// The FullyApplied condition: True iff the items are applied and exactly those of the clusters
/// where copies are to exist (`existing_clusters`).
[[nodiscard]] api::Condition fully_applied_condition(
    const api::BindingSpec& spec,
    std::span<const api::AggregatedStatusItem> items,
    api::Timestamp now);

}  // namespace firedrill::policy::karmada
