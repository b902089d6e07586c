#include "sim/event_pool.h"

#include <stdexcept>

namespace firedrill::sim::internal {

void EventPool::clear() {
  for (std::uint32_t index = 0; index < size(); ++index) {
    if ((generations_[index] & needs_destructor) != 0) discard({index, generations_[index]});
  }
}

void EventPool::destroy(std::uint32_t index) {
  Slot& entry = slot(index);
  entry.destroy(entry.storage);
}

void EventPool::grow() {
  const std::size_t first = size();
  if (first + chunk_size >= none)
    throw std::length_error("EventPool: about 2^32 events are pending");
  chunks_.push_back(std::make_unique_for_overwrite<Slot[]>(chunk_size));
  generations_.resize(first + chunk_size, generation_first);
  free_.resize(first + chunk_size);
  for (std::uint32_t i = chunk_size; i-- > 0;)
    free_[free_count_++] = static_cast<std::uint32_t>(first) + i;
}

}  // namespace firedrill::sim::internal
