#include "policy/karmada/controllers/eviction_worker.h"

#include <algorithm>

namespace firedrill::policy::karmada {

EvictionWorker::EvictionWorker(Ports& ports,
                               std::string queue,
                               const EvictionWorkerOptions& options,
                               Step step)
    : ports_(ports),
      name_(std::move(queue)),
      paced_(options.paced),
      rate_(options.rate),
      brake_(options.brake),
      limiter_(options.limiter),
      queue_(ports.clock, ports.timers, ports.tracing, options.limiter),
      step_(std::move(step)) {
  for (std::int64_t i = 0; i < options.workers; ++i)
    workers_.push_back(work(i).start());
}

void EvictionWorker::add(const Item& item) {
  // Most adds find the key waiting for a worker: the manager goes through a whole cluster each time.
  if (const auto found = waiting_.find(item);
      found != waiting_.end() && found->second.ready_at < ports_.clock.now()) {
    return;
  }
  const Tracing::Baggage reason = ports_.tracing.current();
  record_queued(item, Duration::zero());
  queue_.add(item);
  ports_.tracing.restore(reason);
}

void EvictionWorker::add_after(const Item& item, Duration delay) {
  const Tracing::Baggage reason = ports_.tracing.current();
  record_queued(item, delay);
  queue_.add_after(item, delay);
  ports_.tracing.restore(reason);
}

Duration EvictionWorker::pace() const {
  if (!paced_) return Duration::zero();
  if (brake_.mode == BrakeMode::off) return eviction_pace(rate_);
  return eviction_pace(
      eviction_rate(rate_, brake_, count_unhealthy(ports_.objects.clusters.list())));
}

Duration EvictionWorker::limit(const Item& item) {
  return std::max(pace(), limiter_.when(item, ports_.clock.now()));
}

Routine EvictionWorker::work(std::int64_t worker) {
  const Item rest_key;
  while (true) {
    const auto taken = co_await queue_.get();
    const Timestamp taken_at = ports_.clock.now();
    waiting_.erase(taken.item);
    auto request = step_(taken.item);
    Outcome outcome = co_await request;
    if (outcome.failed) {
      outcome.retry = limit(taken.item);
      record_dequeued(taken, taken_at, worker, outcome);
      add_after(taken.item, *outcome.retry);
      queue_.done(taken.item);
      continue;
    }
    record_dequeued(taken, taken_at, worker, outcome);
    if (outcome.retry) add_after(taken.item, *outcome.retry);
    limiter_.forget(taken.item);
    if (paced_) {
      const Duration rest = limit(rest_key);
      if (rest > Duration::zero()) co_await ports_.timers.sleep(rest);
      limiter_.forget(rest_key);
    }
    queue_.done(taken.item);
  }
}

void EvictionWorker::record_queued(const Item& item, Duration delay) {
  const Timestamp ready_at = ports_.clock.now() + delay;
  const auto [waiting, fresh] = waiting_.try_emplace(item, Waiting{.ready_at = ready_at});
  if (!fresh) {
    // Put forward by something new, it goes for that.
    const bool put_forward =
        ready_at < waiting->second.ready_at && ports_.tracing.current() > waiting->second.cause;
    if (!put_forward) ports_.tracing.restore(waiting->second.cause);
    return;
  }
  EvictionQueued entry{.binding = item.second, .cluster = item.first, .queue = name_};
  if (delay > Duration::zero()) entry.ready_at = ready_at;
  entry.depth = static_cast<std::int64_t>(waiting_.size());
  ports_.recorder.eviction_queued(entry);
  waiting->second.cause = ports_.tracing.current();
}

void EvictionWorker::record_dequeued(const WorkQueue<Item>::Taken& taken,
                                     Timestamp taken_at,
                                     std::int64_t worker,
                                     const Outcome& outcome) {
  const Timestamp now = ports_.clock.now();
  EvictionDequeued entry{.binding = taken.item.second,
                         .cluster = taken.item.first,
                         .queue = name_,
                         .worker = worker,
                         .waited = now - taken.ready_since,
                         .outcome = outcome.name};
  if (outcome.retry) entry.retry_at = now + *outcome.retry;
  entry.taken_at = taken_at;
  ports_.recorder.eviction_dequeued(entry);
}

}  // namespace firedrill::policy::karmada
