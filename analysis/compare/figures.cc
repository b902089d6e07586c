#include "analysis/compare/figures.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "analysis/compare/comparison.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

std::string trimmed(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string magnitude_text(Unit unit, double held) {
  const double printed = in_unit(unit, held);
  switch (unit) {
    case Unit::seconds: {
      constexpr double millisecond = 1e6;
      const std::chrono::milliseconds rounded(std::llround(held / millisecond));
      return api::format_duration(rounded);
    }
    case Unit::count:
    case Unit::replicas:
      return trimmed(fmt::format("{:.2f}", printed));
    case Unit::replica_seconds:
      return trimmed(fmt::format("{:.3f}", printed));
    case Unit::share:
    case Unit::per_second:
      return fmt::format("{:.4g}", printed);
  }
  throw std::logic_error("a unit without a format");
}

}  // namespace

std::string number_text(Unit unit, double held) {
  return (held < 0 ? "-" : "") + magnitude_text(unit, std::abs(held));
}

std::string interval_text(Unit unit, const Estimate& estimate) {
  if (!estimate.half_width || *estimate.half_width == 0) return {};
  return " ±" + number_text(unit, *estimate.half_width);
}

std::string percent_text(double share) {
  const double percent = 100 * share;
  return std::abs(percent) < 10 ? fmt::format("{:+.1f}%", percent)
                                : fmt::format("{:+.0f}%", percent);
}

std::string change_text(Unit unit, const Estimate& delta, std::optional<double> relative) {
  if (delta.low() == 0 && delta.high() == 0) return "=";
  std::string text = (delta.mean < 0 ? "-" : "+") + number_text(unit, std::abs(delta.mean)) +
                     interval_text(unit, delta);
  if (relative) text += " " + percent_text(*relative);
  return text;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace firedrill::analysis
