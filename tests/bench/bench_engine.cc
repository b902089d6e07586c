// Speed of the event engine beside the loop that most people would write first, on the workloads W1
// to W4. What counts is the ratio of the two (docs/performance.md):
//
//   bench_engine --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true
//                --benchmark_report_aggregates_only=true
//
// One iteration is one whole run; putting on the first events and freeing the last are not timed. A
// run that counted or computed anything else than it should fails its benchmark and the program.
// The counter peak_MiB is the most memory that the process has had so far: it says something only
// of a process that was asked for one case.

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "naive_loop.h"
#include "workloads.h"

namespace firedrill::bench {
namespace {

constexpr std::int64_t second = 1'000'000'000;

struct Case {
  std::string argument;  // as the benchmark is named
  Size size;
  Outcome expected;
};

/// The most memory that this process has had, in MiB; 0 where that can't be told.
double peak_memory() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    double kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes / 1024;
  }
  return 0;
}

template <class Workload>
void measure(benchmark::State& state, const Case& test, bool& failed) {
  for ([[maybe_unused]] auto iteration : state) {
    state.PauseTiming();
    auto workload = std::make_unique<Workload>(test.size);
    state.ResumeTiming();
    workload->run();
    state.PauseTiming();
    const Outcome outcome = workload->outcome();
    workload.reset();
    state.ResumeTiming();
    if (outcome != test.expected) {
      failed = true;
      state.SkipWithError("wrong count or check value");
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(test.expected.events));
  state.counters["peak_MiB"] = peak_memory();
}

// All cases; they set `failed_` if one computes something wrong.
class Suite {
 public:
  void add_all() {
    const std::vector<Case> holds = {
        {"1000", {1'000, 5'000 * second}, {4'998'215, 14518847601439059932U}},
        {"100000", {100'000, 50 * second}, {4'997'556, 16003582744973156069U}},
        {"1000000", {1'000'000, 5 * second}, {4'995'609, 2679477536327880526U}},
    };
    for (const Case& test : holds)
      add<Hold<NaiveLoop>, Hold<EngineLoop>>("W1_hold", test);
    add<Phold<NaiveLoop>, Phold<EngineLoop>>(
        "W2_phold", {"1024", {1'024, 336 * second}, {5'002'154, 652949404511970150U}});
    const std::vector<Case> leases = {
        {"5min", {100'000, 300 * second}, {2'983'000, 164822952468374U}},
        {"hour", {100'000, 3'600 * second}, {35'814'048, 1775307783908374U}},
    };
    for (const Case& test : leases) {
      add<Leases<NaiveLoop>, Leases<EngineLoop>>("W3_leases", test);
      add<DeadlineLeases>("W3L_leases/engine/", test);
    }
    add<NapCallbacks<NaiveLoop>, Naps<EngineLoop>>(
        "W4_naps", {"10000", {10'000, 2'750 * second}, {4'996'589, 13156353043682816427U}});
  }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  template <class Naive, class Fast>
  void add(const std::string& name, const Case& test) {
    add<Naive>(name + "/naive/", test);
    add<Fast>(name + "/engine/", test);
  }

  template <class Workload>
  void add(const std::string& name, const Case& test) {
    const auto run = [this, test](benchmark::State& state) {
      measure<Workload>(state, test, failed_);
    };
    benchmark::RegisterBenchmark((name + test.argument).c_str(), run)
        ->Unit(benchmark::kMillisecond);
  }

  bool failed_ = false;
};

}  // namespace
}  // namespace firedrill::bench

int main(int argc, char** argv) {
  firedrill::bench::Suite suite;
  suite.add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return suite.failed() ? 1 : 0;
}
