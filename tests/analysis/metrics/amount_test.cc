#include "analysis/metrics/amount.h"

#include <gtest/gtest.h>

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;

TEST(Amount, PrintsSecondsOfAnySizeExactly) {
  EXPECT_EQ(format_amount(Unit::seconds, Amount(90s)), "90");
  EXPECT_EQ(format_amount(Unit::seconds, Amount(-1ns)), "-0.000000001");
  // 10^8 replicas over 146 years: past 64 bits.
  EXPECT_EQ(
      format_amount(Unit::replica_seconds, Amount(Int128{4'611'686'018'427'387'903} * 100'000'000)),
      "461168601842738790.3");
}

TEST(Amount, PrintsRatiosAsTheNearestDouble) {
  EXPECT_EQ(format_amount(Unit::share, Amount(1, 3)), "0.3333333333333333");
  EXPECT_EQ(format_amount(Unit::per_second, Amount(6, Int128{3'000'000'000})), "2");
}

TEST(Amount, ComparesRatiosExactly) {
  EXPECT_EQ(Amount(1, 2), Amount(3, 6));
  EXPECT_LT(Amount(1, 3), Amount(333'333'334, 1'000'000'000));
  EXPECT_LT(Amount(333'333'333, 1'000'000'000), Amount(1, 3));
}

TEST(Reduce, TakesPercentilesByNearestRank) {
  std::vector<Amount> amounts;
  for (std::int64_t i = 20; i >= 1; --i)
    amounts.emplace_back(i);
  EXPECT_EQ(reduce(Statistic::p50, amounts), Amount(10));
  EXPECT_EQ(reduce(Statistic::p95, amounts), Amount(19));
  EXPECT_EQ(reduce(Statistic::sum, amounts), Amount(210));
  EXPECT_EQ(reduce(Statistic::p50, {7}), Amount(7));
  EXPECT_EQ(reduce(Statistic::p95, {7}), Amount(7));
  EXPECT_EQ(reduce(Statistic::max, {}), std::nullopt);
}

}  // namespace
}  // namespace firedrill::analysis
