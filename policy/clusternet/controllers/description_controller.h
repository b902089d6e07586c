#pragma once

/// Description controller: carries Descriptions to their cluster and back out of it. Runs in the
/// hub's controller manager for the clusters whose objects the hub applies, and in each agent for
/// its own cluster where it does that itself. The hub also gives up what is to be deleted in a lost
/// cluster, so that it runs on there as orphans (spec/clusternet.md 8.2, 8.3; clusternet
/// pkg/controllermanager/deployer/generic, pkg/agent/deployer/generic, pkg/utils).

#include <memory>
#include <optional>
#include <string>

#include "policy/clusternet/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::clusternet {

/// The one cluster whose agent runs the controller.
struct AgentDeployer {
  std::string cluster;      ///< Name of the ManagedCluster.
  bool app_pusher = false;  ///< Gate AppPusher.
};

class DescriptionController {
 public:
  /// `agent`: absent in the hub.
  DescriptionController(Ports& ports,
                        const ControllerOptions& options,
                        std::optional<AgentDeployer> agent);

 private:
  enum class Deployable : std::uint8_t { yes, no, unknown };

  void observe(const Change<Description>& change);
  [[nodiscard]] Deployable deployable(const Description& description) const;
  Task<Result> reconcile(api::Key key);
  Task<Result> apply(std::shared_ptr<const Description> description);
  Task<Result> offload(std::shared_ptr<const Description> description);
  Task<Result> free(api::Key key);
  /// One object, in a few tries; whether it is as wanted.
  Task<bool> apply_object(std::string cluster, api::Manifest manifest);
  Task<bool> remove_object(std::string cluster, api::ResourceReference object);

  Ports& ports_;
  std::optional<AgentDeployer> agent_;
  Controller<api::Key> controller_;
  Registration watch_;
};

}  // namespace firedrill::policy::clusternet
