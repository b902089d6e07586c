#include "models/world/karmada/user_patch.h"

#include "models/world/merge_patch.h"

namespace firedrill::models::karmada {
namespace {

bool is_binding(const ObjectTarget& target) {
  return target.kind == "ResourceBinding" || target.kind == "ClusterResourceBinding";
}

}  // namespace

bool UserPatch::applicable() const {
  const api::Key key{target_.space, target_.name};
  if (is_binding(target_)) return server_.bindings.find(key) != nullptr;
  if (target_.kind == "Cluster") return server_.clusters.find(key) != nullptr;
  return target_.kind == "ClusterTaintPolicy" && server_.taint_policies.find(key) != nullptr;
}

void UserPatch::apply() const {
  const api::Key key{target_.space, target_.name};
  const nlohmann::json& patch = patch_.document();
  if (is_binding(target_)) {
    (void)server_.bindings.patch(key, [&](api::ResourceBinding& next) {
      auto placement = next.spec.placement;
      next.spec = patched(next.spec, patch, "spec");
      if (api::same_placement(placement, next.spec.placement))
        next.spec.placement = std::move(placement);
    });
  } else if (target_.kind == "Cluster") {
    (void)server_.clusters.patch(key, [&](api::Cluster& next) {
      next.spec = patched(next.spec, patch, "spec");
      next.metadata.labels = patched(next.metadata, patch, "metadata").labels;
    });
  } else if (target_.kind == "ClusterTaintPolicy") {
    (void)server_.taint_policies.patch(
        key, [&](api::ClusterTaintPolicy& next) { next.spec = patched(next.spec, patch, "spec"); });
  }
}

}  // namespace firedrill::models::karmada
