#pragma once

/// A store in memory: writes take effect at once, watchers hear of them in a step of their own.
/// Just enough of an API server for one controller: resource versions with conflicts, generations,
/// indexes by search.

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/karmada/ports.h"

namespace firedrill::policy {

template <class Object>
[[nodiscard]] bool is_indexed(const Object& /*object*/, Index /*index*/, std::string_view /*v*/) {
  return false;
}
[[nodiscard]] inline bool is_indexed(const api::ResourceBinding& binding,
                                     Index index,
                                     std::string_view cluster) {
  return index == Index::target_cluster ? binding.spec.find_target(cluster) != nullptr
                                        : binding.spec.find_eviction_task(cluster) != nullptr;
}

template <class Object>
class HandMadeStore final : public Store<Object>, private Registration::Owner {
  using Base = Store<Object>;

 public:
  using typename Base::Handler;
  using typename Base::Mutation;
  using typename Base::Snapshot;

  explicit HandMadeStore(Timers& timers) : timers_(timers) {}

  [[nodiscard]] Snapshot get(const Key& key) const override {
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : found->second;
  }
  [[nodiscard]] std::span<const Snapshot> list() const override {
    listed_.clear();
    for (const auto& [key, object] : objects_)
      listed_.push_back(object);
    return listed_;
  }
  [[nodiscard]] std::vector<Snapshot> select(Index index, std::string_view value) const override {
    std::vector<Snapshot> selected;
    for (const auto& [key, object] : objects_) {
      if (is_indexed(*object, index, value)) selected.push_back(object);
    }
    return selected;
  }

  Await<Written<Object>> create(Object object) override {
    const Key key = object.metadata.key();
    if (objects_.contains(key)) return Written<Object>{Outcome::exists, objects_.at(key)};
    object.metadata.generation = 1;
    return keep(nullptr, std::move(object));
  }
  Await<Written<Object>> update(Object object) override {
    if (meets_conflict()) return Written<Object>{Outcome::conflict, nullptr};
    const std::int64_t version = object.metadata.resource_version;
    return write(object.metadata.key(), version, true,
                 [&object](Object& next) { next = std::move(object); });
  }
  Await<Written<Object>> update_status(Object object) override {
    const std::int64_t version = object.metadata.resource_version;
    return write(object.metadata.key(), version, false,
                 [&object](Object& next) { next = std::move(object); });
  }
  Await<Written<Object>> patch(Key key,
                               Mutation mutation,
                               std::optional<std::int64_t> version) override {
    if (meets_conflict()) return Written<Object>{Outcome::conflict, nullptr};
    return write(key, version, true, mutation);
  }
  Await<Written<Object>> patch_status(Key key,
                                      Mutation mutation,
                                      std::optional<std::int64_t> version) override {
    return write(key, version, false, mutation);
  }
  Await<Written<Object>> remove(Key key) override {
    const Snapshot before = get(key);
    if (!before) return Written<Object>{Outcome::not_found, nullptr};
    if (before->metadata.finalizers.empty()) return forget(before);
    return write(key, {}, true, [](Object& next) {
      if (!next.metadata.deleting()) next.metadata.deletion_timestamp = api::StoredTime{};
    });
  }

  [[nodiscard]] Registration watch(Handler handler) override {
    const std::uint64_t id = next_++;
    handlers_.emplace(id, std::move(handler));
    for (const auto& [key, object] : objects_)
      later(id, {nullptr, object, true});
    return {*this, id};
  }

  /// So many writes to come meet a conflict, as if somebody else had been quicker.
  void conflict_next(int count) { conflicts_ = count; }

  /// What a user does: the write itself, whatever came of it.
  void put(Object object) { (void)create(std::move(object)); }
  void change(const Key& key, const Mutation& mutation) { (void)write(key, {}, true, mutation); }
  void change_status(const Key& key, const Mutation& mutation) {
    (void)write(key, {}, false, mutation);
  }

 private:
  bool meets_conflict() {
    if (conflicts_ == 0) return false;
    --conflicts_;
    return true;
  }

  template <class Change>
  Written<Object> write(const Key& key,
                        std::optional<std::int64_t> version,
                        bool spec,
                        Change&& change) {
    const Snapshot before = get(key);
    if (!before) return {Outcome::not_found, nullptr};
    if (version && *version != before->metadata.resource_version)
      return {Outcome::conflict, before};
    Object next = *before;
    change(next);
    next.metadata.generation = before->metadata.generation + (spec ? 1 : 0);
    if (next.metadata.deleting() && next.metadata.finalizers.empty()) return forget(before);
    return keep(before, std::move(next));
  }

  Written<Object> forget(const Snapshot& before) {
    objects_.erase(before->metadata.key());
    tell({before, nullptr});
    return {};
  }

  Written<Object> keep(Snapshot before, Object next) {
    next.metadata.resource_version = ++version_;
    const Key key = next.metadata.key();
    Snapshot after = std::make_shared<const Object>(std::move(next));
    objects_.insert_or_assign(key, after);
    tell({std::move(before), after});
    return {Outcome::done, std::move(after)};
  }

  void tell(const Change<Object>& change) {
    for (const auto& [id, handler] : handlers_)
      later(id, change);
  }

  void later(std::uint64_t handler, Change<Object> change) {
    const std::uint64_t id = next_++;
    deliveries_.emplace(
        id, timers_.after(Duration::zero(), [this, id, handler, change = std::move(change)] {
          // Both moved out: the timer that runs this lasts to the end of this call.
          const auto delivery = deliveries_.extract(id);
          const Change<Object> told = change;
          if (const auto found = handlers_.find(handler); found != handlers_.end())
            found->second(told);
        }));
  }

  void release(std::uint64_t id) override { handlers_.erase(id); }

  Timers& timers_;
  std::map<Key, Snapshot> objects_;
  mutable std::vector<Snapshot> listed_;
  std::map<std::uint64_t, Handler> handlers_;
  std::map<std::uint64_t, Registration> deliveries_;
  std::uint64_t next_ = 0;
  std::int64_t version_ = 0;
  int conflicts_ = 0;
};

/// One store a kind.
struct HandMadeStores {
  explicit HandMadeStores(Timers& timers)
      : clusters(timers),
        bindings(timers),
        works(timers),
        leases(timers),
        taint_policies(timers),
        templates(timers),
        rebalancers(timers),
        execution_spaces(timers) {}

  HandMadeStore<api::Cluster> clusters;
  HandMadeStore<api::ResourceBinding> bindings;
  HandMadeStore<api::Work> works;
  HandMadeStore<api::Lease> leases;
  HandMadeStore<api::ClusterTaintPolicy> taint_policies;
  HandMadeStore<api::ResourceTemplate> templates;
  HandMadeStore<api::WorkloadRebalancer> rebalancers;
  HandMadeStore<api::ExecutionSpace> execution_spaces;
  karmada::Objects objects{clusters,       bindings,  works,       leases,
                           taint_policies, templates, rebalancers, execution_spaces};
};

}  // namespace firedrill::policy
