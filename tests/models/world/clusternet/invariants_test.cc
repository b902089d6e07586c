/// What Clusternet promises: sequences that violate it, and such that just don't.

#include "models/world/clusternet/invariants.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"
#include "analysis/timeline/recorder.h"

namespace firedrill::models::clusternet {
namespace {

using namespace std::chrono_literals;
using policy::clusternet::Description;
using policy::clusternet::ManagedCluster;
using policy::clusternet::Subscription;
using Names = std::vector<std::string>;

class ClusternetInvariants : public testing::Test {
 protected:
  ClusternetInvariants() {
    recorder.begin({});
    for (const char* name : {"a", "b"}) {
      ManagedCluster cluster;
      cluster.metadata.space = "x";
      cluster.metadata.name = name;
      (void)server.clusters.create(cluster);
    }
    Subscription subscription;
    subscription.metadata.space = web.space;
    subscription.metadata.name = web.name;
    subscription.spec.feeds = {feed};
    (void)server.subscriptions.create(subscription);
  }

  void pass_time(sim::Duration length) { engine.run_through(engine.now() + length); }

  /// A write by a component that has just read what it changes.
  template <class Object, class Change>
  void component(std::string_view who,
                 ObjectTable<Object>& table,
                 const api::Key& key,
                 Change&& change,
                 sim::Duration took = {}) {
    const Basis<Object> basis{engine.now(), engine.now() - took, table.find(key)};
    const Writer writer(server, who);
    const Basis<Object>* before = table.exchange_basis(&basis);
    change();
    table.exchange_basis(before);
  }

  void bind(const std::vector<std::string>& clusters,
            const policy::clusternet::FeedReplicas& replicas = {},
            sim::Duration took = {}) {
    component(
        "scheduler", server.subscriptions, web,
        [&] {
          (void)server.subscriptions.patch_status(web, [&](Subscription& next) {
            next.status.targets = {clusters, replicas};
          });
        },
        took);
  }

  void taint(const char* cluster, const char* effect) {
    (void)server.clusters.patch({"x", cluster}, [&](ManagedCluster& next) {
      next.spec.taints.clear();
      if (*effect != '\0') next.spec.taints.push_back({"k", "", effect, {}});
    });
  }

  void describe_in(const char* identity) {
    Description description;
    description.metadata.space = "x";
    description.metadata.name = std::string("web-") + identity;
    description.subscription = web;
    description.cluster = identity;
    const Writer writer(server, "controller-manager");
    (void)server.descriptions.create(description);
  }

  Names news() {
    Names names;
    for (; read < sink.events().size(); ++read) {
      const auto* violated = std::get_if<timeline::InvariantViolated>(&sink.events()[read].payload);
      if (violated != nullptr) names.push_back(violated->invariant);
    }
    return names;
  }

