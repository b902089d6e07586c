#pragma once

/// What a scheduling pass comes to: targets, or an error and what becomes of the binding then.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/api/binding.h"

namespace firedrill::policy::karmada {

inline constexpr std::string_view reason_success = "Success";
inline constexpr std::string_view reason_no_cluster_fit = "NoClusterFit";
inline constexpr std::string_view reason_unschedulable = "Unschedulable";
inline constexpr std::string_view reason_scheduler_error = "SchedulerError";
inline constexpr std::string_view reason_quota_exceeded = "QuotaExceeded";
inline constexpr std::string_view message_scheduled = "Binding has been scheduled successfully.";

/// Kinds of failure, by what the reference does about them.
enum class ScheduleErrorKind : std::uint8_t {
  fit,            ///< No cluster passed the filters: targets are cleared, no retry.
  unschedulable,  ///< Not enough replicas: parked for minutes.
  other,          ///< Selection and the rest: retried with backoff.
};

struct ScheduleError {
  ScheduleErrorKind kind = ScheduleErrorKind::other;
  std::string text;

  friend bool operator==(const ScheduleError&, const ScheduleError&) = default;
};

/// An error that says first what failed.
[[nodiscard]] inline ScheduleError prefixed(std::string_view prefix,
                                            ScheduleErrorKind kind,
                                            std::string_view text) {
  return {kind, std::string(prefix).append(text)};
}

/// Targets in the order in which they go into spec.clusters, or why there are none.
using ScheduleResult = std::variant<std::vector<api::TargetCluster>, ScheduleError>;

/// How the queue takes back a binding whose pass failed.
enum class Retry : std::uint8_t { none, parked, backoff };

[[nodiscard]] constexpr Retry retry_after(ScheduleErrorKind kind) {
  switch (kind) {
    case ScheduleErrorKind::fit:
      return Retry::none;
    case ScheduleErrorKind::unschedulable:
      return Retry::parked;
    case ScheduleErrorKind::other:
      break;
  }
  return Retry::backoff;
}

/// Reason of the condition Scheduled=False. Follows karmada pkg/scheduler/scheduler.go,
/// getConditionByError.
[[nodiscard]] constexpr std::string_view condition_reason(ScheduleErrorKind kind) {
  switch (kind) {
    case ScheduleErrorKind::fit:
      return reason_no_cluster_fit;
    case ScheduleErrorKind::unschedulable:
      return reason_unschedulable;
    case ScheduleErrorKind::other:
      break;
  }
  return reason_scheduler_error;
}

}  // namespace firedrill::policy::karmada
