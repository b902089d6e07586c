#include "sim/math.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace firedrill::sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// The unevaluated sum high + low, |low| at most half an ulp of high.
struct Pair {
  double high;
  double low;
};

// a + b without error. Requires: |a| >= |b| or a == 0.
constexpr Pair fast_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// a + b without error.
constexpr Pair exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// Two halves of 26 bits each, whose products are exact.
constexpr Pair halves(double a) {
  const double scaled = a * 134217729.0;  // 2^27 + 1
  const double high = scaled - (scaled - a);
  return {high, a - high};
}

// a * b without error, as long as nothing overflows or underflows.
constexpr Pair exact_product(double a, double b) {
  const double product = a * b;
  const Pair x = halves(a);
  const Pair y = halves(b);
  return {product, ((x.high * y.high - product) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

constexpr Pair sum(Pair a, Pair b) {
  const Pair high = exact_sum(a.high, b.high);
  return fast_sum(high.high, high.low + (a.low + b.low));
}

constexpr Pair product(Pair a, Pair b) {
  const Pair high = exact_product(a.high, b.high);
  return fast_sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

constexpr Pair quotient(Pair a, Pair b) {
  const double first = a.high / b.high;
  const Pair back = exact_product(first, b.high);
  const double rest = ((a.high - back.high) - back.low) + a.low - first * b.low;
  return fast_sum(first, rest / b.high);
}

constexpr Pair ln2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
constexpr double sqrt2 = 0x1.6a09e667f3bcdp+0;

constexpr std::uint64_t fraction_bits = (std::uint64_t{1} << 52) - 1;

// The logarithm to about 65 bits. Requires: x positive and finite.
Pair log_pair(double x) {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & fraction_bits) | (std::uint64_t{1023} << 52));
  if (m > sqrt2) {
    m *= 0.5;
    ++exponent;
  }
  // log m = 2 (s + s^3/3 + s^5/5 + ...), s = (m - 1) / (m + 1), |s| < 0.172. What is small enough
  // is summed in one double.
  const Pair s = quotient({m - 1, 0}, exact_sum(m, 1));
  const Pair z = product(s, s);
  double tail = 0;
  for (int n = 13; n >= 3; --n)
    tail = tail * z.high + 1.0 / (2 * n + 1);
  constexpr Pair third = quotient({1, 0}, {3, 0});
  constexpr Pair fifth = quotient({1, 0}, {5, 0});
  const Pair series =
      sum({1, 0}, product(z, sum(third, product(z, sum(fifth, {tail * z.high, 0})))));
  const Pair log_m = product({2 * s.high, 2 * s.low}, series);
  return sum(product({static_cast<double>(exponent), 0}, ln2), log_m);
}

// x * 2^exponent, for exponents of -1100 to 1100.
double scale(double x, int exponent) {
  const auto power = [](int e) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
  };
  const int half = exponent / 2;
  return x * power(half) * power(exponent - half);
}

// e to the power of a pair.
double exp_pair(Pair x) {
  if (x.high > 709.79) return infinity;
  if (x.high < -745.14) return 0;
  const double k =
      static_cast<double>(static_cast<int>(x.high / ln2.high + (x.high < 0 ? -0.5 : 0.5)));
  const Pair whole = product({k, 0}, ln2);
  const Pair r = sum(x, {-whole.high, -whole.low});  // |r| < 0.347
  // e^r = 1 + r + r^2/2! + ...; all beyond r is small against 1, so one double is enough for it.
  double tail = 0;
  for (int n = 16; n >= 2; --n)
    tail = (tail * r.high + 1) / n;
  tail *= r.high * r.high;
  const Pair result = sum({1, 0}, sum(r, {tail, 0}));
  return scale(result.high + result.low, static_cast<int>(k));
}

// Horner's rule; coefficients from the constant term up.
template <std::size_t n>
double polynomial(const std::array<double, n>& coefficients, double x) {
  double value = 0;
  for (std::size_t i = n; i-- > 0;)
    value = value * x + coefficients[i];
  return value;
}

}  // namespace

double log(double x) {
  if (x == 0) return -infinity;
  if (!(x > 0)) return not_a_number;
  if (x == infinity) return infinity;
  const Pair result = log_pair(x);
  return result.high + result.low;
}

double exp(double x) {
  if (x != x) return x;
  return exp_pair({x, 0});
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (!(x >= 0) || y != y) return not_a_number;
  if (x == 0) return y > 0 ? 0 : infinity;
  if (x == infinity) return y > 0 ? infinity : 0;
  const Pair log_x = log_pair(x);
  const double estimate = y * log_x.high;
  if (estimate > 710) return infinity;
  if (estimate < -746) return 0;
  return exp_pair(product({y, 0}, log_x));
}

double normal_quantile(double p) {
  if (!(p >= 0 && p <= 1)) return not_a_number;
  if (p == 0) return -infinity;
  if (p == 1) return infinity;
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    static constexpr std::array<double, 8> over = {
        3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
        1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
        3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static constexpr std::array<double, 8> under = {1.0,
                                                    4.2313330701600911252e+1,
                                                    6.8718700749205790830e+2,
                                                    5.3941960214247511077e+3,
                                                    2.1213794301586595867e+4,
                                                    3.9307895800092710610e+4,
                                                    2.8729085735721942674e+4,
                                                    5.2264952788528545610e+3};
    const double r = 0.180625 - q * q;
    return q * polynomial(over, r) / polynomial(under, r);
  }
  const double r = std::sqrt(-log(q < 0 ? p : 1 - p));
  double distance = 0;
  if (r <= 5) {
    static constexpr std::array<double, 8> over = {
        1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
        3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
        2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static constexpr std::array<double, 8> under = {1.0,
                                                    2.05319162663775882187e0,
                                                    1.67638483018380384940e0,
                                                    6.89767334985100004550e-1,
                                                    1.48103976427480074590e-1,
                                                    1.51986665636164571966e-2,
                                                    5.47593808499534494600e-4,
                                                    1.05075007164441684324e-9};
    distance = polynomial(over, r - 1.6) / polynomial(under, r - 1.6);
  } else {
    static constexpr std::array<double, 8> over = {
        6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr std::array<double, 8> under = {1.0,
                                                    5.99832206555887937690e-1,
                                                    1.36929880922735805310e-1,
                                                    1.48753612908506148525e-2,
                                                    7.86869131145613259100e-4,
                                                    1.84631831751005468180e-5,
                                                    1.42151175831644588870e-7,
                                                    2.04426310338993978564e-15};
    distance = polynomial(over, r - 5) / polynomial(under, r - 5);
  }
  return q < 0 ? -distance : distance;
}

}  // namespace firedrill::sim
