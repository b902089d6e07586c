#pragma once

/// The API server's objects of one kind: resource versions, generations, optimistic concurrency,
/// finalizers and deletion timestamps, and ordered watches (spec/karmada-failover.md 1.6).
///
/// Requests are carried out at the instant they arrive; the way there and back is the caller's. A
/// write that changes nothing has no effect, as in Kubernetes: no new resource version, no watch
/// event.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/store/key_map.h"
#include "models/store/rules.h"
#include "policy/runtime/ports.h"
#include "policy/runtime/work_queue.h"
#include "sim/time.h"

namespace firedrill::models {

using policy::Change;
using policy::Outcome;
using policy::Written;

/// What all tables of a store share.
class StoreContext {
 public:
  virtual ~StoreContext() = default;
  /// Who carries out the request under way: a component's name, or "user".
  [[nodiscard]] std::string_view writer() const { return writer_; }

  /// The API server's clock.
  [[nodiscard]] virtual api::Timestamp server_now() const = 0;
  [[nodiscard]] virtual std::int64_t next_version() = 0;

 private:
  friend class Writer;
  std::string_view writer_ = "user";
};

/// Makes `name` the one who writes, for as long as it lives: watchers may ask who made a change.
class Writer {
 public:
  Writer(StoreContext& context, std::string_view name)
      : context_(context), before_(std::exchange(context.writer_, name)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { context_.writer_ = before_; }

 private:
  StoreContext& context_;
  std::string_view before_;
};

/// What a write was decided upon: for whoever asks whether it was right. It may have been on its
/// way for a while, and caches lag.
template <class Object>
struct Basis {
  sim::Time sent{};       ///< When it left its writer.
  sim::Time seen_from{};  ///< The writer's caches showed nothing older than what was stored then.
  std::shared_ptr<const Object> known;  ///< The object as its writer last read it; may be null.
};

/// Whoever is told of every accepted write, in order, at the instant of the write.
template <class Object>
class TableWatcher {
 public:
  virtual void changed(const Change<Object>& change) = 0;
  /// What writes in the past have left: it has been known for long.
  virtual void amended(const std::shared_ptr<const Object>& /*object*/) {}

 protected:
  ~TableWatcher() = default;
};

/// What admission says of an object about to be stored: yes, no, or no for a reason.
struct AdmissionVerdict {
  Outcome outcome = Outcome::done;
  std::string message{};

  AdmissionVerdict(bool admitted)
      : outcome(admitted ? Outcome::done : Outcome::refused) {
  }  // NOLINT(*-explicit-*): lets admission say true or false
  AdmissionVerdict(Outcome refusal, std::string why) : outcome(refusal), message(std::move(why)) {}

  [[nodiscard]] bool admitted() const { return outcome == Outcome::done; }
};

template <class Object>
class ObjectTable {
 public:
  using Snapshot = std::shared_ptr<const Object>;
  /// Completes or refuses an object about to be stored: what webhooks and the aggregated API server
  /// do.
  using Admission = std::function<AdmissionVerdict(const Object* before, Object& next)>;

  explicit ObjectTable(StoreContext& context) : context_(context) {}
  ObjectTable(const ObjectTable&) = delete;
  ObjectTable& operator=(const ObjectTable&) = delete;

  void set_admission(Admission admission) { admission_ = std::move(admission); }
  /// Called when a replacement of a whole object arrives, before it is looked at: somebody else may
  /// be quicker and write first.
  using BeforeUpdate = std::function<void(const api::Key& key)>;
  void set_before_update(BeforeUpdate before_update) { before_update_ = std::move(before_update); }

