#include "policy/clusternet/scheduler/pumped_queue.h"

#include <stdexcept>

namespace firedrill::policy::clusternet {

PumpedQueue::PumpedQueue(Clock& clock, Timers& timers, Tracing& tracing)
    : Base(clock, timers, tracing, {}), started_(clock.now()) {}

void PumpedQueue::add(const api::Key& key, int priority) {
  const Timestamp now = clock_.now();
  queue_.add(key, priority, now);
  entries_.insert_or_assign(key, Entry{tracing_.current(), priority, now});
  wake();
}

void PumpedQueue::add_after(const api::Key& /*key*/, Duration /*delay*/, int /*priority*/) {
  throw std::logic_error("the subscription queue takes no delayed keys");
}

std::size_t PumpedQueue::depth() const {
  return queue_.active_size() + queue_.backoff_size();
}

std::pair<api::Key, PumpedQueue::Entry> PumpedQueue::pop() {
  taken_ = *queue_.pop();
  auto node = entries_.extract(taken_.key);
  return {taken_.key, node.mapped()};
}

std::optional<Duration> PumpedQueue::back_off(const SubscriptionQueue::Entry& entry) {
  const Timestamp now = clock_.now();
  const std::optional<Duration> wait = queue_.back_off(entry, now);
  if (!wait) return wait;
  entries_.insert_or_assign(entry.key, Entry{tracing_.current(), entry.priority, now});
  arm();
  return wait;
}

void PumpedQueue::arm() {
  if (queue_.backoff_size() == 0 || timer_.active()) return;
  const Duration since = clock_.now() - started_;
  const Duration next = queue_flush_period - since % queue_flush_period;
  timer_ = timers_.after(next, [this] { pump(); });
}

void PumpedQueue::pump() {
  // Kept to the end of this call, which it runs.
  const Registration self = std::move(timer_);
  const std::size_t waiting = queue_.backoff_size();
  queue_.flush(clock_.now());
  if (queue_.backoff_size() < waiting) wake();
  arm();
}

}  // namespace firedrill::policy::clusternet
