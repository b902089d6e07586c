#pragma once

/// The two work queues of the reference, behind one interface.
///
/// * `ClassicQueue`: client-go's (util/workqueue). FIFO with a dirty and a processing set; delayed
///   entries live beside the FIFO, in a heap, so an immediate add does not cancel a delayed one of
///   the same key, and what falls due at one instant leaves in the heap's order.
/// * `PriorityQueue`: controller-runtime's (pkg/controller/priorityqueue). One entry a key, ready
/// or waiting; an
///   immediate add turns a waiting entry into a ready one, which re-bases periodic requeues.
///
/// `get` always hands a key over in a step of its own, so that messages on their way arrive between
/// two keys. Keys carry the cause that queued them, the
/// latest if there were several (Tracing). Complexity: O(log n) an operation.

#include <algorithm>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "policy/runtime/go_heap.h"
#include "policy/runtime/ports.h"
#include "policy/runtime/rate_limiter.h"

namespace firedrill::policy {

/// Hash for look-up tables (never iterated).
struct KeyHash {
  [[nodiscard]] std::size_t operator()(const std::string& text) const {
    return std::hash<std::string>{}(text);
  }
  [[nodiscard]] std::size_t operator()(const api::Name& name) const { return name.hash(); }
  [[nodiscard]] std::size_t operator()(const Key& key) const {
    return (*this)(key.space) * 31 + (*this)(key.name);
  }
  template <class First, class Second>
  [[nodiscard]] std::size_t operator()(const std::pair<First, Second>& pair) const {
    return (*this)(pair.first) * 31 + (*this)(pair.second);
  }
};

/// Priorities of controller-runtime: replays of the initial list, and updates that changed nothing,
/// go last.
inline constexpr int priority_normal = 0;
inline constexpr int priority_low = -100;

/// What both queues share: waiting workers, limiter, hand-over.
template <class Item>
class WorkQueue {
 public:
  /// A key in the hands of a worker.
  struct Taken {
    Item item{};
    int priority = priority_normal;
    Timestamp ready_since{};  ///< When it could have been taken.
  };

  WorkQueue(Clock& clock, Timers& timers, Tracing& tracing, const RateLimiterOptions& limiter)
      : clock_(clock), timers_(timers), tracing_(tracing), limiter_(limiter) {}
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;
  virtual ~WorkQueue() = default;

  virtual void add(const Item& item, int priority) = 0;
  /// A delay that is not positive adds at once. Of two delays of one key the earlier end counts.
  virtual void add_after(const Item& item, Duration delay, int priority) = 0;
  /// The key comes back with the next round of a loop that looks at it again and again, at the
  /// latest. A round that may be skipped is not as long as a worker is kept by some key: then the
  /// time of others depends on that.
  virtual void add_round(const Item& /*item*/, const Round& /*round*/, int /*priority*/) {
    throw std::logic_error("this queue's keys have no rounds");
  }
  /// What the loop of the key looks at has changed: the round that it waits for is not to be
  /// skipped any more. Harmless if it waits for none.
  virtual void stir(const Item& /*item*/) {}
  /// The worker is through with the key; what was added meanwhile is taken up.
  virtual void done(const Item& item) = 0;
  /// Keys that wait, ready or delayed, without those being processed.
  [[nodiscard]] virtual std::size_t depth() const = 0;

  void add(const Item& item) { add(item, priority_normal); }
  void add_after(const Item& item, Duration delay) { add_after(item, delay, priority_normal); }
  /// Returns the delay that the limiter gave.
  Duration add_rate_limited(const Item& item, int priority = priority_normal) {
    const Duration delay = limiter_.when(item, clock_.now());
    add_after(item, delay, priority);
    return delay;
  }
  void forget(const Item& item) { limiter_.forget(item); }

  /// `co_await queue.get()` yields a Taken.
  [[nodiscard]] auto get() { return Get{*this}; }

 protected:
  struct Entry {
    Tracing::Baggage cause = 0;
    int priority = priority_normal;
    Timestamp ready_since{};
  };

  /// Keys that a worker may take now.
  [[nodiscard]] virtual std::size_t ready_keys() const = 0;
  [[nodiscard]] bool ready() const { return ready_keys() > 0; }
  /// Keys in the hands of workers.
  [[nodiscard]] virtual std::size_t processed() const { return 0; }
  /// Rounds of waiting keys are not to be skipped: there may be no worker for them.
  virtual void stir_rounds() {}
  /// Requires: ready(). Moves the head to processing.
  virtual std::pair<Item, Entry> pop() = 0;

