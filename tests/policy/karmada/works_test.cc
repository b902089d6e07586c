/// Copies of a binding: where they exist, what stands in them, injected state, their health.

#include "policy/karmada/propagation/works.h"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/karmada/failover/state_preservation.h"
#include "policy/karmada/propagation/binding_name.h"
#include "policy/karmada/propagation/interpreter.h"
#include "policy/karmada/status/health.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;
using WorkPointer = std::shared_ptr<const api::Work>;

WorkPointer work_in(const char* cluster) {
  api::Work work;
  work.cluster = cluster;
  return std::make_shared<const api::Work>(work);
}

/// In `a`; leaving `b` gracefully and `c` directly; required by a binding in `a` and `d`.
api::BindingSpec moving() {
  api::BindingSpec spec;
  spec.resource = {.api_version = "apps/v1", .kind = "Deployment", .space = "ns", .name = "web"};
  spec.replicas = 2;
  spec.clusters = {{"a", 2}};
  spec.graceful_eviction_tasks = {{.from_cluster = "b", .purge_mode = "Gracefully"},
                                  {.from_cluster = "c", .purge_mode = "Directly"}};
  spec.required_by = {{.space = "ns", .name = "other", .clusters = {{"a", 9}, {"d", 3}}}};
  return spec;
}

TEST(Works, ExistWhereTheBindingIsOrIsRequiredOrLeavesOtherThanDirectly) {
  EXPECT_EQ(existing_clusters(moving()), (ClusterNames{"a", "b", "d"}));
  const std::vector<WorkPointer> works = {work_in("a"), work_in("b"), work_in("c"), work_in("e")};
  const auto orphans = orphan_works(moving(), works);
  ASSERT_EQ(orphans.size(), 2U);
  EXPECT_EQ(orphans[0]->cluster, "c");
  EXPECT_EQ(orphans[1]->cluster, "e");
}

TEST(Works, WaitForACopyThatIsPurgedDirectly) {
  EXPECT_TRUE(waits_for_direct_purge(moving(), std::vector{work_in("a"), work_in("c")}));
  EXPECT_FALSE(waits_for_direct_purge(moving(), std::vector{work_in("a"), work_in("b")}));
}

TEST(Works, AreWantedInOwnTargetsFirstAndThenInThoseOfRequiredBy) {
  const auto copies = copy_targets(moving(), {}, false);
  ASSERT_EQ(copies.size(), 2U);
  EXPECT_EQ(copies[0].cluster, "a");
  EXPECT_EQ(copies[0].replicas, 2) << "the binding's own count wins";
  EXPECT_EQ(copies[1].cluster, "d");
  EXPECT_EQ(copies[1].replicas, 3);
}

TEST(Works, LeaveReplicasOfWhatIsNoWorkloadAlone) {
  api::BindingSpec config = moving();
  config.replicas = 0;
  EXPECT_FALSE(copy_targets(config, {}, false)[0].replicas.has_value());
}

TEST(Works, AreSuspendedEverywhereOrInNamedClusters) {
  api::BindingSpec spec = moving();
  spec.suspension.emplace().dispatching_on_clusters = api::SuspendClusters{{"d"}};
  auto copies = copy_targets(spec, {}, false);
  EXPECT_FALSE(copies[0].suspend_dispatching);
  EXPECT_TRUE(copies[1].suspend_dispatching);
  spec.suspension->dispatching = true;
  copies = copy_targets(spec, {}, false);
  EXPECT_TRUE(copies[0].suspend_dispatching);
}

TEST(Works, DivideTheCompletionsOfADividedJobLikeItsReplicas) {
  api::BindingSpec job = moving();
  job.resource.kind = "Job";
  job.replicas = 4;
  job.required_by.clear();
  job.clusters = {{"a", 3}, {"b", 1}};
  api::Placement divided;
  divided.replica_scheduling = api::ReplicaScheduling{.type = "Divided"};
  job.placement = std::make_shared<const api::Placement>(divided);
  const auto copies = copy_targets(job, 8, false);
  EXPECT_EQ(copies[0].completions, 6);
  EXPECT_EQ(copies[1].completions, 2);
  job.placement = std::make_shared<const api::Placement>();
  EXPECT_FALSE(copy_targets(job, 8, false)[0].completions.has_value());
}

