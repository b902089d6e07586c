/// What each kind of event does to the world, and what it says when there was nothing to do.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "failover_scene.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const api::Key app00{"default", "app00-deployment"};

/// A world in which nothing happens but what a test adds: app00 lives in member1 from 11 s on.
class EventDriverTest : public testing::Test {
 protected:
  EventDriverTest() {
    FailoverScene scene;
    scene.workloads = 1;
    spec = scene.spec();
    spec.events.clear();
    spec.duration = 60s;
  }

  ScenarioEvent& add(sim::Duration at, EventAction action) {
    ScenarioEvent event;
    event.at = at;
    event.pointer = fmt::format("/events/{}", spec.events.size());
    event.action = std::move(action);
    spec.events.push_back(std::move(event));
    return spec.events.back();
  }

  /// Plays all; gives a line for each scenario event: "20 taint member1 k:NoSchedule", with
  /// " (nothing)" where it was not applied.
  Lines play() {
    world.emplace(spec, std::vector<timeline::Sink*>{&sink});
    timeline::Header header;
    world->complete(header);
    (void)world->run(header);
    Lines lines;
    for (const auto& [event, payload] : all_of<timeline::ScenarioEvent>(sink.events())) {
      lines.push_back(fmt::format("{} {} {}{}", (event->time - sim::start_time) / 1s, payload->type,
                                  payload->target, payload->applied ? "" : " (nothing)"));
      EXPECT_EQ(event->cause, 0U);
    }
    return lines;
  }

  [[nodiscard]] const karmada::ApiServer& server() const {
    return karmada::api_server(std::as_const(*world).control_plane());
  }
  [[nodiscard]] std::shared_ptr<const api::Cluster> cluster(const char* name) const {
    return server().clusters.find({{}, name});
  }
  [[nodiscard]] std::shared_ptr<const api::ResourceBinding> binding(const api::Key& key) const {
    return server().bindings.find(key);
  }
  [[nodiscard]] const MemberCluster& member(const char* name) const {
    return *world->members().find(name)->second.cluster;
  }
  [[nodiscard]] api::ResourceReference reference(std::size_t workload) const {
    const WorkloadInstance& instance = spec.workloads[workload];
    return {"apps/v1", "Deployment", "default", instance.name, instance.uid};
  }
  static ComponentEvent component(const char* name, const char* of = "") {
    ComponentEvent event;
    event.name = name;
    event.cluster = of;
    return event;
  }

  WorldSpec spec;
  timeline::MemorySink sink;
  std::optional<World> world;
};

TEST_F(EventDriverTest, TaintsComeOnceAndGoByKeyAndEffect) {
  add(20s, TaintEvent{"member2", "k", "v", "NoSchedule"});
  add(21s, TaintEvent{"member2", "k", "other", "NoSchedule"});
  add(22s, TaintEvent{"member2", "k", "v", "NoExecute"});
  add(23s, UntaintEvent{"member2", "k", "NoSchedule"});
  add(24s, UntaintEvent{"member2", "k", "NoSchedule"});
  add(25s, TaintEvent{"member5", "k", "", "NoSchedule"});
  add(26s, TaintEvent{"member5", "k", "", "NoExecute"});
  add(27s, UntaintEvent{"member5", "k", ""});
  EXPECT_EQ(play(),
            Lines({"20 taint member2 k:NoSchedule", "21 taint member2 k:NoSchedule (nothing)",
                   "22 taint member2 k:NoExecute", "23 untaint member2 k:NoSchedule",
                   "24 untaint member2 k:NoSchedule (nothing)", "25 taint member5 k:NoSchedule",
                   "26 taint member5 k:NoExecute", "27 untaint member5 k"}));
  ASSERT_EQ(cluster("member2")->spec.taints.size(), 1U);
  const api::Taint& left = cluster("member2")->spec.taints[0];
  EXPECT_EQ(left.effect, "NoExecute");
  EXPECT_EQ(left.time_added, api::StoredTime::floor(spec.start_time + 22s));
  EXPECT_TRUE(cluster("member5")->spec.taints.empty()) << "without an effect all of the key go";
}

TEST_F(EventDriverTest, LabelsAreReplacedWhereTheClusterHasJoined) {
  spec.clusters[4].join_at = 30s;
  add(20s, LabelEvent{"member2", {{"a", "1"}}});
  add(21s, LabelEvent{"member2", {{"b", "2"}}});
  add(22s, LabelEvent{"member5", {{"a", "1"}}});
  EXPECT_EQ(play(), Lines({"20 label member2", "21 label member2", "22 label member5 (nothing)"}));
  EXPECT_EQ(cluster("member2")->metadata.labels, (api::Labels{{"b", "2"}}));
}

