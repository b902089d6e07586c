/// Cost of one scheduling pass by strategy and number of clusters, beside a plain sort of as many
/// clusters by name: a pass has to look at each cluster and to put them in order, so the sort is
/// what cannot be saved.
///
/// `shared` is a pass by SharedPasses, for bindings that ask for the same while no cluster changes;
/// its `ratio` is to a pass that shares nothing, measured right before.
///
/// Counters of a pass: `ratio` to that sort, measured right before in the same process;
/// `allocations` of one pass; `ns_by_nlogn`, which stays level when the cost grows as n log n.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "policy/karmada/scheduler/schedule.h"
#include "policy/karmada/scheduler/shared_passes.h"

namespace {

std::int64_t allocations = 0;

}  // namespace

// Counts for the whole program; the array forms end up here. Not inlined, or GCC takes the pair
// for mismatched.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace firedrill::policy::karmada {
namespace {

using Watch = std::chrono::steady_clock;
using Clusters = std::vector<std::shared_ptr<const api::Cluster>>;

enum class Strategy : std::int64_t { duplicated, static_weight, dynamic, aggregated, spread };

/// Clusters with models of the world's usual size: taints, labels, a summary; room differs by
/// cluster.
Clusters make_clusters(std::int64_t count) {
  Clusters clusters;
  for (std::int64_t i = 0; i < count; ++i) {
    auto cluster = std::make_shared<api::Cluster>();
    cluster->metadata.name = fmt::format("member-{}", i * 7919 % count);
    cluster->metadata.labels = {{"tier", i % 3 == 0 ? "gold" : "iron"}};
    cluster->spec.region = fmt::format("region-{}", i % 5);
    if (i % 10 == 0) cluster->spec.taints.push_back({"maintenance", "", "NoSchedule", {}});
    cluster->status.api_enablements = {
        {.group_version = "apps/v1", .resources = {{.name = "deployments", .kind = "Deployment"}}}};
    api::ResourceSummary& summary = cluster->status.resource_summary.emplace();
    summary.allocatable["cpu"] = api::Quantity::from_units(16 + i % 48);
    summary.allocatable["memory"] = api::Quantity::from_units((64 + i % 100) << 30);
    summary.allocatable["pods"] = api::Quantity::from_units(110);
    summary.allocated["cpu"] = api::Quantity::from_milli(1500 * (i % 11));
    summary.allocated["memory"] = api::Quantity::from_units((i % 13) << 30);
    summary.allocated["pods"] = api::Quantity::from_units(i % 17);
    clusters.push_back(std::move(cluster));
  }
  return clusters;
}

api::Placement make_placement(Strategy strategy) {
  api::Placement placement;
  api::ReplicaScheduling& scheduling = placement.replica_scheduling.emplace();
  scheduling.type = strategy == Strategy::duplicated ? "Duplicated" : "Divided";
  scheduling.preference = strategy == Strategy::aggregated ? "Aggregated" : "Weighted";
  if (strategy == Strategy::dynamic || strategy == Strategy::spread) {
    scheduling.weight_preference.emplace().dynamic_weight = "AvailableReplicas";
  }
  if (strategy == Strategy::spread) {
    placement.spread_constraints = {
        {.field = "region", .label = "", .max_groups = 3, .min_groups = 2},
        {.field = "cluster", .label = "", .max_groups = 20, .min_groups = 5}};
  }
  api::LabelSelectorRequirement tiers = {.key = "tier", .op = "In", .values = {"gold", "iron"}};
  placement.cluster_affinity.emplace().label_selector.emplace().match_expressions = {tiers};
  return placement;
}

api::BindingSpec make_spec(Strategy strategy) {
  api::BindingSpec spec;
  spec.resource = {.api_version = "apps/v1",
                   .kind = "Deployment",
                   .space = "default",
                   .name = "web",
                   .uid = "1"};
  spec.replicas = 100;
  api::ResourceList& request = spec.replica_requirements.emplace().resource_request;
  request["cpu"] = api::Quantity::from_milli(500);
  request["memory"] = api::Quantity::from_units(std::int64_t{1} << 30);
  spec.placement = std::make_shared<const api::Placement>(make_placement(strategy));
  return spec;
}

double nanoseconds_since(Watch::time_point start) {
  return std::chrono::duration<double, std::nano>(Watch::now() - start).count();
}

void sort_by_name(const Clusters& clusters, std::vector<const api::Cluster*>& sorted) {
  for (std::size_t i = 0; i < clusters.size(); ++i)
    sorted[i] = clusters[i].get();
  std::ranges::sort(sorted, {}, [](const api::Cluster* cluster) -> std::string_view {
    return cluster->metadata.name;
  });
  benchmark::DoNotOptimize(sorted.data());
}

/// Nanoseconds of one plain sort: the median of some.
double time_of_sort(const Clusters& clusters) {
  constexpr std::size_t times = 51;
  std::vector<const api::Cluster*> sorted(clusters.size());
  std::vector<double> taken;
  for (std::size_t i = 0; i < times; ++i) {
    const Watch::time_point start = Watch::now();
    sort_by_name(clusters, sorted);
    taken.push_back(nanoseconds_since(start));
  }
  std::ranges::nth_element(taken, taken.begin() + times / 2);
  return taken[times / 2];
}

void pass(benchmark::State& state, Strategy strategy) {
  const Clusters clusters = make_clusters(state.range(0));
  const api::BindingSpec spec = make_spec(strategy);
  const api::BindingStatus status;
  const SchedulerOptions options;
  const GeneralEstimator general;
  const Estimator* const estimators[] = {&general};
  const SchedulingInput input = {.clusters = clusters,
                                 .spec = spec,
                                 .status = status,
                                 .affinity_name = "",
                                 .options = options};
  if (!std::holds_alternative<std::vector<api::TargetCluster>>(schedule(input, estimators))) {
    return state.SkipWithError("the pass failed");
  }
  const double sort = time_of_sort(clusters);
  const std::int64_t allocations_before = allocations;
  const Watch::time_point start = Watch::now();
  for (auto _ : state)
    benchmark::DoNotOptimize(schedule(input, estimators));
  const auto passes = static_cast<double>(state.iterations());
  const double time = nanoseconds_since(start) / passes;
  const auto count = static_cast<double>(state.range(0));
  state.counters["allocations"] = static_cast<double>(allocations - allocations_before) / passes;
  state.counters["ratio"] = time / sort;
  state.counters["ns_by_nlogn"] = time / (count * std::log2(count));
}

/// Nanoseconds of one pass that shares nothing: the median of some.
double time_of_pass(const SchedulingInput& input) {
  constexpr std::size_t times = 21;
  const GeneralEstimator general;
  const Estimator* const estimators[] = {&general};
  std::vector<double> taken;
  for (std::size_t i = 0; i < times; ++i) {
    Decision decision;
    const Watch::time_point start = Watch::now();
    benchmark::DoNotOptimize(schedule(input, estimators, &decision));
    taken.push_back(nanoseconds_since(start));
  }
  std::ranges::nth_element(taken, taken.begin() + times / 2);
  return taken[times / 2];
}

void shared(benchmark::State& state, Strategy strategy) {
  Clusters clusters = make_clusters(state.range(0));
  std::ranges::sort(clusters, {}, [](const auto& cluster) { return cluster->metadata.name; });
  const api::BindingSpec spec = make_spec(strategy);
  const api::BindingStatus status;
  const SchedulerOptions options;
  const SchedulingInput input = {.clusters = clusters,
                                 .spec = spec,
                                 .status = status,
                                 .affinity_name = "",
                                 .options = options};
  SharedPasses passes(options);
  passes.clusters_changed();
  if (!SharedPasses::serves(input)) return state.SkipWithError("such passes share nothing");
  const double alone = time_of_pass(input);
  const Watch::time_point start = Watch::now();
  for (auto _ : state) {
    Decision decision;
    benchmark::DoNotOptimize(passes.schedule(input, &decision));
  }
  const double time = nanoseconds_since(start) / static_cast<double>(state.iterations());
  state.counters["ratio"] = time / alone;
}

void sort(benchmark::State& state) {
  const Clusters clusters = make_clusters(state.range(0));
  std::vector<const api::Cluster*> sorted(clusters.size());
  for (auto _ : state)
    sort_by_name(clusters, sorted);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("clusters")->Arg(100)->Arg(1000)->Arg(5000);
}

BENCHMARK(sort)->Apply(sizes);
BENCHMARK_CAPTURE(pass, duplicated, Strategy::duplicated)->Apply(sizes);
BENCHMARK_CAPTURE(pass, static_weight, Strategy::static_weight)->Apply(sizes);
BENCHMARK_CAPTURE(pass, dynamic, Strategy::dynamic)->Apply(sizes);
BENCHMARK_CAPTURE(pass, aggregated, Strategy::aggregated)->Apply(sizes);
BENCHMARK_CAPTURE(pass, spread, Strategy::spread)->Apply(sizes);
BENCHMARK_CAPTURE(shared, duplicated, Strategy::duplicated)->Apply(sizes);
BENCHMARK_CAPTURE(shared, dynamic, Strategy::dynamic)->Apply(sizes);
BENCHMARK_CAPTURE(shared, aggregated, Strategy::aggregated)->Apply(sizes);
BENCHMARK_CAPTURE(shared, spread, Strategy::spread)->Apply(sizes);

}  // namespace
}  // namespace firedrill::policy::karmada

BENCHMARK_MAIN();
