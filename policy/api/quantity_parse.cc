#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "policy/api/big_decimal.h"
#include "policy/api/quantity.h"

namespace firedrill::api {
namespace {

constexpr std::size_t length_max = 1'000;
constexpr std::int32_t exponent_limit = 10'000;

/// Numbers are kept down to 10^-9.
constexpr std::int32_t nano_digits = 9;

/// How many decimal digits always fit 64 bits.
constexpr std::int32_t digits_max = 18;

constexpr std::string_view wrong_form =
    "not a number with an optional suffix such as m, k, Mi or e3";
constexpr std::string_view wrong_suffix = "unknown suffix";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_suffix_letter(char c) {
  return std::string_view("eEinumkKMGTP").find(c) != std::string_view::npos;
}

template <class Predicate>
std::string_view take_while(std::string_view& text, Predicate&& wanted) {
  std::size_t length = 0;
  while (length < text.size() && wanted(text[length]))
    ++length;
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

/// A quantity cut into its parts.
struct Parts {
  bool negative = false;
  bool any_digits = false;    // leading zeros count
  std::string_view whole;     // without leading zeros; "0" if nothing is left
  std::string_view fraction;  // as written
  std::string_view suffix;
};

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  parts.negative = text.starts_with('-');
  if (parts.negative || text.starts_with('+')) text.remove_prefix(1);
  const std::string_view zeros = take_while(text, [](char c) { return c == '0'; });
  parts.whole = take_while(text, is_digit);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = take_while(text, is_digit);
  }
  parts.any_digits = !zeros.empty() || !parts.whole.empty() || !parts.fraction.empty();
  if (parts.whole.empty()) parts.whole = "0";

  parts.suffix = text;
  take_while(text, is_suffix_letter);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  take_while(text, is_digit);
  if (!text.empty()) return std::nullopt;
  return parts;
}

struct Suffix {
  QuantityFormat format;
  std::int32_t exponent;  // of 2 for a binary suffix, else of 10
};

/// The exponent after "e" or "E".
std::optional<std::int32_t> read_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int32_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = std::min(value * 10 + (c - '0'), exponent_limit + 1);
  }
  return negative ? -value : value;
}

std::optional<Suffix> read_suffix(std::string_view text) {
  struct Named {
    std::string_view name;
    Suffix suffix;
  };
  constexpr auto si = QuantityFormat::decimal_si;
  constexpr auto binary = QuantityFormat::binary_si;
  constexpr std::array<Named, 16> names{{{"", {si, 0}},
                                         {"n", {si, -9}},
                                         {"u", {si, -6}},
                                         {"m", {si, -3}},
                                         {"k", {si, 3}},
                                         {"M", {si, 6}},
                                         {"G", {si, 9}},
                                         {"T", {si, 12}},
                                         {"P", {si, 15}},
                                         {"E", {si, 18}},
                                         {"Ki", {binary, 10}},
                                         {"Mi", {binary, 20}},
                                         {"Gi", {binary, 30}},
                                         {"Ti", {binary, 40}},
                                         {"Pi", {binary, 50}},
                                         {"Ei", {binary, 60}}}};
  for (const Named& named : names) {
    if (named.name == text) return named.suffix;
  }
  if (!text.starts_with('e') && !text.starts_with('E')) return std::nullopt;
  const auto exponent = read_exponent(text.substr(1));
  if (!exponent) return std::nullopt;
  return Suffix{QuantityFormat::decimal_exponent, *exponent};
}

std::int32_t length_of(std::string_view digits) {
  return static_cast<std::int32_t>(digits.size());
}

/// The number in 64 bits.
struct Small {
  std::int64_t mantissa;
  std::int32_t exponent;
  bool canonical;  // the reference keeps the text as it was written
};

std::int64_t read_digits(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits)
    value = value * 10 + (c - '0');
  return value;
}

std::optional<Small> small_decimal(const Parts& parts, const Suffix& suffix) {
  if (length_of(parts.whole) + length_of(parts.fraction) > digits_max) return std::nullopt;
  const std::int32_t exponent = suffix.exponent - length_of(parts.fraction);
  if (exponent < -nano_digits) return std::nullopt;
  const std::string digits = std::string(parts.whole) + std::string(parts.fraction);
  const bool canonical = exponent % 3 == 0 && !digits.ends_with("000") && digits.front() != '0';
  return Small{read_digits(digits), exponent, canonical};
}

std::optional<Small> small_binary(const Parts& parts, const Suffix& suffix) {
  // The reference's estimate of what fits. Too careful, but it decides which texts are kept.
  const std::int32_t digits = 14 - suffix.exponent * 3 / 10;
  if (!parts.fraction.empty() || length_of(parts.whole) > digits) return std::nullopt;
  const std::int64_t whole = read_digits(parts.whole);
  std::int64_t mantissa = 0;
  if (__builtin_mul_overflow(whole, std::int64_t{1} << suffix.exponent, &mantissa))
    return std::nullopt;
  return Small{mantissa, 0, whole % 8 != 0};
}

/// Boost reads a leading zero as the mark of an octal number.
BigInteger read_big(std::string_view digits) {
  take_while(digits, [](char c) { return c == '0'; });
  return digits.empty() ? BigInteger(0) : BigInteger(std::string(digits));
}

/// The magnitude, for what does not fit 64 bits or needs rounding.
BigDecimal read_magnitude(const Parts& parts, const Suffix& suffix) {
  BigDecimal number{read_big(std::string(parts.whole) + std::string(parts.fraction)),
                    length_of(parts.fraction)};
  if (suffix.format == QuantityFormat::binary_si) {
    number.unscaled <<= static_cast<unsigned>(suffix.exponent);
  } else {
    number.scale -= suffix.exponent;
  }
  if (number.unscaled == 0) return number;
  // However little is asked for, something is given.
  number = rounded_away(number, nano_digits);
  const BigDecimal binary_max{std::numeric_limits<std::int64_t>::max(), 0};
  if (suffix.format == QuantityFormat::binary_si && compare(number, binary_max) > 0)
    return binary_max;
  return number;
}

Problem problem_with(std::string_view text, std::string_view what) {
  return Problem{fmt::format("invalid quantity \"{}\": {}", text, what)};
}

}  // namespace

Result<Quantity> Quantity::parse(std::string_view text) {
  if (text.size() > length_max) {
    return Problem{fmt::format("quantity longer than {} characters", length_max)};
  }
  const auto parts = split(text);
  if (text.empty() || !parts) return problem_with(text, wrong_form);
  const auto suffix = read_suffix(parts->suffix);
  if (!suffix) return problem_with(text, wrong_suffix);
  if (suffix->exponent > exponent_limit || suffix->exponent < -exponent_limit) {
    return problem_with(text, fmt::format("exponent beyond {}", exponent_limit));
  }

  const bool binary = suffix->format == QuantityFormat::binary_si;
  if (const auto small = binary ? small_binary(*parts, *suffix) : small_decimal(*parts, *suffix)) {
    Quantity quantity(parts->negative ? -small->mantissa : small->mantissa, small->exponent,
                      suffix->format);
    if (small->canonical) quantity.text_ = text;
    return quantity;
  }
  if (!parts->any_digits) return problem_with(text, "no digits");
  BigDecimal number = read_magnitude(*parts, *suffix);
  const bool below_one = number.unscaled > 0 && compare(number, {1, 0}) < 0;
  if (parts->negative) number.unscaled = -number.unscaled;
  const QuantityFormat format = binary && below_one ? QuantityFormat::decimal_si : suffix->format;
  return Quantity(std::move(number), format);
}

}  // namespace firedrill::api
