#pragma once

/// PropagationPolicy and ClusterPropagationPolicy (karmada pkg/apis/policy/v1alpha1): which
/// resources are propagated, where to, and how they fail over. One type serves both: a policy
/// without namespace is cluster-scoped.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/labels.h"
#include "policy/api/meta.h"
#include "policy/api/placement.h"

namespace firedrill::api {

inline constexpr std::string_view preemption_always = "Always";
inline constexpr std::string_view preemption_never = "Never";

/// Names the resource templates that a policy applies to.
struct ResourceSelector {
  std::string api_version;
  std::string kind;
  std::string space;
  std::string name;
  std::optional<LabelSelector> label_selector;

  friend bool operator==(const ResourceSelector&, const ResourceSelector&) = default;
};

template <class V>
void describe(V& v, ResourceSelector& s) {
  v.begin("ResourceSelector", "Names the resources that a policy applies to.");
  v.required("apiVersion", s.api_version, "Group and version.");
  v.required("kind", s.kind, "Kind.");
  v.field("namespace", s.space, "Namespace; the policy's own when empty.");
  v.field("name", s.name, "Name; empty selects every resource of the kind.");
  v.field("labelSelector", s.label_selector,
          "Resources with such labels; ignored when a name is given.");
}

/// Where the priority of the bindings in the scheduler's queue comes from.
struct PolicySchedulePriority {
  std::string priority_class_source;
  std::string priority_class_name;

  friend bool operator==(const PolicySchedulePriority&, const PolicySchedulePriority&) = default;
};

template <class V>
void describe(V& v, PolicySchedulePriority& p) {
  v.begin("PolicySchedulePriority", "Where the priority in the scheduler's queue comes from.");
  v.field("priorityClassSource", p.priority_class_source,
          "KubePriorityClass, PodPriorityClass or FederatedPriorityClass.");
  v.field("priorityClassName", p.priority_class_name, "Name of the priority class.");
}

struct PropagationSpec {
  std::vector<ResourceSelector> resource_selectors;
  Placement placement;
  Shared<FailoverBehavior> failover;
  std::optional<Suspension> suspension;
  std::optional<PolicySchedulePriority> schedule_priority;
  std::vector<std::string> dependent_overrides;
  std::int32_t priority = 0;
  std::string preemption;
  std::string scheduler_name;
  std::string conflict_resolution;
  std::string activation_preference;
  bool propagate_deps = false;
  bool preserve_resources_on_deletion = false;

  friend bool operator==(const PropagationSpec&, const PropagationSpec&) = default;
};

template <class V>
void describe(V& v, PropagationSpec& s) {
  v.begin("PropagationSpec", "Which resources are propagated, where to, and how they fail over.");
  v.field("resourceSelectors", s.resource_selectors, "Resources that the policy applies to.");
  v.field("placement", s.placement, "Where they may run.");
  v.field("failover", s.failover, "What happens when a copy or its cluster fails.");
  v.field("suspension", s.suspension, "What is held back.");
  v.field("schedulePriority", s.schedule_priority, "Place in the scheduler's queue.");
  v.field("dependentOverrides", s.dependent_overrides, "Override policies that must exist first.");
  v.field("priority", s.priority,
          "Decides between policies that select the same resource; higher wins.");
  v.field("preemption", s.preemption,
          "Always: takes resources over from policies of lower priority; Never (default).");
  v.field("schedulerName", s.scheduler_name, "Which scheduler; default-scheduler when empty.");
  v.field("conflictResolution", s.conflict_resolution,
          "Abort (default) or Overwrite, when the object exists already.");
  v.field("activationPreference", s.activation_preference,
          "Lazy: changes wait for the next change of the resource.");
  v.field("propagateDeps", s.propagate_deps, "Take ConfigMaps, Secrets and the like along.");
  v.field("preserveResourcesOnDeletion", s.preserve_resources_on_deletion,
          "Leave objects in members when Works go.");
}

struct PropagationPolicy {
  ObjectMeta metadata;
  PropagationSpec spec;

  [[nodiscard]] bool cluster_scoped() const { return metadata.space.empty(); }
  friend bool operator==(const PropagationPolicy&, const PropagationPolicy&) = default;
};

template <class V>
void describe(V& v, PropagationPolicy& p) {
  v.begin("PropagationPolicy", "Which resources are propagated, where to, and how they fail over.");
  v.field("metadata", p.metadata, "Object metadata.");
  v.required("spec", p.spec, "The wish.");
}

}  // namespace firedrill::api
