// What a placement is as a Subscription, a Subscription as a placement, and what neither can say.
// The rows are those of docs/mapping.md.

#include "scenarios/mapping.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"
#include "policy/clusternet/api/managed_cluster.h"

namespace firedrill::scenarios {
namespace {

using nlohmann::json;
using policy::clusternet::SubscriptionSpec;

constexpr MappedTemplate deployment{"apps/v1", "Deployment", true};
constexpr MappedTemplate config_map{"v1", "ConfigMap", false};
constexpr MappedTemplate job{"batch/v1", "Job", true};

template <class T>
T read(const char* text) {
  T value;
  api::Diagnostics diagnostics;
  api::ReadContext context(diagnostics);
  api::read_json(json::parse(text), value, context);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.render();
  return value;
}

template <class T>
json written(const T& value) {
  json result;
  api::write_json(value, result);
  return result;
}

/// a and b are gold, c is not.
std::vector<api::Labels> clusters() {
  const auto labels = [](const char* name, const char* tier) {
    return api::Labels{{std::string(policy::clusternet::label_cluster_name), name}, {"tier", tier}};
  };
  return {labels("a", "gold"), labels("b", "gold"), labels("c", "iron")};
}

std::string text_of(const std::vector<MappingNote>& notes) {
  std::string text;
  for (const MappingNote& note : notes)
    text += note.pointer + ": " + note.problem + "\n";
  return text;
}

struct Row {
  const char* name;
  const char* from;
  const char* to;          ///< "" = refused.
  const char* notes = "";  ///< Refusals, or differences.
  MappedTemplate mapped = deployment;
};

std::string name_of(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

class PlacementRow : public testing::TestWithParam<Row> {};

TEST_P(PlacementRow, BecomesThatSubscription) {
  const Row& row = GetParam();
  const std::vector<api::Labels> labels = clusters();
  const auto result = map_placement(read<api::Placement>(row.from), row.mapped, labels);
  if (*row.to == '\0') {
    EXPECT_EQ(text_of(result.refusals), row.notes);
    return;
  }
  EXPECT_EQ(text_of(result.refusals), "");
  EXPECT_EQ(text_of(result.differences), row.notes);
  EXPECT_EQ(written(result.spec), written(read<SubscriptionSpec>(row.to)));
}

INSTANTIATE_TEST_SUITE_P(
    Mapped,
    PlacementRow,
    testing::Values(
        Row{"nothing", "{}", R"({"subscribers": [{"clusterAffinity": {}}]})"},
        Row{"labels",
            R"({"clusterAffinity": {"labelSelector": {"matchLabels": {"tier": "gold"}}}})",
            R"({"subscribers": [{"clusterAffinity": {"matchLabels": {"tier": "gold"}}}]})"},
        Row{"names", R"({"clusterAffinity": {"clusterNames": ["a", "c"], "exclude": ["b"]}})",
            R"({"subscribers": [{"clusterAffinity": {"matchExpressions": [
               {"key": "clusters.clusternet.io/cluster-name", "operator": "In", "values": ["a", "c"]},
               {"key": "clusters.clusternet.io/cluster-name", "operator": "NotIn", "values": ["b"]}
               ]}}]})"},
        Row{"one_group", R"({"clusterAffinities": [{"affinityName": "x",
                             "labelSelector": {"matchLabels": {"tier": "gold"}}}]})",
            R"({"subscribers": [{"clusterAffinity": {"matchLabels": {"tier": "gold"}}}]})"},
        Row{"duplicated_within_bounds",
            R"({"spreadConstraints": [{"spreadByField": "cluster", "minGroups": 1, "maxGroups": 2}]})",
            R"({"schedulingBySubGroup": true, "subscribers": [{"clusterAffinity": {},
                "subGroupStrategy": {"minClusters": 2}}]})"},
        Row{"least_number",
            R"({"spreadConstraints": [{"spreadByField": "cluster", "minGroups": 2, "maxGroups": 2}]})",
            R"({"schedulingBySubGroup": true, "subscribers": [{"clusterAffinity": {},
                "subGroupStrategy": {"minClusters": 2}}]})",
            "/spreadConstraints/0/minGroups: Clusternet takes fewer clusters where it finds no "
            "more\n"},
        Row{"equal_weights",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted"}})",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Static"},
                "subscribers": [{"clusterAffinity": {}, "weight": 1}]})"},
        Row{"static_weights_within_an_affinity",
            R"({"clusterAffinity": {"labelSelector": {"matchLabels": {"tier": "gold"}}},
                "spreadConstraints": [{"spreadByField": "region", "minGroups": 1}],
                "replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted", "weightPreference": {"staticWeightList": [
                {"targetCluster": {"clusterNames": ["a"]}, "weight": 2},
                {"targetCluster": {"clusterNames": ["b"]}, "weight": 1}]}}})",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Static"},
                "subscribers": [
                {"clusterAffinity": {"matchLabels": {"tier": "gold"}, "matchExpressions": [
                 {"key": "clusters.clusternet.io/cluster-name", "operator": "In", "values": ["a"]}]},
                 "weight": 2},
                {"clusterAffinity": {"matchLabels": {"tier": "gold"}, "matchExpressions": [
                 {"key": "clusters.clusternet.io/cluster-name", "operator": "In", "values": ["b"]}]},
                 "weight": 1}]})"},
        Row{"dynamic_weight",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted",
                "weightPreference": {"dynamicWeight": "AvailableReplicas"}}})",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Dynamic",
                "dynamicDividing": {"strategy": "Spread"}},
                "subscribers": [{"clusterAffinity": {}}]})"},
        Row{"without_replicas_to_divide",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Aggregated"}})",
            R"({"subscribers": [{"clusterAffinity": {}}]})", "", config_map},
        Row{"toleration_of_maintenance",
            R"({"clusterTolerations": [{"key": "maintenance", "operator": "Exists"}]})",
            R"({"subscribers": [{"clusterAffinity": {}}],
                "clusterTolerations": [{"key": "maintenance", "operator": "Exists"}]})"},
        Row{"toleration_for_a_time",
            R"({"clusterTolerations": [{"key": "maintenance", "operator": "Exists",
                "effect": "NoExecute", "tolerationSeconds": 30}]})",
            R"({"subscribers": [{"clusterAffinity": {}}],
                "clusterTolerations": [{"key": "maintenance", "operator": "Exists",
                "effect": "NoExecute"}]})",
            "/clusterTolerations/0/tolerationSeconds: Clusternet tolerates for ever, whatever the "
            "time\n"},
        Row{"lost_clusters_for_a_time",
            R"({"clusterTolerations": [{"key": "cluster.karmada.io/not-ready", "operator": "Exists",
                "effect": "NoExecute", "tolerationSeconds": 30}]})",
            R"({"subscribers": [{"clusterAffinity": {}}]})",
            "/clusterTolerations/0: Clusternet waits no time after a cluster is lost\n"},
        Row{"lost_clusters_for_ever",
            R"({"clusterTolerations": [{"key": "cluster.karmada.io/not-ready", "operator": "Exists",
                "effect": "NoExecute"}]})",
            R"({"subscribers": [{"clusterAffinity": {}}], "clusterTolerations": [
                {"key": "clusters.clusternet.io/unschedulable", "operator": "Exists",
                "effect": "NoSchedule"}]})"},
        Row{"everything_for_ever", R"({"clusterTolerations": [{"operator": "Exists"}]})",
            R"({"subscribers": [{"clusterAffinity": {}}],
                "clusterTolerations": [{"operator": "Exists"}]})"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Refused,
    PlacementRow,
    testing::Values(
        Row{"groups_in_order",
            R"({"clusterAffinities": [{"affinityName": "x"}, {"affinityName": "y"}]})", "",
            "/clusterAffinities: Clusternet has no affinity groups that are tried in order\n"},
        Row{"overflow",
            R"({"clusterAffinities": [{"affinityName": "x", "clusterNames": ["a"],
                "overflowAffinities": [{"affinityName": "y", "clusterNames": ["b"]}]}]})",
            "",
            "/clusterAffinities/0/overflowAffinities: Clusternet has no tiers that are used when "
            "others are full\n"},
        Row{"region",
            R"({"clusterAffinity": {"fieldSelector": {"matchExpressions": [
                {"key": "region", "operator": "In", "values": ["eu"]}]}}})",
            "",
            "/clusterAffinity/fieldSelector: a ManagedCluster has no provider, region or zone to "
            "select by\n"},
        Row{"spread_by_region",
            R"({"spreadConstraints": [{"spreadByField": "cluster", "maxGroups": 2},
                {"spreadByField": "region", "maxGroups": 2}]})",
            "",
            "/spreadConstraints/1: Clusternet spreads over clusters only, not over groups of "
            "them\n"},
        Row{"no_group_at_all", R"({"spreadConstraints": [{"spreadByField": "cluster"}]})", "",
            "/spreadConstraints/0/maxGroups: admits no cluster\n"},
        Row{"bounded_division",
            R"({"spreadConstraints": [{"spreadByField": "cluster", "maxGroups": 2}],
                "replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted",
                "weightPreference": {"dynamicWeight": "AvailableReplicas"}}})",
            "",
            "/spreadConstraints/0: bounds the clusters of a division, which Clusternet never gives "
            "up again\n"},
        Row{"aggregated",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Aggregated"}})",
            "",
            "/replicaScheduling/replicaDivisionPreference: Clusternet has no division "
            "\"Aggregated\"\n"},
        Row{"parallel_job",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted"}})",
            "", "/replicaScheduling: Clusternet knows no replicas of a Job to divide\n", job},
        Row{"weights_that_overlap",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted", "weightPreference": {"staticWeightList": [
                {"targetCluster": {"clusterNames": ["b"]}, "weight": 2},
                {"targetCluster": {"labelSelector": {"matchLabels": {"tier": "gold"}}},
                 "weight": 1}]}}})",
            "",
            "/replicaScheduling/weightPreference/staticWeightList: several weights for cluster b, "
            "which Clusternet would add up\n"},
        Row{"heavy_weight",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted", "weightPreference": {"staticWeightList": [
                {"targetCluster": {}, "weight": 2147483648}]}}})",
            "",
            "/replicaScheduling/weightPreference/staticWeightList/0/weight: a weight of Clusternet "
            "has 32 bits\n"},
        Row{"workload_affinity",
            R"({"workloadAffinity": {"affinity": {"groupByLabelKey": "app"}}})", "",
            "/workloadAffinity: Clusternet keeps no workloads together or apart\n"}),
    name_of);