  /// Call when a key became ready.
  void wake() {
    if (!has_spare_worker()) return;
    // A round that finds nothing keeps no spare worker from those after it: it may be skipped.
    if (in_round_ && hand_overs_.size() >= ready_keys()) return;
    const std::uint64_t id = next_hand_over_++;
    hand_overs_.emplace(id, timers_.after(Duration::zero(), [this, id] { hand_over(id); }));
    if (!has_spare_worker()) stir_rounds();
  }

  /// Whether a worker waits for which nothing is meant yet.
  [[nodiscard]] bool has_spare_worker() const { return waiting_.size() > hand_overs_.size(); }
  /// Hands over at once what a round brought, without a step in between: so it looks at what is
  /// there when the rounds of the instant come, whether others before it were skipped or not.
  /// Requires: has_spare_worker(), and the key among those processed.
  void hand_over_now(const Item& item, const Entry& entry) {
    in_round_ = true;
    give(item, entry);
    in_round_ = false;
  }

  Clock& clock_;
  Timers& timers_;
  Tracing& tracing_;
  RateLimiter<Item, KeyHash> limiter_;

 private:
  struct Get {
    WorkQueue& queue;
    std::coroutine_handle<> worker{};
    Taken taken{};
    bool queued = false;

    explicit Get(WorkQueue& from) : queue(from) {}
    Get(const Get&) = delete;
    Get& operator=(const Get&) = delete;
    ~Get() {
      if (queued) std::erase(queue.waiting_, this);
    }
    [[nodiscard]] bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      worker = handle;
      queued = true;
      queue.waiting_.push_back(this);
      if (queue.ready()) queue.wake();
    }
    Taken await_resume() { return std::move(taken); }
  };

  void hand_over(std::uint64_t id) {
    // Moved out first: the timer that runs this must not be released while it runs its successors.
    const Registration self = std::move(hand_overs_.at(id));
    hand_overs_.erase(id);
    if (waiting_.empty() || !ready()) return;
    auto [item, entry] = pop();
    give(item, entry);
  }

  void give(const Item& item, const Entry& entry) {
    Get* get = waiting_.front();
    waiting_.pop_front();
    get->queued = false;
    get->taken = {item, entry.priority, entry.ready_since};
    tracing_.restore(entry.cause);
    if (ready()) wake();
    get->worker.resume();
    if (processed() > 0) stir_rounds();
  }

  std::deque<Get*> waiting_;
  std::map<std::uint64_t, Registration> hand_overs_;
  std::uint64_t next_hand_over_ = 0;
  bool in_round_ = false;  ///< Whether a worker goes on in the phase of rounds.
};

/// client-go's queue.
template <class Item>
class ClassicQueue final : public WorkQueue<Item> {
  using Base = WorkQueue<Item>;
  using typename Base::Entry;

 public:
  using Base::add;
  using Base::add_after;
  using Base::Base;

  void add(const Item& item, int /*priority*/) override {
    const auto [waiting, fresh] = dirty_.emplace(item, entry_now());
    if (!fresh) waiting->second.cause = std::max(waiting->second.cause, this->tracing_.current());
    if (!fresh || processing_.contains(item)) return;
    fifo_.push_back(item);
    this->wake();
  }

  void add_after(const Item& item, Duration delay, int priority) override {
    if (delay <= Duration::zero()) return add(item, priority);
    const Timestamp at = this->clock_.now() + delay;
    const auto [found, fresh] = delayed_.try_emplace(item);
    Delayed& entry = found->second;
    if (!fresh) wait_on(entry);
    if (!fresh && entry.at <= at) return;
    entry.at = at;
    entry.cause = this->tracing_.current();
    if (fresh || entry.timer.active()) {
      entry.timer.reset();
      asleep_.erase(item);
      entry.item = &found->first;
      due_order_.push(entry);
    } else {
      due_order_.fix(entry);
    }
    arm();
  }

  void add_round(const Item& item, const Round& round, int /*priority*/) override {
    const Timestamp at = this->clock_.now() + round.period;
    const auto [found, fresh] = delayed_.try_emplace(item);
    Delayed& entry = found->second;
    if (!fresh) wait_on(entry);
    if (!fresh && entry.at <= at) return;
    if (!fresh && !entry.timer.active()) return add_after(item, round.period, priority_normal);
    entry.at = at;
    entry.item = &found->first;
    entry.cause = this->tracing_.current();
    Round next = round;
    if (processing_.size() > 1) next.look = Round::Look::always;
    if (next.look != Round::Look::always) asleep_.insert(item);
    entry.timer = this->timers_.round(next, [this, key = entry.item] { round_due(*key); });
  }

