#include "policy/runtime/rate_limiter.h"

#include <algorithm>
#include <chrono>

namespace firedrill::policy {
namespace {

/// 2^62 ns, 146 years: longer than anything lasts.
constexpr double never = 0x1p62;

}  // namespace

api::Duration exponential_delay(const RateLimiterOptions& options, std::int64_t failures) {
  const api::Duration base =
      options.base_delay.count() > 0 ? options.base_delay : RateLimiterOptions{}.base_delay;
  const api::Duration max =
      options.max_delay.count() > 0 ? options.max_delay : RateLimiterOptions{}.max_delay;
  api::Duration delay = base;
  for (std::int64_t i = 0; i < failures && delay < max; ++i) {
    delay = delay > max / 2 ? max : delay * 2;
  }
  return std::min(delay, max);
}

api::Duration TokenBucket::reserve(api::Timestamp now) {
  if (last_ && now > *last_) {
    const std::chrono::duration<double> elapsed = now - *last_;
    tokens_ = std::min(burst_, tokens_ + elapsed.count() * qps_);
  }
  last_ = last_ ? std::max(*last_, now) : now;
  tokens_ -= 1;
  if (tokens_ >= 0) return api::Duration::zero();
  const double wait = -tokens_ / qps_ * 1e9;
  // Without a rate there is no next token.
  return wait < never ? api::Duration(static_cast<std::int64_t>(wait))
                      : api::Duration(std::int64_t{1} << 62);
}

}  // namespace firedrill::policy
