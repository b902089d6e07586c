#include "sim/event_pool.h"

#include <stdexcept>

namespace firedrill::sim::internal {

void EventPool::clear() {
  for (std::uint32_t index = 0; index < generations_.size(); ++index) {
    if (slot(index).destroy != nullptr) discard({index, generations_[index]});
  }
}

void EventPool::grow() {
  const std::size_t first = generations_.size();
  if (first + chunk_size >= none)
    throw std::length_error("EventPool: more than 2^32 events pending");
  generations_.resize(first + chunk_size, 1);
  chunks_.push_back(std::make_unique_for_overwrite<Slot[]>(chunk_size));
  for (std::uint32_t i = chunk_size; i-- > 0;) {
    Slot& entry = chunks_.back()[i];
    entry.destroy = nullptr;
    entry.next_free = free_;
    free_ = static_cast<std::uint32_t>(first) + i;
  }
}

}  // namespace firedrill::sim::internal
