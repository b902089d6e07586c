#pragma once

/// Holds the eviction workers to their pace, by what they say of each step through the Recorder
/// port: the pause after a success, the bucket that all share, one worker a key.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "models/world/invariants/violations.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/karmada/ports.h"
#include "sim/time.h"

namespace firedrill::models::karmada {

/// What the flags say of the workers.
struct EvictionLimits {
  double rate = 0.5;  ///< `resource-eviction-rate`.
  std::int64_t workers = 3;
  double qps = 10;  ///< `rate-limiter-qps`, `rate-limiter-bucket-size`.
  std::int64_t bucket_size = 100;
  bool paced = true;  ///< Else workers never pause, and no bucket holds them.

  /// The shortest pause after a success: the reference's, less what its float32 may round away.
  [[nodiscard]] sim::Duration pause_min() const;
};

class EvictionChecks {
 public:
  /// `clock`: of the queues' process.
  EvictionChecks(const ApiServer& server,
                 const CivilClock& clock,
                 const EvictionLimits& limits,
                 Violations& violations);

  /// The queues' process starts anew: its workers are idle, its bucket is full.
  void restart();
  void dequeued(const policy::karmada::EvictionDequeued& entry);

 private:
  using Worker = std::pair<std::string, std::int64_t>;  ///< Queue, number.
  struct Busy {
    std::int64_t worker = 0;
    api::Timestamp until{};
  };
  struct Bucket {
    double tokens = 0;
    api::Timestamp at{};
  };

  void check_pause(const policy::karmada::EvictionDequeued& entry, api::Timestamp free_at);
  void check_key(const policy::karmada::EvictionDequeued& entry, api::Timestamp free_at);
  void check_bucket(const policy::karmada::EvictionDequeued& entry, api::Timestamp now);
  void report(timeline::Invariant invariant,
              const policy::karmada::EvictionDequeued& entry,
              std::string message);

  const ApiServer& server_;
  CivilClock clock_;
  EvictionLimits limits_;
  sim::Duration pause_;
  Violations& violations_;
  std::map<Worker, api::Timestamp> resting_;                                      ///< Until when.
  std::map<std::string, std::map<std::pair<std::string, api::Key>, Busy>> busy_;  ///< By queue.
  std::map<std::string, Bucket> buckets_;
};

}  // namespace firedrill::models::karmada
