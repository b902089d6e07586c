#include "failover_scene.h"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

ClusterSpec cluster(const std::string& name, int nodes, const std::string& cpu, SyncMode mode) {
  ClusterSpec spec;
  spec.name = name;
  spec.sync_mode = mode;
  NodeSpec node;
  node.count = nodes;
  node.allocatable.emplace("cpu", api::Quantity::parse(cpu).value());
  node.allocatable.emplace("pods", api::Quantity::parse("110").value());
  spec.nodes = {node};
  return spec;
}

api::ReplicaScheduling aggregated() {
  api::ReplicaScheduling scheduling;
  scheduling.type = "Divided";
  scheduling.preference = "Aggregated";
  return scheduling;
}

class Workloads {
 public:
  explicit Workloads(WorldSpec& world) : world_(world) {}

  void add(const std::string& name, api::Replicas replicas, api::Placement placement) {
    WorkloadSpec entry;
    entry.name = name;
    entry.api_version = "apps/v1";
    entry.replicas = replicas;
    entry.create_at = 11s;
    entry.requests.emplace("cpu", api::Quantity::parse("1").value());
    entry.placement = std::move(placement);
    entry.behaviour.startup = DurationModel::constant(20s);
    WorkloadInstance instance;
    instance.name = name;
    instance.uid = fmt::format("00000000-0000-0000-0000-{:012}", world_.workloads.size() + 1);
    instance.policy = name;
    instance.spec = std::make_shared<const WorkloadSpec>(std::move(entry));
    world_.workloads.push_back(std::move(instance));
  }

 private:
  WorldSpec& world_;
};

/// In one of both, wherever there is more room; or in the first as long as it will do.
api::Placement one_of(const std::string& first, const std::string& second, bool groups) {
  api::Placement placement;
  placement.replica_scheduling = aggregated();
  if (groups) {
    for (const std::string& name : {first, second}) {
      api::AffinityTerm& term = placement.cluster_affinities.emplace_back();
      term.name = name;
      term.affinity.cluster_names = {name};
    }
  } else {
    placement.cluster_affinity.emplace().cluster_names = {first, second};
  }
  return placement;
}

api::ClusterTaintPolicy evict_from_member1() {
  api::ClusterTaintPolicy policy;
  policy.metadata.name = "evict-not-ready";
  policy.spec.target_clusters.emplace().cluster_names = {"member1"};
  policy.spec.add_on_conditions = {{"Ready", "In", {"False", "Unknown"}}};
  policy.spec.remove_on_conditions = {{"Ready", "In", {"True"}}};
  policy.spec.taints = {{"example.io/not-running", {}, "NoExecute", {}}};
  return policy;
}

/// By type: which was written first is a matter of who was quicker.
std::string said_by(const std::vector<api::Condition>& conditions) {
  std::map<std::string, std::string> said;
  for (const api::Condition& condition : conditions)
    said.emplace(condition.type, fmt::format("{}/{}", condition.status, condition.reason));
  std::string text;
  for (const auto& [type, words] : said)
    text += fmt::format(" {}={}", type, words);
  return text;
}

void add_lines(const api::Cluster& cluster, FinalState& lines) {
  std::string text = "Cluster " + cluster.metadata.name;
  text += said_by(cluster.status.conditions);
  for (const api::Taint& taint : cluster.spec.taints)
    text += fmt::format(" {}:{}", taint.key, taint.effect);
  lines.push_back(std::move(text));
}

void add_lines(const api::ResourceBinding& binding, FinalState& lines) {
  std::string text = "Binding " + binding.metadata.name;
  std::map<std::string, api::Replicas> targets;
  for (const api::TargetCluster& target : binding.spec.clusters)
    targets.emplace(target.name, target.replicas);
  for (const auto& [name, replicas] : targets)
    text += fmt::format(" {}={}", name, replicas);
  for (const api::GracefulEvictionTask& task : binding.spec.graceful_eviction_tasks)
    text += fmt::format(" evicting {}", task.from_cluster);
  const bool caught_up =
      binding.status.scheduler_observed_generation == binding.metadata.generation;
  text += fmt::format(" group={} observed={}", binding.status.scheduler_observed_affinity_name,
                      caught_up);
  text += said_by(binding.status.conditions);
  for (const api::AggregatedStatusItem& item : binding.status.aggregated_status)
    text += fmt::format(" {}:{}:{}", item.cluster_name, item.applied, item.health);
  lines.push_back(std::move(text));
}

void add_lines(const WorldMember& member, FinalState& lines) {
  for (const api::ResourceReference& object : member.cluster->objects()) {
    const PodTotals totals = member.cluster->totals(object);
    lines.push_back(fmt::format("Member {} {} running={} ready={} pending={} managed={}",
                                member.spec.name, object.name, totals.running, totals.ready,
                                totals.pending, member.cluster->observe(object) != nullptr));
  }
}

