#include "models/world/karmada/invariants/eviction_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/timeline/values.h"
#include "policy/api/duration.h"

namespace firedrill::models::karmada {
namespace {

/// Keys of a queue are forgotten from this number on, when they are free again.
constexpr std::size_t swept_from = 1024;

}  // namespace

sim::Duration EvictionLimits::pause_min() const {
  constexpr double float_error = 1.0 / (1 << 20);
  constexpr double longest = 9e18;
  if (!paced) return sim::Duration::zero();
  if (rate == 0) return std::chrono::seconds(1800);
  const double nanoseconds = 1e9 / rate * (1 - float_error);
  // Beyond 64 bits the reference does not rest at all.
  if (nanoseconds >= longest || nanoseconds <= 0) return sim::Duration::zero();
  return sim::Duration(static_cast<std::int64_t>(nanoseconds));
}

EvictionChecks::EvictionChecks(const ApiServer& server,
                               const CivilClock& clock,
                               const EvictionLimits& limits,
                               Violations& violations)
    : server_(server),
      clock_(clock),
      limits_(limits),
      pause_(limits.pause_min()),
      violations_(violations) {}

void EvictionChecks::restart() {
  resting_.clear();
  busy_.clear();
  buckets_.clear();
}

void EvictionChecks::dequeued(const policy::karmada::EvictionDequeued& entry) {
  const api::Timestamp now = clock_.now();
  // A worker rests upon its key after a success; a key that failed is given back at once.
  const bool rests = entry.outcome != "Failed";
  const api::Timestamp free_at = rests ? now + pause_ : now;
  check_pause(entry, free_at);
  check_key(entry, free_at);
  if (rests && limits_.paced) check_bucket(entry, now);
}

void EvictionChecks::check_pause(const policy::karmada::EvictionDequeued& entry,
                                 api::Timestamp free_at) {
  const auto [found, fresh] = resting_.try_emplace({entry.queue, entry.worker}, free_at);
  if (fresh) return;
  const api::Timestamp rested = std::exchange(found->second, free_at);
  if (entry.taken_at >= rested) return;
  report(timeline::Invariant::eviction_pause_kept, entry,
         fmt::format("worker {} of {} took a key {} before its pause was over", entry.worker,
                     entry.queue, api::format_duration(rested - entry.taken_at)));
}

void EvictionChecks::check_key(const policy::karmada::EvictionDequeued& entry,
                               api::Timestamp free_at) {
  auto& keys = busy_[entry.queue];
  if (keys.size() >= swept_from) {
    std::erase_if(keys, [&](const auto& key) { return key.second.until <= entry.taken_at; });
  }
  const auto [found, fresh] =
      keys.try_emplace({entry.cluster, entry.binding}, Busy{entry.worker, free_at});
  if (fresh) return;
  const Busy before = std::exchange(found->second, Busy{entry.worker, free_at});
  if (entry.taken_at >= before.until) return;
  report(timeline::Invariant::key_processed_once_at_a_time, entry,
         fmt::format("worker {} of {} took the key that worker {} held", entry.worker, entry.queue,
                     before.worker));
}

// The first step of each worker takes its token afterwards, so that many more may come at once. A
// token's rounding to whole nanoseconds is forgiven.
void EvictionChecks::check_bucket(const policy::karmada::EvictionDequeued& entry,
                                  api::Timestamp now) {
  constexpr double forgiven = 0.01;
  const double size = static_cast<double>(limits_.bucket_size + limits_.workers);
  const auto [found, fresh] = buckets_.try_emplace(entry.queue, Bucket{size, now});
  Bucket& bucket = found->second;
  const std::chrono::duration<double> elapsed = now - std::exchange(bucket.at, now);
  bucket.tokens = std::min(size, bucket.tokens + elapsed.count() * limits_.qps) - 1;
  if (bucket.tokens >= -forgiven) return;
  bucket.tokens = 0;
  report(timeline::Invariant::eviction_bucket_kept, entry,
         fmt::format("{} goes faster than {} steps a second after a burst of {}", entry.queue,
                     limits_.qps, limits_.bucket_size));
}

void EvictionChecks::report(timeline::Invariant invariant,
                            const policy::karmada::EvictionDequeued& entry,
                            std::string message) {
  const auto binding = server_.bindings.find(entry.binding);
  violations_.report(
      invariant, std::move(message),
      {.cluster = entry.cluster,
       .workload = binding ? timeline::workload_name(binding->spec.resource) : std::string()});
}

}  // namespace firedrill::models::karmada
