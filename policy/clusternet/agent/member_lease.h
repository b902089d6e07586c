#pragma once

/// The lease that lets an agent work: it lies in the API server of the agent's own cluster, so that
/// an agent goes silent soon after that API server does (spec/clusternet.md 3.6; clusternet
/// pkg/agent/agent.go, client-go tools/leaderelection).

#include <functional>
#include <string>

#include "policy/clusternet/ports.h"
#include "policy/options/option_source.h"
#include "policy/runtime/task.h"

namespace firedrill::policy::clusternet {

class MemberLease {
 public:
  using Changed = std::function<void(bool held)>;

  /// `changed` is told whenever the lease is won or lost. An agent that does not elect a leader
  /// holds it at once and for good.
  MemberLease(Ports& ports, std::string cluster, const ProcessFlags& flags, Changed changed);

 private:
  Routine keep();
  /// Gives up a renewal that takes too long.
  void give_up();

  Ports& ports_;
  std::string cluster_;
  Duration renew_deadline_;
  Duration retry_period_;
  Changed changed_;
  bool held_ = false;
  Registration deadline_;
  Registration next_;
  Routine loop_;
};

}  // namespace firedrill::policy::clusternet
