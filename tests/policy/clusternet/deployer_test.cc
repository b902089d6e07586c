// From a binding to the members: inventories, Bases, Localizations, Descriptions, and what is left
// behind in a lost cluster (spec/clusternet.md 8).

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "clusternet/hand_made_hub.h"
#include "policy/clusternet/components.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;
using Step = LiveMembers::Step;
using Steps = std::vector<Step>;
using Strings = std::vector<std::string>;

const api::Key web{"shop", "web"};
const Feed deployment{
    .kind = "Deployment", .api_version = "apps/v1", .space = "shop", .name = "web"};
const Feed config{.kind = "ConfigMap", .api_version = "v1", .space = "shop", .name = "settings"};

class Deploying : public testing::Test {
 protected:
  void start(const Options& options = {}) {
    manager = start_controller_manager(hub.ports, options);
    settle();
  }
  void add_template(const Feed& feed, std::optional<api::Replicas> replicas) {
    api::ResourceTemplate resource;
    resource.metadata.space = template_key(feed).space;
    resource.metadata.name = template_key(feed).name;
    resource.api_version = feed.api_version;
    resource.kind = feed.kind;
    resource.replicas = replicas;
    hub.templates.put(std::move(resource));
  }
  void add_clusters(const Strings& names) {
    for (const std::string& name : names) {
      hub.add_cluster(name);
      hub.report(name, 180);
    }
  }
  void subscribe(bool dividing = false) {
    Subscription subscription;
    subscription.metadata.space = web.space;
    subscription.metadata.name = web.name;
    subscription.spec.feeds = {deployment, config};
    if (dividing) subscription.spec.scheduling_strategy = strategy_dividing;
    hub.subscriptions.put(std::move(subscription));
    add_template(deployment, 3);
    add_template(config, {});
  }
  /// What the scheduler writes.
  void bind(const Strings& names, std::vector<std::int32_t> replicas = {}) {
    hub.subscriptions.change_status(web, [&](Subscription& next) {
      TargetClusters& targets = next.status.targets;
      targets.binding_clusters.clear();
      for (const std::string& name : names)
        targets.binding_clusters.push_back(dedicated_space(name) + "/" + name);
      targets.replicas.clear();
      if (!replicas.empty()) targets.replicas[feed_key(deployment)] = replicas;
    });
    settle();
  }
  void lose(const std::string& name) {
    hub.members.down.insert(name);
    hub.clusters.change_status(Hub::key_of(name), [](ManagedCluster& next) {
      next.status.conditions.front().status = api::status_unknown;
    });
    settle();
  }
  void settle() { hub.time.run_to(hub.time.since_start()); }
  [[nodiscard]] Strings bases() const {
    Strings names;
    for (const auto& base : hub.bases.list())
      names.push_back(base->metadata.space);
    return names;
  }

  Hub hub;
  std::unique_ptr<Component> manager;
};

TEST_F(Deploying, AppliesAllFeedsInEachBoundCluster) {
  add_clusters({"a", "b"});
  subscribe();
  start();
  bind({"a", "b"});
  EXPECT_EQ(hub.members.steps, (Steps{{"apply", "a", "web"},
                                      {"apply", "a", "settings"},
                                      {"apply", "b", "web"},
                                      {"apply", "b", "settings"}}));
  EXPECT_EQ(hub.members.replicas("a", "web"), 3);
  const auto description = hub.descriptions.get({"clusternet-a", description_name(web)});
  ASSERT_NE(description, nullptr);
  EXPECT_EQ(description->status.phase, phase_success);
}

// The new copy is applied and the old one deleted in the same pass, in that order; nobody waits for
// the new one to run.
TEST_F(Deploying, CreatesFirstAndDeletesThen) {
  add_clusters({"a", "b"});
  subscribe();
  start();
  bind({"a"});
  hub.members.steps.clear();
  bind({"b"});
  const Steps& steps = hub.members.steps;
  const auto applied = std::ranges::find(steps, Step{"apply", "b", "web"});
  const auto removed = std::ranges::find(steps, Step{"remove", "a", "web"});
  ASSERT_NE(applied, steps.end());
  ASSERT_NE(removed, steps.end());
  EXPECT_LT(applied, removed);
  hub.time.run_to(1s);
  EXPECT_EQ(bases(), Strings{"clusternet-b"});
  EXPECT_EQ(hub.descriptions.list().size(), 1U);
}

