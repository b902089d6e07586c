#pragma once

/// How bindings are named (karmada pkg/util/names/names.go), and by what their Works are found
/// (pkg/util/helper/work.go, GetWorksByBindingID).

#include <array>
#include <string>
#include <string_view>

#include "policy/api/meta.h"

namespace firedrill::policy::karmada {

/// Key of the binding of a resource: "name-kind" in lower case, in the resource's namespace.
[[nodiscard]] api::Key binding_key(std::string_view kind,
                                   std::string_view space,
                                   std::string_view name);

/// Label of a binding, and of its Works: an identity that admission gives to every new binding.
inline constexpr std::string_view permanent_id_label = "resourcebinding.karmada.io/permanent-id";

/// Labels that keep a policy's permanent id, on itself and on the bindings that it governs.
inline constexpr std::string_view policy_id_label = "propagationpolicy.karmada.io/permanent-id";
inline constexpr std::string_view cluster_policy_id_label =
    "clusterpropagationpolicy.karmada.io/permanent-id";

/// Labels that say who governs a binding: a policy by its permanent id, or another manager. A
/// scheduler looks only at bindings that have one of them.
inline constexpr std::array<std::string_view, 3> governed_labels{
    policy_id_label, cluster_policy_id_label, "binding.karmada.io/managed-by"};

/// By what bindings of a workload affinity group are found: groups belong to their namespace.
[[nodiscard]] std::string affinity_index_value(std::string_view space, std::string_view group);

/// The permanent id of a binding with these labels. As ids are unique and nobody reads them, the
/// usual one, made of the key, is not written down; a label that is there counts, even when it is
/// empty: bindings that no webhook has seen share the empty id, and each other's Works.
[[nodiscard]] std::string permanent_id(const api::Labels& labels, const api::Key& binding);

}  // namespace firedrill::policy::karmada
