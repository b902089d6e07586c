#pragma once

/// The scheduler's queue with its pump: subscriptions whose back-off is over come back at the next
/// whole second since the scheduler's start (spec/clusternet.md 6.1; clusternet
/// pkg/scheduler/internal/queue).

#include <cstdint>
#include <map>
#include <utility>

#include "policy/clusternet/ports.h"
#include "policy/clusternet/scheduler/subscription_queue.h"
#include "policy/runtime/work_queue.h"

namespace firedrill::policy::clusternet {

class PumpedQueue final : public WorkQueue<api::Key> {
  using Base = WorkQueue<api::Key>;

 public:
  PumpedQueue(Clock& clock, Timers& timers, Tracing& tracing);

  using Base::add;
  /// Puts it in anew: attempts start from zero.
  void add(const api::Key& key, int priority) override;
  /// Nothing is delayed but by a failure.
  void add_after(const api::Key& key, Duration delay, int priority) override;
  /// Nothing is kept of a key that was taken: what is added meanwhile waits in the queue itself.
  void done(const api::Key& /*key*/) override {}
  [[nodiscard]] std::size_t depth() const override;

  /// The entry that was handed over last.
  [[nodiscard]] const SubscriptionQueue::Entry& taken() const { return taken_; }
  /// After a failed pass over `entry`: for how long it backs off, or nothing, if it is in the queue
  /// again and the failure is dropped.
  std::optional<Duration> back_off(const SubscriptionQueue::Entry& entry);

 protected:
  [[nodiscard]] std::size_t ready_keys() const override { return queue_.active_size(); }
  std::pair<api::Key, Entry> pop() override;

 private:
  /// Sets the timer for the next tick if there is anything to move.
  void arm();
  void pump();

  SubscriptionQueue queue_;
  SubscriptionQueue::Entry taken_;
  std::map<api::Key, Entry> entries_;  ///< Causes and times of what is active or backs off.
  Timestamp started_;
  Registration timer_;
};

}  // namespace firedrill::policy::clusternet
