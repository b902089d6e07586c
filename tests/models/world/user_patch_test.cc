/// Merge patches as users send them: what they change, what they leave alone, and that they need
/// something to change.

#include "models/world/karmada/user_patch.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace firedrill::models::karmada {
namespace {

using nlohmann::json;

class UserPatchTest : public testing::Test {
 protected:
  UserPatchTest() {
    api::Cluster cluster;
    cluster.metadata.name = "member1";
    cluster.metadata.labels = {{"tier", "gold"}, {"zone", "a"}};
    cluster.spec.sync_mode = api::sync_push;
    cluster.spec.taints = {{"k", "v", "NoSchedule", {}}};
    (void)server.clusters.create(cluster);

    api::ResourceBinding binding;
    binding.metadata.space = "default";
    binding.metadata.name = "web-deployment";
    binding.spec.replicas = 3;
    binding.spec.clusters = {{"member1", 3}};
    api::Placement placement;
    placement.cluster_affinity.emplace().cluster_names = {"member1"};
    binding.spec.placement = std::make_shared<const api::Placement>(placement);
    (void)server.bindings.create(binding);

    api::ClusterTaintPolicy policy;
    policy.metadata.name = "evict";
    policy.spec.taints = {{"k", {}, "NoExecute", {}}};
    policy.spec.add_on_conditions = {{"Ready", "In", {"False"}}};
    (void)server.taint_policies.create(policy);
  }

  bool patch(const ObjectTarget& target, json document) {
    const api::Json kept(std::move(document));
    const UserPatch change(server, target, kept);
    const bool applicable = change.applicable();
    change.apply();
    return applicable;
  }
  [[nodiscard]] const api::ResourceBinding& binding() const {
    return *server.bindings.find({"default", "web-deployment"});
  }
  [[nodiscard]] const api::Cluster& cluster() const {
    return *server.clusters.find({{}, "member1"});
  }

  const ObjectTarget web{"ResourceBinding", "default", "web-deployment"};
  const ObjectTarget member1{"Cluster", {}, "member1"};
  sim::Engine engine;
  CivilClock clock{engine, api::Timestamp{std::chrono::hours(1)}};
  ApiServer server{clock};
};

TEST_F(UserPatchTest, ChangesTheFieldsThatItNamesAndNoOthers) {
  EXPECT_TRUE(patch(web, {{"spec", {{"suspension", {{"scheduling", true}}}}}}));
  ASSERT_TRUE(binding().spec.suspension.has_value());
  EXPECT_EQ(binding().spec.suspension->scheduling, true);
  EXPECT_EQ(binding().spec.replicas, 3);
  EXPECT_EQ(binding().spec.clusters.size(), 1U);
  EXPECT_EQ(binding().metadata.generation, 2);
}

TEST_F(UserPatchTest, ReplacesListsAsAWhole) {
  EXPECT_TRUE(patch(web, {{"spec", {{"clusters", {{{"name", "member2"}, {"replicas", 2}}}}}}}));
  ASSERT_EQ(binding().spec.clusters.size(), 1U);
  EXPECT_EQ(binding().spec.clusters[0].name, "member2");
}

TEST_F(UserPatchTest, RemovesWhatIsNull) {
  patch(web, {{"spec", {{"suspension", {{"scheduling", true}}}}}});
  EXPECT_TRUE(patch(web, {{"spec", {{"suspension", nullptr}}}}));
  EXPECT_FALSE(binding().spec.suspension.has_value());
}

TEST_F(UserPatchTest, KeepsThePlacementOfABindingShared) {
  const auto before = binding().spec.placement;
  patch(web, {{"spec", {{"replicas", 4}}}});
  EXPECT_EQ(binding().spec.replicas, 4);
  EXPECT_EQ(binding().spec.placement, before) << "the same object, not an equal one";
}

TEST_F(UserPatchTest, AddsATaskAsAUserWould) {
  patch(web, {{"spec",
               {{"clusters", json::array()},
                {"gracefulEvictionTasks",
                 {{{"fromCluster", "member1"},
                   {"purgeMode", "Gracefully"},
                   {"reason", "ByHand"},
                   {"producer", "User"}}}}}}});
  ASSERT_EQ(binding().spec.graceful_eviction_tasks.size(), 1U);
  EXPECT_EQ(binding().spec.graceful_eviction_tasks[0].from_cluster, "member1");
  EXPECT_TRUE(binding().spec.clusters.empty());
}

TEST_F(UserPatchTest, ChangesLabelsAndSpecOfAClusterButNothingElseOfItsMetadata) {
  EXPECT_TRUE(patch(member1, {{"metadata", {{"labels", {{"tier", nullptr}, {"rack", "7"}}}}},
                              {"spec", {{"region", "north"}}}}));
  EXPECT_EQ(cluster().metadata.labels, (api::Labels{{"rack", "7"}, {"zone", "a"}}));
  EXPECT_EQ(cluster().spec.region, "north");
  EXPECT_EQ(cluster().spec.taints.size(), 1U);
  EXPECT_TRUE(patch(member1, {{"metadata", {{"name", "other"}}}}));
  EXPECT_EQ(cluster().metadata.name, "member1");
}

TEST_F(UserPatchTest, ChangesATaintPolicy) {
  EXPECT_TRUE(patch(
      {"ClusterTaintPolicy", {}, "evict"},
      {{"spec",
        {{"addOnConditions",
          {{{"conditionType", "Ready"}, {"operator", "NotIn"}, {"statusValues", {"True"}}}}}}}}));
  const auto policy = server.taint_policies.find({{}, "evict"});
  ASSERT_EQ(policy->spec.add_on_conditions.size(), 1U);
  EXPECT_EQ(policy->spec.add_on_conditions[0].op, "NotIn");
  EXPECT_EQ(policy->spec.taints.size(), 1U);
}

TEST_F(UserPatchTest, APatchThatChangesNothingIsNoWrite) {
  const std::int64_t version = binding().metadata.resource_version;
  EXPECT_TRUE(patch(web, {{"spec", {{"replicas", 3}}}}));
  EXPECT_EQ(binding().metadata.resource_version, version);
  EXPECT_TRUE(patch(web, json::object()));
  EXPECT_EQ(binding().metadata.resource_version, version);
}

TEST_F(UserPatchTest, NeedsAnObjectOfAKindThatCanBePatched) {
  EXPECT_FALSE(patch({"ResourceBinding", "default", "api-deployment"}, {{"spec", json::object()}}));
  EXPECT_FALSE(patch({"Cluster", {}, "member9"}, {{"spec", json::object()}}));
  EXPECT_FALSE(patch({"ClusterTaintPolicy", {}, "other"}, {{"spec", json::object()}}));
  EXPECT_FALSE(patch({"Deployment", "default", "web"}, {{"spec", json::object()}}));
  EXPECT_EQ(binding().metadata.generation, 1);
}

}  // namespace
}  // namespace firedrill::models::karmada
