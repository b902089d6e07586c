#pragma once

/// Subscription controller: turns a binding into Bases and Localizations, cluster by cluster, and
/// only then removes the Bases of clusters that are bound no longer. Nobody looks whether the new
/// copies run (spec/clusternet.md 8.1; clusternet pkg/controllermanager/deployer,
/// pkg/controllers/apps/subscription).

#include <memory>
#include <string>
#include <vector>

#include "policy/clusternet/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::clusternet {

class SubscriptionController {
 public:
  SubscriptionController(Ports& ports, const ControllerOptions& options);

 private:
  using Bases = std::vector<std::shared_ptr<const Base>>;

  void observe(const Change<Subscription>& change);
  [[nodiscard]] Bases bases_of(const api::Key& subscription) const;
  Task<Result> reconcile(api::Key key);
  Task<Result> reconcile_deletion(std::shared_ptr<const Subscription> subscription);
  /// What the `index`-th bound cluster is to have; false if something is left to do.
  Task<bool> bind(std::shared_ptr<const Subscription> subscription, std::size_t index);
  Task<bool> write_base(Base desired);
  Task<bool> write_localizations(std::shared_ptr<const Subscription> subscription,
                                 std::size_t index);
  /// Those of the subscription in one cluster that are not among the names.
  Task<bool> remove_localizations(api::Key subscription,
                                  std::string space,
                                  std::vector<std::string> kept);
  Task<bool> remove_base(api::Key key);

  Ports& ports_;
  Controller<api::Key> controller_;
  Registration subscription_watch_;
  Registration base_watch_;
};

}  // namespace firedrill::policy::clusternet
