/// What wakes the scheduler and the controllers of clusters, and what flags make of them, on a
/// hand-made store.

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "../runtime/fake_surroundings.h"
#include "policy/karmada/controllers/cluster_controller.h"
#include "policy/karmada/controllers/cluster_lease.h"
#include "policy/karmada/controllers/cluster_status_controller.h"
#include "policy/karmada/controllers/taint_manager.h"
#include "policy/karmada/scheduler/scheduler.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;
using Targets = std::vector<api::TargetCluster>;

const api::Key web_key{"ns", "web-deployment"};
const api::Key cluster_a{"", "a"};

/// Counts the scheduler's passes.
class PassCounter final : public Recorder {
 public:
  void eviction_queued(const EvictionQueued& /*entry*/) override {}
  void eviction_dequeued(const EvictionDequeued& /*entry*/) override {}
  void task_ends(const Key& /*binding*/,
                 std::string_view /*cluster*/,
                 std::string_view /*reason*/) override {}
  [[nodiscard]] bool wants_decisions() const override { return true; }
  void decided(const Key& /*binding*/, std::shared_ptr<const Decision> /*decision*/) override {
    ++passes;
  }
  void lease_expired(std::string_view /*cluster*/, Timestamp /*last_renewed*/) override {}

  int passes = 0;
};

/// Have room everywhere, and count the questions.
class RoomyEstimators final : public Estimators {
 public:
  Await<Answers> available(std::vector<std::string> clusters,
                           EstimateQuestion /*question*/,
                           Duration /*timeout*/) override {
    ++questions;
    return Answers(clusters.size(), 100);
  }
  Await<Answers> unschedulable(std::vector<std::string> clusters,
                               api::ResourceReference /*workload*/,
                               Duration /*threshold*/,
                               Duration /*timeout*/) override {
    return Answers(clusters.size());
  }

  int questions = 0;
};

/// Members of an old version: healthy, but only their old path says so.
class OldMembers final : public NoMembers {
 public:
  Await<ProbeAnswer> probe(std::string /*cluster*/, std::string path) override {
    paths.push_back(path);
    return ProbeAnswer{ProbeAnswer::Kind::http, path == probe_path ? 404 : 200, {}};
  }

  std::vector<std::string> paths;
};

class HalfJitter final : public Entropy {
 public:
  double uniform() override { return 0.5; }
};

struct Bench {
  FakeTime time;
  HandMadePorts around{time, time, time};
  PassCounter recorder;
  RoomyEstimators estimators;
  OldMembers members;
  HalfJitter jitter;
  Ports ports{{time, time, members, jitter, time}, around.stores.objects, estimators, recorder};

  HandMadeStore<api::Cluster>& clusters = around.stores.clusters;
  HandMadeStore<api::ResourceBinding>& bindings = around.stores.bindings;

  [[nodiscard]] Targets targets() const { return bindings.get(web_key)->spec.clusters; }
};

api::Cluster cluster() {
  api::Cluster cluster;
  cluster.metadata.name = "a";
  cluster.spec.sync_mode = api::sync_push;
  cluster.metadata.finalizers = {std::string(cluster_finalizer)};
  cluster.status.api_enablements = {{"apps/v1", {{.name = "deployments", .kind = "Deployment"}}}};
  return cluster;
}

/// Duplicated to clusters that are labelled "tier: gold".
api::ResourceBinding web() {
  api::Placement placement;
  placement.cluster_affinity = api::ClusterAffinity{};
  placement.cluster_affinity->label_selector = api::LabelSelector{};
  placement.cluster_affinity->label_selector->match_labels = {{"tier", "gold"}};
  api::ResourceBinding binding;
  binding.metadata.space = web_key.space;
  binding.metadata.name = web_key.name;
  binding.metadata.labels["propagationpolicy.karmada.io/permanent-id"] = "1";
  binding.spec.resource = {"apps/v1", "Deployment", "ns", "web", "uid"};
  binding.spec.replicas = 8;
  binding.spec.replica_requirements = api::ReplicaRequirements{};
  binding.spec.placement = std::make_shared<const api::Placement>(placement);
  return binding;
}

