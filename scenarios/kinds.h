#pragma once

/// The kinds of resource templates that a scenario may name without saying their apiVersion.

#include <span>
#include <string_view>

namespace firedrill::scenarios {

struct BuiltInKind {
  std::string_view kind;
  std::string_view api_version;
  bool namespaced = true;
  bool has_replicas = false;
  bool simulated = true;  ///< Members know what to do with it; false is refused by the loader.
};

[[nodiscard]] std::span<const BuiltInKind> built_in_kinds();

/// The kind of that name, or null.
[[nodiscard]] const BuiltInKind* find_built_in_kind(std::string_view kind);

}  // namespace firedrill::scenarios
