#pragma once

// The event loop that most people would write first: the denominator of the engine's benchmarks. It
// must stay as it is, or figures of different versions can't be compared.

#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_set>
#include <utility>
#include <vector>

namespace firedrill::bench {

class NaiveLoop {
 public:
  using Handle = std::uint64_t;

  /// Virtual time in nanoseconds.
  [[nodiscard]] std::int64_t now() const { return now_; }

  Handle at(std::int64_t time, std::function<void()> callback) {
    queue_.push(Entry{time, ++last_id_, std::move(callback)});
    return last_id_;
  }

  void cancel(Handle id) { cancelled_.insert(id); }

  /// Runs every event of a time before `end`.
  void run_until(std::int64_t end) {
    while (!queue_.empty() && queue_.top().time < end) {
      // top() is const, but the entry is popped at once.
      Entry entry = std::move(const_cast<Entry&>(queue_.top()));
      queue_.pop();
      if (cancelled_.erase(entry.id) != 0) continue;
      now_ = entry.time;
      entry.callback();
    }
  }

 private:
  struct Entry {
    std::int64_t time;
    std::uint64_t id;
    std::function<void()> callback;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.time != b.time ? a.time > b.time : a.id > b.id;
    }
  };

  std::priority_queue<Entry, std::vector<Entry>, Later> queue_;
  std::unordered_set<std::uint64_t> cancelled_;
  std::int64_t now_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace firedrill::bench
