#include "policy/clusternet/scheduler/subscription_queue.h"

#include <chrono>
#include <utility>

namespace firedrill::policy::clusternet {
namespace {

constexpr std::chrono::seconds backoff_first{1};
constexpr std::chrono::seconds backoff_max{10};

}  // namespace

api::Duration subscription_backoff(std::int64_t attempts) {
  api::Duration wait = backoff_first;
  for (std::int64_t i = 1; i < attempts; ++i) {
    wait *= 2;
    if (wait >= backoff_max) return backoff_max;
  }
  return wait;
}

void SubscriptionQueue::add(const api::Key& key, std::int32_t priority, api::Timestamp now) {
  backoff_.erase(key);
  if (const auto found = active_.find(key); found != active_.end()) {
    ranking_.erase(rank(found->second));
    active_.erase(found);
  }
  activate({.entry = {.key = key, .priority = priority}, .since = now, .order = next_order_++});
}

std::optional<SubscriptionQueue::Entry> SubscriptionQueue::pop() {
  if (ranking_.empty()) return std::nullopt;
  const auto found = active_.find(std::get<api::Key>(*ranking_.begin()));
  ranking_.erase(ranking_.begin());
  Entry entry = std::move(found->second.entry);
  active_.erase(found);
  ++entry.attempts;
  return entry;
}

std::optional<api::Duration> SubscriptionQueue::back_off(const Entry& entry, api::Timestamp now) {
  if (active_.contains(entry.key) || backoff_.contains(entry.key)) return std::nullopt;
  backoff_.emplace(entry.key, Item{.entry = entry, .since = now, .order = next_order_++});
  return subscription_backoff(entry.attempts);
}

void SubscriptionQueue::flush(api::Timestamp now) {
  for (auto item = backoff_.begin(); item != backoff_.end();) {
    const api::Timestamp due =
        api::later(item->second.since, subscription_backoff(item->second.entry.attempts));
    if (due > now) {
      ++item;
      continue;
    }
    activate(std::move(item->second));
    item = backoff_.erase(item);
  }
}

void SubscriptionQueue::activate(Item item) {
  ranking_.insert(rank(item));
  const api::Key key = item.entry.key;
  active_.insert_or_assign(key, std::move(item));
}

}  // namespace firedrill::policy::clusternet
