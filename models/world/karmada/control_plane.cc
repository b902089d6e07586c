#include "models/world/karmada/control_plane.h"

#include <stdexcept>
#include <utility>

#include "models/world/process_flags.h"
#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/components.h"
#include "policy/karmada/profile_defaults.h"
#include "policy/karmada/scheduler/options.h"

namespace firedrill::models::karmada {
namespace {

policy::karmada::Options options_of(const ControlPlaneSpec& spec) {
  api::Diagnostics problems;
  policy::karmada::Options options = policy::karmada::read_options(
      policy::karmada::default_options(spec.profile),
      {spec.flags, spec.feature_gates, spec.components, spec.behaviour}, "/controlPlane", problems);
  if (!problems.ok())
    throw std::logic_error("the control plane's settings were not checked before");
  return options;
}

policy::karmada::AgentFlags agent_flags_of(const policy::karmada::Options& options,
                                           const ClusterSpec& spec) {
  api::Diagnostics problems;
  policy::karmada::AgentFlags flags =
      policy::karmada::read_agent_flags(options, spec.agent.flags, "/agent/flags", problems);
  if (!problems.ok()) throw std::logic_error("the flags of an agent were not checked before");
  return flags;
}

policy::karmada::FeatureGates agent_gates_of(const policy::karmada::Options& options,
                                             const ClusterSpec& spec) {
  api::Diagnostics problems;
  const policy::karmada::FeatureGates gates = policy::karmada::read_agent_gates(
      options, spec.agent.feature_gates, "/agent/featureGates", problems);
  if (!problems.ok()) throw std::logic_error("the gates of an agent were not checked before");
  return gates;
}

/// Of a process with clients for member clusters (`Flags` has cluster_api_qps), or of one without.
/// Towards members, what is not positive means client-go's defaults (karmada
/// pkg/util/ratelimiter.go).
template <class Flags>
ClientLimits client_limits(const Latency& latency, const Flags& flags) {
  if (!latency.client_limits) return {};
  return {.control_plane = client_limit(flags.process.kube_api_qps, flags.process.kube_api_burst),
          .members = client_limit(flags.cluster_api_qps > 0 ? flags.cluster_api_qps : 5,
                                  flags.cluster_api_burst > 0 ? flags.cluster_api_burst : 10)};
}
ClientLimits client_limits(const Latency& latency, const policy::karmada::ProcessFlags& flags) {
  if (!latency.client_limits) return {};
  return {.control_plane = client_limit(flags.kube_api_qps, flags.kube_api_burst), .members = {}};
}

/// The rate whose pause is the shortest that a worker ever makes: a brake may be faster than what
/// it brakes.
double fastest_eviction_rate(const policy::karmada::Options& options) {
  const double usual = options.controller_manager.resource_eviction_rate;
  const policy::karmada::EvictionBrake& brake = options.behaviour.eviction_brake;
  if (brake.mode != policy::karmada::BrakeMode::slow) return usual;
  const auto pause = [](double rate) { return EvictionLimits{.rate = rate}.pause_min(); };
  return pause(brake.secondary_rate) < pause(usual) ? brake.secondary_rate : usual;
}

InvariantOptions invariant_options_of(const policy::karmada::Options& options) {
  const policy::karmada::ControllerManagerFlags& flags = options.controller_manager;
  const policy::RateLimiterOptions limiter = flags.queues.limiter();
  const policy::karmada::Mechanics fixed = policy::karmada::mechanics(options.release);
  const policy::karmada::PluginSet plugins =
      policy::karmada::enabled_plugins(options.scheduler.plugins, options.gates.workload_affinity);
  return {.bindings = {.graceful_eviction_timeout = flags.graceful_eviction_timeout,
                       .taint_toleration = plugins.has(policy::karmada::Plugin::taint_toleration),
                       .cluster_eviction = plugins.has(policy::karmada::Plugin::cluster_eviction),
                       .health_needs_scheduler = !fixed.stamps_wait_for_scheduler},
          .evictions = {.rate = fastest_eviction_rate(options),
                        .workers = options.components.taint_manager.eviction_workers,
                        .qps = limiter.qps,
                        .bucket_size = limiter.bucket_size,
                        .paced = fixed.paced_evictions},
          .inject_state = options.gates.stateful_failover_injection};
}

}  // namespace

KarmadaControlPlane::KarmadaControlPlane(const ControlPlaneSurroundings& surroundings)
    : around_(surroundings),
      options_(options_of(surroundings.spec.control_plane)),
      server_(surroundings.clock),
      observer_(server_,
                surroundings.members,
                surroundings.recorder,
                surroundings.spec.detail == Detail::full),
      invariants_(server_,
                  surroundings.clock.ahead(options_.components.controller_manager.clock_skew),
                  surroundings.engine,
                  surroundings.violations,
                  invariant_options_of(options_),
                  surroundings.check_invariants),
      execution_spaces_(server_),
      detector_(server_,
                options_.gates,
                surroundings.default_tolerations ? policy::karmada::default_tolerations(options_)
                                                 : std::nullopt),
      users_({.engine = surroundings.engine,
              .server = server_,
              .detector = detector_,
              .workload_models = surroundings.workload_models,
              .workloads = surroundings.spec.workloads}) {
  set_admission();
  if (options_.gates.federated_quota_enforcement) federated_quotas_.emplace(server_);
  for (const WorkloadInstance& workload : surroundings.spec.workloads)
    customize(*workload.spec);
}

void KarmadaControlPlane::set_admission() {
  server_.clusters.set_admission([this](const api::Cluster* /*before*/, api::Cluster& next) {
    policy::karmada::default_cluster(next, around_.clock.now(),
                                     options_.gates.customized_cluster_resource_modeling);
    return true;
  });
}

void KarmadaControlPlane::customize(const WorkloadSpec& workload) {
  if (!workload.interpreter) return;
  policy::karmada::KindCustomization customization{
      .revises_replicas = !workload.interpreter->replicas.empty(),
      .health = {},
      .healthy = workload.interpreter->healthy};
  if (!workload.interpreter->health.empty()) {
    const auto path = api::JsonPath::parse(workload.interpreter->health);
    if (!path)
      throw std::logic_error("the interpreter of " + workload.kind + " was not checked before");
    customization.health = *path;
  }
  interpreter_.customize(workload.api_version, workload.kind, std::move(customization));
}

void KarmadaControlPlane::complete(timeline::Header& header) const {
  policy::karmada::EffectiveOptions effective = policy::karmada::effective(options_);
  for (auto& [name, value] : effective.flags)
    header.flags.insert_or_assign(name, std::move(value));
  for (const auto& [name, value] : effective.feature_gates)
    header.feature_gates.insert_or_assign(name, value);
  for (const auto& [component, settings] : effective.components) {
    header.components.insert_or_assign(component, json_of_members(settings));
  }
  for (auto& [name, value] : effective.behaviour)
    header.behaviour.insert_or_assign(name, std::move(value));
}

void KarmadaControlPlane::create_objects() {
  const WorldSpec& spec = around_.spec;
  for (const api::ClusterTaintPolicy& policy : spec.taint_policies)
    (void)server_.taint_policies.create(policy);
  for (const api::FederatedResourceQuota& quota : spec.federated_quotas)
    (void)server_.federated_quotas.create(quota);
  for (const WorkloadRebalancer& rebalancer : spec.rebalancers)
    (void)server_.rebalancers.create(stored_rebalancer(rebalancer));
}

void KarmadaControlPlane::start() {
  const policy::karmada::ComponentSettings& settings = options_.components;
  add_process("controller-manager", {}, options_.controller_manager.process,
              client_limits(around_.latency, options_.controller_manager),
              settings.controller_manager.clock_skew, [this](policy::karmada::Ports& ports) {
                return policy::karmada::start_controller_manager(ports, options_, interpreter_);
              });
  add_process("scheduler", {}, options_.scheduler.process,
              client_limits(around_.latency, options_.scheduler.process),
              settings.scheduler.clock_skew, [this](policy::karmada::Ports& ports) {
                return policy::karmada::start_scheduler(ports, options_);
              });
  if (!settings.descheduler.enabled) return;
  add_process("descheduler", {}, options_.descheduler.process,
              client_limits(around_.latency, options_.descheduler.process),
              settings.descheduler.clock_skew, [this](policy::karmada::Ports& ports) {
                return policy::karmada::start_descheduler(ports, options_);
              });
}

void KarmadaControlPlane::join(const std::string& name) {
  const ClusterSpec& spec = around_.members.find(name)->second.spec;
  const bool pull = spec.sync_mode == SyncMode::pull;
  api::Cluster cluster;
  cluster.metadata.name = name;
  cluster.metadata.labels = spec.labels;
  cluster.spec.sync_mode = pull ? api::sync_pull : api::sync_push;
  if (!pull) cluster.spec.secret_ref = api::ObjectReference{"karmada-cluster", name};
  cluster.spec.provider = spec.provider;
  cluster.spec.region = spec.region;
  cluster.spec.zones = spec.zones;
  cluster.spec.taints = spec.taints;
  cluster.spec.resource_models = spec.resource_models;
  (void)server_.clusters.create(std::move(cluster));
  for (const ConditionSpec& condition : spec.conditions)
    set_condition(server_, name, condition);
  if (!pull || around_.processes.find("agent", name) != nullptr) return;
  if (spec.agent.phase <= api::Duration::zero()) return add_agent(name);
  around_.engine.after(spec.agent.phase, sim::Phase::world, [this, name] { add_agent(name); });
}

bool KarmadaControlPlane::has_cluster(const std::string& cluster) const {
  return server_.clusters.find({{}, cluster}) != nullptr;
}

Process* KarmadaControlPlane::watcher_of(const WorldMember& member) const {
  return member.spec.sync_mode == SyncMode::pull
             ? around_.processes.running("agent", member.spec.name)
             : around_.processes.running("controller-manager");
}

void KarmadaControlPlane::add_agent(const std::string& name) {
  if (around_.processes.find("agent", name) != nullptr) return;
  const ClusterSpec& spec = around_.members.find(name)->second.spec;
  const policy::karmada::AgentFlags flags = agent_flags_of(options_, spec);
  auto options = std::make_shared<policy::karmada::Options>(options_);
  options->gates = agent_gates_of(options_, spec);
  add_process("agent", name, flags.process, client_limits(around_.latency, flags),
              spec.agent.clock_skew, [this, name, flags, options](policy::karmada::Ports& ports) {
                return policy::karmada::start_agent(ports, name, flags, *options, interpreter_);
              });
}

void KarmadaControlPlane::add_process(const std::string& name,
                                      const std::string& home,
                                      const policy::karmada::ProcessFlags& flags,
                                      const ClientLimits& limits,
                                      api::Duration clock_skew,
                                      KarmadaProcess::Start start) {
  const auto replacement = around_.replacements.find(name);
  if (replacement != around_.replacements.end()) start = replacement->second;
  around_.processes.add({.name = name,
                         .home = home,
                         .election = terms_of(flags),
                         .limits = limits,
                         .clock_skew = clock_skew,
                         .make = [this, start = std::move(start)](
                                     const ProcessSurroundings& around,
                                     const ProcessOptions& options) -> std::unique_ptr<Process> {
                           invariants_.started(options.name);
                           return std::make_unique<KarmadaProcess>(
                               around, options,
                               KarmadaSurroundings{server_, observer_, invariants_}, start);
                         }});
}

ApiServer& api_server(ControlPlane& control_plane) {
  return dynamic_cast<KarmadaControlPlane&>(control_plane).server();
}

const ApiServer& api_server(const ControlPlane& control_plane) {
  return dynamic_cast<const KarmadaControlPlane&>(control_plane).server();
}

}  // namespace firedrill::models::karmada