/// Labels are no part of the spec: they leave the generation as it is.
void label(Bench& bench, const char* tier) {
  bench.clusters.change_status(cluster_a,
                               [tier](api::Cluster& next) { next.metadata.labels["tier"] = tier; });
}

TEST(Scheduler, FollowsTheLabelsOfAClusterIntoAnAffinityAndOutOfIt) {
  Bench bench;
  bench.clusters.put(cluster());
  bench.bindings.put(web());
  const Scheduler scheduler(bench.ports, {});
  bench.time.run_to(1s);
  EXPECT_EQ(bench.targets(), Targets{});
  label(bench, "gold");
  bench.time.run_to(2s);
  EXPECT_EQ(bench.targets(), (Targets{{"a", 8}}));
  label(bench, "tin");
  bench.time.run_to(3s);
  EXPECT_EQ(bench.targets(), Targets{});
}

TEST(Scheduler, LeavesAClusterThatIsBeingDeleted) {
  Bench bench;
  bench.clusters.put(cluster());
  label(bench, "gold");
  bench.bindings.put(web());
  const Scheduler scheduler(bench.ports, {});
  bench.time.run_to(1s);
  ASSERT_EQ(bench.targets(), (Targets{{"a", 8}}));
  bench.clusters.change_status(
      cluster_a, [](api::Cluster& next) { next.metadata.deletion_timestamp = api::StoredTime(); });
  bench.time.run_to(2s);
  EXPECT_EQ(bench.targets(), Targets{});
}

TEST(Scheduler, TheClassicQueueTriesAFailedPassAgain) {
  Bench bench;
  api::ResourceBinding binding = web();
  api::Placement placement = *binding.spec.placement;
  placement.spread_constraints = {{.field = std::string(api::spread_by_provider)}};
  binding.spec.placement = std::make_shared<const api::Placement>(placement);
  api::Cluster gold = cluster();
  gold.metadata.labels["tier"] = "gold";
  gold.spec.provider = "p";
  bench.clusters.put(gold);
  bench.bindings.put(binding);
  const Scheduler scheduler(bench.ports, {.priority_queue = false});
  bench.time.run_to(1s);
  EXPECT_GT(bench.recorder.passes, 5);
}

TEST(Scheduler, AsksNoEstimatorsInPullModeWhenToldNotTo) {
  for (const bool spared : {false, true}) {
    Bench bench;
    api::Cluster pulling = cluster();
    pulling.spec.sync_mode = api::sync_pull;
    pulling.metadata.labels["tier"] = "gold";
    bench.clusters.put(pulling);
    bench.bindings.put(web());
    const Scheduler scheduler(bench.ports,
                              {.accurate_estimators = true, .no_estimators_in_pull = spared});
    bench.time.run_to(1s);
    EXPECT_EQ(bench.estimators.questions > 0, !spared);
  }
}

// Controllers of clusters.

ClusterStatusOptions every_ten_seconds() {
  ClusterStatusOptions options;
  options.update_frequency = 10s;
  return options;
}

TEST(ClusterStatus, AsksTheOldPathWhereTheNewOneIsMissing) {
  Bench bench;
  api::Cluster old = cluster();
  old.spec.secret_ref = api::ObjectReference{};
  bench.clusters.put(old);
  const ClusterStatusController controller(bench.ports, every_ten_seconds());
  bench.time.run_to(1s);
  EXPECT_EQ(bench.members.paths, (std::vector<std::string>{"/readyz", "/healthz"}));
  EXPECT_EQ(bench.clusters.get(cluster_a)->ready(), api::status_true);
}

