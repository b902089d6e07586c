// Distributions: moments and quantiles, bounds, saturation, requirements.

#include "sim/distributions.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t draws = 100'000;

struct Sample {
  std::vector<double> sorted;  // seconds
  double mean = 0;
  double deviation = 0;

  explicit Sample(const Distribution& distribution) {
    Random random = Streams(1).stream("sample", "test");
    for (std::size_t i = 0; i < draws; ++i)
      sorted.push_back(to_seconds(distribution.draw(random)));
    std::ranges::sort(sorted);
    for (const double x : sorted)
      mean += x / draws;
    for (const double x : sorted)
      deviation += (x - mean) * (x - mean) / draws;
    deviation = std::sqrt(deviation);
  }
  [[nodiscard]] double quantile(double p) const {
    return sorted[static_cast<std::size_t>(p * draws)];
  }
};

TEST(Distribution, ConstantIsConstant) {
  Random random(1);
  const Distribution distribution{.shape = Constant{3s}};
  EXPECT_EQ(distribution.draw(random), 3s);
  EXPECT_EQ(distribution.mean(), Duration{3s});
  EXPECT_EQ(random.next(), Random(1).next()) << "a constant draws nothing";
}

TEST(Distribution, UniformCoversItsRange) {
  const Distribution distribution{.shape = Uniform{.low = 2s, .high = 4s}};
  const Sample sample(distribution);
  EXPECT_NEAR(sample.mean, 3, 0.01);
  EXPECT_NEAR(sample.deviation, 2 / std::sqrt(12.0), 0.01);
  EXPECT_GE(sample.sorted.front(), 2);
  EXPECT_LE(sample.sorted.back(), 4);
  EXPECT_EQ(distribution.mean(), Duration{3s});
}

TEST(Distribution, ExponentialHasItsMean) {
  const Distribution distribution{.shape = Exponential{.mean = 10s}};
  const Sample sample(distribution);
  EXPECT_NEAR(sample.mean, 10, 0.2);
  EXPECT_NEAR(sample.deviation, 10, 0.3);
  EXPECT_NEAR(sample.quantile(0.5), 10 * std::log(2.0), 0.2);
  EXPECT_NEAR(sample.quantile(0.99), 10 * std::log(100.0), 1);
  EXPECT_EQ(distribution.mean(), Duration{10s});
}

TEST(Distribution, LogNormalHasItsMedianAndSigma) {
  const Distribution distribution{.shape = LogNormal{.median = 20s, .sigma = 0.4}};
  const Sample sample(distribution);
  EXPECT_NEAR(sample.quantile(0.5), 20, 0.2);
  EXPECT_NEAR(sample.quantile(0.8413447), 20 * std::exp(0.4), 0.3);
  EXPECT_NEAR(sample.quantile(0.1586553), 20 * std::exp(-0.4), 0.15);
  EXPECT_NEAR(sample.mean, 20 * std::exp(0.08), 0.2);
  EXPECT_NEAR(to_seconds(*distribution.mean()), 20 * std::exp(0.08), 1e-8);
}

TEST(Distribution, WeibullHasItsShapeAndScale) {
  for (const double shape : {0.7, 1.0, 3.5}) {
    const Sample sample({.shape = Weibull{.shape = shape, .scale = 15min}});
    const double mean = 900 * std::tgamma(1 + 1 / shape);
    EXPECT_NEAR(sample.mean, mean, 0.02 * mean) << shape;
    EXPECT_NEAR(sample.quantile(1 - 1 / std::exp(1.0)), 900, 20) << shape;
    EXPECT_NEAR(sample.quantile(0.5), 900 * std::pow(std::log(2.0), 1 / shape), 20) << shape;
  }
  EXPECT_EQ((Distribution{.shape = Weibull{.shape = 2, .scale = 1s}}.mean()), std::nullopt);
}

TEST(Distribution, EmpiricalDrawsItsValuesByWeight) {
  std::map<double, int> even;
  for (const double x : Sample({.shape = Empirical({1s, 2s, 4s})}).sorted)
    ++even[x];
  EXPECT_EQ(even.size(), 3U);
  for (const auto& [value, count] : even)
    EXPECT_NEAR(count, draws / 3.0, 800) << value;

  const Distribution weighted{.shape = Empirical({1s, 2s, 4s, 8s}, {0.5, 0, 1.5, 0})};
  std::map<double, int> counts;
  for (const double x : Sample(weighted).sorted)
    ++counts[x];
  EXPECT_EQ(counts.size(), 2U);
  EXPECT_NEAR(counts[1], 25'000, 700);
  EXPECT_NEAR(counts[4], 75'000, 700);
  EXPECT_EQ(weighted.mean(), Duration{3250ms});
}

TEST(Distribution, HoldsDrawsWithinItsBounds) {
  const Sample sample({.shape = Exponential{10s}, .min = 5s, .max = 20s});
  EXPECT_EQ(sample.sorted.front(), 5);
  EXPECT_EQ(sample.sorted.back(), 20);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(sample.sorted, 5.0)),
              draws * (1 - std::exp(-0.5)), 800);
  Random random(1);
  EXPECT_EQ((Distribution{.shape = Constant{-3s}}.draw(random)), 0s);
  EXPECT_EQ((Distribution{.shape = Constant{-3s}, .min = -5s}.draw(random)), -3s);
}

