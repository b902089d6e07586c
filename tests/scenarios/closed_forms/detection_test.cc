// How long the control plane takes to notice that a cluster is gone: exact for each phase, and over
// all phases distributed as theory says.
//
// Push. The cluster is probed every f. A fault strikes somewhere between two probes; the first
// probe that fails comes W later. If the fault's phase is uniform, W is uniform on (0, f]. From
// that probe on, results count against the threshold T, and the first probe that is at least T
// later turns Ready to False: the ceil(T / f)-th. So
//     D = W + ceil(T / f) · f,        uniform on (c, c + f] with c = ceil(T / f) · f.
//
// Pull. The agent renews its lease every X, uniform on [R, 1.04 R) (client-go's jitter). A fault
// comes A after the last renewal: A is the age of a renewal process, with density
//     P(X > a) / E[X] = 1 / 1.02 R for a < R, falling linearly to 0 at 1.04 R.
// The monitor looks every P; it sees the renewal V after it was made, V uniform on [0, P) and
// independent of A where the phases of agent and monitor are. From that look on it counts its grace
// G, and the first look at which G has passed turns Ready to Unknown: ceil(G / P) looks later (a
// look takes time in truth, so a look exactly G later counts). So
//     D = ceil(G / P) · P + V - A.
// Times of the fault are taken uniformly from a stretch of a hundred intervals and joins from one
// of a full interval, which is as good as stationary: the distribution of A is off by less than
// 0.003, a tenth of what Kolmogorov's test can see here.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/random.h"
#include "support.h"

namespace firedrill::scenarios {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Setting {
  std::string mode;
  std::string flags;
  sim::Duration latest_fault;
};

Scenario world(const Setting& setting) {
  return scenario_of(fmt::format(
      R"({{"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {{"name": "detection"}},
        "simulation": {{"duration": "1m", "seed": 1}},
        "controlPlane": {{"profile": "karmada", "flags": {{{}}}}},
        "clusters": [{{"name": "c", "syncMode": "{}"}}],
        "events": [{{"at": "50s", "outage": {{"clusters": "c"}}}}]}})",
      setting.flags, setting.mode));
}

struct Detection {
  sim::Duration joined{};
  sim::Duration fault{};
  sim::Duration noticed{};

  [[nodiscard]] sim::Duration delay() const { return noticed - fault; }
};

/// Up to the nanosecond, so that no two things happen at once by accident.
sim::Duration uniform(sim::Random& random, sim::Duration from, sim::Duration until) {
  return from + sim::Duration(static_cast<std::int64_t>(
                    random.below(static_cast<std::uint64_t>((until - from).count()))));
}

/// A run with its own seed, in which the cluster joins within `interval` and fails later.
Detection detect(Scenario& scenario,
                 const Setting& setting,
                 sim::Duration interval,
                 sim::Duration patience,
                 std::uint64_t seed) {
  sim::Random random = sim::Streams(seed).stream("test", "phases");
  Detection detection;
  detection.joined = uniform(random, {}, interval);
  detection.fault = uniform(random, 2 * interval, setting.latest_fault);
  scenario.world.seed = seed;
  scenario.world.clusters.at(0).join_at = detection.joined;
  scenario.world.events.at(0).at = detection.fault;
  scenario.world.duration = detection.fault + patience;
  std::optional<sim::Duration> noticed;
  (void)run_heard(scenario, [&](const timeline::TimelineEvent& event) {
    const auto* turn = std::get_if<timeline::ClusterConditionChanged>(&event.payload);
    if (turn == nullptr || turn->condition != "Ready" || turn->status == "True") return;
    if (!noticed) noticed = event.time.time_since_epoch();
  });
  EXPECT_TRUE(noticed.has_value()) << "seed " << seed;
  detection.noticed = noticed.value_or(sim::Duration{});
  return detection;
}

struct Push {
  sim::Duration frequency;
  sim::Duration threshold;
  int runs;
};

class PushDetection : public testing::TestWithParam<Push> {};

