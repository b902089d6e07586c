/// Admission: what is refused, what is filled in.

#include "policy/karmada/admission/validation.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/admission/name_rules.h"
#include "policy/karmada/admission/url.h"
#include "policy/karmada/profile_defaults.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;
using Paths = std::vector<std::string>;

Paths paths(const FieldErrors& errors) {
  Paths paths;
  for (const FieldError& error : errors)
    paths.push_back(error.field);
  return paths;
}

Paths refused(const api::PropagationSpec& spec, std::string_view space = "") {
  return paths(validate_propagation(spec, space));
}

TEST(Validation, AcceptsNonsenseThatTheReferenceAccepts) {
  api::PropagationSpec spec;
  spec.placement.cluster_tolerations = {
      {.key = "", .op = "Equal", .value = "", .effect = "NoSchedule", .toleration_seconds = -5},
      {.key = "k", .op = "Bogus", .value = "", .effect = "", .toleration_seconds = {}}};
  spec.failover.emplace().cluster.emplace().state_preservation.emplace().rules = {{"l", "{.a"}};
  EXPECT_EQ(refused(spec), Paths{});
}

TEST(Validation, OverflowNeedsCapacityAndAnAffinity) {
  api::PropagationSpec spec;
  spec.placement.cluster_affinities = {{.name = "main", .affinity = {}, .overflow = {{"o", {}}}}};
  const std::string field = "spec.placement.clusterAffinities[0].overflowAffinities";
  EXPECT_EQ(refused(spec), (Paths{field, field}));
  spec.placement.cluster_affinities[0].affinity.exclude = {"m9"};
  EXPECT_EQ(refused(spec), Paths{field});
  spec.placement.replica_scheduling =
      api::ReplicaScheduling{.type = "Divided", .preference = "Aggregated"};
  EXPECT_EQ(refused(spec), Paths{});
  spec.placement.cluster_affinities[0].overflow.push_back({"main", {}});
  EXPECT_EQ(refused(spec), Paths{field + "[1].affinityName"});
}

TEST(Validation, SpreadConstraintsNeedOneOnClusterAndNoRepeats) {
  api::PropagationSpec spec;
  auto& constraints = spec.placement.spread_constraints;
  constraints = {{.field = "region", .label = "", .max_groups = 2, .min_groups = 1}};
  EXPECT_EQ(refused(spec), Paths{"spec.placement.spreadConstraints"});
  constraints.push_back({.field = "cluster", .label = "", .max_groups = 1, .min_groups = 3});
  EXPECT_EQ(refused(spec), Paths{"spec.placement.spreadConstraints[1]"});
  constraints[1].max_groups = 0;
  EXPECT_EQ(refused(spec), Paths{});
  constraints.push_back(constraints[1]);
  constraints.push_back(constraints[1]);
  EXPECT_EQ(refused(spec), Paths{"spec.placement.spreadConstraints"}) << "said once a field";
}

TEST(Validation, ApplicationFailoverHasConditions) {
  api::PropagationSpec spec;
  spec.failover.emplace().application.emplace().purge_mode = "Gracefully";
  const std::string grace = "spec.failover.application.gracePeriodSeconds";
  EXPECT_EQ(refused(spec), (Paths{"spec.propagateDeps", grace}));
  spec.propagate_deps = true;
  spec.failover.edit().application->grace_period_seconds = 0;
  EXPECT_EQ(refused(spec), Paths{grace});
  spec.failover.edit().application->purge_mode = "Never";
  EXPECT_EQ(refused(spec), (Paths{grace, grace}));
  spec.failover.edit().application->grace_period_seconds.reset();
  spec.failover.edit().application->decision_conditions.toleration_seconds = -1;
  EXPECT_EQ(refused(spec), Paths{"spec.failover.application.decisionConditions.tolerationSeconds"});
}

TEST(Validation, SelectorsStayInTheNamespaceOfTheirPolicy) {
  api::PropagationSpec spec;
  spec.resource_selectors = {{.api_version = "v1", .kind = "Pod", .space = "b"}};
  EXPECT_EQ(refused(spec, "a"), Paths{"spec.resourceSelectors[0].namespace"});
  EXPECT_EQ(refused(spec), Paths{});
  spec.preemption = "Always";
  EXPECT_EQ(refused(spec), Paths{"spec.resourceSelectors[0].name"});
}