TEST(Works, CarryAJobsShareOfCompletionsAndTheTemplatesSpec) {
  api::ResourceBinding binding;
  binding.spec = moving();
  binding.spec.resource.kind = "Job";
  api::ResourceTemplate resource;
  resource.spec = api::Json(nlohmann::json{{"completions", 8}});
  const api::Work work =
      desired_work(binding, resource, {.cluster = "a", .replicas = 3, .completions = 6}, true);
  EXPECT_EQ(work.spec.manifest.completions, 6);
  EXPECT_EQ(work.spec.manifest.spec, resource.spec);
}

/// A Service as a member has it.
MemberObject service(nlohmann::json spec, nlohmann::json status) {
  MemberObject object;
  object.manifest.resource = {.api_version = "v1", .kind = "Service", .space = "ns", .name = "s"};
  object.manifest.spec = api::Json(std::move(spec));
  object.status.document = api::Json(std::move(status));
  return object;
}

TEST(Interpreter, ReadsSpecAndStatusOfServices) {
  const ResourceInterpreter& native = ResourceInterpreter::native();
  const nlohmann::json balanced{{"type", "LoadBalancer"}};
  const nlohmann::json address{{"loadBalancer", {{"ingress", {{{"ip", "10.0.0.1"}}}}}}};
  EXPECT_EQ(native.health(service({{"type", "ClusterIP"}}, {{"x", 1}})), "Healthy");
  EXPECT_EQ(native.health(service(balanced, {{"x", 1}})), "Unhealthy");
  EXPECT_EQ(native.health(service(balanced, address)), "Healthy");
  EXPECT_EQ(native.health(service({{"type", 1}}, address)), "Unknown");
}

TEST(Interpreter, ShowsCustomizationsTheWholeSpec) {
  ResourceInterpreter interpreter;
  const auto path = api::JsonPath::parse("{.spec.mode}-{.spec.replicas}-{.spec.completions}");
  interpreter.customize("v1", "Service",
                        {.revises_replicas = true, .health = *path, .healthy = {"fast-2-7"}});
  MemberObject object = service({{"mode", "fast"}, {"replicas", 9}}, {{"x", 1}});
  EXPECT_EQ(interpreter.health(object), "Unknown") << "no completions";
  object.manifest.completions = 7;
  EXPECT_EQ(interpreter.health(object), "Unhealthy");
  object.manifest.replicas = 2;
  EXPECT_EQ(interpreter.health(object), "Healthy");
}

TEST(Works, CarryTheBindingsWishes) {
  api::ResourceBinding binding;
  binding.metadata.space = "ns";
  binding.metadata.name = "web-deployment";
  binding.spec = moving();
  binding.spec.preserve_resources_on_deletion = true;
  api::ResourceTemplate resource;
  resource.metadata.generation = 7;
  resource.replicas = 2;
  CopyTarget target{.cluster = "a"};
  target.suspend_dispatching = true;
  const api::Work work = desired_work(binding, resource, target, true);
  EXPECT_EQ(work.metadata.space, "karmada-es-a");
  EXPECT_EQ(work.binding, (api::Key{"ns", "web-deployment"}));
  EXPECT_EQ(work.spec.manifest.template_generation, 7);
  EXPECT_EQ(work.spec.manifest.replicas, 2) << "as in the template when nothing is assigned";
  EXPECT_TRUE(work.spec.suspend_dispatching);
  EXPECT_TRUE(work.spec.preserve_resources_on_deletion);
  EXPECT_TRUE(work.metadata.labels.empty());
  binding.metadata.labels.emplace(permanent_id_label, "id");
  EXPECT_EQ(permanent_id(desired_work(binding, resource, target, true).metadata.labels, {}), "id");
  target.replicas = 5;
  EXPECT_EQ(desired_work(binding, resource, target, true).spec.manifest.replicas, 5);
  EXPECT_EQ(desired_work(binding, resource, target, false).spec.manifest.replicas, 2)
      << "nobody knows where the kind keeps its replicas";
}

