/// What the invariants cost: a recorded case run with and without their checks, in turn, in one
/// process. Prints the shortest time of each and their ratio.
///
///   bench_invariants [RECORDING [ROUNDS]]

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/json_lines.h"
#include "models/world/world.h"
#include "scenarios/conformance/end_to_end.h"

namespace {

using namespace firedrill;

/// Seconds of one run, its timeline written and digested as `run` does; the number of its events.
std::pair<double, std::int64_t> play(const models::WorldSpec& spec, bool checked) {
  timeline::JsonLines lines;
  const auto began = std::chrono::steady_clock::now();
  models::WorldOptions options;
  options.check_invariants = checked;
  models::World world(spec, {&lines}, options);
  timeline::Header header;
  world.complete(header);
  const timeline::Footer footer = world.run(header);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return {took.count(), footer.events};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "tests/conformance/karmada-e2e2/scale-50x500.json";
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  std::ifstream stream(path);
  const auto spec = scenarios::world_of_case(nlohmann::json::parse(stream));
  if (!spec) {
    std::cerr << path << ": " << spec.problem() << "\n";
    return 2;
  }
  double with = std::numeric_limits<double>::max();
  double without = with;
  std::int64_t events = 0;
  for (int i = 0; i < rounds; ++i) {
    without = std::min(without, play(*spec, false).first);
    const auto [took, count] = play(*spec, true);
    with = std::min(with, took);
    events = count;
  }
  std::cout << fmt::format("{}: {} events, {:.4f} s without checks, {:.4f} s with, ratio {:.3f}\n",
                           path, events, without, with, with / without);
}
