#include "policy/api/name.h"

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <ostream>
#include <vector>

namespace firedrill::api {

/// All names there are, in parts with a lock each. A part is a hash table with open addressing; its
/// entries never move and never go.
class NameTable {
 public:
  using Entry = Name::Entry;

  [[nodiscard]] const Entry* intern(std::string_view text, std::size_t hash) {
    return parts_[hash % parts_count].intern(text, hash);
  }

 private:
  static constexpr std::size_t parts_count = 16;

  class Part {
   public:
    [[nodiscard]] const Entry* intern(std::string_view text, std::size_t hash) {
      const std::scoped_lock lock(mutex_);
      std::size_t slot = find(text, hash);
      if (slots_[slot] != nullptr) return slots_[slot];
      if ((entries_.size() + 1) * 4 > slots_.size() * 3) {
        grow();
        slot = find(text, hash);
      }
      return slots_[slot] = &entries_.emplace_back(Entry{std::string(text), hash});
    }

   private:
    /// The slot that has the text, or is to have it.
    [[nodiscard]] std::size_t find(std::string_view text, std::size_t hash) const {
      const std::size_t mask = slots_.size() - 1;
      std::size_t slot = (hash / parts_count) & mask;
      while (slots_[slot] != nullptr &&
             (slots_[slot]->hash != hash || slots_[slot]->text != text)) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    void grow() {
      const std::vector<const Entry*> before =
          std::exchange(slots_, std::vector<const Entry*>(slots_.size() * 2, nullptr));
      for (const Entry* entry : before) {
        if (entry != nullptr) slots_[find(entry->text, entry->hash)] = entry;
      }
    }

    std::mutex mutex_;
    std::vector<const Entry*> slots_ = std::vector<const Entry*>(64, nullptr);  // a power of two
    std::deque<Entry> entries_;
  };

  std::array<Part, parts_count> parts_;
};

namespace {

constexpr std::size_t recent_count = 1024;

/// The 64-bit FNV-1a hash, its halves mixed: the same with every library.
std::size_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return static_cast<std::size_t>(hash ^ (hash >> 29U));
}

}  // namespace

// Before everything that is constructed at the start elsewhere: names may be empty there.
[[gnu::init_priority(101)]] const Name::Entry Name::nothing{};

const Name::Entry* Name::intern(std::string_view text) {
  // Never destroyed: names in static objects may outlive any order of destruction.
  static NameTable& table = *new NameTable;
  // Entries are good for ever, so each thread may keep those that it met last.
  thread_local std::array<const Entry*, recent_count> recent{};
  const std::size_t hash = hash_of(text);
  const Entry*& kept = recent[hash % recent_count];
  if (kept == nullptr || kept->hash != hash || kept->text != text) kept = table.intern(text, hash);
  return kept;
}

std::ostream& operator<<(std::ostream& out, const Name& name) {
  return out << name.str();
}

std::ostream& operator<<(std::ostream& out, const Text& text) {
  return out << text.str();
}

}  // namespace firedrill::api