  [[nodiscard]] StoreContext& context() { return context_; }
  /// What the write under way was decided upon; null for those of users, and for what the API
  /// server does of its own accord.
  [[nodiscard]] const Basis<Object>* basis() const {
    return context_.writer() == "user" ? nullptr : basis_;
  }
  /// Sets it for the requests that follow; returns the one before, to be set again afterwards.
  const Basis<Object>* exchange_basis(const Basis<Object>* basis) {
    return std::exchange(basis_, basis);
  }
  [[nodiscard]] Snapshot find(const api::Key& key) const {
    const Entry* found = objects_.find(key);
    return found == nullptr ? nullptr : found->second;
  }
  [[nodiscard]] const std::map<api::Key, Snapshot>& objects() const { return objects_.ordered(); }

  Written<Object> create(Object object) {
    const api::Key key = object.metadata.key();
    if (const Entry* found = objects_.find(key)) return {Outcome::exists, found->second};
    object.metadata.generation = 1;
    object.metadata.creation_timestamp = api::StoredTime::floor(context_.server_now());
    object.metadata.deletion_timestamp.reset();
    if (AdmissionVerdict verdict = admit(nullptr, object); !verdict.admitted())
      return {verdict.outcome, nullptr, std::move(verdict.message)};
    object.metadata.resource_version = context_.next_version();
    Snapshot stored = std::make_shared<const Object>(std::move(object));
    objects_.try_emplace(key).first->second = stored;
    notify({nullptr, stored});
    return {Outcome::done, std::move(stored)};
  }

  /// Replaces all but the status.
  Written<Object> update(Object object) {
    if (before_update_) before_update_(object.metadata.key());
    const std::int64_t version = object.metadata.resource_version;
    const api::Key key = object.metadata.key();
    return write(key, version, [&](const Object& stored) {
      Rules<Object>::take_status(object, stored);
      keep_server_fields(object, stored);
      return std::move(object);
    });
  }

  Written<Object> update_status(const Object& object) {
    return write(object.metadata.key(), object.metadata.resource_version, [&](Object next) {
      Rules<Object>::take_status(next, object);
      return next;
    });
  }

  template <class Mutation>
  Written<Object> patch(const api::Key& key,
                        Mutation&& mutation,
                        std::optional<std::int64_t> version = {}) {
    return write(key, version, [&](const Object& stored) {
      Object next = stored;
      mutation(next);
      Rules<Object>::take_status(next, stored);
      keep_server_fields(next, stored);
      return next;
    });
  }

  template <class Mutation>
  Written<Object> patch_status(const api::Key& key,
                               Mutation&& mutation,
                               std::optional<std::int64_t> version = {}) {
    return write(key, version, [&](const Object& stored) {
      Object changed = stored;
      mutation(changed);
      Object next = stored;
      Rules<Object>::take_status(next, std::move(changed));
      return next;
    });
  }

  /// A change of the spec that no field of ours shows: a new generation, and nothing else.
  Written<Object> renew(const api::Key& key) {
    Entry* found = objects_.find(key);
    if (found == nullptr) return {Outcome::not_found, nullptr};
    Object next = *found->second;
    ++next.metadata.generation;
    return {Outcome::done, store(found, std::move(next))};
  }

  /// Leaves what writes in the past have left (policy::Store::make_up). Not asked is admission; no
  /// watch tells of it. Nothing if there is no such object.
  template <class Mutation>
  void amend(const api::Key& key, Mutation&& mutation) {
    Entry* found = objects_.find(key);
    if (found == nullptr) return;
    Object next = *found->second;
    mutation(next);
    next.metadata.resource_version = context_.next_version();
    const Snapshot stored = std::make_shared<const Object>(std::move(next));
    found->second = stored;
    for_watchers(*stored, [&stored](TableWatcher<Object>& watcher) { watcher.amended(stored); });
  }

  /// Removes the object, or marks it deleting while finalizers hold it.
  Written<Object> remove(const api::Key& key) {
    Entry* found = objects_.find(key);
    if (found == nullptr) return {Outcome::not_found, nullptr};
    if (found->second->metadata.finalizers.empty()) return erase(found);
    if (found->second->metadata.deleting()) return {Outcome::done, found->second};
    Object next = *found->second;
    next.metadata.deletion_timestamp = api::StoredTime::floor(context_.server_now());
    ++next.metadata.generation;
    return {Outcome::done, store(found, std::move(next))};
  }

