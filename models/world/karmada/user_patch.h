#pragma once

/// A user's merge patch (RFC 7396) of an object of the control plane, as `kubectl patch --type
/// merge` sends it.

#include "models/spec/event_spec.h"
#include "models/world/karmada/server/api_server.h"

namespace firedrill::models::karmada {

/// Kinds that can be patched: ResourceBinding, ClusterResourceBinding, Cluster, ClusterTaintPolicy.
class UserPatch {
 public:
  UserPatch(ApiServer& server, const ObjectTarget& target, const api::Json& patch)
      : server_(server), target_(target), patch_(patch) {}

  /// Whether the object is there.
  [[nodiscard]] bool applicable() const;
  /// Does nothing when it is not.
  void apply() const;

 private:
  ApiServer& server_;
  const ObjectTarget& target_;
  const api::Json& patch_;
};

}  // namespace firedrill::models::karmada
