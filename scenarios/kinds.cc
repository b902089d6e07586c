#include "scenarios/kinds.h"

#include <algorithm>
#include <array>

namespace firedrill::scenarios {
namespace {

constexpr std::array kinds{
    BuiltInKind{"ClusterRole", "rbac.authorization.k8s.io/v1", false},
    BuiltInKind{"ClusterRoleBinding", "rbac.authorization.k8s.io/v1", false},
    BuiltInKind{"ConfigMap", "v1"},
    BuiltInKind{"CronJob", "batch/v1", true, false, false},
    BuiltInKind{"DaemonSet", "apps/v1"},
    BuiltInKind{"Deployment", "apps/v1", true, true},
    BuiltInKind{"Job", "batch/v1", true, true},
    BuiltInKind{"Pod", "v1", true, true, false},
    BuiltInKind{"ReplicaSet", "apps/v1", true, true},
    BuiltInKind{"Role", "rbac.authorization.k8s.io/v1"},
    BuiltInKind{"RoleBinding", "rbac.authorization.k8s.io/v1"},
    BuiltInKind{"Secret", "v1"},
    BuiltInKind{"Service", "v1"},
    BuiltInKind{"ServiceAccount", "v1"},
    BuiltInKind{"StatefulSet", "apps/v1", true, true},
};

}  // namespace

std::span<const BuiltInKind> built_in_kinds() {
  return kinds;
}

const BuiltInKind* find_built_in_kind(std::string_view kind) {
  const auto found = std::ranges::find(kinds, kind, &BuiltInKind::kind);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace firedrill::scenarios
