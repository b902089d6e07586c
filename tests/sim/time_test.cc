// Helpers of virtual time.

#include "sim/time.h"

#include <limits>

#include <gtest/gtest.h>

namespace firedrill::sim {
namespace {

using namespace std::chrono_literals;

TEST(Time, AddsWithinTheBoundsOfARun) {
  EXPECT_EQ(saturating_add(start_time, 5s), start_time + 5s);
  EXPECT_EQ(saturating_add(start_time + 9s, -5s), start_time + 4s);
  EXPECT_EQ(saturating_add(start_time + 1s, Duration::max()), latest_time);
  EXPECT_EQ(saturating_add(latest_time, 1ns), latest_time);
  EXPECT_EQ(saturating_add(latest_time, Duration::min()), start_time);
  EXPECT_EQ(saturating_add(start_time + 1s, -2s), start_time);
}

TEST(Time, ConvertsSeconds) {
  EXPECT_EQ(to_seconds(1500ms), 1.5);
  EXPECT_EQ(from_seconds(1.5), 1500ms);
  EXPECT_EQ(from_seconds(0.1 + 0.2), 300ms);
  EXPECT_EQ(from_seconds(2.5e-9), 3ns);
  EXPECT_EQ(from_seconds(-2.5e-9), -3ns);
  EXPECT_EQ(from_seconds(2.4e-9), 2ns);
  EXPECT_EQ(from_seconds(1e300), Duration::max());
  EXPECT_EQ(from_seconds(-1e300), Duration::min());
  EXPECT_EQ(from_seconds(std::numeric_limits<double>::quiet_NaN()), 0s);
}

TEST(Time, FindsTheNextTick) {
  constexpr Time origin = start_time + 3s;
  EXPECT_EQ(next_on_grid(origin, 10s, start_time), origin);
  EXPECT_EQ(next_on_grid(origin, 10s, origin), origin);
  EXPECT_EQ(next_on_grid(origin, 10s, origin + 1ns), origin + 10s);
  EXPECT_EQ(next_on_grid(origin, 10s, origin + 20s), origin + 20s);
  EXPECT_EQ(next_on_grid(origin, Duration::max(), latest_time), latest_time);
}

}  // namespace
}  // namespace firedrill::sim
