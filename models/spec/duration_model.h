#pragma once

/// How long something takes in a scenario: a constant, or a distribution by its parameters. Only
/// the words; the numbers are drawn by sim::Distribution.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/result.h"
#include "policy/api/time.h"

namespace firedrill::models {

enum class DistributionKind : std::uint8_t {
  constant,
  uniform,
  exponential,
  lognormal,
  weibull,
  empirical,
};

template <class V>
void describe_values(V& v, DistributionKind&) {
  v.begin("Distribution", "Shape of a distribution of durations.");
  v.value("constant", DistributionKind::constant, "Always `value`.");
  v.value("uniform", DistributionKind::uniform, "Every length from `min` to `max` alike.");
  v.value("exponential", DistributionKind::exponential, "Memoryless, by its `mean`.");
  v.value("lognormal", DistributionKind::lognormal, "By `median` and `sigma` of the logarithm.");
  v.value("weibull", DistributionKind::weibull, "By `shape` and `scale`.");
  v.value("empirical", DistributionKind::empirical, "One of `values`, weighted by `p` if given.");
}

/// Parameters that the kind doesn't use are absent (the description checks it).
struct DurationModel {
  DistributionKind distribution = DistributionKind::constant;
  api::Duration value{};
  std::optional<api::Duration> mean;
  std::optional<api::Duration> median;
  std::optional<double> sigma;
  std::optional<double> shape;
  std::optional<api::Duration> scale;
  std::optional<api::Duration> min;  ///< Lower bound of uniform; clamps every other kind.
  std::optional<api::Duration> max;  ///< Upper bound of uniform; clamps every other kind.
  std::vector<api::Duration> values;
  std::vector<double> p;  ///< Weight of each of `values`; empty = all alike.
  std::string file;       ///< Never set in a valid model: a document holds the file's values.

  [[nodiscard]] static DurationModel constant(api::Duration length) {
    DurationModel model;
    model.value = length;
    return model;
  }
  friend bool operator==(const DurationModel&, const DurationModel&) = default;
};

/// Whether exactly the parameters of its distribution are given.
[[nodiscard]] inline bool has_own_parameters(const DurationModel& m) {
  const auto is = [&](DistributionKind kind) { return m.distribution == kind; };
  return (m.value == api::Duration::zero() || is(DistributionKind::constant)) &&
         m.mean.has_value() == is(DistributionKind::exponential) &&
         m.median.has_value() == is(DistributionKind::lognormal) &&
         m.sigma.has_value() == is(DistributionKind::lognormal) &&
         m.shape.has_value() == is(DistributionKind::weibull) &&
         m.scale.has_value() == is(DistributionKind::weibull) &&
         !m.values.empty() == is(DistributionKind::empirical) &&
         (m.p.empty() || is(DistributionKind::empirical)) &&
         (!is(DistributionKind::uniform) || (m.min.has_value() && m.max.has_value()));
}

/// Whether a draw may be longer than nothing.
[[nodiscard]] inline bool can_take_time(const DurationModel& m) {
  constexpr api::Duration none{};
  if (m.max && *m.max == none) return false;
  if (m.min && *m.min > none) return true;
  if (m.distribution == DistributionKind::constant) return m.value > none;
  if (m.distribution != DistributionKind::empirical) return true;
  for (const api::Duration value : m.values) {
    if (value > none) return true;
  }
  return false;
}

/// Whether weights, if any are given, can be drawn by: something, and not infinitely much.
[[nodiscard]] inline bool has_usable_weights(const DurationModel& m) {
  double sum = 0;
  for (const double weight : m.p)
    sum += weight;
  return m.p.empty() || (sum > 0 && std::isfinite(sum));
}

template <class V>
void describe(V& v, DurationModel& m) {
  v.begin("DurationModel", "A distribution of durations by its parameters.");
  v.required("distribution", m.distribution, "Its kind.");
  v.field("value", m.value, "constant: the length.", api::AtLeast{0});
  v.field("mean", m.mean, "exponential: the mean.", api::Above{0});
  v.field("median", m.median, "lognormal: the median.", api::Above{0});
  v.field("sigma", m.sigma, "lognormal: standard deviation of the natural logarithm.",
          api::AtLeast{0}, api::AtMost{10});
  v.field("shape", m.shape, "weibull: the shape; below 1 means that failures come early.",
          api::AtLeast{0.05}, api::AtMost{100});
  v.field("scale", m.scale, "weibull: the scale.", api::Above{0});
  v.field("min", m.min, "Least length; uniform: its lower end.", api::AtLeast{0});
  v.field("max", m.max, "Greatest length; uniform: its upper end.", api::AtLeast{0});
  v.field("values", m.values, "empirical: the lengths that were measured.", api::AtLeast{0});
  v.field("p", m.p, "empirical: weight of each value; absent = all alike.", api::AtLeast{0});
  v.field("file", m.file,
          "empirical: a CSV file below the scenario's folder, with a column `value` and, if they "
          "have weights, `p`; in place of values and p.");
  v.check("file", m.file.empty(), "stands for the values of an empirical distribution",
          "\"distribution\": \"empirical\" with file, and neither values nor p");
  v.check("distribution", has_own_parameters(m),
          "parameters that do not belong to it, or lacks some",
          "constant {value}, uniform {min, max}, exponential {mean}, lognormal {median, sigma}, "
          "weibull {shape, scale} or empirical {values or file, p}");
  v.check("max", !m.min || !m.max || *m.min <= *m.max, "is less than min", "at least min");
  v.check("p", m.p.empty() || m.p.size() == m.values.size(), "has another length than values",
          "one weight for each value");
  v.check("p", has_usable_weights(m), "adds up to nothing, or to more than a number can hold",
          "at least one weight above 0");
}

[[nodiscard]] inline api::Result<DurationModel> model_of_duration(api::Duration length) {
  if (length < api::Duration::zero()) return api::Problem{"a negative duration"};
  return DurationModel::constant(length);
}

[[nodiscard]] inline std::optional<api::Duration> duration_of_model(const DurationModel& m) {
  if (m != DurationModel::constant(m.value)) return std::nullopt;
  return m.value;
}

template <class V>
void describe_forms(V& v, DurationModel& m) {
  v.begin("DurationModel", "How long something takes.");
  v.form(api::Form<api::Duration>{"a duration that is not negative, such as \"20s\""},
         &model_of_duration, &duration_of_model);
  v.object_form(m, "A distribution.");
}

}  // namespace firedrill::models
