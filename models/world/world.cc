#include "models/world/world.h"

#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/member/from_spec.h"
#include "models/spec/cluster_spec.h"
#include "models/world/control_planes.h"
#include "models/world/event_driver.h"

namespace firedrill::models {
namespace {

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
      kinds_used_(kinds_used(spec)),
      latency_(latency_of(spec.control_plane.latency)),
      engine_(options.engine),
      clock_(engine_, spec.start_time),
      streams_(spec.seed),
      recorder_(engine_, with(std::move(sinks), {&timeline_checks_, &triggers_})),
      violations_(engine_, recorder_),
      member_recorder_(recorder_, [this](const WorkloadPlace& place) { object_changed(place); }),
      member_checks_(member_recorder_, options.check_invariants ? &violations_ : nullptr),
      network_(spec.network),
      random_faults_max_(options.random_faults_max),
      metronome_(engine_, options.dense),
      processes_({engine_, clock_, recorder_, members_, latency_, streams_, metronome_}),
      replacements_(options.replacements),
      control_plane_(make_control_plane({.spec = spec_,
                                         .latency = latency_,
                                         .engine = engine_,
                                         .clock = clock_,
                                         .streams = streams_,
                                         .recorder = recorder_,
                                         .violations = violations_,
                                         .members = members_,
                                         .processes = processes_,
                                         .metronome = metronome_,
                                         .workload_models = workload_models_,
                                         .replacements = replacements_,
                                         .check_invariants = options.check_invariants,
                                         .default_tolerations = options.default_tolerations})) {
  if (options.check_invariants) timeline_checks_.report_to(&violations_);
  set_models(spec.workloads);
  for (const ClusterSpec& cluster : spec.clusters)
    add_member(cluster);
}

void World::set_models(std::span<const WorkloadInstance> workloads) {
  // Instances of one entry of the scenario share its model.
  std::unordered_map<const WorkloadSpec*, std::shared_ptr<const WorkloadModel>> by_entry;
  for (const WorkloadInstance& workload : workloads) {
    auto& model = by_entry[workload.spec.get()];
    if (!model) model = std::make_shared<const WorkloadModel>(model_of(*workload.spec));
    workload_models_.set(workload.reference(), model);
  }
}

World::~World() {
  // Processes hold timers and watches of everything else.
  events_.reset();
  processes_.clear();
}

void World::complete(timeline::Header& header) const {
  header.seed = spec_.seed;
  header.profile = spec_.control_plane.profile;
  header.start = api::StoredTime::floor(spec_.start_time);
  control_plane_->complete(header);
}

timeline::Footer World::run(const timeline::Header& header, const BeforeEnd& before_end) {
  recorder_.begin(header);
  events_ = std::make_unique<EventDriver>(*this);
  control_plane_->start();
  engine_.run_through(sim::start_time + spec_.duration);
  metronome_.catch_up_all(true);
  timeline::ApiCountsByComponent counts = processes_.counts();
  if (before_end) before_end(counts);
  return recorder_.end(std::move(counts));
}

void World::add_member(const ClusterSpec& spec) {
  WorldMember member{.spec = spec,
                     .cluster = nullptr,
                     .probe_random = streams_.stream(spec.name, "failing probes"),
                     .loss_random = streams_.stream(spec.name, "lost messages")};
  if (!member.spec.api_enablements) member.spec.api_enablements = kinds_used_;
  member.cluster = std::make_unique<MemberCluster>(
      MemberSurroundings{engine_, streams_, workload_models_, ledger_, member_checks_, &metronome_},
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

void World::object_changed(const WorkloadPlace& place) {
  const WorldMember& member = members_.find(place.cluster)->second;
  if (Process* watcher = control_plane_->watcher_of(member))
    watcher->members().object_changed(std::string(place.cluster), place.workload);
}

void World::member_changed(WorldMember& member) {
  member.cluster->set_power(member.outages.powered());
  processes_.member_changed(member.spec.name);
}

}  // namespace firedrill::models
