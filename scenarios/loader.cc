#include "scenarios/loader.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_reader.h"
#include "scenarios/cluster_reading.h"
#include "scenarios/compared_scenarios.h"
#include "scenarios/event_reading.h"
#include "scenarios/expectation_reading.h"
#include "scenarios/manifests.h"
#include "scenarios/network_reading.h"
#include "scenarios/profile_reading.h"
#include "scenarios/reading.h"
#include "scenarios/scenario_file.h"
#include "scenarios/workload_reading.h"
#include "sim/digest.h"

namespace firedrill::scenarios {
namespace {

/// The clusters that are there, and those that will join.
std::vector<models::ClusterSpec> all_clusters(const models::WorldSpec& world) {
  std::vector<models::ClusterSpec> clusters = world.clusters;
  for (const models::ScenarioEvent& event : world.events) {
    if (const auto* joined = std::get_if<models::ClusterSpec>(&event.action))
      clusters.push_back(*joined);
  }
  return clusters;
}

/// What a rebalancer names must be there.
void check_rebalancers(const PastedObjects& pasted, const Workloads& workloads, Reading& reading) {
  for (std::size_t i = 0; i < pasted.rebalancers.size(); ++i) {
    const std::string list = pasted.rebalancer_pointers[i] + "/spec/workloads";
    const auto& targets = pasted.rebalancers[i].spec.workloads;
    for (std::size_t k = 0; k < targets.size(); ++k) {
      const std::string name =
          fmt::format("{}/{}/{}", targets[k].kind, targets[k].space, targets[k].name);
      if (workloads.names.contains(name)) continue;
      const std::vector<std::string> known = workloads.names.samples();
      const std::vector<std::string_view> candidates(known.begin(), known.end());
      report_unknown(reading, "workload", name, candidates, api::child_pointer(list, k));
    }
  }
}

/// The written list of workloads; an empty one if there is none.
const nlohmann::json& written_workloads(const nlohmann::json& document) {
  static const nlohmann::json none = nlohmann::json::array();  // Constant.
  const auto found = document.find("workloads");
  return found == document.end() || !found->is_array() ? none : *found;
}

void check_simulation(const SimulationSpec& simulation, Reading& reading) {
  constexpr api::Duration room = api::Duration::max();
  const api::Duration start = simulation.start_time.time_since_epoch();
  if (start > api::Duration::zero() && simulation.duration > room - start) {
    reading.diagnostics.error("/simulation/duration", "ends after the year 2262",
                              "an earlier startTime, or a shorter duration");
  }
}

std::map<std::string, std::string> spec_pointers(const PastedObjects& pasted) {
  std::map<std::string, std::string> pointers;
  const auto note = [&](std::string_view kind, const api::ObjectMeta& object, const auto& pointer) {
    pointers.emplace(fmt::format("{}/{}/{}", kind, object.space, object.name), pointer + "/spec");
  };
  for (const PastedPolicy& policy : pasted.policies)
    note("PropagationPolicy", policy.policy.metadata, policy.pointer);
  for (const PastedSubscription& subscription : pasted.subscriptions)
    note("Subscription", subscription.object.metadata, subscription.pointer);
  return pointers;
}

/// The meaning of a file whose shape is right, for the profile `wanted`.
Scenario understand(ScenarioFile file,
                    const nlohmann::json& document,
                    std::string_view wanted,
                    Reading& reading) {
  Scenario scenario;
  scenario.metadata = std::move(file.metadata);
  scenario.expect = std::move(file.expect);
  check_simulation(file.simulation, reading);
  models::WorldSpec& world = scenario.world;
  world.duration = file.simulation.duration;
  world.seed = file.simulation.seed;
  world.start_time = file.simulation.start_time;
  world.detail = file.simulation.detail;
  settle_profile(file.control_plane, wanted, reading);
  world.options = read_profile_options(file.control_plane, reading);
  world.control_plane = std::move(file.control_plane);
  world.network = std::move(file.network);
  const PastedObjects pasted = read_objects(file.objects, world.options, reading);
  world.clusters = expand_clusters(
      {file.clusters, pasted.clusters, world.options, world.network, world.seed}, reading);
  world.events = std::move(file.events);
  settle_events(world, reading);
  world.taint_policies = pasted.taint_policies;
  world.rebalancers = pasted.rebalancers;
  world.federated_quotas = pasted.federated_quotas;
  scenario.spec_pointers = spec_pointers(pasted);
  world.feed_inventories = pasted.inventories;
  const std::vector<models::ClusterSpec> clusters = all_clusters(world);
  const WorkloadSources sources{
      file.workloads, written_workloads(document), pasted, clusters, world.options, world.seed};
  Workloads workloads = expand_workloads(sources, reading);
  check_rebalancers(pasted, workloads, reading);
  check_network(world, reading);
  read_events(world, workloads, reading);
  check_expectations(scenario.expect, world, workloads, reading);
  world.workloads = std::move(workloads.instances);
  world.subscriptions = std::move(workloads.subscriptions);
  return scenario;
}

/// The document of a run under a profile, as `--set` would make it.
std::string effective_text_of(const nlohmann::json& document, std::string_view profile) {
  if (profile.empty()) return effective_text(document);
  nlohmann::json changed = document;
  changed["controlPlane"]["profile"] = profile;
  return effective_text(changed);
}

}  // namespace

std::optional<Scenario> read_scenario(const Document& document,
                                      const LoadOptions& options,
                                      api::Diagnostics& diagnostics) {
  api::Diagnostics own(options.limits.errors_shown);
  Reading reading{options.limits, own};
  ScenarioFile file;
  api::ReadContext context(own);
  api::read_json(*document.json, file, context);
  std::optional<Scenario> scenario;
  if (own.ok()) scenario = understand(std::move(file), *document.json, options.profile, reading);
  if (own.ok()) read_compared_scenarios(*scenario, document, options.limits, reading);
  document.locate(own);
  diagnostics.merge(own);
  if (!own.ok()) return std::nullopt;
  if (options.sha256)
    scenario->sha256 = sim::sha256_hex(effective_text_of(*document.json, options.profile));
  return scenario;
}

std::optional<Scenario> load_scenario(const std::string& path,
                                      const LoadOptions& options,
                                      api::Diagnostics& diagnostics) {
  const std::optional<Document> document = load_document(path, options, diagnostics);
  if (!document) return std::nullopt;
  return read_scenario(*document, options, diagnostics);
}

std::optional<Scenario> load_scenario_text(std::string text,
                                           const std::filesystem::path& file,
                                           const LoadOptions& options,
                                           api::Diagnostics& diagnostics) {
  const auto document = load_document_text(std::move(text), file, options, diagnostics);
  if (!document) return std::nullopt;
  return read_scenario(*document, options, diagnostics);
}

}  // namespace firedrill::scenarios