TEST(Validation, SchedulerAndPermanentIdMustNotChange) {
  api::PropagationPolicy before;
  before.metadata.space = "ns";
  before.metadata.labels = {{"propagationpolicy.karmada.io/permanent-id", "1"}};
  EXPECT_EQ(paths(validate_propagation_update(before, before)), Paths{});
  api::PropagationPolicy after = before;
  after.spec.scheduler_name = "other";
  after.metadata.labels.edit().begin()->second = "2";
  EXPECT_EQ(paths(validate_propagation_update(before, after)),
            (Paths{"spec.schedulerName", "metadata.labels"}));
  after = before;
  after.metadata.labels.clear();
  EXPECT_EQ(paths(validate_propagation_update(before, after)), Paths{"metadata.labels"});
}

TEST(Validation, TheSchemaRestrictsPurgeModes) {
  api::PropagationSpec spec;
  spec.failover.emplace().application.emplace().purge_mode = "Never";
  spec.failover.edit().cluster.emplace().purge_mode = "Never";
  EXPECT_EQ(paths(check_propagation_schema(spec)), Paths{"spec.failover.cluster.purgeMode"});
  spec.failover.edit().application->purge_mode = "Immediately";
  EXPECT_EQ(check_propagation_schema(spec).size(), 2U);
}

TEST(Validation, TheSchemaRestrictsStrategies) {
  api::PropagationSpec spec;
  EXPECT_EQ(check_propagation_schema(spec), FieldErrors{});
  spec.placement.spread_constraints = {
      {.field = "cluster", .label = "", .max_groups = 1, .min_groups = 1},
      {.field = "rack", .label = "", .max_groups = 1, .min_groups = 1}};
  auto& strategy = spec.placement.replica_scheduling.emplace();
  strategy = {.type = "Split", .preference = "Packed", .weight_preference = {}};
  strategy.weight_preference = {.static_weights = {{{}, 1}, {{}, -1}, {{}, 0}},
                                .dynamic_weight = "Free"};
  spec.conflict_resolution = "Merge";
  spec.preemption = "Sometimes";
  spec.schedule_priority.emplace().priority_class_source = "Nice";
  const std::string field = "spec.placement.replicaScheduling";
  EXPECT_EQ(
      paths(check_propagation_schema(spec)),
      (Paths{"spec.placement.spreadConstraints[1].spreadByField", field + ".replicaSchedulingType",
             field + ".replicaDivisionPreference", field + ".weightPreference.dynamicWeight",
             field + ".weightPreference.staticWeightList[1].weight",
             field + ".weightPreference.staticWeightList[2].weight", "spec.conflictResolution",
             "spec.preemption", "spec.schedulePriority.priorityClassSource"}));
}

TEST(Validation, AffinitiesExcludeEachOtherAndGroupsHaveNamesOfTheirOwn) {
  api::PropagationSpec spec;
  spec.placement.cluster_affinity.emplace();
  spec.placement.cluster_affinities = {{.name = "a", .affinity = {}, .overflow = {}},
                                       {.name = "a", .affinity = {}, .overflow = {}}};
  EXPECT_EQ(refused(spec), (Paths{"spec.placement", "spec.placement.clusterAffinities"}));
  spec.placement.cluster_affinities.clear();
  spec.placement.cluster_tolerations = {
      {.key = "k", .op = "Gt", .value = "1", .effect = "", .toleration_seconds = {}}};
  EXPECT_EQ(refused(spec), Paths{"spec.placement.clusterTolerations[0].operator"});
}

TEST(Validation, WorkloadAffinityGroupsByLabelKeys) {
  api::PropagationSpec spec;
  auto& affinity = spec.placement.workload_affinity.emplace();
  affinity.affinity = {"INVALID KEY!"};
  affinity.anti_affinity = {"app"};
  EXPECT_EQ(refused(spec), Paths{"spec.placement.workloadAffinity.affinity.groupByLabelKey"});
  affinity.affinity = {"app"};
  EXPECT_EQ(refused(spec), Paths{"spec.placement.workloadAffinity"});
}

TEST(Validation, TheSchemaRestrictsEvictionTasks) {
  api::GracefulEvictionTask task{.from_cluster = "a", .purge_mode = "Gracefully"};
  task.reason = "TaintUntolerated";
  EXPECT_EQ(check_eviction_task_schema(task, 0), FieldErrors{});
  task.reason = "9";
  task.purge_mode = "Later";
  EXPECT_EQ(
      paths(check_eviction_task_schema(task, 2)),
      (Paths{"spec.gracefulEvictionTasks[2].reason", "spec.gracefulEvictionTasks[2].purgeMode"}));
  task = {.from_cluster = "a"};
  EXPECT_EQ(check_eviction_task_schema(task, 0).at(0).type, FieldErrorType::required);
}

api::Taint taint(const char* key, const char* effect) {
  return {.key = key, .value = "", .effect = effect, .time_added = {}};
}

