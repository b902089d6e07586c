#include "analysis/metrics/amount.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>

#include "analysis/timeline/text.h"

namespace firedrill::analysis {
namespace {

constexpr std::int64_t nanoseconds = 1'000'000'000;

std::string format_whole(Int128 number) {
  if (number == 0) return "0";
  std::string digits;
  const bool negative = number < 0;
  for (; number != 0; number /= 10) {
    const auto digit = static_cast<int>(number % 10);
    digits.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  if (negative) digits.push_back('-');
  std::ranges::reverse(digits);
  return digits;
}

std::string format_billionths(Int128 number) {
  std::string text = number < 0 ? "-" : "";
  if (number < 0) number = -number;
  text += format_whole(number / nanoseconds);
  const auto fraction = static_cast<std::int64_t>(number % nanoseconds);
  if (fraction == 0) return text;
  std::string places = std::to_string(fraction + nanoseconds);  // a 1 ahead keeps the zeros
  places.erase(places.find_last_not_of('0') + 1);
  return text + "." + places.substr(1);
}

std::size_t rank(std::size_t count, std::size_t percent) {
  return (count * percent + 99) / 100 - 1;
}

}  // namespace

std::string_view to_string(Unit unit) {
  switch (unit) {
    case Unit::count:
      return "count";
    case Unit::replicas:
      return "replicas";
    case Unit::seconds:
      return "s";
    case Unit::replica_seconds:
      return "replica·s";
    case Unit::share:
      return "share";
    case Unit::per_second:
      return "1/s";
  }
  throw std::logic_error("a unit without a name");
}

// Ratios have small parts (replicas, counts, nanoseconds): the products fit.
bool operator<(const Amount& a, const Amount& b) {
  if (a.denominator == b.denominator) return a.numerator < b.numerator;
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

double to_double(Unit unit, const Amount& amount) {
  const double value =
      static_cast<double>(amount.numerator) / static_cast<double>(amount.denominator);
  switch (unit) {
    case Unit::count:
    case Unit::replicas:
    case Unit::share:
      return value;
    case Unit::seconds:
    case Unit::replica_seconds:
      return value / static_cast<double>(nanoseconds);
    case Unit::per_second:
      return static_cast<double>(amount.numerator * nanoseconds) /
             static_cast<double>(amount.denominator);
  }
  throw std::logic_error("a unit without a scale");
}

std::string format_amount(Unit unit, const Amount& amount) {
  switch (unit) {
    case Unit::count:
    case Unit::replicas:
      return format_whole(amount.numerator);
    case Unit::seconds:
    case Unit::replica_seconds:
      return format_billionths(amount.numerator);
    case Unit::share:
    case Unit::per_second: {
      std::string text;
      timeline::append_double(text, to_double(unit, amount));
      return text;
    }
  }
  throw std::logic_error("a unit without a format");
}

std::optional<Amount> reduce(Statistic statistic, std::vector<Amount> amounts) {
  if (amounts.empty()) return {};
  std::ranges::sort(amounts, [](const Amount& a, const Amount& b) { return a < b; });
  switch (statistic) {
    case Statistic::sum: {
      Amount sum;
      for (const Amount& amount : amounts)
        sum.numerator += amount.numerator;
      return sum;
    }
    case Statistic::min:
      return amounts.front();
    case Statistic::max:
      return amounts.back();
    case Statistic::p50:
      return amounts[rank(amounts.size(), 50)];
    case Statistic::p95:
      return amounts[rank(amounts.size(), 95)];
    case Statistic::ratio:
      break;
  }
  throw std::logic_error("a ratio is made of two measures");
}

}  // namespace firedrill::analysis
