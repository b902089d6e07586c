#pragma once

/// FeedInventory controller: keeps what a Dividing subscription's feeds come to up to date with
/// their templates (spec/clusternet.md 1.3; clusternet pkg/controllers/apps/feedinventory).

#include "policy/clusternet/ports.h"
#include "policy/runtime/controller.h"

namespace firedrill::policy::clusternet {

class FeedInventoryController {
 public:
  FeedInventoryController(Ports& ports, const ControllerOptions& options);

 private:
  void observe_template(const api::Key& key);
  Task<Result> reconcile(api::Key key);
  Task<Result> remove(api::Key key);

  Ports& ports_;
  Controller<api::Key> controller_;
  Registration subscription_watch_;
  Registration template_watch_;
};

}  // namespace firedrill::policy::clusternet