TEST_F(EventDriverTest, NodesComeGoAreReplacedAndCordoned) {
  add(20s, NodesEvent{.cluster = "member1", .add = 3, .set = {}, .cordon = {}});
  add(20s, NodesEvent{.cluster = "member2", .add = -1, .set = {}, .cordon = {}});
  add(20s,
      NodesEvent{.cluster = "member3", .add = {}, .set = spec.clusters[3].nodes, .cordon = {}});
  // All nodes cordoned, then room for nobody: a copy that comes later stays pending.
  add(5s, NodesEvent{.cluster = "member4", .add = {}, .set = {}, .cordon = 2});
  add(5s, NodesEvent{.cluster = "member5", .add = {}, .set = {}, .cordon = 1});
  EXPECT_EQ(play().size(), 5U);
  EXPECT_EQ(member("member1").inventory().nodes.size(), 5U);
  EXPECT_TRUE(member("member2").inventory().nodes.empty());
  EXPECT_EQ(member("member3").inventory().nodes.size(), 2U);
  EXPECT_EQ(member("member4").totals(reference(2)).running, 0);
}

TEST_F(EventDriverTest, ClustersJoinOnceAndLeaveOnce) {
  ClusterSpec fresh = spec.clusters[1];
  fresh.name = "member6";
  add(20s, fresh);
  add(21s, spec.clusters[1]);
  add(22s, UnjoinEvent{"member5", true});
  add(23s, UnjoinEvent{"member5", false});
  add(24s, spec.clusters[4]);
  add(25s, UnjoinEvent{"member2", false});
  add(26s, UnjoinEvent{"member2", false});
  EXPECT_EQ(play(), Lines({"20 join member6", "21 join member2 (nothing)", "22 unjoin member5",
                           "23 unjoin member5 (nothing)", "24 join member5", "25 unjoin member2",
                           "26 unjoin member2 (nothing)"}));
  EXPECT_NE(cluster("member6"), nullptr);
  EXPECT_EQ(all_of<timeline::ClusterRemoved>(sink.events()).size(), 2U);
  EXPECT_EQ(cluster("member2"), nullptr);
}

TEST_F(EventDriverTest, WorkloadsAreScaledWhileTheyExist) {
  add(5s, ScaleEvent{"default/app00", 5});
  add(20s, ScaleEvent{"Deployment/default/app00", 7});
  EXPECT_EQ(play(), Lines({"5 scale Deployment/default/app00 (nothing)",
                           "20 scale Deployment/default/app00"}));
  EXPECT_EQ(binding(app00)->spec.replicas, 7);
  EXPECT_EQ(server().templates.find(app00)->replicas, 7);
}

TEST_F(EventDriverTest, CopiesAreCappedAndReportWhereTheyAre) {
  add(20s, ReadyCapEvent{"default/app00", "member1", 1});
  add(21s, ReadyCapEvent{"default/app00", "member2", 1});
  add(22s, StatusEvent{"default/app00", "member1", api::Json(nlohmann::json{{"phase", "odd"}})});
  add(23s, StatusEvent{"default/app00", "member2", api::Json(nlohmann::json{{"phase", "odd"}})});
  EXPECT_EQ(play(), Lines({"20 readyCap Deployment/default/app00 member1 1",
                           "21 readyCap Deployment/default/app00 member2 1 (nothing)",
                           "22 status Deployment/default/app00 member1",
                           "23 status Deployment/default/app00 member2 (nothing)"}));
  EXPECT_EQ(member("member1").totals(reference(0)).ready, 1);
  EXPECT_EQ(member("member1").observe(reference(0))->status.to_json().value("phase", ""), "odd");
}