  void stir(const Item& item) override {
    if (const auto found = delayed_.find(item); found != delayed_.end()) wait_on(found->second);
  }

  void done(const Item& item) override {
    processing_.erase(item);
    if (!dirty_.contains(item)) return;
    fifo_.push_back(item);
    this->wake();
  }

  [[nodiscard]] std::size_t depth() const override { return fifo_.size() + delayed_.size(); }

 protected:
  [[nodiscard]] std::size_t ready_keys() const override { return fifo_.size(); }
  [[nodiscard]] std::size_t processed() const override { return processing_.size(); }
  void stir_rounds() override {
    for (const Item& item : std::exchange(asleep_, {}))
      wait_on(delayed_.at(item));
  }

  std::pair<Item, Entry> pop() override {
    Item item = std::move(fifo_.front());
    fifo_.pop_front();
    auto node = dirty_.extract(item);
    processing_.insert(item);
    return {std::move(item), node.mapped()};
  }

 private:
  struct Delayed {
    const Item* item = nullptr;
    Timestamp at{};
    Tracing::Baggage cause = 0;
    std::size_t index = 0;
    Registration timer{};  ///< Of a round; others wait in `due_order_`.
  };
  static bool earlier(const Delayed& a, const Delayed& b) { return a.at < b.at; }

  [[nodiscard]] Entry entry_now() const {
    return {.cause = this->tracing_.current(),
            .priority = priority_normal,
            .ready_since = this->clock_.now()};
  }

  /// Makes sure that a round is not skipped at the entry's next point in time.
  void wait_on(Delayed& entry) {
    if (entry.timer.active()) entry.at = this->clock_.now() + entry.timer.stir();
  }

  void round_due(const Item& item) {
    // Kept to the end of this call, which it runs.
    const auto node = delayed_.extract(item);
    asleep_.erase(node.key());
    this->tracing_.restore(node.mapped().cause);
    const bool waits = dirty_.contains(node.key()) || processing_.contains(node.key());
    if (waits || !this->has_spare_worker()) return add(node.key(), priority_normal);
    processing_.insert(node.key());
    this->hand_over_now(node.key(), entry_now());
  }

  /// One timer, for the first that falls due.
  void arm() {
    if (due_order_.empty()) return;
    const Timestamp next = due_order_.top().at;
    if (timer_.active() && armed_for_ == next) return;
    armed_for_ = next;
    timer_ = this->timers_.after(next - this->clock_.now(), [this] { due(); });
  }

  void due() {
    // Kept to the end of this call, which it runs.
    const Registration self = std::move(timer_);
    const Timestamp now = this->clock_.now();
    while (!due_order_.empty() && due_order_.top().at <= now) {
      const auto node = delayed_.extract(*due_order_.pop().item);
      this->tracing_.restore(node.mapped().cause);
      add(node.key(), priority_normal);
    }
    arm();
  }

  std::deque<Item> fifo_;
  std::unordered_map<Item, Entry, KeyHash> dirty_;
  std::unordered_set<Item, KeyHash> processing_;
  std::unordered_map<Item, Delayed, KeyHash> delayed_;
  GoHeap<Delayed, &ClassicQueue::earlier> due_order_;  ///< Of `delayed_`.
  Timestamp armed_for_{};
  Registration timer_;
  std::set<Item> asleep_;  ///< Keys that wait for a round that may be skipped.
};

/// controller-runtime's queue.
template <class Item>
class PriorityQueue final : public WorkQueue<Item> {
  using Base = WorkQueue<Item>;
  using typename Base::Entry;

 public:
  using Base::add;
  using Base::add_after;
  using Base::Base;

  void add(const Item& item, int priority) override {
    put(item, this->clock_.now(), true, priority);
  }

  void add_after(const Item& item, Duration delay, int priority) override {
    if (delay <= Duration::zero()) return add(item, priority);
    put(item, this->clock_.now() + delay, false, priority);
  }

  void add_round(const Item& item, const Round& round, int priority) override {
    put(item, this->clock_.now() + round.period, false, priority, &round);
  }

