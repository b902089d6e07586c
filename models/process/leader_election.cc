#include "models/process/leader_election.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firedrill::models {
namespace {

/// JitterFactor of client-go.
constexpr double jitter_share = 1.2;
/// Tries whose spread is drawn one by one; more than that leave no trace of where they began.
constexpr std::int64_t tries_drawn = 1000;
/// No lease is waited for longer: it ends no scenario.
constexpr sim::Duration lease_max = std::chrono::hours(24 * 365);

}  // namespace

LeaderElection::LeaderElection(sim::Engine& engine,
                               const ElectionTerms& terms,
                               std::optional<sim::Random> jitter,
                               std::function<void()> lead,
                               std::function<void()> lose)
    : engine_(engine),
      terms_(terms),
      jitter_(std::move(jitter)),
      lead_(std::move(lead)),
      lose_(std::move(lose)) {}

LeaderElection::~LeaderElection() {
  engine_.cancel(pending_);
}

void LeaderElection::start() {
  running_ = true;
  stand();
}

void LeaderElection::stop() {
  engine_.cancel(pending_);
  pending_ = {};
  running_ = leading_ = expired_ = false;
}

void LeaderElection::set_connected(bool connected) {
  if (connected == connected_) return;
  connected_ = connected;
  if (!running_) return;
  if (leading_) {
    if (!terms_.elects) return;
    connected ? link_back() : link_cut();
  } else if (connected && expired_) {
    take_lead();
  } else if (connected && !engine_.is_pending(pending_)) {
    stand();
  }
}

void LeaderElection::stand() {
  if (!connected_) return;
  if (!terms_.elects || !held_) return take_lead();
  pending_ = engine_.after(until_lead(), sim::Phase::control, [this] { try_lease(); });
}

void LeaderElection::try_lease() {
  pending_ = {};
  expired_ = true;
  if (connected_) take_lead();
}

void LeaderElection::take_lead() {
  expired_ = false;
  leading_ = held_ = true;
  led_since_ = renewed_ = linked_since_ = engine_.now();
  lead_();
}

void LeaderElection::lose_lead() {
  pending_ = {};
  leading_ = false;
  lose_();
  stand();
}

void LeaderElection::link_cut() {
  const sim::Time renewal = renewal_before(engine_.now());
  if (renewal >= linked_since_) renewed_ = renewal;
  if (engine_.is_pending(pending_)) return;
  pending_ =
      engine_.at(std::max(engine_.now(), deadline()), sim::Phase::control, [this] { lose_lead(); });
}

void LeaderElection::link_back() {
  linked_since_ = engine_.now();
  // Too late for another try before the deadline: it ends all the same.
  if (renewal_from(engine_.now()) >= deadline()) return;
  engine_.cancel(pending_);
  pending_ = {};
}

sim::Duration LeaderElection::until_lead() {
  // The lease object keeps whole seconds.
  const sim::Duration lease =
      std::chrono::floor<std::chrono::seconds>(std::min(terms_.lease, lease_max));
  const sim::Duration period = terms_.retry_period;
  sim::Duration waited{};
  if (lease / tries_drawn > period) waited = lease - tries_drawn * period;
  // Not before the second try: the first one saw the lease.
  do {
    waited += period;
    if (jitter_) {
      waited += sim::Duration(static_cast<std::int64_t>(jitter_->uniform() * jitter_share *
                                                        static_cast<double>(period.count())));
    }
  } while (waited < lease);
  return waited;
}

sim::Time LeaderElection::renewal_before(sim::Time time) const {
  if (time <= led_since_) return led_since_;
  const std::int64_t rounds = (time - led_since_ - sim::Duration(1)) / terms_.retry_period;
  return led_since_ + rounds * terms_.retry_period;
}

sim::Time LeaderElection::renewal_from(sim::Time time) const {
  const sim::Duration since = time - led_since_;
  const std::int64_t rounds = since / terms_.retry_period;
  const sim::Time at = led_since_ + rounds * terms_.retry_period;
  return at < time ? at + terms_.retry_period : at;
}

sim::Time LeaderElection::deadline() const {
  return sim::saturating_add(sim::saturating_add(renewed_, terms_.retry_period),
                             terms_.renew_deadline);
}

}  // namespace firedrill::models
