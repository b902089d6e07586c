#pragma once

/// Whole runs for tests that hold them to theory: scenarios as text, values as printed, and the
/// statistics that say how far a sample may be from its law.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/sink.h"
#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {

[[nodiscard]] inline Scenario scenario_of(const std::string& text) {
  api::Diagnostics diagnostics;
  auto scenario = load_scenario_text(text, "closed-form.json", {}, diagnostics);
  if (!scenario) throw std::runtime_error(diagnostics.render());
  return *std::move(scenario);
}

/// The run's metric as printed, or "none".
[[nodiscard]] inline std::string value(const RunResult& result,
                                       std::string_view name,
                                       const analysis::Narrowing& narrowing = {}) {
  const auto amount = analysis::evaluate(name, result.metrics, narrowing);
  return amount ? analysis::format_amount(analysis::find_metric(name)->unit, *amount) : "none";
}

/// Hears every event of a run.
class Listener final : public timeline::Sink {
 public:
  using Hear = std::function<void(const timeline::TimelineEvent&)>;
  explicit Listener(Hear hear) : hear_(std::move(hear)) {}
  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override { hear_(event); }
  void end(const timeline::Footer&) override {}

 private:
  Hear hear_;
};

inline RunResult run_heard(const Scenario& scenario, Listener::Hear hear) {
  Listener listener(std::move(hear));
  const std::array<timeline::Sink*, 1> sinks{&listener};
  return run(scenario, sinks);
}

[[nodiscard]] inline double in_seconds(sim::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

/// Kolmogorov's statistic: the largest distance between the sample's distribution and the law's,
/// times the root of the sample's size. Under the law it passes 1.95 once in a thousand samples.
[[nodiscard]] inline double kolmogorov(std::vector<double> sample,
                                       const std::function<double(double)>& law) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double expected = law(sample[i]);
    distance = std::max({distance, expected - static_cast<double>(i) / n,
                         static_cast<double>(i + 1) / n - expected});
  }
  return std::sqrt(n) * distance;
}
inline constexpr double kolmogorov_limit = 1.95;

}  // namespace firedrill::scenarios
