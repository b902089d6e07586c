#pragma once

// The order of pending events; a part of the engine (sim/engine.h), not meant for others.
//
// A key is (rank, event), rank = time * 8 + phase. Keys come out by rank, equal ranks in the order
// in which they were put in. The structure is a ladder of rungs. A rung cuts an aligned range of
// 2^span ranks into up to 1024 equal buckets; the next finer rung cuts the bucket that the coarser
// one has come to. When the finest rung is used up, the next bucket is taken: a small one is sorted
// and becomes the `due` run from which events are popped; a large one becomes a new, finer rung. A
// new key goes to the finest rung whose range holds it. All steps keep the order of equal ranks, so
// no sequence number is needed, and an event is moved a few times in its life whatever the number
// of pending events (amortised O(1); the worst case is one move a rung). Keys lie in blocks from a
// pool: a large bucket's memory serves others as soon as it is split.
//
// Keys of cancelled events stay behind as dead keys. They are dropped when they come out, when a
// bucket is split while many keys are dead, and in a sweep once they outnumber live keys four to
// one, so memory follows the live keys.
//
// Events put on the present instant don't enter the ladder: they wait in one queue a phase, since
// the ladder may have passed their rank already.
//
// Invariant: base_ <= rank of every key in the ladder; time of base_ <= now whenever a key is put
// in.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/event_pool.h"

namespace firedrill::sim::internal {

class PendingSet {
 public:
  static constexpr unsigned phase_bits = 3;
  static constexpr unsigned phase_count = 1U << phase_bits;

  struct Key {
    std::uint64_t rank;
    EventId id;
  };
  static_assert(sizeof(Key) == 16);

  /// The pool tells live keys from dead ones; it must outlive the set.
  explicit PendingSet(const EventPool& pool);
  PendingSet(const PendingSet&) = delete;
  PendingSet& operator=(const PendingSet&) = delete;

  /// Adds an event of a time later than now.
  void push(Key key) {
    ++keys_;
    const std::uint8_t home = home_[static_cast<std::size_t>(std::bit_width(key.rank ^ base_))];
    if (home != due_home) [[likely]] {
      append(rungs_[home], key);
    } else {
      push_due(key);
    }
  }

  /// Adds an event of the present instant.
  void push_present(Key key);

  /// Takes the first key out if its rank is at most `limit`; it may be dead. Requires: limit >= the
  /// present instant's ranks.
  [[nodiscard]] bool pop(std::uint64_t limit, Key& key) {
    if (present_count_ != 0) [[unlikely]] {
      pop_present(key);
      return true;
    }
    if (due_.empty() && !refill(limit)) return false;
    if (due_.front().rank > limit) return false;
    key = due_.pop();
    --keys_;
    return true;
  }

  /// Brings a key to the front for which `choose(n)` picked a number below n, n being how many keys
  /// have the lowest rank (dead ones included). Does nothing if no key has a rank up to `limit`.
  template <class Choose>
  void choose_front(std::uint64_t limit, Choose&& choose) {
    const std::size_t ties = count_ties(limit);
    if (ties > 1) swap_front(choose(ties));
  }

  /// To be told of each event that is cancelled: its key is dead now.
  void count_dead() {
    ++dead_;
    if (dead_ > sweep_floor && dead_ > 4 * (keys_ - dead_)) sweep();
  }

  /// To be told of each dead key that pop() returned.
  void count_dead_popped() { --dead_; }

  /// Keys held, live and dead.
  [[nodiscard]] std::size_t size() const { return keys_; }

 private:
  static constexpr unsigned digit_bits_max = 10;
  static constexpr std::size_t rungs_max = 64;
  static constexpr std::uint8_t due_home = 255;
  static constexpr int no_due = -1;
  static constexpr std::size_t sweep_floor = 4096;

  // A bucket of one block is small: it is sorted as a whole, each key compared with each.
  struct Block {
    static constexpr std::uint32_t capacity = 31;
    Block* next;
    Key keys[capacity];
  };

  // A list of blocks, all but the last of them full.
  struct Bucket {
    Block* head = nullptr;
    Block* tail = nullptr;
    std::uint32_t tail_size = 0;
    std::uint32_t size = 0;

    [[nodiscard]] std::uint32_t keys_in(const Block* block) const {
      return block == tail ? tail_size : Block::capacity;
    }
  };