FinalState final_state_of(const World& world) {
  const karmada::ApiServer& server = karmada::api_server(world.control_plane());
  FinalState lines;
  for (const auto& [key, object] : server.clusters.objects())
    add_lines(*object, lines);
  for (const auto& [key, object] : server.bindings.objects())
    add_lines(*object, lines);
  for (const auto& [key, work] : server.works.objects()) {
    lines.push_back(fmt::format("Work {} in {} replicas={}{}", work->metadata.name, work->cluster,
                                work->spec.manifest.replicas.value_or(-1),
                                work->metadata.deleting() ? " deleting" : ""));
  }
  for (const auto& [name, member] : world.members())
    add_lines(member, lines);
  std::ranges::sort(lines);  // Members hold objects in order of arrival.
  return lines;
}

}  // namespace

WorldSpec FailoverScene::spec() const {
  WorldSpec world;
  world.duration = duration;
  world.seed = seed;
  world.start_time = api::Timestamp{std::chrono::hours(24 * 365)};
  const auto scalar = [](auto value) { return api::Json(nlohmann::json(value)); };
  world.control_plane.flags = {{"enable-no-execute-taint-eviction", scalar(true)},
                               {"allow-no-execute-taint-policy", scalar(true)},
                               {"enable-scheduler-estimator", scalar(true)},
                               {"unschedulable-threshold", scalar("40s")},
                               {"descheduling-interval", scalar("30s")},
                               {"leader-elect", scalar(elects)}};
  world.control_plane.feature_gates = {{"Failover", true},
                                       {"CustomizedClusterResourceModeling", false}};
  world.control_plane.components["descheduler"].emplace("enabled", scalar(true));
  world.control_plane.latency.preset = latency;

  world.clusters = {
      cluster("member1", 2, "64", SyncMode::push), cluster("member2", 1, "64", SyncMode::push),
      cluster("member3", 1, "64", SyncMode::pull), cluster("member4", 2, "4", SyncMode::push),
      cluster("member5", 1, "6", SyncMode::push)};
  Workloads workload(world);
  for (int i = 0; i < workloads; ++i) {
    workload.add(fmt::format("app{:02}", i), 2,
                 one_of("member1", i % 2 == 0 ? "member2" : "member3", i % 4 < 2));
  }
  api::Placement everywhere;
  everywhere.cluster_affinity.emplace().cluster_names = {"member1", "member2", "member3"};
  workload.add("everywhere", 1, everywhere);
  workload.add("squeezed", 6, one_of("member4", "member5", false));
  world.taint_policies = {evict_from_member1()};

  ScenarioEvent outage;
  outage.at = outage_at;
  outage.lasts = outage_ends - outage_at;
  outage.pointer = "/events/0";
  OutageEvent lost;
  lost.clusters.names = {"member1"};
  outage.action = lost;
  world.events.push_back(outage);
  ScenarioEvent node_lost;
  node_lost.at = outage_at + 20s;
  node_lost.pointer = "/events/1";
  NodesEvent nodes;
  nodes.cluster = "member4";
  nodes.add = -1;
  node_lost.action = nodes;
  world.events.push_back(node_lost);
  return world;
}

Played play_to_end(const WorldSpec& spec) {
  timeline::MemorySink sink;
  World world(spec, {&sink});
  timeline::Header header;
  world.complete(header);
  (void)world.run(header);
  return {sink.events(), final_state_of(world)};
}

testing::AssertionResult is_sound(const std::vector<timeline::TimelineEvent>& events) {
  std::map<std::string, bool> stopped;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& event = events[i];
    if (event.seq != i + 1) return testing::AssertionFailure() << "seq " << event.seq;
    if (event.cause >= event.seq)
      return testing::AssertionFailure() << event.seq << " is caused by " << event.cause;
    const auto turn = [&](const std::string& name, bool down) {
      return std::exchange(stopped[name], down) != down;
    };
    bool in_turn = true;
    if (const auto* stop = std::get_if<timeline::ComponentStopped>(&event.payload))
      in_turn = turn(stop->component + "/" + stop->cluster, true);
    if (const auto* start = std::get_if<timeline::ComponentStarted>(&event.payload))
      in_turn = turn(start->component + "/" + start->cluster, false);
    if (!in_turn) return testing::AssertionFailure() << event.seq << " is out of turn";
  }
  return testing::AssertionSuccess();
}

ScenarioEvent component_event(sim::Duration at, ComponentEvent component) {
  ScenarioEvent event;
  event.at = at;
  event.pointer = "/events/9";
  event.action = std::move(component);
  return event;
}

}  // namespace firedrill::models
