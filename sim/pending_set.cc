#include "sim/pending_set.h"

#include <algorithm>
#include <utility>

namespace firedrill::sim::internal {
namespace {

// A key that would have to pass more keys than this in the due run sends the run back to the ladder
// instead.
constexpr std::size_t due_steps_max = 64;

// The events of a bucket that is split run soon if it holds at most so many: then their slots are
// brought near while there is time. They should fit the second-level cache.
constexpr std::uint32_t soon_size_max = 16'384;

constexpr std::size_t blocks_per_slab = 32;

constexpr std::uint64_t low_bits(unsigned count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

// How finely to cut a bucket of that many keys: aims at a handful of keys a bucket, as more will
// come in meanwhile.
unsigned digit_bits(std::uint32_t size, unsigned span, unsigned bits_max) {
  const auto wanted = static_cast<unsigned>(std::bit_width(size)) - 3U;
  return std::min({std::max(wanted, 3U), bits_max, span});
}

}  // namespace

void PendingSet::Queue::make_room() {
  if (head_ != 0 && 2 * head_ >= tail_) {
    std::copy(begin(), end(), keys_.data());
    tail_ -= head_;
    head_ = 0;
  } else {
    keys_.resize(std::max<std::size_t>(64, 2 * keys_.size()));
  }
}

void PendingSet::Queue::insert(std::size_t position, Key key) {
  if (tail_ == keys_.size()) make_room();
  Key* const place = begin() + position;
  std::copy_backward(place, end(), end() + 1);
  *place = key;
  ++tail_;
}

PendingSet::Key* PendingSet::Queue::refill(std::size_t size) {
  if (keys_.size() < size) keys_.resize(std::bit_ceil(size));
  head_ = 0;
  tail_ = size;
  return keys_.data();
}

PendingSet::PendingSet(const EventPool& pool) : pool_(pool) {
  Rung& coarsest = rungs_.emplace_back();
  coarsest.span = 64;
  coarsest.shift = 64 - digit_bits_max;
  coarsest.mask = (1U << digit_bits_max) - 1;
  coarsest.buckets.resize(std::size_t{1} << digit_bits_max);
}

void PendingSet::add_slab() {
  slabs_.push_back(std::make_unique_for_overwrite<Block[]>(blocks_per_slab));
  for (std::size_t i = blocks_per_slab; i-- > 0;)
    give_back(&slabs_.back()[i]);
}

void PendingSet::push_present(Key key) {
  ++keys_;
  ++present_count_;
  present_[key.rank & (phase_count - 1)].push(key);
}

void PendingSet::push_due(Key key) {
  const std::size_t size = due_.size();
  const std::size_t stop = size > due_steps_max ? size - due_steps_max : 0;
  const Key* keys = due_.begin();
  std::size_t position = size;
  while (position > stop && keys[position - 1].rank > key.rank)
    --position;
  if (position > 0 && keys[position - 1].rank > key.rank) {
    spill_due();
    append(rungs_[depth_], key);
  } else {
    due_.insert(position, key);
  }
}

void PendingSet::spill_due() {
  for (const Key key : due_)
    append(rungs_[depth_], key);
  due_.clear();
  set_home(no_due, static_cast<unsigned>(due_span_), static_cast<std::uint8_t>(depth_));
  due_span_ = no_due;
}

void PendingSet::set_home(int lowest, unsigned highest, std::uint8_t home) {
  std::fill(home_.begin() + lowest + 1, home_.begin() + highest + 1, home);
}

bool PendingSet::refill(std::uint64_t limit) {
  for (;;) {
    Rung& rung = rungs_[depth_];
    if (rung.words_filled == 0) {
      if (depth_ == 0) return false;
      --depth_;
      set_home(due_span_, rung.span, static_cast<std::uint8_t>(depth_));
      continue;
    }
    const auto word = static_cast<std::uint32_t>(std::countr_zero(rung.words_filled));
    const std::uint32_t index =
        word * 32 + static_cast<std::uint32_t>(std::countr_zero(rung.filled[word]));
    const std::uint64_t start =
        (base_ & ~low_bits(rung.span)) | (std::uint64_t{index} << rung.shift);
    if (start > limit) return false;
    base_ = start;
    const Bucket bucket = std::exchange(rung.buckets[index], Bucket{});
    rung.filled[word] &= rung.filled[word] - 1;
    if (rung.filled[word] == 0) rung.words_filled &= rung.words_filled - 1;
    if (bucket.size <= Block::capacity || rung.shift == 0 || all_equal(bucket)) {
      load_due(bucket, rung.shift);
      if (!due_.empty()) return true;
    } else {
      split(bucket, rung.shift);
    }
  }
}

std::size_t PendingSet::keep_live(Key* keys, std::size_t size) const {
  std::size_t live = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const Key key = keys[i];
    keys[live] = key;
    live += pool_.names_pending(key.id) ? 1U : 0U;
  }
  return live;
}

void PendingSet::sort_few(const Key* keys, std::size_t size, Key* sorted) const {
  bool in_order = true;
  for (std::size_t i = 0; i < size; ++i) {
    sorted[i] = keys[i];
    pool_.prefetch(keys[i].id);
    in_order &= keys[i == 0 ? 0 : i - 1].rank <= keys[i].rank;
  }
  if (in_order) return;
  // Counts for each key how many go before it: no branch depends on the ranks.
  std::array<std::uint32_t, Block::capacity> places;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t rank = keys[i].rank;
    std::uint32_t place = 0;
    for (std::size_t j = 0; j < i; ++j) {
      const std::uint32_t later = keys[j].rank > rank ? 1U : 0U;
      places[j] += later;
      place += 1U - later;
    }
    places[i] = place;
  }
  for (std::size_t i = 0; i < size; ++i)
    sorted[places[i]] = keys[i];
}

