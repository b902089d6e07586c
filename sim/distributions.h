#pragma once

// Distributions of durations, drawn the same way on every machine.
//
// A draw takes a fixed number of numbers from its stream (one; a constant takes none), except that
// whole-number draws may be repeated by rejection. It is computed in nanoseconds, rounded to the
// nearest one (halves up), held within [min, max] of the distribution, and never exceeds
// `longest_draw`, whatever the parameters.

#include <optional>
#include <variant>
#include <vector>

#include "sim/random.h"
#include "sim/time.h"

namespace firedrill::sim {

/// No draw is longer: the length of the longest run.
inline constexpr Duration longest_draw = latest_time - start_time;

/// Always the same.
struct Constant {
  Duration value{};
  friend bool operator==(const Constant&, const Constant&) = default;
};

/// Every nanosecond of [low, high] equally likely. Requires: low <= high.
struct Uniform {
  Duration low{};
  Duration high{};
  friend bool operator==(const Uniform&, const Uniform&) = default;
};

/// Time to the next event of a memoryless process. Requires: mean >= 0.
struct Exponential {
  Duration mean{};
  friend bool operator==(const Exponential&, const Exponential&) = default;
};

/// Its logarithm is normal with standard deviation sigma; half of the draws are below the median.
/// Requires: median >= 0, sigma >= 0 and finite.
struct LogNormal {
  Duration median{};
  double sigma = 0;
  friend bool operator==(const LogNormal&, const LogNormal&) = default;
};

/// P(draw > t) = exp(-(t / scale)^shape). Requires: scale >= 0, shape > 0 and finite.
struct Weibull {
  double shape = 1;
  Duration scale{};
  friend bool operator==(const Weibull&, const Weibull&) = default;
};

/// One of the given values, as likely as its weight says; without weights all are equally likely.
class Empirical {
 public:
  /// Throws std::logic_error if there is no value, or unless weights are none or one for each
  /// value, none negative, all finite, and their sum positive and finite.
  explicit Empirical(std::vector<Duration> values, const std::vector<double>& weights = {});

  [[nodiscard]] Duration draw(Random& random) const;
  [[nodiscard]] Duration mean() const;
  [[nodiscard]] const std::vector<Duration>& values() const { return values_; }

  friend bool operator==(const Empirical&, const Empirical&) = default;

 private:
  std::vector<Duration> values_;
  std::vector<double> cumulated_;  // sums of the weights up to each value, or empty
};

/// One of the shapes, and the bounds within which its draws are held.
struct Distribution {
  using Shape = std::variant<Constant, Uniform, Exponential, LogNormal, Weibull, Empirical>;

  Shape shape = Constant{};
  Duration min = Duration::zero();
  Duration max = longest_draw;

  /// The next duration from that stream. Throws std::logic_error if a parameter breaks its shape's
  /// requirement or min > max.
  [[nodiscard]] Duration draw(Random& random) const;

  /// The mean of the shape, bounds left aside; absent where it has no closed form in elementary
  /// functions (Weibull).
  [[nodiscard]] std::optional<Duration> mean() const;

  friend bool operator==(const Distribution&, const Distribution&) = default;
};

}  // namespace firedrill::sim
