// Accuracy of the elementary functions, against libm in 80-bit precision, and their special values.

#include "sim/math.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "sim/digest.h"
#include "sim/random.h"

namespace firedrill::sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr int arguments = 300'000;

// The error of a result in units of the last place of the true value.
double ulps(double result, long double truth) {
  const auto nearest = static_cast<double>(truth);
  if (std::isinf(nearest) || nearest == 0) return result == nearest ? 0 : infinity;
  const double ulp = std::nextafter(std::abs(nearest), infinity) - std::abs(nearest);
  return static_cast<double>(
      std::abs((static_cast<long double>(result) - truth) / static_cast<long double>(ulp)));
}

// A positive finite number with any exponent.
double any_positive(Random& random) {
  return std::bit_cast<double>(random.below(std::bit_cast<std::uint64_t>(infinity)));
}

TEST(Math, LogIsWithinAnUlp) {
  Random random(1);
  double worst = 0;
  for (int i = 0; i < arguments; ++i) {
    for (const double x : {any_positive(random), random.uniform_open(),
                           1 + (random.uniform() - 0.5) * 0x1p-20, 0.5 + random.uniform() * 1.5}) {
      worst = std::max(worst, ulps(log(x), std::log(static_cast<long double>(x))));
    }
  }
  EXPECT_LE(worst, 0.51);
}

TEST(Math, ExpIsWithinAnUlp) {
  Random random(2);
  double worst = 0;
  for (int i = 0; i < arguments; ++i) {
    for (const double x :
         {random.uniform() * 1417 - 708, random.uniform() - 0.5, random.uniform() * 0x1p-30}) {
      worst = std::max(worst, ulps(exp(x), std::exp(static_cast<long double>(x))));
    }
  }
  EXPECT_LE(worst, 0.7);
  for (int i = 0; i < arguments; ++i) {  // subnormal results
    const double x = -708 - random.uniform() * 37;
    worst = std::max(worst, ulps(exp(x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LE(worst, 2);
}

TEST(Math, PowIsWithinAnUlp) {
  Random random(3);
  double worst = 0;
  for (int i = 0; i < arguments; ++i) {
    const double wide = any_positive(random);
    const double narrow = 0.5 + random.uniform() * 1.5;
    const double exponent = (random.uniform() - 0.5) * 8;
    worst = std::max(
        worst, ulps(pow(narrow, exponent), std::pow(static_cast<long double>(narrow), exponent)));
    const double reach = 708 / std::abs(std::log(wide)) * (random.uniform() * 2 - 1);
    worst =
        std::max(worst, ulps(pow(wide, reach), std::pow(static_cast<long double>(wide), reach)));
    const double near_one = 1 + (random.uniform() - 0.5) * 0x1p-20;
    const double huge = (random.uniform() - 0.5) * 0x1p30;
    worst = std::max(worst,
                     ulps(pow(near_one, huge), std::pow(static_cast<long double>(near_one), huge)));
  }
  EXPECT_LE(worst, 0.8);
}

TEST(Math, HasTheSpecialValuesOfIeee754) {
  EXPECT_EQ(log(0), -infinity);
  EXPECT_EQ(log(1), 0);
  EXPECT_EQ(log(infinity), infinity);
  EXPECT_TRUE(std::isnan(log(-1)));
  EXPECT_TRUE(std::isnan(log(std::nan(""))));
  EXPECT_LE(ulps(log(smallest), std::log(static_cast<long double>(smallest))), 0.51);

  EXPECT_EQ(exp(0), 1);
  EXPECT_EQ(exp(1), std::numbers::e);
  EXPECT_EQ(exp(710), infinity);
  EXPECT_EQ(exp(infinity), infinity);
  EXPECT_EQ(exp(-746), 0);
  EXPECT_EQ(exp(-infinity), 0);
  EXPECT_TRUE(std::isnan(exp(std::nan(""))));

  EXPECT_EQ(pow(2, 10), 1024);
  EXPECT_EQ(pow(10, 15), 1e15);
  EXPECT_EQ(pow(2, -1074), smallest);
  EXPECT_EQ(pow(0, 2), 0);
  EXPECT_EQ(pow(0, -2), infinity);
  EXPECT_EQ(pow(0, 0), 1);
  EXPECT_EQ(pow(infinity, -1), 0);
  EXPECT_EQ(pow(infinity, 1), infinity);
  EXPECT_EQ(pow(2, infinity), infinity);
  EXPECT_EQ(pow(0.5, infinity), 0);
  EXPECT_EQ(pow(1, infinity), 1);
  EXPECT_EQ(pow(1e300, 1e300), infinity);
  EXPECT_EQ(pow(1e-300, 1e300), 0);
  EXPECT_TRUE(std::isnan(pow(-1, 2)));
  EXPECT_TRUE(std::isnan(pow(2, std::nan(""))));
}

TEST(Math, NormalQuantileInvertsTheNormalDistribution) {
  // An error dx of the quantile shows as pdf(x) dx in the probability.
  const auto check = [](double p) {
    const auto x = static_cast<long double>(normal_quantile(p));
    const long double below = std::erfc(-x / std::numbers::sqrt2_v<long double>) / 2;
    const long double density =
        std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi_v<long double>);
    const auto error = static_cast<double>((below - static_cast<long double>(p)) / density);
    EXPECT_LE(std::abs(error), 4e-16 + 2e-15 * static_cast<double>(std::abs(x))) << "p = " << p;
  };
  Random random(4);
  for (int i = 0; i < 100'000; ++i) {
    check(random.uniform_open());
    check(pow(2, -random.uniform() * 1000));
  }
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-15);
  EXPECT_EQ(normal_quantile(0.25), -normal_quantile(0.75));
  EXPECT_EQ(normal_quantile(0), -infinity);
  EXPECT_EQ(normal_quantile(1), infinity);
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(std::nan(""))));
}

// The bits themselves: every compiler, optimisation and machine must give this digest.
TEST(Math, GivesTheSameBitsEverywhere) {
  Random random(5);
  Sha256 hash;
  const auto add = [&hash](double value) {
    hash.update(std::to_string(std::bit_cast<std::uint64_t>(value)) + " ");
  };
  for (int i = 0; i < 10'000; ++i) {
    const double x = any_positive(random);
    const double u = random.uniform_open();
    add(log(x));
    add(log(u));
    add(exp(u * 1400 - 700));
    add(pow(u, 1 / (0.1 + u)));
    add(pow(x, u - 0.5));
    add(normal_quantile(u));
  }
  EXPECT_EQ(hex(hash.digest()), "9664d50207df9625175474e7f5da9766bf93f60826b2d2255621b1a56a678e7a");
}

}  // namespace
}  // namespace firedrill::sim