bool PendingSet::all_equal(const Bucket& bucket) {
  const std::uint64_t rank = bucket.head->keys[0].rank;
  for (const Block* block = bucket.head; block != nullptr; block = block->next) {
    const std::uint32_t size = bucket.keys_in(block);
    const bool equal = std::all_of(block->keys, block->keys + size,
                                   [rank](const Key& key) { return key.rank == rank; });
    if (!equal) return false;
  }
  return true;
}

void PendingSet::load_due(const Bucket& bucket, unsigned span) {
  if (due_span_ != static_cast<int>(span)) {
    set_home(no_due, span, due_home);
    due_span_ = static_cast<int>(span);
  }
  Key* due = due_.refill(bucket.size);
  if (bucket.head == bucket.tail) {
    sort_few(bucket.head->keys, bucket.size, due);
    give_back(bucket.head);
    return;
  }
  // All of equal rank, and in order.
  for (Block* block = bucket.head; block != nullptr;) {
    due = std::copy_n(block->keys, bucket.keys_in(block), due);
    give_back(std::exchange(block, block->next));
  }
}

void PendingSet::split(const Bucket& bucket, unsigned span) {
  const unsigned bits = digit_bits(bucket.size, span, digit_bits_max);
  ++depth_;
  if (depth_ == rungs_.size()) rungs_.emplace_back();
  Rung& rung = rungs_[depth_];
  rung.span = span;
  rung.shift = span - bits;
  rung.mask = (1U << bits) - 1;
  if (rung.buckets.size() <= rung.mask) rung.buckets.resize(std::size_t{rung.mask} + 1);
  set_home(no_due, span, static_cast<std::uint8_t>(depth_));
  due_span_ = no_due;
  const bool soon = bucket.size <= soon_size_max;
  const bool drop_dead = soon || 4 * dead_ > keys_;
  for (Block* block = bucket.head; block != nullptr;) {
    const std::uint32_t size = bucket.keys_in(block);
    const std::size_t live = drop_dead ? keep_live(block->keys, size) : size;
    dead_ -= size - live;
    keys_ -= size - live;
    for (std::size_t i = 0; i < live; ++i) {
      if (soon) pool_.prefetch(block->keys[i].id);
      append(rung, block->keys[i]);
    }
    give_back(std::exchange(block, block->next));
  }
}

