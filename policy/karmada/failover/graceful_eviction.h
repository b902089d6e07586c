#pragma once

/// The graceful eviction controller's decisions: which tasks of a binding may end, and when to look
/// again. Pure functions.
///
/// Follows karmada pkg/controllers/gracefuleviction/evictiontask.go.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/time.h"
#include "policy/runtime/clock_reading.h"

namespace firedrill::policy::karmada {

/// Why a task ended.
enum class EvictionEnd : std::uint8_t {
  healthy,   ///< Every target is healthy.
  timeout,   ///< The grace period is over.
  released,  ///< A user set suppressDeletion to false.
};

/// "Healthy", "Timeout", "Released", as the timeline writes them.
[[nodiscard]] std::string_view to_string(EvictionEnd end);

struct FinishedEviction {
  std::string cluster;
  EvictionEnd end;

  friend bool operator==(const FinishedEviction&, const FinishedEviction&) = default;
};

/// How a release goes about it.
struct EvictionReviewRules {
  /// Whether health counts only when the scheduler has seen the binding's last change.
  bool health_needs_scheduler = true;
};

/// Outcome of looking at all tasks of a binding.
struct EvictionReview {
  std::vector<api::GracefulEvictionTask> kept;  ///< In list order; new ones stamped.
  std::vector<FinishedEviction> finished;       ///< In list order.
  bool changed = false;                         ///< Whether there is anything to write.
};

/// Looks at every task once. A task without stamp is stamped and kept, whatever else it says; one
/// that suppresses deletion is kept for as long as it does; others end strictly after their stamp
/// plus grace period (`timeout` where they have none), or when the scheduler has seen the binding's
/// last change and every target reports Healthy. No target at all counts as healthy. The purge mode
/// plays no part.
[[nodiscard]] EvictionReview review_evictions(const api::ResourceBinding& binding,
                                              api::Duration timeout,
                                              ClockReading clock,
                                              const EvictionReviewRules& rules = {});

/// How long until the first of the kept tasks is due: zero or less when one is already (the
/// reference then does not come back by itself), empty when no task has a deadline.
[[nodiscard]] std::optional<api::Duration> next_review(
    std::span<const api::GracefulEvictionTask> kept, api::Duration timeout, api::Timestamp now);

}  // namespace firedrill::policy::karmada
