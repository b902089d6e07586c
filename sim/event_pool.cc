#include "sim/event_pool.h"

#include <stdexcept>

namespace firedrill::sim::internal {

void EventPool::clear() {
  for (std::uint32_t index = 0; index < uses_.size(); ++index) {
    if (uses_[index].link == needs_destructor) discard({index, uses_[index].generation});
  }
}

void EventPool::destroy(std::uint32_t index) {
  uses_[index].link = none;
  Slot& entry = slot(index);
  entry.destroy(entry.storage);
}

void EventPool::grow() {
  const std::size_t first = uses_.size();
  if (first + chunk_size >= needs_destructor)
    throw std::length_error("EventPool: about 2^32 events are pending");
  chunks_.push_back(std::make_unique_for_overwrite<Slot[]>(chunk_size));
  uses_.resize(first + chunk_size);
  for (std::uint32_t i = chunk_size; i-- > 0;) {
    uses_[first + i].link = free_;
    free_ = static_cast<std::uint32_t>(first) + i;
  }
}

}  // namespace firedrill::sim::internal
