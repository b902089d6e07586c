#include "policy/karmada/scheduler/triggers.h"

#include <gtest/gtest.h>

#include "policy/karmada/scheduler/scheduler.h"
#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

using testing::named;
using testing::Scene;

api::ResourceBinding binding_of(const Scene& scene) {
  api::ResourceBinding binding;
  binding.spec = scene.spec;
  binding.status = scene.status;
  binding.spec.placement = std::make_shared<const api::Placement>(scene.placement);
  binding.applied_placement = std::make_shared<const api::Placement>(scene.placement);
  return binding;
}

PassAction action(const api::ResourceBinding& binding) {
  return pass_action(binding, [](std::string_view) { return false; });
}

TEST(Pass, ASettledDividedWorkloadIsLeftAlone) {
  api::ResourceBinding binding = binding_of(Scene(3).dynamic().current({{"a", 3}}));
  EXPECT_EQ(action(binding), PassAction::nothing);
  binding.metadata.generation = 2;
  EXPECT_EQ(action(binding), PassAction::acknowledge);
  EXPECT_EQ(pass_action(binding, [](std::string_view name) { return name == "a"; }),
            PassAction::schedule);
}

TEST(Pass, DuplicatedWorkloadsAndNonWorkloadsAlwaysSchedule) {
  EXPECT_EQ(action(binding_of(Scene(3).duplicated().current({{"a", 3}}))), PassAction::schedule);
  EXPECT_EQ(action(binding_of(Scene(3).current({{"a", 3}}))), PassAction::schedule);
  Scene scene(0);
  scene.spec.replica_requirements.reset();
  EXPECT_EQ(action(binding_of(scene.dynamic())), PassAction::schedule);
}

TEST(Pass, DeletionAndAMissingPlacementComeFirst) {
  api::ResourceBinding binding = binding_of(Scene(3).duplicated());
  binding.spec.placement.reset();
  EXPECT_EQ(action(binding), PassAction::fail);
  binding.metadata.deletion_timestamp = api::StoredTime();
  EXPECT_EQ(action(binding), PassAction::drop);
}

TEST(PlacementChanged, ComparesWithThePlacementLastApplied) {
  api::ResourceBinding binding = binding_of(Scene(3).dynamic().current({{"a", 3}}));
  EXPECT_FALSE(placement_changed(binding));
  api::Placement edited = *binding.spec.placement;
  edited.cluster_affinity = named({"a"});
  binding.spec.placement = std::make_shared<const api::Placement>(edited);
  EXPECT_TRUE(placement_changed(binding));
  EXPECT_EQ(action(binding), PassAction::schedule);
  binding.applied_placement.reset();
  EXPECT_TRUE(placement_changed(binding));
}

TEST(PlacementChanged, OnlyTheAffinityGroupInUseCounts) {
  Scene scene(3);
  scene.dynamic().status.scheduler_observed_affinity_name = "b";
  scene.placement.cluster_affinities = {{.name = "a", .affinity = named({"a"}), .overflow = {}},
                                        {.name = "b", .affinity = named({"b"}), .overflow = {}}};
  api::ResourceBinding binding = binding_of(scene);
  const auto edit = [&binding, &scene](auto change) {
    api::Placement edited = scene.placement;
    change(edited.cluster_affinities);
    binding.spec.placement = std::make_shared<const api::Placement>(edited);
    return placement_changed(binding);
  };
  EXPECT_FALSE(edit([](auto& terms) { terms[0].affinity = named({"x"}); }));
  EXPECT_FALSE(edit([](auto& terms) { std::swap(terms[0], terms[1]); }));
  EXPECT_FALSE(edit([](auto& terms) { terms.erase(terms.begin()); }));
  EXPECT_TRUE(edit([](auto& terms) { terms[1].affinity = named({"x"}); }));
  EXPECT_TRUE(edit([](auto& terms) { terms.pop_back(); }));
  binding.status.scheduler_observed_affinity_name = {};
  EXPECT_TRUE(edit([](auto& terms) { terms[0].affinity = named({"x"}); }));
}

