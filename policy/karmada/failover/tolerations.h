#pragma once

/// Taints against tolerations: who may be scheduled where, who must leave and when, and how lists
/// of taints change. Pure functions.
///
/// Follows karmada pkg/util/helper/taint.go and k8s.io/api/core/v1 taint.go.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/time.h"
#include "policy/api/tolerations.h"

namespace firedrill::policy::karmada {

using api::find_untolerated_taint;
using api::tolerates;

/// Reason of the TaintToleration filter: "cluster(s) had untolerated taint {key=value:Effect}".
[[nodiscard]] std::string untolerated_taint_reason(const api::Taint& taint);

/// The taints with effect NoExecute, in stored order.
[[nodiscard]] std::vector<api::Taint> no_execute_taints(std::span<const api::Taint> taints);

/// Which tolerations were used up by a list of taints.
struct TolerationMatch {
  bool all_tolerated = true;
  /// The first matching toleration of each taint, in the order of the taints; may hold repeats.
  /// Empty when some taint is not tolerated.
  std::vector<api::Toleration> used;
};

[[nodiscard]] TolerationMatch match_tolerations(std::span<const api::Taint> no_execute,
                                                std::span<const api::Toleration> tolerations);

/// How much longer the taints are tolerated: zero means "leave now", empty means for ever.
///
/// The earliest expiry rules, over every used toleration with seconds and every taint that it
/// matches, also one that an earlier toleration was used for. A taint without `time_added` starts
/// no countdown. Expiry is reached at equality.
[[nodiscard]] std::optional<api::Duration> remaining_toleration(
    std::span<const api::Taint> no_execute,
    std::span<const api::Toleration> used,
    api::Timestamp now);

/// What to change in a list of taints.
struct TaintChange {
  std::vector<api::Taint> add;
  std::vector<api::Taint> remove;

  friend bool operator==(const TaintChange&, const TaintChange&) = default;
};

/// Adds what is missing, then removes what is there, both by key and effect; of repeats only the
/// first goes. Survivors keep their order, value and time; added taints go to the end and are
/// stamped `now`. Returns whether the list changed.
bool change_taints(std::vector<api::Taint>& taints, const TaintChange& change, api::Timestamp now);

/// The taints as the Events about them list them: "{key,effect}, {key,value,effect}".
[[nodiscard]] std::string list_taints(std::span<const api::Taint> taints);

}  // namespace firedrill::policy::karmada
