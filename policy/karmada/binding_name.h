#pragma once

/// How bindings are named (karmada pkg/util/names/names.go).

#include <string_view>

#include "policy/api/meta.h"

namespace firedrill::policy::karmada {

/// Key of the binding of a resource: "name-kind" in lower case, in the resource's namespace.
[[nodiscard]] api::Key binding_key(std::string_view kind,
                                   std::string_view space,
                                   std::string_view name);

}  // namespace firedrill::policy::karmada
