#pragma once

/// The scheduler's priority queue: active, backing off, unschedulable (gate
/// PriorityBasedScheduling; spec/karmada-scheduler.md 2.4; karmada pkg/scheduler/internal/queue).

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "policy/runtime/work_queue.h"

namespace firedrill::policy::karmada {

/// Wait after the n-th attempt (from 1), counted from when the key became active: 1 s, doubled, at
/// most 10 s; none before the first.
[[nodiscard]] Duration scheduling_backoff(std::int64_t attempts);

class SchedulingQueue final : public WorkQueue<api::Key> {
  using Base = WorkQueue<api::Key>;
  using typename Base::Entry;

 public:
  using Base::add;
  SchedulingQueue(Clock& clock, Timers& timers, Tracing& tracing);

  /// Pushes a new item: attempts start anew, and a key that waits elsewhere is taken from there. A
  /// key that is active or due again keeps what it has.
  void add(const api::Key& key, int priority) override;
  /// Not a way into this queue: its own rules say when a key comes back.
  void add_after(const api::Key& key, Duration delay, int priority) override;
  void done(const api::Key& key) override;
  [[nodiscard]] std::size_t depth() const override;

  /// How many keys were taken so far. As long as it stays, a key that was added waits.
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

  /// The pass over a key that is being processed succeeded, found too little room, or failed
  /// otherwise.
  void succeed(const api::Key& key);
  void park(const api::Key& key);
  void back_off(const api::Key& key);

 protected:
  [[nodiscard]] std::size_t ready_keys() const override { return active_.size(); }
  std::pair<api::Key, Entry> pop() override;

 private:
  struct Item {
    int priority = 0;
    Timestamp timestamp{};
    std::int64_t attempts = 0;
    std::uint64_t order = 0;  ///< Of pushing; decides between equal timestamps.
    Tracing::Baggage cause = 0;
  };
  using Items = std::unordered_map<api::Key, Item, KeyHash>;
  using Rank = std::tuple<int, Timestamp, std::uint64_t, api::Key>;

  [[nodiscard]] static Rank rank(const api::Key& key, const Item& item) {
    return {-item.priority, item.timestamp, item.order, key};
  }
  void push(const api::Key& key, Item item);
  void activate(const api::Key& key, Item item);
  /// Pushes, in active order, the items of a waiting room that are due.
  template <class Due>
  void flush(Items& room, Due&& due);
  Routine flush_backoff();
  Routine flush_unschedulable();

  std::set<Rank> active_;
  Items active_items_;
  Items backoff_;
  Items unschedulable_;
  Items processing_;
  std::unordered_set<api::Key, KeyHash> dirty_;
  std::uint64_t next_order_ = 0;
  std::uint64_t taken_ = 0;
  Registration next_backoff_flush_;
  Registration next_unschedulable_flush_;
  Routine backoff_flush_;
  Routine unschedulable_flush_;
};

}  // namespace firedrill::policy::karmada
