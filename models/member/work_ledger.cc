#include "models/member/work_ledger.h"

#include <algorithm>

namespace firedrill::models {

sim::Duration WorkLedger::done(const Copy& copy, sim::Time now) {
  return copy.working_since ? copy.base + (now - *copy.working_since) : copy.base;
}

std::optional<sim::Duration> WorkLedger::resume(const std::string& workload,
                                                const std::string& cluster,
                                                const ResumePoint& point,
                                                sim::Time now) {
  Progress& progress = workloads_[workload];
  sim::Duration furthest = progress.done;
  for (const auto& [name, copy] : progress.copies)
    furthest = std::max(furthest, done(copy, now));
  sim::Duration kept{};
  if (point.from_state) {
    const bool checkpoints =
        point.checkpoint_every && *point.checkpoint_every > sim::Duration::zero();
    kept = checkpoints ? furthest - furthest % *point.checkpoint_every : furthest;
  }
  progress.done = kept;
  progress.copies[cluster] = {.base = kept, .working_since = {}};
  if (furthest == sim::Duration::zero()) return std::nullopt;
  return furthest - kept;
}

void WorkLedger::begin(const std::string& workload, const std::string& cluster, sim::Time now) {
  Progress& progress = workloads_[workload];
  const auto [copy, is_new] =
      progress.copies.try_emplace(cluster, Copy{.base = progress.done, .working_since = {}});
  if (!copy->second.working_since) copy->second.working_since = now;
}

void WorkLedger::finish(const std::string& workload) {
  workloads_.erase(workload);
}

void WorkLedger::end(const std::string& workload, const std::string& cluster, sim::Time now) {
  const auto progress = workloads_.find(workload);
  if (progress == workloads_.end()) return;
  const auto copy = progress->second.copies.find(cluster);
  if (copy == progress->second.copies.end()) return;
  progress->second.done = std::max(progress->second.done, done(copy->second, now));
  progress->second.copies.erase(copy);
}

}  // namespace firedrill::models
