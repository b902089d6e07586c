#pragma once

/// Quotas: of Kubernetes within one cluster (ResourceQuota), and of Karmada over all clusters
/// (FederatedResourceQuota, karmada pkg/apis/policy/v1alpha1). Both count what is requested in
/// their namespace.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/labels.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"

namespace firedrill::api {

inline constexpr std::string_view scope_priority_class = "PriorityClass";

/// A condition on the pods that a quota counts.
struct ScopeRequirement {
  std::string scope;
  std::string op;
  std::vector<std::string> values;

  friend bool operator==(const ScopeRequirement&, const ScopeRequirement&) = default;
};

template <class V>
void describe(V& v, ScopeRequirement& r) {
  v.begin("ScopedResourceSelectorRequirement", "A condition on the pods that a quota counts.");
  v.required("scopeName", r.scope, "PriorityClass; pods of other scopes are not told apart.");
  v.required("operator", r.op, "In, NotIn, Exists or DoesNotExist.");
  v.field("values", r.values, "Names of priority classes; for In and NotIn.");
}

struct ScopeSelector {
  std::vector<ScopeRequirement> match_expressions;

  friend bool operator==(const ScopeSelector&, const ScopeSelector&) = default;
};

template <class V>
void describe(V& v, ScopeSelector& s) {
  v.begin("ScopeSelector", "Conditions on the pods that a quota counts; all must hold.");
  v.field("matchExpressions", s.match_expressions, "The conditions.");
}

struct ResourceQuotaSpec {
  ResourceList hard;
  std::vector<std::string> scopes;
  std::optional<ScopeSelector> scope_selector;

  friend bool operator==(const ResourceQuotaSpec&, const ResourceQuotaSpec&) = default;
};

template <class V>
void describe(V& v, ResourceQuotaSpec& s) {
  v.begin("ResourceQuotaSpec", "What may be requested in a namespace, and whose requests count.");
  v.required("hard", s.hard, "Most of each resource: cpu, requests.cpu, pods, ...");
  v.field("scopes", s.scopes, "Scopes that the pods must be in.");
  v.field("scopeSelector", s.scope_selector, "Conditions on scopes.");
}

/// A quota of one namespace in one cluster.
struct ResourceQuota {
  ObjectMeta metadata;
  ResourceQuotaSpec spec;

  friend bool operator==(const ResourceQuota&, const ResourceQuota&) = default;
};

template <class V>
void describe(V& v, ResourceQuota& q) {
  v.begin("ResourceQuota", "Bounds what the pods of a namespace request in a cluster.");
  v.required("metadata", q.metadata, "Object metadata.");
  v.required("spec", q.spec, "The bounds.");
}

struct FederatedResourceQuotaSpec {
  ResourceList overall;

  friend bool operator==(const FederatedResourceQuotaSpec&,
                         const FederatedResourceQuotaSpec&) = default;
};

template <class V>
void describe(V& v, FederatedResourceQuotaSpec& s) {
  v.begin("FederatedResourceQuotaSpec", "What may be requested over all clusters.");
  v.required("overall", s.overall, "Most of each resource.");
}

struct FederatedResourceQuotaStatus {
  ResourceList overall;
  ResourceList overall_used;

  friend bool operator==(const FederatedResourceQuotaStatus&,
                         const FederatedResourceQuotaStatus&) = default;
};

/// A quota of one namespace over all clusters.
struct FederatedResourceQuota {
  ObjectMeta metadata;
  FederatedResourceQuotaSpec spec;
  FederatedResourceQuotaStatus status;

  friend bool operator==(const FederatedResourceQuota&, const FederatedResourceQuota&) = default;
};

template <class V>
void describe(V& v, FederatedResourceQuota& q) {
  v.begin("FederatedResourceQuota", "Bounds what a namespace's workloads request in all clusters.");
  v.required("metadata", q.metadata, "Object metadata.");
  v.required("spec", q.spec, "The bounds.");
}

}  // namespace firedrill::api
