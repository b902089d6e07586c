/// Whole worlds with a component that does not do what the scenario's settings say, in place of
/// the real one: the invariants find out.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "models/world/world.h"
#include "policy/karmada/components.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using KarmadaPorts = policy::karmada::Ports;

/// What the world below says of its control plane.
policy::karmada::Options declared() {
  policy::karmada::Options options;
  options.gates.failover = true;
  options.gates.stateful_failover_injection = true;
  options.gates.customized_cluster_resource_modeling = false;
  options.controller_manager.enable_no_execute_taint_eviction = true;
  options.controller_manager.graceful_eviction_timeout = 1min;
  return options;
}

WorkloadInstance workload(const std::string& name) {
  WorkloadSpec entry;
  entry.name = name;
  entry.api_version = "apps/v1";
  entry.replicas = 3;
  entry.create_at = 11s;
  entry.requests.emplace("cpu", api::Quantity::parse("1").value());
  entry.placement.replica_scheduling = api::ReplicaScheduling{};
  entry.placement.replica_scheduling->type = "Divided";
  entry.placement.replica_scheduling->preference = "Aggregated";
  entry.behaviour.startup = DurationModel::constant(5s);
  WorkloadInstance instance;
  instance.name = name;
  instance.uid = "00000000-0000-0000-0000-0000000000" + name;
  instance.policy = name;
  instance.spec = std::make_shared<const WorkloadSpec>(entry);
  return instance;
}

/// Three clusters with room, eight workloads, and a taint that drives them out of the first.
WorldSpec three_clusters() {
  WorldSpec spec;
  spec.duration = 5min;
  spec.seed = 1;
  spec.start_time = api::Timestamp{std::chrono::hours(24 * 365)};
  spec.control_plane.flags = {{"enable-no-execute-taint-eviction", api::Json(nlohmann::json(true))},
                              {"graceful-eviction-timeout", api::Json(nlohmann::json("1m"))}};
  spec.control_plane.feature_gates = {{"Failover", true},
                                      {"StatefulFailoverInjection", true},
                                      {"CustomizedClusterResourceModeling", false}};
  NodeSpec node;
  for (const char* resource : {"cpu", "pods"})
    node.allocatable.emplace(resource, api::Quantity::parse("64").value());
  for (const char* name : {"member1", "member2", "member3"}) {
    ClusterSpec cluster;
    cluster.name = name;
    cluster.nodes = {node};
    spec.clusters.push_back(cluster);
  }
  for (int i = 10; i < 18; ++i)
    spec.workloads.push_back(workload(std::to_string(i)));
  ScenarioEvent taint;
  taint.at = 60s;
  taint.pointer = "/events/0";
  taint.action =
      TaintEvent{.cluster = "member1", .key = "gone", .value = {}, .effect = "NoExecute"};
  spec.events.push_back(taint);
  return spec;
}

using Wrong = std::function<void(policy::karmada::Options&)>;

/// Names of the invariants that a world finds violated whose components `wrong` leads astray.
std::vector<std::string> violated(const WorldSpec& spec, const Wrong& wrong) {
  policy::karmada::Options options = declared();
  wrong(options);
  const policy::karmada::ResourceInterpreter interpreter;
  WorldOptions world_options;
  world_options.replacements = {{"controller-manager",
                                 [&](policy::Ports& ports) {
                                   return policy::karmada::start_controller_manager(
                                       static_cast<KarmadaPorts&>(ports), options, interpreter);
                                 }},
                                {"scheduler", [&](policy::Ports& ports) {
                                   return policy::karmada::start_scheduler(
                                       static_cast<KarmadaPorts&>(ports), options);
                                 }}};
  World world(spec, {}, world_options);
  timeline::Header header;
  world.complete(header);
  (void)world.run(header);
  std::vector<std::string> names;
  for (const Violation& violation : world.violations())
    names.push_back(violation.first.invariant);
  return names;
}

