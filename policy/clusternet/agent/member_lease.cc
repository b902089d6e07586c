#include "policy/clusternet/agent/member_lease.h"

#include <utility>

namespace firedrill::policy::clusternet {
namespace {

constexpr int http_ok = 200;

Routine nothing() {
  co_return;
}

}  // namespace

MemberLease::MemberLease(Ports& ports,
                         std::string cluster,
                         const ProcessFlags& flags,
                         Changed changed)
    : ports_(ports),
      cluster_(std::move(cluster)),
      renew_deadline_(flags.leader_elect_renew_deadline),
      retry_period_(flags.leader_elect_retry_period),
      changed_(std::move(changed)),
      loop_(nothing().start()) {
  if (flags.leader_elect) {
    loop_ = keep().start();
  } else {
    changed_(true);
  }
}

Routine MemberLease::keep() {
  while (true) {
    if (held_ && !deadline_.active())
      deadline_ = ports_.timers.after(renew_deadline_, [this] { give_up(); });
    const Timestamp began = ports_.clock.now();
    auto renewing = ports_.members.probe(cluster_, std::string(lease_path));
    const ProbeAnswer answer = co_await renewing;
    if (answer.kind == ProbeAnswer::Kind::http && answer.http_status == http_ok) {
      deadline_.reset();
      if (!std::exchange(held_, true)) changed_(true);
    }
    // A renewal that got its answer at once leaves nothing behind; one that fails may end the
    // lease.
    const bool settled = ports_.clock.now() == began && !deadline_.active();
    Round next{.rank = 0,
               .name = cluster_,
               .period = retry_period_,
               .look = settled ? Round::Look::member : Round::Look::always,
               .member = cluster_};
    auto pause = ports_.timers.until(std::move(next), next_);
    co_await pause;
  }
}

void MemberLease::give_up() {
  // Kept to the end of this call, which it runs.
  const Registration self = std::move(deadline_);
  held_ = false;
  changed_(false);
  // The request that hangs is given up with its routine, or the pause after one that failed.
  next_.reset();
  loop_ = keep().start();
}

}  // namespace firedrill::policy::clusternet
