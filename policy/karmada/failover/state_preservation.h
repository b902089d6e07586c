#pragma once

/// Stateful failover: values taken from the status of a copy that is evicted, carried in the
/// eviction task, and given as labels to the copy that replaces it. Pure functions.
///
/// Follows karmada pkg/util/helper/failover.go (BuildPreservedLabelState) and
/// pkg/controllers/binding/common.go (injectReservedLabelState).

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/binding.h"
#include "policy/api/placement.h"
#include "policy/api/result.h"

namespace firedrill::policy::karmada {

/// The labels that the rules make of a status document. A later rule with the same alias wins; the
/// first rule that fails fails all. Values are not held against the syntax of labels.
[[nodiscard]] api::Result<api::Labels> extract_state(
    std::span<const api::StatePreservationRule> rules, const nlohmann::json& status);

/// The same for the status that `cluster` last reported: no labels without rules; a problem when
/// there are rules but no status to read.
[[nodiscard]] api::Result<api::Labels> preserved_state(
    const std::optional<api::StatePreservation>& preservation,
    const api::BindingStatus& status,
    std::string_view cluster);

/// The labels to inject into the copy in `target`, null for none. `target_count` counts the
/// clusters that get a copy, those of requiredBy included: with more than one nothing is injected.
/// Only the last eviction task is looked at, and only if it purges Directly and `target` did not
/// have a copy before.
[[nodiscard]] const api::Labels* find_injected_state(const api::BindingSpec& spec,
                                                     std::string_view target,
                                                     std::size_t target_count);

}  // namespace firedrill::policy::karmada
