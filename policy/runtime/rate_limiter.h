#pragma once

/// Rate limiters of client-go work queues (k8s.io/client-go util/workqueue/default_rate_limiters.go
/// and golang.org/x/time/rate).

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "policy/api/time.h"

namespace firedrill::policy {

/// Settings of the default controller limiter (flags rate-limiter-*). Values that are not positive
/// are replaced by the defaults.
struct RateLimiterOptions {
  api::Duration base_delay = std::chrono::milliseconds(5);
  api::Duration max_delay = std::chrono::seconds(1000);
  double qps = 10;
  std::int64_t bucket_size = 100;

  friend bool operator==(const RateLimiterOptions&, const RateLimiterOptions&) = default;
};

/// base * 2^failures, at most max.
[[nodiscard]] api::Duration exponential_delay(const RateLimiterOptions& options,
                                              std::int64_t failures);

/// Token bucket whose callers reserve: each call takes a token, in advance if need be, and learns
/// how long to wait for it. Starts full.
class TokenBucket {
 public:
  TokenBucket(double qps, std::int64_t burst)
      : qps_(qps), burst_(static_cast<double>(burst)), tokens_(burst_) {}

  [[nodiscard]] api::Duration reserve(api::Timestamp now);

 private:
  double qps_;
  double burst_;
  double tokens_;
  std::optional<api::Timestamp> last_;
};

/// The default limiter of a controller: the longer of the key's exponential delay and the common
/// bucket's wait. `Hash` hashes keys; they are looked up, never iterated.
template <class Item, class Hash>
class RateLimiter {
 public:
  explicit RateLimiter(const RateLimiterOptions& options)
      : options_(options),
        bucket_(options.qps > 0 ? options.qps : RateLimiterOptions{}.qps,
                options.bucket_size > 0 ? options.bucket_size : RateLimiterOptions{}.bucket_size) {}

  /// Counts a failure of the item and tells how long it has to wait.
  [[nodiscard]] api::Duration when(const Item& item, api::Timestamp now) {
    const api::Duration exponential = exponential_delay(options_, failures_[item]++);
    return std::max(exponential, bucket_.reserve(now));
  }
  void forget(const Item& item) { failures_.erase(item); }

 private:
  RateLimiterOptions options_;
  TokenBucket bucket_;
  std::unordered_map<Item, std::int64_t, Hash> failures_;
};

}  // namespace firedrill::policy
