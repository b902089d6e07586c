#pragma once

/// Decimal numbers without limit of size, for the quantities that do not fit 64 bits. Internal to
/// quantity.cc and quantity_parse.cc: Boost's big integers stay out of public headers.
///
/// The scale is part of the state, as in gopkg.in/inf.v0: equal numbers of different scale convert
/// to 64 bits differently in the reference once they overflow.

#include <cstdint>

#include <boost/multiprecision/cpp_int.hpp>

namespace firedrill::api {

using BigInteger = boost::multiprecision::cpp_int;

/// `unscaled` divided by 10^`scale`.
struct BigDecimal {
  BigInteger unscaled;
  std::int32_t scale = 0;
};

/// 10^`exponent`. Requires: `exponent` is not negative.
[[nodiscard]] BigInteger power_of_ten(std::int32_t exponent);

[[nodiscard]] int compare(const BigDecimal& a, const BigDecimal& b);
[[nodiscard]] BigDecimal sum(const BigDecimal& a, const BigDecimal& b);

/// `number` with exactly `scale` digits after the point; what does not fit is rounded away from
/// zero.
[[nodiscard]] BigDecimal rounded_away(const BigDecimal& number, std::int32_t scale);

/// Multiples of 10^`exponent` in `number`, with the reference's rounding and overflow.
///
/// It rounds up where it means to round away from zero, and for negative numbers of any size it
/// takes the short path through the low 64 bits: -1736Pi is -4611686017 units. Follows apimachinery
/// pkg/api/resource/scale_int.go, scaledValue.
[[nodiscard]] std::int64_t scaled_value(const BigDecimal& number, std::int32_t exponent);

}  // namespace firedrill::api
