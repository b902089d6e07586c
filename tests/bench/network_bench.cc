/// Cost of one change of a link in a large network, beside finding all routes anew with one
/// Dijkstra from the control plane's site, which is what a change would cost otherwise.
///
/// Counter `ratio`: median time of a Dijkstra by median time of a change, measured in turn on the
/// same network in the same process.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "models/network/routes.h"
#include "sim/random.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using Watch = std::chrono::steady_clock;

constexpr std::uint32_t site_count = 5000;
constexpr std::uint32_t link_count = 20000;
constexpr int change_count = 1000;
constexpr SiteId hub{0};

/// A connected network: each site has a link from an earlier one, the rest lie anywhere.
std::vector<RouteLink> make_links(sim::Random& random) {
  std::vector<RouteLink> links;
  for (std::uint32_t i = 0; i < link_count; ++i) {
    const std::uint32_t to =
        i + 1 < site_count ? i + 1 : static_cast<std::uint32_t>(random.below(site_count));
    const auto from =
        static_cast<std::uint32_t>(random.below(i + 1 < site_count ? to : site_count));
    links.push_back({.from = SiteId{from},
                     .to = SiteId{to},
                     .latency = 1ms + std::chrono::microseconds(random.below(99'000))});
  }
  return links;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double nanoseconds_since(Watch::time_point start) {
  return std::chrono::duration<double, std::nano>(Watch::now() - start).count();
}

void link_changes(benchmark::State& state) {
  sim::Random random = sim::Streams(7).stream("bench", "links");
  std::vector<RouteLink> links = make_links(random);
  Routes routes(site_count, links, hub, RouteDirection::outbound);
  std::vector<double> changes;
  std::vector<double> dijkstras;
  for (auto _ : state) {
    for (int i = 0; i < change_count; ++i) {
      const auto number = static_cast<std::uint32_t>(random.below(link_count));
      RouteLink& link = links[number];
      link.up = random.below(10) != 0;
      link.latency = 1ms + std::chrono::microseconds(random.below(99'000));
      Watch::time_point start = Watch::now();
      routes.change(LinkId{number}, link.latency, link.up);
      changes.push_back(nanoseconds_since(start));
      start = Watch::now();
      routes.find_anew();
      dijkstras.push_back(nanoseconds_since(start));
    }
  }
  state.counters["change_ns"] = median(changes);
  state.counters["dijkstra_ns"] = median(dijkstras);
  state.counters["ratio"] = median(dijkstras) / median(changes);
}

BENCHMARK(link_changes)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace firedrill::models

BENCHMARK_MAIN();
