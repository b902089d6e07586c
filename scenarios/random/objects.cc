// Whole objects: those that are there from the start, and what people apply, patch and delete.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios::random {
namespace {

using nlohmann::json;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// Documents are parsed, not built by braces, whose meaning differs between compilers where a list
// has one element.

json taint_policy(const Draft& draft, Dice& dice, const std::string& name) {
  json policy = json::parse(R"({
    "apiVersion": "policy.karmada.io/v1alpha1", "kind": "ClusterTaintPolicy", "metadata": {},
    "spec": {
      "addOnConditions": [{"operator": "In", "statusValues": ["False", "Unknown"]}],
      "removeOnConditions": [{"operator": "In", "statusValues": ["True"]}],
      "taints": [{}]}})");
  policy["metadata"]["name"] = name;
  json& spec = policy["spec"];
  const char* type = dice.chance(0.15) ? "StorageHealthy" : "Ready";
  spec["addOnConditions"][0]["conditionType"] = type;
  spec["removeOnConditions"][0]["conditionType"] = type;
  spec["taints"][0]["key"] = policy_taint;
  spec["taints"][0]["effect"] = dice.one_of({"NoExecute", "NoExecute", "NoSchedule"});
  if (dice.chance(0.1)) spec.erase("removeOnConditions");
  if (dice.chance(0.2)) spec["targetClusters"]["clusterNames"] = dice.some_of(draft.clusters, 2);
  return policy;
}

std::string api_version_of(const models::WorkloadSpec& workload) {
  if (!workload.api_version.empty()) return workload.api_version;
  if (workload.kind == "Job") return "batch/v1";
  if (workload.kind == "ConfigMap") return "v1";
  if (workload.kind == "ClusterRole") return "rbac.authorization.k8s.io/v1";
  return "apps/v1";
}

/// As rebalancers and policies select it.
json selector_of(const NamedWorkload& workload) {
  json selector;
  selector["apiVersion"] = api_version_of(*workload.entry);
  selector["kind"] = workload.entry->kind;
  selector["name"] = workload.name;
  if (!workload.entry->space.empty()) selector["namespace"] = workload.entry->space;
  return selector;
}

json rebalancer(const Draft& draft, Dice& dice, const std::string& name) {
  json made =
      json::parse(R"({"apiVersion": "apps.karmada.io/v1alpha1", "kind": "WorkloadRebalancer",
                              "metadata": {}, "spec": {"workloads": []}})");
  made["metadata"]["name"] = name;
  made["spec"]["workloads"].push_back(selector_of(any_workload(draft, dice)));
  return made;
}

json federated_quota(Dice& dice) {
  json quota = json::parse(R"({
    "apiVersion": "policy.karmada.io/v1alpha1", "kind": "FederatedResourceQuota",
    "metadata": {"namespace": "default", "name": "all"}, "spec": {"overall": {}}})");
  quota["spec"]["overall"]["cpu"] = dice.one_of({"2", "10"});
  return quota;
}

json deployment(Dice& dice) {
  json made = json::parse(R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"namespace": "default", "name": "pasted"},
    "spec": {
      "selector": {"matchLabels": {"app": "pasted"}},
      "template": {
        "metadata": {"labels": {"app": "pasted"}},
        "spec": {"containers": [{"name": "main", "image": "pasted:1",
                                 "resources": {"requests": {"cpu": "100m"}}}]}}}})");
  made["spec"]["replicas"] = dice.whole(1, 4);
  return made;
}

json pasted_policy(const Draft& draft, Dice& dice) {
  json policy = json::parse(R"({
    "apiVersion": "policy.karmada.io/v1alpha1", "metadata": {"name": "pasted"},
    "spec": {"resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment",
                                    "namespace": "default", "name": "pasted"}]}})");
  const bool scoped = dice.chance(0.5);
  policy["kind"] = scoped ? "ClusterPropagationPolicy" : "PropagationPolicy";
  if (!scoped) policy["metadata"]["namespace"] = "default";
  json& placement = policy["spec"]["placement"];
  placement["clusterAffinity"]["clusterNames"] = dice.some_of(draft.clusters, 2);
  if (dice.chance(0.5)) {
    placement["replicaScheduling"]["replicaSchedulingType"] = "Divided";
    placement["replicaScheduling"]["replicaDivisionPreference"] = "Weighted";
  }
  return policy;
}

json subscription(Dice& dice) {
  json made = json::parse(R"({
    "apiVersion": "apps.clusternet.io/v1alpha1", "kind": "Subscription",
    "metadata": {"namespace": "default", "name": "pasted"},
    "spec": {"schedulingStrategy": "Replication", "subscribers": [{}],
             "feeds": [{"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "default",
                        "name": "pasted"}]}})");
  made["spec"]["subscribers"][0]["clusterAffinity"]["matchLabels"][std::string(tier_label)] =
      dice.one_of(tiers);
  return made;
}

models::EventAction patch(std::string kind, std::string space, std::string name, json document) {
  return models::PatchEvent{{std::move(kind), std::move(space), std::move(name)},
                            api::Json(std::move(document))};
}

