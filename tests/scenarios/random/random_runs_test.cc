// What every run must keep to, whatever its world: no invariant is violated, the same scenario
// gives the same bytes, and skipping idle ticks changes none of them. Random scenarios from seed
// FIREDRILL_RANDOM_FIRST (0) on, FIREDRILL_RANDOM_RUNS (50) of them; then the bundled library. What
// fails is left as a file in the folder for temporary files, and named.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "../library.h"
#include "analysis/diff/divergence.h"
#include "analysis/metrics/calculator.h"
#include "analysis/timeline/memory_sink.h"
#include "analysis/timeline/output.h"
#include "scenarios/loader.h"
#include "scenarios/random/random_scenario.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

std::uint64_t setting(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

/// What a run says.
struct Told {
  std::string timeline;
  std::string metrics;
  RunResult result;
};

/// Whether every round of the periodic loops runs.
constexpr bool usually = false;
constexpr bool densely = true;

Told play_once(const Scenario& scenario, bool dense, std::span<timeline::Sink* const> sinks = {}) {
  std::ostringstream stream;
  timeline::StreamOutput output(stream);
  RunOptions options;
  options.timeline = &output;
  options.dense = dense;
  Told told;
  told.result = run(scenario, sinks, options);
  told.timeline = std::move(stream).str();
  told.metrics = analysis::format_metrics_json(told.result.header, told.result.metrics);
  return told;
}

/// Both timelines as files, and the first event in which they part.
std::string divergence(const std::string& name, const Told& left, const Told& right) {
  const auto write = [&](const char* side, const std::string& text) {
    const fs::path file = fs::temp_directory_path() / fmt::format("{}-{}.jsonl", name, side);
    std::ofstream(file) << text;
    return file.string();
  };
  const std::string left_file = write("left", left.timeline);
  const std::string right_file = write("right", right.timeline);
  const analysis::FirstDivergence first = analysis::first_divergence(left_file, right_file);
  return fmt::format("{} and {}: {}", left_file, right_file,
                     first.divergence ? first.text() : "the same events, counted otherwise");
}

void expect_equal(const std::string& name, const Told& left, const Told& right) {
  if (left.timeline != right.timeline) {
    ADD_FAILURE() << divergence(name, left, right);
    return;
  }
  EXPECT_EQ(left.result.footer.digest, right.result.footer.digest) << name;
  EXPECT_EQ(left.metrics, right.metrics) << name;
}

void check_violations(const std::string& name, const RunResult& result) {
  for (const models::Violation& violation : result.violations) {
    ADD_FAILURE() << name << ": " << violation.first.invariant << ": " << violation.first.message;
  }
}

/// Whether the disasters did anything that the control plane noticed.
bool eventful(const timeline::MemorySink& sink) {
  return std::ranges::any_of(sink.events(), [](const timeline::TimelineEvent& event) {
    const auto& payload = event.payload;
    if (std::holds_alternative<timeline::GracefulEvictionTaskAdded>(payload)) return true;
    if (event.time.time_since_epoch() < std::chrono::minutes(2)) return false;
    return std::holds_alternative<timeline::ClusterConditionChanged>(payload) ||
           std::holds_alternative<timeline::HeartbeatLost>(payload) ||
           std::holds_alternative<timeline::BindingScheduled>(payload) ||
           std::holds_alternative<timeline::SubscriptionScheduled>(payload);
  });
}

/// The same world where neither the control plane nor the network takes time and agents' clocks
/// agree: most rounds are skipped there, so that its disasters come upon loops that sleep. In every
/// other world chance stretches no period, and disasters come at the very instants of rounds.
ScenarioFile sleepy(ScenarioFile file) {
  models::LatencySpec& latency = file.control_plane.latency;
  latency = {};
  if (file.simulation.seed % 2 == 1) {
    const auto none = models::DurationModel::constant({});
    latency.preset = models::LatencyPreset::reference;
    for (auto* taken : {&latency.api_read, &latency.api_write, &latency.watch,
                        &latency.member_write, &latency.member_watch, &latency.timer_lateness})
      *taken = none;
    for (models::ScenarioEvent& event : file.events) {
      if (event.at) event.at = std::chrono::floor<std::chrono::seconds>(*event.at);
      if (event.at) *event.at -= *event.at % std::chrono::seconds(5);
    }
  }
  if (file.network) {
    for (models::LinkSpec& link : file.network->links) {
      link.latency = {};
      link.loss = 0;
    }
  }
  for (ClusterEntry& entry : file.clusters) {
    models::ClusterSpec& cluster = entry.pattern ? entry.pattern->cluster : entry.cluster;
    cluster.probe_latency.reset();
    cluster.agent.clock_skew = {};
  }
  return file;
}

/// Plays the world of a seed; whether anything happened in it. What fails is left as a file.
bool check_world(std::uint64_t seed, bool sleeps = false) {
  ScenarioFile made = random_scenario(seed);
  if (sleeps) made = sleepy(std::move(made));
  const std::string text = scenario_text(made);
  const std::string name = fmt::format("{}-{}", sleeps ? "sleepy" : "random", seed);
  const fs::path file = fs::temp_directory_path() / (name + ".json");
  SCOPED_TRACE(fmt::format("seed {}: {}", seed, file.string()));
  api::Diagnostics diagnostics;
  const auto scenario = load_scenario_text(text, file, {}, diagnostics);
  timeline::MemorySink sink;
  const std::array<timeline::Sink*, 1> sinks{&sink};
  if (!scenario) {
    ADD_FAILURE() << diagnostics.render();
  } else {
    try {
      const Told usual = play_once(*scenario, usually, sinks);
      check_violations(name, usual.result);
      expect_equal(name, usual, play_once(*scenario, usually));
      expect_equal(name + "-dense", play_once(*scenario, densely), usual);
    } catch (const std::exception& problem) {
      ADD_FAILURE() << name << ": " << problem.what();
    }
  }
  if (testing::Test::HasFailure()) std::ofstream(file) << text;
  return eventful(sink);
}

TEST(RandomRuns, KeepToWhatEveryRunMust) {
  const std::uint64_t first = setting("FIREDRILL_RANDOM_FIRST", 0);
  const std::uint64_t runs = setting("FIREDRILL_RANDOM_RUNS", 50);
  std::uint64_t busy = 0;
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    if (check_world(seed)) ++busy;
    (void)check_world(seed, true);
    ASSERT_FALSE(HasFailure()) << "the scenario of seed " << seed << " is kept";
  }
  EXPECT_GE(busy * 10, runs * 9) << busy << " of " << runs << " worlds had anything happen";
}

// What random worlds brought to light once.

TEST(RandomRuns, InvariantsGoByTheControllerManagersClock) {
  for (const std::uint64_t seed : {84U, 119U, 131U, 150U, 151U, 159U, 220U})
    (void)check_world(seed);
}

TEST(RandomRuns, AJobWhosePodsCompleteTogetherWantsNoneBelowZero) {
  (void)check_world(106);
}

}  // namespace
}  // namespace firedrill::scenarios
