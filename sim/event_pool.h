#pragma once

// Storage of the callables of pending events; a part of the engine (sim/engine.h), not meant for
// others.
//
// Callables lie in 64-byte slots, in chunks that never move, and slots are recycled, so that
// putting an event on allocates nothing once the pool has grown to the largest number of events
// pending at once. A slot's generation counts its uses: whoever names an event by (slot,
// generation) can tell whether it still is the one. Generations never wrap: a slot that has used up
// its 2^32 - 2 generations is retired. All that is known about an event lies in one cache line,
// since with many events pending each line costs a trip to memory.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace firedrill::sim::internal {

/// Names one use of one slot. Generation 0 is never given out.
struct EventId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;

  friend constexpr bool operator==(EventId, EventId) = default;
};

class EventPool {
 public:
  /// Callables up to this size are stored in place; larger ones cost an allocation.
  static constexpr std::size_t inline_size = 32;

  EventPool() = default;
  EventPool(const EventPool&) = delete;
  EventPool& operator=(const EventPool&) = delete;

  ~EventPool() { clear(); }

  /// Stores a callable and the cause to run it under. Amortised O(1).
  template <class Callable>
  [[nodiscard]] EventId emplace(std::uint64_t cause, Callable&& callable) {
    using Stored = std::decay_t<Callable>;
    if constexpr (fits_inline<Stored>) {
      return emplace_inline<Stored>(cause, std::forward<Callable>(callable));
    } else {
      auto boxed = [box = std::make_unique<Stored>(std::forward<Callable>(callable))] { (*box)(); };
      return emplace_inline<decltype(boxed)>(cause, std::move(boxed));
    }
  }

  /// Whether the event has neither run nor been discarded.
  [[nodiscard]] bool contains(EventId id) const { return id.slot < size() && names_pending(id); }

  /// The same, for an id that this pool has given out.
  [[nodiscard]] bool names_pending(EventId id) const {
    return generations_[id.slot] == id.generation;
  }

  /// Empties the slot and destroys the callable. Requires: contains(id).
  void discard(EventId id) {
    retire(id);
    if ((id.generation & needs_destructor) != 0) [[unlikely]]
      destroy(id.slot);
    recycle(id);
  }

  /// Discards all events whose callables have destructors. These may discard events, too.
  void clear();

  /// The cause stored with the event. Requires: contains(id).
  [[nodiscard]] std::uint64_t cause(EventId id) const { return slot(id.slot).cause; }

  /// Asks the processor to bring the callable near. Only a hint.
  void prefetch(EventId id) const { __builtin_prefetch(&slot(id.slot)); }

  /// Empties the slot and calls the callable. Requires: contains(id).
  void run(EventId id) {
    retire(id);
    recycle(id);
    Slot& entry = slot(id.slot);
    entry.run(entry.storage);  // moves the callable out first: the slot may be used again meanwhile
  }

 private:
  struct alignas(64) Slot {
    void (*run)(void* storage);
    void (*destroy)(void* storage);  // set only if needs_destructor
    std::uint64_t cause;
    alignas(16) std::byte storage[inline_size];
  };
  static_assert(sizeof(Slot) == 64);

  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  // A bit of the generation: set while the slot holds a callable with a destructor.
  static constexpr std::uint32_t needs_destructor = 1;

  static constexpr std::uint32_t generation_first = 2;
  static constexpr std::uint32_t generation_max = none - 1;

  static constexpr std::uint32_t chunk_bits = 10;
  static constexpr std::uint32_t chunk_size = 1U << chunk_bits;

  template <class Stored>
  static constexpr bool fits_inline =
      sizeof(Stored) <= inline_size &&
      alignof(Stored) <= 16 && std::is_nothrow_move_constructible_v<Stored>;

  template <class Stored, class Callable>
  EventId emplace_inline(std::uint64_t cause, Callable&& callable) {
    if (free_count_ == 0) [[unlikely]]
      grow();
    const std::uint32_t index = free_[free_count_ - 1];
    Slot& entry = slot(index);
    ::new (static_cast<void*>(entry.storage)) Stored(std::forward<Callable>(callable));
    --free_count_;
    entry.cause = cause;
    entry.run = [](void* storage) {
      Stored* stored = std::launder(static_cast<Stored*>(storage));
      Stored local(std::move(*stored));
      stored->~Stored();
      local();
    };
    if constexpr (!std::is_trivially_destructible_v<Stored>) {
      entry.destroy = [](void* storage) { std::launder(static_cast<Stored*>(storage))->~Stored(); };
      generations_[index] |= needs_destructor;
    }
    return {index, generations_[index]};
  }

  [[nodiscard]] Slot& slot(std::uint32_t index) {
    return chunks_[index >> chunk_bits][index & (chunk_size - 1)];
  }
  [[nodiscard]] const Slot& slot(std::uint32_t index) const {
    return chunks_[index >> chunk_bits][index & (chunk_size - 1)];
  }

  [[nodiscard]] std::size_t size() const { return generations_.size(); }

  // From now on the id names nothing.
  void retire(EventId id) { generations_[id.slot] = (id.generation | needs_destructor) + 1; }

  // Makes the slot free, unless its generations are used up.
  void recycle(EventId id) {
    if (id.generation >= generation_max) [[unlikely]]
      return;
    free_[free_count_++] = id.slot;
  }

  void destroy(std::uint32_t index);
  void grow();

  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::vector<std::uint32_t> generations_;
  std::vector<std::uint32_t> free_;  // the first free_count_ count; the last goes first
  std::size_t free_count_ = 0;
};

}  // namespace firedrill::sim::internal
