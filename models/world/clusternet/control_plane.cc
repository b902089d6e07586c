#include "models/world/clusternet/control_plane.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "models/world/condition_edit.h"
#include "models/world/process_flags.h"
#include "models/world/template_edit.h"
#include "policy/clusternet/api/registration.h"
#include "policy/clusternet/components.h"

namespace firedrill::models::clusternet {
namespace {

using policy::clusternet::AgentFlags;
using policy::clusternet::ManagedCluster;
using policy::clusternet::Options;
using policy::clusternet::Ports;

Options options_of(const ControlPlaneSpec& spec) {
  api::Diagnostics problems;
  Options options = policy::clusternet::read_options(
      {spec.flags, spec.feature_gates, spec.components, spec.behaviour}, "/controlPlane", problems);
  if (!problems.ok())
    throw std::logic_error("the control plane's settings were not checked before");
  return options;
}

/// One cluster's agent: what every agent is told, changed by what this one is told.
struct AgentSetup {
  AgentFlags flags;
  Options options;
};

AgentSetup agent_setup_of(const Options& options, const AgentSpec& spec) {
  api::Diagnostics problems;
  AgentSetup setup{
      policy::clusternet::read_agent_flags(options.agent, spec.flags, "/agent/flags", problems),
      options};
  setup.options.gates = policy::clusternet::read_agent_gates(options.gates, spec.feature_gates,
                                                             "/agent/featureGates", problems);
  if (!problems.ok()) throw std::logic_error("the settings of an agent were not checked before");
  policy::clusternet::AgentSettings& own = setup.options.components.agent;
  own.collect_phase = spec.collect_phase.value_or(own.collect_phase);
  own.first_report_immediate = spec.first_report_immediate.value_or(own.first_report_immediate);
  return setup;
}

std::string_view sync_mode_of(SyncMode mode) {
  switch (mode) {
    case SyncMode::push:
      return policy::clusternet::sync_mode_push;
    case SyncMode::pull:
      return policy::clusternet::sync_mode_pull;
    case SyncMode::dual:
      return policy::clusternet::sync_mode_dual;
  }
  throw std::logic_error("a sync mode of no kind");
}

/// Clients for members take the limits that the agent reports of itself (kubeQPS, kubeBurst), which
/// nobody sets otherwise than for its own requests.
ClientLimits client_limits(const Latency& latency, const policy::ProcessFlags& flags) {
  if (!latency.client_limits) return {};
  return {.control_plane = client_limit(flags.kube_api_qps, flags.kube_api_burst),
          .members = client_limit(50, 100)};
}

/// Whether an object of the kind says how many replicas it has.
bool has_replicas(const WorkloadSpec& workload) {
  if (workload.interpreter) return !workload.interpreter->replicas.empty();
  constexpr std::array<std::string_view, 4> kinds{"Deployment", "StatefulSet", "ReplicaSet", "Job"};
  return std::ranges::find(kinds, workload.kind) != kinds.end();
}

}  // namespace

ClusternetControlPlane::ClusternetControlPlane(const ControlPlaneSurroundings& surroundings)
    : around_(surroundings),
      options_(options_of(surroundings.spec.control_plane)),
      server_(surroundings.clock),
      observer_(server_,
                surroundings.members,
                surroundings.recorder,
                surroundings.spec.detail == Detail::full),
      invariants_(
          server_,
          surroundings.engine,
          surroundings.violations,
          {.controller_manager_clock_skew = options_.components.controller_manager.clock_skew},
          surroundings.check_invariants),
      users_({.server = server_,
              .members = surroundings.members,
              .workload_models = surroundings.workload_models}) {}

void ClusternetControlPlane::complete(timeline::Header& header) const {
  policy::EffectiveOptions effective = policy::clusternet::effective(options_);
  for (auto& [name, value] : effective.flags)
    header.flags.insert_or_assign(name, std::move(value));
  for (const auto& [name, value] : effective.feature_gates)
    header.feature_gates.insert_or_assign(name, value);
  for (const auto& [component, settings] : effective.components)
    header.components.insert_or_assign(component, json_of_members(settings));
  for (auto& [name, value] : effective.behaviour)
    header.behaviour.insert_or_assign(name, std::move(value));
}

void ClusternetControlPlane::create_objects() {
  for (const policy::clusternet::FeedInventory& inventory : around_.spec.feed_inventories)
    (void)server_.inventories.create(inventory);
}

void ClusternetControlPlane::start() {
  const policy::clusternet::ComponentSettings& settings = options_.components;
  const policy::ProcessFlags& manager = options_.controller_manager.process;
  add_process("controller-manager", {}, terms_of(manager), manager,
              settings.controller_manager.clock_skew, [this](Ports& ports) {
                return policy::clusternet::start_controller_manager(ports, options_);
              });
  const policy::ProcessFlags& scheduler = options_.scheduler.process;
  add_process(
      "scheduler", {}, terms_of(scheduler), scheduler, settings.scheduler.clock_skew,
      [this](Ports& ports) { return policy::clusternet::start_scheduler(ports, options_); });
  // After the clusters and workloads of the same instant: users subscribe to what is there.
  for (const ScenarioSubscription& subscription : around_.spec.subscriptions) {
    around_.engine.at(sim::start_time + subscription.create_at, sim::Phase::world,
                      [this, &subscription] {
                        around_.engine.set_current_cause(0);
                        (void)server_.subscriptions.create(*subscription.object);
                      });
  }
}

void ClusternetControlPlane::create(const WorkloadInstance& workload) {
  const WorkloadSpec& entry = *workload.spec;
  api::ResourceTemplate resource = template_of(workload, false);
  const api::Key key = template_key(workload);
  resource.metadata.space = key.space;
  resource.metadata.name = key.name;
  if (has_replicas(entry)) resource.replicas = entry.replicas;
  const bool claims = entry.node_claim && !entry.node_claim->empty();
  if (!entry.requests.empty() || claims) {
    resource.replica_requirements =
        api::ReplicaRequirements{.resource_request = entry.requests,
                                 .space = entry.space,
                                 .priority_class_name = entry.priority_class_name,
                                 .node_claim = entry.node_claim};
  }
  (void)server_.templates.create(std::move(resource));
}

void ClusternetControlPlane::join(const std::string& name) {
  const ClusterSpec& spec = around_.members.find(name)->second.spec;
  const AgentSetup agent = agent_setup_of(options_, spec.agent);
  ManagedCluster cluster = policy::clusternet::register_cluster(
      {.name = name,
       .cluster_id = spec.cluster_id.empty()
                         ? derived_uid(around_.spec.seed, "ManagedCluster/" + name)
                         : spec.cluster_id,
       .sync_mode =
           agent.flags.cluster_sync_mode.value_or(std::string(sync_mode_of(spec.sync_mode))),
       .labels = spec.labels,
       .taints = spec.taints},
      options_.gates.cluster_init);
  cluster.metadata.space = cluster_key(spec).space;
  if (spec.skip_cluster_init)
    cluster.metadata.annotations.emplace(policy::clusternet::annotation_skip_init, "true");
  (void)server_.clusters.create(std::move(cluster));
  for (const ConditionSpec& condition : spec.conditions) {
    (void)server_.clusters.patch_status(cluster_key(spec), [&](ManagedCluster& next) {
      put_condition(next.status.conditions, condition, server_.server_now());
    });
  }
  if (around_.processes.find("agent", name) != nullptr) return;
  if (spec.agent.phase <= api::Duration::zero()) return add_agent(name);
  around_.engine.after(spec.agent.phase, sim::Phase::world, [this, name] { add_agent(name); });
}

bool ClusternetControlPlane::has_cluster(const std::string& cluster) const {
  const auto member = around_.members.find(cluster);
  return member != around_.members.end() &&
         server_.clusters.find(cluster_key(member->second.spec)) != nullptr;
}

void ClusternetControlPlane::add_agent(const std::string& name) {
  if (around_.processes.find("agent", name) != nullptr) return;
  const ClusterSpec& spec = around_.members.find(name)->second.spec;
  auto setup = std::make_shared<const AgentSetup>(agent_setup_of(options_, spec.agent));
  // It elects its leader by a lease in its own cluster, which is its component's affair.
  add_process("agent", name, {.elects = false}, setup->flags.process, spec.agent.clock_skew,
              [name, setup](Ports& ports) {
                return policy::clusternet::start_agent(ports, name, setup->flags, setup->options);
              });
}

void ClusternetControlPlane::add_process(const std::string& name,
                                         const std::string& home,
                                         const ElectionTerms& election,
                                         const policy::ProcessFlags& flags,
                                         api::Duration clock_skew,
                                         ClusternetProcess::Start start) {
  const auto replacement = around_.replacements.find(name);
  if (replacement != around_.replacements.end()) start = replacement->second;
  const ClusternetSurroundings own{.server = server_,
                                   .observer = observer_,
                                   .invariants = invariants_,
                                   .processes = around_.processes,
                                   .predictor_latency = options_.components.predictor.latency};
  around_.processes.add({.name = name,
                         .home = home,
                         .election = election,
                         .limits = client_limits(around_.latency, flags),
                         .clock_skew = clock_skew,
                         .make = [own, start = std::move(start)](
                                     const ProcessSurroundings& around,
                                     const ProcessOptions& options) -> std::unique_ptr<Process> {
                           own.invariants.started(options.name);
                           return std::make_unique<ClusternetProcess>(around, options, own, start);
                         }});
}

ApiServer& api_server(ControlPlane& control_plane) {
  return dynamic_cast<ClusternetControlPlane&>(control_plane).server();
}

const ApiServer& api_server(const ControlPlane& control_plane) {
  return dynamic_cast<const ClusternetControlPlane&>(control_plane).server();
}

}  // namespace firedrill::models::clusternet