/// Alone in `b` after a Directly task for `a` that carries state.
api::BindingSpec moved_with_state() {
  api::BindingSpec spec;
  spec.clusters = {{"b", 1}};
  spec.graceful_eviction_tasks = {{.from_cluster = "a",
                                   .purge_mode = "Directly",
                                   .preserved_label_state = {{"job", "j-1"}},
                                   .clusters_before_failover = {"a"}}};
  return spec;
}

TEST(StateInjection, GivesTheLastTasksStateToASingleNewTarget) {
  const api::BindingSpec spec = moved_with_state();
  ASSERT_NE(find_injected_state(spec, "b", 1), nullptr);
  EXPECT_EQ(find_injected_state(spec, "b", 1)->at("job"), "j-1");
  EXPECT_EQ(copy_targets(spec, {}, true)[0].injected_labels, (api::Labels{{"job", "j-1"}}));
  EXPECT_TRUE(copy_targets(spec, {}, false)[0].injected_labels.empty());
}

TEST(StateInjection, GivesNothingOtherwise) {
  EXPECT_EQ(find_injected_state(moved_with_state(), "b", 2), nullptr);
  EXPECT_EQ(find_injected_state(moved_with_state(), "a", 1), nullptr);
  api::BindingSpec gracefully = moved_with_state();
  gracefully.graceful_eviction_tasks[0].purge_mode = "Gracefully";
  EXPECT_EQ(find_injected_state(gracefully, "b", 1), nullptr);
  api::BindingSpec later_without = moved_with_state();
  later_without.graceful_eviction_tasks.push_back({.from_cluster = "c", .purge_mode = "Directly"});
  EXPECT_EQ(find_injected_state(later_without, "b", 1), nullptr)
      << "earlier state is not consulted";
}

TEST(StatePreservation, AnyFailingRuleFailsAllAndALaterAliasWins) {
  const nlohmann::json status = {{"id", "x"}, {"n", 1000000}};
  const std::vector<api::StatePreservationRule> good = {{"l", "{.id}"}, {"l", "{.n}"}};
  EXPECT_EQ(extract_state(good, status).value(), (api::Labels{{"l", "1e+06"}}));
  const std::vector<api::StatePreservationRule> bad = {{"l", "{.id}"}, {"m", "{.missing}"}};
  EXPECT_FALSE(extract_state(bad, status).ok());
  const std::vector<api::StatePreservationRule> unreadable = {{"l", "{.id"}};
  EXPECT_FALSE(extract_state(unreadable, status).ok());
}

HealthSubject deployment(api::Replicas updated, api::Replicas available) {
  HealthSubject subject{.api_version = "apps/v1", .kind = "Deployment", .generation = 2};
  subject.replicas = 3;
  subject.status.observed_generation = 2;
  subject.status.updated = updated;
  subject.status.available = available;
  return subject;
}

TEST(Health, OfADeploymentComparesGenerationsAndReplicas) {
  EXPECT_EQ(interpret_health(deployment(3, 3)), "Healthy");
  EXPECT_EQ(interpret_health(deployment(2, 3)), "Unhealthy");
  EXPECT_EQ(interpret_health(deployment(3, 2)), "Unhealthy");
  HealthSubject behind = deployment(3, 3);
  behind.generation = 3;
  EXPECT_EQ(interpret_health(behind), "Unhealthy");
  HealthSubject scaled_down = deployment(0, 0);
  scaled_down.replicas = 0;
  EXPECT_EQ(interpret_health(scaled_down), "Healthy");
}

/// What the rule of a core or apps kind makes of a spec and a status as the API shows them.
std::string_view health(const char* api_version,
                        const char* kind,
                        const nlohmann::json& status,
                        const nlohmann::json& spec = nlohmann::json::object()) {
  HealthSubject subject{.api_version = api_version, .kind = kind, .generation = 1};
  subject.spec = api::Json(spec);
  subject.status.document = api::Json(status);
  return interpret_health(subject);
}