  const api::Key web{"default", "web"};
  const policy::clusternet::Feed feed{"Deployment", "apps/v1", "default", "web"};
  sim::Engine engine;
  CivilClock clock{engine, api::Timestamp{1h}};
  timeline::MemorySink sink;
  timeline::Recorder recorder{engine, {&sink}};
  Violations violations{engine, recorder};
  ApiServer server{clock};
  Invariants invariants{server, engine, violations, {}};
  std::size_t read = 0;
};

TEST_F(ClusternetInvariants, NobodyIsBoundToAClusterThatRepels) {
  bind({"x/a", "x/b"});
  EXPECT_EQ(news(), Names{});
  pass_time(1s);
  taint("a", "NoSchedule");
  bind({"x/a", "x/b"});
  EXPECT_EQ(news(), Names{}) << "what is bound may stay";
  pass_time(1s);
  bind({"x/b"});
  bind({"x/a", "x/b"});
  EXPECT_EQ(news(), Names{"no-repelling-cluster-assigned"});
  bind({"x/b"});
  taint("a", "");
  pass_time(1s);
  taint("a", "NoExecute");
  bind({"x/a", "x/b"}, {}, 500ms);
  EXPECT_EQ(news(), Names{}) << "the scheduler can't have seen the taint when it began";
  bind({"x/a", "x/b", "x/gone"});
  EXPECT_EQ(news(), Names{"no-repelling-cluster-assigned"});
}

TEST_F(ClusternetInvariants, WeightsDivideNoMoreThanIsDesired) {
  (void)server.subscriptions.patch(web, [](Subscription& next) {
    next.spec.scheduling_strategy = policy::clusternet::strategy_dividing;
    next.spec.dividing_scheduling.emplace();
  });
  policy::clusternet::FeedInventory inventory;
  inventory.metadata.space = web.space;
  inventory.metadata.name = web.name;
  inventory.feeds = {{feed, 6, {}, {}}};
  (void)server.inventories.create(inventory);
  const std::string key = policy::clusternet::feed_key(feed);
  bind({"x/a", "x/b"}, {{key, {4, 2}}});
  EXPECT_EQ(news(), Names{});
  bind({"x/a", "x/b"}, {{key, {4, 3}}});
  EXPECT_EQ(news(), Names{"divided-sum-within-desired"});
  (void)server.subscriptions.patch(web, [](Subscription& next) {
    next.spec.dividing_scheduling->type = policy::clusternet::dividing_dynamic;
  });
  bind({"x/a", "x/b"}, {{key, {-17948, 70000}}});
  EXPECT_EQ(news(), Names{}) << "the reference overflows";
}

TEST_F(ClusternetInvariants, DescriptionsFollowTheBinding) {
  bind({"x/a"});
  describe_in("x/a");
  EXPECT_EQ(news(), Names{});
  describe_in("x/b");
  EXPECT_EQ(news(), Names{"description-only-where-bound"});
  bind({"x/b"});
  pass_time(1s);
  (void)server.descriptions.remove({"x", "web-x/a"});
  describe_in("x/a");
  EXPECT_EQ(news(), Names{}) << "it was bound there a second ago";
  pass_time(11min);
  (void)server.descriptions.remove({"x", "web-x/a"});
  describe_in("x/a");
  EXPECT_EQ(news(), Names{"description-only-where-bound"});
}

TEST_F(ClusternetInvariants, AClusterIsLostOnlyAfterSilence) {
  const api::Key a{"x", "a"};
  const auto ready = [&](const char* status, const char* who) {
    component(who, server.clusters, a, [&] {
      (void)server.clusters.patch_status(a, [&](ManagedCluster& next) {
        api::Condition condition;
        condition.type = "Ready";
        condition.status = status;
        next.status.conditions = {condition};
        next.status.heartbeat_frequency_seconds = 10;
        if (std::string_view(who) == "agent")
          next.status.last_observed_time = api::StoredTime::floor(clock.now());
      });
    });
    return news();
  };
  EXPECT_EQ(ready("True", "agent"), Names{});
  pass_time(29s);
  EXPECT_EQ(ready("Unknown", "controller-manager"), Names{"heartbeat-lost-after-silence"});
  EXPECT_EQ(ready("True", "agent"), Names{});
  pass_time(30s);
  EXPECT_EQ(ready("Unknown", "controller-manager"), Names{});
  EXPECT_EQ(ready("True", "agent"), Names{});
  EXPECT_EQ(ready("Unknown", "user"), Names{}) << "users may write what they like";
}

TEST_F(ClusternetInvariants, TheQueueKeepsItsOrder) {
  const api::Key other{"default", "other"};
  const auto queue = [&](const api::Key& key, std::int64_t priority,
                         std::optional<api::Duration> backoff = {}) {
    invariants.queued({.subscription = key,
                       .reason = "Test",
                       .attempts = 0,
                       .backoff = backoff,
                       .priority = priority});
  };
  queue(web, 0);
  pass_time(1s);
  queue(other, 0);
  invariants.taken(web);
  invariants.taken(other);
  EXPECT_EQ(news(), Names{}) << "first come, first served";
  queue(web, 0);
  pass_time(1s);
  queue(other, 0);
  invariants.taken(other);
  EXPECT_EQ(news(), Names{"subscriptions-taken-in-order"});
  queue(other, 5);
  invariants.taken(other);
  EXPECT_EQ(news(), Names{}) << "the higher priority goes first";
  queue(web, 0, 2s);
  queue(other, -1);
  invariants.taken(other);
  EXPECT_EQ(news(), Names{}) << "whoever backs off is not waited for";
  queue(web, 0);
  invariants.started("scheduler");
  queue(other, -1);
  invariants.taken(other);
  EXPECT_EQ(news(), Names{}) << "a new process has a new queue";
}

}  // namespace
}  // namespace firedrill::models::clusternet
