#include "policy/karmada/scheduler/scheduling_queue.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "policy/karmada/rounds.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

constexpr Duration backoff_first = 1s;
constexpr Duration backoff_max = 10s;
constexpr Duration backoff_flush_period = 1s;
constexpr Duration unschedulable_wait = 5min;
constexpr Duration unschedulable_flush_period = 30s;

}  // namespace

Duration scheduling_backoff(std::int64_t attempts) {
  if (attempts <= 0) return Duration::zero();
  Duration wait = backoff_first;
  for (std::int64_t i = 1; i < attempts && wait < backoff_max; ++i)
    wait *= 2;
  return std::min(wait, backoff_max);
}

SchedulingQueue::SchedulingQueue(Clock& clock, Timers& timers, Tracing& tracing)
    : Base(clock, timers, tracing, {}),
      backoff_flush_(flush_backoff().start()),
      unschedulable_flush_(flush_unschedulable().start()) {}

void SchedulingQueue::add(const api::Key& key, int priority) {
  push(key, {.priority = priority, .cause = tracing_.current()});
}

void SchedulingQueue::add_after(const api::Key& /*key*/, Duration /*delay*/, int /*priority*/) {
  throw std::logic_error("the scheduling queue takes no delayed keys");
}

void SchedulingQueue::push(const api::Key& key, Item item) {
  if (!dirty_.insert(key).second) return;
  backoff_.erase(key);
  unschedulable_.erase(key);
  const auto processed = processing_.find(key);
  if (processed != processing_.end()) {
    // Its next pass is for what came during this one.
    processed->second.cause = item.cause;
    return;
  }
  activate(key, item);
}

void SchedulingQueue::activate(const api::Key& key, Item item) {
  item.timestamp = clock_.now();
  item.order = next_order_++;
  active_.insert(rank(key, item));
  active_items_.insert_or_assign(key, item);
  wake();
}

std::pair<api::Key, SchedulingQueue::Entry> SchedulingQueue::pop() {
  auto node = active_.extract(active_.begin());
  api::Key key = std::move(std::get<3>(node.value()));
  Item item = active_items_.extract(key).mapped();
  ++item.attempts;
  ++taken_;
  dirty_.erase(key);
  const Entry entry{item.cause, item.priority, item.timestamp};
  processing_.insert_or_assign(key, item);
  return {std::move(key), entry};
}

void SchedulingQueue::succeed(const api::Key& key) {
  backoff_.erase(key);
}

void SchedulingQueue::park(const api::Key& key) {
  if (backoff_.contains(key) || dirty_.contains(key)) return;
  unschedulable_.insert_or_assign(key, processing_.at(key));
  next_unschedulable_flush_.stir();
}

void SchedulingQueue::back_off(const api::Key& key) {
  if (unschedulable_.contains(key) || dirty_.contains(key)) return;
  backoff_.insert_or_assign(key, processing_.at(key));
  next_backoff_flush_.stir();
}

void SchedulingQueue::done(const api::Key& key) {
  const Item item = processing_.extract(key).mapped();
  if (dirty_.contains(key)) activate(key, item);
}

std::size_t SchedulingQueue::depth() const {
  return active_.size() + backoff_.size() + unschedulable_.size();
}

template <class Due>
void SchedulingQueue::flush(Items& room, Due&& due) {
  std::vector<Rank> ready;
  for (const auto& [key, item] : room) {
    if (due(item)) ready.push_back(rank(key, item));
  }
  std::ranges::sort(ready);
  for (const Rank& next : ready) {
    const api::Key& key = std::get<3>(next);
    push(key, room.at(key));
  }
}

Routine SchedulingQueue::flush_backoff() {
  while (true) {
    const Timestamp now = clock_.now();
    flush(backoff_, [now](const Item& item) {
      return item.timestamp + scheduling_backoff(item.attempts) <= now;
    });
    Round next{.rank = backoff_flush_round,
               .name = {},
               .period = backoff_flush_period,
               .look = backoff_.empty() ? Round::Look::own : Round::Look::always};
    auto pause = timers_.until(std::move(next), next_backoff_flush_);
    co_await pause;
  }
}

Routine SchedulingQueue::flush_unschedulable() {
  while (true) {
    const Timestamp now = clock_.late_now();
    flush(unschedulable_,
          [now](const Item& item) { return now - item.timestamp > unschedulable_wait; });
    Round next{.rank = unschedulable_flush_round,
               .name = {},
               .period = unschedulable_flush_period,
               .look = unschedulable_.empty() ? Round::Look::own : Round::Look::always};
    auto pause = timers_.until(std::move(next), next_unschedulable_flush_);
    co_await pause;
  }
}

}  // namespace firedrill::policy::karmada
