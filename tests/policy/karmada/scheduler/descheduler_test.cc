#include "policy/karmada/scheduler/descheduler.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

/// Replicas that a target of 5 keeps.
api::Replicas kept(api::Replicas ready, api::Replicas unschedulable) {
  const std::vector<DeschedulingTarget> targets = {{.cluster = "a", .replicas = 5, .ready = ready}};
  const std::vector<UnschedulableReplicas> answers = {{"a", unschedulable}};
  return deschedule(targets, answers).clusters.front().replicas;
}

TEST(Descheduler, TakesUnschedulableReplicasAwayButNoReadyOnes) {
  EXPECT_EQ(kept(2, 3), 2);
  EXPECT_EQ(kept(4, 3), 4);
  EXPECT_EQ(kept(-1, 5), 0);
  EXPECT_EQ(kept(-1, 2), 3);
}

TEST(Descheduler, IgnoresAnswersThatMakeNoSense) {
  EXPECT_EQ(kept(2, 6), 5);
  EXPECT_EQ(kept(2, -1), 5);
  EXPECT_EQ(kept(2, 0), 5);
  EXPECT_EQ(kept(5, 3), 5);
}

TEST(Descheduler, SaysWhatItDid) {
  const std::vector<DeschedulingTarget> targets = {{.cluster = "a", .replicas = 3, .ready = 1},
                                                   {.cluster = "b", .replicas = 2, .ready = 2},
                                                   {.cluster = "c", .replicas = 1, .ready = -1}};
  const std::vector<UnschedulableReplicas> answers = {{"a", 2}, {"c", 1}};
  const Descheduling result = deschedule(targets, answers);
  EXPECT_EQ(testing::text_of(result.clusters), "a:1 b:2 c:0");
  EXPECT_EQ(result.removed, 3);
  EXPECT_EQ(result.message,
            "Binding has been descheduled, 2 replica(s) in cluster(a), 1 replica(s) in cluster(c), "
            "3 total descheduled replica(s)");
  EXPECT_EQ(deschedule(targets, {}).message, "");
}

TEST(Descheduler, ReadsReadyReplicasFromTheStatus) {
  EXPECT_EQ(ready_replicas(std::nullopt), -1);
  api::ObjectStatus status;
  EXPECT_EQ(ready_replicas(status), -1);
  status.ready = 4;
  EXPECT_EQ(ready_replicas(status), 4);
  status.document = api::Json(nlohmann::json{{"readyReplicas", 2}});
  EXPECT_EQ(ready_replicas(status), 2);
  status.document = api::Json(nlohmann::json{{"readyReplicas", "2"}});
  EXPECT_EQ(ready_replicas(status), -1);
}

TEST(Descheduler, ConsidersDeploymentsDividedByRoom) {
  testing::Scene scene(3);
  const auto considered = [&scene] {
    return considered_by_descheduler(scene.spec.resource, &scene.placement);
  };
  EXPECT_FALSE(considered());
  scene.duplicated();
  EXPECT_FALSE(considered());
  scene.static_weights({{"a", 1}});
  EXPECT_FALSE(considered());
  scene.dynamic();
  EXPECT_TRUE(considered());
  scene.aggregated();
  EXPECT_TRUE(considered());
  EXPECT_FALSE(considered_by_descheduler(scene.spec.resource, nullptr));
  scene.spec.resource.kind = "StatefulSet";
  EXPECT_FALSE(considered());
}

}  // namespace
}  // namespace firedrill::policy::karmada
