/// Whole runs: what a quiet year costs beside a quiet hour, how far ahead of the reference's own
/// loops the recorded cases are played, runs of a study, and the start of the program. Ratios are
/// taken in one process, or in one loop of processes; higher is better.
///
///   bench_world [--benchmark_filter=quiet]

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/timeline/json_lines.h"
#include "models/world/world.h"
#include "scenarios/conformance/end_to_end.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"

namespace {

using namespace firedrill;
using Watch = std::chrono::steady_clock;

double milliseconds_since(Watch::time_point start) {
  return std::chrono::duration<double, std::milli>(Watch::now() - start).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

scenarios::Scenario load(std::string text, const std::string& file) {
  api::Diagnostics diagnostics;
  auto scenario = scenarios::load_scenario_text(std::move(text), file, {}, diagnostics);
  if (!scenario) throw std::runtime_error(diagnostics.render());
  return std::move(*scenario);
}

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("can't read " + file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Milliseconds of one run, digest and metrics included, as `firedrill run` makes it.
double play(const scenarios::Scenario& scenario) {
  const auto start = Watch::now();
  const scenarios::RunResult result = scenarios::run(scenario);
  const double took = milliseconds_since(start);
  if (!result.passed()) throw std::runtime_error("an invariant is violated");
  return took;
}

/// Clusters with nothing to do, which report all the same.
scenarios::Scenario quiet(const char* profile,
                          const char* mode,
                          std::int64_t clusters,
                          const char* duration) {
  return load(fmt::format(R"({{
    "apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {{"name": "quiet"}},
    "simulation": {{"duration": "{}", "seed": 1}}, "controlPlane": {{"profile": "{}"}},
    "clusters": [{{"count": {}, "namePrefix": "member-", "template": {{"syncMode": "{}",
      "nodes": [{{"count": 20, "allocatable": {{"cpu": "16", "memory": "64Gi", "pods": "110"}}}}]}}}}]}})",
                          duration, profile, clusters, mode),
              "quiet.json");
}

/// Ratio: a quiet hour beside a quiet year. 0.5 says that the year costs twice the hour.
void quiet_year(benchmark::State& state, const char* profile, const char* mode) {
  const auto hour = quiet(profile, mode, state.range(0), "1h");
  const auto year = quiet(profile, mode, state.range(0), "8760h");
  std::vector<double> hours;
  std::vector<double> years;
  for (auto _ : state) {
    for (int round = 0; round < 3; ++round) {
      hours.push_back(play(hour));
      years.push_back(play(year));
    }
  }
  state.counters["hour_ms"] = median(hours);
  state.counters["year_ms"] = median(years);
  state.counters["ratio"] = median(hours) / median(years);
}

/// Ratio: the seconds that the reference's control loops took for the same case under virtual time
/// (recorded on two cores of the same kind) beside ours. Playing only, as theirs is.
void reference(benchmark::State& state, const char* file, double reference_seconds) {
  const auto spec = scenarios::world_of_case(nlohmann::json::parse(text_of(file)));
  if (!spec.ok()) throw std::runtime_error(spec.problem());
  std::vector<double> times;
  for (auto _ : state) {
    for (int round = 0; round < 5; ++round) {
      const auto start = Watch::now();
      timeline::JsonLines lines;
      models::World world(spec.value(), {&lines}, models::WorldOptions{});
      timeline::Header header;
      world.complete(header);
      benchmark::DoNotOptimize(world.run(header));
      times.push_back(milliseconds_since(start));
    }
  }
  state.counters["play_ms"] = median(times);
  state.counters["ratio"] = reference_seconds * 1000 / median(times);
}

/// Runs of the study's scenario on one core, each with another seed, measured as a study measures.
void flapping(benchmark::State& state) {
  scenarios::Scenario scenario =
      load(text_of("tests/bench/study/flapping.json"), "tests/bench/study/flapping.json");
  std::uint64_t seed = 0;
  for (auto _ : state) {
    scenario.world.seed = ++seed;
    benchmark::DoNotOptimize(scenarios::run(scenario, {}, {.digest = false}));
  }
  state.SetItemsProcessed(state.iterations());
}

/// Milliseconds from starting a program until it has ended.
double time_of(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  posix_spawn_file_actions_addopen(&silent, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = 0;
  const auto start = Watch::now();
  const int error =
      posix_spawn(&process, arguments.front(), &silent, nullptr, arguments.data(), environ);
  int status = 0;
  if (error == 0) waitpid(process, &status, 0);
  const double took = milliseconds_since(start);
  posix_spawn_file_actions_destroy(&silent);
  if (error != 0 || status != 0) throw std::runtime_error("can't run " + words.front());
  return took;
}

/// Ratio: /bin/true beside `firedrill run` of a scenario of three clusters, in turn.
void start_up(benchmark::State& state) {
  std::vector<double> nothing;
  std::vector<double> runs;
  for (auto _ : state) {
    for (int round = 0; round < 100; ++round) {
      nothing.push_back(time_of({"/bin/true"}));
      runs.push_back(
          time_of({FIREDRILL_PROGRAM, "run", "scenarios/library/documents/foo-failover.json"}));
    }
  }
  state.counters["true_ms"] = median(nothing);
  state.counters["run_ms"] = median(runs);
  state.counters["ratio"] = median(nothing) / median(runs);
}

constexpr const char* case_20x200 = "tests/conformance/karmada-e2e/scale-20x200.json";
constexpr const char* case_50x500 = "tests/conformance/karmada-e2e2/scale-50x500.json";

BENCHMARK_CAPTURE(quiet_year, push, "karmada", "Push")
    ->Arg(1000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(quiet_year, pull, "karmada", "Pull")
    ->Arg(1000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(quiet_year, clusternet, "clusternet", "Pull")
    ->Arg(1000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference, scale20x200, case_20x200, 11.0)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference, scale50x500, case_50x500, 20.0)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(flapping)->Unit(benchmark::kMillisecond);
BENCHMARK(start_up)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