// Replicas go by the binding; a feed without any goes as it is. A changed division changes the
// Localizations alone.
TEST_F(Deploying, LocalizesTheReplicasOfADividedWorkload) {
  add_clusters({"a", "b"});
  subscribe(true);
  start();
  ASSERT_NE(hub.inventories.get(web), nullptr);
  EXPECT_EQ(hub.inventories.get(web)->feeds[0].desired_replicas, 3);
  EXPECT_EQ(hub.inventories.get(web)->feeds[1].desired_replicas, std::nullopt);
  bind({"a", "b"}, {1, 2});
  EXPECT_EQ(hub.members.replicas("a", "web"), 1);
  EXPECT_EQ(hub.members.replicas("b", "web"), 2);
  bind({"a", "b"}, {3, 0});
  EXPECT_EQ(hub.members.replicas("a", "web"), 3);
  EXPECT_EQ(hub.members.replicas("b", "web"), 0);
}

// A list of replicas that is too short for the clusters: the last one runs with the template's.
TEST_F(Deploying, GoesOnAfterABadSchedulingResult) {
  add_clusters({"a", "b"});
  subscribe(true);
  start();
  bind({"a", "b"}, {1});
  EXPECT_EQ(hub.members.replicas("a", "web"), 1);
  EXPECT_EQ(hub.members.replicas("b", "web"), 3);
}

TEST_F(Deploying, KeepsTheInventoryInLineWithTheTemplate) {
  add_clusters({"a"});
  subscribe(true);
  start();
  hub.templates.change(template_key(deployment),
                       [](api::ResourceTemplate& next) { next.replicas = 7; });
  settle();
  EXPECT_EQ(hub.inventories.get(web)->feeds[0].desired_replicas, 7);
}

// a is lost and not bound any more: its Description and Base go at once, without a word to a, where
// the copy runs on. Bound again after a's return, the new Description takes the same object over.
TEST_F(Deploying, LeavesOrphansInALostClusterAndAdoptsThemLater) {
  add_clusters({"a", "b"});
  subscribe();
  start();
  bind({"a", "b"});
  lose("a");
  bind({"b"});
  hub.time.run_to(1s);
  EXPECT_EQ(bases(), Strings{"clusternet-b"});
  EXPECT_EQ(hub.descriptions.get({"clusternet-a", description_name(web)}), nullptr);
  EXPECT_EQ(hub.members.replicas("a", "web"), 3) << "the orphan";

  hub.members.down.erase("a");
  hub.report("a", 180);
  settle();
  EXPECT_EQ(hub.members.replicas("a", "web"), 3) << "its return alone deletes nothing";
  hub.members.steps.clear();
  bind({"a", "b"});
  EXPECT_EQ(hub.members.steps, (Steps{{"apply", "a", "web"}, {"apply", "a", "settings"}}));
}

// Unbound for another reason while the hub still believes in a: the deletion waits for a.
TEST_F(Deploying, WaitsForAClusterThatIsOnlyOutOfReach) {
  add_clusters({"a", "b"});
  subscribe();
  start();
  bind({"a", "b"});
  hub.members.down.insert("a");
  bind({"b"});
  hub.time.run_to(5s);
  EXPECT_EQ(bases(), (Strings{"clusternet-a", "clusternet-b"}));
  hub.members.down.erase("a");
  // Tries of four each (0, 10, 50, 250 ms = 310 ms), 5 ms * 2^k apart: the tenth back-off, 2.56 s,
  // begins before 10 s have passed.
  hub.time.run_to(15s);
  EXPECT_EQ(bases(), Strings{"clusternet-b"});
  EXPECT_EQ(hub.members.replicas("a", "web"), std::nullopt);
}