json labels_patch(Dice& dice) {
  json made;
  made["metadata"]["labels"][std::string(tier_label)] = dice.one_of(tiers);
  return made;
}

json taints_patch(Dice& dice) {
  json made;
  json& taints = made["spec"]["taints"] = json::array();
  if (dice.chance(0.3)) return made;
  json taint;
  taint["key"] = dice.one_of(hand_taints);
  taint["effect"] = dice.one_of({"NoSchedule", "NoExecute"});
  taints.push_back(std::move(taint));
  return made;
}

json suspension_patch(Dice& dice) {
  json made;
  made["spec"]["suspension"]["scheduling"] = dice.chance(0.5);
  return made;
}

models::EventAction apply(json document) {
  return models::ApplyEvent{api::Json(std::move(document)), std::nullopt};
}

/// Policies of workloads in the short form have the workload's name.
models::EventAction apply_own_policy(Draft& draft, Dice& dice) {
  const NamedWorkload workload = any_workload(draft, dice);
  json policy;
  policy["apiVersion"] = "policy.karmada.io/v1alpha1";
  policy["kind"] = "PropagationPolicy";
  policy["metadata"]["name"] = workload.name;
  if (workload.entry->space.empty()) {
    policy["kind"] = "ClusterPropagationPolicy";
  } else {
    policy["metadata"]["namespace"] = workload.entry->space;
  }
  json& spec = policy["spec"];
  spec["resourceSelectors"] = json::array();
  spec["resourceSelectors"].push_back(selector_of(workload));
  spec["placement"]["clusterAffinity"]["clusterNames"] = dice.some_of(draft.clusters, 2);
  return apply(std::move(policy));
}

models::EventAction karmada_action(Draft& draft, Dice& dice) {
  const std::string cluster = dice.one_of(draft.clusters);
  // Kairship has no taint policies.
  const bool newest = draft.file.control_plane.profile == "karmada";
  switch (dice.whole(newest ? 0 : 1, 6)) {
    case 0: {
      const bool new_one = draft.taint_policies.empty() || dice.chance(0.3);
      return apply(taint_policy(draft, dice, new_one ? "late" : draft.taint_policies.front()));
    }
    case 1:
      return apply(rebalancer(draft, dice, fmt::format("again-{}", dice.whole(1, 99))));
    case 2:
      return apply_own_policy(draft, dice);
    case 3:
      return patch("Cluster", "", cluster,
                   dice.chance(0.5) ? labels_patch(dice) : taints_patch(dice));
    case 4: {
      const NamedWorkload workload = any_workload(draft, dice);
      const bool scoped = workload.entry->space.empty();
      return patch(scoped ? "ClusterResourceBinding" : "ResourceBinding", workload.entry->space,
                   workload.name + "-" + lower(workload.entry->kind), suspension_patch(dice));
    }
    case 5:
      if (!draft.taint_policies.empty()) {
        return models::DeleteEvent{{"ClusterTaintPolicy", "", draft.taint_policies.front()}};
      }
      [[fallthrough]];
    default: {
      const NamedWorkload workload = any_workload(draft, dice);
      return models::DeleteEvent{{workload.entry->kind, workload.entry->space, workload.name}};
    }
  }
}

models::EventAction clusternet_action(Draft& draft, Dice& dice) {
  const std::string cluster = dice.one_of(draft.clusters);
  const NamedWorkload workload = any_workload(draft, dice);
  switch (dice.whole(0, 3)) {
    case 0:
      return patch("ManagedCluster", "", cluster, labels_patch(dice));
    case 1:
      return patch("ManagedCluster", "", cluster, taints_patch(dice));
    case 2:
      return apply(subscription(dice));
    default:
      return models::DeleteEvent{{workload.entry->kind, workload.entry->space, workload.name}};
  }
}

}  // namespace

models::EventAction random_object_action(Draft& draft, Dice& dice) {
  return draft.karmada() ? karmada_action(draft, dice) : clusternet_action(draft, dice);
}

void draw_objects(Draft& draft) {
  Dice dice = draft.dice("objects");
  std::vector<api::Json>& objects = draft.file.objects;
  const auto paste = [&](json object) { objects.emplace_back(std::move(object)); };
  const bool pasted = dice.chance(0.2);
  if (pasted) paste(deployment(dice));
  if (!draft.karmada()) {
    if (pasted) paste(subscription(dice));
    return;
  }
  if (pasted) paste(pasted_policy(draft, dice));
  // Kairship's control plane taints by itself.
  const bool newest = draft.file.control_plane.profile == "karmada";
  if (newest && dice.chance(0.8)) {
    draft.taint_policies.emplace_back("evict-not-ready");
    paste(taint_policy(draft, dice, draft.taint_policies.back()));
  }
  if (dice.chance(0.1)) paste(rebalancer(draft, dice, "at-start"));
  if (newest && dice.chance(0.1)) paste(federated_quota(dice));
}

}  // namespace firedrill::scenarios::random
