/// What follows a workload: snapshots of assignments, and the bindings that carry them.

#include "policy/karmada/propagation/dependencies.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/karmada/propagation/binding_name.h"

namespace firedrill::policy::karmada {
namespace {

using Snapshots = std::vector<api::BindingSnapshot>;

api::ResourceBinding web() {
  api::ResourceBinding binding;
  binding.metadata.space = "ns";
  binding.metadata.name = "web-deployment";
  binding.spec.clusters = {{"a", 2}, {"b", 1}};
  binding.spec.graceful_eviction_tasks = {{.from_cluster = "c", .purge_mode = "Gracefully"}};
  binding.spec.conflict_resolution = "Overwrite";
  binding.spec.preserve_resources_on_deletion = true;
  return binding;
}

TEST(BindingName, IsNameAndKindInLowerCase) {
  EXPECT_EQ(binding_key("ConfigMap", "ns", "settings"), (api::Key{"ns", "settings-configmap"}));
  EXPECT_EQ(binding_key("ClusterRole", "", "Admin"), (api::Key{"", "Admin-clusterrole"}));
}

TEST(BindingName, PermanentIdIsTheKeyUnlessALabelSaysOtherwise) {
  EXPECT_EQ(permanent_id({}, {"ns", "web-deployment"}), "ns/web-deployment");
  const api::Labels unseen{{std::string(permanent_id_label), ""}};
  EXPECT_EQ(permanent_id(unseen, {"ns", "web-deployment"}), "") << "shared by all without webhook";
}

TEST(Dependencies, NoteTheAssignmentButNotWhereItIsLeft) {
  EXPECT_EQ(snapshot_of(web()),
            (api::BindingSnapshot{"ns", "web-deployment", {{"a", 2}, {"b", 1}}}));
}

TEST(Dependencies, KeepOneSnapshotOfEachBindingInItsPlace) {
  Snapshots snapshots{{"ns", "web-deployment", {{"z", 9}}}, {"ns", "api-deployment", {{"a", 1}}}};
  put_snapshot(snapshots, snapshot_of(web()));
  put_snapshot(snapshots, {"other", "web-deployment", {}});
  EXPECT_EQ(snapshots, (Snapshots{{"ns", "web-deployment", {{"a", 2}, {"b", 1}}},
                                  {"ns", "api-deployment", {{"a", 1}}},
                                  {"other", "web-deployment", {}}}));
  drop_snapshot(snapshots, {"ns", "web-deployment"});
  drop_snapshot(snapshots, {"ns", "nobody"});
  EXPECT_EQ(snapshots,
            (Snapshots{{"ns", "api-deployment", {{"a", 1}}}, {"other", "web-deployment", {}}}));
}

TEST(Dependencies, GetABindingWithoutPlacement) {
  const api::ResourceReference settings{"v1", "ConfigMap", "ns", "settings", "uid"};
  const api::ResourceBinding dependent = dependent_binding(web(), settings);
  EXPECT_EQ(dependent.metadata.key(), (api::Key{"ns", "settings-configmap"}));
  EXPECT_EQ(dependent.spec.resource, settings);
  EXPECT_EQ(dependent.spec.required_by, Snapshots{snapshot_of(web())});
  EXPECT_EQ(dependent.spec.placement, nullptr);
  EXPECT_TRUE(dependent.spec.clusters.empty());
  EXPECT_EQ(dependent.spec.conflict_resolution, "Overwrite");
  EXPECT_TRUE(dependent.spec.preserve_resources_on_deletion);
}

TEST(Dependencies, LeaveAGovernedBindingItsWayWithConflicts) {
  api::ResourceBinding governed;
  governed.spec.conflict_resolution = "Abort";
  EXPECT_EQ(with_requirement(governed, web()).spec.conflict_resolution, "Overwrite");
  governed.spec.placement = std::make_shared<const api::Placement>();
  const api::ResourceBinding next = with_requirement(governed, web());
  EXPECT_EQ(next.spec.conflict_resolution, "Abort");
  EXPECT_FALSE(next.spec.preserve_resources_on_deletion);
  EXPECT_EQ(next.spec.required_by, Snapshots{snapshot_of(web())});
}

}  // namespace
}  // namespace firedrill::policy::karmada