TEST(ClusterStatus, ProbesNoPushClusterWithoutASecret) {
  Bench bench;
  bench.clusters.put(cluster());
  const ClusterStatusController controller(bench.ports, every_ten_seconds());
  bench.time.run_to(1min);
  EXPECT_TRUE(bench.members.paths.empty());
}

/// How often a member is asked in the minute after the Cluster's status was written once, at 15 s.
std::size_t probes_in_a_minute(bool at_every_write) {
  Bench bench;
  api::Cluster with_secret = cluster();
  with_secret.spec.secret_ref = api::ObjectReference{"karmada-cluster", "a"};
  bench.clusters.put(with_secret);
  ClusterStatusOptions options = every_ten_seconds();
  options.controller.priority_queue = false;
  options.probe_at_every_write = at_every_write;
  const ClusterStatusController controller(bench.ports, options);
  bench.time.run_to(15s);
  const std::size_t before = bench.members.paths.size();
  bench.clusters.change_status(
      cluster_a, [](api::Cluster& next) { next.status.kubernetes_version = "another"; });
  bench.time.run_to(75s);
  return (bench.members.paths.size() - before) / 2;  // Old members are asked twice each time.
}

TEST(ClusterStatus, ProbesAtEveryWriteOfTheClusterWhereTheReleaseDoes) {
  const std::size_t usual = probes_in_a_minute(false);
  EXPECT_EQ(usual, 6U);
  EXPECT_GT(probes_in_a_minute(true), usual) << "and the phase of the others stays";
}

TEST(TaintManager, EvictsOnlyWhereTheFlagSaysSo) {
  for (const bool evict : {false, true}) {
    Bench bench;
    api::Cluster tainted = cluster();
    tainted.spec.taints = {{.key = "k", .effect = std::string(api::effect_no_execute)}};
    bench.clusters.put(tainted);
    api::ResourceBinding binding = web();
    binding.spec.clusters = {{"a", 8}};
    binding.applied_placement = binding.spec.placement;
    bench.bindings.put(binding);
    TaintManagerConfig config;
    config.evict = evict;
    config.period = 10s;
    const TaintManager manager(bench.ports, config);
    bench.time.run_to(1min);
    EXPECT_EQ(bench.targets().empty(), evict);
  }
}

/// How many of 40 bindings leave their cluster in its first instant, with three workers.
int evicted_at_once(bool paced) {
  Bench bench;
  api::Cluster tainted = cluster();
  tainted.spec.taints = {{.key = "k", .effect = std::string(api::effect_no_execute)}};
  bench.clusters.put(tainted);
  constexpr int count = 40;
  for (int i = 0; i < count; ++i) {
    api::ResourceBinding binding = web();
    binding.metadata.name = binding.metadata.name + std::to_string(i);
    binding.spec.clusters = {{"a", 8}};
    binding.applied_placement = binding.spec.placement;
    bench.bindings.put(binding);
  }
  TaintManagerConfig config;
  config.evict = true;
  config.period = 10s;
  config.workers.paced = paced;
  const TaintManager manager(bench.ports, config);
  bench.time.run_to(0s);
  int evicted = 0;
  for (int i = 0; i < count; ++i) {
    const auto binding = bench.bindings.get({web_key.space, web_key.name + std::to_string(i)});
    if (binding->spec.clusters.empty()) ++evicted;
  }
  return evicted;
}

TEST(TaintManager, PausesAfterEachEvictionOnlyWhereTheReleasePacesThem) {
  EXPECT_EQ(evicted_at_once(true), 3);
  EXPECT_EQ(evicted_at_once(false), 40);
}

TEST(ClusterLease, StretchesItsIntervalByUpToFourPercent) {
  Bench bench;
  const ClusterLease lease(bench.ports, "a", 10s);
  bench.time.run_to(11s);
  const auto stored = bench.around.stores.leases.get({"karmada-cluster", "a"});
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->renew_time, Timestamp(10200ms));
}

}  // namespace
}  // namespace firedrill::policy::karmada
