#pragma once

/// Base controller: makes the Description of each Base, again whenever the Base, a Localization or
/// a template changes. The reference has a controller for each of the three; their passes are the
/// same (spec/clusternet.md 8.1; clusternet pkg/controllermanager/deployer, localizer).

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policy/clusternet/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::clusternet {

class BaseController {
 public:
  BaseController(Ports& ports, const ControllerOptions& options);

 private:
  void observe_base(const Change<Base>& change);
  void observe_template(const api::Key& key);
  Task<Result> reconcile(api::Key key);
  Task<Result> reconcile_deletion(std::shared_ptr<const Base> base);
  Task<Result> write(Description desired);
  /// Removes what the cluster is to have no more, for as long as it takes.
  void prune(const Description& current, const Description& desired);
  Routine pruning(std::string cluster, std::vector<api::ResourceReference> objects);

  Ports& ports_;
  Controller<api::Key> controller_;
  Registration base_watch_;
  Registration localization_watch_;
  Registration description_watch_;
  Registration template_watch_;
  std::vector<Routine> pruning_;
};

}  // namespace firedrill::policy::clusternet
