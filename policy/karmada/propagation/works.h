#pragma once

/// The binding controller's decisions: in which clusters Works of a binding are to exist, whether
/// they may be written now, and what stands in them. Pure functions.
///
/// Follows karmada pkg/controllers/binding (binding_controller.go, common.go) and
/// pkg/util/helper/binding.go.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/work.h"
#include "policy/karmada/scheduler/division.h"

namespace firedrill::policy::karmada {

/// Sorted, each once.
using ClusterNames = std::vector<api::Name>;

/// Clusters where a Work of the binding may exist: its targets, those of the bindings that require
/// it, and those it is leaving in any way but Directly.
[[nodiscard]] ClusterNames existing_clusters(const api::BindingSpec& spec);

/// The Works that are no longer wanted: outside `existing_clusters`, in the order given.
[[nodiscard]] std::vector<std::shared_ptr<const api::Work>> orphan_works(
    const api::BindingSpec& spec, std::span<const std::shared_ptr<const api::Work>> works);

/// Whether a copy that is purged Directly is still there, even if on its way out. As long as it is,
/// no Work of the binding is created or updated in any cluster.
[[nodiscard]] bool waits_for_direct_purge(const api::BindingSpec& spec,
                                          std::span<const std::shared_ptr<const api::Work>> works);

/// One copy that is to exist and to be kept up to date.
struct CopyTarget {
  std::string cluster;
  std::optional<api::Replicas> replicas;     ///< Absent: not a workload, left as in the template.
  std::optional<api::Replicas> completions;  ///< For Jobs that are divided.
  bool suspend_dispatching = false;
  api::Labels injected_labels;

  friend bool operator==(const CopyTarget&, const CopyTarget&) = default;
};

/// The copies of a binding: its own targets in order, then those of requiredBy that are not listed
/// yet, the first snapshot winning. `completions` is the template's spec.completions, for a Job
/// that has them; in Divided mode they are divided like the replicas. `inject_state` is the gate
/// StatefulFailoverInjection.
[[nodiscard]] std::vector<CopyTarget> copy_targets(
    const api::BindingSpec& spec,
    std::optional<api::Replicas> completions,
    bool inject_state,
    DivisionMethod division = DivisionMethod::webster);

/// The Work for one copy, as it is created; an existing one gets its spec. Without
/// `revise_replicas` (the interpreter cannot set them) the template's own replicas stand.
[[nodiscard]] api::Work desired_work(const api::ResourceBinding& binding,
                                     const api::ResourceTemplate& resource,
                                     const CopyTarget& target,
                                     bool revise_replicas);

}  // namespace firedrill::policy::karmada
