#pragma once

/// Dependencies distributor: keeps the bindings of what a workload refers to in step with the
/// workload's own assignment (spec/karmada-failover.md 17; karmada
/// pkg/dependenciesdistributor/dependencies_distributor.go). Behind gate PropagateDeps.

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "policy/karmada/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::karmada {

class DependenciesDistributor {
 public:
  DependenciesDistributor(Ports& ports, const ControllerOptions& options);

 private:
  void observe_binding(const Change<api::ResourceBinding>& change);
  /// Keeps the look-up from bindings to those that note them.
  void follow_snapshots(const Change<api::ResourceBinding>& change);
  Task<Result> reconcile(api::Key key);
  /// Creates or updates the dependency's binding. False: to be tried again.
  Task<bool> attach(std::shared_ptr<const api::ResourceBinding> binding,
                    api::ResourceReference dependency);
  /// Takes the binding's snapshot out of a former dependent. False: to be tried again.
  Task<bool> detach(api::Key binding, api::Key dependent);
  /// Dependencies that can be attached now; those that are not there yet are waited for.
  [[nodiscard]] std::vector<api::ResourceReference> present_dependencies(
      const api::ResourceBinding& binding, const api::ResourceTemplate& resource);

  Ports& ports_;
  std::map<api::Key, std::set<api::Key>> dependents_;  ///< By the binding that they note.
  std::map<api::Key, std::set<api::Key>> waiting_;     ///< Bindings, by what is not there yet.
  Controller<api::Key> controller_;
  Registration binding_watch_;
  Registration template_watch_;
};

}  // namespace firedrill::policy::karmada