TEST_F(Deploying, DeployerOffDeploysNothing) {
  add_clusters({"a"});
  subscribe();
  Options options;
  options.gates.deployer = false;
  start(options);
  bind({"a"});
  EXPECT_TRUE(hub.bases.list().empty());
  EXPECT_TRUE(hub.members.steps.empty());
}

// The hub does not know whether it may apply before the agent's first report: it tries again and
// again, 5 ms doubled each time.
TEST_F(Deploying, PushWaitsForTheFirstReport) {
  hub.add_cluster("a");
  subscribe();
  start();
  bind({"a"});
  hub.time.run_to(1s);
  EXPECT_TRUE(hub.members.steps.empty());
  // Tries at 5 ms * (2^k - 1): 0.635, 1.275, 2.555; the report at 2 is heeded at 2.555.
  hub.time.run_to(2s);
  hub.report("a", 180);
  hub.time.run_to(2554ms);
  EXPECT_TRUE(hub.members.steps.empty());
  hub.time.run_to(2555ms);
  EXPECT_EQ(hub.members.steps.size(), 2U);
}

// Pull: the hub leaves the Description alone, the agent applies it. Dual with AppPusher: the hub.
TEST_F(Deploying, ThePullClustersAgentApplies) {
  add_clusters({"a"});
  hub.clusters.change(Hub::key_of("a"),
                      [](ManagedCluster& next) { next.spec.sync_mode = sync_mode_pull; });
  subscribe();
  start();
  bind({"a"});
  EXPECT_TRUE(hub.members.steps.empty());
  const Options options;
  const auto agent = start_agent(hub.ports, "a", options.agent, options);
  settle();
  EXPECT_EQ(hub.members.steps, (Steps{{"apply", "a", "web"}, {"apply", "a", "settings"}}));
  hub.members.steps.clear();
  bind({});
  EXPECT_EQ(hub.members.steps, (Steps{{"remove", "a", "web"}, {"remove", "a", "settings"}}));
}
TEST_F(Deploying, TheAgentLeavesDualWithAppPusherToTheHub) {
  add_clusters({"a"});
  hub.clusters.change(Hub::key_of("a"),
                      [](ManagedCluster& next) { next.spec.sync_mode = sync_mode_dual; });
  subscribe();
  const Options options;
  const auto agent = start_agent(hub.ports, "a", options.agent, options);
  start();
  bind({"a"});
  EXPECT_EQ(hub.members.steps.size(), 2U) << "once, by the hub";
}

TEST_F(Deploying, DeletesEverythingWithTheSubscription) {
  add_clusters({"a", "b"});
  subscribe();
  start();
  bind({"a", "b"});
  (void)hub.subscriptions.remove(web);
  hub.time.run_to(1s);
  EXPECT_EQ(hub.subscriptions.get(web), nullptr);
  EXPECT_TRUE(hub.bases.list().empty());
  EXPECT_TRUE(hub.descriptions.list().empty());
  EXPECT_TRUE(hub.members.objects.empty());
}

// A feed that is taken out of the subscription is pruned in the clusters, again every 5 s until it
// succeeds.
TEST_F(Deploying, PrunesAFeedThatIsNoLongerWanted) {
  add_clusters({"a"});
  subscribe();
  start();
  bind({"a"});
  hub.members.down.insert("a");
  hub.subscriptions.change(web, [](Subscription& next) { next.spec.feeds = {deployment}; });
  hub.subscriptions.change_status(web, [](Subscription& next) {
    next.status.scheduled_spec = std::make_shared<const SubscriptionSpec>(next.spec);
  });
  hub.time.run_to(1s);
  hub.members.down.erase("a");
  EXPECT_NE(hub.members.replicas("a", "web"), std::nullopt);
  hub.time.run_to(4s);
  EXPECT_TRUE(hub.members.objects.contains({"a", "settings"}));
  hub.time.run_to(5s);
  EXPECT_FALSE(hub.members.objects.contains({"a", "settings"}));
}

}  // namespace
}  // namespace firedrill::policy::clusternet
