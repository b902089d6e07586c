/// Cost of one scheduling pass by strategy and number of clusters, beside a plain sort of as many
/// clusters by name: a pass has to look at each cluster and to put them in order, so the sort is
/// what cannot be saved.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "policy/karmada/scheduler/schedule.h"

namespace firedrill::policy::karmada {
namespace {

enum class Strategy : std::int64_t { duplicated, static_weight, dynamic, aggregated, spread };

/// Clusters with models of the world's usual size: taints, labels, a summary; room differs by
/// cluster.
std::vector<std::shared_ptr<const api::Cluster>> make_clusters(std::int64_t count) {
  std::vector<std::shared_ptr<const api::Cluster>> clusters;
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

void pass(benchmark::State& state, Strategy strategy) {
  const auto clusters = make_clusters(state.range(0));
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
  for (auto _ : state)
    benchmark::DoNotOptimize(schedule(input, estimators));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sort_by_name(benchmark::State& state) {
  const auto clusters = make_clusters(state.range(0));
  std::vector<const api::Cluster*> sorted(clusters.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < clusters.size(); ++i)
      sorted[i] = clusters[i].get();
    std::ranges::sort(sorted, {}, [](const api::Cluster* cluster) -> std::string_view {
      return cluster->metadata.name;
    });
    benchmark::DoNotOptimize(sorted.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("clusters")->Arg(100)->Arg(1000)->Arg(5000);
}

BENCHMARK(sort_by_name)->Apply(sizes);
BENCHMARK_CAPTURE(pass, duplicated, Strategy::duplicated)->Apply(sizes);
BENCHMARK_CAPTURE(pass, static_weight, Strategy::static_weight)->Apply(sizes);
BENCHMARK_CAPTURE(pass, dynamic, Strategy::dynamic)->Apply(sizes);
BENCHMARK_CAPTURE(pass, aggregated, Strategy::aggregated)->Apply(sizes);
BENCHMARK_CAPTURE(pass, spread, Strategy::spread)->Apply(sizes);

}  // namespace
}  // namespace firedrill::policy::karmada

BENCHMARK_MAIN();
