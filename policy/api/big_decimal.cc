#include "policy/api/big_decimal.h"

#include <algorithm>
#include <limits>

namespace firedrill::api {
namespace {

constexpr std::int32_t power_of_ten_digits_max = 18;  // 10^18 is the last to fit 64 bits

BigInteger at_scale(const BigDecimal& number, std::int32_t scale) {
  return number.unscaled * power_of_ten(scale - number.scale);
}

/// The low 64 bits of the magnitude, with the number's sign: what Go's `big.Int.Int64` gives.
std::int64_t low_bits(const BigInteger& number) {
  const BigInteger magnitude = abs(number);
  const auto bits =
      static_cast<std::uint64_t>(magnitude & std::numeric_limits<std::uint64_t>::max());
  return static_cast<std::int64_t>(number < 0 ? -bits : bits);
}

/// 10^`exponent` as Go on amd64 converts the double to an integer: too large becomes the least
/// integer.
std::int64_t wrapped_power_of_ten(std::int32_t exponent) {
  if (exponent > power_of_ten_digits_max) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(power_of_ten(exponent));
}

std::int64_t wrapped_product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

}  // namespace

BigInteger power_of_ten(std::int32_t exponent) {
  return pow(BigInteger(10), static_cast<unsigned>(exponent));
}

int compare(const BigDecimal& a, const BigDecimal& b) {
  const std::int32_t scale = std::max(a.scale, b.scale);
  return at_scale(a, scale).compare(at_scale(b, scale));
}

BigDecimal sum(const BigDecimal& a, const BigDecimal& b) {
  const std::int32_t scale = std::max(a.scale, b.scale);
  return {at_scale(a, scale) + at_scale(b, scale), scale};
}

BigDecimal rounded_away(const BigDecimal& number, std::int32_t scale) {
  if (number.scale <= scale) return {at_scale(number, scale), scale};
  const BigInteger divisor = power_of_ten(number.scale - scale);
  BigInteger quotient;
  BigInteger remainder;
  divide_qr(number.unscaled, divisor, quotient, remainder);
  quotient += remainder.sign();
  return {quotient, scale};
}

std::int64_t scaled_value(const BigDecimal& number, std::int32_t exponent) {
  const std::int32_t surplus = number.scale + exponent;
  if (surplus == 0) return low_bits(number.unscaled);
  if (surplus < 0)
    return wrapped_product(low_bits(number.unscaled), wrapped_power_of_ten(-surplus));
  if (number.unscaled < std::numeric_limits<std::int64_t>::max() &&
      surplus <= power_of_ten_digits_max) {
    const std::int64_t bits = low_bits(number.unscaled);
    const std::int64_t divisor = wrapped_power_of_ten(surplus);
    return bits / divisor + (bits % divisor != 0 ? 1 : 0);
  }
  BigInteger quotient;
  BigInteger remainder;
  divide_qr(number.unscaled, power_of_ten(surplus), quotient, remainder);
  // Truncated towards zero here, towards minus infinity in Go; rounded up they meet.
  if (remainder > 0) quotient += 1;
  return low_bits(quotient);
}

}  // namespace firedrill::api
