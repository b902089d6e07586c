#include "policy/runtime/rate_limiter.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/runtime/work_queue.h"

namespace firedrill::policy {
namespace {

using namespace std::chrono_literals;
using Duration = api::Duration;
using Timestamp = api::Timestamp;

// spec/karmada-failover.md 1.4.
TEST(ExponentialDelay, DoublesFromFiveMillisecondsToAThousandSeconds) {
  std::vector<Duration> delays;
  for (std::int64_t failures = 0; failures < 20; ++failures)
    delays.push_back(exponential_delay({}, failures));
  const std::vector<Duration> expected = {
      5ms,    10ms,    20ms,    40ms,    80ms,    160ms,    320ms,    640ms,    1280ms, 2560ms,
      5120ms, 10240ms, 20480ms, 40960ms, 81920ms, 163840ms, 327680ms, 655360ms, 1000s,  1000s};
  EXPECT_EQ(delays, expected);
}

TEST(ExponentialDelay, StaysAtItsMaximumForEver) {
  EXPECT_EQ(exponential_delay({}, 1'000'000'000), 1000s);
}

TEST(ExponentialDelay, ReplacesValuesThatAreNotPositiveByTheDefaults) {
  EXPECT_EQ(exponential_delay({.base_delay = 0s}, 1), 10ms);
  EXPECT_EQ(exponential_delay({.max_delay = -1s}, 18), 1000s);
  EXPECT_EQ(exponential_delay({.base_delay = 2s, .max_delay = 1s}, 0), 1s);
}

TEST(TokenBucket, LetsABurstThroughAndThenOneInAHundredMilliseconds) {
  TokenBucket bucket(10, 100);
  const Timestamp start{};
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(bucket.reserve(start), 0s) << i;
  // Reservations pile up: each caller waits for a token of its own.
  EXPECT_EQ(bucket.reserve(start), 100ms);
  EXPECT_EQ(bucket.reserve(start), 200ms);
  EXPECT_EQ(bucket.reserve(start), 300ms);
}

TEST(TokenBucket, FillsUpAgainWithTime) {
  TokenBucket bucket(10, 2);
  EXPECT_EQ(bucket.reserve(Timestamp{}), 0s);
  EXPECT_EQ(bucket.reserve(Timestamp{}), 0s);
  EXPECT_EQ(bucket.reserve(Timestamp{100ms}), 0s);
  EXPECT_EQ(bucket.reserve(Timestamp{150ms}), 50ms);
  // An hour brings no more than the bucket holds.
  EXPECT_EQ(bucket.reserve(Timestamp{1h}), 0s);
  EXPECT_EQ(bucket.reserve(Timestamp{1h}), 0s);
  EXPECT_EQ(bucket.reserve(Timestamp{1h}), 100ms);
}

TEST(RateLimiter, CountsFailuresKeyByKeyUntilTheyAreForgotten) {
  RateLimiter<std::string, KeyHash> limiter({});
  const Timestamp now{};
  EXPECT_EQ(limiter.when("a", now), 5ms);
  EXPECT_EQ(limiter.when("a", now), 10ms);
  EXPECT_EQ(limiter.when("b", now), 5ms);
  limiter.forget("a");
  EXPECT_EQ(limiter.when("a", now), 5ms);
  EXPECT_EQ(limiter.when("b", now), 10ms);
}

TEST(RateLimiter, GivesTheLongerOfBackOffAndBucket) {
  RateLimiter<std::string, KeyHash> limiter({.qps = 1, .bucket_size = 1});
  const Timestamp now{};
  EXPECT_EQ(limiter.when("a", now), 5ms);
  EXPECT_EQ(limiter.when("a", now), 1s);
}

TEST(RateLimiter, ReplacesRateAndBurstThatAreNotPositiveByTheDefaults) {
  RateLimiter<std::string, KeyHash> limiter({.qps = 0, .bucket_size = 0});
  const Timestamp now{};
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(limiter.when(std::to_string(i), now), 5ms);
  EXPECT_EQ(limiter.when("100", now), 100ms);
}

}  // namespace
}  // namespace firedrill::policy
