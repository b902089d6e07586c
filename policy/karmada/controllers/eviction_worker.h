#pragma once

/// Eviction workers: take (cluster, binding) keys off a queue and, where the release paces them,
/// rest after each success, so that the eviction rate is kept by every worker on its own
/// (spec/karmada-failover.md 8; karmada pkg/controllers/cluster/eviction_worker.go,
/// dynamic_rate_limiter.go).

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/karmada/failover/eviction.h"
#include "policy/karmada/ports.h"
#include "policy/runtime/task.h"
#include "policy/runtime/work_queue.h"

namespace firedrill::policy::karmada {

struct EvictionWorkerOptions {
  std::int64_t workers = 3;  ///< Hard-coded upstream.
  float rate = 0.5F;         ///< resource-eviction-rate: steps per second and worker.
  RateLimiterOptions limiter;
  EvictionBrake brake{};
  bool paced = true;  ///< Else a plain worker: no rests, and retries by back-off alone.
};

class EvictionWorker {
 public:
  using Item = std::pair<api::Name, api::Key>;  ///< Cluster, binding.

  /// What a step came to. `retry` asks for the key to come back after a while.
  struct Outcome {
    std::string name;  ///< Evicted, NotNeeded, Tolerated, Failed; for the timeline.
    bool failed = false;
    std::optional<Duration> retry{};
  };
  using Step = std::function<Task<Outcome>(Item)>;

  EvictionWorker(Ports& ports, std::string queue, const EvictionWorkerOptions& options, Step step);

  /// Neither moves the caller's flow of causes.
  void add(const Item& item);
  void add_after(const Item& item, Duration delay);

 private:
  struct Waiting {
    Timestamp ready_at{};
    Tracing::Baggage cause = 0;
  };

  Routine work(std::int64_t worker);
  /// How long a worker rests, with the brake as it is now.
  [[nodiscard]] Duration pace() const;
  /// The longest of pace, exponential back-off and token bucket.
  [[nodiscard]] Duration limit(const Item& item);
  /// Leaves what the key was queued by as the current cause.
  void record_queued(const Item& item, Duration delay);
  void record_dequeued(const WorkQueue<Item>::Taken& taken,
                       Timestamp taken_at,
                       std::int64_t worker,
                       const Outcome& outcome);

  Ports& ports_;
  std::string name_;
  bool paced_;
  float rate_;
  EvictionBrake brake_;
  /// Serves retries and rests alike, so both draw on one bucket; rests go by a key of their own.
  RateLimiter<Item, KeyHash> limiter_;
  ClassicQueue<Item> queue_;
  /// Known to the queue, with what queued them; re-adds are no news.
  std::unordered_map<Item, Waiting, KeyHash> waiting_;
  Step step_;
  std::vector<Routine> workers_;
};

}  // namespace firedrill::policy::karmada