api::Cluster valid_cluster() {
  api::Cluster cluster;
  cluster.metadata.name = "member1";
  cluster.spec.sync_mode = "Push";
  return cluster;
}

TEST(Validation, PlacesTheErrorOfRepeatedTaints) {
  const std::vector<api::Taint> repeated = {taint("k", "NoSchedule"), taint("k", "NoSchedule")};
  api::Cluster cluster = valid_cluster();
  cluster.spec.taints = repeated;
  EXPECT_EQ(paths(validate_cluster(cluster)), Paths{"spec.taints[1]"});
  api::ClusterTaintPolicySpec policy;
  policy.taints = repeated;
  EXPECT_EQ(paths(validate_taint_policy(policy, false)), Paths{"spec.taints[0]"});
}

TEST(Validation, TaintPoliciesNeedAFlagForNoExecute) {
  api::ClusterTaintPolicySpec policy;
  EXPECT_EQ(paths(check_taint_policy_schema(policy)), Paths{"spec.taints"});
  policy.taints = {taint("k", "NoExecute")};
  EXPECT_EQ(validate_taint_policy(policy, false).at(0).type, FieldErrorType::forbidden);
  EXPECT_EQ(validate_taint_policy(policy, true), FieldErrors{});
}

TEST(Validation, ClusterNamesAreShortDnsLabels) {
  api::Cluster cluster = valid_cluster();
  EXPECT_EQ(validate_cluster(cluster), FieldErrors{});
  cluster.metadata.name = std::string(48, 'n');
  EXPECT_EQ(validate_cluster(cluster), FieldErrors{});
  cluster.metadata.name = cluster.metadata.name + 'n';
  EXPECT_EQ(paths(validate_cluster(cluster)), Paths{"metadata.name"});
  cluster.metadata.name = {};
  EXPECT_EQ(validate_cluster(cluster).at(0).type, FieldErrorType::required);
}

TEST(Validation, ClustersRefusePreferNoSchedule) {
  api::Cluster cluster = valid_cluster();
  cluster.spec.taints = {taint("k", "PreferNoSchedule"), taint("l", "")};
  const FieldErrors errors = validate_cluster(cluster);
  ASSERT_EQ(paths(errors), (Paths{"spec.taints[0].effect", "spec.taints[1].effect"}));
  EXPECT_EQ(to_string(errors[0].type), "FieldValueNotSupported");
  EXPECT_EQ(to_string(errors[1].type), "FieldValueRequired");
}

TEST(Validation, ResourceModelsMustCoverEverythingOnce) {
  api::Cluster cluster = valid_cluster();
  default_cluster(cluster, api::Timestamp(0s), true);
  EXPECT_EQ(cluster.spec.resource_models.size(), 9U);
  EXPECT_EQ(validate_cluster(cluster), FieldErrors{});
  cluster.spec.resource_models[3].ranges[0].max = api::Quantity::from_units(5);
  EXPECT_EQ(paths(validate_cluster(cluster)), Paths{"spec.resourceModels"});
}

TEST(NameRules, CountComplaints) {
  EXPECT_EQ(qualified_name_problems("app.kubernetes.io/name").size(), 0U);
  EXPECT_EQ(qualified_name_problems("").size(), 2U);
  EXPECT_EQ(qualified_name_problems("-bad").size(), 1U);
  EXPECT_EQ(qualified_name_problems("a/b/c").size(), 1U);
  EXPECT_EQ(qualified_name_problems("/x").size(), 1U);
  EXPECT_EQ(qualified_name_problems("Upper/x").size(), 1U);
  EXPECT_EQ(qualified_name_problems(std::string(64, '_')).size(), 2U);
  EXPECT_EQ(label_value_problems("").size(), 0U);
}

TEST(ParseUrl, AgreesWithGo) {
  EXPECT_EQ(parse_url("HTTPS://h:1/p?q#f")->scheme, "https");
  EXPECT_EQ(parse_url("https://h:1/p?q#f")->host, "h:1");
  EXPECT_EQ(parse_url("https://h/p?q#f")->query, "q");
  EXPECT_EQ(parse_url("https://h/p?q#f")->fragment, "f");
  EXPECT_TRUE(parse_url("https://u:p@h")->has_user);
  EXPECT_EQ(parse_url("https://[::1]:443")->host, "[::1]:443");
  EXPECT_EQ(parse_url("p:3128")->scheme, "p");
  EXPECT_TRUE(parse_url("/path").has_value());
  for (const char* bad : {"10.0.0.1:6443", "://bad", "https://h:port", "http://%zz", "https://[::1",
                          "https://a b", "https://h/%4"}) {
    EXPECT_FALSE(parse_url(bad).has_value()) << bad;
  }
}

