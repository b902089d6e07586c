#include "policy/karmada/controllers/cluster_lease.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "policy/karmada/rounds.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

constexpr int update_attempts = 5;
constexpr Duration backoff_first = 200ms;
constexpr Duration backoff_max = 7s;
constexpr double jitter = 0.04;
constexpr const char* lease_space = "karmada-cluster";

Duration stretched(Duration interval, double share) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(interval.count()) * (1.0 + share)));
}

}  // namespace

ClusterLease::ClusterLease(Ports& ports, std::string cluster, Duration interval)
    : ports_(ports),
      key_{lease_space, std::move(cluster)},
      interval_(interval),
      loop_(run().start()) {}

Routine ClusterLease::run() {
  while (true) {
    const Timestamp began = ports_.clock.now();
    bool renewed = false;
    if (known_) renewed = co_await renew();
    if (!renewed) {
      auto creating = ensure();
      const bool created = co_await creating;
      if (!created) renewed = co_await renew();
    }
    Round next = next_round(renewed && ports_.clock.now() == began);
    auto waiting = ports_.timers.until(std::move(next), next_);
    co_await waiting;
  }
}

Duration ClusterLease::pause() const {
  return stretched(interval_, jitter * ports_.entropy.uniform());
}

Round ClusterLease::next_round(bool settled) {
  Round next{.rank = lease_round, .name = key_.name, .period = pause()};
  if (!settled) return next;
  next.look = Round::Look::standing;
  next.member = key_.name;
  next.standing = {.make_up =
                       [this](std::int64_t rounds, Timestamp last) {
                         ports_.objects.leases.make_up(
                             key_, [last](api::Lease& lease) { lease.renew_time = last; }, rounds);
                       },
                   .next_period = [this] { return pause(); },
                   .period_max = stretched(interval_, jitter)};
  return next;
}

Task<bool> ClusterLease::renew() {
  for (int attempt = 0; attempt < update_attempts; ++attempt) {
    const Timestamp now = ports_.clock.now();
    auto writing =
        ports_.objects.leases.patch(key_, [now](api::Lease& lease) { lease.renew_time = now; });
    const auto written = co_await writing;
    if (written.done()) co_return true;
    if (written.outcome == Outcome::not_found) break;
  }
  co_return false;
}

Task<bool> ClusterLease::ensure() {
  Duration backoff = backoff_first;
  while (true) {
    api::Lease lease;
    lease.metadata.space = key_.space;
    lease.metadata.name = key_.name;
    lease.renew_time = ports_.clock.now();
    auto writing = ports_.objects.leases.create(std::move(lease));
    const auto written = co_await writing;
    if (written.done() || written.outcome == Outcome::exists) {
      known_ = true;
      co_return written.done();
    }
    co_await ports_.timers.sleep(backoff);
    backoff = std::min(2 * backoff, backoff_max);
  }
}

}  // namespace firedrill::policy::karmada
