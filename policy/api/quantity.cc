#include "policy/api/quantity.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "policy/api/big_decimal.h"

namespace firedrill::api {
namespace {

constexpr std::int32_t exponent_milli = -3;

std::optional<std::int64_t> product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

/// `mantissa` times 10^`digits`, if it fits. Stops early, so `digits` may be huge.
std::optional<std::int64_t> shifted_up(std::int64_t mantissa, std::int32_t digits) {
  if (mantissa == 0) return 0;
  std::optional<std::int64_t> result = mantissa;
  for (std::int32_t i = 0; i < digits && result; ++i)
    result = product(*result, 10);
  return result;
}

/// What the reference makes of `mantissa` times 10^`digits` where that leaves 64 bits: the product
/// wraps around for the powers it has a short path for, and is 0 for the others. Follows
/// apimachinery pkg/api/resource/math.go, positiveScaleInt64.
std::int64_t overflowed(std::int64_t mantissa, std::int32_t digits) {
  const bool wraps = digits == 1 || digits == 2 || digits == 3 || digits == 6 || digits == 9;
  if (!wraps || mantissa == std::numeric_limits<std::int64_t>::min()) return 0;
  auto bits = static_cast<std::uint64_t>(mantissa);
  for (std::int32_t i = 0; i < digits; ++i)
    bits *= 10;
  return static_cast<std::int64_t>(bits);
}

/// `mantissa` divided by 10^`digits`, rounded away from zero.
std::int64_t shifted_down(std::int64_t mantissa, std::int32_t digits) {
  const std::int64_t away = mantissa > 0 ? 1 : -1;
  bool fraction = false;
  std::int64_t result = mantissa;
  for (std::int32_t i = 0; i < digits && result != 0; ++i) {
    fraction = fraction || result % 10 != 0;
    result /= 10;
  }
  return fraction ? result + away : result;
}

/// Is `mantissa` a multiple of 10^`digits`?
bool is_multiple(std::int64_t mantissa, std::int32_t digits) {
  for (std::int32_t i = 0; i < digits && mantissa != 0; ++i) {
    if (mantissa % 10 != 0) return false;
    mantissa /= 10;
  }
  return true;
}

int sign_of(std::int64_t number) {
  return (number > 0) - (number < 0);
}

/// A whole number times 10^`exponent`, where the exponent is a multiple of three and as large as
/// possible.
struct Canonical {
  std::string digits;
  std::int32_t exponent;
};

template <class Integer>
Canonical canonical(Integer mantissa, std::int32_t exponent) {
  while (mantissa != 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    ++exponent;
  }
  // The digits that align the exponent are appended as text: they could overflow the integer.
  std::string zeros;
  for (; exponent % 3 != 0; --exponent)
    zeros += '0';
  if constexpr (std::is_same_v<Integer, std::int64_t>) {
    return {fmt::format("{}{}", mantissa, zeros), exponent};
  } else {
    return {mantissa.str() + zeros, exponent};
  }
}

/// The decimal suffix for 10^`exponent`, or null if there is none.
const char* decimal_suffix(std::int32_t exponent) {
  constexpr std::array<const char*, 10> suffixes{"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  if (exponent < -9 || exponent > 18) return nullptr;
  return suffixes[static_cast<std::size_t>(exponent / 3 + 3)];
}

std::string binary_text(BigInteger number) {
  constexpr std::array<const char*, 7> suffixes{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  std::size_t power = 0;
  while (power + 1 < suffixes.size() && number % 1024 == 0) {
    number /= 1024;
    ++power;
  }
  return number.str() + suffixes[power];
}

}  // namespace

std::string_view to_string(QuantityFormat format) {
  switch (format) {
    case QuantityFormat::decimal_si:
      return "DecimalSI";
    case QuantityFormat::binary_si:
      return "BinarySI";
    case QuantityFormat::decimal_exponent:
      return "DecimalExponent";
  }
  throw std::logic_error("unknown QuantityFormat");
}

Quantity::Quantity(BigDecimal number, QuantityFormat format)
    : format_(format), big_(std::make_shared<const BigDecimal>(std::move(number))) {}

Quantity Quantity::from_units(std::int64_t units, QuantityFormat format) {
  return {units, 0, format};
}

Quantity Quantity::from_milli(std::int64_t milli, QuantityFormat format) {
  return {milli, exponent_milli, format};
}

std::string Quantity::text() const {
  if (!text_.empty()) return text_;
  if (is_zero()) return "0";
  if (format_ != QuantityFormat::binary_si) return decimal_text(format_);
  // Small and fractional numbers would be distorted by a binary suffix.
  const bool small = *this > from_units(-1024) && *this < from_units(1024);
  if (small) return decimal_text(QuantityFormat::decimal_si);
  const BigDecimal exact = big();
  BigDecimal whole = rounded_away(exact, 0);
  if (compare(whole, exact) != 0) return decimal_text(QuantityFormat::decimal_si);
  return binary_text(std::move(whole.unscaled));
}

std::string Quantity::decimal_text(QuantityFormat format) const {
  const Canonical number =
      big_ ? canonical(big_->unscaled, -big_->scale) : canonical(mantissa_, exponent_);
  const char* suffix = decimal_suffix(number.exponent);
  if (format == QuantityFormat::decimal_si && suffix != nullptr) return number.digits + suffix;
  if (number.exponent == 0) return number.digits;
  return fmt::format("{}e{}", number.digits, number.exponent);
}

int Quantity::sign() const {
  return big_ ? big_->unscaled.sign() : sign_of(mantissa_);
}

std::int64_t Quantity::scaled_value(std::int32_t exponent) const {
  if (big_) return api::scaled_value(*big_, exponent);
  if (exponent_ < exponent) return shifted_down(mantissa_, exponent - exponent_);
  const std::int32_t digits = exponent_ - exponent;
  return shifted_up(mantissa_, digits).value_or(overflowed(mantissa_, digits));
}

BigDecimal Quantity::big() const {
  return big_ ? *big_ : BigDecimal{mantissa_, -exponent_};
}

void Quantity::become(BigDecimal number) {
  mantissa_ = 0;
  exponent_ = 0;
  big_ = std::make_shared<const BigDecimal>(std::move(number));
}

Quantity& Quantity::operator+=(const Quantity& other) {
  text_.clear();
  if (is_zero()) format_ = other.format_;
  if (big_ || other.big_) {
    become(sum(big(), other.big()));
    return *this;
  }
  if (other.mantissa_ == 0) return *this;
  if (mantissa_ == 0) {
    mantissa_ = other.mantissa_;
    exponent_ = other.exponent_;
    return *this;
  }
  const std::int32_t exponent = std::min(exponent_, other.exponent_);
  const auto left = shifted_up(mantissa_, exponent_ - exponent);
  const auto right = shifted_up(other.mantissa_, other.exponent_ - exponent);
  std::int64_t total = 0;
  if (left && right && !__builtin_add_overflow(*left, *right, &total)) {
    mantissa_ = total;
    exponent_ = exponent;
  } else {
    become(sum(big(), other.big()));
  }
  return *this;
}

Quantity& Quantity::operator-=(const Quantity& other) {
  BigDecimal negated = other.big();
  negated.unscaled = -negated.unscaled;
  const auto small = other.big_ ? std::nullopt : product(other.mantissa_, -1);
  if (!small) return *this += Quantity(std::move(negated), other.format_);
  return *this += Quantity(*small, other.exponent_, other.format_);
}

Quantity& Quantity::operator*=(std::int64_t factor) {
  text_.clear();
  const auto small = big_ ? std::nullopt : product(mantissa_, factor);
  // The reference leaves 64 bits unless the product is a whole number that fits.
  if (small && (exponent_ < 0 ? is_multiple(*small, -exponent_)
                              : shifted_up(*small, exponent_).has_value())) {
    mantissa_ = *small;
  } else {
    BigDecimal number = big();
    number.unscaled *= factor;
    become(std::move(number));
  }
  return *this;
}

std::weak_ordering operator<=>(const Quantity& a, const Quantity& b) {
  if (a.sign() != b.sign()) return a.sign() <=> b.sign();
  if (a.big_ || b.big_) return compare(a.big(), b.big()) <=> 0;
  const std::int32_t exponent = std::min(a.exponent_, b.exponent_);
  const auto left = shifted_up(a.mantissa_, a.exponent_ - exponent);
  const auto right = shifted_up(b.mantissa_, b.exponent_ - exponent);
  // At most one of the two was shifted. If it left 64 bits, it is the one further from zero.
  if (!left) return a.sign() <=> 0;
  if (!right) return 0 <=> b.sign();
  return *left <=> *right;
}

}  // namespace firedrill::api
