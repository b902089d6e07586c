#include "models/world/world.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/member/from_spec.h"
#include "models/spec/cluster_spec.h"
#include "models/world/event_driver.h"
#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/components.h"
#include "policy/karmada/profile_defaults.h"
#include "policy/karmada/scheduler/options.h"

namespace firedrill::models {
namespace {

namespace karmada = policy::karmada;

karmada::Options options_of(const ControlPlaneSpec& spec) {
  api::Diagnostics problems;
  karmada::Options options = karmada::read_options(
      karmada::default_options(spec.profile),
      {spec.flags, spec.feature_gates, spec.components, spec.behaviour}, "/controlPlane", problems);
  if (!problems.ok())
    throw std::logic_error("the control plane's settings were not checked before");
  return options;
}

karmada::AgentFlags agent_flags_of(const karmada::Options& options, const ClusterSpec& spec) {
  api::Diagnostics problems;
  karmada::AgentFlags flags =
      karmada::read_agent_flags(options, spec.agent.flags, "/agent/flags", problems);
  if (!problems.ok()) throw std::logic_error("the flags of an agent were not checked before");
  return flags;
}

karmada::FeatureGates agent_gates_of(const karmada::Options& options, const ClusterSpec& spec) {
  api::Diagnostics problems;
  const karmada::FeatureGates gates =
      karmada::read_agent_gates(options, spec.agent.feature_gates, "/agent/featureGates", problems);
  if (!problems.ok()) throw std::logic_error("the gates of an agent were not checked before");
  return gates;
}

/// The flags are float32 in the reference.
ClientLimit client_limit(double qps, std::int64_t burst) {
  return {.qps = static_cast<double>(static_cast<float>(qps)), .burst = burst};
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
ClientLimits client_limits(const Latency& latency, const karmada::ProcessFlags& flags) {
  if (!latency.client_limits) return {};
  return {.control_plane = client_limit(flags.kube_api_qps, flags.kube_api_burst), .members = {}};
}

/// The rate whose pause is the shortest that a worker ever makes: a brake may be faster than what
/// it brakes.
double fastest_eviction_rate(const karmada::Options& options) {
  const double usual = options.controller_manager.resource_eviction_rate;
  const karmada::EvictionBrake& brake = options.behaviour.eviction_brake;
  if (brake.mode != karmada::BrakeMode::slow) return usual;
  const auto pause = [](double rate) { return EvictionLimits{.rate = rate}.pause_min(); };
  return pause(brake.secondary_rate) < pause(usual) ? brake.secondary_rate : usual;
}

InvariantOptions invariant_options_of(const karmada::Options& options) {
  const karmada::ControllerManagerFlags& flags = options.controller_manager;
  const policy::RateLimiterOptions limiter = flags.queues.limiter();
  const karmada::PluginSet plugins =
      karmada::enabled_plugins(options.scheduler.plugins, options.gates.workload_affinity);
  return {.bindings = {.graceful_eviction_timeout = flags.graceful_eviction_timeout,
                       .taint_toleration = plugins.has(karmada::Plugin::taint_toleration),
                       .cluster_eviction = plugins.has(karmada::Plugin::cluster_eviction)},
          .evictions = {.rate = fastest_eviction_rate(options),
                        .workers = options.components.taint_manager.eviction_workers,
                        .qps = limiter.qps,
                        .bucket_size = limiter.bucket_size},
          .inject_state = options.gates.stateful_failover_injection};
}

std::vector<timeline::Sink*> with(std::vector<timeline::Sink*> sinks,
                                  std::initializer_list<timeline::Sink*> more) {
  sinks.insert(sinks.end(), more);
  return sinks;
}

/// What a member offers that says nothing of its own: every kind of the scenario.
std::vector<api::ApiEnablement> kinds_used(const WorldSpec& spec) {
  std::map<std::string, std::set<std::string>> kinds;
  for (const WorkloadInstance& workload : spec.workloads)
    kinds[workload.spec->api_version].insert(workload.spec->kind);
  std::vector<api::ApiEnablement> enablements;
  for (const auto& [group_version, names] : kinds) {
    api::ApiEnablement& enablement = enablements.emplace_back();
    enablement.group_version = group_version;
    for (const std::string& name : names)
      enablement.resources.push_back({.name = {}, .kind = name});
  }
  return enablements;
}

}  // namespace

World::World(const WorldSpec& spec, std::vector<timeline::Sink*> sinks, const WorldOptions& options)
    : spec_(spec),
      replacements_(options.replacements),
      options_(options_of(spec.control_plane)),
      latency_(latency_of(spec.control_plane.latency)),
      engine_(options.engine),
      clock_(engine_, spec.start_time),
      streams_(spec.seed),
      recorder_(engine_, with(std::move(sinks), {&timeline_checks_, &triggers_})),
      server_(clock_),
      observer_(server_, recorder_, spec.detail == Detail::full),
      invariants_(server_,
                  clock_,
                  engine_,
                  recorder_,
                  invariant_options_of(options_),
                  options.check_invariants),
      execution_spaces_(server_),
      detector_(server_, options_.gates),
      member_recorder_(recorder_, [this](const WorkloadPlace& place) { object_changed(place); }),
      member_checks_(member_recorder_,
                     options.check_invariants ? &invariants_.violations() : nullptr),
      network_(spec.network),
      random_faults_max_(options.random_faults_max) {
  if (options.check_invariants) timeline_checks_.report_to(&invariants_.violations());
  set_admission();
  if (options_.gates.federated_quota_enforcement) federated_quotas_.emplace(server_);
  for (const WorkloadInstance& workload : spec.workloads)
    add_model(workload);
  for (const ClusterSpec& cluster : spec.clusters)
    add_member(cluster);
}

World::~World() {
  // Processes hold timers and watches of everything else.
  events_.reset();
  processes_.clear();
}

void World::set_admission() {
  server_.clusters.set_admission([this](const api::Cluster* /*before*/, api::Cluster& next) {
    karmada::default_cluster(next, clock_.now(),
                             options_.gates.customized_cluster_resource_modeling);
    return true;
  });
}

void World::complete(timeline::Header& header) const {
  karmada::EffectiveOptions effective = karmada::effective(options_);
  header.seed = spec_.seed;
  header.profile = spec_.control_plane.profile;
  header.start = api::StoredTime::floor(spec_.start_time);
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

timeline::Footer World::run(const timeline::Header& header, const BeforeEnd& before_end) {
  recorder_.begin(header);
  events_ = std::make_unique<EventDriver>(*this);
  add_process("controller-manager", {}, options_.controller_manager.process,
              client_limits(latency_, options_.controller_manager), [this](karmada::Ports& ports) {
                return karmada::start_controller_manager(ports, options_, interpreter_);
              });
  add_process("scheduler", {}, options_.scheduler.process,
              client_limits(latency_, options_.scheduler.process),
              [this](karmada::Ports& ports) { return karmada::start_scheduler(ports, options_); });
  if (options_.components.descheduler.enabled) {
    add_process(
        "descheduler", {}, options_.descheduler.process,
        client_limits(latency_, options_.descheduler.process),
        [this](karmada::Ports& ports) { return karmada::start_descheduler(ports, options_); });
  }
  engine_.run_through(sim::start_time + spec_.duration);
  timeline::ApiCountsByComponent counts;
  for (const auto& slot : processes_) {
    timeline::ApiCounts& sum = counts[slot->name];
    sum.writes += slot->counts.writes;
    sum.reads += slot->counts.reads;
    sum.conflicts += slot->counts.conflicts;
  }
  if (before_end) before_end(counts);
  return recorder_.end(std::move(counts));
}

void World::add_model(const WorkloadInstance& workload) {
  const WorkloadSpec& entry = *workload.spec;
  const api::ResourceReference reference{entry.api_version, entry.kind, entry.space, workload.name,
                                         workload.uid};
  workload_models_.set(reference, model_of(entry));
  if (!entry.interpreter) return;
  karmada::KindCustomization customization{.revises_replicas = !entry.interpreter->replicas.empty(),
                                           .health = {},
                                           .healthy = entry.interpreter->healthy};
  if (!entry.interpreter->health.empty()) {
    const auto path = api::JsonPath::parse(entry.interpreter->health);
    if (!path)
      throw std::logic_error("the interpreter of " + entry.kind + " was not checked before");
    customization.health = *path;
  }
  interpreter_.customize(entry.api_version, entry.kind, std::move(customization));
}

void World::add_member(const ClusterSpec& spec) {
  WorldMember member{.spec = spec,
                     .cluster = nullptr,
                     .probe_random = streams_.stream(spec.name, "failing probes"),
                     .loss_random = streams_.stream(spec.name, "lost messages")};
  if (!member.spec.api_enablements) member.spec.api_enablements = kinds_used(spec_);
  member.cluster = std::make_unique<MemberCluster>(
      MemberSurroundings{engine_, streams_, workload_models_, ledger_, member_checks_},
      MemberOptions{.name = spec.name,
                    .nodes = nodes_of(spec.nodes),
                    .placement = spec.pod_placement,
                    .reaction = Delays(latency_.member_reaction, streams_, "cluster/" + spec.name,
                                       "memberReaction"),
                    .epoch = spec_.start_time,
                    .quotas = spec.resource_quotas,
                    .background = spec.background});
  WorldMember& added = members_.insert_or_assign(spec.name, std::move(member)).first->second;
  network_.add_cluster(added.spec);
  added.way = network_.way(spec.name);
}

void World::join(const std::string& name) {
  WorldMember& member = members_.find(name)->second;
  const ClusterSpec& spec = member.spec;
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
    set_condition(name, condition);
  if (!pull || find_process("agent", name) != nullptr) return;
  if (spec.agent.phase <= api::Duration::zero()) return add_agent(name);
  engine_.after(spec.agent.phase, sim::Phase::world, [this, name] { add_agent(name); });
}

void World::add_agent(const std::string& name) {
  if (find_process("agent", name) != nullptr) return;
  const ClusterSpec& spec = members_.find(name)->second.spec;
  const karmada::AgentFlags flags = agent_flags_of(options_, spec);
  auto options = std::make_shared<karmada::Options>(options_);
  options->gates = agent_gates_of(options_, spec);
  add_process("agent", name, flags.process, client_limits(latency_, flags),
              [this, name, flags, options](karmada::Ports& ports) {
                return karmada::start_agent(ports, name, flags, *options, interpreter_);
              });
}

void World::set_condition(const std::string& cluster, const ConditionSpec& condition) {
  (void)server_.clusters.patch_status({{}, cluster}, [&](api::Cluster& next) {
    api::Condition wanted;
    wanted.type = condition.type;
    wanted.status = condition.status;
    wanted.reason = condition.reason;
    wanted.last_transition_time = api::StoredTime::floor(clock_.now());
    auto& conditions = next.status.conditions;
    const auto old = std::ranges::find(conditions, wanted.type, &api::Condition::type);
    if (old == conditions.end()) {
      conditions.push_back(std::move(wanted));
      return;
    }
    if (old->status == wanted.status) wanted.last_transition_time = old->last_transition_time;
    *old = std::move(wanted);
  });
}

void World::add_process(std::string name,
                        std::string home,
                        const karmada::ProcessFlags& flags,
                        const ClientLimits& limits,
                        Process::Start start) {
  processes_.push_back(std::make_unique<ProcessSlot>());
  ProcessSlot& slot = *processes_.back();
  slot.name = std::move(name);
  slot.home = std::move(home);
  slot.limits = limits;
  const auto replacement = replacements_.find(slot.name);
  slot.start = replacement == replacements_.end() ? std::move(start) : replacement->second;
  std::optional<sim::Random> jitter;
  if (latency_.jitter) jitter = streams_.stream(slot.name + "/" + slot.home, "election");
  slot.election = std::make_unique<LeaderElection>(
      engine_,
      ElectionTerms{.elects = flags.leader_elect,
                    .lease = flags.leader_elect_lease_duration,
                    .renew_deadline = flags.leader_elect_renew_deadline,
                    .retry_period = flags.leader_elect_retry_period},
      jitter, [this, &slot] { work(slot); },
      [this, &slot] {
        slot.reason = "LeaseLost";
        stop_work(slot, slot.reason);
      });
  link_changed(slot);
  if (!slot.home.empty() && !members_.find(slot.home)->second.outages.powered()) ++slot.stops;
  if (slot.stops == 0) slot.election->start();
}

void World::start_process(ProcessSlot& slot, std::string_view reason) {
  slot.reason = reason;
  slot.election->start();
}

void World::stop_process(ProcessSlot& slot, std::string_view reason) {
  slot.election->stop();
  stop_work(slot, reason);
}

void World::work(ProcessSlot& slot) {
  if (!slot.reason.empty())
    recorder_.record(timeline::ComponentStarted{slot.name, slot.home, slot.reason});
  invariants_.started(slot.name);
  slot.process =
      std::make_unique<Process>(ProcessSurroundings{engine_, clock_, server_, recorder_, observer_,
                                                    invariants_, members_, latency_, streams_},
                                ProcessOptions{.name = slot.name,
                                               .home = slot.home,
                                               .clock_skew = clock_skew(slot),
                                               .path = path_of(slot),
                                               .limits = slot.limits,
                                               .writes = &slot.counts.writes,
                                               .conflicts = &slot.counts.conflicts},
                                slot.start);
}

api::Duration World::clock_skew(const ProcessSlot& slot) const {
  if (!slot.home.empty()) return members_.find(slot.home)->second.spec.agent.clock_skew;
  const karmada::ComponentSettings& settings = options_.components;
  if (slot.name == "scheduler") return settings.scheduler.clock_skew;
  if (slot.name == "descheduler") return settings.descheduler.clock_skew;
  return settings.controller_manager.clock_skew;
}

void World::stop_work(ProcessSlot& slot, std::string_view reason) {
  if (!slot.process) return;
  recorder_.record(timeline::ComponentStopped{slot.name, slot.home, std::string(reason)});
  slot.process.reset();
}

void World::link_changed(ProcessSlot& slot) {
  const bool connected =
      slot.isolations == 0 && (slot.home.empty() || members_.find(slot.home)->second.connected());
  if (slot.process) slot.process->set_link(connected, path_of(slot));
  slot.election->set_connected(connected);
}

NetworkPath World::path_of(const ProcessSlot& slot) {
  if (slot.home.empty()) return {};
  WorldMember& home = members_.find(slot.home)->second;
  return {.there = home.way.in,
          .back = home.way.out,
          .drops = home.drops_packets(),
          .timeout = Delays(latency_.probe_timeout, streams_, "agent/" + slot.home, "probeTimeout")
                         .at(engine_.now()),
          .loss_there = home.way.loss_in,
          .loss_back = home.way.loss_out,
          .loss = &home.loss_random};
}

ProcessSlot* World::find_process(std::string_view name, std::string_view home) {
  for (const auto& slot : processes_) {
    if (slot->name == name && slot->home == home) return slot.get();
  }
  return nullptr;
}

void World::object_changed(const WorkloadPlace& place) {
  const auto& [cluster, workload] = place;
  const WorldMember& member = members_.find(cluster)->second;
  const bool pull = member.spec.sync_mode == SyncMode::pull;
  ProcessSlot* slot =
      pull ? find_process("agent", cluster) : find_process("controller-manager", {});
  if (slot != nullptr && slot->process)
    slot->process->members().object_changed(std::string(cluster), workload);
}

void World::member_changed(WorldMember& member) {
  const std::string& name = member.spec.name;
  member.cluster->set_power(member.outages.powered());
  if (ProcessSlot* manager = find_process("controller-manager", {});
      manager != nullptr && manager->process) {
    manager->process->members().reconnect(name);
  }
  if (ProcessSlot* agent = find_process("agent", name)) {
    link_changed(*agent);
    if (agent->process) agent->process->members().reconnect(name);
  }
}

}  // namespace firedrill::models
