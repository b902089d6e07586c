#pragma once

/// Kubernetes resource quantities: exact decimal numbers with a unit suffix ("100m", "1.5Gi",
/// "2e3").
///
/// A plain value. Numbers that fit 64 bits times a power of ten need no allocation; larger ones
/// share an immutable big number. Every answer equals the one of apimachinery pkg/api/resource,
/// also where that is surprising (docs/fidelity.md lists the surprises).

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "policy/api/result.h"

namespace firedrill::api {

struct BigDecimal;

/// Which family of suffixes a quantity was written with, and is printed with.
enum class QuantityFormat : std::uint8_t {
  decimal_si,        // n u m "" k M G T P E
  binary_si,         // Ki Mi Gi Ti Pi Ei
  decimal_exponent,  // e3, E-6
};

/// The reference's name of a format: "DecimalSI", "BinarySI", "DecimalExponent".
[[nodiscard]] std::string_view to_string(QuantityFormat format);

class Quantity {
 public:
  /// Zero.
  Quantity() = default;

  [[nodiscard]] static Quantity from_units(std::int64_t units,
                                           QuantityFormat format = QuantityFormat::decimal_si);
  [[nodiscard]] static Quantity from_milli(std::int64_t milli,
                                           QuantityFormat format = QuantityFormat::decimal_si);

  /// Reads a quantity. No digits at all is zero ("-", "Ki"), more precision than nano is rounded
  /// away from zero, and with a binary suffix the magnitude is cut at 2^63-1. Unlike the reference,
  /// texts longer than 1,000 characters and exponents beyond 10,000 are refused, for they cost it
  /// unbounded memory.
  ///
  /// Follows apimachinery pkg/api/resource/quantity.go, ParseQuantity.
  [[nodiscard]] static Result<Quantity> parse(std::string_view text);

  /// What the API server would show. A parsed text that the reference takes for canonical comes
  /// back as it was written ("01", "+1", "1.25k"), anything else with the largest suffix that
  /// leaves a whole number.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] QuantityFormat format() const { return format_; }
  [[nodiscard]] bool is_zero() const { return sign() == 0; }
  /// -1, 0 or 1.
  [[nodiscard]] int sign() const;

  /// Whole units, rounded away from zero. Not fitting 64 bits gives what the reference gives, never
  /// undefined behaviour: 0 or the wrapped low 64 bits.
  [[nodiscard]] std::int64_t value() const { return scaled_value(0); }
  /// Thousandths, rounded and overflowing likewise.
  [[nodiscard]] std::int64_t milli_value() const { return scaled_value(-3); }

  /// Exact, without limit of size. A zero on the left takes the format of the right.
  Quantity& operator+=(const Quantity& other);
  Quantity& operator-=(const Quantity& other);
  Quantity& operator*=(std::int64_t factor);
  [[nodiscard]] friend Quantity operator+(Quantity a, const Quantity& b) { return a += b; }
  [[nodiscard]] friend Quantity operator-(Quantity a, const Quantity& b) { return a -= b; }
  [[nodiscard]] friend Quantity operator*(Quantity a, std::int64_t factor) { return a *= factor; }

  /// Order by number alone: "1" == "1000m", whatever their formats and texts.
  friend std::weak_ordering operator<=>(const Quantity& a, const Quantity& b);
  friend bool operator==(const Quantity& a, const Quantity& b) { return (a <=> b) == 0; }

 private:
  Quantity(std::int64_t mantissa, std::int32_t exponent, QuantityFormat format)
      : mantissa_(mantissa), exponent_(exponent), format_(format) {}
  Quantity(BigDecimal number, QuantityFormat format);

  [[nodiscard]] std::int64_t scaled_value(std::int32_t exponent) const;
  [[nodiscard]] BigDecimal big() const;
  [[nodiscard]] std::string decimal_text(QuantityFormat format) const;
  void become(BigDecimal number);

  /// The number is `mantissa_` times 10^`exponent_`, unless there is `big_`.
  std::int64_t mantissa_ = 0;
  std::int32_t exponent_ = 0;
  QuantityFormat format_ = QuantityFormat::decimal_si;
  std::shared_ptr<const BigDecimal> big_;
  /// The parsed text, if it counts as canonical.
  std::string text_;
};

/// Amounts by resource name ("cpu", "memory", "pods", "nvidia.com/gpu").
using ResourceList = std::map<std::string, Quantity, std::less<>>;

}  // namespace firedrill::api
