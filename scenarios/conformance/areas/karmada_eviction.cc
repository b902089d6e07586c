/// Areas about evictions under way: graceful eviction, application failover, preserved state.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/api/binding.h"
#include "policy/karmada/failover/application_failover.h"
#include "policy/karmada/failover/graceful_eviction.h"
#include "policy/karmada/failover/state_preservation.h"
#include "scenarios/conformance/areas/karmada_failover.h"
#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance {
namespace {

namespace karmada = policy::karmada;
using Json = nlohmann::json;
using Targets = std::vector<api::TargetCluster>;
using Tasks = std::vector<api::GracefulEvictionTask>;

std::vector<api::AggregatedStatusItem> read_status_items(const Json& list) {
  std::vector<api::AggregatedStatusItem> items;
  for (const Json& json : list) {
    api::AggregatedStatusItem& item = items.emplace_back();
    item.cluster_name = json.at("clusterName").get<std::string>();
    item.health = json.value("health", "");
    item.applied = json.value("applied", false);
    const auto status = json.find("status");
    if (status == json.end()) continue;
    item.status.emplace();
    item.status->document = api::Json(*status);
  }
  return items;
}

api::ResourceBinding application_binding(const Json& input) {
  api::ResourceBinding binding;
  binding.metadata.space = "default";
  binding.metadata.name = "app";
  binding.spec.resource.api_version = "apps/v1";
  binding.spec.resource.kind = "Deployment";
  binding.spec.propagate_deps = true;
  binding.spec.clusters = member_from_vector<Targets>(input, "clusters");
  binding.spec.failover.emplace();
  binding.spec.failover.edit().application =
      from_vector<api::ApplicationFailover>(input.at("application"));
  return binding;
}

/// What somebody else does to the binding just before a step.
void apply_changes(const Json& step, api::ResourceBinding& binding) {
  binding.status.aggregated_status =
      read_status_items(step.value("aggregatedStatus", Json::array()));
  for (api::TargetCluster& target : member_from_vector<Targets>(step, "addClusters")) {
    binding.spec.clusters.push_back(std::move(target));
  }
  const auto dropped = member_from_vector<std::vector<std::string>>(step, "dropTasks");
  std::erase_if(binding.spec.graceful_eviction_tasks, [&](const api::GracefulEvictionTask& task) {
    return std::ranges::find(dropped, task.from_cluster) != dropped.end();
  });
}

/// One reconcile with an API that takes every write.
Json reconcile(api::ResourceBinding& binding,
               karmada::UnhealthySince& since,
               const karmada::ApplicationFailoverOptions& options,
               api::Timestamp now) {
  if (!karmada::watches_application(binding)) {
    since.clear();
    return {{"requeueSeconds", 0}};
  }
  auto step = karmada::check_application(binding, std::move(since), options,
                                         policy::ClockReading::exact(now));
  since = std::move(step.since);
  if (step.problem) return {{"error", true}};
  if (step.spec) binding.spec = std::move(*step.spec);
  karmada::forget_recovered(since, binding.spec, binding.status);
  Json result = {{"requeueSeconds", step.requeue.count()}};
  std::ranges::sort(step.evicted);
  if (!step.evicted.empty()) result["evicted"] = step.evicted;
  return result;
}

}  // namespace

Json graceful_eviction(const Json& input) {
  api::ResourceBinding binding;
  binding.metadata.generation = input.value("generation", std::int64_t{0});
  binding.spec.clusters = member_from_vector<Targets>(input, "clusters");
  binding.spec.graceful_eviction_tasks = member_from_vector<Tasks>(input, "gracefulEvictionTasks");
  binding.status.aggregated_status =
      read_status_items(input.value("aggregatedStatus", Json::array()));
  binding.status.scheduler_observed_generation =
      input.value("schedulerObservedGeneration", std::int64_t{0});
  const auto timeout =
      std::chrono::seconds(input.value("gracefulEvictionTimeoutSeconds", std::int64_t{0}));
  const auto now = from_vector<api::Timestamp>(input.at("now"));

  const karmada::EvictionReview review =
      karmada::review_evictions(binding, timeout, policy::ClockReading::exact(now));
  Json evicted = Json::array();
  for (const karmada::FinishedEviction& finished : review.finished) {
    evicted.push_back(finished.cluster);
  }
  const auto next = karmada::next_review(review.kept, timeout, now);
  return {{"kept", to_vector(review.kept)},
          {"evicted", evicted},
          {"nextRetryNanos", next.value_or(api::Duration::zero()).count()}};
}

Json application_failover(const Json& input) {
  api::ResourceBinding binding = application_binding(input);
  const karmada::ApplicationFailoverOptions options{
      .stateful_failover_injection = input.value("statefulFailoverInjection", false)};
  karmada::UnhealthySince since;
  Json steps = Json::array();
  for (const Json& step : input.at("steps")) {
    apply_changes(step, binding);
    const std::chrono::milliseconds at(step.value("atMillis", std::int64_t{0}));
    steps.push_back(reconcile(binding, since, options, api::Timestamp(at)));
  }
  return {{"steps", steps},
          {"clusters", to_vector(binding.spec.clusters)},
          {"gracefulEvictionTasks", to_vector(binding.spec.graceful_eviction_tasks)}};
}

Json json_path(const Json& input) {
  const auto rules = member_from_vector<std::vector<api::StatePreservationRule>>(input, "rules");
  const Json status = Json::parse(input.value("rawStatus", ""), nullptr, false);
  if (status.is_discarded()) return {{"error", true}};
  const auto labels = karmada::extract_state(rules, status);
  if (!labels) return {{"error", true}};
  return {{"labels", *labels}};
}

}  // namespace firedrill::scenarios::conformance
