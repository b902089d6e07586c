// Speed of the event engine beside the loop that most people would write first. What counts is the
// ratio of the two:
//
//   bench_engine --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true
//                --benchmark_report_aggregates_only=true
//
// One iteration is one whole run; putting on the first events and freeing the last are not timed. A
// run that counted or computed anything else than it should fails its benchmark.

#include <cstdint>
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
  std::int64_t argument;  // as the benchmark is named
  Size size;
  Outcome expected;
};

template <class Workload>
void measure(benchmark::State& state, const Case& test) {
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
      state.SkipWithError("wrong count or check value");
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(test.expected.events));
}

template <class Naive, class Fast>
void add(const std::string& name, const Case& test) {
  const std::string argument = std::to_string(test.argument);
  for (const auto& [loop, function] :
       {std::pair{"/naive/", &measure<Naive>}, std::pair{"/engine/", &measure<Fast>}}) {
    benchmark::RegisterBenchmark((name + loop + argument).c_str(), function, test)
        ->Unit(benchmark::kMillisecond);
  }
}

void add_all() {
  const std::vector<Case> holds = {
      {1'000, {1'000, 5'000 * second}, {4'998'215, 14518847601439059932U}},
      {100'000, {100'000, 50 * second}, {4'997'556, 16003582744973156069U}},
      {1'000'000, {1'000'000, 5 * second}, {4'995'609, 2679477536327880526U}},
  };
  for (const Case& test : holds)
    add<Hold<NaiveLoop>, Hold<EngineLoop>>("W1_hold", test);
  add<Phold<NaiveLoop>, Phold<EngineLoop>>(
      "W2_phold", {1'024, {1'024, 336 * second}, {5'002'154, 652949404511970150U}});
  const std::vector<Case> leases = {
      {300, {100'000, 300 * second}, {2'983'000, 164822952468374U}},
      {3'600, {100'000, 3'600 * second}, {35'814'048, 1775307783908374U}},
  };
  for (const Case& test : leases)
    add<Leases<NaiveLoop>, Leases<EngineLoop>>("W3_leases", test);
  add<NapCallbacks<NaiveLoop>, Naps<EngineLoop>>(
      "W4_naps", {10'000, {10'000, 2'750 * second}, {4'996'589, 13156353043682816427U}});
}

}  // namespace
}  // namespace firedrill::bench

int main(int argc, char** argv) {
  firedrill::bench::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
