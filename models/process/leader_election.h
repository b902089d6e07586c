#pragma once

/// When a process of the control plane may work: the leases of client-go's leader election
/// (tools/leaderelection/leaderelection.go), as karmada-controller-manager, -scheduler,
/// -descheduler and -agent use it. All of their leases lie in the control plane's API server, an
/// agent's too, so a cut of that link takes leadership away.
///
/// * Nobody gives a lease back: Karmada sets ReleaseOnCancel nowhere, so that a shutdown in good
///   order is a crash to whoever comes next.
/// * A process that starts has a name of its own (host name and a random part) and distrusts the
///   lease's times: it leads at the first try at or after the lease's length (whole seconds of it)
///   counted from when it first saw the lease, however old that was. Tries lie a retry period
///   apart, stretched by up to 120 % where there is jitter.
/// * A leader renews each retry period. The round that fails is given up after the renew deadline,
///   which counts from a retry period after the last renewal; then the process ends and starts
///   anew.
///
/// One process stands for all replicas of a component. Renewals and tries take no time and are
/// computed, not simulated: a quiet hour puts no event on the engine.

#include <functional>
#include <optional>

#include "sim/engine.h"
#include "sim/random.h"
#include "sim/time.h"

namespace firedrill::models {

/// The four `leader-elect` flags.
struct ElectionTerms {
  bool elects = false;  ///< Without election a process works as soon as it has its link.
  sim::Duration lease = std::chrono::seconds(15);
  sim::Duration renew_deadline = std::chrono::seconds(10);
  sim::Duration retry_period = std::chrono::seconds(2);
};

class LeaderElection {
 public:
  /// `lead` and `lose` are called when the process becomes the leader and when it stops being it by
  /// losing its lease; not when it is stopped. `jitter`: absent where intervals are exact.
  /// Requires: periods as the reference accepts them: lease > renew deadline > 1.2 retry periods >
  /// 0.
  LeaderElection(sim::Engine& engine,
                 const ElectionTerms& terms,
                 std::optional<sim::Random> jitter,
                 std::function<void()> lead,
                 std::function<void()> lose);
  LeaderElection(const LeaderElection&) = delete;
  LeaderElection& operator=(const LeaderElection&) = delete;
  ~LeaderElection();

  /// The process starts. It leads within this call if it has its link and nobody has led before, or
  /// if there is no election.
  void start();
  /// The process is gone; its lease stays.
  void stop();
  /// Its link to the control plane is there or cut. Open at first.
  void set_connected(bool connected);

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] bool running() const { return running_; }
  [[nodiscard]] bool leading() const { return leading_; }

 private:
  void take_lead();
  void lose_lead();
  /// Looks at the lease for the first time, if it can, and waits until it may be taken.
  void stand();
  void try_lease();
  void link_cut();
  void link_back();
  [[nodiscard]] sim::Duration until_lead();
  /// The renewals lie on a grid that begins where it became leader.
  [[nodiscard]] sim::Time renewal_before(sim::Time time) const;
  [[nodiscard]] sim::Time renewal_from(sim::Time time) const;
  [[nodiscard]] sim::Time deadline() const;

  sim::Engine& engine_;
  ElectionTerms terms_;
  std::optional<sim::Random> jitter_;
  std::function<void()> lead_;
  std::function<void()> lose_;
  bool connected_ = true;
  bool running_ = false;
  bool leading_ = false;
  bool held_ = false;     ///< Whether the lease has a holder, alive or not.
  bool expired_ = false;  ///< Seen for long enough; taken at the next try that gets through.
  sim::Time led_since_{};
  sim::Time renewed_{};         ///< Last renewal known to have come through.
  sim::Time linked_since_{};    ///< When the link was last restored.
  sim::EventHandle pending_{};  ///< The try that may lead, or the end of the renew deadline.
};

}  // namespace firedrill::models