TEST_F(EventDriverTest, ObjectsAreCreatedAndReplaced) {
  api::ClusterTaintPolicy policy = spec.taint_policies[0];
  policy.metadata.name = "fresh";
  add(20s, ApplyEvent{{}, policy});
  policy.spec.taints[0].key = "other";
  add(21s, ApplyEvent{{}, policy});
  WorkloadRebalancer rebalancer;
  rebalancer.metadata.name = "again";
  rebalancer.spec.workloads = {{"apps/v1", "Deployment", "default", "app00"}};
  add(22s, ApplyEvent{{}, rebalancer});
  WorkloadSpec changed = *spec.workloads[0].spec;
  changed.placement.cluster_affinities.clear();
  changed.placement.cluster_affinity.emplace().cluster_names = {"member5"};
  add(23s, ApplyEvent{{}, policy_of(changed, "app00")});
  EXPECT_EQ(
      play(),
      Lines({"20 apply ClusterTaintPolicy//fresh", "21 apply ClusterTaintPolicy//fresh",
             "22 apply WorkloadRebalancer//again", "23 apply PropagationPolicy/default/app00"}));
  EXPECT_EQ(server().taint_policies.find({{}, "fresh"})->spec.taints[0].key, "other");
  EXPECT_TRUE(binding(app00)->spec.reschedule_triggered_at.has_value());
  ASSERT_EQ(binding(app00)->spec.clusters.size(), 1U);
  EXPECT_EQ(binding(app00)->spec.clusters[0].name, "member5");
}

TEST_F(EventDriverTest, ARebalancerOfTheScenarioIsThereFromTheStart) {
  WorkloadRebalancer rebalancer;
  rebalancer.metadata.name = "early";
  rebalancer.spec.workloads = {{"apps/v1", "Deployment", "default", "app00"}};
  spec.rebalancers = {rebalancer};
  EXPECT_EQ(play(), Lines{});
  const auto stored = server().rebalancers.find({{}, "early"});
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->bindings, std::vector<api::Key>{app00});
  // Its workload came later: what is not there is not rebalanced, then or ever.
  EXPECT_FALSE(binding(app00)->spec.reschedule_triggered_at.has_value());
}

TEST_F(EventDriverTest, ObjectsArePatchedAndDeletedWhileTheyExist) {
  const auto suspend =
      api::Json(nlohmann::json{{"spec", {{"suspension", {{"scheduling", true}}}}}});
  add(5s, PatchEvent{{"ResourceBinding", "default", "app00-deployment"}, suspend});
  add(20s, PatchEvent{{"ResourceBinding", "default", "app00-deployment"}, suspend});
  add(21s, DeleteEvent{{"ClusterTaintPolicy", "", "evict-not-ready"}});
  add(22s, DeleteEvent{{"ClusterTaintPolicy", "", "evict-not-ready"}});
  add(23s, DeleteEvent{{"Deployment", "default", "everywhere"}});
  add(24s, DeleteEvent{{"Deployment", "default", "everywhere"}});
  EXPECT_EQ(play(), Lines({"5 patch ResourceBinding/default/app00-deployment (nothing)",
                           "20 patch ResourceBinding/default/app00-deployment",
                           "21 delete ClusterTaintPolicy//evict-not-ready",
                           "22 delete ClusterTaintPolicy//evict-not-ready (nothing)",
                           "23 delete Deployment/default/everywhere",
                           "24 delete Deployment/default/everywhere (nothing)"}));
  ASSERT_TRUE(binding(app00)->spec.suspension.has_value());
  EXPECT_EQ(binding(app00)->spec.suspension->scheduling, true);
  EXPECT_TRUE(server().taint_policies.objects().empty());
  EXPECT_EQ(binding({"default", "everywhere-deployment"}), nullptr);
}

TEST_F(EventDriverTest, ProcessesStopStartAndLoseTheirLink) {
  ComponentEvent restart = component("scheduler");
  restart.restart = true;
  ComponentEvent down = component("scheduler");
  down.state = ProcessState::down;
  ComponentEvent up = component("scheduler");
  up.state = ProcessState::up;
  ComponentEvent cut = component("agent", "member3");
  cut.state = ProcessState::isolated;
  ComponentEvent heal = component("agent", "member3");
  heal.state = ProcessState::up;
  spec.control_plane.flags.insert_or_assign("leader-elect", api::Json(nlohmann::json(false)));
  add(20s, up);
  add(21s, restart);
  add(22s, down);
  add(23s, restart);
  add(24s, up);
  add(25s, cut);
  add(26s, heal);
  add(27s, heal);
  EXPECT_EQ(play(), Lines({"20 component scheduler (nothing)", "21 component scheduler",
                           "23 component scheduler (nothing)", "24 component scheduler",
                           "26 component agent member3", "27 component agent member3 (nothing)"}));
  Lines changes;
  for (const auto& event : sink.events()) {
    const auto at = (event.time - sim::start_time) / 1s;
    if (const auto* fault = std::get_if<timeline::FaultStarted>(&event.payload))
      changes.push_back(fmt::format("{} {} {}", at, fault->fault, fault->mode));
    if (const auto* fault = std::get_if<timeline::FaultEnded>(&event.payload))
      changes.push_back(fmt::format("{} {} over", at, fault->fault));
    if (const auto* stop = std::get_if<timeline::ComponentStopped>(&event.payload))
      changes.push_back(fmt::format("{} {} stopped {}", at, stop->component, stop->reason));
    if (const auto* start = std::get_if<timeline::ComponentStarted>(&event.payload))
      changes.push_back(fmt::format("{} {} started {}", at, start->component, start->reason));
  }
  EXPECT_EQ(changes,
            Lines({"21 scheduler stopped Restart", "21 scheduler started Restart", "22 /events/2 ",
                   "22 scheduler stopped Fault", "24 /events/2 over", "24 scheduler started Fault",
                   "25 /events/5 isolated", "26 /events/5 over"}));
}

