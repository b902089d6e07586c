#pragma once

/// Client-side rate limits of a process (flags kube-api-qps, kube-api-burst, cluster-api-qps,
/// cluster-api-burst). Requests wait for a token, in the order in which they were made; reads from
/// caches take none.
///
/// One limiter serves all requests of a process to the control plane, and one those to each member
/// cluster (karmada cmd/*/app: config.RateLimiter; pkg/util/ratelimiter.go; pull request 6095;
/// k8s.io/client-go util/flowcontrol/throttle.go over golang.org/x/time/rate).

#include <cstdint>
#include <optional>

#include "policy/runtime/rate_limiter.h"
#include "sim/engine.h"
#include "sim/time.h"

namespace firedrill::models {

struct ClientLimit {
  double qps = 40;  ///< Tokens a second, in the long run.
  std::int64_t burst = 60;

  friend bool operator==(const ClientLimit&, const ClientLimit&) = default;
};

/// Of one process; absent: not limited.
struct ClientLimits {
  std::optional<ClientLimit> control_plane;
  std::optional<ClientLimit> members;  ///< To each member cluster on its own.

  friend bool operator==(const ClientLimits&, const ClientLimits&) = default;
};

/// The limiter of one client.
class ClientLimiter {
 public:
  ClientLimiter() = default;
  explicit ClientLimiter(const std::optional<ClientLimit>& limit) {
    if (limit) bucket_.emplace(limit->qps, limit->burst);
  }

  /// Takes a token for a request that is made now; how long the request waits for it.
  [[nodiscard]] sim::Duration reserve(sim::Time now) {
    if (!bucket_) return sim::Duration::zero();
    return bucket_->reserve(api::Timestamp(now - sim::start_time));
  }

 private:
  std::optional<policy::TokenBucket> bucket_;
};

}  // namespace firedrill::models
