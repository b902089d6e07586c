#include "policy/karmada/failover/graceful_eviction.h"

#include <algorithm>
#include <utility>

namespace firedrill::policy::karmada {
namespace {

using api::Duration;
using api::GracefulEvictionTask;
using api::Timestamp;

Duration grace_period(const GracefulEvictionTask& task, Duration timeout) {
  return task.grace_period_seconds ? std::chrono::seconds(*task.grace_period_seconds) : timeout;
}

/// Requires: the task is stamped.
Timestamp deadline(const GracefulEvictionTask& task, Duration timeout) {
  return api::later(task.creation_timestamp->timestamp(), grace_period(task, timeout));
}

bool settled_and_healthy(const api::ResourceBinding& binding, const EvictionReviewRules& rules) {
  if (rules.health_needs_scheduler &&
      binding.metadata.generation != binding.status.scheduler_observed_generation) {
    return false;
  }
  return std::ranges::all_of(binding.spec.clusters, [&binding](const api::TargetCluster& target) {
    const api::AggregatedStatusItem* item = binding.status.find_item(target.name);
    return item != nullptr && item->health == api::health_healthy;
  });
}

/// Requires: the task is stamped.
std::optional<EvictionEnd> find_end(const GracefulEvictionTask& task,
                                    Duration timeout,
                                    bool healthy,
                                    Timestamp late_now) {
  if (task.suppress_deletion) {
    return *task.suppress_deletion ? std::nullopt : std::optional(EvictionEnd::released);
  }
  if (late_now > deadline(task, timeout)) return EvictionEnd::timeout;
  if (healthy) return EvictionEnd::healthy;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(EvictionEnd end) {
  switch (end) {
    case EvictionEnd::healthy:
      return "Healthy";
    case EvictionEnd::timeout:
      return "Timeout";
    case EvictionEnd::released:
      break;
  }
  return "Released";
}

EvictionReview review_evictions(const api::ResourceBinding& binding,
                                Duration timeout,
                                ClockReading clock,
                                const EvictionReviewRules& rules) {
  const bool healthy = settled_and_healthy(binding, rules);
  EvictionReview review;
  for (const GracefulEvictionTask& task : binding.spec.graceful_eviction_tasks) {
    if (!task.creation_timestamp) {
      review.kept.push_back(task);
      review.kept.back().creation_timestamp = api::StoredTime::floor(clock.now);
      review.changed = true;
      continue;
    }
    if (const auto end = find_end(task, timeout, healthy, clock.late)) {
      review.finished.push_back({task.from_cluster, *end});
      review.changed = true;
      continue;
    }
    review.kept.push_back(task);
  }
  return review;
}

std::optional<Duration> next_review(std::span<const GracefulEvictionTask> kept,
                                    Duration timeout,
                                    Timestamp now) {
  std::optional<Duration> next;
  for (const GracefulEvictionTask& task : kept) {
    if (task.suppress_deletion || !task.creation_timestamp) continue;
    const Duration left = api::elapsed(now, deadline(task, timeout));
    next = next ? std::min(*next, left) : left;
  }
  return next;
}

}  // namespace firedrill::policy::karmada