TEST(Health, OfOtherKindsFollowsTheirRules) {
  using nlohmann::json;
  const json address = {{"loadBalancer", {{"ingress", {{{"ip", "1.2.3.4"}}}}}}};
  EXPECT_EQ(health("v1", "Service", json::object()), "Healthy");
  EXPECT_EQ(health("v1", "Service", json::object(), {{"type", "LoadBalancer"}}), "Unhealthy");
  EXPECT_EQ(health("v1", "Service", address, {{"type", "LoadBalancer"}}), "Healthy");
  EXPECT_EQ(health("networking.k8s.io/v1", "Ingress", json::object()), "Unhealthy");
  EXPECT_EQ(health("networking.k8s.io/v1", "Ingress", address), "Healthy");
  EXPECT_EQ(health("v1", "PersistentVolumeClaim", {{"phase", "Bound"}}), "Healthy");
  EXPECT_EQ(health("v1", "PersistentVolumeClaim", {{"phase", "Pending"}}), "Unhealthy");
  EXPECT_EQ(health("v1", "Pod", {{"phase", "Succeeded"}}), "Healthy");
  EXPECT_EQ(health("v1", "Pod", {{"phase", "Running"}}), "Unhealthy");
  const json ready = {{{"type", "Ready"}, {"status", "True"}}};
  EXPECT_EQ(health("v1", "Pod", {{"phase", "Running"}, {"conditions", ready}}), "Healthy");
  EXPECT_EQ(
      health("policy/v1", "PodDisruptionBudget", {{"currentHealthy", 1}, {"desiredHealthy", 2}}),
      "Unhealthy");
  EXPECT_EQ(health("apps/v1", "DaemonSet",
                   {{"observedGeneration", 1},
                    {"desiredNumberScheduled", 2},
                    {"updatedNumberScheduled", 2},
                    {"numberAvailable", 2}}),
            "Healthy");
  EXPECT_EQ(health("apps/v1", "DaemonSet",
                   {{"observedGeneration", 1},
                    {"desiredNumberScheduled", 3},
                    {"updatedNumberScheduled", 2},
                    {"numberAvailable", 2}}),
            "Unhealthy");
  EXPECT_EQ(health("v1", "ConfigMap", json::object()), "Healthy");
}

TEST(Health, IsUnknownWhereTheRuleCannotReadTheObject) {
  EXPECT_EQ(health("v1", "Pod", {{"phase", 7}}), "Unknown");
  EXPECT_EQ(health("apps/v1", "Deployment", {{"observedGeneration", "one"}}), "Unknown");
}

WorkPointer collected(const char* cluster, const char* applied, bool deleting = false) {
  api::Work work;
  work.cluster = cluster;
  work.status.conditions = {{.type = "Applied",
                             .status = applied,
                             .reason = "",
                             .message = "said",
                             .last_transition_time = {}}};
  work.status.manifest = api::ManifestStatus{.status = {}, .health = "Healthy"};
  if (deleting) work.metadata.deletion_timestamp = api::StoredTime{};
  return std::make_shared<const api::Work>(work);
}

TEST(Aggregation, ShowsAppliedWorksByClusterAndSaysUnknownOfOthers) {
  const auto items = aggregate_status(
      std::vector{collected("b", "True"), collected("a", "False"), collected("c", "True", true)});
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].cluster_name, "a");
  EXPECT_FALSE(items[0].applied);
  EXPECT_EQ(items[0].applied_message, "said");
  EXPECT_EQ(items[0].health, "Unknown");
  EXPECT_FALSE(items[0].status.has_value());
  EXPECT_TRUE(items[1].applied);
  EXPECT_EQ(items[1].health, "Healthy");
}

TEST(Aggregation, IsFullyAppliedWhenExactlyTheExpectedCopiesAre) {
  const api::Timestamp now(5s);
  const auto a = collected("a", "True");
  const auto b = collected("b", "True");
  const auto d = collected("d", "True");
  const auto status = [&](const std::vector<WorkPointer>& works) {
    return fully_applied_condition(moving(), aggregate_status(works), now).status;
  };
  EXPECT_EQ(status({a, b, d}), "True");
  EXPECT_EQ(status({a, b}), "False");
  EXPECT_EQ(status({a, b, collected("d", "False")}), "False");
  EXPECT_EQ(status({a, b, collected("e", "True")}), "False");
}

}  // namespace
}  // namespace firedrill::policy::karmada