using Names = std::vector<std::string>;

TEST(WrongComponents, RightOnesViolateNothing) {
  EXPECT_EQ(violated(three_clusters(), [](policy::karmada::Options&) {}), Names{});
}

TEST(WrongComponents, AnEvictionWorkerThatHurries) {
  const Wrong hurries = [](policy::karmada::Options& options) {
    options.controller_manager.resource_eviction_rate = 5;
  };
  EXPECT_EQ(violated(three_clusters(), hurries), Names{"eviction-pause-kept"});
}

TEST(WrongComponents, AGracefulEvictionControllerWithoutPatience) {
  WorldSpec spec = three_clusters();
  // No substitute, so that only time ends the tasks.
  spec.clusters.resize(1);
  const Wrong impatient = [](policy::karmada::Options& options) {
    options.controller_manager.graceful_eviction_timeout = 59s;
  };
  EXPECT_EQ(violated(spec, impatient), Names{"task-ends-for-a-reason"});
}

TEST(WrongComponents, ASchedulerThatDoesNotLookAtTaints) {
  const Wrong blind = [](policy::karmada::Options& options) {
    options.scheduler.plugins = {"*", "-TaintToleration"};
  };
  WorldSpec spec = three_clusters();
  spec.events[0].at = 5s;
  EXPECT_EQ(violated(spec, blind), Names{"no-repelling-cluster-assigned"});
}

TEST(WrongComponents, ASchedulerThatDoesNotLookAtEvictions) {
  const Wrong blind = [](policy::karmada::Options& options) {
    options.scheduler.plugins = {"*", "-ClusterEviction"};
  };
  WorldSpec spec = three_clusters();
  ScenarioEvent untaint;
  untaint.at = 60s;
  untaint.pointer = "/events/1";
  untaint.action = UntaintEvent{.cluster = "member1", .key = "gone", .effect = {}};
  // Room nowhere else, and the taint is gone as soon as it has driven the first ones out.
  spec.clusters.resize(1);
  spec.events.push_back(untaint);
  spec.events[1].at = 61s;
  EXPECT_EQ(violated(spec, blind), Names{"no-return-while-evicting"});
}

/// Writes down twice what is desired, for every new binding.
class GenerousScheduler final : public policy::Component {
 public:
  explicit GenerousScheduler(KarmadaPorts& ports)
      : ports_(ports),
        watch_(ports.objects.bindings.watch([this](const policy::Change<api::ResourceBinding>& c) {
          if (!c.before && c.after) routines_.push_back(assign(c.after->metadata.key()).start());
        })) {}

 private:
  policy::Routine assign(api::Key key) {
    const auto binding = ports_.objects.bindings.get(key);
    auto writing = ports_.objects.bindings.patch(
        key, [placement = binding->spec.placement](api::ResourceBinding& next) {
          next.spec.clusters = {{"member2", next.spec.replicas}, {"member3", next.spec.replicas}};
          next.applied_placement = placement;
        });
    (void)co_await writing;
  }

  KarmadaPorts& ports_;
  std::vector<policy::Routine> routines_;
  policy::Registration watch_;
};

TEST(WrongComponents, ASchedulerThatGivesTooMuch) {
  WorldOptions options;
  options.replacements = {{"scheduler", [](policy::Ports& ports) {
                             return std::make_unique<GenerousScheduler>(
                                 static_cast<KarmadaPorts&>(ports));
                           }}};
  const WorldSpec spec = three_clusters();
  World world(spec, {}, options);
  timeline::Header header;
  world.complete(header);
  const timeline::Footer footer = world.run(header);
  ASSERT_EQ(world.violations().size(), 1U);
  EXPECT_EQ(world.violations()[0].first.invariant, "divided-sum-within-desired");
  EXPECT_EQ(world.violations()[0].count, 8);
  EXPECT_EQ(footer.by_kind.at("InvariantViolated"), 8);
}

}  // namespace
}  // namespace firedrill::models
