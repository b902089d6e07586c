#pragma once

/// What follows a workload: ConfigMaps, Secrets and the like that its template refers to get
/// bindings without a placement of their own, which note where the bindings that require them are
/// assigned. Pure decisions. Follows karmada
/// pkg/dependenciesdistributor/dependencies_distributor.go.

#include <vector>

#include "policy/api/binding.h"
#include "policy/api/meta.h"

namespace firedrill::policy::karmada {

/// What the dependents of a binding note of it. It is the assignment alone: where the binding is
/// still being evicted from, its dependents are not kept.
[[nodiscard]] api::BindingSnapshot snapshot_of(const api::ResourceBinding& binding);

/// Puts the snapshot into the list, in place of an earlier one of the same binding.
void put_snapshot(std::vector<api::BindingSnapshot>& required_by, api::BindingSnapshot snapshot);

/// Takes the snapshot of that binding out of the list, if it is there.
void drop_snapshot(std::vector<api::BindingSnapshot>& required_by, const api::Key& binding);

/// The binding of a dependency, as it is created for the first one that requires it.
[[nodiscard]] api::ResourceBinding dependent_binding(const api::ResourceBinding& required_by,
                                                     const api::ResourceReference& dependency);

/// An existing binding of a dependency, brought up to date. One that a policy of its own governs
/// keeps its way with conflicts.
[[nodiscard]] api::ResourceBinding with_requirement(const api::ResourceBinding& dependent,
                                                    const api::ResourceBinding& required_by);

}  // namespace firedrill::policy::karmada