  /// `scope`: only objects of that scope; empty: all. Watchers are told in the order of their
  /// registration, those of a scope after those of all.
  void add_watcher(TableWatcher<Object>& watcher, const std::string& scope = {}) {
    (scope.empty() ? everywhere_ : scoped_[scope]).push_back(&watcher);
  }
  void remove_watcher(TableWatcher<Object>& watcher, const std::string& scope = {}) {
    if (scope.empty()) {
      std::erase(everywhere_, &watcher);
    } else if (const auto found = scoped_.find(scope); found != scoped_.end()) {
      std::erase(found->second, &watcher);
    }
  }

 private:
  using Entry = typename KeyMap<Snapshot>::Entry;

  static void keep_server_fields(Object& to, const Object& from) {
    to.metadata.generation = from.metadata.generation;
    to.metadata.resource_version = from.metadata.resource_version;
    to.metadata.creation_timestamp = from.metadata.creation_timestamp;
    to.metadata.deletion_timestamp = from.metadata.deletion_timestamp;
  }

  [[nodiscard]] AdmissionVerdict admit(const Object* before, Object& next) {
    return admission_ ? admission_(before, next) : AdmissionVerdict(true);
  }

  /// `change`: from the stored object to what it is to be.
  template <class Change>
  Written<Object> write(const api::Key& key, std::optional<std::int64_t> version, Change&& change) {
    Entry* found = objects_.find(key);
    if (found == nullptr) return {Outcome::not_found, nullptr};
    const Snapshot before = found->second;
    if (version && *version != before->metadata.resource_version)
      return {Outcome::conflict, before};
    Object next = change(*before);
    if (next == *before) return {Outcome::done, before};
    if (AdmissionVerdict verdict = admit(before.get(), next); !verdict.admitted())
      return {verdict.outcome, before, std::move(verdict.message)};
    if (!Rules<Object>::same_spec(next, *before)) ++next.metadata.generation;
    if (next.metadata.deleting() && next.metadata.finalizers.empty()) return erase(found);
    return {Outcome::done, store(found, std::move(next))};
  }

  Snapshot store(Entry* position, Object next) {
    next.metadata.resource_version = context_.next_version();
    Snapshot before = std::move(position->second);
    Snapshot stored = std::make_shared<const Object>(std::move(next));
    position->second = stored;
    notify({std::move(before), stored});
    return stored;
  }

  Written<Object> erase(Entry* position) {
    Snapshot before = std::move(position->second);
    objects_.erase(position);
    notify({std::move(before), nullptr});
    return {Outcome::done, nullptr};
  }

  void notify(const Change<Object>& change) {
    for_watchers(change.any(),
                 [&change](TableWatcher<Object>& watcher) { watcher.changed(change); });
  }

  template <class Tell>
  void for_watchers(const Object& object, Tell&& tell) {
    for (TableWatcher<Object>* watcher : everywhere_)
      tell(*watcher);
    const std::string_view scope = Rules<Object>::scope(object);
    if (scope.empty() || scoped_.empty()) return;
    const auto found = scoped_.find(scope);
    if (found == scoped_.end()) return;
    for (TableWatcher<Object>* watcher : found->second)
      tell(*watcher);
  }

  StoreContext& context_;
  Admission admission_;
  BeforeUpdate before_update_;
  const Basis<Object>* basis_ = nullptr;
  KeyMap<Snapshot> objects_;
  std::vector<TableWatcher<Object>*> everywhere_;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, std::vector<TableWatcher<Object>*>, TextHash, std::equal_to<>>
      scoped_;
};

}  // namespace firedrill::models
