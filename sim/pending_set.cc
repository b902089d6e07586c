#include "sim/pending_set.h"

#include <algorithm>
#include <utility>

namespace firedrill::sim::internal {
namespace {

// Buckets up to this size are sorted as a whole; it should hold enough to pay for the step, and few
// enough for insertion sort.
constexpr std::uint32_t due_size_max = 32;

// A key that would have to pass more keys than this in the due run sends the run back to the ladder
// instead.
constexpr std::size_t due_steps_max = 64;

constexpr std::size_t blocks_per_slab = 32;

constexpr std::uint64_t low_bits(unsigned count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

// How finely to cut a bucket of that many keys: aims at a handful of keys a bucket, as more will
// come in meanwhile.
unsigned digit_bits(std::uint32_t size, unsigned span, unsigned bits_max) {
  const auto wanted = static_cast<unsigned>(std::bit_width(size)) - 2U;
  return std::min({std::max(wanted, 4U), bits_max, span});
}

}  // namespace

void PendingSet::Queue::insert(std::size_t position, Key key) {
  make_room();
  keys_.insert(keys_.begin() + static_cast<std::ptrdiff_t>(head_ + position), key);
}

void PendingSet::Queue::clear() {
  keys_.clear();
  head_ = 0;
}

PendingSet::Key* PendingSet::Queue::refill(std::size_t size) {
  head_ = 0;
  keys_.resize(size);
  return keys_.data();
}

void PendingSet::Queue::drop_popped() {
  keys_.erase(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

void PendingSet::Queue::erase_if_dead(const EventPool& pool) {
  drop_popped();
  std::erase_if(keys_, [&pool](const Key& key) { return !pool.contains(key.id); });
}

PendingSet::PendingSet(const EventPool& pool) : pool_(pool) {
  Rung& coarsest = rungs_.emplace_back();
  coarsest.span = 64;
  coarsest.shift = 64 - digit_bits_max;
  coarsest.mask = (1U << digit_bits_max) - 1;
  coarsest.buckets.resize(std::size_t{1} << digit_bits_max);
}

void PendingSet::extend(Rung& rung, std::uint32_t index) {
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

PendingSet::Block* PendingSet::take_block() {
  if (free_blocks_ == nullptr) {
    slabs_.push_back(std::make_unique<Block[]>(blocks_per_slab));
    for (std::size_t i = blocks_per_slab; i-- > 0;)
      give_back(&slabs_.back()[i]);
  }
  Block* block = std::exchange(free_blocks_, free_blocks_->next);
  block->next = nullptr;
  return block;
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
    if (bucket.size <= due_size_max || rung.shift == 0 || all_equal(bucket)) {
      load_due(bucket, rung.shift);
      return true;
    }
    split(bucket, rung.shift);
  }
}

bool PendingSet::all_equal(const Bucket& bucket) {
  const std::uint64_t rank = bucket.head->keys[0].rank;
  for (const Block* block = bucket.head; block != nullptr; block = block->next) {
    const std::uint32_t size = block == bucket.tail ? bucket.tail_size : Block::capacity;
    const bool equal = std::all_of(block->keys, block->keys + size,
                                   [rank](const Key& key) { return key.rank == rank; });
    if (!equal) return false;
  }
  return true;
}

void PendingSet::load_due(Bucket bucket, unsigned span) {
  Key* const first = due_.refill(bucket.size);
  Key* last = first;
  if (due_span_ != static_cast<int>(span)) {
    set_home(no_due, span, due_home);
    due_span_ = static_cast<int>(span);
  }
  for (Block* block = bucket.head; block != nullptr;) {
    const std::uint32_t size = block == bucket.tail ? bucket.tail_size : Block::capacity;
    for (std::uint32_t i = 0; i < size; ++i) {
      const Key key = block->keys[i];
      pool_.prefetch(key.id.slot);
      Key* place = last++;
      for (; place != first && place[-1].rank > key.rank; --place)
        *place = place[-1];
      *place = key;
    }
    Block* next = block->next;
    give_back(block);
    block = next;
  }
}

void PendingSet::split(Bucket bucket, unsigned span) {
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
  const bool drop_dead = 4 * dead_ > keys_;
  for (Block* block = bucket.head; block != nullptr;) {
    const std::uint32_t size = block == bucket.tail ? bucket.tail_size : Block::capacity;
    for (std::uint32_t i = 0; i < size; ++i) {
      const Key key = block->keys[i];
      if (drop_dead && !pool_.contains(key.id)) {
        --dead_;
        --keys_;
      } else {
        append(rung, key);
      }
    }
    Block* next = block->next;
    give_back(block);
    block = next;
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
  due_.erase_if_dead(pool_);
  keys_ = due_.size();
  present_count_ = 0;
  for (Queue& queue : present_) {
    queue.erase_if_dead(pool_);
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
  Bucket bucket = std::exchange(rung.buckets[index], Bucket{});
  rung.filled[index / 32] &= ~(1U << (index % 32));
  if (rung.filled[index / 32] == 0) rung.words_filled &= ~(1U << (index / 32));
  for (Block* block = bucket.head; block != nullptr;) {
    const std::uint32_t size = block == bucket.tail ? bucket.tail_size : Block::capacity;
    for (std::uint32_t i = 0; i < size; ++i) {
      if (pool_.contains(block->keys[i].id)) append(rung, block->keys[i]);
    }
    Block* next = block->next;
    give_back(block);
    block = next;
  }
  keys_ += rung.buckets[index].size;
}

}  // namespace firedrill::sim::internal
