/// What the timeline says of changes in API objects.

#include "models/world/karmada/store_observer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"
#include "sim/engine.h"

namespace firedrill::models::karmada {
namespace {

using Kinds = std::vector<std::string>;

class StoreObserverTest : public testing::Test {
 protected:
  StoreObserverTest() { recorder.begin({}); }

  /// Kinds of what was recorded since the last call.
  Kinds news() {
    Kinds kinds;
    for (; read < sink.events().size(); ++read)
      kinds.emplace_back(timeline::kind_name(sink.events()[read].payload));
    return kinds;
  }
  template <class Event>
  [[nodiscard]] const Event& last() const {
    return std::get<Event>(sink.events().back().payload);
  }
  template <class Mutation>
  void change_binding(Mutation&& mutation) {
    (void)server.bindings.patch(web, mutation);
  }
  void create_binding() {
    api::ResourceBinding binding;
    binding.metadata.space = web.space;
    binding.metadata.name = web.name;
    binding.spec.resource = {"apps/v1", "Deployment", "default", "web", "uid"};
    binding.spec.replicas = 3;
    (void)server.bindings.create(binding);
  }

  const api::Key web{"default", "web-deployment"};
  const std::string workload = "Deployment/default/web";
  sim::Engine engine;
  CivilClock clock{engine, api::Timestamp{}};
  timeline::MemorySink sink;
  timeline::Recorder recorder{engine, {&sink}};
  ApiServer server{clock};
  WorldMembers members;
  StoreObserver observer{server, members, recorder, false};
  std::size_t read = 0;
};

TEST_F(StoreObserverTest, AClusterJoinsChangesAndGoes) {
  api::Cluster cluster;
  cluster.metadata.name = "member1";
  cluster.spec.region = "north";
  (void)server.clusters.create(cluster);
  EXPECT_EQ(news(), Kinds{"ClusterJoined"});
  EXPECT_EQ(last<timeline::ClusterJoined>().region, "north");

  const api::Key key{{}, "member1"};
  const auto ready = [](std::string status, std::string message) {
    return [=](api::Cluster& next) {
      next.status.conditions = {{"Ready", status, "ClusterReady", message, {}}};
    };
  };
  (void)server.clusters.patch_status(key, ready("True", "one"));
  EXPECT_EQ(news(), Kinds{"ClusterConditionChanged"});
  (void)server.clusters.patch_status(key, ready("True", "two"));
  EXPECT_EQ(news(), Kinds{}) << "a message alone is no news";
  (void)server.clusters.patch_status(key, ready("False", "two"));
  EXPECT_EQ(news(), Kinds{"ClusterConditionChanged"});
  EXPECT_EQ(last<timeline::ClusterConditionChanged>().status, "False");

  (void)server.clusters.patch(key, [](api::Cluster& next) {
    next.spec.taints = {{"a", {}, "NoSchedule", {}}, {"b", {}, "NoExecute", {}}};
  });
  EXPECT_EQ(news(), (Kinds{"TaintAdded", "TaintAdded"}));
  (void)server.clusters.patch(key, [](api::Cluster& next) {
    next.spec.taints = {{"a", {}, "NoExecute", {}}, {"b", {}, "NoExecute", {}}};
  });
  EXPECT_EQ(news(), (Kinds{"TaintRemoved", "TaintAdded"})) << "another effect is another taint";

  (void)server.clusters.remove(key);
  EXPECT_EQ(news(), Kinds{"ClusterRemoved"});
}

TEST_F(StoreObserverTest, AnAssignmentNamesWhoMadeIt) {
  create_binding();
  EXPECT_EQ(news(), Kinds{}) << "a binding that is not scheduled shows nothing";
  {
    const Writer writer(server, "scheduler");
    change_binding([](api::ResourceBinding& next) { next.spec.clusters = {{"member1", 3}}; });
  }
  EXPECT_EQ(news(), Kinds{"BindingScheduled"});
  EXPECT_EQ(last<timeline::BindingScheduled>().by, "scheduler");
  EXPECT_EQ(last<timeline::BindingScheduled>().workload, workload);
}

TEST_F(StoreObserverTest, AnEvictionShowsInItsTaskAndNotAsAnAssignment) {
  create_binding();
  change_binding([](api::ResourceBinding& next) {
    next.spec.clusters = {{"member1", 1}, {"member2", 2}};
  });
  (void)news();
  change_binding([](api::ResourceBinding& next) {
    next.spec.clusters = {{"member2", 2}};
    api::GracefulEvictionTask task;
    task.from_cluster = "member1";
    task.preserved_label_state = {{"state", "7"}};
    next.spec.graceful_eviction_tasks.push_back(task);
  });
  EXPECT_EQ(news(), (Kinds{"GracefulEvictionTaskAdded", "StatePreserved"}));
}

TEST_F(StoreObserverTest, TheEndOfATaskHasTheAnnouncedReasonOnce) {
  create_binding();
  const auto add = [](api::ResourceBinding& next) {
    api::GracefulEvictionTask task;
    task.from_cluster = "member1";
    next.spec.graceful_eviction_tasks.push_back(task);
  };
  const auto drop = [](api::ResourceBinding& next) { next.spec.graceful_eviction_tasks.clear(); };
  change_binding(add);
  observer.announce_task_end(web, "member1", "Timeout");
  change_binding(drop);
  EXPECT_EQ(last<timeline::GracefulEvictionTaskRemoved>().reason, "Timeout");
  change_binding(add);
  change_binding(drop);
  EXPECT_EQ(last<timeline::GracefulEvictionTaskRemoved>().reason, "Gone");
}

TEST_F(StoreObserverTest, AFailureIsToldOncePerReason) {
  create_binding();
  const auto failed = [](std::string reason, std::string message) {
    return [=](api::ResourceBinding& next) {
      next.status.conditions = {
          {std::string(api::condition_scheduled), "False", reason, message, {}}};
    };
  };
  (void)server.bindings.patch_status(web, failed("NoClusterFit", "0/2"));
  EXPECT_EQ(news(), Kinds{"SchedulingFailed"});
  (void)server.bindings.patch_status(web, failed("NoClusterFit", "0/3"));
  EXPECT_EQ(news(), Kinds{});
  (void)server.bindings.patch_status(web, failed("Unschedulable", "0/3"));
  EXPECT_EQ(news(), Kinds{"SchedulingFailed"});
}

TEST_F(StoreObserverTest, HealthIsToldClusterByCluster) {
  create_binding();
  const auto health = [](std::string value) {
    return [=](api::ResourceBinding& next) {
      api::AggregatedStatusItem item;
      item.cluster_name = "member1";
      item.health = value;
      next.status.aggregated_status = {item};
    };
  };
  (void)server.bindings.patch_status(web, health("Unhealthy"));
  (void)server.bindings.patch_status(web, health("Healthy"));
  (void)server.bindings.patch_status(
      web, [](api::ResourceBinding& next) { next.status.aggregated_status.clear(); });
  EXPECT_EQ(news(), (Kinds{"HealthChanged", "HealthChanged", "HealthChanged"}));
  EXPECT_EQ(last<timeline::HealthChanged>().health, "");
}

TEST_F(StoreObserverTest, AWorkComesChangesAndGoes) {
  api::Work work;
  work.metadata.space = api::execution_space("member1");
  work.metadata.name = "web";
  work.metadata.finalizers = {"execution"};
  work.cluster = "member1";
  work.spec.manifest.resource = {"apps/v1", "Deployment", "default", "web", "uid"};
  work.spec.manifest.replicas = 2;
  (void)server.works.create(work);
  EXPECT_EQ(news(), Kinds{"WorkCreated"});
  const api::Key key = work.metadata.key();
  (void)server.works.patch(key, [](api::Work& next) {
    next.spec.manifest.replicas = 5;
    next.spec.manifest.injected_labels = {{"state", "7"}};
  });
  EXPECT_EQ(news(), (Kinds{"ReplicasChanged", "WorkLabelsChanged"}));
  (void)server.works.remove(key);
  EXPECT_EQ(news(), Kinds{"WorkDeleting"});
  (void)server.works.patch(key, [](api::Work& next) { next.metadata.finalizers.clear(); });
  EXPECT_EQ(news(), Kinds{"WorkDeleted"});
}

TEST_F(StoreObserverTest, ADecisionIsToldWithTheAssignmentItLedTo) {
  create_binding();
  auto decision = std::make_shared<policy::Decision>();
  decision->clusters = {{.cluster = "member1",
                         .rejected = {},
                         .score = 100,
                         .available = 9,
                         .assigned = 3,
                         .selected = true,
                         .chosen = true},
                        {.cluster = "member2", .rejected = "TaintToleration"},
                        {.cluster = "member3", .rejected = {}, .score = 50, .available = 1}};
  observer.announce_decision(web, decision);
  change_binding([](api::ResourceBinding& next) { next.spec.clusters = {{"member1", 3}}; });
  const auto& told = last<timeline::BindingScheduled>().decision;
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->candidates, 2);
  EXPECT_EQ(told->rejected.at("TaintToleration"), 1);
  ASSERT_EQ(told->considered.size(), 3U);
  EXPECT_EQ(told->considered[0].cluster, "member1");
  EXPECT_EQ(told->considered[1].cluster, "member3") << "candidates before the rejected";

  change_binding([](api::ResourceBinding& next) { next.spec.clusters = {{"member1", 4}}; });
  EXPECT_FALSE(last<timeline::BindingScheduled>().decision.has_value()) << "told once";
}

}  // namespace
}  // namespace firedrill::models::karmada
