#include "models/member/work_ledger.h"

#include <algorithm>

namespace firedrill::models {

sim::Duration WorkLedger::done(const Copy& copy, sim::Time now) {
  return copy.working_since ? copy.base + (now - *copy.working_since) : copy.base;
}

WorkLedger::Copy* WorkLedger::Progress::find(const api::Name& cluster) {
  const auto found = std::ranges::find(copies, cluster, &Copy::cluster);
  return found == copies.end() ? nullptr : &*found;
}

std::optional<sim::Duration> WorkLedger::resume(const api::Name& workload,
                                                const api::Name& cluster,
                                                const ResumePoint& point,
                                                sim::Time now) {
  Progress& progress = workloads_[workload];
  sim::Duration furthest = progress.done;
  for (const Copy& copy : progress.copies)
    furthest = std::max(furthest, done(copy, now));
  sim::Duration kept{};
  if (point.from_state) {
    const bool checkpoints =
        point.checkpoint_every && *point.checkpoint_every > sim::Duration::zero();
    kept = checkpoints ? furthest - furthest % *point.checkpoint_every : furthest;
  }
  progress.done = kept;
  const Copy fresh{.cluster = cluster, .base = kept, .working_since = {}};
  if (Copy* known = progress.find(cluster)) {
    *known = fresh;
  } else {
    progress.copies.push_back(fresh);
  }
  if (furthest == sim::Duration::zero()) return std::nullopt;
  return furthest - kept;
}

void WorkLedger::begin(const api::Name& workload, const api::Name& cluster, sim::Time now) {
  Progress& progress = workloads_[workload];
  Copy* copy = progress.find(cluster);
  if (copy == nullptr) {
    copy = &progress.copies.emplace_back(
        Copy{.cluster = cluster, .base = progress.done, .working_since = {}});
  }
  if (!copy->working_since) copy->working_since = now;
}

void WorkLedger::finish(const api::Name& workload) {
  workloads_.erase(workload);
}

void WorkLedger::end(const api::Name& workload, const api::Name& cluster, sim::Time now) {
  const auto progress = workloads_.find(workload);
  if (progress == workloads_.end()) return;
  const Copy* copy = progress->second.find(cluster);
  if (copy == nullptr) return;
  progress->second.done = std::max(progress->second.done, done(*copy, now));
  progress->second.copies.erase(progress->second.copies.begin() +
                                (copy - progress->second.copies.data()));
}

}  // namespace firedrill::models
