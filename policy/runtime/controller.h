#pragma once

/// A controller of controller-runtime: a work queue, a number of workers, and a reconcile function.
/// The result of a reconcile decides what happens to its key (spec/karmada-failover.md 1.3;
/// controller-runtime pkg/internal/controller/controller.go).

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policy/runtime/ports.h"
#include "policy/runtime/task.h"
#include "policy/runtime/work_queue.h"

namespace firedrill::policy {

/// What a reconcile asks for.
struct Result {
  enum class Kind : std::uint8_t { done, error, requeue_after, requeue, round };
  Kind kind = Kind::done;
  Duration after{};
  Round next{};  ///< Of kind `round`.

  [[nodiscard]] static Result done() { return {}; }
  /// Retried with back-off; the failure count is kept.
  [[nodiscard]] static Result error() { return {Kind::error, {}, {}}; }
  /// A delay that is not positive means no requeue.
  [[nodiscard]] static Result requeue_after(Duration delay) {
    return delay > Duration::zero() ? Result{Kind::requeue_after, delay, {}} : Result{};
  }
  /// Retried with back-off, though nothing failed.
  [[nodiscard]] static Result requeue() { return {Kind::requeue, {}, {}}; }
  /// Requeued after a period, again and again: the key's loop, of which this was one round.
  /// Requires: a positive period.
  [[nodiscard]] static Result in_a_round(Round next) { return {Kind::round, {}, std::move(next)}; }
};

struct ControllerOptions {
  std::string name{};  ///< By which the time that its passes take is asked for.
  std::int64_t workers = 1;
  bool priority_queue = true;  ///< Gate ControllerPriorityQueue.
  RateLimiterOptions limiter;
};

template <class Item>
class Controller {
 public:
  using Reconcile = std::function<Task<Result>(Item)>;

  Controller(Ports& ports, const ControllerOptions& options, Reconcile reconcile)
      : timers_(ports.timers),
        name_(options.name),
        queue_(make_queue(ports, options)),
        reconcile_(std::move(reconcile)) {
    workers_.reserve(static_cast<std::size_t>(options.workers));
    for (std::int64_t i = 0; i < options.workers; ++i)
      workers_.push_back(work(this).start());
  }
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  void enqueue(const Item& item, int priority = priority_normal) { queue_->add(item, priority); }
  void enqueue_after(const Item& item, Duration delay) { queue_->add_after(item, delay); }
  /// What the loop of the key looks at has changed (WorkQueue::stir).
  void stir(const Item& item) { queue_->stir(item); }
  [[nodiscard]] std::size_t depth() const { return queue_->depth(); }

 private:
  static std::unique_ptr<WorkQueue<Item>> make_queue(Ports& ports,
                                                     const ControllerOptions& options) {
    if (options.priority_queue) {
      return std::make_unique<PriorityQueue<Item>>(ports.clock, ports.timers, ports.tracing,
                                                   options.limiter);
    }
    return std::make_unique<ClassicQueue<Item>>(ports.clock, ports.timers, ports.tracing,
                                                options.limiter);
  }

  static Routine work(Controller* self) {
    while (true) {
      const auto taken = co_await self->queue_->get();
      const Duration busy = self->timers_.work_time(self->name_, key_of(taken.item));
      if (busy > Duration::zero()) co_await self->timers_.sleep(busy);
      auto task = self->reconcile_(taken.item);
      const Result result = co_await task;
      settle(*self->queue_, taken, result);
      self->queue_->done(taken.item);
    }
  }

  static const Key& key_of(const Key& key) { return key; }
  static Key key_of(const std::string& name) { return {{}, name}; }

  static void settle(WorkQueue<Item>& queue,
                     const typename WorkQueue<Item>::Taken& taken,
                     const Result& result) {
    switch (result.kind) {
      case Result::Kind::error:
      case Result::Kind::requeue:
        queue.add_rate_limited(taken.item, taken.priority);
        return;
      case Result::Kind::requeue_after:
        queue.forget(taken.item);
        queue.add_after(taken.item, result.after, taken.priority);
        return;
      case Result::Kind::round:
        queue.forget(taken.item);
        queue.add_round(taken.item, result.next, taken.priority);
        return;
      case Result::Kind::done:
        queue.forget(taken.item);
        return;
    }
  }

  Timers& timers_;
  std::string name_;
  std::unique_ptr<WorkQueue<Item>> queue_;
  Reconcile reconcile_;
  std::vector<Routine> workers_;  ///< Destroyed first: they wait in the queue.
};

/// Priority that controller-runtime gives to a watch event.
template <class Object>
[[nodiscard]] int event_priority(const Change<Object>& change) {
  const bool unchanged =
      change.before && change.after &&
      change.before->metadata.resource_version == change.after->metadata.resource_version;
  return change.replay || unchanged ? priority_low : priority_normal;
}

}  // namespace firedrill::policy