  struct alignas(64) Rung {
    std::vector<Bucket> buckets;
    unsigned span = 0;   // log2 of the ranks it covers
    unsigned shift = 0;  // log2 of the ranks of one bucket
    std::uint32_t mask = 0;
    std::uint32_t words_filled = 0;  // bit i: filled[i] is not zero
    std::array<std::uint32_t, 32> filled{};
  };

  // Keys taken at the front; their order is the owner's business.
  class Queue {
   public:
    [[nodiscard]] bool empty() const { return head_ == tail_; }
    [[nodiscard]] std::size_t size() const { return tail_ - head_; }
    [[nodiscard]] Key* begin() { return keys_.data() + head_; }
    [[nodiscard]] Key* end() { return keys_.data() + tail_; }
    [[nodiscard]] Key& front() { return keys_[head_]; }
    Key pop() { return keys_[head_++]; }
    void push(Key key) {
      if (tail_ == keys_.size()) make_room();
      keys_[tail_++] = key;
    }
    void insert(std::size_t position, Key key);
    void clear() { head_ = tail_ = 0; }
    // Keeps only so many from the front.
    void shrink(std::size_t size) { tail_ = head_ + size; }
    // Replaces all keys by so many, to be filled in by the caller.
    Key* refill(std::size_t size);

   private:
    void make_room();

    std::vector<Key> keys_;  // those from head_ to tail_ count
    std::size_t head_ = 0;
    std::size_t tail_ = 0;
  };

  void append(Rung& rung, Key key) {
    const auto index = static_cast<std::uint32_t>(key.rank >> rung.shift) & rung.mask;
    Bucket& bucket = rung.buckets[index];
    if (bucket.tail_size == Block::capacity || bucket.tail == nullptr) [[unlikely]] {
      extend(rung, index);
    }
    bucket.tail->keys[bucket.tail_size++] = key;
    ++bucket.size;
  }

  void extend(Rung& rung, std::uint32_t index) {
    Block* block = take_block();
    Bucket& bucket = rung.buckets[index];
    if (bucket.tail == nullptr) {
      bucket.head = block;
      rung.filled[index / 32] |= 1U << (index % 32);
      rung.words_filled |= 1U << (index / 32);
    } else {
      bucket.tail->next = block;
    }
    bucket.tail = block;
    bucket.tail_size = 0;
  }
  void push_due(Key key);
  void spill_due();
  [[nodiscard]] bool refill(std::uint64_t limit);
  void load_due(const Bucket& bucket, unsigned span);
  void split(const Bucket& bucket, unsigned span);
  void set_home(int lowest, unsigned highest, std::uint8_t home);
  // Moves the live keys to the front, in their order; returns how many they are.
  std::size_t keep_live(Key* keys, std::size_t size) const;
  // Copies them in order of rank; equal ranks stay in their order.
  void sort_few(const Key* keys, std::size_t size, Key* sorted) const;
  [[nodiscard]] static bool all_equal(const Bucket& bucket);
  void pop_present(Key& key);
  [[nodiscard]] Queue& first_present();
  [[nodiscard]] std::size_t count_ties(std::uint64_t limit);
  void swap_front(std::size_t choice);
  void sweep();
  void sweep(Rung& rung, std::uint32_t index);
  [[nodiscard]] Block* take_block() {
    if (free_blocks_ == nullptr) [[unlikely]]
      add_slab();
    Block* block = std::exchange(free_blocks_, free_blocks_->next);
    block->next = nullptr;
    return block;
  }
  void add_slab();
  void give_back(Block* block) {
    block->next = free_blocks_;
    free_blocks_ = block;
  }

  const EventPool& pool_;
  std::uint64_t base_ = 0;  // start of the bucket that was split or loaded last
  std::size_t keys_ = 0;
  std::size_t dead_ = 0;

  // home_[bit_width(rank ^ base_)]: the rung that holds the rank, or due_home.
  std::array<std::uint8_t, 65> home_{};
  Queue due_;  // sorted; holds every key of the 2^due_span_ ranks around base_
  int due_span_ = no_due;

  std::vector<Rung> rungs_;  // coarse to fine; those up to depth_ are in use
  std::size_t depth_ = 0;

  std::array<Queue, phase_count> present_;
  std::size_t present_count_ = 0;

  std::vector<std::unique_ptr<Block[]>> slabs_;
  Block* free_blocks_ = nullptr;
};

}  // namespace firedrill::sim::internal
