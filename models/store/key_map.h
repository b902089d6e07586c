#pragma once

/// Objects by key: in key order when all are wanted, by a hash table when one is. Names of objects
/// are alike up to their last characters, so finding one by comparing costs a good part of a run.

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "policy/api/meta.h"

namespace firedrill::models {

/// Entries keep their addresses until they are erased. Iterates in key order.
template <class Value>
class KeyMap {
 public:
  using Ordered = std::map<api::Key, Value>;
  using Entry = typename Ordered::value_type;

  [[nodiscard]] const Ordered& ordered() const { return ordered_; }
  [[nodiscard]] std::size_t size() const { return ordered_.size(); }

  /// The entry, or null. O(1).
  [[nodiscard]] Entry* find(const api::Key& key) const {
    return slots_.empty() ? nullptr : slots_[slot_of(key)];
  }

  /// The entry, made if there was none, and whether it was made. O(log n) if so, else O(1).
  std::pair<Entry*, bool> try_emplace(const api::Key& key) {
    if (Entry* found = find(key)) return {found, false};
    if ((ordered_.size() + 1) * 3 > slots_.size() * 2) grow();
    Entry* entry = &*ordered_.try_emplace(key).first;
    slots_[slot_of(key)] = entry;
    return {entry, true};
  }

  /// O(log n).
  void erase(Entry* entry) {
    std::size_t hole = slot_of(entry->first);
    ordered_.erase(ordered_.find(entry->first));
    // Entries that had to go past the hole move up, so that no search stops short of them.
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t next = (hole + 1) & mask; slots_[next] != nullptr; next = (next + 1) & mask) {
      const std::size_t home = home_of(slots_[next]->first);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = nullptr;
  }

 private:
  [[nodiscard]] std::size_t home_of(const api::Key& key) const {
    return (key.space.hash() * 31 + key.name.hash()) & (slots_.size() - 1);
  }
  /// The slot that has the key, or is to have it.
  [[nodiscard]] std::size_t slot_of(const api::Key& key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = home_of(key);
    while (slots_[slot] != nullptr && slots_[slot]->first != key)
      slot = (slot + 1) & mask;
    return slot;
  }
  void grow() {
    slots_.assign(slots_.empty() ? 8 : slots_.size() * 2, nullptr);
    for (Entry& entry : ordered_)
      slots_[slot_of(entry.first)] = &entry;
  }

  Ordered ordered_;
  std::vector<Entry*> slots_;  // open addressing; a power of two, at most two thirds full
};

}  // namespace firedrill::models