class SubscriptionRow : public testing::TestWithParam<Row> {};

TEST_P(SubscriptionRow, BecomesThatPlacement) {
  const Row& row = GetParam();
  const std::vector<api::Labels> labels = clusters();
  const auto result = map_subscription(read<SubscriptionSpec>(row.from), row.mapped, labels);
  if (*row.to == '\0') {
    EXPECT_EQ(text_of(result.refusals), row.notes);
    return;
  }
  EXPECT_EQ(text_of(result.refusals), "");
  EXPECT_EQ(text_of(result.differences), row.notes);
  EXPECT_EQ(written(result.placement), written(read<api::Placement>(row.to)));
}

constexpr const char* duplicated =
    R"({"replicaScheduling": {"replicaSchedulingType": "Duplicated"}})";

INSTANTIATE_TEST_SUITE_P(
    Mapped,
    SubscriptionRow,
    testing::Values(
        Row{"everywhere", R"({"subscribers": [{"clusterAffinity": {}}]})", duplicated},
        Row{"one_of_them_is_every_cluster",
            R"({"subscribers": [{"clusterAffinity": {"matchLabels": {"tier": "gold"}}},
                {"clusterAffinity": {}}]})",
            duplicated},
        Row{"names_of_several",
            R"({"subscribers": [
               {"clusterAffinity": {"matchLabels": {"clusters.clusternet.io/cluster-name": "c"}}},
               {"clusterAffinity": {"matchExpressions": [
                {"key": "clusters.clusternet.io/cluster-name", "operator": "In",
                 "values": ["a", "c"]}]}}]})",
            R"({"clusterAffinity": {"clusterNames": ["c", "a"]},
                "replicaScheduling": {"replicaSchedulingType": "Duplicated"}})"},
        Row{"labels_but_not_that_one",
            R"({"subscribers": [{"clusterAffinity": {"matchLabels": {"tier": "gold"},
               "matchExpressions": [{"key": "clusters.clusternet.io/cluster-name",
               "operator": "NotIn", "values": ["b"]}]}}]})",
            R"({"clusterAffinity": {"labelSelector": {"matchLabels": {"tier": "gold"}},
                "exclude": ["b"]},
                "replicaScheduling": {"replicaSchedulingType": "Duplicated"}})"},
        Row{"subgroup",
            R"({"schedulingBySubGroup": true, "subscribers": [{"clusterAffinity": {},
                "subGroupStrategy": {"minClusters": 2}}]})",
            R"({"spreadConstraints": [{"spreadByField": "cluster", "minGroups": 1, "maxGroups": 2}],
                "replicaScheduling": {"replicaSchedulingType": "Duplicated"}})"},
        Row{"weights",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Static"},
                "subscribers": [{"clusterAffinity": {"matchLabels": {"tier": "gold"}}, "weight": 2},
                {"clusterAffinity": {"matchLabels": {"tier": "iron"}}, "weight": 1}]})",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted", "weightPreference": {"staticWeightList": [
                {"targetCluster": {"labelSelector": {"matchLabels": {"tier": "gold"}}}, "weight": 2},
                {"targetCluster": {"labelSelector": {"matchLabels": {"tier": "iron"}}},
                 "weight": 1}]}}})"},
        Row{"room",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Dynamic",
                "dynamicDividing": {"strategy": "Spread", "minClusters": 2}},
                "subscribers": [{"clusterAffinity": {}}]})",
            R"({"replicaScheduling": {"replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted",
                "weightPreference": {"dynamicWeight": "AvailableReplicas"}}})"},
        Row{"whole_with_a_static_division",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Static"},
                "subscribers": [{"clusterAffinity": {}, "weight": 2}]})",
            duplicated, "", config_map},
        Row{"stays_on_lost_clusters",
            R"({"subscribers": [{"clusterAffinity": {}}], "clusterTolerations": [
                {"key": "clusters.clusternet.io/unschedulable", "operator": "Exists"},
                {"key": "maintenance", "operator": "Exists", "tolerationSeconds": 5}]})",
            R"({"replicaScheduling": {"replicaSchedulingType": "Duplicated"}, "clusterTolerations": [
                {"key": "maintenance", "operator": "Exists"},
                {"key": "cluster.karmada.io/not-ready", "operator": "Exists"},
                {"key": "cluster.karmada.io/unreachable", "operator": "Exists"}]})"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Refused,
    SubscriptionRow,
    testing::Values(
        Row{"either_of_two_selectors",
            R"({"subscribers": [{"clusterAffinity": {"matchLabels": {"tier": "gold"}}},
                {"clusterAffinity": {"matchLabels": {"tier": "iron"}}}]})",
            "",
            "/subscribers/1/clusterAffinity: Karmada has no affinity that is either of two "
            "selectors\n"},
        Row{"no_subscriber", R"({"subscribers": []})", "", "/subscribers: select no cluster\n"},
        Row{"invalid_selector",
            R"({"subscribers": [{"clusterAffinity": {"matchExpressions": [
                {"key": "tier", "operator": "Like", "values": ["gold"]}]}}]})",
            "",
            "/subscribers/0/clusterAffinity: an invalid selector is never scheduled by "
            "Clusternet\n"},
        Row{"several_subgroups",
            R"({"schedulingBySubGroup": true, "subscribers": [
                {"clusterAffinity": {}, "subGroupStrategy": {"minClusters": 2}},
                {"clusterAffinity": {}, "subGroupStrategy": {"minClusters": 1}}]})",
            "",
            "/schedulingBySubGroup: Karmada has no number of clusters for each of several "
            "groups\n"},
        Row{"subgroup_of_none",
            R"({"schedulingBySubGroup": true, "subscribers": [{"clusterAffinity": {},
                "subGroupStrategy": {"minClusters": 0}}]})",
            "", "/subscribers/0/subGroupStrategy/minClusters: keeps no cluster\n"},
        Row{"subgroup_without_strategy",
            R"({"schedulingBySubGroup": true, "subscribers": [{"clusterAffinity": {}}]})", "",
            "/subscribers/0: a subscriber without subGroupStrategy is never scheduled by "
            "Clusternet\n"},
        Row{"bounded_division",
            R"({"schedulingStrategy": "Dividing", "schedulingBySubGroup": true,
                "dividingScheduling": {"type": "Static"}, "subscribers": [{"clusterAffinity": {},
                "weight": 1, "subGroupStrategy": {"minClusters": 1}}]})",
            "",
            "/schedulingBySubGroup: Karmada bounds no division as subgroups do: it heeds no spread "
            "constraint where weights are fixed, and picks clusters by capacity where they are "
            "not\n"},
        Row{"undecided_division",
            R"({"schedulingStrategy": "Dividing", "subscribers": [{"clusterAffinity": {}}]})", "",
            "/dividingScheduling: Dividing without dividingScheduling is never scheduled by "
            "Clusternet\n"},
        Row{"undecided_dynamics",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Dynamic"},
                "subscribers": [{"clusterAffinity": {}}]})",
            "",
            "/dividingScheduling: Dynamic without dynamicDividing is never scheduled by "
            "Clusternet\n"},
        Row{"binpack",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Dynamic",
                "dynamicDividing": {"strategy": "Binpack"}},
                "subscribers": [{"clusterAffinity": {}}]})",
            "",
            "/dividingScheduling/dynamicDividing/strategy: Clusternet has no code behind Binpack: "
            "it binds to no cluster\n"},
        Row{"weightless",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Static"},
                "subscribers": [{"clusterAffinity": {}}]})",
            "", "/subscribers: have no weight, so Clusternet runs no replica\n"},
        Row{"weights_that_add_up",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Static"},
                "subscribers": [{"clusterAffinity": {"matchLabels": {"tier": "gold"}}, "weight": 2},
                {"clusterAffinity": {}, "weight": 1}]})",
            "",
            "/subscribers: weights of several subscribers add up in cluster a; in Karmada the "
            "largest would count\n"},
        Row{"along_with_a_dynamic_division",
            R"({"schedulingStrategy": "Dividing", "dividingScheduling": {"type": "Dynamic",
                "dynamicDividing": {"strategy": "Spread"}},
                "subscribers": [{"clusterAffinity": {}}]})",
            "", "/dividingScheduling: a ConfigMap goes where the division of other feeds leads\n",
            config_map}),
    name_of);

}  // namespace
}  // namespace firedrill::scenarios
