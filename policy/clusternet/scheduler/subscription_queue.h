#pragma once

/// The queue of Clusternet's scheduler: active, and backing off. A value that is told the time; who
/// drives it pumps `flush` once a second.
///
/// Follows clusternet pkg/scheduler/internal/queue; spec/clusternet.md 6.1.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "policy/api/meta.h"
#include "policy/api/time.h"

namespace firedrill::policy::clusternet {

/// How often the pump moves what is due.
inline constexpr api::Duration queue_flush_period{1'000'000'000};

/// Wait after the n-th attempt (from 1): 1 s, doubled, at most 10 s.
[[nodiscard]] api::Duration subscription_backoff(std::int64_t attempts);

class SubscriptionQueue {
 public:
  /// A subscription taken out, which goes back in if its pass failed.
  struct Entry {
    api::Key key;
    std::int32_t priority = 0;
    std::int64_t attempts = 0;

    friend bool operator==(const Entry&, const Entry&) = default;
  };

  /// Puts it in anew, wherever it waits: attempts start from zero.
  void add(const api::Key& key, std::int32_t priority, api::Timestamp now);

  /// The one of highest priority; the earliest put in among equals. Nothing when none is active.
  [[nodiscard]] std::optional<Entry> pop();

  /// After a failed pass: backs off and returns for how long, counted from now. Nothing, and the
  /// entry is dropped, if the subscription is in the queue again.
  std::optional<api::Duration> back_off(const Entry& entry, api::Timestamp now);

  /// Moves those whose backoff is over, with the place in the order that their failure gave them.
  void flush(api::Timestamp now);

  [[nodiscard]] std::size_t active_size() const { return active_.size(); }
  [[nodiscard]] std::size_t backoff_size() const { return backoff_.size(); }

 private:
  struct Item {
    Entry entry;
    api::Timestamp since;
    std::uint64_t order = 0;  ///< Of putting in; decides between equal times.
  };
  using Rank = std::tuple<std::int64_t, api::Timestamp, std::uint64_t, api::Key>;

  [[nodiscard]] static Rank rank(const Item& item) {
    return {-std::int64_t{item.entry.priority}, item.since, item.order, item.entry.key};
  }
  void activate(Item item);

  std::set<Rank> ranking_;
  std::map<api::Key, Item> active_;
  std::map<api::Key, Item> backoff_;
  std::uint64_t next_order_ = 0;
};

}  // namespace firedrill::policy::clusternet