TEST_F(EventDriverTest, EstimatorsStopAndStartWithoutAnElection) {
  ComponentEvent restart = component("scheduler-estimator", "member2");
  restart.restart = true;
  ComponentEvent down = component("scheduler-estimator", "member2");
  down.state = ProcessState::down;
  add(20s, restart);
  add(21s, down).lasts = 5s;
  add(22s, restart);
  ComponentEvent cut = down;
  cut.state = ProcessState::isolated;
  add(30s, cut).lasts = 5s;
  EXPECT_EQ(play(), Lines({"20 component scheduler-estimator member2",
                           "22 component scheduler-estimator member2 (nothing)"}));
  EXPECT_EQ(all_of<timeline::ComponentStopped>(sink.events()).size(), 2U);
  EXPECT_EQ(all_of<timeline::ComponentStarted>(sink.events()).size(), 2U);
  EXPECT_TRUE(world->members().find("member2")->second.estimator.answers());
}

TEST_F(EventDriverTest, AProcessThatIsNotDeployedIsNotRestarted) {
  spec.control_plane.components.clear();
  ComponentEvent restart = component("descheduler");
  restart.restart = true;
  add(20s, restart);
  EXPECT_EQ(play(), Lines({"20 component descheduler (nothing)"}));
}

TEST_F(EventDriverTest, AFaultThatFindsNoAgentYetLeavesNothingBehind) {
  spec.clusters[2].join_at = 10s;
  ComponentEvent down = component("agent", "member3");
  down.state = ProcessState::down;
  add(5s, down).lasts = 10s;
  add(20s, down).lasts = 5s;
  EXPECT_EQ(play(), Lines());
  EXPECT_EQ(all_of<timeline::ComponentStopped>(sink.events()).size(), 1U);
  EXPECT_EQ(all_of<timeline::ComponentStarted>(sink.events()).size(), 1U);
}

TEST_F(EventDriverTest, OverlappingFaultsOfAProcessEndWithTheLast) {
  ComponentEvent down = component("scheduler");
  down.state = ProcessState::down;
  spec.control_plane.flags.insert_or_assign("leader-elect", api::Json(nlohmann::json(false)));
  add(20s, down).lasts = 20s;
  add(25s, down).lasts = 5s;
  EXPECT_EQ(play(), Lines());
  const auto starts = all_of<timeline::ComponentStarted>(sink.events());
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0].first->time, sim::start_time + 40s);
}

TEST_F(EventDriverTest, FaultsComeAgainAndEndByTheirId) {
  OutageEvent lost;
  lost.clusters.names = {"member5"};
  ScenarioEvent& flapping = add(0s, lost);
  flapping.at.reset();
  flapping.every = 10s;
  flapping.until = 35s;
  flapping.lasts = 4s;
  flapping.id = "flap";
  ScenarioEvent& lasting = add(20s, lost);
  lasting.id = "long";
  add(41s, EndEvent{"long"});
  add(42s, EndEvent{"long"});
  EXPECT_EQ(play(), Lines({"41 end long", "42 end long (nothing)"}));
  Lines faults;
  for (const auto& [event, payload] : all_of<timeline::FaultStarted>(sink.events()))
    faults.push_back(fmt::format("{} {}", (event->time - sim::start_time) / 1s, payload->fault));
  for (const auto& [event, payload] : all_of<timeline::FaultEnded>(sink.events()))
    faults.push_back(fmt::format("{} {}", (event->time - sim::start_time) / 1s, payload->fault));
  EXPECT_EQ(faults, Lines({"10 flap#1", "20 flap#2", "20 long", "30 flap#3", "14 flap#1",
                           "24 flap#2", "34 flap#3", "41 long"}));
  EXPECT_TRUE(world->members().find("member5")->second.outages.connected());
}

}  // namespace
}  // namespace firedrill::models