TEST(Validation, TheLegacySchemaHasOldPurgeModes) {
  api::PropagationSpec spec;
  api::ApplicationFailover& behavior = spec.failover.emplace().application.emplace();
  for (const char* word : {"Immediately", "Graciously"}) {
    behavior.purge_mode = word;
    EXPECT_EQ(check_propagation_schema(spec).size(), 1U) << word;
    EXPECT_EQ(check_propagation_schema(spec, Release::legacy), FieldErrors{}) << word;
  }
  behavior.purge_mode = "Soon";
  EXPECT_EQ(check_propagation_schema(spec, Release::legacy).size(), 1U);
}

TEST(Defaulting, FillsInAPolicy) {
  api::PropagationPolicy policy;
  policy.metadata.space = "ns";
  policy.spec.placement.spread_constraints = {{}};
  policy.spec.placement.replica_scheduling = api::ReplicaScheduling{.type = "Divided"};
  policy.spec.resource_selectors = {
      {.api_version = "multicluster.x-k8s.io/v1alpha1", .kind = "ServiceImport"}};
  policy.spec.failover.emplace().application.emplace();
  default_propagation(policy);
  EXPECT_EQ(policy.spec.placement.spread_constraints[0].field, "cluster");
  EXPECT_EQ(policy.spec.placement.spread_constraints[0].min_groups, 1);
  EXPECT_EQ(policy.spec.placement.replica_scheduling->preference, "Weighted");
  EXPECT_EQ(policy.spec.resource_selectors[0].space, "ns");
  EXPECT_TRUE(policy.spec.propagate_deps);
  const api::ApplicationFailover& behavior = *policy.spec.failover->application;
  EXPECT_EQ(behavior.purge_mode, "Gracefully");
  EXPECT_EQ(behavior.grace_period_seconds, 600);
  EXPECT_EQ(behavior.decision_conditions.toleration_seconds, 300);
  EXPECT_EQ(validate_propagation(policy.spec, "ns"), FieldErrors{});
}

TEST(Defaulting, AddsTolerationsOnceWhereTheReleaseHasThem) {
  EXPECT_FALSE(default_tolerations(Options{}).has_value());
  Options legacy = release_defaults(Release::legacy);
  legacy.webhook.default_unreachable_toleration_seconds = 60;
  const auto tolerations = default_tolerations(legacy);
  api::PropagationPolicy policy;
  policy.spec.placement.cluster_tolerations = {{.key = "cluster.karmada.io/not-ready",
                                                .op = "Exists",
                                                .effect = "NoExecute",
                                                .toleration_seconds = 0}};
  for (int stored = 0; stored < 2; ++stored) {
    default_propagation(policy, tolerations);
    const auto& all = policy.spec.placement.cluster_tolerations;
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].toleration_seconds, 0) << "the policy's own stays";
    EXPECT_EQ(all[1].key, "cluster.karmada.io/unreachable");
    EXPECT_EQ(all[1].toleration_seconds, 60);
  }
  policy.spec.placement.cluster_tolerations[0].effect = {};
  default_propagation(policy, tolerations);
  EXPECT_EQ(policy.spec.placement.cluster_tolerations.size(), 3U) << "another effect is another";
}

TEST(Defaulting, StampsNoExecuteTaintsAndMovesTheZone) {
  api::Cluster cluster = valid_cluster();
  cluster.spec.zone = "z1";
  cluster.spec.taints = {taint("a", "NoExecute"), taint("b", "NoSchedule")};
  default_cluster(cluster, api::Timestamp(9900ms), false);
  EXPECT_EQ(cluster.spec.taints[0].time_added, api::StoredTime::from_unix_seconds(9));
  EXPECT_FALSE(cluster.spec.taints[1].time_added.has_value());
  EXPECT_EQ(cluster.spec.zones, std::vector<std::string>{"z1"});
  EXPECT_TRUE(cluster.spec.zone.empty());
  EXPECT_TRUE(cluster.spec.resource_models.empty());
}

TEST(Defaulting, PutsResourceModelsInOrderAndOpensTheirEnds) {
  const auto units = [](std::int64_t count) { return api::Quantity::from_units(count); };
  std::vector<api::ResourceModel> models = {{.grade = 1, .ranges = {{"cpu", units(2), units(4)}}},
                                            {.grade = 0, .ranges = {{"cpu", units(1), units(2)}}}};
  standardize_resource_models(models);
  EXPECT_EQ(models[0].grade, 0);
  EXPECT_TRUE(models[0].ranges[0].min.is_zero());
  EXPECT_EQ(models[1].ranges[0].max.text(), "9223372036854775807");
}

}  // namespace
}  // namespace firedrill::policy::karmada
