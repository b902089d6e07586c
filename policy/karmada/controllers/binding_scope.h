#pragma once

/// The reference runs each binding controller twice: for ResourceBindings and for
/// ClusterResourceBindings. Here one class serves both; the scope says which bindings an instance
/// takes.

#include <cstdint>

#include "policy/api/meta.h"

namespace firedrill::policy::karmada {

enum class BindingScope : std::uint8_t { namespaced, cluster };

[[nodiscard]] inline bool in_scope(BindingScope scope, const api::Key& binding) {
  return (scope == BindingScope::cluster) == binding.space.empty();
}

}  // namespace firedrill::policy::karmada
