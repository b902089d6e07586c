#pragma once

/// Taints and tolerations, for checks: written anew from Kubernetes' rules rather than taken from
/// the policies, which are on trial.

#include <algorithm>
#include <span>
#include <string_view>

#include "policy/api/cluster.h"

namespace firedrill::models {

inline constexpr std::string_view no_schedule = "NoSchedule";
inline constexpr std::string_view no_execute = "NoExecute";

[[nodiscard]] inline bool covers(const api::Toleration& toleration, const api::Taint& taint) {
  if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
  if (!toleration.key.empty() && toleration.key != taint.key) return false;
  if (toleration.op == "Exists") return true;
  return (toleration.op.empty() || toleration.op == "Equal") && toleration.value == taint.value;
}

/// Null if none covers it.
[[nodiscard]] inline const api::Toleration* first_cover(
    std::span<const api::Toleration> tolerations, const api::Taint& taint) {
  const auto found = std::ranges::find_if(
      tolerations, [&taint](const api::Toleration& t) { return covers(t, taint); });
  return found == tolerations.end() ? nullptr : &*found;
}

/// Whether the taint keeps from being scheduled there what has these tolerations.
[[nodiscard]] inline bool repels(const api::Taint& taint,
                                 std::span<const api::Toleration> tolerations) {
  if (taint.effect != no_schedule && taint.effect != no_execute) return false;
  return first_cover(tolerations, taint) == nullptr;
}

}  // namespace firedrill::models