TEST(ReplicasChanged, ComparesTheSumOrEachEntry) {
  EXPECT_TRUE(replicas_changed(binding_of(Scene(3).dynamic().current({{"a", 2}})).spec));
  EXPECT_FALSE(replicas_changed(binding_of(Scene(3).dynamic().current({{"a", 2}, {"b", 1}})).spec));
  EXPECT_TRUE(replicas_changed(binding_of(Scene(3).dynamic()).spec));
  EXPECT_FALSE(replicas_changed(binding_of(Scene(0).dynamic()).spec));
  EXPECT_TRUE(
      replicas_changed(binding_of(Scene(3).duplicated().current({{"a", 3}, {"b", 2}})).spec));
  EXPECT_TRUE(replicas_changed(binding_of(Scene(3).duplicated().current({{"a", 4}})).spec));
  EXPECT_TRUE(replicas_changed(binding_of(Scene(3).dynamic().current({{"a", 4}})).spec));
  EXPECT_FALSE(replicas_changed(binding_of(Scene(3).duplicated()).spec));
  EXPECT_FALSE(replicas_changed(binding_of(Scene(3).current({{"a", 1}})).spec));
}

TEST(RescheduleRequired, IsStrictlyAfterTheLastScheduling) {
  api::ResourceBinding binding = binding_of(Scene(3).fresh());
  EXPECT_TRUE(reschedule_required(binding.spec, binding.status));
  binding.status.last_scheduled_time = binding.spec.reschedule_triggered_at;
  EXPECT_FALSE(reschedule_required(binding.spec, binding.status));
  binding.status.last_scheduled_time.reset();
  EXPECT_FALSE(reschedule_required(binding.spec, binding.status));
}

TEST(AffectedByCluster, LooksAtTheAffinityInUse) {
  api::Cluster a;
  a.metadata.name = "a";
  EXPECT_TRUE(affected_by_cluster(binding_of(Scene(1)), a));
  Scene scene(1);
  scene.placement.cluster_affinity = named({"b"});
  EXPECT_FALSE(affected_by_cluster(binding_of(scene), a));
  scene.placement.cluster_affinity = named({"a"});
  EXPECT_TRUE(affected_by_cluster(binding_of(scene), a));

  Scene groups(1);
  groups.placement.cluster_affinities = {
      {.name = "1",
       .affinity = named({"b"}),
       .overflow = {{.name = "overflow", .affinity = named({"a"})}}},
      {.name = "2", .affinity = named({"a"}), .overflow = {}}};
  api::ResourceBinding binding = binding_of(groups);
  EXPECT_FALSE(affected_by_cluster(binding, a));
  binding.status.scheduler_observed_affinity_name = "2";
  EXPECT_TRUE(affected_by_cluster(binding, a));
  binding.status.scheduler_observed_affinity_name = "unknown";
  EXPECT_FALSE(affected_by_cluster(binding, a));
  binding.metadata.generation = 5;
  EXPECT_TRUE(affected_by_cluster(binding, a));
}

TEST(ReplicasChanged, ComponentsAreDueAsLongAsTheyHaveNoCluster) {
  Scene scene = Scene(0).aggregated();
  scene.spec.components = {{.name = "jobManager", .replicas = 1}};
  api::ResourceBinding binding = binding_of(scene);
  EXPECT_TRUE(replicas_changed(binding.spec));
  EXPECT_EQ(action(binding), PassAction::schedule);
  binding.spec.clusters = {{"a", 0}};
  EXPECT_FALSE(replicas_changed(binding.spec));
  binding.spec.components.clear();
  binding.spec.clusters.clear();
  EXPECT_FALSE(replicas_changed(binding.spec));
}

TEST(Handles, OnlyWhatIsAddressedGovernedAndNotSuspended) {
  api::ResourceBinding binding;
  EXPECT_FALSE(handles_binding(binding, "default-scheduler")) << "nobody governs it";
  for (const char* label :
       {"propagationpolicy.karmada.io/permanent-id",
        "clusterpropagationpolicy.karmada.io/permanent-id", "binding.karmada.io/managed-by"}) {
    binding.metadata.labels = {{label, "x"}};
    EXPECT_TRUE(handles_binding(binding, "default-scheduler")) << label;
  }
  EXPECT_FALSE(handles_binding(binding, "other"));
  binding.spec.scheduler_name = "other";
  EXPECT_TRUE(handles_binding(binding, "other"));
  EXPECT_FALSE(handles_binding(binding, "default-scheduler"));
  binding.spec.suspension.emplace().scheduling = true;
  EXPECT_FALSE(handles_binding(binding, "other"));
}

}  // namespace
}  // namespace firedrill::policy::karmada