PendingSet::Queue& PendingSet::first_present() {
  return *std::find_if(present_.begin(), present_.end(),
                       [](const Queue& queue) { return !queue.empty(); });
}

void PendingSet::pop_present(Key& key) {
  Queue& queue = first_present();
  const std::uint64_t rank = queue.front().rank;
  // What was put on for this instant before it came goes first among equals.
  const bool earlier = (!due_.empty() || refill(rank)) && due_.front().rank <= rank;
  --keys_;
  if (earlier) {
    key = due_.pop();
    return;
  }
  key = queue.pop();
  if (queue.empty()) queue.clear();
  --present_count_;
}

std::size_t PendingSet::count_ties(std::uint64_t limit) {
  std::size_t present = 0;
  if (present_count_ != 0) {
    Queue& queue = first_present();
    limit = queue.front().rank;
    present = queue.size();
  }
  if ((due_.empty() && !refill(limit)) || due_.front().rank > limit) return present;
  const std::uint64_t rank = due_.front().rank;
  const Key* last = std::partition_point(due_.begin(), due_.end(),
                                         [rank](const Key& key) { return key.rank == rank; });
  const auto due = static_cast<std::size_t>(last - due_.begin());
  return rank == limit && present != 0 ? due + present : due;
}

void PendingSet::swap_front(std::size_t choice) {
  Queue* present = present_count_ == 0 ? nullptr : &first_present();
  const bool due_first =
      !due_.empty() && (present == nullptr || due_.front().rank <= present->front().rank);
  Key& front = due_first ? due_.front() : present->front();
  const std::uint64_t rank = front.rank;
  if (!due_first) {
    std::swap(front, present->begin()[choice]);
    return;
  }
  if (choice < due_.size() && due_.begin()[choice].rank == rank) {
    std::swap(front, due_.begin()[choice]);
    return;
  }
  const Key* last = std::partition_point(due_.begin(), due_.end(),
                                         [rank](const Key& key) { return key.rank == rank; });
  std::swap(front, present->begin()[choice - static_cast<std::size_t>(last - due_.begin())]);
}

void PendingSet::sweep() {
  due_.shrink(keep_live(due_.begin(), due_.size()));
  keys_ = due_.size();
  present_count_ = 0;
  for (Queue& queue : present_) {
    queue.shrink(keep_live(queue.begin(), queue.size()));
    present_count_ += queue.size();
  }
  keys_ += present_count_;
  for (std::size_t depth = 0; depth <= depth_; ++depth) {
    Rung& rung = rungs_[depth];
    for (std::uint32_t index = 0; index <= rung.mask; ++index) {
      if (rung.buckets[index].size != 0) sweep(rung, index);
    }
  }
  dead_ = 0;
}

void PendingSet::sweep(Rung& rung, std::uint32_t index) {
  const Bucket bucket = std::exchange(rung.buckets[index], Bucket{});
  rung.filled[index / 32] &= ~(1U << (index % 32));
  if (rung.filled[index / 32] == 0) rung.words_filled &= ~(1U << (index / 32));
  for (Block* block = bucket.head; block != nullptr;) {
    const std::uint32_t size = bucket.keys_in(block);
    const std::size_t live = keep_live(block->keys, size);
    for (std::size_t i = 0; i < live; ++i)
      append(rung, block->keys[i]);
    give_back(std::exchange(block, block->next));
  }
  keys_ += rung.buckets[index].size;
}

}  // namespace firedrill::sim::internal