TEST(Distribution, NeverExceedsTheLongestDraw) {
  const std::vector<Distribution> extremes = {
      {.shape = Constant{Duration::max()}, .max = Duration::max()},
      {.shape = Uniform{.low = longest_draw, .high = Duration::max()}, .max = Duration::max()},
      {.shape = LogNormal{.median = Duration::max(), .sigma = 1e300}, .max = Duration::max()},
      {.shape = Weibull{.shape = 1e-300, .scale = Duration::max()}, .max = Duration::max()},
      {.shape = Exponential{.mean = Duration::max()}, .max = Duration::max()},
      {.shape = Empirical({Duration::max(), Duration::max()})},
  };
  Random random(1);
  for (const Distribution& distribution : extremes) {
    for (int i = 0; i < 1000; ++i) {
      const Duration drawn = distribution.draw(random);
      EXPECT_GE(drawn, 0s);
      EXPECT_LE(drawn, longest_draw);
    }
    EXPECT_GT(distribution.mean().value_or(1s), 0s);
  }
  EXPECT_EQ(extremes[0].draw(random), longest_draw);
}

TEST(Distribution, OfNothingIsNothing) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ((Distribution{.shape = Exponential{0s}}.draw(random)), 0s);
    EXPECT_EQ((Distribution{.shape = LogNormal{.median = 0s, .sigma = 1e300}}.draw(random)), 0s);
    EXPECT_EQ((Distribution{.shape = Weibull{.shape = 1e-300, .scale = 0s}}.draw(random)), 0s);
  }
}

TEST(Distribution, RoundsToTheNearestNanosecond) {
  // With a mean of 1 ns, what lies below half a nanosecond becomes 0.
  const Sample sample({.shape = Exponential{1ns}});
  EXPECT_NEAR(static_cast<double>(std::ranges::count(sample.sorted, 0.0)),
              draws * (1 - std::exp(-0.5)), 800);
}

TEST(Distribution, RefusesParametersOutsideOfItsRequirements) {
  Random random(1);
  const auto draw = [&random](const Distribution& distribution) {
    return distribution.draw(random);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(draw({.shape = Uniform{.low = 2s, .high = 1s}}), std::logic_error);
  EXPECT_THROW(draw({.shape = Exponential{-1s}}), std::logic_error);
  EXPECT_THROW(draw({.shape = LogNormal{.median = -1s, .sigma = 1}}), std::logic_error);
  EXPECT_THROW(draw({.shape = LogNormal{.median = 1s, .sigma = -1}}), std::logic_error);
  EXPECT_THROW(draw({.shape = LogNormal{.median = 1s, .sigma = nan}}), std::logic_error);
  EXPECT_THROW(draw({.shape = Weibull{.shape = 0, .scale = 1s}}), std::logic_error);
  EXPECT_THROW(draw({.shape = Weibull{.shape = infinity, .scale = 1s}}), std::logic_error);
  EXPECT_THROW(draw({.shape = Constant{1s}, .min = 2s, .max = 1s}), std::logic_error);
  EXPECT_THROW(Empirical({}), std::logic_error);
  EXPECT_THROW(Empirical({1s, 2s}, {1}), std::logic_error);
  EXPECT_THROW(Empirical({1s, 2s}, {1, -1}), std::logic_error);
  EXPECT_THROW(Empirical({1s, 2s}, {0, 0}), std::logic_error);
  EXPECT_THROW(Empirical({1s, 2s}, {1, nan}), std::logic_error);
  EXPECT_THROW(Empirical({1s, 2s}, {1, infinity}), std::logic_error);
}

TEST(Distribution, ComparesByValue) {
  const Distribution weibull{.shape = Weibull{.shape = 0.7, .scale = 15min}};
  EXPECT_EQ(weibull, weibull);
  EXPECT_NE(weibull, (Distribution{.shape = Weibull{.shape = 0.7, .scale = 15min}, .max = 1h}));
  EXPECT_NE(weibull, Distribution{});
}

}  // namespace
}  // namespace firedrill::sim
