#include "sim/distributions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include "sim/math.h"

namespace firedrill::sim {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

bool is_finite(double value) {
  return value - value == 0;
}

double count(Duration duration) {
  return static_cast<double>(duration.count());
}

// Nearest nanosecond, halves up, within +-longest_draw.
Duration rounded(double nanoseconds) {
  const double edge = count(longest_draw);
  if (nanoseconds >= edge) return longest_draw;
  if (nanoseconds <= -edge) return -longest_draw;
  auto whole = static_cast<std::int64_t>(nanoseconds);
  if (static_cast<double>(whole) > nanoseconds) --whole;
  if (nanoseconds - static_cast<double>(whole) >= 0.5) ++whole;
  return Duration{whole};
}

// A product that may meet zero times infinity, which is nothing here: a median of zero stays zero.
Duration scaled(Duration duration, double factor) {
  return duration == Duration::zero() ? duration : rounded(count(duration) * factor);
}

struct Draw {
  Random& random;

  Duration operator()(const Constant& shape) const { return shape.value; }
  Duration operator()(const Uniform& shape) const { return random.uniform(shape.low, shape.high); }
  Duration operator()(const Exponential& shape) const {
    require(shape.mean >= Duration::zero(), "Exponential: the mean is negative");
    return scaled(shape.mean, -log(random.uniform_open()));
  }
  Duration operator()(const LogNormal& shape) const {
    require(shape.median >= Duration::zero(), "LogNormal: the median is negative");
    require(shape.sigma >= 0 && is_finite(shape.sigma),
            "LogNormal: sigma is negative or not finite");
    return scaled(shape.median, exp(shape.sigma * normal_quantile(random.uniform_open())));
  }
  Duration operator()(const Weibull& shape) const {
    require(shape.scale >= Duration::zero(), "Weibull: the scale is negative");
    require(shape.shape > 0 && is_finite(shape.shape),
            "Weibull: the shape is not positive and finite");
    return scaled(shape.scale, pow(-log(random.uniform_open()), 1 / shape.shape));
  }
  Duration operator()(const Empirical& shape) const { return shape.draw(random); }
};

struct Mean {
  using Result = std::optional<Duration>;

  Result operator()(const Constant& shape) const { return shape.value; }
  Result operator()(const Uniform& shape) const {
    return rounded(count(shape.low) / 2 + count(shape.high) / 2);
  }
  Result operator()(const Exponential& shape) const { return shape.mean; }
  Result operator()(const LogNormal& shape) const {
    return scaled(shape.median, exp(shape.sigma * shape.sigma / 2));
  }
  Result operator()(const Weibull&) const { return std::nullopt; }
  Result operator()(const Empirical& shape) const { return shape.mean(); }
};

}  // namespace

Empirical::Empirical(std::vector<Duration> values, const std::vector<double>& weights)
    : values_(std::move(values)) {
  require(!values_.empty(), "Empirical: there are no values");
  require(weights.empty() || weights.size() == values_.size(),
          "Empirical: weights and values differ in number");
  double sum = 0;
  for (const double weight : weights) {
    require(weight >= 0, "Empirical: a weight is negative or not a number");
    sum += weight;
    cumulated_.push_back(sum);
  }
  require(weights.empty() || (sum > 0 && is_finite(sum)),
          "Empirical: the sum of the weights is not positive and finite");
}

Duration Empirical::draw(Random& random) const {
  if (cumulated_.empty()) return values_[static_cast<std::size_t>(random.below(values_.size()))];
  const double target = random.uniform() * cumulated_.back();
  // The first whose sum exceeds the target, so that weight 0 is never drawn. Rounding can bring the
  // target up to the sum of all.
  auto found = std::upper_bound(cumulated_.begin(), cumulated_.end(), target);
  if (found == cumulated_.end())
    found = std::lower_bound(cumulated_.begin(), cumulated_.end(), cumulated_.back());
  return values_[static_cast<std::size_t>(found - cumulated_.begin())];
}

Duration Empirical::mean() const {
  double sum = 0;
  double before = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const double weight =
        cumulated_.empty() ? 1 : cumulated_[i] - std::exchange(before, cumulated_[i]);
    sum += weight * count(values_[i]);
  }
  return rounded(sum /
                 (cumulated_.empty() ? static_cast<double>(values_.size()) : cumulated_.back()));
}

Duration Distribution::draw(Random& random) const {
  require(min <= max, "Distribution: min is above max");
  const Duration drawn = std::visit(Draw{random}, shape);
  return std::clamp(drawn, min, std::min(max, longest_draw));
}

std::optional<Duration> Distribution::mean() const {
  return std::visit(Mean{}, shape);
}

}  // namespace firedrill::sim