TEST_P(PushDetection, IsUniformBeyondTheThreshold) {
  const auto [f, t, runs] = GetParam();
  const Setting setting{"Push",
                        fmt::format(R"("cluster-status-update-frequency": "{}ns",
                                       "cluster-failure-threshold": "{}ns")",
                                    f.count(), t.count()),
                        10 * f};
  Scenario scenario = world(setting);
  const sim::Duration probes = f * ((t.count() + f.count() - 1) / f.count());
  std::vector<double> waits;
  for (int i = 1; i <= runs; ++i) {
    const Detection found =
        detect(scenario, setting, f, probes + 2 * f, static_cast<std::uint64_t>(i));
    const sim::Duration since_probe = (found.fault - found.joined) % f;
    const sim::Duration wait = since_probe.count() == 0 ? sim::Duration{} : f - since_probe;
    ASSERT_EQ(found.delay(), wait + probes)
        << "seed " << i << ", joined at " << found.joined.count() << ", fault at "
        << found.fault.count();
    waits.push_back(in_seconds(found.delay() - probes) / in_seconds(f));
  }
  const auto law = [](double x) { return std::clamp(x, 0.0, 1.0); };
  EXPECT_LT(kolmogorov(waits, law), kolmogorov_limit);
  const auto wrong = [](double x) { return std::clamp(x / 1.1, 0.0, 1.0); };
  EXPECT_GT(kolmogorov(waits, wrong), kolmogorov_limit) << "the sample tells 10 % more";
}

INSTANTIATE_TEST_SUITE_P(Settings,
                         PushDetection,
                         testing::Values(Push{seconds(10), seconds(30), 2500},
                                         Push{seconds(7), seconds(12), 1500},
                                         Push{seconds(5), seconds(0), 1000},
                                         Push{milliseconds(2500), seconds(10), 1000}));

/// The distribution of V - A, by the midpoint rule over A.
double lag_law(double x, double renewal, double period) {
  constexpr int steps = 2'000;
  const double longest = 1.04 * renewal;
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    const double age = longest * (i + 0.5) / steps;
    const double survives = age < renewal ? 1.0 : (longest - age) / (0.04 * renewal);
    sum += survives * std::clamp((x + age) / period, 0.0, 1.0);
  }
  return sum * (longest / steps) / (1.02 * renewal);
}

struct Pull {
  std::int64_t lease;  // seconds; renewed after a quarter of it
  std::int64_t period;
  std::int64_t grace;
  int runs;
};

class PullDetection : public testing::TestWithParam<Pull> {};

TEST_P(PullDetection, IsALookAfterTheGraceLessTheAgeOfTheLease) {
  const auto [lease, period, grace, runs] = GetParam();
  const sim::Duration renewal = seconds(lease) / 4;
  const Setting setting{"Pull",
                        fmt::format(R"("cluster-lease-duration": "{}s",
                                       "cluster-monitor-period": "{}s",
                                       "cluster-monitor-grace-period": "{}s")",
                                    lease, period, grace),
                        2 * renewal + 20 * renewal};
  Scenario scenario = world(setting);
  const sim::Duration looks = seconds(period) * ((grace + period - 1) / period);
  std::vector<double> lags;
  for (int i = 1; i <= runs; ++i) {
    const Detection found = detect(scenario, setting, renewal, looks + seconds(2 * period),
                                   static_cast<std::uint64_t>(i));
    ASSERT_EQ(found.noticed % seconds(period), sim::Duration{}) << "it is noticed at a look";
    lags.push_back(in_seconds(found.delay() - looks));
  }
  const auto law_for = [renewal = renewal](double look) {
    return [renewal, look](double x) { return lag_law(x, in_seconds(renewal), look); };
  };
  EXPECT_LT(kolmogorov(lags, law_for(static_cast<double>(period))), kolmogorov_limit);
  EXPECT_GT(kolmogorov(lags, law_for(1.6 * static_cast<double>(period))), kolmogorov_limit)
      << "the sample tells a longer period";
  double mean = 0;
  for (const double lag : lags)
    mean += lag / runs;
  // E[V] = P / 2, E[A] = E[X²] / 2 E[X]; the variance is at most (P² + (1.04 R)²) / 12.
  const double r = in_seconds(renewal);
  const auto p = static_cast<double>(period);
  const double age = (1.04 * 1.04 + 1.04 + 1) / 3 * r / (2 * 1.02);
  const double error = std::sqrt((p * p + 1.04 * 1.04 * r * r) / 12 / runs);
  EXPECT_NEAR(mean, p / 2 - age, 3.3 * error);
}

INSTANTIATE_TEST_SUITE_P(Settings,
                         PullDetection,
                         testing::Values(Pull{40, 5, 40, 2000},
                                         Pull{20, 7, 25, 1000},
                                         Pull{60, 3, 31, 1000}));

}  // namespace
}  // namespace firedrill::scenarios