  void stir(const Item& item) override {
    if (const auto found = slots_.find(item); found != slots_.end()) wait_on(found->second);
  }

  void done(const Item& item) override {
    processing_.erase(item);
    const auto found = slots_.find(item);
    if (found == slots_.end() || !found->second.ready) return;
    enqueue(item, found->second);
    this->wake();
  }

  [[nodiscard]] std::size_t depth() const override { return slots_.size(); }

 protected:
  [[nodiscard]] std::size_t ready_keys() const override { return ready_.size(); }
  [[nodiscard]] std::size_t processed() const override { return processing_.size(); }
  void stir_rounds() override {
    for (const Item& item : std::exchange(asleep_, {}))
      wait_on(slots_.at(item));
  }

  std::pair<Item, Entry> pop() override {
    auto node = ready_.extract(ready_.begin());
    Item item = std::move(std::get<2>(node.value()));
    const Entry entry = slots_.extract(item).mapped().entry;
    processing_.insert(item);
    return {std::move(item), entry};
  }

 private:
  struct Slot {
    Entry entry;
    bool ready = false;
    Timestamp at{};           ///< When it becomes ready, if it is not.
    std::uint64_t order = 0;  ///< Order of arrival among the ready.
    bool round = false;       ///< Whether it becomes so by a round.
    Registration timer;
  };

  void put(const Item& item, Timestamp at, bool now, int priority, const Round* round = nullptr) {
    const auto [found, fresh] = slots_.try_emplace(item);
    Slot& slot = found->second;
    if (fresh) {
      slot.entry = {this->tracing_.current(), priority, at};
    } else if (priority > slot.entry.priority) {
      if (slot.ready) ready_.erase(rank(item, slot));
      slot.entry.priority = priority;
      if (slot.ready && !processing_.contains(item)) enqueue(item, slot);
    }
    if (slot.ready) {
      slot.entry.cause = std::max(slot.entry.cause, this->tracing_.current());
      return;
    }
    if (now) return become_ready(item, slot);
    wait_on(slot);
    if (!fresh && slot.at <= at) return;
    slot.at = at;
    slot.entry.cause = this->tracing_.current();
    slot.round = round != nullptr;
    if (round == nullptr) {
      asleep_.erase(item);
      slot.timer = this->timers_.after(at - this->clock_.now(), [this, item] { due(item); });
      return;
    }
    Round next = *round;
    if (processing_.size() > 1) next.look = Round::Look::always;
    if (next.look != Round::Look::always) asleep_.insert(item);
    slot.timer = this->timers_.round(next, [this, item] { due(item); });
  }

  /// Makes sure that a round is not skipped at the slot's next point in time.
  void wait_on(Slot& slot) {
    if (slot.round) slot.at = this->clock_.now() + slot.timer.stir();
  }

  void due(const Item& item) {
    const auto found = slots_.find(item);
    // Kept alive: it runs this call, and holds `item`.
    const Registration self = std::move(found->second.timer);
    const bool at_once = found->second.round && this->has_spare_worker();
    if (!at_once || processing_.contains(item)) return become_ready(found->first, found->second);
    asleep_.erase(item);
    Entry entry = slots_.extract(found).mapped().entry;
    entry.cause = this->tracing_.current();
    entry.ready_since = this->clock_.now();
    processing_.insert(item);
    this->hand_over_now(item, entry);
  }

  void become_ready(const Item& item, Slot& slot) {
    slot.timer.reset();
    if (std::exchange(slot.round, false)) asleep_.erase(item);
    slot.ready = true;
    slot.order = next_order_++;
    slot.entry.cause = this->tracing_.current();
    slot.entry.ready_since = this->clock_.now();
    if (processing_.contains(item)) return;
    enqueue(item, slot);
    this->wake();
  }

  [[nodiscard]] static std::tuple<int, std::uint64_t, Item> rank(const Item& item,
                                                                 const Slot& slot) {
    return {-slot.entry.priority, slot.order, item};
  }
  void enqueue(const Item& item, const Slot& slot) { ready_.insert(rank(item, slot)); }

  std::unordered_map<Item, Slot, KeyHash> slots_;
  std::unordered_set<Item, KeyHash> processing_;
  std::set<std::tuple<int, std::uint64_t, Item>> ready_;
  std::set<Item> asleep_;  ///< Keys that wait for a round that may be skipped.
  std::uint64_t next_order_ = 0;
};

}  // namespace firedrill::policy
