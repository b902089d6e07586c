#pragma once

/// The application failover controllers' decisions: how long a copy has been unhealthy, and when it
/// is evicted for that. Pure functions over stamps that the controller keeps in memory.
///
/// Follows karmada pkg/controllers/applicationfailover (rb_ and
/// crb_application_failover_controller.go, common.go).

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/time.h"
#include "policy/karmada/propagation/interpreter.h"
#include "policy/runtime/clock_reading.h"

namespace firedrill::policy::karmada {

inline constexpr std::string_view producer_application_failover =
    "resource-binding-application-failover-controller";
inline constexpr std::string_view producer_cluster_application_failover =
    "cluster-resource-binding-application-failover-controller";
inline constexpr std::string_view reason_application_failure = "ApplicationFailure";

/// Since when the copies of one binding have been unhealthy, by cluster. Not cut to whole seconds.
using UnhealthySince = std::map<std::string, api::Timestamp, std::less<>>;

struct ApplicationFailoverOptions {
  bool graceful_eviction = true;             ///< Gate GracefulEviction.
  bool stateful_failover_injection = false;  ///< Gate of that name.
  /// Up to v1.11: purge mode Immediately takes the cluster out without a task, tasks have no purge
  /// mode.
  bool plain_tasks = false;
};

/// Whether the controller looks after the binding at all; if not, its stamps are forgotten.
[[nodiscard]] bool watches_application(
    const api::ResourceBinding& binding,
    const ResourceInterpreter& interpreter = ResourceInterpreter::native());

/// What a reconcile came to.
struct ApplicationFailoverStep {
  /// Stamps with those of this pass added. To keep when anything fails; otherwise call
  /// `forget_recovered` on them after the write.
  UnhealthySince since;
  /// Why nothing may be written: retry with back-off.
  std::optional<std::string> problem;
  std::vector<std::string> evicted;      ///< Clusters, in the order of the status items.
  std::optional<api::BindingSpec> spec;  ///< To write; set if anything is evicted.
  /// When to look again; zero means not by itself. A whole number of seconds, as in the reference.
  std::chrono::seconds requeue{0};
};

/// Requires: `watches_application(binding)`. Copies are evicted once they have been unhealthy for
/// strictly longer than the tolerance, all of them at once; a rule of state preservation that fails
/// stops the whole step.
[[nodiscard]] ApplicationFailoverStep check_application(const api::ResourceBinding& binding,
                                                        UnhealthySince since,
                                                        const ApplicationFailoverOptions& options,
                                                        ClockReading clock);

/// Drops the stamps of clusters that are no longer assigned in `spec` or that report Healthy or
/// Unknown. A missing status item drops nothing.
void forget_recovered(UnhealthySince& since,
                      const api::BindingSpec& spec,
                      const api::BindingStatus& status);

}  // namespace firedrill::policy::karmada
